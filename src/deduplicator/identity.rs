//! What an entry is called and what a reader would notice of it, as hashes.
//!
//! All of these are stored: what they are taken over must never change, or every stored entry would look new or edited.
//! That is why the reduction of HTML to words is our own here, and not the extractor's, which may become cleverer.

use jiff::Timestamp;
use memchr::{memchr, memmem};

use crate::model::{EntryKey, Hash128, ParsedEntry};

use super::canonical::{canonical, names_one_article};

/// Bytes of reduced text below which a text is too thin to be a name by itself: "Backup finished" is said every night.
const THIN_TEXT: usize = 80;

/// The names of one entry of a document, and what they are worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    /// GUID.
    pub guid: Option<EntryKey>,
    /// Canonical address.
    pub url: Option<EntryKey>,
    /// Title and text; with the date where the text is thin and the entry has another name to be told apart by.
    pub text: Option<EntryKey>,
    /// Title and thin text without a date: many entries may say the same, so it is a name only where nearly all of a document is told again.
    pub thin: Option<EntryKey>,
    /// All of it together: the last resort, where every other name is shared with somebody.
    pub whole: EntryKey,
    /// When it was published, as it says.
    pub date: Option<Timestamp>,
    /// The canonical address itself.
    pub canonical_url: Option<String>,
    /// What the address is good for.
    pub place: Place,
    /// Whether there is enough text to tell entries apart.
    pub has_text: bool,
    /// Of everything a reader would notice; dates and GUIDs are not noticed.
    pub content_hash: Hash128,
    /// Of the title alone; `None` without one.
    pub title_hash: Option<Hash128>,
}

/// How much an address says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// There is none, or it is the front page: it names nothing.
    Nowhere,
    /// A page, perhaps a section that many entries link to.
    Page,
    /// One article.
    Article,
}

/// Whether entries of two feeds at this canonical address may tell the same story: anywhere but at a front page.
pub fn is_foldable(canonical: &str) -> bool {
    place(canonical) != Place::Nowhere
}

impl Names {
    /// The names of `entry`.
    pub fn of(entry: &ParsedEntry) -> Self {
        let canonical_url = entry.original.as_deref().or(entry.link.as_deref()).map(canonical).filter(|url| !url.is_empty());
        let address = canonical_url.as_deref().unwrap_or_default();
        let guid = entry.guid.as_deref().map(str::trim).filter(|guid| !guid.is_empty());
        let title = words(entry.title.as_deref().unwrap_or_default());
        let mut text = String::new();
        add_reduced(&mut text, entry.content.as_deref());
        add_reduced(&mut text, entry.summary.as_deref());
        let media = entry.enclosures.iter().map(|enclosure| canonical(&enclosure.url)).collect::<Vec<_>>().join(" ");
        let content_hash = hash(&[&title, &text, address, &media]);
        let has_text = text.len() >= THIN_TEXT;
        let place = place(address);
        let text_key = if has_text {
            Some(key('t', &[&title, &text]))
        } else if guid.is_none() && place == Place::Nowhere {
            (!(title.is_empty() && text.is_empty() && media.is_empty())).then(|| key('m', &[&title, &text, &media]))
        } else {
            entry.published.map(|date| key('d', &[&title, &text, &date.to_string()]))
        };
        // A front page's address names nothing, as a GUID either.
        let own_guid = guid.filter(|guid| place != Place::Nowhere || address.is_empty() || canonical(guid) != address);
        Self {
            guid: own_guid.map(|guid| key('g', &[guid])),
            url: canonical_url.as_deref().map(|url| key('u', &[url])),
            text: text_key,
            thin: (text.len() < THIN_TEXT && !(title.is_empty() && text.is_empty())).then(|| key('c', &[&title, &text])),
            whole: key('w', &[guid.unwrap_or_default(), &title, &text, address, &media]),
            date: entry.published,
            place,
            has_text,
            content_hash,
            title_hash: (!title.is_empty()).then(|| title_hash(&title)),
            canonical_url,
        }
    }

