//! A page cut into blocks.
//!
//! One walk over the tokens of a guarded page, which are well nested. A block ends where an element of block level begins
//! or ends, and at every `br`.

use super::blocks::{Block, Blocks, Holder, holder, weight_of};
use super::class_words::ClassWords;
use super::depth::{Rules, is_void, write_attribute, write_text};
use super::inline::{Inlines, is_inline};
use super::line::Line;
use super::page::PageRules;
use super::settle;
use super::text::is_blank;
use super::tokens::{Tag, Token, Tokens};
use crate::model::site_name;

/// Blocks of one page.
pub(crate) const MAX_BLOCKS: usize = 20_000;

/// Cuts a guarded page. `host`: of the page, to tell its own links from those that lead elsewhere.
pub(crate) fn cut(html: &str, host: Option<&str>) -> Blocks {
    let mut walk = Walk::new(host);
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        if walk.blocks.list.len() >= MAX_BLOCKS {
            walk.blocks.is_cut = true;
            break;
        }
        match token {
            Token::Text(text) => walk.text(text),
            Token::Raw(..) => {}
            // What stands in a player is for browsers that have none.
            Token::Start(tag) if matches!(&*tag.name, "video" | "audio") => {
                tokens.skip_element(&tag.name);
            }
            Token::Start(tag) => walk.start(&tag),
            Token::End(name) => walk.end(&name),
        }
    }
    walk.flush();
    walk.blocks
}

struct Walk<'h> {
    host: Option<&'h str>,
    words: ClassWords,
    blocks: Blocks,
    /// The innermost open holder, and the innermost one of block level.
    element: usize,
    holder: usize,
    inline: Inlines,
    line: Line,
    continues: bool,
    /// What stood there since the last block.
    after_break: bool,
    pictures: u16,
    /// Open lists with their numbers; tables and rows likewise.
    lists: Vec<(String, usize)>,
    tables: Vec<usize>,
    row: usize,
    cells: Cells,
    serial: usize,
    figure: Option<Figure>,
}

/// Cells of the row that is being read.
#[derive(Default)]
struct Cells {
    /// Those without content since the last block.
    empty: String,
    /// Start tag of the open one.
    open: String,
    /// Blocks before it.
    before: usize,
}

#[derive(Default)]
struct Figure {
    images: Vec<String>,
    caption: Line,
    in_caption: bool,
}

impl<'h> Walk<'h> {
    fn new(host: Option<&'h str>) -> Self {
        Self {
            host,
            words: ClassWords::default(),
            blocks: Blocks {
                list: Vec::new(),
                site: host.and_then(site_name).map(str::to_owned),
                holders: vec![Holder { is_block: true, ..Holder::default() }],
                is_cut: false,
            },
            element: 0,
            holder: 0,
            inline: Inlines::default(),
            line: Line::default(),
            continues: false,
            after_break: false,
            pictures: 0,
            lists: Vec::new(),
            tables: Vec::new(),
            row: 0,
            cells: Cells::default(),
            serial: 0,
            figure: None,
        }
    }

    fn is_pre(&self) -> bool {
        self.blocks.holders.get(self.holder).is_some_and(|holder| holder.pre)
    }

    fn in_caption(&self) -> bool {
        self.figure.as_ref().is_some_and(|figure| figure.in_caption)
    }

    fn text(&mut self, text: &str) {
        let keep_lines = self.is_pre() && !self.in_caption();
        if !self.in_caption() && (keep_lines || !is_blank(text)) {
            self.inline.begin(&mut self.line);
        }
        let style = self.inline.style();
        let element = self.element;
        let line = match &mut self.figure {
            Some(figure) if figure.in_caption => &mut figure.caption,
            _ => &mut self.line,
        };
        if line.text.is_empty() {
            line.element = element;
        }
        if !keep_lines {
            return line.push(text, &style, false);
        }
        for (at, piece) in text.split('\n').enumerate() {
            if at > 0 {
                line.new_line();
            }
            line.push(piece, &style, true);
        }
    }

    fn line_break(&mut self) {
        if self.in_caption() {
            return self.text(" ");
        }
        if self.is_pre() {
            return self.text("\n");
        }
        // Two of them in a row end a paragraph.
        let had = !self.line.text.is_empty();
        self.flush_at(true);
        self.continues = had;
        self.after_break = true;
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        match name {
            "br" => self.line_break(),
            "img" | "embed" => self.image(tag),
            "wbr" => {}
            "hr" => self.flush(),
            _ if is_void(name) => {}
            _ if is_inline(name) => self.inline_start(tag),
            _ => self.block_start(tag),
        }
    }

