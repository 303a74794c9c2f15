//! The store: one SQLite file, and the only place with SQL.
//!
//! Writing goes through one thread (`writer`), reading through a few read-only connections (`readers`). Both sides take
//! and give plain data of `model`; which engine lies below is nobody else's business. The tables are made by
//! `migrations/`, and their views are described in `docs/schema.md`.

mod activity;
mod again;
mod apply;
mod articles;
mod backup;
mod before;
mod connect;
mod copy;
mod corrections;
mod doctor;
mod error;
mod expire;
mod explain;
mod feeds;
mod folds;
mod index;
mod items;
mod known;
mod letters;
mod lines;
mod lock;
mod migrate;
mod moves;
mod narrow;
mod notices;
mod outbox;
mod overlap;
mod pages;
mod pieces;
mod plain;
mod prints;
mod queue;
mod readers;
mod related;
mod room;
mod schedule;
mod search;
mod sequence;
mod sql;
mod standing;
mod stats;
mod stories;
mod trouble;
mod vacuum;
mod values;
mod versions;
mod websub;
mod writer;

#[cfg(test)]
mod tests;

pub use copy::{Copied, Copying};
pub use error::StoreError;
pub use explain::{EntryRow, PageRow};
pub use feeds::ManagedFeed;
pub use lock::InstanceLock;
pub use overlap::Overlap;
pub use schedule::{HostWish, NextDue};
pub use sql::Table;
pub use stats::{Pulse, Stats, Texts};
pub use stories::{Fold, StoryView};
pub use trouble::Trouble;
pub use vacuum::Shrunk;
pub use versions::{Edit, Shown, Version, edits};

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use crate::model::{
    Applied, ArticleId, Decision, EntryId, EntryKey, FeedId, FeedRow, FeedSpec, Folder, Item, ItemQuery, Known, Plan, PollRecord,
    Settlement, StoryId,
};
use readers::Readers;
use sequence::Sequence;
use writer::{Tx, Writer};

/// A handle on the open store; clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Option<Writer>,
    readers: Readers,
    sequence: Arc<Sequence>,
}

type Result<T> = std::result::Result<T, StoreError>;

// === open and close ===

