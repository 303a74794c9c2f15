//! What article pages were worth to a feed: what is learned from, and what is told of it.

use jiff::Timestamp;
use serde::Serialize;

use super::EntryId;

/// Results that are kept of each feed.
pub const RESULTS_KEPT: usize = 50;

/// What a page was worth to one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PageWorth {
    /// It had more than the feed: its text is shown.
    More,
    /// It could be read, and had no more than the feed.
    Same,
    /// It could not be used: a wall, no article, another story.
    Poor,
    /// The site does not give it: robots.txt, 403, 404, 410.
    Refused,
    /// It did not come, for now.
    Failed,
}

impl PageWorth {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::More, Self::Same, Self::Poor, Self::Refused, Self::Failed];

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::More => "more",
            Self::Same => "same",
            Self::Poor => "poor",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|worth| worth.as_str() == name)
    }

    /// Whether the page gave its article.
    pub fn is_read(self) -> bool {
        matches!(self, Self::More | Self::Same)
    }
}

/// The verdict about one entry's page, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageVerdict {
    /// What it was worth.
    pub worth: PageWorth,
    /// Whether the feed's text looked like all of the article.
    pub whole: bool,
    /// Characters of the page's text.
    pub chars: u32,
}

/// One of the last results of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageResult {
    /// When.
    pub at: Timestamp,
    /// For which entry.
    pub entry: EntryId,
    /// What it was.
    pub verdict: PageVerdict,
}

/// What is remembered of a feed's pages when it is decided whether to ask for the next one. Entries whose text looks whole are
/// counted apart: a feed may well have both kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageHistory {
    /// Of entries with a teaser.
    pub teasers: PageClass,
    /// Of entries whose text looks like all of the article.
    pub wholes: PageClass,
}

/// One kind of entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageClass {
    /// Whether the page had more than the feed, latest first.
    pub won: Vec<bool>,
    /// Entries since a page was asked for one.
    pub skipped: u32,
    /// When that was; where it never was, when the first was skipped.
    pub asked_at: Option<Timestamp>,
}

impl PageHistory {
    /// The kind that an entry belongs to.
    pub fn class(&self, whole: bool) -> &PageClass {
        if whole { &self.wholes } else { &self.teasers }
    }

    /// As it is after one more decision.
    pub fn note(&mut self, choice: &PageChoice, now: Timestamp) {
        let class = if choice.whole { &mut self.wholes } else { &mut self.teasers };
        if choice.asked {
            (class.skipped, class.asked_at) = (0, Some(now));
        } else {
            class.skipped = class.skipped.saturating_add(1);
            class.asked_at = class.asked_at.or(Some(now));
        }
    }
}

/// Whether a page is asked for, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageChoice {
    /// Whether.
    pub asked: bool,
    /// Whether the feed's text looks like all of the article.
    pub whole: bool,
    /// One line for people.
    pub reason: String,
    /// Whether that is worth a line in `decisions`: what is asked for as a matter of course is told with its verdict.
    pub told: bool,
}

/// That a feed's pages give less than they did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Broken {
    /// Since when.
    pub at: Timestamp,
    /// One line for people.
    pub reason: String,
    /// Share of pages that gave their article before.
    pub was_rate: f32,
    /// Median of the characters of their texts before; 0: not known.
    pub was_chars: u32,
}
