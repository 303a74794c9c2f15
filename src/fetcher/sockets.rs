//! Pure: how many sockets the door out may have open, and which hosts' connections are worth keeping.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;
use url::Origin;

/// One request: two name servers are asked for two kinds of address, or two kinds of address are connected to.
const PER_REQUEST: usize = 4;

/// Connections kept to one host: `fetch.per_host_in_flight` is small, and the handshake is the dearest part of a poll.
pub(super) const IDLE_PER_HOST: usize = 2;

/// How long a connection is kept without use; feeds of one host are polled within seconds of each other.
pub(super) const IDLE_FOR: Duration = Duration::from_secs(90);

/// Hosts whose connections are kept, at most. It pays for the other feeds of a host, its robots.txt and its pages, which come soon
/// or not at all; a connection with TLS holds some tens of KB.
const KEPT_HOSTS: usize = 512;

/// What a number of sockets is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    /// Requests that may run at once.
    pub(super) at_once: usize,
    /// Hosts whose connections are kept when a request is over.
    pub(super) kept_hosts: usize,
}

impl Budget {
    /// A quarter is for what is kept, the rest for what runs. One request may always run.
    pub(super) fn of(sockets: usize) -> Self {
        let kept_hosts = (sockets / 4 / IDLE_PER_HOST).min(KEPT_HOSTS);
        let at_once = (sockets.saturating_sub(kept_hosts * IDLE_PER_HOST) / PER_REQUEST).max(1);
        Self { at_once, kept_hosts }
    }
}

/// The hosts whose connections are kept. A connection lives on for [`IDLE_FOR`] after its last use, and the client looks no more often
/// than that: a host that was not asked for twice as long has none any more.
pub(super) struct Kept {
    room: usize,
    hosts: HashMap<Origin, Instant>,
}

impl Kept {
    pub(super) fn new(room: usize) -> Self {
        Self { room, hosts: HashMap::new() }
    }

    /// Whether the connection to `host`, which is asked now, is kept.
    pub(super) fn keeps(&mut self, host: &Origin, now: Instant) -> bool {
        if let Some(used) = self.hosts.get_mut(host) {
            *used = now;
            return true;
        }
        if self.hosts.len() >= self.room {
            self.hosts.retain(|_, used| now.duration_since(*used) < IDLE_FOR * 2);
        }
        let has_room = self.hosts.len() < self.room;
        if has_room {
            self.hosts.insert(host.clone(), now);
        }
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    #[test]
    fn few_sockets_make_few_requests_at_once_and_keep_few_connections() {
        for (sockets, at_once, kept_hosts) in [
            (usize::MAX, (usize::MAX - 1024) / PER_REQUEST, 512),
            (16_000, 3744, 512),
            (744, 139, 93),
            (24, 4, 3),
            (4, 1, 0),
            (0, 1, 0),
        ] {
            assert_eq!(Budget::of(sockets), Budget { at_once, kept_hosts }, "{sockets}");
        }
    }

    #[test]
    fn connections_are_kept_to_so_many_hosts_and_to_others_when_those_are_closed() {
        let host = |name: &str| Url::parse(&format!("https://{name}.test/")).expect(name).origin();
        let begun = Instant::now();
        let later = |seconds: u64| begun + Duration::from_secs(seconds);
        let mut kept = Kept::new(2);
        assert!(kept.keeps(&host("a"), begun) && kept.keeps(&host("b"), begun));
        assert!(!kept.keeps(&host("c"), later(1)));
        assert!(kept.keeps(&host("a"), later(100)), "it is kept already");
        assert!(!kept.keeps(&host("c"), later(179)), "the client may still have one to b");
        assert!(kept.keeps(&host("c"), later(180)));
        assert!(!kept.keeps(&host("b"), later(181)), "its place was given away");
        assert!(!Kept::new(0).keeps(&host("a"), begun));
    }
}
