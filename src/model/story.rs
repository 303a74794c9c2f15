//! Folding: the store finds what an entry may be compared with, the deduplicator decides, the store obeys.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::{EntryId, FeedId, StoryId};

/// How eagerly texts are folded (`dedup.near`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Near {
    /// Same article address only.
    Off,
    /// Fewer, surer.
    Strict,
    /// The measured balance.
    #[default]
    Normal,
    /// More, less sure.
    Loose,
}

/// What of an entry's texts is compared with others: made once, stored as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fingerprint {
    /// Of its headline without figures; 0: it has none.
    pub form: i64,
    /// Of its headline.
    pub headline: i64,
    /// Of the site it is on.
    pub host: i64,
    /// Its text, as the deduplicator wrote it down.
    pub text: Vec<u8>,
}

/// An entry as folding looks at it.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Which.
    pub entry: EntryId,
    /// Its story; of one that looks for a story its own number.
    pub story: StoryId,
    /// Its story has no other entry.
    pub is_alone: bool,
    /// Of which feed.
    pub feed: FeedId,
    /// Registrable domain of that feed.
    pub publisher: String,
    /// As in the feed.
    pub guid: Option<String>,
    /// Canonical address.
    pub canonical_url: Option<String>,
    /// Whether that address can name an article (a front page cannot).
    pub foldable: bool,
    /// Plain.
    pub title: String,
    /// When we first saw it.
    pub first_seen: Timestamp,
    /// Of its best text.
    pub print: Fingerprint,
    /// Stories that its site has had under this form of headline, as far as they are counted.
    pub form_stories: usize,
    /// Stories that were told under its address.
    pub address_stories: usize,
}

/// The decision that an entry belongs to the story of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The story.
    pub story: StoryId,
    /// The entry it was found by.
    pub with: EntryId,
    /// One line for people.
    pub reason: String,
    /// What it rests on.
    pub evidence: serde_json::Value,
}

/// What folding says of an entry.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// The story that it joins.
    pub join: Option<Join>,
    /// Entries that were alone and turn out to be of that story as well, through this one.
    pub bridged: Vec<(EntryId, Join)>,
    /// Why it does not join one that it looks like: with which entry, and what was said.
    pub apart: Option<(EntryId, String)>,
    /// It only repeats what its site has printed before.
    pub is_echo: bool,
}

/// A run of words (its hash) in an entry.
pub type Posting = (u32, EntryId);

/// Decides which entries are one story. The writer asks it inside its transaction, because it is alone there: two polls that bring one
/// story at the same moment must not both found it.
///
/// What it remembers of texts is a cache: [`Folder::start`] and [`Folder::recall`] fill it from stored fingerprints.
pub trait Folder: Send {
    /// Entries whose texts may be of `subject`'s story, best first. `stored`: postings of [`Folder::sought`] from the store,
    /// in its order.
    fn candidates(&self, subject: &Member, stored: &[Posting]) -> Vec<EntryId>;

    /// Those of the [`Folder::candidates`] that may be of `subject`'s story for all that their texts say; of the others no more need be
    /// read, because those at its address and under its headline are found by them.
    fn likely(&self, subject: &Member, found: Vec<(EntryId, Fingerprint)>) -> Vec<EntryId>;

    /// The runs of `subject` that have to be looked up in the store, because not all postings are in memory; ascending.
    fn sought(&self, subject: &Member) -> Vec<u32>;

    /// Those of `others` that [`Folder::judge`] has anything to say about. Their `form_stories` and `address_stories` do not matter, so
    /// that they need not be counted of the rest.
    fn relevant(&self, subject: &Member, others: Vec<Member>) -> Vec<Member>;

    /// What becomes of `subject` among `others`.
    fn judge(&self, subject: &Member, others: &[Member]) -> Verdict;

    /// Why two entries of one story are none after all, now that more is known of their sites; `None`: they are.
    fn objection(&self, one: &Member, other: &Member) -> Option<String>;

    /// Remembers the text of an entry. `before`: what was remembered of it, where its text was replaced.
    fn remember(&mut self, entry: EntryId, print: &Fingerprint, before: Option<&Fingerprint>, role: Role);

    /// Forgets all that was remembered. `window`: the first entry that is in it, and the last one; the store has the postings of those
    /// before `spilled_to`.
    fn start(&mut self, window: (EntryId, EntryId), spilled_to: EntryId);

    /// Remembers the text of a stored entry after [`Folder::start`]; the newest comes first. Says whether older ones are of any use.
    fn recall(&mut self, entry: EntryId, print: &Fingerprint, role: Role) -> bool;

    /// How far apart two reports of one story may be.
    fn window(&self) -> Duration;

    /// Some of the postings that there is no more room for. They are given again unless [`Folder::commit`] says that they are stored.
    fn spill(&mut self) -> Vec<Posting>;

    /// The store has the postings of all entries before this one. `None`: some are still to come.
    fn spilled_to(&self) -> Option<EntryId>;

    /// Forgets postings of entries before this one.
    fn forget_before(&mut self, entry: EntryId);

    /// A place in what is remembered, to come back to.
    fn mark(&self) -> Mark;

    /// Takes back what was remembered since `mark`.
    fn undo(&mut self, mark: Mark);

    /// What was remembered stays.
    fn commit(&mut self);
}

/// A place in what a [`Folder`] remembers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// In what is counted, and how much that is.
    pub counts: (usize, usize),
    /// In what can be found.
    pub postings: usize,
}

/// What an entry was when its text was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Role {
    /// It founded a story.
    pub founds: bool,
    /// See [`Verdict::is_echo`].
    pub is_echo: bool,
}
