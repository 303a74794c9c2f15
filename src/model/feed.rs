//! A subscription: what was asked for, and how it stands.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use url::Url;

use super::{Auth, EntryId, FeedId, Rhythm, Validators};

/// Who a subscription belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The configuration: commands may not change it.
    Config,
    /// `feed add` and `import`.
    Managed,
}

/// When article pages are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScrapeMode {
    /// Where the feed does not carry the whole article.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How far the rules for single sites (`scrape.site_rules`) are believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SiteRuleUse {
    /// Where what they find agrees with what is found without them.
    #[default]
    Auto,
    /// Always where they find something.
    Force,
    /// Never.
    Never,
}

/// What holds for one feed after defaults, file and its own overrides.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedSettings {
    /// Never polled more often than this.
    pub interval: Duration,
    /// Slowest rhythm, and the cap of every wait a publisher can impose.
    pub max_interval: Duration,
    /// Whether silence slows the rhythm down.
    pub adaptive: bool,
    /// Connect, first byte and idle gap each; a whole fetch may take four times this.
    pub timeout: Duration,
    /// First step after an error; doubles.
    pub backoff: Duration,
    /// Decoded body, bytes.
    pub max_body: u64,
    /// Whether article pages obey robots.txt.
    pub robots: bool,
    /// When article pages are asked for.
    pub scrape: ScrapeMode,
    /// How long an entry waits for its article before outputs show it.
    pub hold: Duration,
    /// Of a new feed only the newest so many entries are scraped.
    pub backfill: u32,
    /// How far the rules for single sites are believed.
    pub site_rules: SiteRuleUse,
    /// What of an article its text has.
    pub switches: Switches,
    /// How much of it is kept.
    pub keep: Keep,
}

/// How much of a feed is kept; what is still in it always is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Since an entry was last seen in it.
    pub age: Duration,
    /// Entries; 0: no limit.
    pub at_most: u32,
}

impl Default for Keep {
    fn default() -> Self {
        Self { age: Duration::from_hours(365 * 24), at_most: 0 }
    }
}

/// An entry has left its feed when it was not seen in it for so long: when it was seen is written down once a day, with a day to spare.
pub const LEFT_AFTER: Duration = Duration::from_hours(48);

/// What retention leaves in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Of a feed that says nothing else.
    pub usual: Keep,
    /// Of those that do.
    pub feeds: HashMap<FeedId, Keep>,
    /// Of feeds that have more entries than they may, the oldest that is not too much; looked up once a walk.
    pub first_kept: HashMap<FeedId, EntryId>,
    /// Bytes that the file may have in use; 0: no limit.
    pub bytes: u64,
}

impl Retention {
    /// How much of `feed` is kept.
    pub fn of(&self, feed: FeedId) -> Keep {
        self.feeds.get(&feed).copied().unwrap_or(self.usual)
    }
}

/// How far a walk over the store has come that removes what is too old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sweep {
    /// Stories up to this one; 0: none.
    Stories(i64),
    /// All of them, and decisions up to this one.
    Decisions(i64),
    /// All that is removed is; free pages are given back to the disk.
    Pages,
    /// All there is.
    Over,
}

impl Default for Sweep {
    fn default() -> Self {
        Self::Stories(0)
    }
}

/// What a step of it did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Entries that are gone.
    pub removed: u64,
    /// Where the next step goes on.
    pub at: Sweep,
    /// Bytes in use beyond [`Retention::bytes`].
    pub beyond: u64,
}

/// What of an article its text has, as the user wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switches {
    /// Lists.
    pub lists: bool,
    /// Block quotations.
    pub quotes: bool,
    /// Captions of pictures, in the plain text too.
    pub captions: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self { lists: true, quotes: true, captions: false }
    }
}

/// What a list says that a feed says of itself: holds until a poll has heard it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hearsay {
    /// Its own title.
    pub title: Option<String>,
    /// The site, http(s).
    pub site_url: Option<String>,
}

/// One subscription as configured.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedSpec {
    /// http or https, without userinfo and fragment.
    pub url: Url,
    /// The user's title; the feed's own otherwise.
    pub title: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Higher leads a story that several feeds report.
    pub priority: i64,
    /// Sent to this feed's origin only.
    pub headers: Vec<(String, String)>,
    /// Sent to this feed's origin only.
    pub auth: Option<Auth>,
    /// What holds for it.
    pub settings: FeedSettings,
    /// What is known of it before its first poll.
    pub hearsay: Hearsay,
}

/// How a subscription stands, as the view `feeds` names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FeedState {
    /// Polled and well.
    #[default]
    Active,
    /// The user said so, or another subscription is polled for it.
    Paused,
    /// The publisher said 410: not asked again unless the user says so.
    Gone,
    /// 401, 403 or a bot challenge.
    Blocked,
    /// The last poll failed.
    Failing,
}

impl FeedState {
    /// Whether somebody should look at it.
    pub fn is_trouble(self) -> bool {
        !matches!(self, Self::Active | Self::Paused)
    }

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Gone => "gone",
            Self::Blocked => "blocked",
            Self::Failing => "failing",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::Paused, Self::Gone, Self::Blocked, Self::Failing].into_iter().find(|state| state.as_str() == name)
    }
}

