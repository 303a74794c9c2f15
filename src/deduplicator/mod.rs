//! deduplicator: what a poll brings beside what is stored gives a plan; which entries of which feeds are one story.
//!
//! Pure. Inside a feed an entry is told by its names (`identity`, `matching`); across feeds by address, text and headline (`folding`).
//! Which stories are about one event is another question (`related`).

pub mod asking;
pub mod canonical;
pub mod folding;
pub mod identity;
mod matching;
pub mod policy;
pub mod related;
mod succession;

use jiff::Timestamp;
use serde_json::json;
use url::Url;

use crate::clock::after;
use crate::model::{
    Attached, ChangedEntry, CleanHtml, Decision, EntryId, EntryKey, EntryText, FeedId, FeedSettings, Fingerprint, Known, NewEntry,
    PageChoice, PageHistory, Parsed, ParsedEntry, ParsedFeed, ScrapeAsk, ScrapeMode, Stamp, host_of,
};

use identity::{Names, Place, public_id, title_hash};
use matching::{Fate, Via};

/// Rewrites of one entry that are followed; afterwards only a new title counts. For pages that print the time or a counter.
const MAX_REVISIONS: u32 = 24;
/// Dates before this are mistakes of software that means "none", in Unix seconds: the second day of 1970.
const FIRST_DATE: i64 = 86_400;

/// Kind of the decision that an entry is known in spite of another GUID.
const REKEYED: &str = "rekeyed";
/// Entries of one document from which on that is said of the feed.
const MANY: usize = 5;

/// All that a poll is planned from.
pub struct PollInput {
    /// Which feed.
    pub feed: FeedId,
    /// Its polled address: part of the public ids.
    pub feed_url: String,
    /// Whether no poll of it ever succeeded.
    pub first: bool,
    /// What holds for it.
    pub settings: FeedSettings,
    /// What came.
    pub document: Document,
    /// What the store knows under [`Document::keys`].
    pub known: Known,
    /// When.
    pub now: Timestamp,
    /// How texts are treated.
    pub text: Text,
}

/// The treatment of texts, as the extractor does it.
#[derive(Clone, Copy)]
pub struct Text {
    /// Foreign HTML and the address its links are relative to -> safe HTML.
    pub clean: fn(&str, Option<&Url>) -> CleanHtml,
    /// HTML -> plain text.
    pub text_of: fn(&str) -> String,
    /// Plain text -> BCP 47.
    pub language: fn(&str) -> Option<String>,
    /// Whether an entry with this summary and content (clean HTML) carries the whole article.
    pub carries_whole: fn(Option<&str>, Option<&str>) -> bool,
}

/// The entries' part of a [`crate::model::Plan`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryPlan {
    /// Never seen before, oldest first.
    pub new: Vec<NewEntry>,
    /// Whose text moved.
    pub changed: Vec<ChangedEntry>,
    /// In the document, unchanged, with names of theirs that are new.
    pub seen: Vec<(EntryId, Vec<EntryKey>)>,
    /// What those have attached, which no hash is taken over.
    pub attached: Vec<Attached>,
    /// Why.
    pub decisions: Vec<Decision>,
}

/// A document with the names of its entries, which are asked for twice and made once: they are taken over all of its text.
pub struct Document {
    parsed: Parsed,
    /// In the order of its entries.
    names: Vec<Names>,
}

impl Document {
    /// Names the entries of `parsed`.
    pub fn of(parsed: Parsed) -> Self {
        let names = parsed.entries.iter().map(Names::of).collect();
        Self { parsed, names }
    }

    /// What is in it.
    pub fn parsed(&self) -> &Parsed {
        &self.parsed
    }

