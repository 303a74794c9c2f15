//! Notices, pure, that somebody set the wall clock: stored due times are wall times, and all of them are wrong then.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::clock::after;

/// Less than this is a clock that was corrected: no feed is early or late by more.
const JUMP: SignedDuration = SignedDuration::from_secs(2);

/// Wall clock and steady clock as they stood together.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drift {
    wall: Timestamp,
    steady: Duration,
}

impl Drift {
    pub(super) fn new(wall: Timestamp, steady: Duration) -> Self {
        Self { wall, steady }
    }

    /// The wall clock as it would stand if nobody had set it since it was last followed.
    pub(super) fn now(&self, steady: Duration) -> Timestamp {
        after(self.wall, steady.saturating_sub(self.steady))
    }

    /// How far the wall clock was set since the last question, if it was.
    pub(super) fn jump(&mut self, wall: Timestamp, steady: Duration) -> Option<SignedDuration> {
        let passed = SignedDuration::try_from(steady.saturating_sub(self.steady)).unwrap_or(SignedDuration::MAX);
        let shown = wall.duration_since(self.wall);
        let jump = shown.checked_sub(passed)?;
        if jump.abs() < JUMP {
            return None; // what drifted so far still counts: many small steps are a jump in the end
        }
        *self = Self { wall, steady };
        Some(jump)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(wall_seconds: i64, steady_seconds: u64, expected: Option<i64>) {
        let start: Timestamp = "2024-06-01T12:00:00Z".parse().unwrap();
        let mut drift = Drift::new(start, Duration::from_secs(5));
        let (wall, steady) = (start + SignedDuration::from_secs(wall_seconds), Duration::from_secs(5 + steady_seconds));
        assert_eq!(drift.jump(wall, steady).map(|jump| jump.as_secs()), expected);
        assert_eq!(drift.jump(wall, steady), None, "a jump is told once");
    }

    #[test]
    fn a_clock_that_was_set_is_told_from_one_that_went_on() {
        check(0, 0, None);
        check(60, 60, None);
        check(61, 60, None);
        check(59, 60, None);
        check(30 * 86_400, 0, Some(30 * 86_400));
        check(-86_400, 10, Some(-86_410));
        check(8 * 3600, 8 * 3600, None);
    }

    #[test]
    fn small_steps_add_up() {
        let start: Timestamp = "2024-06-01T12:00:00Z".parse().unwrap();
        let mut drift = Drift::new(start, Duration::ZERO);
        let at = |ms: i64| start + SignedDuration::from_millis(ms);
        assert_eq!(drift.jump(at(1500), Duration::ZERO), None);
        assert_eq!(drift.jump(at(3000), Duration::ZERO), Some(SignedDuration::from_secs(3)));
    }
}
