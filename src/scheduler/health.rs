//! Whether a feed's article pages still give what they gave: a site that changes its pages breaks their reading without a word.
//!
//! The last results are held against those before them. Once that says "broken", what the pages gave before is remembered, because the
//! results that it was seen in are gone after a while.

use jiff::Timestamp;

use crate::model::{Broken, PageResult, RESULTS_KEPT};

/// Results that show how it is now, ...
const NOW: usize = 8;
/// ... and at least so many before them, how it was.
const BEFORE: usize = 8;
/// A site of which less than this was ever read cannot break.
const WELL: f32 = 0.6;
/// Broken when the share of pages that were read falls to this part of what it was ...
const FALLS_TO: f32 = 0.5;
/// ... or the median of their lengths to this.
const SHORTENS_TO: f32 = 1.0 / 3.0;
/// Lengths that a median needs.
const LENGTHS: usize = 5;
/// Well again when so many results in a row, but for one, are as before.
const AGAIN: usize = 4;
/// Share of what it was from which on a value is as before.
const AS_BEFORE: f32 = 0.6;

/// How the reading of a feed's pages goes.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Health {
    /// Pages that were counted, the last ones.
    pub pages: usize,
    /// Share of them that gave their article.
    pub read: f32,
    /// Median of the characters of those.
    pub chars: u32,
    /// The same of the newest of them.
    pub now: Share,
    /// The same of those before.
    pub before: Share,
    /// Since when it is less than it was.
    pub broken: Option<Broken>,
}

/// What some pages gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Share {
    /// How many pages.
    pub pages: usize,
    /// Share that gave their article.
    pub read: f32,
    /// Median of the characters of those; 0: of too few to say.
    pub chars: u32,
}

/// What changed with the last result.
#[derive(Clone, Debug, PartialEq)]
pub enum Turn {
    /// They broke.
    Broke(Broken),
    /// They are well again; why.
    Recovered(String),
}

/// How it stands; `results`: latest first.
pub fn health(results: &[PageResult], broken: Option<Broken>) -> Health {
    let (now, before) = results.split_at(results.len().min(NOW));
    let all = share(results, 1);
    Health { pages: all.pages, read: all.read, chars: all.chars, now: share(now, LENGTHS), before: share(before, LENGTHS), broken }
}

/// Whether that is a turn; told once, when it comes.
pub fn turn(health: &Health, results: &[PageResult], at: Timestamp) -> Option<Turn> {
    match &health.broken {
        None => breaks(health, at).map(Turn::Broke),
        // Not while what is remembered of the bad time would break it again at once.
        Some(broken) if breaks(health, at).is_none() => recovers(broken, results).map(Turn::Recovered),
        Some(_) => None,
    }
}

fn breaks(health: &Health, at: Timestamp) -> Option<Broken> {
    let Health { now, before, .. } = health;
    if now.pages < NOW || before.pages < BEFORE || before.read < WELL {
        return None;
    }
    let reason = if now.read <= FALLS_TO * before.read {
        format!(
            "{} of its last {} article pages could be read, before that {} of {}",
            counted(now),
            now.pages,
            counted(before),
            before.pages
        )
    } else if now.chars > 0 && exact(now.chars) < SHORTENS_TO * exact(before.chars) {
        format!("the texts of its last {} article pages have {} characters, before that {}", now.pages, now.chars, before.chars)
    } else {
        return None;
    };
    Some(Broken { at, reason, was_rate: before.read, was_chars: before.chars })
}

fn recovers(broken: &Broken, results: &[PageResult]) -> Option<String> {
    let since: Vec<PageResult> = results.iter().copied().take_while(|result| result.at > broken.at).collect();
    let last = share(since.get(..AGAIN)?, AGAIN - 1);
    if last.read >= AS_BEFORE * broken.was_rate && exact(last.chars) >= AS_BEFORE * exact(broken.was_chars) {
        return Some(format!("{} of its last {AGAIN} article pages could be read", counted(&last)));
    }
    let all = share(&since, LENGTHS);
    // Shorter for so long is how the site is now.
    (all.pages >= RESULTS_KEPT && all.read >= AS_BEFORE * broken.was_rate)
        .then(|| format!("its article pages have {} characters for long, that is how they are now", all.chars))
}

