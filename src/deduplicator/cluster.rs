//! Which story an entry joins, by what needs no text: another feed gave the address of the same article before.

use std::time::Duration;

use serde_json::json;

use super::canonical::names_one_article;
use crate::model::{Join, Neighbour, Subject};

/// A page that is rewritten daily keeps its address and its headline ("The most important in brief") for a day.
const SAME_DAY: Duration = Duration::from_hours(18);

/// How long a story stays open for newcomers.
const WINDOW: Duration = Duration::from_hours(31 * 24);

/// The story that `subject` joins, if any: the earliest one that holds the same article and nothing of this feed.
///
/// One feed gives an address twice when it means two things by it (a live page, a daily page), so its own stories are never
/// joined. An address that need not be one article's counts together with the headline. Not joined are headlines of one form with other figures: a table that is filled anew under one address.
pub fn fold(subject: &Subject, neighbours: &[Neighbour]) -> Option<Join> {
    let url = subject.canonical_url.as_ref()?;
    let same = |neighbour: &&Neighbour| {
        let apart = subject.first_seen.duration_since(neighbour.first_seen).unsigned_abs();
        neighbour.canonical_url.as_ref() == Some(url)
            && !neighbour.story_feeds.contains(&subject.feed)
            && apart <= WINDOW
            && !is_refilled_form(&subject.title, &neighbour.title)
            && (names_one_article(url) || (apart <= SAME_DAY && is_same_title(&subject.title, &neighbour.title)))
    };
    let with = neighbours.iter().filter(same).min_by_key(|neighbour| (neighbour.first_seen, neighbour.story, neighbour.entry))?;
    Some(Join {
        story: with.story,
        with: with.entry,
        reason: "the address of the same article (tracking removed)".to_owned(),
        evidence: json!({ "rule": "address", "url": url, "entry": with.entry }),
    })
}

/// Where the address alone may be a section's (`/bruecke`, `/?p=123`), the headline has to agree.
fn is_same_title(one: &str, other: &str) -> bool {
    let words = |title: &str| title.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    !one.trim().is_empty() && words(one) == words(other)
}

