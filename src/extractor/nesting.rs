//! What is open while a document passes the guard: a bounded stack, and the implied ends of the HTML standard (13.2.6).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::depth::{Act, Bounds, MAX_NODES, Rules, is_safe, is_void, safe};
use super::text::is_blank;
use super::tokens::Tag;

/// Formatting elements (`b`, `font` ...) open at once.
const MAX_FORMATTING: usize = 12;

/// Bytes of text without a tag, after which a `wbr` is set where it does no harm: html5ever writes out a text in time
/// quadratic in its length when it is full of ampersands.
const MAX_RUN: usize = 8 << 10;

/// References (and lone `<`) of one document; each is a token of its own to html5ever. Those beyond become spaces.
const MAX_REFERENCES: usize = 200_000;

/// Elements and texts that may stand in a table outside of its cells; the next one ends the table. A tree builder moves each
/// in front of it, and looks for the table among all that was moved before.
const MAX_STRAYS: usize = 500;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    P,
    Li,
    Definition,
    Heading,
    List,
    Table,
    TableSection,
    Row,
    Cell,
    Caption,
    Block,
    Form,
    Button,
    Link,
    Formatting,
    Inline,
}

/// More than names are open at once on nearly every page. They are foreign: where hundreds are open, or some are made to share a slot, the
/// stack, which is bounded, is looked through for each end tag.
const SLOTS: usize = 128;

fn slot(name: &str) -> usize {
    let mut hasher = FxHasher::default();
    hasher.write(name.as_bytes());
    usize::try_from(hasher.finish() % SLOTS as u64).unwrap_or(0)
}

const KINDS: usize = Kind::Inline as usize + 1;

impl Kind {
    fn of(name: &str) -> Self {
        match name {
            "p" => Self::P,
            "li" => Self::Li,
            "dd" | "dt" => Self::Definition,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "ul" | "ol" | "dir" | "menu" => Self::List,
            "table" => Self::Table,
            "tbody" | "thead" | "tfoot" | "colgroup" => Self::TableSection,
            "tr" => Self::Row,
            "td" | "th" => Self::Cell,
            "caption" => Self::Caption,
            "form" => Self::Form,
            "button" => Self::Button,
            "a" => Self::Link,
            "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u" => {
                Self::Formatting
            }
            "address" | "article" | "aside" | "blockquote" | "center" | "details" | "dialog" | "div" | "dl" | "fieldset"
            | "figcaption" | "figure" | "footer" | "header" | "hgroup" | "hr" | "listing" | "main" | "nav" | "pre" | "search"
            | "section" | "summary" => Self::Block,
            _ => Self::Inline,
        }
    }

    fn is_inline(self) -> bool {
        matches!(self, Self::Link | Self::Formatting | Self::Inline)
    }

    fn is_formatting(self) -> bool {
        matches!(self, Self::Link | Self::Formatting)
    }

    fn is_table_part(self) -> bool {
        matches!(self, Self::TableSection | Self::Row | Self::Cell | Self::Caption)
    }

    fn bounds_scope(self) -> bool {
        matches!(self, Self::Table | Self::Cell | Self::Caption)
    }

    fn closes_p(self) -> bool {
        !(self.is_inline() || self.is_table_part() || self == Self::Button)
    }
}

struct Open<'a> {
    name: Cow<'a, str>,
    written: Cow<'a, str>,
    kind: Kind,
}

/// One document on its way through the guard.
pub(crate) struct Pass<'a, 'r, R> {
    pub(crate) rules: &'r mut R,
    bounds: Bounds,
    pub(crate) out: String,
    open: Vec<Open<'a>>,
    formatting: usize,
    pub(crate) nodes: usize,
    strays: usize,
    /// Open elements of each kind, and of all names that share a slot.
    counts: [usize; KINDS],
    slots: [usize; SLOTS],
    /// Bytes of text since the last tag.
    run: usize,
    references: usize,
    /// Start tags that were left out, by name: as many end tags are left out too, lest they close something outside.
    left_out: HashMap<String, u32>,
    /// Names of elements to be skipped that have no end.
    pub(crate) unclosed: HashSet<String>,
    /// Whether `html`, `head` and `body` were written.
    frame: [bool; 3],
    pub(crate) too_deep: bool,
}

