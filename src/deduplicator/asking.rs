//! Whether the article page of an entry is asked for (`scrape.mode = "auto"`): learned from what the feed's pages were worth.

use std::time::Duration;

use jiff::Timestamp;

use crate::clock::after;
use crate::model::{PageChoice, PageClass, PageHistory};

/// So many pages without anything that the feed does not have are enough to stop asking.
pub const ENOUGH: usize = 5;
/// Where pages are not asked for, one in so many entries still is ...
const ONE_IN: u32 = 20;
/// ... or one after so long: sites and feeds change.
const SAMPLE_AFTER: Duration = Duration::from_hours(7 * 24);

/// Decides about the page of one entry; `whole`: the feed's text looks like all of the article.
///
/// With a teaser a page is asked for until [`ENOUGH`] in a row had no more than the feed; with a text that looks whole it is not asked
/// for until one had more. Where it is not asked for, a sample now and then finds out whether that is still right.
pub fn ask(history: &PageHistory, whole: bool, now: Timestamp) -> PageChoice {
    let class = history.class(whole);
    let choice = |asked, told, reason: String| PageChoice { asked, whole, reason, told };
    if is_asked(class, whole) {
        let reason = if whole {
            "the feed's text looks whole, but its last page had more"
        } else if class.won.len() < ENOUGH {
            "the feed's text is no whole article"
        } else {
            "the feed's pages have more than its text"
        };
        return choice(true, whole, reason.to_owned());
    }
    let why =
        if whole { "the feed's text looks whole".to_owned() } else { format!("its last {ENOUGH} pages had no more than the feed") };
    let is_late = class.asked_at.is_some_and(|at| after(at, SAMPLE_AFTER) <= now);
    if class.skipped.saturating_add(1) >= ONE_IN || is_late {
        let since = if is_late { "a week".to_owned() } else { format!("{ONE_IN} entries") };
        return choice(true, true, format!("its page is asked for as a sample, the first in {since}: {why}"));
    }
    choice(false, true, format!("its page is not asked for: {why}"))
}

/// What holds for the next entries, in words: with a teaser, and with a text that looks whole.
pub fn in_words(history: &PageHistory) -> [String; 2] {
    let say = |whole: bool, kind: &str| {
        let class = history.class(whole);
        let read = class.won.len();
        let won = class.won.iter().filter(|won| **won).count();
        let found = match (read, won) {
            (0, _) => "none was read yet".to_owned(),
            (_, 0) => format!("none of the last {read} had more than the feed"),
            _ => format!("{won} of the last {read} had more than the feed"),
        };
        if is_asked(class, whole) {
            format!("asked for behind {kind}: {found}")
        } else {
            let left = ONE_IN.saturating_sub(class.skipped).max(1);
            format!("not asked for behind {kind}: {found}; a sample after {left} more entries or a week")
        }
    };
    [say(false, "a teaser"), say(true, "a text that looks whole")]
}

fn is_asked(class: &PageClass, whole: bool) -> bool {
    if whole { class.won.first() == Some(&true) } else { class.won.len() < ENOUGH || class.won.iter().take(ENOUGH).any(|won| *won) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;
    const DAY: i64 = 86_400;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(NOW + seconds).unwrap()
    }

    /// `won`: the last verdicts, `+` and `-`, latest first.
    fn history(whole: bool, won: &str, skipped: u32, asked_days_ago: Option<i64>) -> PageHistory {
        let class = PageClass {
            won: won.chars().map(|c| c == '+').collect(),
            skipped,
            asked_at: asked_days_ago.map(|days| at(-days * DAY)),
        };
        let other = PageClass::default();
        if whole { PageHistory { teasers: other, wholes: class } } else { PageHistory { teasers: class, wholes: other } }
    }

    fn check(whole: bool, won: &str, skipped: u32, asked_days_ago: Option<i64>, expected: &str) {
        let history = history(whole, won, skipped, asked_days_ago);
        let choice = ask(&history, whole, at(0));
        let what = match (choice.asked, choice.reason.contains("sample")) {
            (true, false) => "asked",
            (true, true) => "sampled",
            (false, _) => "skipped",
        };
        assert_eq!(what, expected, "{history:?}: {choice:?}");
        assert_eq!(choice.whole, whole);
        assert!(choice.told || what == "asked", "what is out of the ordinary is told: {choice:?}");
        let words = &in_words(&history)[usize::from(whole)];
        assert_eq!(words.starts_with("asked"), what == "asked", "{words}");
    }

    #[test]
    fn a_teaser_s_page_is_asked_for_until_five_had_no_more() {
        for (won, expected) in [
            ("", "asked"),
            ("-", "asked"),
            ("----", "asked"),
            ("-----", "skipped"),
            ("+----", "asked"),
            ("----+", "asked"),
            ("-----+", "skipped"),
            ("+++++", "asked"),
            ("+------", "asked"),
        ] {
            check(false, won, 0, Some(0), expected);
        }
    }

    #[test]
    fn a_whole_text_s_page_is_asked_for_once_one_had_more() {
        for (won, expected) in [("", "skipped"), ("-", "skipped"), ("+", "asked"), ("-+", "skipped"), ("+-", "asked")] {
            check(true, won, 0, Some(0), expected);
        }
    }

    #[test]
    fn a_sample_now_and_then_finds_out_whether_that_is_still_right() {
        for whole in [false, true] {
            check(whole, "-----", 18, Some(1), "skipped");
            check(whole, "-----", 19, Some(1), "sampled");
            check(whole, "-----", 900, Some(1), "sampled");
            check(whole, "-----", 0, Some(6), "skipped");
            check(whole, "-----", 1, Some(7), "sampled");
            check(whole, "-----", 0, None, "skipped");
            check(whole, "-----", 0, Some(-40), "skipped");
        }
    }

    #[test]
    fn one_in_twenty_is_sampled_and_a_sample_that_wins_changes_the_habit() {
        let mut now = history(false, "-----", 0, Some(0));
        let mut asked = Vec::new();
        for n in 1..=60 {
            let choice = ask(&now, false, at(0));
            now.note(&choice, at(0));
            if choice.asked {
                asked.push(n);
            }
        }
        assert_eq!(asked, [20, 40, 60]);
        now.teasers.won.insert(0, true);
        assert!(ask(&now, false, at(0)).asked);
        assert!(!ask(&now, true, at(0)).asked, "the other kind is counted apart");
    }

    #[test]
    fn a_week_counts_from_the_first_entry_that_was_skipped() {
        let mut now = PageHistory::default();
        let first = ask(&now, true, at(0));
        now.note(&first, at(0));
        now.note(&first, at(6 * DAY));
        assert_eq!((now.wholes.skipped, now.wholes.asked_at), (2, Some(at(0))));
        assert!(!ask(&now, true, at(6 * DAY)).asked);
        assert!(ask(&now, true, at(7 * DAY)).asked);
    }
}
