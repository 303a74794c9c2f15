//! By what a feed's entries are told apart, in words: what [`super::matching`] comes to with the names that the feed gives.
//!
//! Nothing is decided by it. Matching weighs each entry of each document; this looks at what is stored of many.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::identity::{Place, place};
use crate::model::{EntryNames, FeedNames};

/// Names that a rewrite may add: address, text, thin text and whole. One beyond these is another GUID.
const NAMES_OF_A_REWRITE: u32 = 4;
/// GUIDs of one entry, or polls that changed most of them, from which on they change again and again: a site moves to another system once.
const AGAIN: u32 = 2;

/// By what the most of a feed's entries are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The GUID.
    Guid,
    /// The canonical address.
    Address,
    /// Title and text; where there is hardly a text the date as well.
    Text,
}

/// By what, and why so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// By what.
    pub by: By,
    /// Why, in a line.
    pub reason: String,
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.by {
            By::Guid => "GUID",
            By::Address => "address",
            By::Text => "title and text",
        };
        write!(f, "{by} ({})", self.reason)
    }
}

/// By what the most of these entries are told apart; `None`: there are none.
pub fn identity(feed: &FeedNames) -> Option<Identity> {
    let entries = &feed.entries;
    if entries.is_empty() {
        return None;
    }
    let guids = Names::of(entries, |entry| entry.guid.as_deref());
    let changes = changes(feed);
    if changes.is_none() && guids.own * 2 > entries.len() {
        let reason = if guids.own == entries.len() {
            "each entry has one of its own, and keeps it".to_owned()
        } else {
            format!("{} of {} entries have one of their own", guids.own, entries.len())
        };
        return Some(Identity { by: By::Guid, reason });
    }
    let why_no_guid = match &changes {
        Some(changes) => format!("its GUIDs change: {changes}"),
        None if guids.none == entries.len() => "no GUIDs".to_owned(),
        None if guids.none >= guids.shared => format!("{} of {} entries have no GUID", guids.none, entries.len()),
        None => format!("one GUID stands for several entries: {} of {}", guids.shared, entries.len()),
    };
    // A page that is no article's is a name for entries without a GUID of their own alone: `Desk::address_counts`.
    let is_name = |url: &&str| match place(url) {
        Place::Article => true,
        Place::Page => changes.is_none(),
        Place::Nowhere => false,
    };
    let addresses = Names::of(entries, |entry| entry.canonical_url.as_deref().filter(is_name));
    if addresses.own * 2 > entries.len() {
        return Some(Identity { by: By::Address, reason: why_no_guid });
    }
    let why_no_address = if entries.iter().all(|entry| entry.canonical_url.is_none()) {
        "no links"
    } else if addresses.none >= addresses.shared {
        "links that name no article"
    } else {
        "one link for several entries"
    };
    Some(Identity { by: By::Text, reason: format!("{why_no_guid}; {why_no_address}") })
}

/// How a kind of name is spread over entries.
struct Names {
    /// Entries that have it to themselves.
    own: usize,
    /// Entries that share it.
    shared: usize,
    /// Entries without.
    none: usize,
}

impl Names {
    fn of<'a>(entries: &'a [EntryNames], name: impl Fn(&'a EntryNames) -> Option<&'a str>) -> Self {
        let mut count: HashMap<&str, usize> = HashMap::new();
        let mut named = 0;
        for name in entries.iter().filter_map(name) {
            *count.entry(name).or_default() += 1;
            named += 1;
        }
        let own = count.values().filter(|count| **count == 1).count();
        Self { own, shared: named - own, none: entries.len() - named }
    }
}

/// What shows that GUIDs are given anew, again and again.
fn changes(feed: &FeedNames) -> Option<String> {
    let with: Vec<u32> = feed.entries.iter().filter(|entry| entry.guid.is_some()).map(rekeyed).collect();
    let changed = with.iter().filter(|times| **times > 0).count();
    if changed * 2 > with.len() && with.iter().any(|times| *times >= AGAIN) {
        return Some(format!("{changed} of {} entries came under more than one", with.len()));
    }
    (feed.rekeyings >= AGAIN).then(|| format!("{} polls gave most entries others", feed.rekeyings))
}

