//! Open files and sockets: a process may have so many and no more. What the limit allows is shared out once, at the start, so that
//! polls never take what the store needs.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// For the runtime, the log, the store (a writer and four readers with their files), the lock, listeners and the control socket.
const RESERVE: usize = 32;

/// Readers of the feeds that are served at once on one listener, at least and at most.
const READERS: (usize, usize) = (4, 256);

/// More is of no use: all that feedmux opens at its largest settings stays below.
const USEFUL: u64 = 16_384;

/// What a limit leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// For what polls and scrapes open.
    pub outgoing: usize,
    /// Connections at once to each of our listeners.
    pub readers: usize,
}

/// Lifts the limit as far as the system lets us: 1024 is what shells and service managers hand to programs of the eighties, the hard
/// limit is what they mean.
pub fn raise() {
    let now = getrlimit(Resource::Nofile);
    let most = now.maximum.unwrap_or(USEFUL).min(USEFUL);
    if now.current.is_some_and(|current| current < most) {
        // refused: then the present one holds, and everything is sized by it
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(most), maximum: now.maximum });
    }
}

/// The limit as it is now.
pub fn limit() -> usize {
    usize::try_from(getrlimit(Resource::Nofile).current.unwrap_or(USEFUL).min(USEFUL)).unwrap_or(usize::MAX)
}

/// Shares `limit` out among `listeners` and what goes out.
pub fn share(limit: usize, listeners: usize) -> Shares {
    let free = limit.saturating_sub(RESERVE);
    let readers = (free / 4 / listeners.max(1)).clamp(READERS.0, READERS.1);
    Shares { outgoing: free.saturating_sub(readers * listeners), readers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polls_never_take_what_the_store_and_the_readers_need() {
        for (limit, listeners, outgoing, readers) in [
            (16_384, 1, 16_096, 256),
            (1024, 1, 744, 248),
            (1024, 4, 744, 62),
            (256, 1, 168, 56),
            (64, 1, 24, 8),
            (64, 0, 32, 8),
            (40, 1, 4, 4),
            (8, 1, 0, 4),
        ] {
            let shares = share(limit, listeners);
            assert_eq!(shares, Shares { outgoing, readers }, "{limit} for {listeners} listeners");
            assert!(limit <= 36 || RESERVE + outgoing + readers * listeners <= limit, "{limit}");
        }
    }

    #[test]
    fn the_limit_is_lifted_and_known() {
        let before = limit();
        raise();
        assert!(limit() >= before && before > 0);
    }
}
