//! The sections of the configuration with their defaults, one struct each; the tables that repeat are in `tables`.
//!
//! `config/feedmux.toml` shows the same defaults with comments; a test compares the two.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

use super::secret::Secret;
use super::tables::{Feed, Hook, Output, Rule};
use super::units;
use crate::model::{Keep, Near, ScrapeMode, Switches};

/// Everything the configuration says, after precedence: `--set`, environment, file, default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Config {
    /// `[store]`
    pub store: Store,
    /// `[http]`
    pub http: Http,
    /// `[poll]`
    pub poll: Poll,
    /// `[fetch]`
    pub fetch: Fetch,
    /// `[scrape]`
    pub scrape: Scrape,
    /// `[dedup]`
    pub dedup: Dedup,
    /// `[retention]`
    pub retention: Retention,
    /// `[run]`
    pub run: Run,
    /// `[subscriptions]`
    pub subscriptions: Subscriptions,
    /// `[log]`
    pub log: Log,
    /// `[[feed]]`
    #[serde(rename = "feed")]
    pub feeds: Vec<Feed>,
    /// What the lists of `subscriptions.files` say of the feeds that are in no `[[feed]]`.
    #[serde(skip)]
    pub listed: Vec<Feed>,
    /// `[[rule]]`
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
    /// `[[output]]`
    #[serde(rename = "output")]
    pub outputs: Vec<Output>,
    /// `[[hook]]`
    #[serde(rename = "hook")]
    pub hooks: Vec<Hook>,
}

impl Config {
    /// All that is said of single feeds: by `[[feed]]`, by lists.
    pub fn declared(&self) -> impl Iterator<Item = &Feed> {
        self.feeds.iter().chain(&self.listed)
    }
}

/// `[store]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Store {
    /// The SQLite file; empty: `feedmux.db` in `$STATE_DIRECTORY` or `$XDG_DATA_HOME/feedmux`.
    pub path: PathBuf,
}

/// `[http]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Http {
    /// Addresses, `unix:PATH` or `systemd`.
    pub listen: Vec<String>,
    /// What self links say; empty: from `listen`.
    pub public_url: String,
    /// Asked of every reader; a must as soon as one listener is neither loopback nor a Unix socket.
    pub token: Secret,
    /// Folder where the outputs are written too; empty: none.
    pub export_dir: PathBuf,
    /// WebSub hub to name and ping; empty: none.
    pub hub: String,
}

/// `[poll]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Poll {
    /// Never more often than this.
    #[serde(with = "units::duration")]
    pub interval: Duration,
    /// A silent feed slows down to this; cap of every wait a publisher can impose.
    #[serde(with = "units::duration")]
    pub max_interval: Duration,
    /// Whether observed silence slows the rhythm down.
    pub adaptive: bool,
    /// Connect, first byte and idle gap each; a whole fetch may take four times this.
    #[serde(with = "units::duration")]
    pub timeout: Duration,
    /// Polls at once.
    pub concurrency: usize,
    /// First step after an error; doubles up to `max_interval`.
    #[serde(with = "units::duration")]
    pub backoff: Duration,
}

/// `[fetch]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Fetch {
    /// Requests to one host at once.
    pub per_host_in_flight: usize,
    /// Between request starts to one host.
    #[serde(with = "units::duration")]
    pub per_host_spacing: Duration,
    /// Decoded body, bytes.
    #[serde(with = "units::size")]
    pub max_body: u64,
    /// All bodies in flight together, bytes.
    #[serde(with = "units::size")]
    pub memory: u64,
    /// Address in the User-Agent; empty: the project's home page.
    pub user_agent_contact: String,
    /// Hosts or CIDRs that may be contacted although not public.
    pub allow_private: Vec<String>,
    /// The same, one a line; empty: none.
    pub allow_private_file: PathBuf,
    /// Name server `ADDRESS[:PORT]`; empty: the system's.
    pub dns_server: String,
    /// Proxy address; empty: none.
    pub proxy: String,
    /// Whether article pages obey robots.txt.
    pub robots: bool,
    /// How long a robots.txt is believed.
    #[serde(with = "units::duration")]
    pub robots_cache: Duration,
}

