//! A page cut into blocks: the paragraphs, headings, list items, cells and pictures a reader would tell apart.
//!
//! One walk over the tokens of a guarded page, which are well nested. A block ends where an element of block level begins
//! or ends, and at every `br`.

use std::hash::{Hash, Hasher};

use super::depth::{Rules, is_void, write_text};
use super::page::PageRules;
use super::references::decode;
use super::tokens::{Tag, Token, Tokens};

/// Blocks of one page.
const MAX_BLOCKS: usize = 20_000;
/// A Chinese or Japanese character says as much as so many Latin ones.
const WIDE: f32 = 2.5;

/// What surrounds a block; weak and strong evidence alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Around {
    /// `nav`, `footer`, `form`, `button`, `dialog`, `label`, or not shown.
    pub(crate) outside: bool,
    /// `aside` or `header`.
    pub(crate) aside: bool,
    /// A class or id that speaks of comments.
    pub(crate) comments: bool,
    /// A class or id that speaks of links to elsewhere, advertising, newsletters, sharing.
    pub(crate) furniture: bool,
    /// Within `figcaption`, or a class that speaks of captions and credits.
    pub(crate) caption: bool,
    /// A class or id that speaks of the author, or of the date.
    pub(crate) byline: bool,
    /// Within `blockquote`.
    pub(crate) quote: bool,
    /// Within `pre`.
    pub(crate) pre: bool,
}

/// An element that holds blocks.
#[derive(Clone, Debug)]
pub(crate) struct Holder {
    /// Its parent; the first holder is its own.
    pub(crate) parent: usize,
    /// Its name.
    pub(crate) name: String,
    /// Of its name and classes.
    mark: u64,
    /// What surrounds its content.
    pub(crate) around: Around,
}

/// A piece of text, or a picture.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    /// White space collapsed; the caption of a picture.
    pub(crate) text: String,
    /// Its inline markup, or the whole picture.
    pub(crate) html: String,
    /// The element it stands in.
    pub(crate) holder: usize,
    /// Name of that element, or `figure`.
    pub(crate) name: String,
    /// `ul`, `ol` or `dl` around it, with the number of that element.
    pub(crate) list: Option<(String, usize)>,
    /// The table around it.
    pub(crate) table: Option<usize>,
    /// The row around it.
    pub(crate) row: usize,
    /// Only a `br` stands between it and the block before.
    pub(crate) continues: bool,
    /// What surrounds it.
    pub(crate) around: Around,
    /// Share of its characters in links.
    pub(crate) link_share: f32,
    /// Share of its characters in bold or italics.
    pub(crate) strong_share: f32,
    /// Characters, wide ones counted as more.
    pub(crate) weight: f32,
    /// Of the elements around it, three up: blocks of one kind share it.
    pub(crate) signature: u64,
}

impl Block {
    /// Whether it is a picture.
    pub(crate) fn is_picture(&self) -> bool {
        self.name == "figure"
    }

    /// Level of a heading.
    pub(crate) fn heading(&self) -> Option<u8> {
        let level = self.name.strip_prefix('h')?.parse().ok()?;
        (1..=6).contains(&level).then_some(level)
    }

    /// Prose: long enough, not made of links, with a sentence in it.
    pub(crate) fn is_good(&self) -> bool {
        !self.is_picture()
            && self.weight >= 80.0
            && self.link_share < 0.35
            && (ends_sentence(&self.text) || commas(&self.text) >= 2)
    }
}

/// A page in blocks.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// In the order of the page.
    pub(crate) list: Vec<Block>,
    /// The elements around them.
    pub(crate) holders: Vec<Holder>,
}

impl Blocks {
    /// The holder and all above it, innermost first.
    pub(crate) fn chain(&self, holder: usize) -> impl Iterator<Item = usize> + '_ {
        let mut next = Some(holder);
        std::iter::from_fn(move || {
            let now = next?;
            let parent = self.holders.get(now)?.parent;
            next = (parent != now).then_some(parent);
            Some(now)
        })
    }

    /// The nearest element of that name around a block.
    pub(crate) fn nearest(&self, block: &Block, name: &str) -> Option<usize> {
        self.chain(block.holder).find(|&at| self.holders.get(at).is_some_and(|holder| holder.name == name))
    }
}

/// Whether the text ends as a sentence does, closing quotes ignored.
pub(crate) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(['"', '\'', '”', '“', '»', '«', '’', ')', ']', '」', '』', ' ']);
    end.ends_with(['.', '!', '?', '…', '。', '！', '？', '।', '۔', '؟'])
}

fn commas(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, ',' | '،' | '、' | '，')).count()
}

/// Characters, wide ones counted as more.
pub(crate) fn weight_of(text: &str) -> f32 {
    let wide = text.chars().filter(|&c| is_wide(c)).count();
    #[allow(clippy::cast_precision_loss)] // a few characters more or less do not matter
    let weight = text.chars().count() as f32 + wide as f32 * (WIDE - 1.0);
    weight
}

/// Chinese and Japanese characters.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

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
    strong: usize,
}

