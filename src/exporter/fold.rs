//! Many reports of one story become one shown item.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::inert::inert;
use super::public::public;
use crate::config::Stories;
use crate::model::{EntryId, FeedId, Item, Order, StoryId};

/// What an output shows in one place: an entry, or a story with the entry that leads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Never changes: a folded story is called by its founding entry, whoever leads and whatever a filter leaves over.
    pub id: String,
    /// Whose text is shown. Address and title of its source hold no secrets.
    pub lead: Item,
    /// Of the founding entry where it is shown, else of the entry stored first: a new lead does not move it.
    pub published: Timestamp,
    /// Last change of what is shown: of the lead's text, or a further source joining, since that adds a line to it. Where stories
    /// resurface, only the source that brings the story up counts as a change: readers are to notice this one alone.
    pub updated: Timestamp,
    /// Where it stands in the list, newest first, and by whose leave: the member that came first keeps the story there,
    /// so that a late source does not bring the story up again, unless it is the one at which stories resurface.
    pub place: (Timestamp, EntryId),
    /// The other members, first come first.
    pub also: Vec<Also>,
}

/// Another report of the story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Also {
    /// Which feed.
    pub feed: FeedId,
    /// Title of the feed.
    pub source: String,
    /// Plain, may be empty.
    pub title: String,
    /// http(s).
    pub url: Option<String>,
}

/// Folds `items`, which all pass the output's filter and rules, and in which no story lacks a member that passes. What is muted shows up
/// among the others of a story and nowhere else.
/// `resurface`: a folded story stands where the first entry of its so many-th feed does; 0: where its first member does. Dates of
/// publication do not move, so in their order nothing resurfaces. Newest place first.
pub fn fold(items: &[&Item], stories: Stories, order: Order, resurface: usize) -> Vec<Shown> {
    let mut shown: Vec<Shown> = match stories {
        Stories::Show => items.iter().filter(|item| !item.muted).map(|item| alone(item, order)).collect(),
        Stories::First => {
            items.iter().filter(|item| item.story.is_founding && !item.muted).map(|item| alone(item, order)).collect()
        }
        Stories::Fold => {
            let mut by_story: HashMap<StoryId, Vec<&Item>> = HashMap::new();
            for item in items {
                by_story.entry(item.story.id).or_default().push(item);
            }
            by_story.into_values().filter_map(|members| together(members, order, resurface)).collect()
        }
    };
    shown.sort_by_key(|one| std::cmp::Reverse(one.place));
    shown
}

fn alone(item: &Item, order: Order) -> Shown {
    let published = published(item);
    Shown {
        id: item.public_id.clone(),
        lead: presentable(item),
        published,
        updated: item.updated.max(published),
        place: (place(item, order), item.entry),
        also: Vec::new(),
    }
}

fn together(mut members: Vec<&Item>, order: Order, resurface: usize) -> Option<Shown> {
    members.sort_by_key(|item| (item.received, item.entry));
    let candidates = || members.iter().filter(|item| !item.muted);
    let first = candidates().map(|item| item.source.priority).max()?;
    // The store has chosen by priority, too: its choice falls only where it does not pass, or where a rule boosts somebody.
    let lead = *candidates()
        .filter(|item| item.source.priority == first)
        .max_by_key(|item| (item.story.is_lead, std::cmp::Reverse((item.received, item.entry))))?;
    // Stored first, not received first: entries of a feed's first poll are back-dated, and one of them joining would move the date.
    let founder = members.iter().find(|item| item.story.is_founding).or_else(|| members.iter().min_by_key(|item| item.entry))?;
    let raiser = raiser(&members, resurface);
    let anchor = match order {
        // A feed's first poll is back-dated, so that an old report does not bring the story up: nor does it here.
        Order::Received => raiser.into_iter().chain(members.first().copied()).max_by_key(|item| (item.received, item.entry))?,
        Order::Published => *founder,
    };
    let published = published(founder);
    let others = || members.iter().filter(|item| item.entry != lead.entry);
    // The first to come added no line: the list of others began with the second.
    let joined = match resurface {
        0 => members.iter().skip(1).map(|item| item.received).max(),
        _ => raiser.map(|item| item.received),
    };
    Some(Shown {
        id: lead.story.founding_id.clone(),
        published,
        updated: lead.updated.max(published).max(joined.unwrap_or(published)),
        place: (place(anchor, order), anchor.entry),
        also: others()
            .map(|item| Also {
                feed: item.source.feed,
                source: inert(&public(&item.source.title)).into_owned(),
                title: inert(&item.title).into_owned(),
                url: item.url.clone(),
            })
            .collect(),
        lead: presentable(lead),
    })
}

