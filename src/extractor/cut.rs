//! A page cut into blocks.
//!
//! One walk over the tokens of a guarded page, which are well nested. A block ends where an element of block level begins
//! or ends, and at every `br`.

use std::hash::{Hash, Hasher};

use super::blocks::{Around, Block, Blocks, Holder, around, mark, weight_of};
use super::depth::{Rules, is_void, write_attribute, write_text};
use super::page::PageRules;
use super::references::decode;
use super::settle;
use super::text::is_invisible;
use super::tokens::{Tag, Token, Tokens};

/// Blocks of one page.
const MAX_BLOCKS: usize = 20_000;

/// Cuts a guarded page.
pub(crate) fn cut(html: &str) -> Blocks {
    let mut walk = Walk::new();
    for token in Tokens::new(html) {
        if walk.blocks.list.len() >= MAX_BLOCKS {
            break;
        }
        match token {
            Token::Text(text) => walk.text(text),
            Token::Raw(..) => {}
            Token::Start(tag) => walk.start(&tag),
            Token::End(name) => walk.end(&name),
        }
    }
    walk.flush();
    walk.blocks
}

#[derive(Default)]
struct Line {
    text: String,
    html: String,
    space: bool,
    html_space: bool,
    chars: usize,
    linked: usize,
}

struct Walk {
    blocks: Blocks,
    holder: usize,
    /// Open inline elements: name and start tag as written.
    inline: Vec<(String, String)>,
    links: usize,
    line: Line,
    continues: bool,
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
    /// Blocks before it.
    before: usize,
}

impl Walk {
    fn new() -> Self {
        let root = Holder { parent: 0, name: String::new(), mark: 0, around: Around::default() };
        Self {
            blocks: Blocks { list: Vec::new(), holders: vec![root] },
            holder: 0,
            inline: Vec::new(),
            links: 0,
            line: Line::default(),
            continues: false,
            lists: Vec::new(),
            tables: Vec::new(),
            row: 0,
            cells: Cells::default(),
            serial: 0,
            figure: None,
        }
    }

    fn around(&self) -> Around {
        self.blocks.holders.get(self.holder).map(|holder| holder.around).unwrap_or_default()
    }

    fn text(&mut self, text: &str) {
        let in_link = self.links > 0;
        let keep_lines = self.around().pre;
        for (at, piece) in text.split('\n').enumerate() {
            if at > 0 {
                if keep_lines { self.line_break() } else { (self.line.space, self.line.html_space) = (true, true) }
            }
            let line = match &mut self.figure {
                Some(figure) if figure.in_caption => &mut figure.caption,
                _ => &mut self.line,
            };
            line.push(piece, in_link, keep_lines);
        }
    }

    fn in_caption(&self) -> bool {
        self.figure.as_ref().is_some_and(|figure| figure.in_caption)
    }

    fn line_break(&mut self) {
        if self.in_caption() {
            return self.text(" ");
        }
        // Two of them in a row end a paragraph.
        let had = !self.line.text.is_empty();
        self.flush();
        if !had && self.around().pre {
            self.line.html.insert(0, '\n');
        }
        self.continues = had;
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        match name {
            "br" => self.line_break(),
            "img" | "embed" => self.image(tag),
            "wbr" => {}
            _ if is_void(name) => {
                if name == "hr" {
                    self.flush();
                }
            }
            _ if is_inline(name) => {
                let mut written = format!("<{name}");
                if name == "a" || name == "q" || name == "abbr" || name == "time" {
                    PageRules::default().attributes(tag, &mut written);
                }
                written.push('>');
                if is_kept_inline(name) && !self.in_caption() {
                    self.line.push_tag(&written);
                }
                self.links += usize::from(name == "a");
                self.inline.push((name.to_owned(), written));
            }
            _ => self.block_start(tag),
        }
    }