struct Walk {
    blocks: Blocks,
    holder: usize,
    /// Open inline elements: name and start tag as written.
    inline: Vec<(String, String)>,
    links: usize,
    strongs: usize,
    line: Line,
    continues: bool,
    /// Open lists with their numbers; tables and rows likewise.
    lists: Vec<(String, usize)>,
    tables: Vec<usize>,
    row: usize,
    serial: usize,
    figure: Option<Figure>,
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
            strongs: 0,
            line: Line::default(),
            continues: false,
            lists: Vec::new(),
            tables: Vec::new(),
            row: 0,
            serial: 0,
            figure: None,
        }
    }

    fn around(&self) -> Around {
        self.blocks.holders.get(self.holder).map(|holder| holder.around).unwrap_or_default()
    }

    fn text(&mut self, text: &str) {
        let (in_link, in_strong) = (self.links > 0, self.strongs > 0);
        let keep_lines = self.around().pre;
        for (at, piece) in text.split('\n').enumerate() {
            if at > 0 {
                if keep_lines { self.line_break() } else { (self.line.space, self.line.html_space) = (true, true) }
            }
            let line = match &mut self.figure {
                Some(figure) if figure.in_caption => &mut figure.caption,
                _ => &mut self.line,
            };
            line.push(piece, in_link, in_strong, keep_lines);
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
        self.continues = had;
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = &*tag.name;
        match name {
            "br" => self.line_break(),
            "img" => self.image(tag),
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
                self.strongs += usize::from(is_strong(name));
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
            "tr" => self.row = self.serial,
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
                self.strongs -= usize::from(is_strong(name));
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
            _ => {}
        }
        if let Some(holder) = self.blocks.holders.get(self.holder) {
            self.holder = holder.parent;
        }
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let mut written = "<img".to_owned();
        PageRules::default().attributes(tag, &mut written);
        written.push('>');
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
        let in_list = self.lists.last().filter(|_| name != "figure");
        let block = Block {
            weight: weight_of(&line.text),
            link_share: share(line.linked),
            strong_share: share(line.strong),
            text: line.text,
            html: line.html,
            holder: self.holder,
            name,
            list: in_list.cloned(),
            table: self.tables.last().copied(),
            row: self.row,
            continues,
            around: self.around(),
            signature,
        };
        self.blocks.list.push(block);
    }
}

impl Line {
    /// Adds characters; markup keeps its references, the text has them resolved.
    fn push(&mut self, raw: &str, linked: bool, strong: bool, keep_spaces: bool) {
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
                self.strong += usize::from(strong);
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

/// Soft hyphens and zero-width characters: they would tear words apart for search and comparison.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
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

fn is_strong(name: &str) -> bool {
    matches!(name, "b" | "strong" | "i" | "em")
}

fn mark(tag: &Tag<'_>) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    tag.name.hash(&mut hasher);
    tag.get("class").unwrap_or_default().trim().hash(&mut hasher);
    hasher.finish()
}

/// Class and id words are in the language of programmers nearly everywhere.
fn around(tag: &Tag<'_>, outer: Around) -> Around {
    const COMMENTS: &[&str] =
        &["comment", "disqus", "kommentar", "discussion", "respond", "reply", "replies", "talkback", "commentaire", "comentario"];
    const FURNITURE: &[&str] = &[
        "related",
        "recirc",
        "promo",
        "advert",
        "newsletter",
        "share",
        "sharing",
        "social",
        "sponsor",
        "outbrain",
        "taboola",
        "teaser",
        "recommend",
        "readmore",
        "read-more",
        "popular",
        "trending",
        "subscri",
        "signup",
        "paywall",
        "cookie",
        "consent",
        "gdpr",
        "breadcrumb",
        "pagination",
        "toolbar",
        "banner",
        "most-read",
        "mostread",
        "embed",
        "follow-us",
        "disclaimer",
    ];
    const CAPTIONS: &[&str] =
        &["caption", "credit", "bildunterschrift", "bildtext", "imagetext", "copyright", "image-source", "photographer"];
    const BYLINES: &[&str] = &[
        "byline",
        "author",
        "autor",
        "dateline",
        "published",
        "pubdate",
        "timestamp",
        "post-date",
        "entry-date",
        "article-date",
        "post-meta",
        "entry-meta",
        "article-meta",
        "article__meta",
    ];
    let mut around = outer;
    let name = &*tag.name;
    let get = |name: &str| tag.get(name).unwrap_or_default();
    let style = get("style").to_ascii_lowercase();
    let hidden = tag.get("hidden").is_some() || get("aria-hidden") == "true" || style.replace(' ', "").contains("display:none");
    let role = get("role").to_ascii_lowercase();
    around.outside |= hidden
        || matches!(name, "nav" | "footer" | "button" | "dialog" | "label" | "legend" | "fieldset" | "menu")
        || matches!(
            &*role,
            "navigation" | "dialog" | "menu" | "menubar" | "alert" | "alertdialog" | "contentinfo" | "search" | "banner"
        );
    around.aside |= matches!(name, "aside" | "header") || role == "complementary";
    around.caption |= name == "figcaption";
    around.quote |= name == "blockquote";
    around.pre |= matches!(name, "pre" | "listing");
    // On these the words speak of the whole page.
    if matches!(name, "html" | "body" | "main" | "article") {
        return around;
    }
    let words = format!("{} {}", get("class"), get("id")).to_ascii_lowercase();
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let is = |list: &[&str]| words.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| list.contains(&word));
    around.comments |= has(COMMENTS);
    around.furniture |= has(FURNITURE) || is(&["ad", "ads", "adv", "advertisement", "tags", "anzeige", "werbung"]);
    around.caption |= has(CAPTIONS);
    around.byline |= has(BYLINES) || is(&["date", "datum"]);
    around
}

#[cfg(test)]
#[path = "blocks_tests.rs"]
mod tests;
