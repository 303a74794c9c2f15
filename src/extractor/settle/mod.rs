//! Markup brought into the form it was meant to have, before anything else looks at it: pictures that load late, what is
//! embedded, listings of code, tables that lay out a page.
//!
//! One walk over the tokens; what is not concerned is copied as it stands.

mod code;
mod embeds;
mod media;
mod pictures;
mod tables;

use std::collections::{HashMap, HashSet};

use super::depth::{MAX_INPUT, write_attribute};
use super::text::is_blank;
use super::tokens::{Tag, Token, Tokens};
pub(crate) use embeds::read as carried;
use media::{speaks_of_captions, speaks_of_embeds};
pub(crate) use pictures::{find as picture, is_tiny};

use tables::Use;

/// Whom the markup is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// The blocks of a page: what is embedded travels as an `embed` element.
    Blocks,
    /// Readers: what is embedded is a link in a `figure`.
    Readers,
}

/// A settled document.
#[derive(Debug, Default)]
pub(crate) struct Settled {
    /// Its markup.
    pub(crate) html: String,
    /// What its first `base` names, references unresolved.
    pub(crate) base: Option<String>,
}

/// Settles a document, of which [`MAX_INPUT`] bytes are looked at.
pub(crate) fn settle(html: &str, whom: For) -> Settled {
    let source = html.get(..html.floor_char_boundary(MAX_INPUT)).unwrap_or_default();
    let mut walk = Settle {
        source,
        tokens: Tokens::new(source),
        out: String::with_capacity(source.len()),
        whom,
        base: None,
        last: None,
        sources: None,
        pictures: 0,
        row: 0,
        figures: 0,
        uses: tables::uses(source),
        tables: Vec::new(),
        cell_begun: false,
        cell_breaks: false,
        unclosed: HashSet::new(),
        bare_links: 0,
    };
    loop {
        let from = walk.tokens.at();
        let Some(token) = walk.tokens.next() else { break };
        if !walk.token(token, from) {
            let written = walk.slice(from);
            walk.out.push_str(written);
        }
    }
    // What the guard says about the size of a document it says of the whole.
    walk.out.push_str(html.get(source.len()..).unwrap_or_default());
    Settled { html: walk.out, base: walk.base }
}

/// The picture that was written, or looked for in vain, since the last word.
#[derive(Default)]
struct Last {
    /// Where it stands in what was written.
    place: std::ops::Range<usize>,
    address: Option<String>,
    is_late: bool,
    /// It came out of a `noscript`.
    is_spare: bool,
    /// The one that a `noscript` repeats was found.
    is_paired: bool,
}

struct Settle<'a> {
    source: &'a str,
    tokens: Tokens<'a>,
    out: String,
    whom: For,
    base: Option<String>,
    last: Option<Last>,
    /// What the `source` elements of the open `picture` offer.
    sources: Option<Option<String>>,
    pictures: usize,
    /// Pictures since the last word.
    row: usize,
    /// Open `figure` elements.
    figures: usize,
    uses: HashMap<usize, Use>,
    tables: Vec<Use>,
    /// Whether the cell of a data table holds text.
    cell_begun: bool,
    /// What comes next in it stands on a line of its own.
    cell_breaks: bool,
    unclosed: HashSet<String>,
    /// Links around a picture that lead to the picture itself: they are left out.
    bare_links: usize,
}