/// "Lotto: 3, 17, 22" and "Lotto: 4, 9, 40": equal but for the digits.
fn is_refilled_form(one: &str, other: &str) -> bool {
    let split = |title: &str| -> (String, Vec<String>) {
        let words: Vec<String> = title.split_whitespace().map(str::to_lowercase).collect();
        let text = words.join(" ");
        let numbers = text.split(|c: char| !c.is_numeric()).filter(|number| !number.is_empty()).map(str::to_owned).collect();
        (text.split(char::is_numeric).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("#"), numbers)
    };
    let ((form, numbers), (other_form, other_numbers)) = (split(one), split(other));
    form == other_form && numbers != other_numbers
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::clock::after;
    use crate::model::{EntryId, FeedId, Fold, StoryId};

    const URL: &str = "https://paper.test/2024/03/01/storm-hits-coast";
    const DAY: u64 = 24;

    fn subject(feed: i64, title: &str, hours: u64) -> Subject {
        let first_seen = after(Timestamp::UNIX_EPOCH, Duration::from_hours(hours));
        Subject { feed: FeedId(feed), canonical_url: Some(URL.to_owned()), title: title.to_owned(), first_seen }
    }

    fn stored(id: i64, feeds: &[i64], title: &str, hours: u64) -> Neighbour {
        let Subject { canonical_url, title, first_seen, .. } = subject(0, title, hours);
        let story_feeds = feeds.iter().copied().map(FeedId).collect();
        Neighbour { entry: EntryId(id), story: StoryId(id * 10), story_feeds, canonical_url, title, first_seen }
    }

    fn check(subject: &Subject, neighbours: &[Neighbour], story: Option<i64>) {
        let fold: Fold = super::fold;
        assert_eq!(fold(subject, neighbours).map(|join| join.story.0), story, "{subject:?} {neighbours:?}");
    }

    #[test]
    fn another_feed_with_the_same_article_joins() {
        check(&subject(2, "Storm hits coast", 5), &[stored(1, &[1], "Storm hits coast", 3)], Some(10));
        check(&subject(2, "Coast hit by storm", 5), &[stored(1, &[1], "Storm hits coast", 3)], Some(10));
        check(&subject(2, "Storm hits coast", 5), &[], None);
    }

    #[test]
    fn a_story_of_the_same_feed_is_never_joined() {
        check(&subject(1, "Storm", 5), &[stored(1, &[1], "Storm", 3)], None);
        check(&subject(1, "Storm", 5), &[stored(1, &[2, 1], "Storm", 3)], None);
    }

    #[test]
    fn the_earliest_story_wins() {
        check(
            &subject(3, "Storm", 9),
            &[stored(4, &[1], "Storm", 5), stored(2, &[2], "Storm", 3), stored(3, &[4], "Storm", 3)],
            Some(20),
        );
        check(&subject(3, "Storm", 9), &[stored(2, &[3], "Storm", 3), stored(4, &[1], "Storm", 5)], Some(40));
    }

    #[test]
    fn other_addresses_and_none_are_other_stories() {
        let elsewhere =
            Neighbour { canonical_url: Some("https://paper.test/other-thing-altogether".into()), ..stored(1, &[1], "Storm", 3) };
        check(&subject(2, "Storm", 5), &[elsewhere], None);
        let nowhere = Neighbour { canonical_url: None, ..stored(1, &[1], "Storm", 3) };
        check(&subject(2, "Storm", 5), std::slice::from_ref(&nowhere), None);
        check(&Subject { canonical_url: None, ..subject(2, "Storm", 5) }, &[nowhere], None);
    }

    #[test]
    fn after_31_days_a_story_is_closed_in_both_directions() {
        check(&subject(2, "Storm", 31 * DAY), &[stored(1, &[1], "Storm", 0)], Some(10));
        check(&subject(2, "Storm", 31 * DAY + 1), &[stored(1, &[1], "Storm", 0)], None);
        check(&subject(2, "Storm", 0), &[stored(1, &[1], "Storm", 31 * DAY + 1)], None);
    }

    #[test]
    fn one_form_with_other_figures_is_another_thing() {
        check(&subject(2, "Lotto: 4, 9, 40", 5), &[stored(1, &[1], "Lotto: 3, 17, 22", 3)], None);
        check(&subject(2, "Weather 12°", 5), &[stored(1, &[1], "weather  9°", 3)], None);
        check(&subject(2, "Lotto: 3, 17, 22", 5), &[stored(1, &[1], "Lotto: 3, 17, 22", 3)], Some(10));
        check(&subject(2, "9 dead in storm", 5), &[stored(1, &[1], "Storm: 7 dead", 3)], Some(10));
    }

    #[test]
    fn the_evidence_names_rule_address_and_entry() {
        let join = fold(&subject(2, "Storm", 5), &[stored(1, &[1], "Storm", 3)]).unwrap();
        assert_eq!((join.with, join.evidence), (EntryId(1), json!({ "rule": "address", "url": URL, "entry": 1 })));
    }

    #[test]
    fn an_address_that_may_be_a_section_needs_the_same_headline() {
        let at_section = |mut neighbour: Neighbour| {
            neighbour.canonical_url = Some("https://paper.test/bruecke".to_owned());
            neighbour
        };
        let asked = |title: &str| Subject { canonical_url: Some("https://paper.test/bruecke".to_owned()), ..subject(2, title, 1) };
        check(&asked("Die  Brücke wird saniert"), &[at_section(stored(1, &[1], "die Brücke wird saniert", 0))], Some(10));
        check(&asked("Anderes"), &[at_section(stored(1, &[1], "die Brücke wird saniert", 0))], None);
        check(&asked(""), &[at_section(stored(1, &[1], "", 0))], None);
    }
}
