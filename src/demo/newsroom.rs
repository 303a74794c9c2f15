//! What exists in the demo web at which moment: no clock, no socket, no chance beyond the seed.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::outlets::{OUTLETS, Outlet};
use super::texts::{self, Story, Words};

/// Short notices that follow the written stories; then the web falls silent.
const NOTICES: usize = 200;
/// Entries a feed shows, newest first.
const FEED_ENTRIES: usize = 25;

/// Everything the demo web will ever publish, and when. Same arguments, same web.
pub struct Newsroom {
    pub(super) seed: u64,
    /// `http://127.0.0.1:4711` of each outlet.
    bases: Vec<String>,
    /// By the moment they appear.
    entries: Vec<Entry>,
    words: BTreeMap<String, Words>,
}

/// One entry of one outlet's feed.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Since the start; zero: there from the beginning.
    pub appears: Duration,
    /// As the feed dates it, whole seconds.
    pub published: Timestamp,
    /// As the feed links to it, absolute.
    pub url: String,
    /// Index of the outlet.
    pub(super) outlet: usize,
    /// Path of its own page; none when it points to another outlet's.
    pub(super) path: Option<String>,
    pub(super) story: Story,
}

impl Entry {
    /// Headline.
    pub fn title(&self) -> &str {
        &self.story.title
    }

    /// Name of the outlet.
    pub fn outlet(&self) -> &'static str {
        OUTLETS[self.outlet].title
    }
}

impl Newsroom {
    /// How many outlets there are, and so how many `bases` [`Newsroom::new`] wants.
    pub const OUTLETS: usize = OUTLETS.len();

    /// Plans the whole life of the web. `bases` are the outlets' addresses without a path (`http://127.0.0.1:4711`).
    pub fn new(seed: u64, start: Timestamp, bases: [String; Self::OUTLETS]) -> Self {
        let texts = texts::read();
        let mut room = Self { seed, bases: bases.into(), entries: Vec::new(), words: texts.words };
        let start = whole_seconds(start);

        let (mut live, printed): (Vec<Story>, Vec<Story>) = texts.stories.into_iter().partition(|story| story.live.is_some());
        for story in printed {
            let minutes = story.age.map_or_else(|| 110 + room.dice(&["age", &story.outlet, &story.slug], 2400), u64::from);
            let published = start.saturating_sub(seconds(Duration::from_mins(minutes))).unwrap_or(start);
            room.add(story, Duration::ZERO, published);
        }
        live.sort_by_key(|story| story.live);
        let kinds = texts.notices.len().max(1);
        live.extend((0..NOTICES).filter_map(|k| {
            let list = texts.notices.get(k % kinds)?;
            Some(list.story(k / kinds, |part| 11 + room.dice(&["figure", part, &k.to_string()], 79)))
        }));
        let mut at = Duration::ZERO;
        for (k, story) in live.into_iter().enumerate() {
            at += Duration::from_millis(6000 + room.dice(&["gap", &k.to_string()], 2000));
            let published = start.saturating_add(seconds(at)).unwrap_or(start);
            room.add(story, at, whole_seconds(published));
        }
        room
    }

    /// What exists so long after the start, in the order of appearance.
    pub fn at(&self, elapsed: Duration) -> &[Entry] {
        &self.entries[..self.entries.partition_point(|entry| entry.appears <= elapsed)]
    }

    /// What appears next.
    pub fn next(&self, elapsed: Duration) -> Option<&Entry> {
        self.entries.get(self.at(elapsed).len())
    }

    /// Addresses of the feeds, one an outlet.
    pub(super) fn feed_url(&self, outlet: usize) -> String {
        format!("{}{}", self.bases[outlet], OUTLETS[outlet].feed)
    }

    pub(super) fn base(&self, outlet: usize) -> &str {
        &self.bases[outlet]
    }

    pub(super) fn words(&self, outlet: usize) -> &Words {
        &self.words[OUTLETS[outlet].lang]
    }

    /// The `k`-th entry to appear.
    pub(super) fn entry(&self, k: usize) -> Option<&Entry> {
        self.entries.get(k)
    }

    /// The entries of an outlet's feed, newest first.
    pub(super) fn feed(&self, outlet: usize, elapsed: Duration) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.at(elapsed).iter().filter(|entry| entry.outlet == outlet).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.published));
        entries.truncate(FEED_ENTRIES);
        entries
    }

    /// The entry whose page lies at that path.
    pub(super) fn page(&self, outlet: usize, elapsed: Duration, path: &str) -> Option<&Entry> {
        self.at(elapsed).iter().find(|entry| entry.outlet == outlet && entry.path.as_deref() == Some(path))
    }

    /// A number below `below` that depends on the seed and `what` alone.
    pub(super) fn dice(&self, what: &[&str], below: u64) -> u64 {
        xxh3_64_with_seed(what.join("/").as_bytes(), self.seed) % below.max(1)
    }

    fn add(&mut self, story: Story, appears: Duration, published: Timestamp) {
        let Some(outlet) = OUTLETS.iter().position(|outlet| outlet.id == story.outlet) else { return };
        let (path, url) = match &story.link {
            // The way collections link: the same page, followed by who sent the reader.
            Some(target) => {
                (None, format!("{}?utm_source={}&utm_medium=feed&utm_campaign=daily", self.address_of(target), story.outlet))
            }
            None => {
                let path = self.path(&OUTLETS[outlet], &story.slug, story.intern);
                let url = format!("{}{path}", self.bases[outlet]);
                (Some(path), url)
            }
        };
        self.entries.push(Entry { appears, published, url, outlet, path, story });
    }

    /// Address of the page `outlet/slug`.
    fn address_of(&self, target: &str) -> String {
        let (id, slug) = target.split_once('/').unwrap_or((target, ""));
        let outlet = OUTLETS.iter().position(|outlet| outlet.id == id).unwrap_or(0);
        format!("{}{}", self.bases[outlet], self.path(&OUTLETS[outlet], slug, false))
    }

    fn path(&self, outlet: &Outlet, slug: &str, intern: bool) -> String {
        let pattern = if intern { "/intern/{slug}.html" } else { outlet.page };
        let number = 100_000 + self.dice(&["number", outlet.id, slug], 900_000);
        pattern.replace("{slug}", slug).replace("{n}", &number.to_string())
    }
}

/// The outlet's own UTC offset.
pub(super) fn offset(outlet: &Outlet) -> Offset {
    Offset::from_hours(outlet.offset).unwrap_or(Offset::UTC)
}

fn seconds(duration: Duration) -> SignedDuration {
    SignedDuration::try_from(duration).unwrap_or(SignedDuration::ZERO)
}

fn whole_seconds(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
