//! How many pushes of one feed are taken, pure: a feed names its hub itself, and what it pushes costs disk and pages to ask for, which a
//! poll would bring once an interval only.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::model::FeedId;

/// So many at once, as when a site publishes its morning, ...
const BURST: u32 = 30;
/// ... and one more after each such time.
const PAUSE: Duration = Duration::from_secs(20);

/// For each feed that was pushed: when all of it would have been taken at one push a pause. Bounded by the feeds.
#[derive(Debug, Default)]
pub(super) struct Pace(HashMap<FeedId, Instant>);

impl Pace {
    /// Whether one more push of `feed` is taken.
    pub(super) fn takes(&mut self, feed: FeedId, now: Instant) -> bool {
        let due = self.0.entry(feed).or_insert(now);
        let from = now.max(*due);
        let taken = from.duration_since(now) < PAUSE * BURST;
        if taken {
            *due = from + PAUSE;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_and_then_one_push_a_pause() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        let mut taken = |feed, at: Duration, tries: u32| (0..tries).filter(|_| pace.takes(FeedId(feed), start + at)).count();
        assert_eq!(taken(1, Duration::ZERO, 100), 30);
        assert_eq!(taken(2, Duration::ZERO, 1), 1, "another feed has its own");
        assert_eq!(taken(1, PAUSE, 5), 1);
        assert_eq!(taken(1, PAUSE * 10, 20), 9);
        assert_eq!(taken(1, PAUSE * 1000, 100), 30);
    }
}
