//! Chosen blocks written as tidy HTML and as plain lines: no containers, each block in the element it is.

use std::borrow::Cow;
use std::collections::HashSet;

use super::blocks::{Block, Blocks, Holder};
use super::choose::Choice;
use super::depth::{is_safe, safe};

/// Writes the blocks that are shown, in order.
pub(crate) fn compose(page: &Blocks, choice: &Choice) -> String {
    let mut composer = Composer::default();
    let shown = || page.list.iter().zip(&choice.shown).filter(|(_, shown)| **shown).map(|(block, _)| block);
    // A caption that is all that is left of its table is a line as any other.
    let tables: HashSet<usize> = shown().filter(|block| block.is_cell()).filter_map(|block| block.table).collect();
    for block in shown() {
        if let Some(holder) = page.holders.get(block.holder) {
            let wrap = wrap_of(block, holder, &tables);
            composer.in_head = matches!(wrap, Some(Wrap::Table(_))) && in_head(page, block);
            composer.add(block, wrap);
        }
    }
    composer.close(None);
    composer.out
}

/// The blocks of the story, a line each; code keeps its lines, but for empty ones.
pub(crate) fn lines(page: &Blocks, choice: &Choice) -> String {
    let mut out = String::new();
    for (block, _) in page.list.iter().zip(&choice.told).filter(|(_, told)| **told) {
        for line in block.text.split(['\n', '\r']) {
            let line: Cow<'_, str> = if is_safe(line) { line.into() } else { line.chars().filter_map(safe).collect() };
            if line.trim().is_empty() {
                continue;
            }
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(line.trim_end());
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
    /// Whether the block that is added stands in the head of its table, and whether one is open.
    in_head: bool,
    head_open: bool,
}

impl Composer {
    fn add(&mut self, block: &Block, wrap: Option<Wrap>) {
        let goes_on = block.continues || matches!(wrap, Some(Wrap::Table(_)));
        if goes_on && self.element.is_some() && wrap == self.wrap && block.holder == self.holder {
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
            (Some(Wrap::Table(_)), _) if block.is_caption() => {
                self.end_rows();
                "caption"
            }
            (Some(Wrap::Table(_)), _) => {
                self.row(block.row);
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
        if matches!(wrap, Some(Wrap::Table(_))) && !block.is_caption() {
            self.out.push_str(&block.cell);
        } else {
            self.out.push('<');
            self.out.push_str(element);
            self.out.push('>');
        }
        self.out.push_str(&block.html);
        self.element = Some(element.to_owned());
    }

    /// Begins another row where the cell that comes is not of the one that is open.
    fn row(&mut self, row: usize) {
        if self.row == row {
            return;
        }
        let is_first = self.row == 0;
        if !is_first {
            self.out.push_str("</tr>");
        }
        if self.head_open && !self.in_head {
            self.out.push_str("</thead>");
            self.head_open = false;
        } else if is_first && self.in_head {
            self.out.push_str("<thead>");
            self.head_open = true;
        }
        self.out.push_str("<tr>");
        self.row = row;
    }

    fn end_rows(&mut self) {
        if std::mem::take(&mut self.row) != 0 {
            self.out.push_str("</tr>");
        }
        if std::mem::take(&mut self.head_open) {
            self.out.push_str("</thead>");
        }
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
        self.end_rows();
        let (end, start) = (self.wrap.as_ref().map(tags), next.as_ref().map(tags));
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

fn wrap_of(block: &Block, holder: &Holder, tables: &HashSet<usize>) -> Option<Wrap> {
    if block.is_picture() {
        return None;
    }
    if holder.pre {
        return Some(Wrap::Pre);
    }
    if let Some((kind, serial)) = &block.list {
        return Some(Wrap::List(kind.clone(), *serial));
    }
    if let Some(table) = block.table.filter(|table| block.is_cell() || (block.is_caption() && tables.contains(table))) {
        return Some(Wrap::Table(table));
    }
    holder.quote.then_some(Wrap::Quote)
}

fn in_head(page: &Blocks, cell: &Block) -> bool {
    let names = page.chain(cell.holder).filter_map(|at| page.holders.get(at)).map(|holder| holder.name.as_str());
    names.take_while(|name| *name != "table").any(|name| name == "thead")
}
