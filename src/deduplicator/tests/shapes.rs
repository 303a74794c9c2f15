//! What feeds do to GUIDs, links, texts, dates and titles, each with each: the same entries stay the same, what is added is new.

use super::*;

const GUIDS: [&str; 5] = ["own", "rotating", "one", "one rotating", "none"];
const LINKS: [&str; 6] = ["article", "page", "one", "front", "rotating", "none"];
const TEXTS: [&str; 3] = ["long", "thin", "none"];
const DATES: [&str; 3] = ["own", "rotating", "none"];
const TITLES: [&str; 3] = ["own", "one", "none"];

/// Entries 1 to `upto`, as poll number `poll` brings them.
fn document([guid, link, text, date, title]: [&str; 5], poll: u32, upto: u32) -> Vec<ParsedEntry> {
    let numbers: Vec<u32> = (1..=upto).rev().collect();
    stories(&numbers, |n, entry| {
        entry.guid = match guid {
            "own" => Some(format!("{n}")),
            "rotating" => Some(format!("{poll}-{n}")),
            "one" => Some("0".into()),
            "one rotating" => Some(format!("{poll}")),
            _ => None,
        };
        let page = ["", "alpha", "beta", "gamma", "delta"][n as usize];
        entry.link = match link {
            "article" => entry.link.take(),
            "page" => Some(format!("https://paper.test/{page}")),
            "one" => Some("https://paper.test/news".into()),
            "front" => Some("https://paper.test/".into()),
            "rotating" => Some(format!("https://paper.test/r/{poll}/{n}")),
            _ => None,
        };
        match text {
            "thin" => entry.content = Some(format!("said {n}")),
            "none" => entry.content = None,
            _ => (),
        }
        match date {
            "rotating" => entry.published = Some(after(start(), Duration::from_mins(30) * poll)),
            "none" => entry.published = None,
            _ => (),
        }
        match title {
            "one" => entry.title = Some("Notice".into()),
            "none" => entry.title = None,
            _ => (),
        }
    })
}

#[test]
fn whatever_a_feed_rotates_its_entries_stay_while_anything_tells_them_apart() {
    let mut failed = Vec::new();
    for guid in GUIDS {
        for link in LINKS {
            for text in TEXTS {
                for (date, title) in DATES.into_iter().flat_map(|date| TITLES.map(|title| (date, title))) {
                    let shape = [guid, link, text, date, title];
                    let is_told =
                        guid == "own" || matches!(link, "article" | "page") || matches!(text, "long" | "thin") || title == "own";
                    if !is_told {
                        continue;
                    }
                    let mut shelf = Shelf::default();
                    let mut stored = Vec::new();
                    for (poll, upto) in [3, 3, 3, 4, 4].into_iter().enumerate() {
                        shelf.poll(&document(shape, u32::try_from(poll).unwrap(), upto));
                        stored.push(shelf.titles.len());
                    }
                    if stored != [3, 3, 3, 4, 4] {
                        failed.push(format!("GUID {guid}, link {link}, text {text}, date {date}, title {title}: {stored:?}"));
                    }
                }
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn a_show_whose_feed_has_one_episode_loses_none() {
    let episode = |n: u32, title: &str| {
        vec![ParsedEntry { guid: Some(format!("ep{n}")), link: story(1).link, title: Some(title.to_owned()), ..story(n) }]
    };
    check(&[episode(1, "Bridges"), episode(2, "Harbours"), episode(2, "Harbours"), episode(3, "Tides")], 3, 1, 0);
    // A new GUID alone makes no new entry.
    check(&[episode(1, "Bridges"), episode(2, "Bridges")], 1, 0, 1);
}

/// Thin notices, each under a GUID of its own.
fn notices(guids: &[&str], edit: impl Fn(usize, &mut ParsedEntry)) -> Vec<ParsedEntry> {
    let told = guids.iter().enumerate().map(|(i, guid)| {
        let mut entry = ParsedEntry {
            guid: Some((*guid).to_owned()),
            link: Some("https://paper.test/backups".into()),
            title: Some(format!("Backup {i} finished")),
            content: Some("ok".into()),
            ..ParsedEntry::default()
        };
        edit(i, &mut entry);
        entry
    });
    told.collect()
}

#[test]
fn a_notice_that_is_said_once_more_is_new_where_the_others_keep_their_guids() {
    let same = |guids: &[&str]| notices(guids, |_, entry| entry.title = Some("Backup finished".into()));
    check(&[same(&["3", "2", "1"]), same(&["4", "3", "2"])], 4, 1, 0);
    check(&[same(&["1"]), same(&["2"]), same(&["3"])], 3, 1, 0);
    let last = |guid| notices(&["a", "b", guid], |_, _| ());
    check(&[last("c"), last("d"), last("e")], 5, 1, 0);
    // not even where they have none
    let among_articles = |night: i64| {
        let mut entries = stories(&[2, 1], |_, entry| entry.guid = None);
        entries.extend(notices(&["x", "y"], |i, entry| {
            let date = 1_717_000_000 + if i == 0 { night * 86_400 } else { 0 };
            (entry.guid, entry.published) = (None, Timestamp::from_second(date).ok());
        }));
        entries
    };
    check(&[among_articles(1), among_articles(2)], 5, 1, 0);
}

#[test]
fn what_happened_again_since_the_last_poll_is_new() {
    let date = |poll: i64, i: usize| Timestamp::from_second(1_717_000_000 + poll * 1_800 - i64::try_from(i).unwrap() * 60).ok();
    let events = |poll: i64| notices(&[&format!("{poll}-a"), &format!("{poll}-b")], |i, entry| entry.published = date(poll, i));
    check(&[events(1), events(2)], 4, 2, 0);
    // as well where they have no GUIDs, or two share a minute
    let nameless = |poll: i64| notices(&["", ""], |i, entry| (entry.guid, entry.published) = (None, date(poll, i)));
    check(&[nameless(1), nameless(2)], 4, 2, 0);
    let paired = |night: i64| {
        let guids = [0, 1, 2].map(|n| format!("{night}-{n}"));
        notices(&guids.each_ref().map(String::as_str), |i, entry| entry.published = date(night * 48, i / 2))
    };
    check(&[paired(1), paired(2)], 6, 3, 0);
    // dates of the request are those of no event
    let requested = |poll: i64| notices(&[&format!("{poll}-a"), &format!("{poll}-b")], |_, entry| entry.published = date(poll, 0));
    let polls: Vec<_> = (1..60).map(requested).collect();
    check(&polls, 2, 0, 0);
}

#[test]
fn other_articles_under_the_headlines_of_last_week_are_new() {
    let week = |week: u32| {
        let guids: Vec<String> = (0..5).map(|day| format!("{week}-{day}")).collect();
        let guids: Vec<&str> = guids.iter().map(String::as_str).collect();
        notices(&guids, |day, entry| entry.link = Some(format!("https://paper.test/menu/{}", 100_000 + 10 * week as usize + day)))
    };
    check(&[week(1), week(2)], 10, 5, 0);
}
