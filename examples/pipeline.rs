//! The pure half of the daemon without the daemon: a feed document to a plan, and the plan printed.
//!
//! `cargo run --example pipeline FILE [OLDER_FILE]`. With an older version of the document it shows what a second poll changes.
//! Nothing is fetched and nothing stored: what a store would know is kept in a map.

#![allow(clippy::print_stdout)] // an example that prints nothing shows nothing

use std::ffi::OsStr;

use anyhow::Context as _;
use feedmux::clock::Clock;
use feedmux::config::{Config, feeds};
use feedmux::deduplicator::{self, Document, EntryPlan, PollInput, Text};
use feedmux::extractor::sanitize;
use feedmux::model::{EntryId, FeedId, Known, ScrapeMode, Stamp};
use jiff::Timestamp;
use url::Url;

/// How texts are treated. The daemon also guesses languages, and asks for the page of an entry that does not carry the whole
/// article.
const TEXT: Text = Text { clean: sanitize::clean, text_of: sanitize::text_of, language: |_| None, carries_whole: |_, _| true };

const FEED_URL: &str = "https://site.example/feed";

fn main() -> anyhow::Result<()> {
    let now = Clock::system().now(); // an argument from here on: the same input gives the same plan
    let mut files = std::env::args_os().skip(1);
    let file = files.next().context("usage: pipeline FILE [OLDER_FILE]")?;
    let mut known = Known::default();
    if let Some(older) = files.next() {
        remember(&mut known, poll(&older, Known::default(), now)?, now);
    }
    print(&poll(&file, known, now)?);
    Ok(())
}

/// Bytes to what is to be done with them. A daemon asks its store for what is known under `Document::keys`.
fn poll(file: &OsStr, known: Known, now: Timestamp) -> anyhow::Result<EntryPlan> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let spec = feeds::plain_spec(&Config::default(), Url::parse(FEED_URL)?);
    let parsed = feedmux::parser::parse(&bytes, None, Some(&spec.url))?;
    let mut settings = spec.settings;
    settings.scrape = ScrapeMode::Never;
    let feed_url = FEED_URL.to_owned();
    Ok(deduplicator::plan(&PollInput {
        feed: FeedId(1),
        feed_url,
        first: false,
        settings,
        document: Document::of(parsed),
        known,
        now,
        text: TEXT,
    }))
}

/// What `Store::apply` leaves for the next poll to find.
fn remember(known: &mut Known, plan: EntryPlan, now: Timestamp) {
    for (id, entry) in (1..).map(EntryId).zip(plan.new) {
        let names = u32::try_from(entry.keys.len()).unwrap_or(u32::MAX);
        known.aliases.extend(entry.keys.into_iter().map(|key| (key, id)));
        let (content_hash, title_hash, canonical_url) = (entry.content_hash, entry.title_hash, entry.text.canonical_url);
        let print = Some(entry.print);
        known.stamps.insert(id, Stamp { content_hash, title_hash, canonical_url, revision: 0, names, first_seen: now, print });
    }
}

fn print(plan: &EntryPlan) {
    for entry in &plan.new {
        println!("new      {}", entry.text.title);
        println!("         {} {}", entry.public_id, entry.text.canonical_url.as_deref().unwrap_or("-"));
        println!("         {} characters of text", entry.text.text.chars().count());
    }
    for entry in &plan.changed {
        println!("changed  {}", entry.text.title);
    }
    println!("{} new, {} changed, {} as they were", plan.new.len(), plan.changed.len(), plan.seen.len());
    for decision in &plan.decisions {
        println!("{}: {}", decision.kind, decision.reason);
    }
}
