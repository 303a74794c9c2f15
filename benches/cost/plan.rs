//! What a document of 24 entries changes: nothing, where all is known (most polls that bring a body), or all of it.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Duration;

use divan::Bencher;
use divan::counter::ItemsCount;
use feedmux::deduplicator::{self, Document, PollInput, Text, canonical, identity};
use feedmux::extractor::sanitize;
use feedmux::model::{EntryId, FeedId, FeedSettings, Hash128, Known, Parsed, ScrapeMode, Stamp};
use jiff::Timestamp;

use crate::input;

/// As the daemon treats texts, but for guesses about language and pages.
const TEXT: Text = Text { clean: sanitize::clean, text_of: sanitize::text_of, language: |_| None, carries_whole: |_, _| true };

pub(crate) fn moment() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().unwrap_or_default()
}

pub(crate) fn settings() -> FeedSettings {
    FeedSettings {
        interval: Duration::from_mins(30),
        max_interval: Duration::from_hours(24),
        adaptive: true,
        timeout: Duration::from_secs(20),
        backoff: Duration::from_mins(30),
        max_body: 16 << 20,
        robots: true,
        scrape: ScrapeMode::Never,
        hold: Duration::from_mins(10),
        backfill: 20,
        site_rules: feedmux::model::SiteRuleUse::Auto,
        switches: feedmux::model::Switches::default(),
        keep: feedmux::model::Keep::default(),
    }
}

pub(crate) fn parsed(version: usize) -> Parsed {
    let parsed = feedmux::parser::parse(input::rss(version).as_bytes(), None, None).unwrap_or_default();
    assert_eq!(parsed.entries.len(), input::ENTRIES, "the document is whole");
    parsed
}

pub(crate) fn poll(feed: FeedId, parsed: Parsed, known: Known) -> PollInput {
    let feed_url = format!("https://harbour{}.example/feed", feed.0);
    PollInput {
        feed,
        feed_url,
        first: false,
        settings: settings(),
        document: Document::of(parsed),
        known,
        now: moment(),
        text: TEXT,
    }
}

/// What a store would know after `parsed` was stored.
fn known(parsed: &Parsed) -> Known {
    let plan = deduplicator::plan(&poll(FeedId(1), parsed.clone(), Known::default()));
    let mut known = Known::default();
    for (id, entry) in (1..).map(EntryId).zip(plan.new) {
        let names = u32::try_from(entry.keys.len()).unwrap_or(u32::MAX);
        known.aliases.extend(entry.keys.into_iter().map(|key| (key, id)));
        let (content_hash, title_hash, canonical_url) = (entry.content_hash, entry.title_hash, entry.text.canonical_url);
        let (first_seen, print) = (moment(), Some(entry.print));
        known.stamps.insert(id, Stamp { content_hash, title_hash, canonical_url, revision: 0, names, first_seen, print });
    }
    known
}

#[divan::bench]
fn a_nothing_new(bencher: Bencher) {
    let parsed = parsed(0);
    let known = known(&parsed);
    let input = || poll(FeedId(1), parsed.clone(), known.clone());
    assert_eq!(deduplicator::plan(&input()).seen.len(), input::ENTRIES, "all are known");
    bencher.counter(ItemsCount::new(input::ENTRIES)).with_inputs(|| (parsed.clone(), known.clone())).bench_values(
        |(parsed, known)| {
            let input = poll(FeedId(1), parsed, known);
            black_box(input.document.keys());
            deduplicator::plan(&input)
        },
    );
}

/// The names of the entries, which are most of it.
#[divan::bench]
fn b_identity(bencher: Bencher) {
    let parsed = parsed(0);
    bencher
        .counter(ItemsCount::new(input::ENTRIES))
        .bench(|| black_box(&parsed).entries.iter().map(identity::Names::of).collect::<Vec<_>>());
}

/// What cannot be spared: the texts hashed, the addresses parsed, the names looked up.
#[divan::bench]
fn c_hash_and_url_alone(bencher: Bencher) {
    let parsed = parsed(0);
    let known: HashMap<_, _> = known(&parsed).aliases;
    let keys = Document::of(parsed.clone()).keys();
    bencher.counter(ItemsCount::new(input::ENTRIES)).bench(|| {
        for entry in &black_box(&parsed).entries {
            for text in [&entry.title, &entry.summary, &entry.content].into_iter().flatten() {
                black_box(Hash128::of(text.as_bytes()));
            }
            black_box(entry.link.as_deref().map(url::Url::parse).is_some());
        }
        keys.iter().filter(|key| known.contains_key(key)).count()
    });
}

#[divan::bench]
fn d_all_new(bencher: Bencher) {
    let input = poll(FeedId(1), parsed(0), Known::default());
    assert_eq!(deduplicator::plan(&input).new.len(), input::ENTRIES, "all are new");
    bencher.counter(ItemsCount::new(input::ENTRIES)).bench(|| deduplicator::plan(black_box(&input)));
}

/// What most of a new entry's cost is: its HTML made safe, its text, its address.
#[divan::bench]
fn e_clean_text_and_address_alone(bencher: Bencher) {
    let parsed = parsed(0);
    bencher.counter(ItemsCount::new(input::ENTRIES)).bench(|| {
        for entry in &black_box(&parsed).entries {
            let html = entry.content.as_ref().or(entry.summary.as_ref()).map_or("", String::as_str);
            let base = entry.link.as_deref().and_then(|link| url::Url::parse(link).ok());
            let clean = sanitize::clean(html, base.as_ref());
            black_box(sanitize::text_of(clean.as_str()));
            black_box(canonical::canonical(entry.link.as_deref().unwrap_or_default()));
        }
    });
}