impl<'a, 'r, R: Rules> Pass<'a, 'r, R> {
    pub(crate) fn new(rules: &'r mut R, bounds: Bounds) -> Self {
        Self {
            rules,
            bounds,
            out: String::new(),
            open: Vec::new(),
            formatting: 0,
            nodes: 0,
            strays: 0,
            counts: [0; KINDS],
            slots: [0; SLOTS],
            run: 0,
            references: 0,
            left_out: HashMap::new(),
            unclosed: HashSet::new(),
            frame: [false; 3],
            too_deep: false,
        }
    }

    pub(crate) fn text(&mut self, text: &str) {
        if !is_blank(text) {
            self.stray();
        }
        if self.nodes <= MAX_NODES {
            self.nodes += 1 + self.formatting;
        }
        // Nearly all text is copied as it stands.
        if self.run + text.len() < MAX_RUN && memchr::memchr2(b'<', b'&', text.as_bytes()).is_none() && is_safe(text) {
            self.run += text.len();
            self.out.push_str(text);
            return;
        }
        for c in text.chars().filter_map(safe) {
            if self.run >= MAX_RUN && (c.is_whitespace() || c == '&' || !c.is_ascii()) {
                self.out.push_str("<wbr>");
                self.run = 0;
            }
            self.run += c.len_utf8();
            if matches!(c, '&' | '<') {
                self.references += 1;
            }
            match c {
                '&' | '<' if self.references > MAX_REFERENCES => self.out.push(' '),
                '<' => self.out.push_str("&lt;"),
                _ => self.out.push(c),
            }
        }
    }

    pub(crate) fn start(&mut self, tag: Tag<'a>) {
        let act = self.rules.act(&tag);
        if let Some(at) = ["html", "head", "body"].iter().position(|name| *name == tag.name) {
            if act == Act::Keep && !std::mem::replace(&mut self.frame[at], true) {
                self.write_start(&tag.name.clone(), &tag);
            }
            return;
        }
        let kind = Kind::of(&tag.name);
        let written = match act {
            Act::As(other) => Cow::Borrowed(other),
            Act::Keep => tag.name.clone(),
            Act::Unwrap | Act::Skip => {
                if !kind.is_inline() {
                    self.out.push(' ');
                }
                return;
            }
        };
        self.close_implied(kind);
        if kind.is_table_part() && !self.find_table_place(kind) {
            return self.leave_out(&tag.name);
        }
        if !kind.is_table_part() && written != "col" {
            self.stray();
        }
        if is_void(&written) {
            if self.nodes <= MAX_NODES {
                self.nodes += 1 + self.formatting;
                self.write_start(&written, &tag);
            }
            return;
        }
        let nested_link = matches!(kind, Kind::Link | Kind::Form | Kind::Button) && self.find_open(kind).is_some();
        if nested_link || (kind.is_formatting() && self.formatting >= MAX_FORMATTING) {
            return self.leave_out(&tag.name);
        }
        if self.nodes > MAX_NODES {
            return self.leave_out(&tag.name);
        }
        // A cell may bring its row with it, and a row its section.
        if self.open.len() + 2 >= self.bounds.depth {
            self.too_deep = true;
            return self.leave_out(&tag.name);
        }
        let in_table = self.open.last().is_some_and(|top| top.kind == Kind::Table);
        if in_table && matches!(kind, Kind::Row | Kind::Cell) && self.rules.writes_sections() {
            self.out.push_str("<tbody>");
            self.push("tbody".into(), "tbody".into(), Kind::TableSection);
        }
        if kind == Kind::Cell && self.open.last().is_none_or(|top| top.kind != Kind::Row) {
            self.out.push_str("<tr>");
            self.push("tr".into(), "tr".into(), Kind::Row);
        }
        self.write_start(&written, &tag);
        self.push(tag.name, written, kind);
    }

    fn push(&mut self, name: Cow<'a, str>, written: Cow<'a, str>, kind: Kind) {
        self.nodes += 1 + self.formatting;
        self.formatting += usize::from(kind.is_formatting());
        self.counts[kind as usize] += 1;
        self.slots[slot(&name)] += 1;
        self.open.push(Open { name, written, kind });
    }

    fn write_start(&mut self, name: &str, tag: &Tag<'_>) {
        self.run = 0;
        self.out.push('<');
        self.out.push_str(name);
        self.rules.attributes(tag, &mut self.out);
        self.out.push('>');
    }