/// The first entry of the `nth` different feed that reported the story; 0: none. Counted in the order in which they came, not in that of
/// the list: a feed that is added later and whose entries are back-dated must not change what was the nth.
fn raiser<'a>(members: &[&'a Item], nth: usize) -> Option<&'a Item> {
    let mut arrivals = members.to_vec();
    arrivals.sort_by_key(|item| (item.received.max(item.first_seen), item.entry));
    let mut feeds = HashSet::new();
    arrivals.into_iter().filter(|item| feeds.insert(item.source.feed)).nth(nth.checked_sub(1)?)
}

/// As strangers may see it. A feed without a title is called by its address.
pub(super) fn presentable(item: &Item) -> Item {
    let mut item = item.clone();
    item.source.url = public(&item.source.url).into_owned();
    item.source.title = public(&item.source.title).into_owned();
    let lines = [&mut item.title, &mut item.source.title].into_iter().chain(&mut item.authors).chain(&mut item.tags);
    for line in lines {
        if let std::borrow::Cow::Owned(shown) = inert(line) {
            *line = shown;
        }
    }
    item
}

/// Where `item` stands in a list of that order.
pub(super) fn place(item: &Item, order: Order) -> Timestamp {
    match order {
        Order::Received => item.received,
        Order::Published => item.published,
    }
}

