//! What is wrong with a feed, or happened to it, for the person who subscribed to it.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{FeedId, Origin};

/// What is wrong comes back within this: it is the same notice again. A feed that is up one day and down the next is one line in a
/// reader, not one a day.
pub const REOPENED_WITHIN: Duration = Duration::from_hours(7 * 24);
/// So many notices of a day (UTC) are items of their own; the others are one item together.
pub const TOLD_A_DAY: usize = 20;
/// Notices that are over are kept for so long.
pub const NOTICES_KEPT: Duration = Duration::from_hours(90 * 24);
/// Times between news that are remembered of a feed.
pub const GAPS_KEPT: usize = 32;

/// What there is to tell of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// It cannot be read.
    Failing,
    /// Its server refuses us.
    Blocked,
    /// Its publisher says that it is gone for good.
    Gone,
    /// It is read, and brings nothing for much longer than it used to.
    Silent,
    /// Its article pages give less than they gave.
    PagesBroken,
    /// It is polled elsewhere from now on.
    Moved,
    /// Most of its entries came under new GUIDs.
    Rekeyed,
}

impl NoticeKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Failing, Self::Blocked, Self::Gone, Self::Silent, Self::PagesBroken, Self::Moved, Self::Rekeyed];

    /// Its name in the store and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failing => "failing",
            Self::Blocked => "blocked",
            Self::Gone => "gone",
            Self::Silent => "silent",
            Self::PagesBroken => "pages-broken",
            Self::Moved => "moved",
            Self::Rekeyed => "rekeyed",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it happened, and does not last until it is over.
    pub fn is_event(self) -> bool {
        matches!(self, Self::Moved | Self::Rekeyed)
    }

    /// Whether what comes back soon is no news: some feeds make new GUIDs for ever.
    pub fn is_told_once(self) -> bool {
        self == Self::Rekeyed
    }

    /// Kinds that say the same trouble: while one of them is told, this one is not.
    pub fn told_by(self) -> &'static [Self] {
        match self {
            Self::Failing | Self::Blocked => &[Self::Failing, Self::Blocked, Self::Gone],
            Self::Gone => &[Self::Gone],
            Self::Silent => &[Self::Silent],
            Self::PagesBroken => &[Self::PagesBroken],
            Self::Moved => &[Self::Moved],
            Self::Rekeyed => &[Self::Rekeyed],
        }
    }

    /// Kinds that it takes the place of.
    pub fn replaces(self) -> &'static [Self] {
        if self == Self::Gone { &[Self::Failing, Self::Blocked, Self::Silent] } else { &[] }
    }
}

/// What a poll shows about one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It is so, or happened.
    Shows {
        /// What.
        kind: NoticeKind,
        /// Since when.
        since: Timestamp,
        /// One line for people.
        detail: String,
    },
    /// It is not so, or not any more.
    Over(NoticeKind),
}

/// What people are told of a feed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Notice {
    /// Row number.
    pub id: i64,
    /// What outputs call it, for ever.
    pub public_id: String,
    /// Of which feed.
    pub feed: FeedId,
    /// User's title, else the feed's, else the address.
    pub feed_title: String,
    /// Polled address.
    pub feed_url: String,
    /// The site.
    pub site_url: Option<String>,
    /// The user's tags of the feed.
    pub feed_tags: Vec<String>,
    /// Who the feed belongs to.
    pub origin: Origin,
    /// What.
    pub kind: NoticeKind,
    /// Since when it is so.
    pub begun_at: Timestamp,
    /// When it was first told.
    pub told_at: Timestamp,
    /// Last time it began or ended.
    pub changed_at: Timestamp,
    /// When it was over; `None`: it is so.
    pub ended_at: Option<Timestamp>,
    /// Told in an item of its own, not in one with others of its day.
    pub own: bool,
    /// What happened, one line.
    pub detail: String,
}

impl Notice {
    /// Whether it lasts.
    pub fn is_open(&self) -> bool {
        self.ended_at.is_none()
    }

    /// Whether it was wrong and is well again. What merely happened never is.
    pub fn is_resolved(&self) -> bool {
        self.ended_at.is_some() && !self.kind.is_event()
    }
}
