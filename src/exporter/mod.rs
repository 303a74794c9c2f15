//! What readers get: outputs as Atom, RSS and JSON Feed, pages for people, OPML; over HTTP or as text.
//!
//! [`outputs`] gathers and [`fold`]s what an output shows, [`atom`], [`rss`] and [`json_feed`] write it, [`http`] answers
//! from what was written once. Items arrive through [`Shelf`], so that nothing here knows the store but the callbacks of hubs.

pub mod atom;
pub mod delivery;
pub mod files;
pub mod filter;
pub mod fold;
pub mod http;
pub mod json_feed;
pub mod opml;
pub mod outputs;
pub mod page;
pub mod rss;
pub mod rules;
pub mod status;

mod also;
mod archive;
mod channel;
#[cfg(test)]
mod fake;
mod found;
mod gather;
mod inert;
mod podcast;
#[cfg(test)]
mod podcast_tests;
mod public;
mod query;
#[cfg(test)]
mod roundtrip_tests;
mod shelf;
mod template;
mod text;
mod xml;

pub use channel::{Channel, Format, base, render};
pub use found::Found;
pub use outputs::{Mistake, Output, Outputs, Page};
pub use query::{Cursor, MAX_LIMIT_HTTP, MAX_LIMIT_RENDER, Query, Where};

use std::future::Future;

use jiff::Timestamp;

use crate::model::{
    EntryId, FeedId, FeedRow, FeedSpec, Glance, Item, ItemQuery, Notice, Reach, SearchHit, SearchQuery, StoryId, Words,
};
use crate::store::{Fold, Overlap};

/// The store, as far as outputs and pages need it. Errors are one line for people.
pub trait Shelf: Clone + Send + Sync + 'static {
    /// Released entries. Those the query asks for come newest first; with `with_members` the other released members of
    /// their stories may stand anywhere among or after them, so that each story in the answer is whole.
    fn items(&self, query: ItemQuery) -> impl Future<Output = Result<Vec<Item>, String>> + Send;

    /// The entries that a person searches for, best first. By [`Reach::Beginnings`] those that whole words find are among them, or none where
    /// no word is long enough. Never an error of what was typed.
    fn find(&self, query: SearchQuery, reach: Reach) -> impl Future<Output = Result<Vec<EntryId>, String>> + Send;

    /// `entries` with the places that match `words`, in their order.
    fn hits(&self, words: Words, entries: Vec<EntryId>) -> impl Future<Output = Result<Vec<SearchHit>, String>> + Send;

    /// From the first row of an entry to the first that is not released yet, or not there.
    fn rows(&self) -> impl Future<Output = Result<std::ops::Range<i64>, String>> + Send;

    /// A number that moves whenever something moved that an output may show: entries, texts, stories, feeds' titles and tags.
    fn change_seq(&self) -> impl Future<Output = Result<u64, String>> + Send;

    /// All feeds, also those no longer subscribed to.
    fn feeds(&self) -> impl Future<Output = Result<Vec<FeedRow>, String>> + Send;

    /// What there is to tell of the feeds that are subscribed to, the last changed first; `open`: only what is wrong now.
    fn notices(&self, open: bool) -> impl Future<Output = Result<Vec<Notice>, String>> + Send;

    /// One of them. `None`: it is not told any more.
    fn notice(&self, id: i64) -> impl Future<Output = Result<Option<Notice>, String>> + Send;

    /// Whether the store answers and the daemon works; otherwise why not.
    fn ready(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// What `/opml` lists. A shelf that knows the settings of its feeds overrides this to name them too.
    fn subscriptions(&self) -> impl Future<Output = Result<Vec<opml::Subscription>, String>> + Send {
        async { Ok(self.feeds().await?.iter().filter(|row| row.subscribed).map(opml::Subscription::from).collect()) }
    }

    /// Subscriptions at a glance: so many `rows` of them and so many `days` up to `now`.
    fn glance(&self, now: Timestamp, rows: usize, days: usize) -> impl Future<Output = Result<Glance, String>> + Send;

    /// Pairs of feeds with at least `least` entries in common since then, those that repeat most first.
    fn overlaps(&self, since: Timestamp, least: u64) -> impl Future<Output = Result<Vec<Overlap>, String>> + Send;

    /// Why the entries of a story are one, of at most `n` of them.
    fn folds(&self, story: StoryId, n: usize) -> impl Future<Output = Result<Vec<Fold>, String>> + Send;

    /// Why an entry is as it is.
    fn evidence(&self, entry: EntryId) -> impl Future<Output = Result<Option<page::Evidence>, String>> + Send;

    /// Subscribes; says of which number, and whether that is new. The only thing here that writes, with the next.
    fn subscribe(
        &self,
        now: Timestamp,
        spec: FeedSpec,
        settings_json: Option<String>,
    ) -> impl Future<Output = Result<(FeedId, bool), String>> + Send;

    /// Ends a subscription that the configuration does not list.
    fn unsubscribe(&self, now: Timestamp, feed: FeedId) -> impl Future<Output = Result<(), String>> + Send;
}
