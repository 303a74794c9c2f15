//! The page behind an entry: what was won from it, and what the entry made of that.

use jiff::Timestamp;
use serde::Serialize;

use super::{ArticleId, CleanHtml, EntryId, FeedId};

/// What the extractor won from a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// Headline, plain.
    pub title: Option<String>,
    /// Names.
    pub authors: Vec<String>,
    /// The article, clean.
    pub html: CleanHtml,
    /// One paragraph, heading or list item a line.
    pub text: String,
    /// BCP 47: declared by the page, else guessed.
    pub lang: Option<String>,
    /// As dated by the page, with its own UTC offset (RFC 3339).
    pub published: Option<String>,
    /// Picture, http(s).
    pub image: Option<String>,
    /// `rel=canonical` or `og:url`, http(s), as the page claims it.
    pub canonical: Option<String>,
    /// What won the text: `json-ld`, `readable`, `none`.
    pub method: String,
    /// How much it looks like an article, 0 to 1.
    pub quality: f32,
}

/// A page whose time has come, with the entries that wait for it.
#[derive(Clone, Debug, PartialEq)]
pub struct DueArticle {
    /// Which.
    pub id: ArticleId,
    /// The address to ask.
    pub url: String,
    /// Its key.
    pub canonical_url: String,
    /// Failed attempts so far.
    pub attempts: u32,
    /// What an earlier scrape won: then nothing is fetched, only the waiting entries are judged.
    pub won: Option<Article>,
    /// Who waits.
    pub waiting: Vec<WaitingEntry>,
}

/// An entry that waits for its page.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingEntry {
    /// Which.
    pub id: EntryId,
    /// Of which feed.
    pub feed: FeedId,
    /// Polled address of that feed.
    pub feed_url: String,
    /// A managed feed's own settings, as stored (JSON).
    pub settings: Option<String>,
    /// The feed's title of the entry.
    pub title: String,
    /// The feed's own text, plain.
    pub text: String,
    /// The feed's own HTML: content, else summary.
    pub html: CleanHtml,
}

/// What became of a page; applied in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Settlement {
    /// When.
    pub at: Timestamp,
    /// The page's own outcome.
    pub outcome: PageOutcome,
    /// The entries that need not wait any longer. Empty while an attempt is still to come.
    pub entries: Vec<SettledEntry>,
}

/// How a scrape ended.
#[derive(Clone, Debug, PartialEq)]
pub enum PageOutcome {
    /// Text was won; `canonical_url` is the canonical form of the address the page itself claims, when believed.
    Won {
        /// What.
        article: Box<Article>,
        /// Believed canonical address.
        canonical_url: Option<String>,
        /// Whether that address names one article, see [`super::NewEntry::foldable`].
        foldable: bool,
    },
    /// It was there already; only entries were judged.
    Known,
    /// Not this time.
    Retry {
        /// Why.
        error: String,
        /// When again.
        at: Timestamp,
        /// Whether it was one of its few attempts: not when our own line was down.
        counts: bool,
    },
    /// Never.
    Failed {
        /// Why.
        error: String,
    },
}

/// One entry's text, chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct SettledEntry {
    /// Which.
    pub id: EntryId,
    /// Whose text outputs show.
    pub content_origin: ContentOrigin,
    /// Why, for people.
    pub reason: String,
    /// What the verdict rests on.
    pub evidence: serde_json::Value,
}

/// Whose text an entry shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ContentOrigin {
    /// The feed's own.
    #[default]
    Feed,
    /// The page's.
    Article,
}

impl ContentOrigin {
    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Article => "article",
        }
    }
}
