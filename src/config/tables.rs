//! The tables that may repeat: `[[feed]]`, `[[rule]]`, `[[output]]`, `[[hook]]`.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::secret::Secret;
use super::units;
use crate::model::{Hearsay, Order, ScrapeMode, SiteRuleUse};

/// Longest tag that a rule gives.
const MAX_TAG_BYTES: usize = 100;

/// `[[feed]]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Feed {
    /// http or https; `user:password@` is taken as `auth`.
    pub url: String,
    /// Title of the user's own.
    pub title: Option<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Leads a story that several feeds report.
    pub priority: i64,
    /// Sent to this feed's origin only; secret because cookies and keys travel here.
    pub headers: BTreeMap<String, Secret>,
    /// `user:password` or `Bearer TOKEN`.
    pub auth: Secret,
    /// Short for `poll.interval`.
    #[serde(with = "units::duration_option")]
    pub interval: Option<Duration>,
    /// Overrides of `[poll]`.
    pub poll: PollOverride,
    /// Overrides of `[fetch]`.
    pub fetch: FetchOverride,
    /// Overrides of `[scrape]`.
    pub scrape: ScrapeOverride,
    /// Overrides of `[retention]`.
    pub retention: RetentionOverride,
    /// How many of the tags, from the first, are the folders that it lies in, one in the other; `None`: the first. Only lists say it.
    #[serde(skip)]
    pub folders: Option<usize>,
    /// What a list says that the feed says of itself.
    #[serde(skip)]
    pub hearsay: Hearsay,
}

/// What one feed may say differently from `[poll]`; concurrency belongs to all.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct PollOverride {
    /// See [`Poll`].
    #[serde(with = "units::duration_option")]
    pub interval: Option<Duration>,
    /// See [`Poll`].
    #[serde(with = "units::duration_option")]
    pub max_interval: Option<Duration>,
    /// See [`Poll`].
    pub adaptive: Option<bool>,
    /// See [`Poll`].
    #[serde(with = "units::duration_option")]
    pub timeout: Option<Duration>,
    /// See [`Poll`].
    #[serde(with = "units::duration_option")]
    pub backoff: Option<Duration>,
}

/// What one feed may say differently from `[fetch]`; what belongs to a host or to all feeds cannot be.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct FetchOverride {
    /// See [`Fetch`].
    #[serde(with = "units::size_option")]
    pub max_body: Option<u64>,
    /// See [`Fetch`].
    pub robots: Option<bool>,
}

/// What one feed may say differently from `[scrape]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct ScrapeOverride {
    /// See [`Scrape`].
    pub mode: Option<ScrapeMode>,
    /// See [`Scrape`].
    #[serde(with = "units::duration_option")]
    pub hold: Option<Duration>,
    /// See [`Scrape`].
    pub backfill: Option<u32>,
    /// How far the rules in [`Scrape::site_rules`] are believed: `auto`, `force`, `never`.
    pub site_rules: Option<SiteRuleUse>,
    /// See [`Scrape`].
    pub lists: Option<bool>,
    /// See [`Scrape`].
    pub quotes: Option<bool>,
    /// See [`Scrape`].
    pub captions: Option<bool>,
}

/// What one feed may say differently from `[retention]`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct RetentionOverride {
    /// See [`Retention`](super::Retention); stronger than what its tags say.
    #[serde(with = "units::duration_option")]
    pub entries: Option<Duration>,
    /// See [`Retention`](super::Retention).
    pub per_feed: Option<u32>,
}

/// `[[rule]]`: evaluated at output over stored entries, so retroactive and reversible.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Rule {
    /// What `explain` calls it.
    pub name: String,
    /// Which items: the filter language of `exporter::filter`.
    pub when: String,
    /// What happens to them.
    pub then: Then,
    /// With `then = "title"`: a regular expression for what is replaced in titles.
    pub find: String,
    /// What comes there instead; `$1` is what the first group found.
    pub replace: String,
}

/// What a rule does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// `drop`: no output shows it.
    #[default]
    Drop,
    /// `tag:NAME`: it has this tag, too.
    Tag(String),
    /// `title`: its title is rewritten.
    Title,
    /// `boost:N`: it leads before others with less than that much more priority; negative: behind them.
    Boost(i64),
    /// `mute`: it is named in stories that others tell, leads none and does not stand alone.
    Mute,
}

impl std::str::FromStr for Then {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            let shown: String = text.chars().take(60).collect();
            format!("expected \"drop\", \"mute\", \"title\", \"tag:NAME\" or \"boost:5\", got \"{shown}\"")
        };
        let (action, argument) = text.split_once(':').map_or((text, None), |(action, argument)| (action, Some(argument.trim())));
        match (action.trim(), argument) {
            ("drop", None) => Ok(Self::Drop),
            ("mute", None) => Ok(Self::Mute),
            ("title", None) => Ok(Self::Title),
            ("tag", Some(tag)) if (1..=MAX_TAG_BYTES).contains(&tag.len()) => Ok(Self::Tag(tag.to_owned())),
            ("boost", Some(by)) => by.parse().map(Self::Boost).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for Then {
    fn deserialize<D: serde::Deserializer<'de>>(de: D) -> Result<Self, D::Error> {
        String::deserialize(de)?.parse().map_err(serde::de::Error::custom)
    }
}

/// `[[output]]`
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Output {
    /// `/feeds/NAME.atom`.
    pub name: String,
    /// Which items: the filter language; empty: all.
    #[serde(rename = "where")]
    pub filter: String,
    /// What becomes of stories with several entries.
    pub stories: Stories,
    /// Items in a page.
    pub items: usize,
    /// Newest by what.
    pub order: Order,
    /// At so many feeds a folded story moves to the top, once; 0: never.
    pub resurface: usize,
    /// How much text.
    pub content: Content,
    /// Template of titles, e.g. `{source}: {title}`; empty: the title.
    pub title: String,
    /// Asked of readers of this output.
    pub token: Secret,
}

/// What becomes of stories with several entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stories {
    /// One item, "Also reported by".
    #[default]
    Fold,
    /// All entries.
    Show,
    /// The founding entry alone.
    First,
}

/// How much text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// The best text.
    #[default]
    Full,
    /// The teaser.
    Summary,
    /// Title and link.
    None,
}

/// `[[hook]]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table")]
pub struct Hook {
    /// What people call it, and what waits for it is found again by; may be empty.
    pub name: String,
    /// Events, as [`HookEvent`](crate::model::HookEvent) names them.
    pub on: Vec<String>,
    /// Of what: the filter language; empty: of all.
    #[serde(rename = "where")]
    pub filter: String,
    /// How much text is told.
    pub content: Content,
    /// Where to deliver.
    pub url: String,
    /// Or what to run: a program by its path, and its arguments.
    pub exec: Vec<String>,
    /// Key of the signature.
    pub secret: Secret,
}

impl Default for Output {
    fn default() -> Self {
        Self {
            name: String::new(),
            filter: String::new(),
            stories: Stories::Fold,
            items: 100,
            order: Order::Received,
            resurface: 0,
            content: Content::Full,
            title: String::new(),
            token: Secret::default(),
        }
    }
}