    /// All names in it: what the store is asked for before [`plan`].
    pub fn keys(&self) -> Vec<EntryKey> {
        let mut keys: Vec<_> = self.names.iter().flat_map(Names::keys).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Decides what a document changes: which of its entries are new, which were edited, which are as they were.
pub fn plan(input: &PollInput) -> EntryPlan {
    let Document { parsed, names: document } = &input.document;
    let fates = matching::fates(document, &input.known);
    let mut plan = EntryPlan::default();
    let mut new = Vec::new();
    for ((entry, names), fate) in parsed.entries.iter().zip(document).zip(fates) {
        match fate {
            Fate::New(keys) => new.push(Found { entry, names, keys, inherited: Vec::new() }),
            Fate::Stored { id, via, names: keys } => {
                let Some(stamp) = input.known.stamps.get(&id) else { continue };
                let rewritten = names.content_hash != stamp.content_hash;
                let text = if rewritten { Some(make_text(input, entry, names)) } else { None };
                let is_another = |text: &EntryText| succession::is_another(stamp, names, &print(input, text), input.now);
                if text.as_ref().is_some_and(is_another) {
                    new.push(succeeds(entry, names));
                } else {
                    stored(input, (entry, names, text), stamp, (id, via, keys), &mut plan);
                }
            }
            Fate::Twin | Fate::Removed => {}
        }
    }
    tell_once(input, document.len(), &mut plan.decisions);
    let new = oldest_first(new, input.now);
    let mut pages = input.known.pages.clone();
    let unscraped = if input.first { new.len().saturating_sub(input.settings.backfill as usize) } else { 0 };
    plan.new =
        new.into_iter().enumerate().map(|(i, found)| make_new(input, found, (i >= unscraped).then_some(&mut pages))).collect();
    plan
}

/// A feed that gave most of its entries new GUIDs (another system, another scheme) is told of once, not of each entry.
fn tell_once(input: &PollInput, entries: usize, decisions: &mut Vec<Decision>) {
    let rekeyed = decisions.iter().filter(|decision| decision.kind == REKEYED).count();
    if rekeyed < MANY || rekeyed * 2 <= entries {
        return;
    }
    decisions.retain(|decision| decision.kind != REKEYED);
    decisions.push(Decision {
        at: input.now,
        feed: Some(input.feed),
        entry: None,
        kind: REKEYED.to_owned(),
        reason: format!(
            "the feed gave {rekeyed} of {entries} entries new GUIDs; they are known by address or text and stay what they are"
        ),
        evidence: json!({ "entries": rekeyed }),
    });
}

/// An entry of the document that nobody knows.
struct Found<'a> {
    entry: &'a ParsedEntry,
    names: &'a Names,
    /// Names that are its own.
    keys: Vec<EntryKey>,
    /// Names of an entry that it takes the place of.
    inherited: Vec<EntryKey>,
}

/// An entry that is told under the names of another: those are its own from now on.
fn succeeds<'a>(entry: &'a ParsedEntry, names: &'a Names) -> Found<'a> {
    let keys = [Some(names.whole), names.text].into_iter().flatten().collect();
    Found { entry, names, keys, inherited: [names.guid, names.url].into_iter().flatten().collect() }
}

/// Feeds list their newest entry first; where dates say otherwise, they are right. An entry without a date stands beside
/// its older neighbour.
fn oldest_first(new: Vec<Found<'_>>, now: Timestamp) -> Vec<Found<'_>> {
    let mut last = Timestamp::MIN;
    let dated = new.into_iter().rev().map(|found| {
        last = published(found.entry, now).unwrap_or(last);
        (last, found)
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_by_key(|(date, _)| *date);
    dated.into_iter().map(|(_, found)| found).collect()
}

/// `text`: of one that was rewritten.
fn stored(
    input: &PollInput,
    (entry, names, text): (&ParsedEntry, &Names, Option<EntryText>),
    stamp: &Stamp,
    (id, via, mut keys): (EntryId, Via, Vec<EntryKey>),
    plan: &mut EntryPlan,
) {
    let decide = |kind: &str, reason: &str, evidence| Decision {
        at: input.now,
        feed: Some(input.feed),
        entry: Some(id),
        kind: kind.to_owned(),
        reason: reason.to_owned(),
        evidence,
    };
    if via != Via::Guid && names.guid.is_some_and(|guid| keys.contains(&guid)) {
        let reason = if via == Via::Address { "same address under another GUID" } else { "same title and text under another GUID" };
        plan.decisions.push(decide(REKEYED, reason, json!({ "guid": entry.guid })));
    }
    let hash = title_hash(entry.title.as_deref().unwrap_or_default());
    let retitled = hash != stamp.title_hash;
    let rewritten = text.is_some();
    if let Some(text) = text.filter(|_| retitled || stamp.revision < MAX_REVISIONS) {
        let reason = if retitled { "the feed changed the title" } else { "the feed changed the text" };
        plan.decisions.push(decide("changed", reason, json!({ "revision": stamp.revision.saturating_add(1) })));
        let print = print(input, &text);
        plan.changed.push(ChangedEntry {
            id,
            keys,
            content_hash: names.content_hash,
            title_hash: hash,
            matters: stamp.print.as_ref().is_none_or(|stored| !folding::reads_alike(stored, &print)),
            print,
            text,
        });
    } else {
        // the name of a text that is not stored would be a new one at each poll
        keys.retain(|key| !rewritten || ![names.text, names.thin, Some(names.whole)].contains(&Some(*key)));
        plan.seen.push((id, keys));
        if !(entry.enclosures.is_empty() && entry.podcast.is_empty()) {
            plan.attached.push(Attached { id, enclosures: entry.enclosures.clone(), podcast: entry.podcast.clone() });
        }
    }
}

/// `pages`: what was learned of the feed's pages, where this one's may be asked for.
fn make_new(input: &PollInput, found: Found<'_>, pages: Option<&mut PageHistory>) -> NewEntry {
    let Found { entry, names, keys, inherited } = found;
    let text = make_text(input, entry, names);
    let (scrape, page) = pages.map(|pages| scrape(input, entry, &text, pages)).unwrap_or_default();
    let name = keys.first().copied().unwrap_or(names.whole);
    NewEntry {
        public_id: public_id(&input.feed_url, name),
        scrape,
        page,
        received_at: input.first.then(|| text.published.unwrap_or(input.now)),
        foldable: names.place != Place::Nowhere,
        content_hash: names.content_hash,
        title_hash: title_hash(&text.title),
        print: print(input, &text),
        keys,
        inherited,
        text,
    }
}

/// What of an entry is compared with others. It is of the site that it leads to, else of its feed's. What a stranger's feed links to is
/// counted apart: nobody makes house text of another's articles.
fn print(input: &PollInput, text: &EntryText) -> Fingerprint {
    let publisher = host_of(&input.feed_url);
    let site = text.canonical_url.as_deref().map_or_else(|| publisher.clone(), host_of);
    let host = if site == publisher { site } else { format!("{site} in {publisher}") };
    folding::fingerprint(&text.title, &host, &text.text)
}

fn make_text(input: &PollInput, entry: &ParsedEntry, names: &Names) -> EntryText {
    let feed: &ParsedFeed = &input.document.parsed.feed;
    let url = entry.link.as_deref().and_then(web_address);
    let base = entry.base.as_deref().and_then(web_address);
    let clean =
        |html: &Option<String>| html.as_deref().map(|html| (input.text.clean)(html, base.as_ref())).filter(|html| !html.is_empty());
    let (summary, content) = (clean(&entry.summary), clean(&entry.content));
    let text = content.as_ref().or(summary.as_ref()).map(|html| (input.text.text_of)(html.as_str())).unwrap_or_default();
    let title = entry.title.clone().unwrap_or_default();
    let stated = [&entry.language, &feed.language].into_iter().flatten().find(|lang| !lang.trim().is_empty());
    EntryText {
        guid: entry.guid.clone(),
        canonical_url: names.canonical_url.clone().filter(|_| url.is_some()),
        url: entry.link.clone().filter(|_| url.is_some()),
        authors: entry.authors.clone(),
        tags: entry.categories.clone(),
        lang: stated.cloned().or_else(|| (input.text.language)(&format!("{title}\n{text}"))),
        published: published(entry, input.now),
        updated: date(entry.updated, input.now),
        summary,
        content,
        text,
        image: entry.image.clone(),
        enclosures: entry.enclosures.clone(),
        podcast: entry.podcast.clone(),
        title,
    }
}

/// The page to ask for, where one is to be asked, and why. What is attached is not a page.
fn scrape(
    input: &PollInput,
    entry: &ParsedEntry,
    text: &EntryText,
    pages: &mut PageHistory,
) -> (Option<ScrapeAsk>, Option<PageChoice>) {
    let Some(url) = text.url.as_ref().filter(|url| entry.enclosures.iter().all(|enclosure| enclosure.url != **url)) else {
        return (None, None);
    };
    let choice = match input.settings.scrape {
        ScrapeMode::Never => return (None, None),
        ScrapeMode::Always => None,
        ScrapeMode::Auto => {
            let (summary, content) = (text.summary.as_ref().map(CleanHtml::as_str), text.content.as_ref().map(CleanHtml::as_str));
            let choice = asking::ask(pages, (input.text.carries_whole)(summary, content), input.now);
            pages.note(&choice, input.now);
            Some(choice)
        }
    };
    let ask = choice.as_ref().is_none_or(|choice| choice.asked).then(|| ScrapeAsk {
        canonical_url: text.canonical_url.clone().unwrap_or_else(|| url.clone()),
        url: url.clone(),
        host: host_of(url),
        hold_until: after(input.now, input.settings.hold),
    });
    (ask, choice)
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Atom allows entries with nothing but `updated`.
fn published(entry: &ParsedEntry, now: Timestamp) -> Option<Timestamp> {
    date(entry.published, now).or_else(|| date(entry.updated, now))
}

/// Never in the future, never the beginning of Unix time.
pub(crate) fn date(date: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    date.filter(|date| date.as_second() >= FIRST_DATE).map(|date| date.min(now))
}

#[cfg(test)]
mod tests;
