//! Promises of a plan, kept over several polls of a shelf: the smallest store that obeys plans.

mod clashes;
mod shapes;
mod succession;
mod texts;

use std::collections::HashMap;
use std::time::Duration;

use super::*;
use crate::model::{Enclosure, PodcastElement, Stamp};

/// Stands for the store.
#[derive(Clone, Default)]
struct Shelf {
    known: Known,
    titles: Vec<String>,
    polls: u32,
}

impl Shelf {
    fn input(&self, entries: Vec<ParsedEntry>) -> PollInput {
        let document = Document::of(Parsed { entries, ..Parsed::default() });
        let keys = document.keys();
        let asked = |key: &&EntryKey| keys.contains(*key);
        let aliases: HashMap<_, _> = self.known.aliases.iter().filter(|(key, _)| asked(key)).map(|(key, id)| (*key, *id)).collect();
        let stamps = self.known.stamps.iter().filter(|(id, _)| aliases.values().any(|known| known == *id));
        let known = Known {
            stamps: stamps.map(|(id, stamp)| (*id, stamp.clone())).collect(),
            tombstones: self.known.tombstones.iter().filter(asked).copied().collect(),
            aliases,
            pages: self.known.pages.clone(),
        };
        PollInput {
            feed: FeedId(1),
            feed_url: "https://paper.test/feed".into(),
            first: self.polls == 0,
            settings: settings(),
            document,
            known,
            now: self.now(),
            text: TEXT,
        }
    }

    /// A poll each half an hour.
    fn now(&self) -> Timestamp {
        after(start(), Duration::from_mins(30) * self.polls)
    }

    fn poll(&mut self, entries: &[ParsedEntry]) -> EntryPlan {
        let plan = plan(&self.input(entries.to_vec()));
        self.apply(&plan);
        plan
    }

    fn apply(&mut self, plan: &EntryPlan) {
        for entry in &plan.new {
            let id = EntryId(i64::try_from(self.titles.len()).unwrap());
            self.titles.push(entry.text.title.clone());
            let (content_hash, title_hash) = (entry.content_hash, entry.title_hash);
            let canonical_url = entry.text.canonical_url.clone();
            self.known.stamps.insert(
                id,
                Stamp {
                    content_hash,
                    title_hash,
                    canonical_url,
                    revision: 0,
                    names: 0,
                    first_seen: self.now(),
                    print: Some(entry.print.clone()),
                },
            );
            self.name(id, &entry.keys);
            self.known.aliases.extend(entry.inherited.iter().map(|key| (*key, id)));
        }
        for entry in &plan.changed {
            let stamp = self.known.stamps.get_mut(&entry.id).unwrap();
            (stamp.content_hash, stamp.title_hash) = (entry.content_hash, entry.title_hash);
            stamp.canonical_url.clone_from(&entry.text.canonical_url);
            stamp.revision += 1;
            self.titles[usize::try_from(entry.id.0).unwrap()] = entry.text.title.clone();
            self.name(entry.id, &entry.keys);
        }
        for (id, keys) in &plan.seen {
            self.name(*id, keys);
        }
        self.polls += 1;
    }

    fn name(&mut self, id: EntryId, keys: &[EntryKey]) {
        for key in keys {
            assert_eq!(self.known.aliases.insert(*key, id), None, "a name is given once");
        }
        self.known.stamps.get_mut(&id).unwrap().names += u32::try_from(keys.len()).unwrap();
    }

    fn bury_all(&mut self) {
        self.known.tombstones = std::mem::take(&mut self.known.aliases).into_keys().collect();
        self.known.stamps.clear();
    }
}

const TEXT: Text = Text {
    clean: |html, base| CleanHtml::trusted(format!("{}{}", base.map(|base| format!("<!--{base}-->")).unwrap_or_default(), html)),
    text_of: |html| html.replace(['<', '>'], " "),
    language: |text| text.contains("ß").then(|| "de".to_owned()),
    carries_whole: |_, content| content.is_some_and(|content| content.contains("whole")),
};

