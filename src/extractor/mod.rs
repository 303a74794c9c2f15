//! A page to its article, and whose text an entry shows.
//!
//! ```text
//! bytes -> charset -> settle -> depth::guard -> cut -> features -> model -> choose -> compose -> sanitize -> Article
//!                                  '-> metadata, json_ld ---^----------------^
//! ```
//! Everything here is pure and bounded: what is in front of a tree or a regular expression has been cut to size.

mod blocks;
mod bylines;
mod choose;
mod class_words;
mod compose;
mod cut;
mod dates;
mod depth;
mod dialogs;
mod element;
mod features;
mod feed_evidence;
mod headline;
mod inline;
mod json_ld;
pub mod judge;
mod labels;
mod language;
mod line;
pub mod memory;
mod metadata;
mod model;
mod names;
mod nesting;
mod next_page;
mod page;
pub mod pages;
mod references;
pub mod sanitize;
mod section;
mod seen;
mod settle;
mod simple;
mod site_rules;
mod state;
mod switches;
mod text;
mod tokens;
pub mod training;
mod values;
mod walls;
mod when;
mod won;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::{Value, json};
use url::Url;

pub use language::language;
pub use site_rules::SiteRules;

use crate::error::Fault;
use crate::model::{Article, Switches};
use crate::parser::charset;
use blocks::weight_of;
use depth::Bounds;
use memory::HostMemory;
use metadata::Metadata;
use next_page::next_page;
use page::PageRules;
use references::decode_value;
use settle::{For, Settled, settle};
use site_rules::Ruled;
use won::{Other, Won};

/// An article page as it was fetched.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// Decoded body.
    pub bytes: &'a [u8],
    /// `Content-Type` as received.
    pub content_type: Option<&'a str>,
    /// The address that answered: addresses are resolved against it.
    pub url: Option<&'a Url>,
    /// Names the part of the page that the entry is about, where its link has one; percent-encoded, without `#`.
    pub fragment: Option<&'a str>,
    /// The feed's title of the entry, plain.
    pub feed_title: Option<&'a str>,
    /// The feed's own text, plain.
    pub feed_text: Option<&'a str>,
    /// Rules of people for single sites.
    pub site_rules: Option<&'a SiteRules>,
    /// They are believed even where they disagree with what is found without them.
    pub force_rules: bool,
    /// What other stories of its host have.
    pub memory: Option<&'a HostMemory>,
    /// What of the article is wanted.
    pub switches: Switches,
}

/// What could be won, and what stood in the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extraction {
    /// What was won; empty text where nothing was.
    pub article: Article,
    /// Its text with what [`Page::switches`] leave out, and without what they add.
    pub uncut: String,
    /// What was wrong and survived.
    pub faults: Vec<Fault>,
    /// Why the article is missing or not whole. One line.
    pub error: Option<String>,
    /// The article is the part of the page that [`Page::fragment`] names.
    pub is_section: bool,
    /// Characters that rules for its site found and that were not taken: they disagree with what was found without them.
    pub disbelieved: Option<usize>,
    /// Its lines ([`memory::line_hash`]), to be known again on other pages of the host.
    pub lines: Vec<u64>,
    /// Where the article goes on.
    pub next_page: Option<Url>,
    /// Where all of it stands on one page, as rules for its site say.
    pub single_page: Option<Url>,
}

impl Extraction {
    /// The article as it is to be judged: whether the page has the story does not depend on what the user wants of it.
    pub fn judged(&self) -> Article {
        Article { text: self.uncut.clone(), ..self.article.clone() }
    }
}

/// Finds the article of a page. Never panics; bounded in time and memory whatever the page holds.
pub fn extract(page: &Page<'_>) -> Extraction {
    if let Some(kind) = not_a_page(page) {
        return Extraction { error: Some(format!("the page is {kind}, not HTML")), ..Extraction::default() };
    }
    // The last net: libraries below work on foreign markup.
    catch_unwind(AssertUnwindSafe(|| find(page))).unwrap_or_else(|_| Extraction {
        error: Some("the page made the extractor fail; the feed's own text stands".to_owned()),
        ..Extraction::default()
    })
}

/// The answer of `extract --batch`: one JSON object.
pub fn answer(id: &Value, extraction: &Extraction) -> Value {
    let article = &extraction.article;
    let mut answer = json!({
        "id": id, "title": article.title, "authors": article.authors, "published": article.published, "updated": article.updated,
        "lang": article.lang, "section": article.section, "image": article.image, "text": article.text, "html": article.html.as_str(), "method": article.method,
        "quality": (f64::from(article.quality) * 100.0).round() / 100.0,
    });
    if let (Some(error), Some(fields)) = (&extraction.error, answer.as_object_mut()) {
        fields.insert("error".to_owned(), json!(error));
    }
    answer
}

