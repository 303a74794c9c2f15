//! Chosen blocks written as tidy HTML and as plain lines: no containers, each block in the element it is.

use super::blocks::{Block, Blocks, Holder};
use super::choose::Choice;
use super::depth::safe;

/// Writes the blocks that are shown, in order.
pub(crate) fn compose(page: &Blocks, choice: &Choice) -> String {
    let mut composer = Composer::default();
    for (block, _) in page.list.iter().zip(&choice.shown).filter(|(_, shown)| **shown) {
        if let Some(holder) = page.holders.get(block.holder) {
            composer.add(block, holder);
        }
    }
    composer.close(None);
    composer.out
}

/// The blocks of the story, a line each; code keeps its lines, but for empty ones.
pub(crate) fn lines(page: &Blocks, choice: &Choice) -> String {
    let mut out = String::new();
    for (block, _) in page.list.iter().zip(&choice.told).filter(|(_, told)| **told) {
        for line in block.text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(line.chars().filter_map(safe));
        }
    }
    out
}

#[derive(Clone, Debug, PartialEq)]
enum Wrap {
    Quote,
    Pre,
    List(String, usize),
    Table(usize),
}

#[derive(Default)]
struct Composer {
    out: String,
    wrap: Option<Wrap>,
    row: usize,
    element: Option<String>,
    holder: usize,
}

impl Composer {
    fn add(&mut self, block: &Block, holder: &Holder) {
        let wrap = wrap_of(block, holder);
        let same_cell = matches!(wrap, Some(Wrap::Table(_))) && block.holder == self.holder;
        if (block.continues || same_cell) && self.element.is_some() && wrap == self.wrap && (block.holder == self.holder) {
            self.out.push_str("<br>");
            self.out.push_str(&block.html);
            return;
        }
        self.end_element();
        if wrap != self.wrap {
            self.close(wrap.clone());
        }
        self.holder = block.holder;
        if block.is_picture() {
            self.out.push_str(&block.html);
            return;
        }
        let element = match (&wrap, block.heading()) {
            (Some(Wrap::List(kind, _)), _) if kind == "dl" => {
                if block.name == "dt" {
                    "dt"
                } else {
                    "dd"
                }
            }
            (Some(Wrap::List(..)), _) => "li",
            (Some(Wrap::Table(_)), _) => {
                if self.row != block.row {
                    self.out.push_str(if self.row == 0 { "<tr>" } else { "</tr><tr>" });
                    self.row = block.row;
                }
                if block.name == "th" { "th" } else { "td" }
            }
            (Some(Wrap::Pre), _) => "",
            (_, Some(level)) => ["h2", "h2", "h2", "h3", "h4", "h5", "h6"].get(usize::from(level)).copied().unwrap_or("h2"),
            _ => "p",
        };
        if element.is_empty() {
            self.out.push_str(block.html.trim_end_matches('\n'));
            self.out.push('\n');
            return;
        }
        if matches!(wrap, Some(Wrap::Table(_))) {
            self.out.push_str(&block.cell);
        } else {
            self.out.push('<');
            self.out.push_str(element);
            self.out.push('>');
        }
        self.out.push_str(&block.html);
        self.element = Some(element.to_owned());
    }

    fn end_element(&mut self) {
        if let Some(element) = self.element.take() {
            self.out.push_str("</");
            self.out.push_str(&element);
            self.out.push('>');
        }
    }

    fn close(&mut self, next: Option<Wrap>) {
        self.end_element();
        let (end, start) = (self.wrap.as_ref().map(tags), next.as_ref().map(tags));
        if self.row != 0 {
            self.out.push_str("</tr>");
            self.row = 0;
        }
        if let Some(name) = end {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        }
        if let Some(name) = start {
            self.out.push('<');
            self.out.push_str(name);
            self.out.push('>');
        }
        self.wrap = next;
    }
}

fn tags(wrap: &Wrap) -> &str {
    match wrap {
        Wrap::Quote => "blockquote",
        Wrap::Pre => "pre",
        Wrap::List(kind, _) => kind,
        Wrap::Table(_) => "table",
    }
}

fn wrap_of(block: &Block, holder: &Holder) -> Option<Wrap> {
    if block.is_picture() {
        return None;
    }
    if holder.pre {
        return Some(Wrap::Pre);
    }
    if let Some((kind, serial)) = &block.list {
        return Some(Wrap::List(kind.clone(), *serial));
    }
    if let Some(table) = block.table.filter(|_| matches!(block.name.as_str(), "td" | "th")) {
        return Some(Wrap::Table(table));
    }
    holder.quote.then_some(Wrap::Quote)
}