    /// Counts what is about to be written in a table but in none of its cells.
    fn stray(&mut self) {
        let between = |top: &Open<'_>| matches!(top.kind, Kind::Table | Kind::TableSection | Kind::Row);
        self.strays += usize::from(self.open.last().is_some_and(between));
        while self.strays > MAX_STRAYS && self.open.last().is_some_and(between) {
            self.close_to(self.open.len() - 1);
        }
    }

    fn leave_out(&mut self, name: &str) {
        self.out.push(' ');
        let count = self.left_out.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    /// Nearest open element of that kind within the table cell we are in.
    fn find_open(&self, kind: Kind) -> Option<usize> {
        // Most often there is none, and the stack may be long.
        if self.counts[kind as usize] == 0 {
            return None;
        }
        let inner = self.open.iter().rposition(|open| open.kind.bounds_scope()).map_or(0, |at| at + 1);
        self.open.iter().skip(inner).rposition(|open| open.kind == kind).map(|at| at + inner)
    }

    /// Closes what the start of such an element closes without being told (13.2.6.4.7).
    fn close_implied(&mut self, kind: Kind) {
        if kind.closes_p()
            && let Some(at) = self.find_open(Kind::P)
        {
            self.close_to(at);
        }
        match kind {
            Kind::Li | Kind::Definition => {
                let nearest = self.open.iter().rposition(|open| {
                    open.kind == kind
                        || !(open.kind.is_inline() || open.kind == Kind::P || open.name == "div" || open.name == "address")
                });
                if let Some(at) = nearest
                    && self.open.get(at).is_some_and(|open| open.kind == kind)
                {
                    self.close_to(at);
                }
            }
            Kind::Heading if self.open.last().is_some_and(|top| top.kind == Kind::Heading) => self.close_to(self.open.len() - 1),
            Kind::Link | Kind::Button => {
                if let Some(at) = self.find_open(kind)
                    && self.open.iter().skip(at + 1).all(|open| open.kind.is_inline())
                {
                    self.close_to(at);
                }
            }
            _ => {}
        }
    }

    /// Goes back to where a part of a table may stand; `false` outside of tables.
    fn find_table_place(&mut self, kind: Kind) -> bool {
        let Some(table) = self.open.iter().rposition(|open| open.kind == Kind::Table) else { return false };
        let keeps = |open: &Open<'_>| match kind {
            Kind::Cell => matches!(open.kind, Kind::TableSection | Kind::Row),
            Kind::Row => open.kind == Kind::TableSection && open.name != "colgroup",
            _ => false,
        };
        let keep = self.open.iter().skip(table + 1).take_while(|open| keeps(open)).count();
        self.close_to(table + 1 + keep);
        true
    }

    pub(crate) fn end(&mut self, name: &str) {
        if let Some(count) = self.left_out.get_mut(name)
            && *count > 0
        {
            *count -= 1;
            return;
        }
        let kind = Kind::of(name);
        // A stray end is most often that of nothing, and the stack may be long.
        let is_open = self.slots[slot(name)] > 0 || (kind == Kind::Heading && self.counts[kind as usize] > 0);
        if !is_open {
            return;
        }
        for at in (0..self.open.len()).rev() {
            let open = &self.open[at];
            if open.name == name || (kind == Kind::Heading && open.kind == kind) {
                return self.close_to(at);
            }
            let stop = match kind {
                Kind::Table => false,
                _ if kind.is_table_part() => open.kind == Kind::Table,
                _ if kind.is_inline() => !open.kind.is_inline(),
                Kind::Li => open.kind == Kind::List || open.kind.bounds_scope(),
                _ => open.kind.bounds_scope(),
            };
            if stop {
                return;
            }
        }
    }

    pub(crate) fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            self.formatting -= usize::from(open.kind.is_formatting());
            self.counts[open.kind as usize] -= 1;
            self.slots[slot(&open.name)] -= 1;
            self.run = 0;
            self.out.push_str("</");
            self.out.push_str(&open.written);
            self.out.push('>');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extractor::depth::guard;
    use crate::extractor::page::PageRules;

    #[test]
    fn an_end_whose_name_shares_a_slot_with_an_open_one_closes_nothing() {
        let other = (0..).map(|n| format!("x-{n}")).find(|name| slot(name) == slot("b")).unwrap();
        let guarded = |html: &str| guard(html, &mut PageRules::default(), Bounds::default()).html;
        assert_eq!(guarded(&format!("<p><b>one</{other}> two</b>")), guarded("<p><b>one two</b>"));
    }
}