fn settings() -> FeedSettings {
    FeedSettings {
        interval: Duration::from_mins(30),
        max_interval: Duration::from_hours(24),
        adaptive: true,
        timeout: Duration::from_secs(20),
        backoff: Duration::from_mins(30),
        max_body: 1 << 20,
        robots: true,
        scrape: ScrapeMode::Auto,
        hold: Duration::from_mins(10),
        backfill: 3,
        site_rules: crate::model::SiteRuleUse::Auto,
        switches: crate::model::Switches::default(),
        keep: crate::model::Keep::default(),
    }
}

fn start() -> Timestamp {
    "2024-06-01T12:00:00Z".parse().unwrap()
}

fn at(time: &str) -> Option<Timestamp> {
    Some(time.parse().unwrap())
}

/// Story number `n`, told whole: GUID, link, title, date and a text of its own.
fn story(n: u32) -> ParsedEntry {
    ParsedEntry {
        guid: Some(format!("guid-{n}")),
        link: Some(format!("https://paper.test/news/{}", 100_000 + n)),
        title: Some(format!("Story {n}")),
        published: start().checked_sub(Duration::from_hours(u64::from(n))).ok(),
        content: Some(format!("<p>{}</p>", format!("text of number {n} ").repeat(8))),
        ..ParsedEntry::default()
    }
}

fn stories(numbers: &[u32], edit: impl Fn(u32, &mut ParsedEntry)) -> Vec<ParsedEntry> {
    let told = numbers.iter().map(|n| {
        let mut entry = story(*n);
        edit(*n, &mut entry);
        entry
    });
    told.collect()
}

/// A shelf after these polls holds `stored` entries, the last poll brought `new` and `changed` ones.
fn check(polls: &[Vec<ParsedEntry>], stored: usize, new: usize, changed: usize) -> (Shelf, EntryPlan) {
    let mut shelf = Shelf::default();
    let mut last = EntryPlan::default();
    for entries in polls {
        last = shelf.poll(entries);
    }
    assert_eq!((shelf.titles.len(), last.new.len(), last.changed.len()), (stored, new, changed), "{:?} {last:#?}", shelf.titles);
    (shelf, last)
}

fn plain(numbers: &[u32]) -> Vec<ParsedEntry> {
    stories(numbers, |_, _| ())
}

#[test]
fn what_is_attached_is_no_edit_and_is_told_all_the_same() {
    let polls = |name: &str| {
        let url = ("url".to_owned(), format!("https://paper.test/{name}.vtt"));
        let element =
            PodcastElement { name: "podcast:transcript".to_owned(), attributes: [url].into(), ..PodcastElement::default() };
        stories(&[2, 1], |n, entry| {
            if n == 2 {
                entry.podcast = vec![element.clone()]
            }
        })
    };
    let (_, plan) = check(&[polls("old"), polls("new")], 2, 0, 0);
    assert_eq!((plan.seen.len(), plan.decisions.len(), plan.attached.len()), (2, 0, 1));
    assert_eq!(plan.attached[0].podcast, polls("new")[0].podcast);
}

#[test]
fn what_is_there_stays_and_what_is_new_is_added() {
    check(&[plain(&[3, 2, 1])], 3, 3, 0);
    let (_, plan) = check(&[plain(&[3, 2, 1]), plain(&[3, 2, 1])], 3, 0, 0);
    assert_eq!(plan.seen.len(), 3);
    assert!(plan.decisions.is_empty() && plan.seen.iter().all(|(_, names)| names.is_empty()));
    check(&[plain(&[3, 2, 1]), plain(&[5, 4, 3])], 5, 2, 0);
    check(&[vec![]], 0, 0, 0);
}

// === GUIDs that change ===

