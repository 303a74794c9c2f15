//! Pages to articles.

mod dates;
mod depth;
mod json_ld;
pub mod judge;
mod metadata;
mod page;
mod readable;
mod references;
pub mod sanitize;
mod text;
mod tokens;

use crate::error::Fault;
use crate::model::Article;
use scraper::Html;
use url::Url;

pub struct Page<'a> {
    pub bytes: &'a [u8],
    pub content_type: Option<&'a str>,
    pub url: Option<&'a Url>,
    pub feed_title: Option<&'a str>,
    pub feed_text: Option<&'a str>,
}
#[derive(Debug, Default)]
pub struct Extraction {
    pub article: Article,
    pub faults: Vec<Fault>,
    pub error: Option<String>,
}

fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let _ = content_type;
    let mut d = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    if let Ok(s) = std::str::from_utf8(bytes) {
        return s.to_owned();
    }
    let head = &bytes[..bytes.len().min(4096)];
    let h = String::from_utf8_lossy(head).to_lowercase();
    if let Some(at) = h.find("charset=") {
        let label: String = h[at + 8..]
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        if let Some(e) = encoding_rs::Encoding::for_label(label.as_bytes()) {
            return e.decode(bytes).0.into_owned();
        }
    }
    d.feed(bytes, true);
    let enc = d.guess(None, chardetng::Utf8Detection::Allow);
    enc.decode(bytes).0.into_owned()
}

pub fn extract(page: &Page<'_>) -> Extraction {
    let text = decode(page.bytes, page.content_type);
    let mut rules = page::PageRules::default();
    let guarded = depth::guard(&text, &mut rules, depth::Bounds::default());
    let html = Html::parse_document(&guarded.html);
    let meta = metadata::read(&html, &rules.json_ld, page.url);
    let grabbed =
        if std::env::var("RAW").is_ok() { readable::grab(&text) } else { readable::grab(&guarded.html) }.unwrap_or_default();
    let clean = sanitize::clean(&grabbed, page.url);
    let text = sanitize::text_of(clean.as_str());
    Extraction {
        article: Article {
            title: meta.title,
            authors: meta.authors,
            text,
            html: clean,
            lang: meta.lang,
            published: meta.published,
            image: meta.image,
            canonical: meta.canonical,
            method: "readable".into(),
            quality: 0.5,
        },
        faults: guarded.faults,
        error: None,
    }
}
pub fn language(_: &str) -> Option<String> {
    None
}
pub fn to_json(_: &Extraction) -> serde_json::Value {
    serde_json::Value::Null
}
