//! Listings of code: their lines and indentation stay, the numbers of the lines and the markup of colours go.

use super::super::tokens::{Tag, Token};
use super::tables::is_numbers;
use super::{Settle, is_skipped};

/// Bytes that are looked at to tell whether an element holds nothing but the number of a line.
const MAX_NUMBER: usize = 100;
/// Bytes of the numbers of all lines.
const MAX_NUMBERS: usize = 256 << 10;
/// Elements of block level that may be open in a listing.
const MAX_OPEN: usize = 64;

/// A listing that is being written.
#[derive(Default)]
struct Listing<'a> {
    /// Elements of block level that were opened in it; their names.
    open: Vec<std::borrow::Cow<'a, str>>,
    /// It is a table of lines.
    in_table: bool,
    begun: bool,
    at_line_start: bool,
    breaks: bool,
}

impl Listing<'_> {
    /// The next text stands on a line of its own.
    fn end_line(&mut self) {
        self.breaks = self.begun && !self.at_line_start;
    }

    fn text(&mut self, text: &str, out: &mut String) {
        if text.is_empty() {
            return;
        }
        self.settle(out);
        out.push_str(text);
        self.begun = true;
        self.at_line_start = text.ends_with('\n');
    }

    /// Writes the line break that is due.
    fn settle(&mut self, out: &mut String) {
        if std::mem::take(&mut self.breaks) {
            out.push('\n');
            self.at_line_start = true;
        }
    }
}

/// Whether an element outside of `pre` holds lines as they stand.
pub(super) fn is_listing(tag: &Tag<'_>) -> bool {
    let keeps_lines = || {
        let style = tag.get("style").unwrap_or_default().replace(' ', "").to_ascii_lowercase();
        style.contains("white-space:pre") && !style.contains("white-space:pre-line")
    };
    tag.name == "pre" || (tag.name == "code" && keeps_lines())
}

impl<'a> Settle<'a> {
    /// Writes the listing whose start tag, of an element `name`, was just read.
    pub(super) fn listing(&mut self, name: &str) {
        self.out.push_str("<pre>");
        let mut listing = Listing { at_line_start: true, in_table: name == "table", ..Listing::default() };
        loop {
            let from = self.tokens.at();
            let Some(token) = self.tokens.next() else { break };
            match token {
                Token::Text(text) => listing.text(text, &mut self.out),
                Token::Raw(..) => {}
                Token::Start(tag) if is_section(&tag.name) => {
                    // It was never closed.
                    self.tokens.go_to(from);
                    break;
                }
                Token::Start(tag) => self.start_in_listing(&tag, from, &mut listing),
                Token::End(end) if end == name => break,
                Token::End(end) if is_inline(&end) => self.out.push_str(self.slice(from)),
                Token::End(end) if is_line(&end) || end == "pre" => match listing.open.iter().rposition(|open| *open == end) {
                    Some(at) => {
                        listing.open.truncate(at);
                        listing.end_line();
                    }
                    // It belongs to what is around the listing, which therefore ends.
                    None if end != "pre" => {
                        self.tokens.go_to(from);
                        break;
                    }
                    None => {}
                },
                Token::End(_) => {}
            }
        }
        self.out.push_str("</pre>");
    }

    fn start_in_listing(&mut self, tag: &Tag<'a>, from: usize, listing: &mut Listing<'a>) {
        let name = &*tag.name;
        match name {
            "br" => listing.text("\n", &mut self.out),
            _ if is_skipped(name) || name == "button" => self.skip(name, from),
            _ if (is_numbers(tag) || (name == "pre" && listing.in_table)) && self.holds_numbers(name) => self.skip(name, from),
            "td" | "th" if is_numbers(tag) => self.skip(name, from),
            "img" => {}
            _ if is_line(name) || name == "pre" => {
                listing.end_line();
                if listing.open.len() < MAX_OPEN {
                    listing.open.push(tag.name.clone());
                }
            }
            _ => {
                if is_line_span(tag) {
                    listing.end_line();
                }
                if is_inline(name) {
                    listing.settle(&mut self.out);
                    let written = self.slice(from);
                    self.out.push_str(written);
                }
            }
        }
    }

    /// Whether an element that was just opened holds nothing but the number of a line, or a `pre` those of many.
    fn holds_numbers(&self, name: &str) -> bool {
        let mut tokens = super::Tokens::new(self.source.get(self.tokens.at()..).unwrap_or_default());
        let bound = if name == "pre" { MAX_NUMBERS } else { MAX_NUMBER };
        let (mut digits, mut depth) = (false, 1usize);
        while tokens.at() < bound {
            match tokens.next() {
                Some(Token::Text(text)) if text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace()) => {
                    digits |= text.contains(|c: char| c.is_ascii_digit());
                }
                Some(Token::Start(tag)) if tag.name == name && name != "pre" => depth += 1,
                Some(Token::Start(tag)) if matches!(&*tag.name, "span" | "a" | "br" | "div" | "code") => {}
                Some(Token::End(end)) if end == name => {
                    depth -= 1;
                    if depth == 0 {
                        return digits;
                    }
                }
                Some(Token::End(_)) => {}
                _ => return false,
            }
        }
        false
    }
}

/// Elements of highlighters that hold one line each, with or without a line break in it.
fn is_line_span(tag: &Tag<'_>) -> bool {
    const LINES: &[&str] = &["line", "code-line", "token-line", "hljs-line", "view-line", "code__line"];
    tag.get("class").is_some_and(|class| class.split_whitespace().any(|word| LINES.contains(&word)))
}

fn is_line(name: &str) -> bool {
    matches!(
        name,
        "div" | "p" | "li" | "ol" | "ul" | "table" | "tbody" | "thead" | "tr" | "td" | "th" | "dl" | "dd" | "dt" | "center"
    )
}

/// Starts something that is no part of a listing.
fn is_section(name: &str) -> bool {
    matches!(
        name,
        "h1" | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "main"
            | "nav"
            | "aside"
            | "form"
            | "body"
    )
}

fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "code" | "del" | "em" | "i" | "ins" | "kbd" | "mark" | "s" | "samp" | "strong" | "sub" | "sup" | "u" | "var"
    )
}