#[test]
fn a_feed_that_changes_all_its_guids_once_brings_nothing_new() {
    let flipped = stories(&[4, 3, 2, 1], |n, entry| entry.guid = Some(format!("new-cms-{n}")));
    let (_, plan) = check(&[plain(&[3, 2, 1]), flipped.clone()], 4, 1, 0);
    assert_eq!(plan.decisions.iter().filter(|decision| decision.kind == "rekeyed").count(), 3);
    // the new GUID is a name from then on: link and text may move later
    let moved = stories(&[4, 3, 2, 1], |n, entry| {
        entry.guid = Some(format!("new-cms-{n}"));
        entry.link = Some(format!("https://paper.test/moved/{}", 900_000 + n));
    });
    check(&[plain(&[3, 2, 1]), flipped, moved], 4, 0, 4);
}

#[test]
fn a_guid_per_request_is_no_flood() {
    let polls: Vec<_> = (0..60)
        .map(|poll| {
            stories(&[4, 3, 2, 1], |n, entry| {
                entry.guid = Some(format!("{poll}-{n}"));
            })
        })
        .collect();
    let (shelf, _) = check(&polls, 4, 0, 0);
    assert!(shelf.known.aliases.len() <= 4 * 34, "names are noted without end: {}", shelf.known.aliases.len());
}

#[test]
fn a_guid_per_request_is_survived_by_title_and_text_alone() {
    let anonymous = |poll: u32| stories(&[2, 1], |n, entry| (entry.guid, entry.link) = (Some(format!("{poll}-{n}")), None));
    check(&[anonymous(1), anonymous(2), anonymous(3)], 2, 0, 0);
    let moved = |poll: u32| stories(&[2, 1], |n, entry| entry.link = Some(format!("https://paper.test/{poll}/{n}")));
    check(&[moved(1), moved(2), moved(3)], 2, 0, 2);
    // short permalinks with thin texts are told by their date
    let thin = |poll: u32| {
        stories(&[2, 1], |n, entry| {
            (entry.guid, entry.content, entry.link) =
                (Some(format!("{poll}-{n}")), None, Some(format!("https://paper.test/note-{n}")));
        })
    };
    check(&[thin(1), thin(2)], 2, 0, 0);
}

#[test]
fn another_spelling_of_the_address_is_the_same_entry() {
    let bare = stories(&[1], |_, entry| entry.guid = None);
    let tracked = stories(&[1], |_, entry| {
        (entry.guid, entry.link) = (Some("g".into()), Some("http://www.paper.test/news/100001/?utm_source=rss".into()));
    });
    check(&[bare, tracked], 1, 0, 0);
    // a link that counts readers is another in each feed and at times in each poll: where it leads is not
    let counted = |poll: u32| {
        stories(&[1], |_, entry| {
            (entry.guid, entry.content, entry.published) = (None, None, None);
            entry.original = entry.link.replace(format!("https://count.test/~r/{poll}"));
        })
    };
    check(&[counted(1), counted(2)], 1, 0, 0);
}

// === no GUID, no date ===

#[test]
fn without_a_guid_the_link_is_the_name() {
    let bare = |text: &str| {
        stories(&[3, 2, 1], |n, entry| (entry.guid, entry.published, entry.content) = (None, None, Some(format!("{text} {n}"))))
    };
    check(&[bare("a"), bare("a")], 3, 0, 0);
    check(&[bare("a"), bare("b")], 3, 0, 3);
}

#[test]
fn without_guid_and_link_title_and_text_are_the_name() {
    let bare = |title: &str| {
        stories(&[2, 1], |n, e| (e.guid, e.link, e.content, e.title) = (None, None, None, Some(format!("{title} {n}"))))
    };
    check(&[bare("a"), bare("a")], 2, 0, 0);
    check(&[bare("a"), bare("b")], 4, 2, 0);
}

#[test]
fn attachments_tell_entries_apart_that_have_nothing_else() {
    let episode = |n: u32| ParsedEntry {
        enclosures: vec![Enclosure { url: format!("https://paper.test/{n}.mp3"), ..Enclosure::default() }],
        ..ParsedEntry::default()
    };
    check(&[vec![episode(2), episode(1)], vec![episode(3), episode(2), episode(1)]], 3, 1, 0);
}