    fn block_start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        if name == "figcaption"
            && let Some(figure) = &mut self.figure
        {
            figure.in_caption = true;
        } else {
            self.flush();
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
            "figure" if self.figure.is_none() => self.figure = Some(Figure { before: self.blocks.list.len(), ..Figure::default() }),
            _ => {}
        }
        let holder = Holder { parent: self.holder, name: name.to_owned(), mark: mark(tag), around: around(tag, self.around()) };
        self.holder = self.blocks.holders.len();
        self.blocks.holders.push(holder);
    }

    fn end(&mut self, name: &str) {
        if is_inline(name) {
            if let Some(at) = self.inline.iter().rposition(|(open, _)| open == name) {
                self.inline.remove(at);
                self.links -= usize::from(name == "a");
                if is_kept_inline(name) && !self.in_caption() {
                    self.line.html.push_str("</");
                    self.line.html.push_str(name);
                    self.line.html.push('>');
                }
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
            _ => self.flush(),
        }
        match name {
            "ul" | "ol" | "dl" => drop(self.lists.pop()),
            "table" => drop(self.tables.pop()),
            "td" | "th" if self.cells.before == self.blocks.list.len() => {
                self.cells.empty.push_str(&format!("{}</{name}>", self.cells.open));
            }
            _ => {}
        }
        if let Some(holder) = self.blocks.holders.get(self.holder) {
            self.holder = holder.parent;
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
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
            None if self.links == 0 && self.line.text.is_empty() => {
                let html = format!("<figure>{written}</figure>");
                self.push_picture(html, String::new());
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
        for block in self.blocks.list.iter_mut().skip(figure.before) {
            block.around.caption = true;
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
        let line = Line { text, html, ..Line::default() };
        self.push(line, "figure".to_owned(), false);
    }

    fn flush(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let continues = std::mem::take(&mut self.continues);
        for (name, written) in &self.inline {
            if is_kept_inline(name) {
                self.line.html.push_str(written);
            }
        }
        if line.text.is_empty() {
            return;
        }
        for (name, _) in self.inline.iter().rev() {
            if is_kept_inline(name) {
                line.html.push_str("</");
                line.html.push_str(name);
                line.html.push('>');
            }
        }
        let name = self.blocks.holders.get(self.holder).map(|holder| holder.name.clone()).unwrap_or_default();
        self.push(line, name, continues);
    }

    fn push(&mut self, line: Line, name: String, continues: bool) {
        let signature = {
            let mut hasher = std::hash::DefaultHasher::new();
            for at in self.blocks.chain(self.holder).take(3) {
                self.blocks.holders.get(at).map_or(0, |holder| holder.mark).hash(&mut hasher);
            }
            hasher.finish()
        };
        #[allow(clippy::cast_precision_loss)] // shares
        let share = |part: usize| if line.chars == 0 { 0.0 } else { part as f32 / line.chars as f32 };
        let cell = match name.as_str() {
            "td" | "th" => std::mem::take(&mut self.cells.empty) + &self.cells.open,
            _ => String::new(),
        };
        let in_list = self.lists.last().filter(|_| name != "figure");
        let block = Block {
            weight: weight_of(&line.text),
            link_share: share(line.linked),
            text: line.text,
            html: line.html,
            holder: self.holder,
            name,
            list: in_list.cloned(),
            table: self.tables.last().copied(),
            row: self.row,
            cell,
            continues,
            around: self.around(),
            signature,
        };
        self.blocks.list.push(block);
    }
}

impl Line {
    /// Adds characters; markup keeps its references, the text has them resolved.
    fn push(&mut self, raw: &str, linked: bool, keep_spaces: bool) {
        let mut begun = !self.text.is_empty();
        for c in raw.chars() {
            if c.is_ascii_whitespace() && !keep_spaces {
                self.html_space = true;
                continue;
            }
            if std::mem::take(&mut self.html_space) && begun {
                self.html.push(' ');
            }
            begun = true;
            if c == '<' { self.html.push_str("&lt;") } else { self.html.push(c) }
        }
        for c in decode(raw).chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !is_invisible(c) {
                if std::mem::take(&mut self.space) && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.text.push(c);
                self.chars += 1;
                self.linked += usize::from(linked);
            }
        }
    }

    /// Writes a tag; white space before it stays before it.
    fn push_tag(&mut self, written: &str) {
        if std::mem::take(&mut self.html_space) && !self.text.is_empty() {
            self.html.push(' ');
        }
        self.html.push_str(written);
    }
}

fn is_inline(name: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
        "mark", "nobr", "picture", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
        "tt", "u", "var",
    ];
    INLINE.contains(&name)
}

fn is_kept_inline(name: &str) -> bool {
    is_inline(name) && !matches!(name, "span" | "font" | "picture" | "data" | "nobr" | "big" | "acronym" | "tt")
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
