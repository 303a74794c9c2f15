//! One element with everything in it, wherever its end may be, and what is wrong with how it is written.

use super::element::Element;
use super::faults::Repair;
use super::names::{entry_field, feed_field, is_entry, is_entry_tag, is_frame};
use super::references;
use super::spaces::Space;
use super::text::is_html;
use super::tokens::{Tag, Token, local};
use super::translate::Translator;

/// Tags open inside one text that are followed.
const MAX_OPEN: usize = 500;

impl<'a> Translator<'a> {
    /// Notes what is wrong with the tag of an element that we read.
    pub(super) fn check_tag(&mut self, tag: &Tag<'a>) {
        if tag.loose {
            self.notes.add(Repair::Unquoted, tag.name);
        }
        self.check_case(tag.name);
        self.check_references(tag.rest);
    }

    /// Notes a name in capitals.
    pub(super) fn check_case(&mut self, name: &'a str) {
        // no element begins with a capital but the root of RSS 1.0 and all of CDF, whose root is a channel
        let bare = local(name);
        let is_cdf = self.root.as_deref().map_or(bare == "CHANNEL", |root| root == "channel");
        if bare.starts_with(|c: char| c.is_ascii_uppercase()) && !bare.eq_ignore_ascii_case("rdf") && !is_cdf {
            self.notes.add(Repair::Case, name);
        }
    }

    /// Notes what is wrong with characters as they stand in the document.
    pub(super) fn check_text(&mut self, text: &'a str) {
        if text.starts_with('<') {
            self.notes.add(Repair::LessThan, &text[..text.floor_char_boundary(20)]);
        }
        self.check_references(text);
    }

    fn check_references(&mut self, text: &'a str) {
        let (notes, has_dtd) = (&mut self.notes, self.has_dtd);
        references::check(text, |repair, piece| {
            if !(has_dtd && repair == Repair::Entity) {
                notes.add(repair, piece);
            }
        });
    }

    /// Everything up to the end of the element that has just begun. Where that end is missing it ends before the next field,
    /// or where its parent does: `<description>text<pubDate>`. What is wrong inside is noted if the element is `known`.
    pub(super) fn capture(&mut self, tag: Tag<'a>, known: bool) -> Element<'a> {
        if tag.empty {
            return Element { tag, inner: "" };
        }
        let from = self.tokens.at;
        let mut depth = 0usize;
        // entries in what we do not know: a feed inside an extension of an entry
        let mut inside = 0usize;
        let mut boundary = None;
        self.open.clear();
        while self.tokens.patience > 0 {
            let before = self.tokens.at;
            match self.tokens.next() {
                Some(Token::End(name)) if name.eq_ignore_ascii_case(tag.name) => {
                    if depth == 0 {
                        if known && name != tag.name {
                            self.notes.add(Repair::Case, name);
                        }
                        self.close_open(0);
                        return Element { tag, inner: self.tokens.slice(from, before) };
                    }
                    depth -= 1;
                }
                Some(Token::Start(inner)) if inner.name.eq_ignore_ascii_case(tag.name) => depth += usize::from(!inner.empty),
                Some(Token::End(name)) if is_entry_tag(name) && inside > 0 => inside -= 1,
                Some(Token::End(name)) if is_frame(name) || is_entry_tag(name) => boundary = Some(before),
                Some(Token::Start(inner)) if is_entry_tag(inner.name) => {
                    if known || !tag.name.contains(':') || self.entry.is_none() {
                        boundary = Some(before);
                    }
                    inside += usize::from(!inner.empty);
                }
                Some(Token::Start(inner)) if known => {
                    if inner.loose {
                        self.notes.add(Repair::Unquoted, inner.name);
                    }
                    if !inner.empty && self.open.len() < MAX_OPEN {
                        self.open.push(inner.name);
                    }
                }
                Some(Token::End(name)) if known => match self.open.iter().rposition(|open| *open == name) {
                    Some(at) => {
                        self.close_open(at + 1);
                        self.open.truncate(at);
                    }
                    None => self.notes.add(Repair::Stray, name),
                },
                Some(Token::Text(text)) if known => self.check_text(text),
                Some(_) => {}
                None => boundary = Some(before),
            }
            if boundary.is_some() {
                break;
            }
        }
        let read = self.tokens.at.saturating_sub(from);
        self.tokens.patience = self.tokens.patience.saturating_sub(read);
        let to = self.cut(tag, from, boundary);
        self.tokens.at = to;
        if known {
            self.notes.add(Repair::Unclosed, tag.name);
        }
        Element { tag, inner: self.tokens.slice(from, to) }
    }

    /// Notes tags inside a text that stand open where what is around them ends, but for the outermost `from`.
    fn close_open(&mut self, from: usize) {
        for name in self.open.drain(from.min(self.open.len())..) {
            self.notes.add(Repair::Nesting, name);
        }
    }

    /// Where an element ends that has no end of its own.
    pub(super) fn cut(&mut self, tag: Tag<'a>, from: usize, boundary: Option<usize>) -> usize {
        self.tokens.at = from;
        loop {
            let before = self.tokens.at;
            if boundary.is_some_and(|boundary| before >= boundary) {
                return before;
            }
            match self.tokens.next() {
                None => return before,
                // one too many was opened inside
                Some(Token::End(name)) if name.eq_ignore_ascii_case(tag.name) => return before,
                Some(Token::End(name)) if is_frame(name) || is_entry_tag(name) => return before,
                Some(Token::Start(inner)) => {
                    let (space, name) = self.spaces.resolve(&inner, &mut self.notes);
                    let field =
                        if self.entry.is_some() { entry_field(space, &name).is_some() } else { feed_field(space, &name).is_some() };
                    // what HTML does not know is no markup of a text: `<wfw:commentRss>`
                    if (field && space != Space::Xhtml) || is_entry(space, &name) || !is_html(&name) {
                        return before;
                    }
                }
                Some(_) => {}
            }
        }
    }
}
