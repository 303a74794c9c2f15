//! Deduplicator to store: what a poll changes, as data that can be printed and compared.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    CleanHtml, Enclosure, EntryId, FeedId, FeedState, Fingerprint, Hash128, HubSaid, Moving, PageChoice, PageHistory,
    PodcastElement, Rhythm, Sign, Validators,
};
use crate::error::Fault;

/// One name under which a feed's entry is known: a hash of the kind of name (GUID, address, text) and the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey(pub [u8; 16]);

/// What the store knows of the entries that a document names.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Which entry each name belongs to.
    pub aliases: HashMap<EntryKey, EntryId>,
    /// How each of those entries stands.
    pub stamps: HashMap<EntryId, Stamp>,
    /// Names of entries that were removed for good: they never come back as new.
    pub tombstones: HashSet<EntryKey>,
    /// What the feed's article pages were worth so far.
    pub pages: PageHistory,
}

/// How a stored entry stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Stamp {
    /// Of everything a reader would notice.
    pub content_hash: Hash128,
    /// Of the title alone.
    pub title_hash: Hash128,
    /// Canonical address, if it has one.
    pub canonical_url: Option<String>,
    /// How often it was rewritten: a feed that changes at each poll is not followed for ever.
    pub revision: u32,
    /// How many names it has: a feed with a new GUID at each request is not followed for ever either.
    pub names: u32,
    /// When we first saw it.
    pub first_seen: Timestamp,
    /// What of it is compared with others.
    pub print: Option<Fingerprint>,
}

/// What a poll leaves behind; applied in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The feed itself.
    pub feed: FeedPatch,
    /// Entries never seen before, in the order in which they shall be stored: oldest first.
    pub new: Vec<NewEntry>,
    /// Entries whose text moved.
    pub changed: Vec<ChangedEntry>,
    /// Entries that were in the document and stay as they are, with names of theirs that are new.
    pub seen: Vec<(EntryId, Vec<EntryKey>)>,
    /// Those of them that have something attached.
    pub attached: Vec<Attached>,
    /// A line of the view `polls`.
    pub poll: PollRecord,
    /// Lines of the view `decisions` that belong to no single new entry.
    pub decisions: Vec<Decision>,
    /// What it shows about how the feed is.
    pub signs: Vec<Sign>,
}

impl Plan {
    /// A plan that changes no entry.
    pub(crate) fn of_feed(feed: FeedPatch, poll: PollRecord) -> Self {
        Self {
            feed,
            new: Vec::new(),
            changed: Vec::new(),
            seen: Vec::new(),
            attached: Vec::new(),
            poll,
            decisions: Vec::new(),
            signs: Vec::new(),
        }
    }
}

/// What a hub's push leaves behind; applied in one transaction. It is no poll: the schedule, validators and what the feed says of
/// itself stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct PushPlan {
    /// As in [`Plan`].
    pub new: Vec<NewEntry>,
    /// As in [`Plan`].
    pub changed: Vec<ChangedEntry>,
    /// As in [`Plan`].
    pub seen: Vec<(EntryId, Vec<EntryKey>)>,
    /// As in [`Plan`].
    pub attached: Vec<Attached>,
    /// A line of the view `polls`.
    pub poll: PollRecord,
    /// As in [`Plan`].
    pub decisions: Vec<Decision>,
}

/// What a poll changes about its feed.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedPatch {
    /// How it stands now.
    pub state: FeedState,
    /// HTTP status, if there was one.
    pub status: Option<u16>,
    /// What went wrong, or `None` after success.
    pub error: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Next poll.
    pub next_poll_at: Timestamp,
    /// Why then, for people.
    pub reason: String,
    /// The rhythm behind it.
    pub interval: Duration,
    /// Not before this, whoever asks: the publisher's `Retry-After`, capped.
    pub hold_until: Option<Timestamp>,
    /// `Some` replaces both as a pair (an empty one forgets), `None` keeps.
    pub validators: Option<Validators>,
    /// Of the body that was parsed; `None` keeps.
    pub body_hash: Option<Hash128>,
    /// What the feed says of itself; `None` keeps.
    pub meta: Option<FeedMeta>,
    /// Whether this poll succeeded with a feed (a 304 too).
    pub ok: bool,
    /// Whether the document was asked for in full or came whole.
    pub full: bool,
    /// Where it is polled from now on.
    pub address: Address,
    /// Who tells of its news.
    pub hub: HubSaid,
}

/// What a poll says about the address of its feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Address {
    /// Nothing: what was said before still counts.
    #[default]
    Unknown,
    /// The feed is where it was asked for.
    Here,
    /// It may have moved: the answer has to be the same some more times.
    Moving(Moving),
    /// It is there from now on.
    Moved {
        /// The address, http(s).
        to: String,
        /// Why that is believed, for `decisions`.
        reason: String,
    },
    /// It is there from now on, and so is another subscription, which stands for both.
    Merged {
        /// The address, http(s).
        to: String,
        /// The other one.
        into: FeedId,
        /// Why that is believed, for `decisions`.
        reason: String,
    },
}

