//! Recorded entries, planned and stored as the polls that they were.

use std::time::Duration;

use jiff::Timestamp;

use super::cadence::{self, PollOutcome};
use super::poll::{TEXT, patch};
use crate::config::{self, Config, feeds};
use crate::deduplicator::{self, Document, EntryPlan, PollInput};
use crate::model::{EntryId, FeedId, FeedSettings, Parsed, ParsedEntry, Plan, PollRecord, Schedule, ScrapeMode};
use crate::store::{Store, StoreError};

/// Plans and stores one recorded entry as the poll at `seen` that it was, without its page; gives the entry that it became or
/// was already. `None`: it had been removed for good.
///
/// # Errors
/// What the store says.
pub async fn replay(
    store: &Store,
    feed: FeedId,
    feed_url: &str,
    entry: ParsedEntry,
    seen: Timestamp,
) -> Result<Option<EntryId>, StoreError> {
    let document = Document::of(Parsed { entries: vec![entry], ..Parsed::default() });
    let known = store.known(feed, document.keys()).await?;
    let settings = FeedSettings { scrape: ScrapeMode::Never, ..feeds::settings(&Config::default(), &config::Feed::default()) };
    let next = cadence::next_poll(&PollOutcome::Same { fresh_for: None }, &Schedule::default(), &settings, seen, 0);
    let input = PollInput { feed, feed_url: feed_url.to_owned(), first: false, settings, document, known, now: seen, text: TEXT };
    let EntryPlan { new, changed, seen: stored, attached, decisions } = deduplicator::plan(&input);
    let was = changed.first().map(|entry| entry.id).or_else(|| stored.first().map(|(id, _)| *id));
    let name = new.first().and_then(|entry| entry.keys.first()).copied();
    let record = PollRecord { at: seen, status: None, outcome: "replayed".to_owned(), bytes: 0, duration: Duration::ZERO };
    store
        .apply(feed, Plan { new, changed, seen: stored, attached, decisions, ..Plan::of_feed(patch(&next, None), record) })
        .await?;
    match (was, name) {
        (None, Some(name)) => Ok(store.known(feed, vec![name]).await?.aliases.get(&name).copied()),
        (was, _) => Ok(was),
    }
}