// === GUIDs that do not tell entries apart ===

#[test]
fn entries_under_one_guid_are_all_kept() {
    let same = |numbers: &[u32]| stories(numbers, |_, entry| entry.guid = Some("0".into()));
    check(&[same(&[4, 3, 2, 1]), same(&[4, 3, 2, 1])], 4, 0, 0);
    check(&[same(&[4, 3, 2, 1]), same(&[6, 5, 4, 3])], 6, 2, 0);
    let linkless = |numbers: &[u32]| stories(numbers, |_, entry| (entry.guid, entry.link) = (Some("0".into()), None));
    check(&[linkless(&[4, 3, 2, 1]), linkless(&[4, 3, 2, 1])], 4, 0, 0);
    // even those that have nothing of their own but a thin text
    let thin =
        |numbers: &[u32]| stories(numbers, |_, e| (e.guid, e.link, e.content, e.published) = (Some("0".into()), None, None, None));
    check(&[thin(&[4, 3, 2, 1]), thin(&[4, 3, 2, 1])], 4, 0, 0);
}

#[test]
fn one_guid_for_one_story_after_the_other_keeps_them_all() {
    let constant = |n: u32| stories(&[n], |_, entry| entry.guid = Some("0".into()));
    let polls: Vec<_> = [1, 2, 2, 3, 4, 5].map(constant).into();
    check(&polls, 5, 1, 0);
    // and it ends where the story ends: an edit is an edit
    let edited = stories(&[2], |_, entry| (entry.guid, entry.title) = (Some("0".into()), Some("Story 2, corrected".into())));
    check(&[constant(1), constant(2), edited], 2, 0, 1);
}

#[test]
fn a_guid_is_believed_when_anything_else_agrees() {
    let moved = stories(&[1], |_, e| (e.link, e.content) = (Some("https://new.test/a/777777".into()), Some("<p>other</p>".into())));
    check(&[plain(&[1]), moved], 1, 0, 1);
    let renamed = stories(&[1], |_, e| (e.title, e.content) = (Some("All else".into()), Some("<p>other</p>".into())));
    check(&[plain(&[1]), renamed], 1, 0, 1);
    let resettled = stories(&[1], |_, e| (e.title, e.link) = (Some("All else".into()), Some("https://new.test/a/777777".into())));
    check(&[plain(&[1]), resettled], 2, 1, 0); // the text alone is a name only together with its title
}

#[test]
fn a_page_that_all_entries_link_to_is_no_name() {
    for page in ["https://paper.test/", "https://paper.test/status"] {
        let linked = |numbers: &[u32]| stories(numbers, |_, entry| entry.link = Some(page.into()));
        check(&[linked(&[3, 2, 1]), linked(&[4, 3, 2])], 4, 1, 0);
        check(&[linked(&[1]), linked(&[2]), linked(&[3])], 3, 1, 0);
    }
}

#[test]
fn a_headline_that_comes_every_night_is_new_every_night() {
    let nightly = |n: u32| {
        stories(&[n], |_, entry| {
            (entry.title, entry.content) = (Some("Backup finished".into()), Some("ok".into()));
            entry.link = Some("https://paper.test/backups".into());
        })
    };
    check(&[nightly(3), nightly(2), nightly(1)], 3, 1, 0);
}

#[test]
fn what_a_document_says_twice_is_one_entry() {
    check(&[plain(&[1, 1, 2, 1])], 2, 2, 0);
    let mut doubled = plain(&[1, 1]);
    doubled[1].guid = Some("another".into());
    check(&[doubled.clone(), doubled], 1, 0, 0);
    let mut retold = plain(&[1, 1]);
    retold[1].content = Some("an older version".into());
    check(&[retold.clone(), retold], 1, 0, 0);
}

// === dates ===

