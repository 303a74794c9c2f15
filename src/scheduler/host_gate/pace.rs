//! The pause between requests to one host, pure: what the settings say, or longer where the host showed that this is too fast.
//!
//! Some hosts count requests and tell nobody how many they allow (a request a minute was seen). One 429 is an accident; after
//! the second the pause doubles with each, and shrinks again, slower, while all goes well.

use std::time::Duration;

use tokio::time::Instant;

/// The pause that the first doubling begins from, where the settings ask for less.
const LEAST: Duration = Duration::from_secs(1);
/// No pause is learned beyond this: `poll.interval` is longer for most feeds, so that each still gets its turn.
const MOST: Duration = Duration::from_mins(10);
/// Answers of requests that were under way together say one thing, not several.
const ONE_BURST: Duration = Duration::from_secs(3);
/// So many good answers make the pause shorter by a quarter, or an accident forgotten.
const GOOD: u32 = 20;
/// A 429 is remembered for so long, to be told from the first.
const ACCIDENT: Duration = Duration::from_hours(24);

/// How fast one host is asked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    learned: Option<Duration>,
    struck: Option<Instant>,
    good: u32,
}

impl Pace {
    /// A pace that was learned before a restart.
    pub(super) fn known(spacing: Option<Duration>) -> Self {
        Self { learned: spacing.map(|spacing| spacing.min(MOST)), ..Self::default() }
    }

    /// The pause between two starts, where `set` is what the settings say.
    pub(super) fn spacing(&self, set: Duration) -> Duration {
        self.learned.map_or(set, |learned| learned.max(set))
    }

    /// The learned pause alone.
    pub(super) fn learned(&self) -> Option<Duration> {
        self.learned
    }

    /// Whether there is nothing to remember: an accident is forgotten after a while also where nothing is asked any more.
    pub(super) fn is_plain(&self, now: Instant) -> bool {
        self.learned.is_none() && self.struck.is_none_or(|struck| now.duration_since(struck) > ACCIDENT)
    }

    /// The host said 429.
    pub(super) fn too_fast(&mut self, set: Duration, now: Instant) {
        let again = self.struck.is_some_and(|before| now.duration_since(before) >= ONE_BURST);
        if self.struck.is_none() || again {
            self.struck = Some(now);
            self.good = 0;
        }
        if again {
            self.learned = Some((self.spacing(set).max(LEAST) * 2).min(MOST));
        }
    }

    /// The host answered well.
    pub(super) fn fine(&mut self, set: Duration) {
        if self.learned.is_none() && self.struck.is_none() {
            return;
        }
        self.good += 1;
        if self.good >= GOOD {
            self.good = 0;
            self.struck = None;
            self.learned = self.learned.map(|learned| learned * 3 / 4).filter(|learned| *learned > set.max(LEAST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: Duration = Duration::from_secs(1);

    /// The pause after so many 429s, a minute apart, and then so many good answers.
    fn check(refused: u32, good: u32, expected: u64) {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for nth in 0..refused {
            pace.too_fast(SET, now + Duration::from_mins(1) * nth);
        }
        for _ in 0..good {
            pace.fine(SET);
        }
        assert_eq!(pace.spacing(SET).as_millis(), u128::from(expected), "{refused} times 429, then {good} good answers");
    }

    #[test]
    fn a_second_429_doubles_the_pause_and_good_answers_shorten_it() {
        check(0, 0, 1000);
        check(1, 0, 1000);
        check(2, 0, 2000);
        check(3, 0, 4000);
        check(7, 0, 64_000);
        check(7, 19, 64_000);
        check(7, 20, 48_000);
        check(7, 40, 36_000);
        check(7, 2000, 1000);
        check(99, 0, 600_000);
    }

    #[test]
    fn answers_that_were_under_way_together_count_once() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for _ in 0..5 {
            pace.too_fast(SET, now);
        }
        assert_eq!(pace.spacing(SET), SET);
        assert!(!pace.is_plain(now) && pace.is_plain(now + ACCIDENT * 2));
        (0..GOOD).for_each(|_| pace.fine(SET));
        assert!(pace.is_plain(now), "an accident is forgotten");
    }

    #[test]
    fn what_was_learned_is_known_after_a_restart_and_settings_may_ask_for_more() {
        let minute = Duration::from_mins(1);
        assert_eq!(Pace::known(Some(minute)).spacing(SET), minute);
        assert_eq!(Pace::known(Some(minute)).spacing(2 * minute), 2 * minute);
        assert_eq!(Pace::known(Some(Duration::MAX)).spacing(SET), MOST);
    }
}