fn not_a_page(page: &Page<'_>) -> Option<&'static str> {
    let starts = |magic: &[u8]| page.bytes.starts_with(magic);
    match () {
        () if starts(b"%PDF-") => Some("a PDF file"),
        () if starts(b"\x89PNG") || starts(b"\xff\xd8\xff") || starts(b"GIF8") || starts(b"RIFF") => Some("a picture or a film"),
        () if starts(b"PK\x03\x04") || starts(b"\x1f\x8b") => Some("an archive"),
        () => None,
    }
}

/// A page made safe, with what it says of itself.
struct Prepared {
    html: String,
    meta: Metadata,
    faults: Vec<Fault>,
    /// What its addresses are relative to.
    base: Option<Url>,
    /// What rules for this site make of it.
    ruled: Option<Ruled>,
    /// Where they say that all of the article is.
    single_page: Option<Url>,
    /// Data in scripts.
    states: Vec<String>,
}

fn prepare(page: &Page<'_>) -> Prepared {
    let decoded = charset::decode(page.bytes, page.content_type, charset::Kind::Html).text;
    let Settled { html: source, base } = settle(&decoded, For::Blocks);
    let base = base_of(page.url, base.as_deref());
    let ruled = page.site_rules.zip(page.url).map(|(rules, url)| rules.apply(&decoded, url, base.as_ref()));
    let (ruled, single_page) = ruled.unwrap_or_default();
    drop(decoded);
    let mut rules = PageRules::default();
    let guarded = depth::guard(&source, &mut rules, Bounds::default());
    drop(source);
    let meta = metadata::read(&guarded.html, &rules.json_ld, page.url, base.as_ref());
    // A page in a file still says where it was.
    let base = base.or_else(|| Url::parse(meta.canonical.as_deref()?).ok());
    Prepared { html: guarded.html, meta, faults: guarded.faults, base, ruled, single_page, states: rules.states }
}

fn find(page: &Page<'_>) -> Extraction {
    let prepared = prepare(page);
    let host = page.url.and_then(Url::host_str);
    let section = page.fragment.and_then(|fragment| section::section(&prepared.html, fragment));
    let mut blocks = cut::cut(&prepared.html, host);
    dialogs::set_aside(&mut blocks);
    let mut won = match &section {
        Some(section) => won::part(section, prepared.base.as_ref(), &page.switches),
        None => won::story(page, &prepared, &blocks),
    };
    let Prepared { html: source, mut meta, mut faults, base, ruled, single_page, .. } = prepared;
    if blocks.is_cut {
        faults.push(Fault::new("page-blocks", format!("only the first {} paragraphs are read", cut::MAX_BLOCKS)));
    }
    let lines = memory::line_hashes(blocks.list.iter().filter(|block| !block.is_picture()).map(|block| block.text.as_str()));
    if let Some(section) = &section {
        // What the page says of itself it does not say of its parts.
        meta.title = Some(&section.heading).filter(|heading| !heading.is_empty()).cloned().or(meta.title);
        (meta.published, meta.updated, meta.canonical) = (None, None, None);
    }
    let mut next_page = page.url.filter(|_| section.is_none()).and_then(|url| next_page(&source, url, base.as_ref()));
    let ruled = ruled.filter(|_| section.is_none());
    let is_doubted = |ruled: &&Ruled| !page.force_rules && !site_rules::agrees(&ruled.text, &won.uncut);
    let disbelieved = ruled.as_ref().filter(is_doubted).map(|ruled| ruled.text.chars().count());
    if let Some(ruled) = ruled.filter(|_| disbelieved.is_none()) {
        let found = Other { markup: ruled.html, text: ruled.text, method: "site-rules" };
        won = won::otherwise(found, &meta, base.as_ref(), &page.switches);
        meta.title = ruled.title.or(meta.title);
        meta.authors = Some(ruled.authors).filter(|names| !names.is_empty()).unwrap_or(meta.authors);
        meta.published = ruled.published.or(meta.published);
        next_page = ruled.next_page.or(next_page);
    }
    let Won { html, text, uncut, method } = won;
    let lang = language::settle(meta.lang.as_deref(), &uncut);
    let quality = quality(&meta, &uncut);
    let error = match faults.first() {
        Some(fault) => Some(fault.detail.clone()),
        None if text.is_empty() => Some("no article text was found on the page".to_owned()),
        None => None,
    };
    let image = meta.image.or_else(|| sanitize::first_picture(&html));
    let partial = section.is_none() && judge::is_lead(meta.behind_wall, &uncut, |show| text::each_line(&source, show));
    let article = Article {
        title: meta.title.or_else(|| page.feed_title.map(str::to_owned)),
        authors: meta.authors,
        html,
        text,
        lang,
        published: meta.published,
        updated: meta.updated,
        section: meta.section,
        image,
        canonical: meta.canonical,
        method: method.to_owned(),
        partial,
        quality,
    };
    let single_page = single_page.filter(|_| section.is_none());
    let lines = memory::kept(&lines, &[]);
    Extraction { article, uncut, faults, error, is_section: section.is_some(), disbelieved, next_page, single_page, lines }
}

/// What addresses of the page are relative to: its `base` (HTML 4.2.3), itself relative to where the page is.
fn base_of(url: Option<&Url>, base: Option<&str>) -> Option<Url> {
    let base = base.map(decode_value);
    let stated = base.and_then(|base| match url {
        Some(url) => url.join(base.trim()).ok(),
        None => Url::parse(base.trim()).ok(),
    });
    stated.filter(|base| matches!(base.scheme(), "http" | "https") && base.has_host()).or_else(|| url.cloned())
}

/// How much it looks like an article, 0 to 1: length, sentences, what the page says of itself, and no wall.
fn quality(meta: &Metadata, text: &str) -> f32 {
    if text.is_empty() {
        return 0.0;
    }
    let weight = weight_of(text);
    let prose: f32 = text.lines().filter(|line| blocks::ends_sentence(line)).map(weight_of).sum();
    let mut quality = 0.4 * (weight / 1200.0).min(1.0) + 0.3 * (prose / weight.max(1.0)).min(1.0);
    quality += if meta.is_article { 0.1 } else { 0.0 }
        + if meta.title.is_some() { 0.1 } else { 0.0 }
        + if meta.published.is_some() { 0.1 } else { 0.0 };
    // What is behind a wall may still be whole; a short text then is its beginning.
    if meta.behind_wall && weight < 1200.0 {
        quality *= 0.5;
    }
    if judge::wall(meta.title.as_deref().unwrap_or_default(), text).is_some() {
        quality = quality.min(0.2);
    }
    quality.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod script_tests;

#[cfg(test)]
mod story_tests;