fn share(results: &[PageResult], lengths: usize) -> Share {
    let mut chars: Vec<u32> =
        results.iter().filter(|result| result.verdict.worth.is_read()).map(|result| result.verdict.chars).collect();
    chars.sort_unstable();
    let (pages, read) = (results.len(), chars.len());
    #[allow(clippy::cast_precision_loss)] // at most RESULTS_KEPT
    let rate = if pages == 0 { 0.0 } else { read as f32 / pages as f32 };
    let median = chars.get(read / 2).copied().unwrap_or(0);
    Share { pages, read: rate, chars: if read >= lengths { median } else { 0 } }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // at most RESULTS_KEPT
fn counted(share: &Share) -> u32 {
    (share.read * share.pages as f32).round() as u32
}

#[allow(clippy::cast_precision_loss)] // a length more or less
fn exact(chars: u32) -> f32 {
    chars as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryId, PageVerdict, PageWorth};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    /// In the order in which they came: `+` read, `s` read and short, `=` no more than the feed, `-` poor, `x` failed, `0` refused.
    fn results(came: &str) -> Vec<PageResult> {
        let result = |(n, c): (usize, char)| {
            let (worth, chars) = match c {
                '+' => (PageWorth::More, 3000),
                's' => (PageWorth::More, 300),
                '=' => (PageWorth::Same, 2000),
                '-' => (PageWorth::Poor, 40),
                '0' => (PageWorth::Refused, 0),
                _ => (PageWorth::Failed, 0),
            };
            let n = i64::try_from(n).unwrap();
            PageResult { at: at(n), entry: EntryId(n), verdict: PageVerdict { worth, whole: false, chars } }
        };
        let mut results: Vec<_> = came.chars().enumerate().map(result).collect();
        results.reverse();
        results.truncate(RESULTS_KEPT);
        results
    }

    /// All turns, each after how many results.
    fn turns(came: &str) -> Vec<(usize, bool)> {
        let (mut broken, mut turns) = (None, Vec::new());
        for n in 1..=came.chars().count() {
            let prefix: String = came.chars().take(n).collect();
            let results = results(&prefix);
            let now = at(i64::try_from(n).unwrap() - 1);
            match turn(&health(&results, broken.clone()), &results, now) {
                Some(Turn::Broke(found)) => {
                    turns.push((n, false));
                    broken = Some(found);
                }
                Some(Turn::Recovered(_)) => {
                    turns.push((n, true));
                    broken = None;
                }
                None => {}
            }
        }
        turns
    }

    fn check(came: &str, expected: &[(usize, bool)]) {
        assert_eq!(turns(came), expected, "{came}");
    }

    const BROKE: bool = false;
    const WELL_AGAIN: bool = true;

    #[test]
    fn a_site_that_changes_is_told_once_and_its_recovery_too() {
        let well = "+".repeat(16);
        check(&well, &[]);
        check(&format!("{well}{}", "-".repeat(60)), &[(20, BROKE)]);
        check(&format!("{well}{}{}", "-".repeat(60), "+".repeat(20)), &[(20, BROKE), (79, WELL_AGAIN)]);
        check(&format!("{well}{}{}", "0".repeat(10), "++x++".repeat(4)), &[(20, BROKE), (30, WELL_AGAIN)]);
    }

    #[test]
    fn shorter_texts_are_a_break_too_until_that_is_how_the_site_is() {
        let well = "+".repeat(16);
        let drift = turns(&format!("{well}{}", "s".repeat(80)));
        assert_eq!(drift[0], (21, BROKE), "{drift:?}");
        assert_eq!(drift[1..], [(71, WELL_AGAIN)], "{drift:?}");
        check(&format!("{well}{}{}", "s".repeat(9), "+".repeat(9)), &[(21, BROKE), (29, WELL_AGAIN)]);
    }

    #[test]
    fn bad_luck_and_what_was_never_well_are_no_break() {
        check(&"+++x".repeat(12), &[]);
        check(&"+-".repeat(20), &[]);
        check(&"-".repeat(40), &[]);
        check(&"0".repeat(40), &[]);
        check(&format!("{}---", "+".repeat(20)), &[]);
        check(&format!("+++++{}", "-".repeat(8)), &[]);
        // A feed with whole texts whose pages have no more is well read.
        check(&format!("{}{}", "+".repeat(10), "=".repeat(30)), &[]);
    }

    #[test]
    fn what_is_shown_is_of_all_results() {
        let results = results("++++-+++++++");
        let health = health(&results, None);
        assert_eq!((health.pages, health.chars, health.now.pages, health.before.pages), (12, 3000, 8, 4));
        assert!((health.read - 11.0 / 12.0).abs() < 0.001 && (health.now.read - 7.0 / 8.0).abs() < 0.001, "{health:?}");
        assert_eq!(super::health(&[], None).pages, 0);
    }
}