/// A feed whose time has come, with what its poll needs. Its due time has already been moved.
#[derive(Clone, Debug, PartialEq)]
pub struct DueFeed {
    /// Which.
    pub id: FeedId,
    /// Where it is listed, http(s).
    pub url: String,
    /// Where it is polled: there too, unless it moved.
    pub at: String,
    /// Whose requests those to that address are counted among (`host_of`).
    pub host: String,
    /// A permanent redirect that was answered so far, and is not believed yet.
    pub moving: Option<Moving>,
    /// The user's title of it, else its own.
    pub title: Option<String>,
    /// How it stood.
    pub schedule: Schedule,
    /// What a managed feed's own settings are, as stored (JSON); `None` for feeds of the configuration.
    pub settings: Option<String>,
    /// Whether no poll of it ever succeeded: its entries are back-dated and fire nothing.
    pub first: bool,
}

/// Where the last polls of a feed were redirected to for good (301, 308), or what a page at its address names as its feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moving {
    /// The address, http(s).
    pub to: String,
    /// Polls in a row that said so and ended in a feed.
    pub polls: u32,
    /// Another subscription that is polled there already: the entries are its own.
    pub onto: Option<FeedId>,
}

/// Which due feeds the scheduler takes from the table.
#[derive(Clone, Debug, PartialEq)]
pub struct TakeFeeds {
    /// The present moment.
    pub now: Timestamp,
    /// At most so many.
    pub limit: usize,
    /// In flight or in line already.
    pub busy: Vec<FeedId>,
    /// Hosts whose line is full, or that want quiet.
    pub closed_hosts: Vec<String>,
    /// Of one host at most so many: the rest stays in the table, or one host would fill every line.
    pub per_host: usize,
    /// A round that began then: each feed once in it.
    pub round: Option<Timestamp>,
    /// Also feeds that are not due.
    pub all: bool,
    /// These alone; empty: any.
    pub only: Vec<FeedId>,
}

/// What the next decision about a feed's rhythm is made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// How it stood after the last poll.
    pub state: FeedState,
    /// HTTP status of the last poll: a 410 is believed when it is given twice in a row.
    pub last_status: Option<u16>,
    /// Failures in a row.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Timestamp>,
    /// To be sent with the next request.
    pub validators: Validators,
    /// Of the last body that was parsed.
    pub body_hash: Option<super::Hash128>,
    /// When the last new entry was seen by us.
    pub last_new_at: Option<Timestamp>,
    /// Times between the last news of it, oldest first; no more than [`GAPS_KEPT`](super::GAPS_KEPT).
    pub gaps: Vec<Duration>,
    /// When the feed was first polled well.
    pub first_polled_at: Option<Timestamp>,
    /// The feed's own wishes, remembered for polls that bring no body.
    pub rhythm: Rhythm,
    /// Whether the next poll comes later, once: feeds that were added together, or waited for one thing together, part.
    pub spread: bool,
    /// When its document was last asked for without validators, or came whole.
    pub last_full_at: Option<Timestamp>,
    /// Polls that found what the feed's hub had not told, since it last told anything. `None`: no hub tells of this feed now.
    pub hub_missed: Option<u32>,
}

/// A line of `feed list`: one row of the view `feeds`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeedRow {
    /// Row number.
    pub id: FeedId,
    /// Polled address.
    pub url: String,
    /// The address it was subscribed to under, when it is polled elsewhere by now.
    pub listed_url: Option<String>,
    /// The subscription that is polled for it, at the same address.
    pub merged_into: Option<FeedId>,
    /// User's title, else the feed's, else the address.
    pub title: String,
    /// The site.
    pub site_url: Option<String>,
    /// The user's tags.
    pub tags: Vec<String>,
    /// Who it belongs to.
    pub origin: Origin,
    /// Whether it is still subscribed to; entries of one that is not stay.
    pub subscribed: bool,
    /// How it stands.
    pub state: FeedState,
    /// HTTP status of the last poll.
    pub last_status: Option<u16>,
    /// What the last poll failed of.
    pub last_error: Option<String>,
    /// Failures in a row.
    pub failures: u32,
    /// Last poll.
    pub last_polled_at: Option<Timestamp>,
    /// Next poll.
    pub next_poll_at: Option<Timestamp>,
    /// Why then.
    pub next_poll_reason: Option<String>,
    /// Present rhythm, seconds.
    pub interval_s: Option<i64>,
    /// Last time that something new was in it.
    pub last_new_at: Option<Timestamp>,
    /// Entries stored.
    pub entries: u64,
}

/// What the store has of the names of a feed's entries, to say by what they are told apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedNames {
    /// Its newest entries.
    pub entries: Vec<EntryNames>,
    /// Polls, of those that are still looked through, that gave most of its entries other GUIDs.
    pub rekeyings: u32,
}

/// The names of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryNames {
    /// As in the feed.
    pub guid: Option<String>,
    /// Canonical address.
    pub canonical_url: Option<String>,
    /// How many names it has.
    pub names: u32,
    /// How often it was rewritten.
    pub revision: u32,
    /// How often it was said that it came under another GUID. Not said of each entry where most of a feed did.
    pub rekeyed: u32,
}