impl Store {
    /// Opens the store at `path` for reading and writing; folder and file are made where they are missing. `folder`
    /// decides about stories inside the writer's transactions.
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::NotOurs`], or what the system says about file or folder.
    pub fn open(path: &Path, folder: Box<dyn Folder>) -> Result<Self> {
        let sequence = Arc::new(Sequence::default());
        let conn = connect::writer(path)?;
        let writer = Writer::start(conn, room::Opened::at(path), folder, Arc::clone(&sequence))?;
        Ok(Self { inner: Arc::new(Inner { writer: Some(writer), readers: Readers::new(path.to_owned()), sequence }) })
    }

    /// Opens an existing store for reading: everything that writes answers [`StoreError::Closed`].
    ///
    /// # Errors
    /// As [`Store::open`]; [`StoreError::Missing`] where there is no file.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        drop(connect::reader(path)?);
        let sequence = Arc::default();
        Ok(Self { inner: Arc::new(Inner { writer: None, readers: Readers::new(path.to_owned()), sequence }) })
    }

    /// Takes the lock that makes this the one instance that polls this store.
    ///
    /// # Errors
    /// [`StoreError::Locked`] names who has it.
    pub fn lock(path: &Path) -> Result<InstanceLock> {
        lock::lock(path)
    }

    /// Commits what is queued, brings the index up to date, folds the log into the file and ends the writer. Later
    /// writes of other handles answer [`StoreError::Closed`].
    pub async fn close(self) {
        self.inner.readers.close();
        if let Some(writer) = &self.inner.writer {
            writer.close().await;
        }
    }

    async fn write<T: Send + 'static>(&self, work: impl FnOnce(&Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.write_as(false, work).await
    }

    async fn write_as<T: Send + 'static>(&self, folds: bool, work: impl FnOnce(&Tx) -> Result<T> + Send + 'static) -> Result<T> {
        match &self.inner.writer {
            Some(writer) => writer.run(folds, work).await,
            None => Err(StoreError::Closed),
        }
    }
}

// === feeds ===

impl Store {
    /// Makes the configured feeds exactly `specs` and answers their numbers in the same order. A new one is due at
    /// `now`; one that is no longer listed stops and keeps its entries; a managed one that is listed now becomes configured.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn put_feeds(&self, now: Timestamp, specs: Vec<FeedSpec>) -> Result<Vec<FeedId>> {
        self.write(move |tx| feeds::put(tx, now, &specs)).await
    }

    /// Adds one managed feed; see [`Store::add_feeds`].
    ///
    /// # Errors
    /// What the disk says.
    pub async fn add_feed(&self, now: Timestamp, spec: FeedSpec, settings_json: Option<String>) -> Result<(FeedId, bool)> {
        let mut added = self.add_feeds(now, vec![(spec, settings_json)]).await?;
        added.pop().ok_or_else(|| StoreError::Sql("a feed was added and not answered".to_owned()))
    }

    /// Adds managed feeds in one transaction, each with its settings as JSON. Says of each whether it is a new
    /// subscription; a configured one stays as it is.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn add_feeds(&self, now: Timestamp, feeds: Vec<(FeedSpec, Option<String>)>) -> Result<Vec<(FeedId, bool)>> {
        self.write(move |tx| feeds::add(tx, now, &feeds)).await
    }

    /// Ends a managed subscription; its entries stay.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for a configured feed, [`StoreError::NoSuch`].
    pub async fn remove_feed(&self, now: Timestamp, id: FeedId) -> Result<()> {
        self.write(move |tx| feeds::remove(tx, now, id)).await
    }

    /// Pauses a feed or resumes it; resuming makes it due where it is listed, and forgives a 410.
    ///
    /// # Errors
    /// [`StoreError::NoSuch`].
    pub async fn pause(&self, now: Timestamp, id: FeedId, paused: bool) -> Result<()> {
        self.write(move |tx| feeds::pause(tx, now, id, paused)).await
    }

    /// Makes a feed due, or due at the end of its Retry-After.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for one that is paused, gone or not subscribed to, [`StoreError::NoSuch`].
    pub async fn poll_now(&self, now: Timestamp, id: FeedId) -> Result<()> {
        self.write(move |tx| feeds::poll_now(tx, now, id)).await
    }

    /// All feeds ever subscribed to, present subscriptions first ([`FeedRow::subscribed`]).
    ///
    /// # Errors
    /// What the disk says.
    pub async fn feeds(&self) -> Result<Vec<FeedRow>> {
        self.inner.readers.run(feeds::all).await
    }

    /// What commands added and is subscribed to, with what is needed to poll it.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn managed_feeds(&self) -> Result<Vec<ManagedFeed>> {
        self.inner.readers.run(feeds::managed).await
    }

    /// By number, by address, else by a part of title or address in any case: then there may be several.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn find_feed(&self, what: &str) -> Result<Vec<FeedRow>> {
        let what = what.to_owned();
        self.inner.readers.run(move |conn| feeds::find(conn, &what)).await
    }

    /// The last polls of a feed, newest first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn polls(&self, feed: FeedId, n: usize) -> Result<Vec<PollRecord>> {
        self.inner.readers.run(move |conn| feeds::polls(conn, feed, n)).await
    }

    /// What was wrong with the document of `feed` that was read last: kind and detail.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn faults_of(&self, feed: FeedId) -> Result<Vec<(String, String)>> {
        self.inner.readers.run(move |conn| feeds::faults(conn, feed)).await
    }
}

// === polls and scrapes ===

impl Store {
    /// What is stored under these names of `feed`'s entries.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn known(&self, feed: FeedId, keys: Vec<EntryKey>) -> Result<Known> {
        self.inner.readers.run(move |conn| known::known(conn, feed, &keys)).await
    }

    /// Stores a poll's outcome, good or bad, in one transaction. Once this answers `Ok` it is on the disk.
    ///
    /// # Errors
    /// What the disk says; nothing of the plan was stored then, so its validators must not be used.
    pub async fn apply(&self, feed: FeedId, plan: impl Into<Arc<Plan>>) -> Result<Applied> {
        let plan = plan.into();
        self.write_as(apply::folds(&plan.new, &plan.changed), move |tx| apply::apply(tx, feed, &plan)).await
    }

    /// Stores what became of a page and settles entries, in one transaction.
    ///
    /// # Errors
    /// What the disk says; nothing was stored then.
    pub async fn settle(&self, article: ArticleId, settlement: Settlement) -> Result<()> {
        self.write_as(!settlement.entries.is_empty(), move |tx| articles::settle(tx, article, &settlement)).await
    }

    /// Releases, with the feed's text, entries that have waited long enough for their page; answers how many.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn release_held(&self, now: Timestamp) -> Result<u64> {
        self.write(move |tx| articles::release_held(tx, now)).await
    }

    /// Settles all pending entries with the feed's text; their pages stay queued. Answers how many.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn settle_all_pending(&self, now: Timestamp) -> Result<u64> {
        self.write(move |tx| articles::settle_all_pending(tx, now)).await
    }
}

// === reading ===

impl Store {
    /// Released entries, newest first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn items(&self, query: ItemQuery) -> Result<Vec<Item>> {
        self.inner.readers.run(move |conn| items::items(conn, &query)).await
    }

    /// From the first row of an entry to the first that is not released yet.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn rows(&self) -> Result<std::ops::Range<i64>> {
        self.inner.readers.run(items::rows).await
    }

    /// Moves with every transaction that changes what outputs can show: at once with our own, a second later with those of another
    /// process.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn change_seq(&self) -> Result<u64> {
        let sequence = &self.inner.sequence;
        let now = std::time::Instant::now();
        if let Some(known) = sequence.known(now) {
            return Ok(known);
        }
        let commits = sequence.commits();
        let read = |conn: &rusqlite::Connection| {
            let mut statement = conn.prepare_cached("SELECT value FROM counter WHERE name = 'change_seq'")?;
            Ok(values::count(statement.query_row([], |row| row.get(0))?))
        };
        let value = self.inner.readers.run(read).await?;
        sequence.read(value, commits, now);
        Ok(value)
    }

    /// The decision log of an entry, oldest first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn decisions_about(&self, entry: EntryId) -> Result<Vec<Decision>> {
        self.inner.readers.run(move |conn| explain::decisions_about(conn, entry)).await
    }

    /// What an entry said before it was edited, oldest first.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn versions_of(&self, entry: EntryId) -> Result<Vec<Version>> {
        self.inner.readers.run(move |conn| versions::of(conn, entry)).await
    }

    /// The text that an entry shows.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn shown(&self, entry: EntryId) -> Result<Option<Shown>> {
        self.inner.readers.run(move |conn| versions::shown(conn, entry)).await
    }

    /// By row number, public id, or address as linked or canonical: several feeds may carry one.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn find_entry(&self, what: &str) -> Result<Vec<EntryRow>> {
        let what = what.to_owned();
        self.inner.readers.run(move |conn| explain::find(conn, &what)).await
    }

    /// One story with its entries.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn story(&self, id: StoryId) -> Result<Option<StoryView>> {
        self.inner.readers.run(move |conn| stories::view(conn, id)).await
    }

    /// Takes an entry out of its story for good; answers the story it was in. `None`: it was alone.
    ///
    /// # Errors
    /// [`StoreError::NoSuch`], or what the disk says.
    pub async fn split(&self, now: Timestamp, entry: EntryId) -> Result<Option<StoryId>> {
        self.write(move |tx| corrections::split(tx, now, entry)).await
    }

    /// Puts the story of `other` into that of `entry` for good; answers that. `None`: they are one already.
    ///
    /// # Errors
    /// [`StoreError::NoSuch`], or what the disk says.
    pub async fn join(&self, now: Timestamp, entry: EntryId, other: EntryId) -> Result<Option<StoryId>> {
        self.write(move |tx| corrections::join(tx, now, entry, other)).await
    }

    /// The story of an entry.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn story_of(&self, entry: EntryId) -> Result<Option<StoryId>> {
        self.inner.readers.run(move |conn| stories::of_entry(conn, entry)).await
    }

    /// How the texts of a feed's entries were won.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn texts_of(&self, feed: FeedId) -> Result<Texts> {
        self.inner.readers.run(move |conn| stats::texts(conn, feed)).await
    }

    /// Runs the user's own SELECT, for at most `deadline`.
    ///
    /// # Errors
    /// [`StoreError::Query`] says what is wrong with it.
    pub async fn sql(&self, text: &str, max_rows: usize, deadline: Duration) -> Result<Table> {
        let (text, path) = (text.to_owned(), self.inner.readers.path().to_owned());
        let work = move || sql::run(&path, &text, max_rows, deadline);
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(StoreError::Panicked(error.to_string())))
    }

    /// The store in numbers.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn stats(&self) -> Result<Stats> {
        let path = self.inner.readers.path().to_owned();
        self.inner.readers.run(move |conn| stats::stats(conn, &path)).await
    }

    /// What the disk says lately, if it is nothing good; answers at once, whatever the writer is waiting for.
    pub fn trouble(&self) -> Option<Trouble> {
        self.inner.writer.as_ref().and_then(Writer::trouble)
    }

    /// What keeps anything from being stored now.
    pub fn halted(&self) -> Option<Trouble> {
        self.trouble().filter(Trouble::blocks)
    }

    /// Answers when the writer does: for the watchdog. A full disk is an error here only if even an empty transaction fails.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn ping_writer(&self) -> Result<()> {
        self.write(|_| Ok(())).await
    }
}