/// How often an entry came under another GUID, at least.
fn rekeyed(entry: &EntryNames) -> u32 {
    let others = NAMES_OF_A_REWRITE.saturating_mul(entry.revision.saturating_add(1)).saturating_add(1);
    entry.rekeyed.max(entry.names.saturating_sub(others))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entry `n` with a GUID and an article address of its own.
    fn entry(n: u32) -> EntryNames {
        let (guid, canonical_url) = (Some(format!("g{n}")), Some(format!("https://paper.test/news/{}", 100_000 + n)));
        EntryNames { guid, canonical_url, names: 3, ..EntryNames::default() }
    }

    /// Four entries, each changed by `edit`, are told apart like that.
    fn check(edit: impl Fn(u32, &mut EntryNames), expected: &str) {
        check_feed(0, edit, expected);
    }

    fn check_feed(rekeyings: u32, edit: impl Fn(u32, &mut EntryNames), expected: &str) {
        let mut entries: Vec<_> = (0..4).map(entry).collect();
        entries.iter_mut().zip(0..).for_each(|(entry, n)| edit(n, entry));
        let feed = FeedNames { entries, rekeyings };
        assert_eq!(identity(&feed).unwrap().to_string(), expected, "{feed:?}");
    }

    const OWN: &str = "GUID (each entry has one of its own, and keeps it)";

    #[test]
    fn a_guid_is_the_name_where_entries_have_one_to_themselves() {
        check(|_, _| (), OWN);
        check(|_, entry| entry.canonical_url = None, OWN);
        check(|n, entry| entry.guid = entry.guid.take().filter(|_| n > 0), "GUID (3 of 4 entries have one of their own)");
        assert_eq!(identity(&FeedNames::default()), None);
    }

    #[test]
    fn without_a_guid_the_address_is() {
        check(|_, entry| entry.guid = None, "address (no GUIDs)");
        check(|n, entry| entry.guid = entry.guid.take().filter(|_| n > 1), "address (2 of 4 entries have no GUID)");
        check(|_, entry| entry.guid = Some("0".into()), "address (one GUID stands for several entries: 4 of 4)");
        let page = |n: u32| Some(format!("https://paper.test/{}", ["alpha", "beta", "gamma", "delta"][n as usize]));
        check(|n, entry| (entry.guid, entry.canonical_url) = (None, page(n)), "address (no GUIDs)");
    }

    #[test]
    fn without_either_title_and_text_are() {
        let linked = |link: Option<&'static str>| {
            move |_: u32, entry: &mut EntryNames| (entry.guid, entry.canonical_url) = (None, link.map(str::to_owned))
        };
        check(linked(None), "title and text (no GUIDs; no links)");
        check(linked(Some("https://paper.test/")), "title and text (no GUIDs; links that name no article)");
        check(linked(Some("https://paper.test/news")), "title and text (no GUIDs; one link for several entries)");
    }

    #[test]
    fn guids_that_change_again_and_again_are_no_names() {
        let changing = "address (its GUIDs change: 4 of 4 entries came under more than one)";
        check(|_, entry| entry.rekeyed = 2, changing);
        check(|n, entry| entry.rekeyed = if n == 0 { 2 } else { 1 }, changing);
        check(|_, entry| entry.names = 32, changing);
        check_feed(2, |_, _| (), "address (its GUIDs change: 2 polls gave most entries others)");
        check(|n, entry| entry.rekeyed = if n < 2 { 9 } else { 0 }, OWN);
        let page = |_: u32, entry: &mut EntryNames| {
            (entry.rekeyed, entry.canonical_url) =
                (2, entry.guid.as_ref().map(|guid| format!("https://paper.test/{}", guid.replace('g', "x"))));
        };
        check(page, "title and text (its GUIDs change: 4 of 4 entries came under more than one; links that name no article)");
    }

    #[test]
    fn a_site_that_moves_to_another_system_once_does_not_change_its_guids() {
        check(|_, entry| entry.rekeyed = 1, OWN);
        check_feed(1, |_, _| (), OWN);
        // nor do edits: each adds names
        check(|_, entry| (entry.revision, entry.names) = (5, 9), OWN);
    }
}
