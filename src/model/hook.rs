//! Store to hooks and back: what happened, who asks for it, what waits to be delivered.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use super::{EntryId, Hash128, NoticeKind};

/// Events that wait for one hook, at most; of more the oldest are lost.
pub const OUTBOX_ROWS: usize = 10_000;
/// An event that could not be delivered for so long is lost.
pub const OUTBOX_KEPT: Duration = Duration::from_hours(3 * 24);
/// Longest wait between two tries to deliver.
pub const MAX_DELIVERY_WAIT: Duration = Duration::from_hours(1);

/// Row number of a hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct HookId(pub i64);

/// What hooks can be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HookEvent {
    /// The first entry of a story was released.
    StoryNew,
    /// Another feed's entry was released into a story.
    StoryGrew,
    /// A released entry says something else.
    EntryUpdated,
    /// A feed cannot be read, or its server refuses us.
    FeedFailing,
    /// What was wrong with a feed is over.
    FeedRecovered,
    /// A feed's publisher says that it is gone for good.
    FeedGone,
    /// A feed brings nothing for much longer than it used to.
    FeedSilent,
    /// A feed is polled elsewhere from now on.
    FeedMoved,
    /// A feed's article pages give less than they gave.
    ExtractionBroken,
    /// They give as much again.
    ExtractionRecovered,
}

impl HookEvent {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::StoryNew,
        Self::StoryGrew,
        Self::EntryUpdated,
        Self::FeedFailing,
        Self::FeedRecovered,
        Self::FeedGone,
        Self::FeedSilent,
        Self::FeedMoved,
        Self::ExtractionBroken,
        Self::ExtractionRecovered,
    ];

    /// Its name in the configuration and in what is delivered.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::StoryNew => "story.new",
            Self::StoryGrew => "story.grew",
            Self::EntryUpdated => "entry.updated",
            Self::FeedFailing => "feed.failing",
            Self::FeedRecovered => "feed.recovered",
            Self::FeedGone => "feed.gone",
            Self::FeedSilent => "feed.silent",
            Self::FeedMoved => "feed.moved",
            Self::ExtractionBroken => "extraction.broken",
            Self::ExtractionRecovered => "extraction.recovered",
        }
    }

    /// The event of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }

    /// What a notice tells when it is opened, or when it is `over`.
    pub fn of_notice(kind: NoticeKind, over: bool) -> Option<Self> {
        match (kind, over) {
            (NoticeKind::Failing | NoticeKind::Blocked, false) => Some(Self::FeedFailing),
            (NoticeKind::Gone, false) => Some(Self::FeedGone),
            (NoticeKind::Silent, false) => Some(Self::FeedSilent),
            (NoticeKind::Moved, false) => Some(Self::FeedMoved),
            (NoticeKind::PagesBroken, false) => Some(Self::ExtractionBroken),
            (NoticeKind::PagesBroken, true) => Some(Self::ExtractionRecovered),
            (NoticeKind::Failing | NoticeKind::Blocked | NoticeKind::Gone | NoticeKind::Silent, true) => Some(Self::FeedRecovered),
            (NoticeKind::Moved, true) | (NoticeKind::Rekeyed, _) => None,
        }
    }
}

/// What the store writes down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// An entry was released. Whether its story is new by that or grew depends on what the hook sees of it.
    Released(EntryId),
    /// A released entry says something else.
    Updated(EntryId),
    /// A notice was opened or is over: which event, and the notice's row.
    Noticed(HookEvent, i64),
}

impl Happened {
    /// Its name in the outbox.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Released(_) => "released",
            Self::Updated(_) => HookEvent::EntryUpdated.as_str(),
            Self::Noticed(event, _) => event.as_str(),
        }
    }

    /// The entry or notice that it is about.
    pub fn subject(self) -> i64 {
        match self {
            Self::Released(EntryId(id)) | Self::Updated(EntryId(id)) | Self::Noticed(_, id) => id,
        }
    }

    /// Read back; `None`: a later version wrote it.
    pub fn read(kind: &str, subject: i64) -> Option<Self> {
        match (kind, HookEvent::from_name(kind)) {
            ("released", _) => Some(Self::Released(EntryId(subject))),
            (_, Some(HookEvent::EntryUpdated)) => Some(Self::Updated(EntryId(subject))),
            (_, Some(HookEvent::StoryNew | HookEvent::StoryGrew) | None) => None,
            (_, Some(event)) => Some(Self::Noticed(event, subject)),
        }
    }

    /// Under which name the outbox has what becomes `event`.
    pub fn kind_of(event: HookEvent) -> &'static str {
        match event {
            HookEvent::StoryNew | HookEvent::StoryGrew => Self::Released(EntryId(0)).kind(),
            other => other.as_str(),
        }
    }
}

/// A hook as the configuration wants it, as far as the store has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HookSpec {
    /// Its name, else something made of where it delivers: what waits for it is found again by this.
    pub key: String,
    /// Hash of where it delivers.
    pub target: Hash128,
    /// What it asks for.
    pub on: Vec<HookEvent>,
}

/// The first event that waits for a hook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Its number in the outbox of this hook.
    pub n: i64,
    /// The same at each try, and of no other event anywhere.
    pub id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What; `None`: what only a later version knows.
    pub what: Option<Happened>,
    /// Tries of this hook in a row that failed so far.
    pub failures: u32,
}

/// How a hook stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HookState {
    /// Which.
    #[serde(skip)]
    pub id: HookId,
    /// As in [`HookSpec`].
    #[serde(skip)]
    pub key: String,
    /// Events that wait.
    pub waiting: u64,
    /// Events that were taken.
    pub delivered: u64,
    /// When the last of them was.
    pub delivered_at: Option<Timestamp>,
    /// Events that were lost.
    pub dropped: u64,
    /// Tries that failed, in a row.
    pub failures: u32,
    /// When the first of them did.
    pub failing_since: Option<Timestamp>,
    /// What the last of them failed of.
    pub error: Option<String>,
    /// Not tried again before then.
    pub next_try_at: Option<Timestamp>,
    /// When its receiver said 410: nothing is delivered any more.
    pub ended_at: Option<Timestamp>,
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After`.
    pub retry_after: Option<Duration>,
    /// The beginning of what it said, as text.
    pub said: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_asked_for_by_one_name() {
        for event in HookEvent::ALL {
            assert_eq!(HookEvent::from_name(event.as_str()), Some(event));
        }
        let noticed = HookEvent::ALL.into_iter().skip(3).map(|event| Happened::Noticed(event, 7));
        for what in noticed.chain([Happened::Released(EntryId(7)), Happened::Updated(EntryId(7))]) {
            assert_eq!(Happened::read(what.kind(), what.subject()), Some(what));
        }
        assert_eq!(Happened::kind_of(HookEvent::StoryGrew), Happened::Released(EntryId(1)).kind());
        assert_eq!(Happened::kind_of(HookEvent::EntryUpdated), Happened::Updated(EntryId(1)).kind());
        for unknown in ["story.new", "story.told", ""] {
            assert_eq!(Happened::read(unknown, 7), None, "{unknown}");
        }
    }
}
