//! The blocks of a page: the paragraphs, headings, list items, cells and pictures a reader would tell apart, and what
//! surrounds them.

use std::hash::{Hash, Hasher};

use super::tokens::Tag;

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
    pub(crate) mark: u64,
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
    /// Start tag of the cell that it is, empty cells before it included.
    pub(crate) cell: String,
    /// Only a `br` stands between it and the block before.
    pub(crate) continues: bool,
    /// What surrounds it.
    pub(crate) around: Around,
    /// Share of its characters in links.
    pub(crate) link_share: f32,
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

/// Of the name and the classes of an element.
pub(crate) fn mark(tag: &Tag<'_>) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    tag.name.hash(&mut hasher);
    tag.get("class").unwrap_or_default().trim().hash(&mut hasher);
    hasher.finish()
}

/// What an element adds to what surrounds it. Class and id words are in the language of programmers nearly everywhere.
pub(crate) fn around(tag: &Tag<'_>, outer: Around) -> Around {
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
