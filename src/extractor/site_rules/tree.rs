//! A page as expressions see it: an arena in document order, built from what left the guard.

use std::collections::HashSet;

use super::super::depth::{Act, Bounds, Rules, guard, is_void, write_attribute, write_text};
use super::super::references::{decode, decode_value};
use super::super::tokens::{Tag, Token, Tokens};

/// A node of the page.
#[derive(Debug)]
pub(super) struct Node {
    /// The element around it; the root is its own.
    pub(super) parent: usize,
    /// The first node behind it that is not in it.
    pub(super) end: usize,
    /// What it is.
    pub(super) kind: Kind,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    /// Above everything.
    Root,
    /// Its name, lower case, and its attributes, references resolved.
    Element(String, Vec<(String, String)>),
    /// Characters.
    Text(String),
}

/// A page in nodes; the first is the root.
#[derive(Debug)]
pub(super) struct Tree {
    /// In document order.
    pub(super) nodes: Vec<Node>,
}

/// Everything but programs and drawings.
struct Everything;

impl Rules for Everything {
    fn act(&self, tag: &Tag<'_>) -> Act {
        match &*tag.name {
            "svg" | "math" | "template" | "canvas" => Act::Skip,
            _ => Act::Keep,
        }
    }

    fn attributes(&self, tag: &Tag<'_>, out: &mut String) {
        for (name, value) in tag.attributes.iter().filter(|(name, _)| !name.starts_with("on")) {
            write_attribute(out, name, value);
        }
    }

    fn raw(&mut self, tag: &Tag<'_>, content: &str, out: &mut String) {
        if matches!(&*tag.name, "title" | "iframe") {
            out.push('<');
            out.push_str(&tag.name);
            self.attributes(tag, out);
            out.push('>');
            if tag.name == "title" {
                write_text(out, content);
            }
            out.push_str("</");
            out.push_str(&tag.name);
            out.push('>');
        }
    }
}

impl Tree {
    /// Reads a page, guarded here.
    pub(super) fn read(html: &str) -> Self {
        let html = guard(html, &mut Everything, Bounds::default()).html;
        let mut tree = Self { nodes: vec![Node { parent: 0, end: 0, kind: Kind::Root }] };
        let mut open = vec![0];
        for token in Tokens::new(&html) {
            let parent = open.last().copied().unwrap_or(0);
            match token {
                Token::Text(text) => {
                    tree.push(parent, Kind::Text(decode(text).into_owned()));
                }
                Token::Start(tag) => {
                    let at = tree.push(parent, element(&tag));
                    if !is_void(&tag.name) {
                        open.push(at);
                    }
                }
                Token::Raw(tag, content) => {
                    let at = tree.push(parent, element(&tag));
                    if !content.is_empty() {
                        tree.push(at, Kind::Text(decode(content).into_owned()));
                    }
                    tree.close(at);
                }
                Token::End(_) => {
                    if open.len() > 1
                        && let Some(at) = open.pop()
                    {
                        tree.close(at);
                    }
                }
            }
        }
        for at in open {
            tree.close(at);
        }
        tree
    }

    fn push(&mut self, parent: usize, kind: Kind) -> usize {
        let at = self.nodes.len();
        self.nodes.push(Node { parent, end: at + 1, kind });
        at
    }

    fn close(&mut self, at: usize) {
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(at) {
            node.end = end;
        }
    }

    /// Name of an element.
    pub(super) fn name(&self, at: usize) -> Option<&str> {
        match &self.nodes.get(at)?.kind {
            Kind::Element(name, _) => Some(name),
            _ => None,
        }
    }

    /// The attributes of an element.
    pub(super) fn attributes(&self, at: usize) -> &[(String, String)] {
        match self.nodes.get(at).map(|node| &node.kind) {
            Some(Kind::Element(_, attributes)) => attributes,
            _ => &[],
        }
    }

    /// An attribute of an element.
    pub(super) fn attribute(&self, at: usize, name: &str) -> Option<&str> {
        self.attributes(at).iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The node behind a node and all that is in it.
    pub(super) fn end(&self, at: usize) -> usize {
        self.nodes.get(at).map_or(at + 1, |node| node.end)
    }

    /// All characters in a node.
    pub(super) fn text(&self, at: usize) -> String {
        let inner = self.nodes.get(at..self.end(at)).unwrap_or_default();
        inner.iter().filter_map(|node| if let Kind::Text(text) = &node.kind { Some(text.as_str()) } else { None }).collect()
    }

    /// A node as markup, without those in `gone`.
    pub(super) fn write(&self, at: usize, gone: &HashSet<usize>, out: &mut String) {
        let mut open: Vec<(usize, &str)> = Vec::new();
        let mut now = at;
        while now < self.end(at) {
            while open.last().is_some_and(|(end, _)| *end <= now) {
                close(&mut open, out);
            }
            if gone.contains(&now) {
                now = self.end(now);
                continue;
            }
            match self.nodes.get(now).map(|node| &node.kind) {
                Some(Kind::Text(text)) => write_text(out, &text.replace('&', "&amp;")),
                Some(Kind::Element(name, attributes)) => {
                    out.push('<');
                    out.push_str(name);
                    for (name, value) in attributes {
                        write_attribute(out, name, &value.replace('&', "&amp;"));
                    }
                    out.push('>');
                    if !is_void(name) {
                        open.push((self.end(now), name));
                    }
                }
                Some(Kind::Root) | None => {}
            }
            now += 1;
        }
        while !open.is_empty() {
            close(&mut open, out);
        }
    }
}

fn close(open: &mut Vec<(usize, &str)>, out: &mut String) {
    if let Some((_, name)) = open.pop() {
        out.push_str("</");
        out.push_str(name);
        out.push('>');
    }
}

fn element(tag: &Tag<'_>) -> Kind {
    let attributes = tag.attributes.iter().map(|(name, value)| (name.to_string(), decode_value(value).into_owned()));
    Kind::Element(tag.name.to_string(), attributes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_written_again() {
        let check = |html: &str, expected: &str| {
            let tree = Tree::read(html);
            let mut out = String::new();
            tree.write(0, &HashSet::new(), &mut out);
            assert_eq!(out, expected, "{html}");
        };
        check("<p class=\"a\">b &amp; c<br>d", "<p class=\"a\">b &amp; c<br>d</p>");
        check(
            "<title>a</title><script>x</script><p>b<noscript><img src=\"x\"></noscript>",
            "<title>a</title><p>b<noscript><img src=\"x\"></noscript></p>",
        );
    }

    #[test]
    fn what_is_gone_is_not_written() {
        let tree = Tree::read("<div><p>a</p><p>b<b>c</b></p>d</div>");
        let gone = (0..tree.nodes.len()).filter(|&at| tree.text(at) == "bc").collect();
        let mut out = String::new();
        tree.write(1, &gone, &mut out);
        assert_eq!(out, "<div><p>a</p>d</div>");
    }
}