#[test]
fn a_new_date_is_no_edit() {
    let refreshed = |minute: u32| stories(&[3, 2, 1], |n, entry| entry.published = at(&format!("2024-05-30T10:{minute:02}:0{n}Z")));
    check(&[refreshed(1), refreshed(2), refreshed(3)], 3, 0, 0);
}

#[test]
fn dates_are_never_in_the_future_nor_at_the_beginning_of_time() {
    let dated = |published: &str, updated: Option<&str>| {
        let (_, plan) = check(&[stories(&[1], |_, e| (e.published, e.updated) = (at(published), updated.and_then(at)))], 1, 1, 0);
        (plan.new[0].text.published, plan.new[0].text.updated)
    };
    assert_eq!(dated("2025-07-06T12:00:00Z", Some("2031-01-01T00:00:00Z")), (Some(start()), Some(start())));
    assert_eq!(dated("1970-01-01T00:00:00Z", None), (None, None));
    assert_eq!(
        dated("1969-01-01T00:00:00Z", Some("2024-05-01T00:00:00Z")),
        (at("2024-05-01T00:00:00Z"), at("2024-05-01T00:00:00Z"))
    );
    assert_eq!(dated("2024-05-02T00:00:00Z", None), (at("2024-05-02T00:00:00Z"), None));
}

// === coming and going ===

#[test]
fn what_vanishes_and_comes_back_is_the_same() {
    check(&[plain(&[4, 3, 2, 1]), plain(&[1]), plain(&[4, 3, 2, 1])], 4, 0, 0);
    check(&[plain(&[4, 3, 2, 1]), vec![], plain(&[1, 3, 2, 4])], 4, 0, 0);
}

#[test]
fn what_was_removed_for_good_does_not_come_back() {
    let mut shelf = Shelf::default();
    shelf.poll(&plain(&[3, 2, 1]));
    shelf.bury_all();
    assert_eq!(shelf.poll(&plain(&[3, 2, 1])), EntryPlan::default());
    assert_eq!(shelf.poll(&plain(&[5, 3, 2, 1])).new.len(), 1);
    assert_eq!(shelf.poll(&stories(&[2], |_, entry| entry.guid = Some("flipped".into()))), EntryPlan::default());
}

#[test]
fn a_removed_guid_does_not_silence_a_feed_that_uses_it_for_everything() {
    let constant = |n: u32| stories(&[n], |_, entry| entry.guid = Some("0".into()));
    let mut shelf = Shelf::default();
    shelf.poll(&constant(1));
    shelf.bury_all();
    assert_eq!(shelf.poll(&constant(2)).new.len(), 1);
    assert_eq!(shelf.poll(&constant(1)).new.len(), 0);
}

// === edits ===

#[test]
fn an_edit_is_one_entry_rewritten() {
    let edited = stories(&[2], |_, entry| entry.content = Some("<p>corrected</p>".into()));
    let (_, plan) = check(&[plain(&[3, 2, 1]), edited], 3, 0, 1);
    assert_eq!((plan.changed[0].text.text.trim(), plan.decisions[0].kind.as_str()), ("p corrected /p", "changed"));
    let (_, plan) = check(&[plain(&[1]), stories(&[1], |_, entry| entry.title = Some("Better".into()))], 1, 0, 1);
    assert_eq!(plan.decisions[0].reason, "the feed changed the title");
}

#[test]
fn a_text_that_changes_at_each_poll_is_followed_24_times() {
    let polls = |polls: u32| {
        (0..polls).map(|poll| stories(&[1], |_, e| e.content = Some(format!("{} {poll}", "seen by ".repeat(20))))).collect()
    };
    let restless: Vec<_> = polls(25);
    check(&restless, 1, 0, 1);
    let mut restless: Vec<_> = polls(60);
    let (shelf, plan) = check(&restless, 1, 0, 0);
    assert_eq!(plan.seen.len(), 1);
    assert!(shelf.known.aliases.len() < 35);
    // a new title still counts
    restless.push(stories(&[1], |_, entry| entry.title = Some("New title".into())));
    check(&restless, 1, 0, 1);
}