/// `[scrape]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Scrape {
    /// When pages are asked for.
    pub mode: ScrapeMode,
    /// How long an entry waits for its article before outputs show it.
    #[serde(with = "units::duration")]
    pub hold: Duration,
    /// Of a new feed only the newest so many entries are scraped.
    pub backfill: u32,
    /// Whether articles keep their lists.
    pub lists: bool,
    /// Whether articles keep their block quotations.
    pub quotes: bool,
    /// Whether the captions of pictures are also in the plain text.
    pub captions: bool,
    /// Folder of ftr-site-config files; empty: none.
    pub site_rules: PathBuf,
}

/// `[dedup]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Dedup {
    /// How far apart two reports of one story may be.
    #[serde(with = "units::duration")]
    pub window: Duration,
    /// How alike two texts must be.
    pub near: Near,
    /// Cache of the similarity index, bytes.
    #[serde(with = "units::size")]
    pub memory: u64,
}

/// `[retention]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Retention {
    /// Counted from when an entry was last seen in its feed.
    #[serde(with = "units::duration")]
    pub entries: Duration,
    /// The same for feeds with a tag; of several the longest holds.
    #[serde(with = "units::durations")]
    pub tags: BTreeMap<String, Duration>,
    /// Entries of one feed; beyond, the oldest go that left it. 0: no limit.
    pub per_feed: u32,
    /// What the store may have in use, free pages aside, bytes; beyond, the oldest entries go that left their feeds. 0: no limit.
    #[serde(with = "units::size_or_none")]
    pub size: u64,
}

/// `[run]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Run {
    /// What a stop waits for work in flight.
    #[serde(with = "units::duration")]
    pub drain: Duration,
}

/// `[subscriptions]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Subscriptions {
    /// OPML or plain text lists, relative to the configuration file.
    pub files: Vec<PathBuf>,
}

/// `[log]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Log {
    /// Shape of log lines.
    pub format: LogFormat,
}

/// Shape of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Text; coloured on a terminal, with priorities under the journal.
    #[default]
    Auto,
    /// Plain text.
    Text,
    /// One JSON object a line.
    Json,
}

// === defaults ===

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: vec!["127.0.0.1:8484".to_owned()],
            public_url: String::new(),
            token: Secret::default(),
            export_dir: PathBuf::new(),
            hub: String::new(),
        }
    }
}

impl Default for Poll {
    fn default() -> Self {
        Self {
            interval: Duration::from_mins(30),
            max_interval: Duration::from_hours(24),
            adaptive: true,
            timeout: Duration::from_secs(20),
            concurrency: 64,
            backoff: Duration::from_mins(30),
        }
    }
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            per_host_in_flight: 2,
            per_host_spacing: Duration::from_secs(1),
            max_body: 16 << 20,
            memory: 48 << 20,
            user_agent_contact: String::new(),
            allow_private: Vec::new(),
            allow_private_file: PathBuf::new(),
            dns_server: String::new(),
            proxy: String::new(),
            robots: true,
            robots_cache: Duration::from_hours(24),
        }
    }
}

impl Default for Scrape {
    fn default() -> Self {
        let Switches { lists, quotes, captions } = Switches::default();
        Self {
            mode: ScrapeMode::Auto,
            hold: Duration::from_mins(10),
            backfill: 20,
            lists,
            quotes,
            captions,
            site_rules: PathBuf::new(),
        }
    }
}

impl Default for Dedup {
    fn default() -> Self {
        Self { window: Duration::from_hours(31 * 24), near: Near::Normal, memory: 64 << 20 }
    }
}

impl Default for Retention {
    fn default() -> Self {
        let Keep { age, at_most } = Keep::default();
        Self { entries: age, tags: BTreeMap::new(), per_feed: at_most, size: 0 }
    }
}

impl Default for Run {
    fn default() -> Self {
        Self { drain: Duration::from_secs(5) }
    }
}