    fn inline_start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        if name == "a" {
            self.line.counts.links = self.line.counts.links.saturating_add(1);
        }
        let holds = name == "a" || name.contains('-') || (name == "span" && tag.get("class").is_some());
        if holds {
            self.open(tag, false);
        }
        self.inline.open(tag, self.host, holds);
    }

    fn open(&mut self, tag: &Tag<'_>, is_block: bool) {
        let Some(outer) = self.blocks.holders.get(self.element) else { return };
        let opened = holder(tag, self.element, outer, is_block, &mut self.words);
        self.element = self.blocks.holders.len();
        self.blocks.holders.push(opened);
        if is_block {
            self.holder = self.element;
        }
    }

    /// Back to the parent of the innermost holder.
    fn leave(&mut self) {
        let Some(left) = self.blocks.holders.get(self.element) else { return };
        let (parent, was_block) = (left.parent, left.is_block);
        self.element = parent;
        if was_block {
            let block = self.blocks.chain(parent).find(|&at| self.blocks.holders.get(at).is_some_and(|holder| holder.is_block));
            self.holder = block.unwrap_or(0);
        }
    }

    fn block_start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        if name == "figcaption"
            && let Some(figure) = &mut self.figure
        {
            figure.in_caption = true;
        } else {
            self.part();
        }
        self.serial += 1;
        match name {
            "ul" | "ol" | "dl" => self.lists.push((name.to_owned(), self.serial)),
            "table" => self.tables.push(self.serial),
            "tr" => (self.row, self.cells) = (self.serial, Cells::default()),
            "td" | "th" => {
                self.cells.before = self.blocks.list.len();
                self.cells.open = format!("<{name}");
                for span in ["colspan", "rowspan"] {
                    if let Some(number) = tag.get(span).and_then(|value| value.trim().parse::<u16>().ok()) {
                        write_attribute(&mut self.cells.open, span, &number.to_string());
                    }
                }
                self.cells.open.push('>');
            }
            "figure" if self.figure.is_none() => self.figure = Some(Figure::default()),
            _ => {}
        }
        self.open(tag, true);
    }

    fn end(&mut self, name: &str) {
        if is_inline(name) {
            if self.inline.close(name, &mut self.line) {
                self.leave();
            }
            return;
        }
        match name {
            "figcaption" => {
                if let Some(figure) = &mut self.figure {
                    figure.in_caption = false;
                } else {
                    self.flush();
                }
            }
            "figure" => self.figure_end(),
            _ => self.part(),
        }
        match name {
            "ul" | "ol" | "dl" => drop(self.lists.pop()),
            "table" => drop(self.tables.pop()),
            "td" | "th" if self.cells.before == self.blocks.list.len() => {
                self.cells.empty.push_str(&format!("{}</{name}>", self.cells.open));
            }
            _ => {}
        }
        self.leave();
    }

    fn image(&mut self, tag: &Tag<'_>) {
        self.pictures = self.pictures.saturating_add(1);
        let mut written = String::new();
        if let Some(embed) = settle::carried(tag) {
            embed.shown(&mut written);
            // A player ends the line that it stands in.
            if self.figure.is_none() {
                self.flush();
            }
        } else {
            written.push_str("<img");
            PageRules::default().attributes(tag, &mut written);
            written.push('>');
        }
        match &mut self.figure {
            Some(figure) => figure.images.push(written),
            None if self.line.text.is_empty() && !self.inline.style().linked => {
                self.push_picture(format!("<figure>{written}</figure>"), String::new());
            }
            // A picture within a sentence is a symbol, one within a link leads elsewhere.
            None => {}
        }
    }

    fn figure_end(&mut self) {
        let Some(figure) = self.figure.take() else { return };
        self.flush();
        if figure.images.is_empty() {
            return;
        }
        let mut html = format!("<figure>{}", figure.images.concat());
        let caption = figure.caption.text.trim();
        if !caption.is_empty() {
            html.push_str("<figcaption>");
            write_text(&mut html, &caption.replace('&', "&amp;"));
            html.push_str("</figcaption>");
        }
        html.push_str("</figure>");
        self.push_picture(html, caption.to_owned());
    }

    fn push_picture(&mut self, html: String, text: String) {
        let (holder, element) = (self.holder, self.element);
        self.blocks.list.push(Block { text, html, holder, element, name: "figure".to_owned(), ..Block::default() });
    }

    /// Where an element of block level begins or ends, so does a line; a caption is one line, whatever its parts stand in.
    fn part(&mut self) {
        if self.in_caption() { self.text(" ") } else { self.flush() }
    }

    fn flush(&mut self) {
        self.flush_at(false);
    }

    fn flush_at(&mut self, before_break: bool) {
        let mut line = std::mem::take(&mut self.line);
        let continues = std::mem::take(&mut self.continues);
        self.inline.end_line(&mut line);
        self.line.counts.links = u16::from(self.inline.style().linked);
        if line.text.is_empty() {
            return;
        }
        let name = self.blocks.holders.get(self.holder).map(|holder| holder.name.clone()).unwrap_or_default();
        // The text of a figure without its caption is not a picture.
        let name = if name == "figure" { "div".to_owned() } else { name };
        #[allow(clippy::cast_precision_loss)] // shares
        let share = |part: usize| if line.chars == 0 { 0.0 } else { part as f32 / line.chars as f32 };
        let cell = match name.as_str() {
            "td" | "th" => std::mem::take(&mut self.cells.empty) + &self.cells.open,
            _ => String::new(),
        };
        let block = Block {
            weight: weight_of(&line.text),
            linked: share(line.counts.linked),
            linked_within: share(line.counts.within),
            bold: share(line.counts.bold),
            italic: share(line.counts.italic),
            links: line.counts.links,
            at_break: before_break || std::mem::take(&mut self.after_break),
            pictures: std::mem::take(&mut self.pictures),
            text: line.text,
            html: line.html,
            holder: self.holder,
            element: line.element,
            name,
            list: self.lists.last().cloned(),
            table: self.tables.last().copied(),
            row: self.row,
            cell,
            continues,
        };
        self.blocks.list.push(block);
    }
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
