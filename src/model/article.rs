//! The page behind an entry: what was won from it, and what the entry made of that.

use jiff::Timestamp;
use serde::Serialize;

use super::{ArticleId, CleanHtml, EntryId, FeedId, PageVerdict};

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
    /// Last changed, as the page says, with its own UTC offset (RFC 3339).
    pub updated: Option<String>,
    /// Part of the site it is in, as the site calls it.
    pub section: Option<String>,
    /// Picture, http(s).
    pub image: Option<String>,
    /// `rel=canonical` or `og:url`, http(s), as the page claims it.
    pub canonical: Option<String>,
    /// What won the text: `blocks` (the model), `section`, `site-rules`, `json-ld`, `state` (other JSON that the page carries), `none`.
    pub method: String,
    /// How much it looks like an article, 0 to 1.
    pub quality: f32,
    /// Whether the page says that the rest of it is for subscribers.
    pub partial: bool,
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
    /// It is asked for all the same: what it gives has to win over what was won.
    pub again: bool,
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
    /// What people call that feed.
    pub feed_title: String,
    /// A managed feed's own settings, as stored (JSON).
    pub settings: Option<String>,
    /// The feed's title of the entry.
    pub title: String,
    /// The feed's own text, plain.
    pub text: String,
    /// The feed's own HTML: content, else summary.
    pub html: CleanHtml,
    /// Whose text it shows, if it was judged before; `None`: it waits for its first verdict.
    pub shows: Option<ContentOrigin>,
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
    /// Lines of the page that was read, to be known again on other pages of its host.
    pub lines: Option<HostLines>,
}

/// Lines of one page that are remembered, of all pages of its article together.
pub const LINES_PER_PAGE: usize = 400;

/// The text of a page in hashes of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostLines {
    /// Registrable domain of the address that answered.
    pub host: String,
    /// One a line, each once.
    pub lines: Vec<u64>,
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
    /// It was read again, and what was won before stays.
    Kept {
        /// Why.
        reason: String,
    },
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
    /// When its page says it was published: that holds where the feed says nothing. Never moves an entry that is out already to the top.
    pub published: Option<Timestamp>,
    /// What is learned from it about the feed's pages; `None`: nothing, it was our own trouble or no page was read.
    pub verdict: Option<PageVerdict>,
    /// What of the page's text is compared with others ([`crate::model::Fingerprint::text`]), where outputs show that.
    pub print: Option<Vec<u8>>,
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