impl<'a> Settle<'a> {
    fn slice(&self, from: usize) -> &'a str {
        self.source.get(from..self.tokens.at()).unwrap_or_default()
    }

    /// Takes a token; `false` where it is to be copied.
    fn token(&mut self, token: Token<'a>, from: usize) -> bool {
        match token {
            Token::Text(text) => {
                if !is_blank(text) {
                    if std::mem::take(&mut self.cell_breaks) {
                        self.out.push_str("<br>");
                    }
                    (self.last, self.row, self.cell_begun) = (None, 0, true);
                }
                false
            }
            Token::Raw(tag, _) => {
                let is_frame = tag.name == "iframe";
                if is_frame && let Some(embed) = embeds::frame(&tag) {
                    self.embed(&embed);
                }
                is_frame
            }
            Token::Start(tag) => self.start(&tag, from),
            Token::End(name) => self.end(&name),
        }
    }

    fn start(&mut self, tag: &Tag<'a>, from: usize) -> bool {
        let name = &*tag.name;
        match name {
            "base" => self.base = self.base.take().or_else(|| tag.get("href").map(str::to_owned)),
            "noscript" => {
                if let Some(content) = self.content("noscript") {
                    self.spare(content);
                }
                return true;
            }
            _ if is_skipped(name) => {
                self.skip(name, from);
                return true;
            }
            "picture" => {
                self.sources = Some(None);
                return true;
            }
            "source" if self.sources.is_some() => {
                let offered = ["srcset", "data-srcset"].iter().filter_map(|name| tag.get(name)).find_map(pictures::largest);
                if let Some(sources) = &mut self.sources {
                    let had = sources.take();
                    *sources = had.or(offered);
                }
                return true;
            }
            "img" | "amp-img" | "amp-anim" => {
                self.image(tag, false);
                return true;
            }
            "video" | "audio" | "amp-video" | "amp-audio" => {
                let content = self.content(name).unwrap_or_default();
                if let Some(embed) = embeds::media(tag, content) {
                    self.embed(&embed);
                }
                return true;
            }
            "amp-iframe" => {
                self.content(name);
                if let Some(embed) = embeds::frame(tag) {
                    self.embed(&embed);
                }
                return true;
            }
            "object" | "embed" => {
                let has_fallback = name == "object" && self.fallback_follows();
                if let Some(embed) = embeds::plugin(tag).filter(|_| !has_fallback) {
                    self.embed(&embed);
                }
                return true;
            }
            "figure" => {
                self.figures += 1;
                if self.whom == For::Blocks && speaks_of_embeds(tag) {
                    self.out.push_str("<figure>");
                    return true;
                }
            }
            "div" if self.whom == For::Blocks && speaks_of_embeds(tag) && self.frame_follows() => {
                self.out.push_str("<div>");
                return true;
            }
            "a" if self.leads_to_own_picture(tag) => {
                self.bare_links += 1;
                return true;
            }
            _ if code::is_listing(tag) => {
                (self.last, self.row) = (None, 0);
                let name = tag.name.clone();
                self.listing(&name);
                return true;
            }
            "table" => return self.table(tag),
            "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup" | "col" => return self.table_part(tag),
            "p" | "div" if self.tables.last() == Some(&Use::Data) => return self.block_in_cell(),
            _ if self.figures == 0 && self.last.is_some() && speaks_of_captions(tag) => return self.caption(tag),
            _ => {}
        }
        false
    }

    fn end(&mut self, name: &str) -> bool {
        match name {
            "noscript" | "source" | "amp-img" | "amp-anim" | "object" | "iframe" => true,
            "picture" => {
                self.sources = None;
                true
            }
            "a" if self.bare_links > 0 => {
                self.bare_links -= 1;
                true
            }
            "figure" => {
                self.figures = self.figures.saturating_sub(1);
                false
            }
            "table" => {
                let layout = self.tables.pop() == Some(Use::Layout);
                if layout {
                    self.out.push_str("</div>");
                }
                layout
            }
            "tr" | "td" | "th" | "tbody" | "thead" | "tfoot" | "caption" | "colgroup" | "col"
                if self.tables.last() == Some(&Use::Layout) =>
            {
                if matches!(name, "tr" | "td" | "th" | "caption") {
                    self.out.push_str("</div>");
                }
                true
            }
            "p" | "div" if self.tables.last() == Some(&Use::Data) => self.block_in_cell(),
            _ => false,
        }
    }

    /// The markup of an element that was just opened; `None` where it has no end.
    fn content(&mut self, name: &str) -> Option<&'a str> {
        let from = self.tokens.at();
        if self.unclosed.contains(name) || !self.tokens.skip_element(name) {
            self.unclosed.insert(name.to_owned());
            return None;
        }
        let whole = self.slice(from);
        whole.get(..whole.rfind("</").unwrap_or(0))
    }

    /// Leaves out an element; `from` is where its start tag began.
    fn skip(&mut self, name: &str, from: usize) {
        if !self.slice(from).ends_with("/>") {
            self.content(name);
        }
    }

    fn table(&mut self, tag: &Tag<'a>) -> bool {
        let kind = self.uses.get(&self.tokens.at()).copied().unwrap_or_default();
        if kind == Use::Code {
            (self.last, self.row) = (None, 0);
            self.listing("table");
            return true;
        }
        self.tables.push(kind);
        if kind == Use::Layout {
            self.as_div(tag);
        }
        kind == Use::Layout
    }

    fn table_part(&mut self, tag: &Tag<'a>) -> bool {
        (self.cell_begun, self.cell_breaks) = (false, false);
        let in_layout = self.tables.last() == Some(&Use::Layout);
        if in_layout && matches!(&*tag.name, "tr" | "td" | "th" | "caption") {
            self.as_div(tag);
        }
        in_layout
    }

    /// Paragraphs in a cell of data are lines of it.
    fn block_in_cell(&mut self) -> bool {
        self.cell_breaks = self.cell_begun;
        true
    }

    fn as_div(&mut self, tag: &Tag<'_>) {
        self.out.push_str("<div");
        for name in ["class", "id", "style", "hidden", "aria-hidden", "lang", "dir"] {
            if let Some(value) = tag.get(name) {
                write_attribute(&mut self.out, name, value);
            }
        }
        self.out.push('>');
    }
}

/// Elements that are nothing to readers, with their content.
fn is_skipped(name: &str) -> bool {
    matches!(name, "svg" | "math" | "template" | "select" | "canvas" | "map" | "datalist")
}

#[cfg(test)]
mod tests;
