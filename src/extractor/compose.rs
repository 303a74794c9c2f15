//! Chosen blocks written as tidy HTML: no containers, each block in the element it is.

use super::blocks::{Block, Blocks};

/// Writes the blocks marked in `keep`, in order.
pub(crate) fn compose(blocks: &Blocks, keep: &[bool]) -> String {
    let mut page = Composer::default();
    for (block, _) in blocks.list.iter().zip(keep).filter(|(_, keep)| **keep) {
        page.add(block);
    }
    page.close(None);
    page.out
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
    fn add(&mut self, block: &Block) {
        let wrap = wrap_of(block);
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
            self.out.push_str(&block.html);
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

/// A cell that holds prose belongs to a layout table.
fn wrap_of(block: &Block) -> Option<Wrap> {
    if block.is_picture() {
        return None;
    }
    if block.around.pre {
        return Some(Wrap::Pre);
    }
    if let Some((kind, serial)) = &block.list {
        return Some(Wrap::List(kind.clone(), *serial));
    }
    if let Some(table) = block.table.filter(|_| matches!(block.name.as_str(), "td" | "th")) {
        return Some(Wrap::Table(table));
    }
    block.around.quote.then_some(Wrap::Quote)
}
