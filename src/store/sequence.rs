//! The change counter of the file, remembered: each request to an output begins with it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long a change of another process (`feedmux story split` beside the daemon) may go unnoticed. Our own are noticed at once.
const GLANCE: Duration = Duration::from_secs(1);

/// What is known of the counter.
#[derive(Debug, Default)]
pub(super) struct Sequence {
    /// Transactions that our writer committed.
    commits: AtomicU64,
    seen: Mutex<Option<Seen>>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    value: u64,
    commits: u64,
    at: Instant,
}

impl Sequence {
    /// Our writer committed something.
    pub(super) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Release);
    }

    /// Our commits so far: to be asked before the file is.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// The counter, if nobody can have moved it that would have to be noticed by now.
    pub(super) fn known(&self, now: Instant) -> Option<u64> {
        let seen = (*self.seen.lock().unwrap_or_else(PoisonError::into_inner))?;
        (seen.commits == self.commits() && now.duration_since(seen.at) < GLANCE).then_some(seen.value)
    }

    /// The file said `value`, and we had committed so often before it was asked.
    pub(super) fn read(&self, value: u64, commits: u64, at: Instant) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(Seen { value, commits, at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_until_we_commit_or_a_second_is_over() {
        let (sequence, start) = (Sequence::default(), Instant::now());
        assert_eq!(sequence.known(start), None);
        sequence.read(7, sequence.commits(), start);
        assert_eq!(sequence.known(start + GLANCE / 2), Some(7));
        assert_eq!(sequence.known(start + GLANCE), None);
        sequence.committed();
        assert_eq!(sequence.known(start), None);
    }

    #[test]
    fn a_commit_while_the_file_is_read_is_not_missed() {
        let (sequence, start) = (Sequence::default(), Instant::now());
        let commits = sequence.commits();
        sequence.committed();
        sequence.read(7, commits, start);
        assert_eq!(sequence.known(start), None);
    }
}