/// No output shows a date that was still to come when the entry was released.
fn published(item: &Item) -> Timestamp {
    item.published.min(item.received)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exporter::fake::{at, item};

    /// Three reports of one story: 1 founded it, 3 leads it.
    fn story() -> Vec<Item> {
        let mut items: Vec<Item> = (1..=3).map(|n| item(n).in_story(7, 1).received(n * 10)).collect();
        items[2].story.is_lead = true;
        items
    }

    fn folded(items: &[Item]) -> Vec<Shown> {
        fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 0)
    }

    #[test]
    fn a_story_is_called_by_its_founder_and_told_by_its_lead() {
        let shown = folded(&story());
        assert_eq!(shown.len(), 1);
        assert_eq!((shown[0].id.as_str(), shown[0].lead.entry), ("urn:test:1", EntryId(3)));
        assert_eq!(shown[0].also.iter().map(|also| also.source.as_str()).collect::<Vec<_>>(), ["Feed 1", "Feed 2"]);
    }

    #[test]
    fn a_story_keeps_its_place_and_date_when_another_joins() {
        let all = story();
        let (early, late) = (folded(&all[..1]), folded(&all));
        assert_eq!(early[0].place, late[0].place);
        assert_eq!(early[0].published, late[0].published);
        assert_eq!(late[0].updated, at(30), "the new line is a change of the content");
    }

    #[test]
    fn a_back_dated_member_moves_neither_date_nor_update() {
        let mut all = story();
        all.push(item(9).in_story(7, 1).received(1));
        let shown = folded(&all);
        assert_eq!(shown[0].published, all[0].published);
        assert_eq!(shown[0].updated, at(30));
    }

    /// A story of `(feed, received)` resurfacing at the third feed, as it stands after each of them came: place and update.
    fn check_resurfacing(reports: &[(i64, i64)], expected: &[(i64, i64)]) {
        let mut items: Vec<Item> = Vec::new();
        for (n, ((feed, received), (place, updated))) in reports.iter().zip(expected).enumerate() {
            let founder = reports[0].1;
            items.push(item(1 + n as i64).in_story(7, 1).of_feed(*feed).received(*received));
            items[n].updated = at(founder);
            items[n].published = at(founder);
            let shown = fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 3);
            assert_eq!((shown[0].place.0, shown[0].updated), (at(*place), at(*updated)), "report {n} of {reports:?}");
            assert_eq!((shown[0].id.as_str(), shown[0].published), ("urn:test:1", at(founder)), "id and date stay");
        }
        assert_eq!(reports.len(), expected.len());
    }

    #[test]
    fn a_story_resurfaces_once_at_its_third_feed() {
        check_resurfacing(&[(1, 10), (2, 20), (3, 30), (4, 40), (5, 50)], &[(10, 10), (10, 10), (30, 30), (30, 30), (30, 30)]);
    }

    #[test]
    fn a_feed_counts_once_with_its_first_entry() {
        check_resurfacing(
            &[(1, 10), (1, 20), (2, 30), (2, 40), (3, 50), (3, 60)],
            &[(10, 10), (10, 10), (10, 10), (10, 10), (50, 50), (50, 50)],
        );
    }

    #[test]
    fn a_feed_that_is_added_later_does_not_change_which_was_the_third() {
        let back_dated = |n: i64, received: i64| {
            let mut one = item(n).in_story(7, 1).received(90);
            one.received = at(received);
            one
        };
        let mut all: Vec<Item> = (1..=3).map(|n| item(n).in_story(7, 1).received(n * 10)).collect();
        all.push(back_dated(4, 15));
        let shown = |items: &[Item]| fold(&items.iter().collect::<Vec<_>>(), Stories::Fold, Order::Received, 3).remove(0);
        assert_eq!((shown(&all).place, shown(&all).updated), ((at(30), EntryId(3)), at(30)));
        all.remove(2);
        assert_eq!(shown(&all).place, (at(15), EntryId(4)), "as the third it stands where its date puts it");
        assert_eq!(shown(&all).updated, at(15));
    }

    #[test]
    fn the_best_that_passes_stands_for_a_lead_that_does_not() {
        let mut all = story();
        all.remove(2);
        all[1].source.priority = 5;
        assert_eq!(folded(&all)[0].lead.entry, EntryId(2), "priority before time");
        all[1].source.priority = 0;
        assert_eq!(folded(&all)[0].lead.entry, EntryId(1), "then the earliest");
        all.remove(0);
        let rest = folded(&all);
        assert_eq!((rest[0].id.as_str(), rest[0].also.len()), ("urn:test:1", 0), "the id stays that of the founder");
        assert_eq!(rest[0].published, all[0].published);
    }

    #[test]
    fn a_rule_decides_who_leads_and_who_stands_alone() {
        let led_by = |change: fn(&mut [Item])| {
            let mut all = story();
            change(&mut all);
            folded(&all).first().map(|one| (one.lead.entry.0, one.also.len()))
        };
        assert_eq!(led_by(|_| {}), Some((3, 2)));
        assert_eq!(led_by(|all| all[1].source.priority = 1), Some((2, 2)), "boosted");
        assert_eq!(led_by(|all| all[2].source.priority = -1), Some((1, 2)), "behind the others");
        assert_eq!(led_by(|all| all[2].muted = true), Some((1, 2)), "still named");
        assert_eq!(led_by(|all| all.iter_mut().for_each(|item| item.muted = true)), None);
        let mut one = item(9);
        one.muted = true;
        for stories in [Stories::Fold, Stories::Show, Stories::First] {
            assert_eq!(fold(&[&one], stories, Order::Received, 0), []);
        }
    }

    #[test]
    fn show_lists_every_entry_and_first_only_founders() {
        let all = story();
        let refs: Vec<&Item> = all.iter().collect();
        let ids = |shown: Vec<Shown>| shown.into_iter().map(|one| one.id).collect::<Vec<_>>();
        assert_eq!(ids(fold(&refs, Stories::Show, Order::Received, 0)), ["urn:test:3", "urn:test:2", "urn:test:1"]);
        assert_eq!(ids(fold(&refs, Stories::First, Order::Received, 0)), ["urn:test:1"]);
        assert_eq!(ids(fold(&refs[1..], Stories::First, Order::Received, 0)), Vec::<String>::new());
    }

    #[test]
    fn each_order_has_its_own_place() {
        let mut two = [item(1).received(10), item(2).received(20)];
        two[0].published = at(9);
        two[1].published = at(3);
        let refs: Vec<&Item> = two.iter().collect();
        let first = |order| fold(&refs, Stories::Fold, order, 0)[0].lead.entry;
        assert_eq!(first(Order::Received), EntryId(2));
        assert_eq!(first(Order::Published), EntryId(1));
    }

    #[test]
    fn a_date_to_come_is_never_shown() {
        let mut one = item(1).received(10);
        one.published = at(5000);
        one.updated = at(10);
        let shown = folded(std::slice::from_ref(&one));
        assert_eq!((shown[0].published, shown[0].updated), (at(10), at(10)));
        assert_eq!(fold(&[&one], Stories::Show, Order::Received, 0)[0].published, at(10));
    }
}
