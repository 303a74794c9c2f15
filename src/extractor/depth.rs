//! The guard before any tree: what leaves it is well nested and bounded, so no tree builder can be made to work for long.
//!
//! html5ever is quadratic in nesting depth and re-opens formatting elements in every block they were left open in, and
//! some trees are dropped recursively. So the implied end tags of the HTML standard (13.2.6) are written out here, by a
//! scanner with a bounded stack, and a start tag over a bound is left out while its text stays.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::tokens::{Tag, Token, Tokens};
use crate::error::Fault;

/// Elements open at once, as in browsers.
pub(crate) const MAX_DEPTH: usize = 512;
/// Bytes of one document that are looked at.
pub(crate) const MAX_INPUT: usize = 4 << 20;
/// Nodes a document may give; text inside formatting elements counts once for each, because it may be re-opened.
pub(crate) const MAX_NODES: usize = 100_000;
/// Formatting elements (`b`, `font` ...) open at once.
const MAX_FORMATTING: usize = 12;

/// What becomes of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// It stays.
    Keep,
    /// It stays under another name.
    As(&'static str),
    /// Its tags go, its content stays.
    Unwrap,
    /// It goes with its content.
    Skip,
}

/// What a document is turned into on its way through the guard.
pub(crate) trait Rules {
    /// What becomes of an element.
    fn act(&self, tag: &Tag<'_>) -> Act;
    /// Writes the attributes that stay, each with a space before it and its value in double quotes.
    fn attributes(&self, tag: &Tag<'_>, out: &mut String);
    /// Takes an element whose content is not markup; what it writes is all that is left of it.
    fn raw(&mut self, tag: &Tag<'_>, content: &str, out: &mut String);
}

/// Bounds of one pass.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Elements open at once.
    pub(crate) depth: usize,
    /// Bytes written, about.
    pub(crate) output: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: MAX_DEPTH, output: usize::MAX }
    }
}

/// A document that is safe to be given to a tree builder.
#[derive(Debug)]
pub(crate) struct Guarded {
    /// Well nested.
    pub(crate) html: String,
    /// Which bounds it ran into.
    pub(crate) faults: Vec<Fault>,
    /// Bytes of text times the depth they stand at: what it costs to ask every element for its text.
    pub(crate) load: usize,
}

/// Writes `html` well nested and bounded, as `rules` say.
pub(crate) fn guard(html: &str, rules: &mut impl Rules, bounds: Bounds) -> Guarded {
    let cut = html.floor_char_boundary(MAX_INPUT);
    let input = html.get(..cut).unwrap_or_default();
    let mut faults = Vec::new();
    if cut < html.len() {
        faults.push(Fault::new("page-size", format!("only the first {MAX_INPUT} of {} bytes are read", html.len())));
    }
    let mut pass = Pass { out: String::with_capacity(input.len() / 2), bounds, ..Pass::new(rules) };
    let mut tokens = Tokens::new(input);
    while let Some(token) = tokens.next() {
        if pass.out.len() >= bounds.output {
            faults.push(Fault::new("page-size", format!("cut after {} bytes of markup", bounds.output)));
            break;
        }
        match token {
            Token::Text(text) => pass.text(text),
            Token::End(name) => pass.end(&name),
            Token::Raw(tag, content) => pass.rules.raw(&tag, content, &mut pass.out),
            Token::Start(tag) if pass.rules.act(&tag) == Act::Skip => {
                // One search in vain is enough for all elements of that name: the time stays linear.
                let name = tag.name.into_owned();
                if !is_void(&name) && !pass.unclosed.contains(&name) && !tokens.skip_element(&name) {
                    pass.unclosed.insert(name);
                }
            }
            Token::Start(tag) => pass.start(tag),
        }
    }
    pass.close_to(0);
    if pass.too_deep {
        faults.push(Fault::new("page-depth", format!("elements nested deeper than {} are unwrapped", bounds.depth)));
    }
    if pass.nodes > MAX_NODES {
        faults.push(Fault::new("page-nodes", format!("elements after the first {MAX_NODES} nodes are unwrapped")));
    }
    Guarded { html: pass.out, faults, load: pass.load }
}

/// `c` as it may stand in an XML 1.0 document (section 2.2), and in line-based formats: the separators of Unicode end a line
/// for some readers of JSON and JavaScript.
pub(crate) fn safe(c: char) -> Option<char> {
    match c {
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => None,
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ => Some(c),
    }
}

/// Writes an attribute; `value` has its references unresolved.
pub(crate) fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    for c in value.chars().filter_map(safe) {
        if c == '"' { out.push_str("&quot;") } else { out.push(c) }
    }
    out.push('"');
}

/// Writes text; references in it stay as they are.
pub(crate) fn write_text(out: &mut String, text: &str) {
    for c in text.chars().filter_map(safe) {
        if c == '<' { out.push_str("&lt;") } else { out.push(c) }
    }
}

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

struct Pass<'a, 'r, R> {
    rules: &'r mut R,
    bounds: Bounds,
    out: String,
    open: Vec<Open<'a>>,
    formatting: usize,
    nodes: usize,
    load: usize,
    /// Start tags that were left out, by name: as many end tags are left out too, lest they close something outside.
    left_out: HashMap<String, u32>,
    unclosed: HashSet<String>,
    frame: [bool; 3],
    too_deep: bool,
}

impl<'a, 'r, R: Rules> Pass<'a, 'r, R> {
    fn new(rules: &'r mut R) -> Self {
        Self {
            rules,
            bounds: Bounds::default(),
            out: String::new(),
            open: Vec::new(),
            formatting: 0,
            nodes: 0,
            load: 0,
            left_out: HashMap::new(),
            unclosed: HashSet::new(),
            frame: [false; 3],
            too_deep: false,
        }
    }

    fn text(&mut self, text: &str) {
        if self.nodes <= MAX_NODES {
            self.nodes += 1 + self.formatting;
        }
        self.load = self.load.saturating_add(text.len().saturating_mul(self.open.len()));
        write_text(&mut self.out, text);
    }

    fn start(&mut self, tag: Tag<'a>) {
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
        if kind.is_table_part() && !self.into_table(kind) {
            return self.leave_out(&tag.name);
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
        // A cell may bring its row with it.
        if self.open.len() + 1 >= self.bounds.depth {
            self.too_deep = true;
            return self.leave_out(&tag.name);
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
        self.open.push(Open { name, written, kind });
    }

    fn write_start(&mut self, name: &str, tag: &Tag<'_>) {
        self.out.push('<');
        self.out.push_str(name);
        self.rules.attributes(tag, &mut self.out);
        self.out.push('>');
    }

    fn leave_out(&mut self, name: &str) {
        self.out.push(' ');
        let count = self.left_out.entry(name.to_owned()).or_default();
        *count = count.saturating_add(1);
    }

    /// Nearest open element of that kind within the table cell we are in.
    fn find_open(&self, kind: Kind) -> Option<usize> {
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
    fn into_table(&mut self, kind: Kind) -> bool {
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

    fn end(&mut self, name: &str) {
        if let Some(count) = self.left_out.get_mut(name)
            && *count > 0
        {
            *count -= 1;
            return;
        }
        let kind = Kind::of(name);
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

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(open) = self.open.pop() else { return };
            self.formatting -= usize::from(open.kind.is_formatting());
            self.out.push_str("</");
            self.out.push_str(&open.written);
            self.out.push('>');
        }
    }
}

/// Elements without content.
pub(crate) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "image"
            | "img"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

#[cfg(test)]
#[path = "depth_tests.rs"]
mod tests;