/// What a feed says of itself and is stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedMeta {
    /// Title, plain.
    pub title: Option<String>,
    /// The site.
    pub site_url: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Plain text.
    pub description: Option<String>,
    /// Icon.
    pub icon: Option<String>,
    /// When it wants to be asked.
    pub rhythm: Rhythm,
    /// What was wrong with its document and was mended.
    pub faults: Vec<Fault>,
}

/// The feed's own version of an entry, clean and ready to store.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EntryText {
    /// As in the feed.
    pub guid: Option<String>,
    /// The article, http(s).
    pub url: Option<String>,
    /// Canonical form of it.
    pub canonical_url: Option<String>,
    /// Plain text, may be empty.
    pub title: String,
    /// Names.
    pub authors: Vec<String>,
    /// The entry's categories.
    pub tags: Vec<String>,
    /// BCP 47: the entry's, else the feed's, else guessed from the text.
    pub lang: Option<String>,
    /// As dated, never after first sight.
    pub published: Option<Timestamp>,
    /// As dated, never after this poll.
    pub updated: Option<Timestamp>,
    /// Teaser.
    pub summary: Option<CleanHtml>,
    /// Full content.
    pub content: Option<CleanHtml>,
    /// Plain text of content, else of summary.
    pub text: String,
    /// Picture.
    pub image: Option<String>,
    /// Attached media.
    pub enclosures: Vec<Enclosure>,
    /// What it says in the podcast vocabularies.
    pub podcast: Vec<PodcastElement>,
}

/// What an entry that stays as it is has attached now: stored where it moved, but no edit. A transcript that comes a day after its
/// episode, or moves to another address, brings no text to read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// Of which entry.
    pub id: EntryId,
    /// Media.
    pub enclosures: Vec<Enclosure>,
    /// What it says in the podcast vocabularies.
    pub podcast: Vec<PodcastElement>,
}

/// An entry to be stored for the first time.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// What outputs call it, for ever: `urn:uuid:...`.
    pub public_id: String,
    /// All its names.
    pub keys: Vec<EntryKey>,
    /// Names of an earlier entry that are its own from now on.
    pub inherited: Vec<EntryKey>,
    /// Its text.
    pub text: EntryText,
    /// Of everything a reader would notice.
    pub content_hash: Hash128,
    /// Of the title alone.
    pub title_hash: Hash128,
    /// The page to be scraped for it; `None` settles it at once.
    pub scrape: Option<ScrapeAsk>,
    /// Why that is so; `None` where nothing had to be decided.
    pub page: Option<PageChoice>,
    /// Its place in `order = "received"`, when not the time of release: entries of a feed's first poll.
    pub received_at: Option<Timestamp>,
    /// Whether its canonical address can name an article (a front page cannot), so that another feed's entry at it may be the same story.
    pub foldable: bool,
    /// What of it is compared with others.
    pub print: Fingerprint,
}

/// A page that an entry waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScrapeAsk {
    /// One article is scraped once: the key.
    pub canonical_url: String,
    /// The address to ask.
    pub url: String,
    /// Registrable domain.
    pub host: String,
    /// Until when outputs wait for it.
    pub hold_until: Timestamp,
}

/// An entry whose feed text moved.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedEntry {
    /// Which.
    pub id: EntryId,
    /// Names it did not have.
    pub keys: Vec<EntryKey>,
    /// Its text now; its first publication date is kept by the store.
    pub text: EntryText,
    /// Of everything a reader would notice.
    pub content_hash: Hash128,
    /// Of the title alone.
    pub title_hash: Hash128,
    /// What of it is compared with others.
    pub print: Fingerprint,
    /// Whether somebody who read it before would want to know.
    pub matters: bool,
}

/// A line of the view `polls`.
#[derive(Clone, Debug, PartialEq)]
pub struct PollRecord {
    /// When it began.
    pub at: Timestamp,
    /// HTTP status.
    pub status: Option<u16>,
    /// `new`, `unchanged`, `not-modified`, `pushed`, or what failed.
    pub outcome: String,
    /// Body bytes over the wire.
    pub bytes: u64,
    /// From request to plan.
    pub duration: Duration,
}

/// A line of the view `decisions`: why something is as it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// When.
    pub at: Timestamp,
    /// About which feed.
    pub feed: Option<FeedId>,
    /// About which entry.
    pub entry: Option<EntryId>,
    /// Stable word: `new`, `changed`, `rekeyed`, `folded`, `settled`, `held`, `scrape-failed`, `moved`, ...
    pub kind: String,
    /// One line for people.
    pub reason: String,
    /// What it rests on.
    pub evidence: serde_json::Value,
}

/// What applying a plan did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Entries stored for the first time.
    pub new: u32,
    /// Entries rewritten.
    pub changed: u32,
    /// New entries that joined the story of another.
    pub folded: u32,
}
