//! The guard before any tree: what leaves it is well nested and bounded, so no tree builder can be made to work for long.
//!
//! html5ever is quadratic in nesting depth and re-opens formatting elements in every block they were left open in, and
//! some trees are dropped recursively. So the implied end tags of the HTML standard (13.2.6) are written out here, by a
//! scanner with a bounded stack, and a start tag over a bound is left out while its text stays.

use super::nesting::Pass;
use super::tokens::{Tag, Token, Tokens};
use crate::error::Fault;

/// Elements open at once, as in browsers.
pub(crate) const MAX_DEPTH: usize = 512;
/// Bytes of one document that are looked at.
pub(crate) const MAX_INPUT: usize = 4 << 20;
/// Nodes a document may give; text inside formatting elements counts once for each, because it may be re-opened.
pub(crate) const MAX_NODES: usize = 100_000;

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
    /// Whether the `tbody` that a tree builder puts around rows is written out, so that what is read again is as deep as before.
    fn writes_sections(&self) -> bool {
        false
    }
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
}

/// Writes `html` well nested and bounded, as `rules` say.
pub(crate) fn guard(html: &str, rules: &mut impl Rules, bounds: Bounds) -> Guarded {
    let cut = html.floor_char_boundary(MAX_INPUT);
    let input = html.get(..cut).unwrap_or_default();
    let mut faults = Vec::new();
    if cut < html.len() {
        faults.push(Fault::new("page-size", format!("only the first {MAX_INPUT} of {} bytes are read", html.len())));
    }
    let mut pass = Pass::new(rules, bounds);
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
    Guarded { html: pass.out, faults }
}

/// `c` as it may stand in an XML 1.0 document (section 2.2), and in line-based formats: the separators of Unicode end a line
/// for some readers of JSON and JavaScript. Control characters that XML lets pass (C1) are what is left of a wrong encoding.
pub(crate) fn safe(c: char) -> Option<char> {
    match c {
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}' => None,
        _ => Some(c),
    }
}

/// Writes an attribute; `value` has its references unresolved.
pub(crate) fn write_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    if value.bytes().all(|b| (b' '..0x7f).contains(&b) && b != b'"') {
        out.push_str(value);
    } else {
        for c in value.chars().filter_map(safe) {
            if c == '"' { out.push_str("&quot;") } else { out.push(c) }
        }
    }
    out.push('"');
}

/// Whether all characters may stand as they are.
pub(crate) fn is_safe(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='~') || safe(c) == Some(c))
}

/// Writes text; references in it stay as they are.
pub(crate) fn write_text(out: &mut String, text: &str) {
    if memchr::memchr(b'<', text.as_bytes()).is_none() && is_safe(text) {
        return out.push_str(text);
    }
    for c in text.chars().filter_map(safe) {
        if c == '<' { out.push_str("&lt;") } else { out.push(c) }
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