    /// All names, strongest first.
    pub fn keys(&self) -> impl Iterator<Item = EntryKey> {
        [self.guid, self.url, self.text, self.thin, Some(self.whole)].into_iter().flatten()
    }
}

/// Of a title alone, white space collapsed; an empty one has a hash, too.
pub fn title_hash(title: &str) -> Hash128 {
    hash(&[&words(title)])
}

pub(super) fn place(canonical: &str) -> Place {
    let path = canonical.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    if path.is_empty() {
        Place::Nowhere
    } else if names_one_article(canonical) {
        Place::Article
    } else {
        Place::Page
    }
}

/// What outputs call an entry: made of the feed's address and a name.
pub fn public_id(feed_url: &str, key: EntryKey) -> String {
    let EntryKey(name) = key;
    let mut bytes = feed_url.as_bytes().to_vec();
    bytes.push(0);
    bytes.extend(name);
    Hash128::of(&bytes).urn()
}

fn key(kind: char, parts: &[&str]) -> EntryKey {
    let kind = kind.to_string();
    let mut all = vec![kind.as_str()];
    all.extend(parts);
    EntryKey(hash(&all).0)
}

/// Parts are closed by a byte that no text holds, so that moving a letter from one part to the next is a difference.
fn hash(parts: &[&str]) -> Hash128 {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for part in parts {
        bytes.extend(part.as_bytes());
        bytes.push(0xff);
    }
    Hash128::of(&bytes)
}

fn words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    add_words(&mut out, text);
    out
}

/// Words of `text` behind those of `out`, white space collapsed.
fn add_words(out: &mut String, text: &str) {
    let text = text.trim_ascii();
    let mut add = |words: &str| {
        if !out.is_empty() && !words.is_empty() {
            out.push(' ');
        }
        out.push_str(words);
    };
    // Most text between two tags is as it should be, and copied as it stands.
    if is_collapsed(text) { add(text) } else { text.split_whitespace().for_each(add) }
}

/// Whether no white space but single ASCII spaces is in `text`: judged by bytes, so that some letters are taken for white space.
fn is_collapsed(text: &str) -> bool {
    // The first bytes of U+0085 and U+00A0, U+1680, U+2000 to U+205F, U+3000.
    let may_be_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | 0xc2 | 0xe1..=0xe3);
    let bytes = text.as_bytes();
    // Not `any`: a loop that may end early looks at one byte at a time.
    !bytes.iter().fold(false, |found, byte| found | may_be_space(byte)) && memmem::find(bytes, b"  ").is_none()
}

/// Words of HTML without tags, comments, scripts and styles behind those of `out`: tracking tokens in addresses and reformatted markup
/// are no edits.
fn add_reduced(out: &mut String, html: Option<&str>) {
    let mut rest = html.unwrap_or_default();
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        let (text, tag) = rest.split_at(at);
        let letters = tag.bytes().skip(1).take_while(u8::is_ascii_alphabetic).count();
        let name = tag.get(1..1 + letters.min(8)).unwrap_or_default();
        let hidden = ["script", "style"].into_iter().find(|hidden| hidden.eq_ignore_ascii_case(name));
        let starts = letters > 0 || tag[1..].starts_with(['/', '!', '?']);
        // "a < b" is text.
        add_words(out, if starts { text } else { &rest[..=at] });
        rest = if tag.starts_with("<!--") {
            behind(tag, "-->")
        } else if let Some(name) = hidden {
            behind(behind_close(tag, name), ">")
        } else if starts {
            behind(tag, ">")
        } else {
            tag.get(1..).unwrap_or_default()
        };
    }
    add_words(out, rest);
}

fn behind<'a>(text: &'a str, mark: &str) -> &'a str {
    text.split_once(mark).map_or("", |(_, rest)| rest)
}

/// From `</script` on; ASCII case does not matter.
fn behind_close<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rest = text;
    while let Some(at) = rest.find("</") {
        rest = rest.get(at + 2..).unwrap_or_default();
        if rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name)) {
            return rest;
        }
    }
    ""
}

#[cfg(test)]
mod tests;
