//! TLS sessions that can be taken up again: on the real web the handshake is most of what an idle poll costs, and a resumed
//! one costs less than half of a full one.
//!
//! What rustls brings counts tickets, eight a host: of its usual 256 that makes 32 hosts, each with up to eight copies of its
//! certificate chain. A feed reader has many hosts and asks each of them seldom: here it is many hosts with one session each.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustls::NamedGroup;
use rustls::client::{ClientSessionStore, Tls12ClientSessionValue, Tls13ClientSessionValue};
use rustls::pki_types::ServerName;

/// Hosts whose last session is kept; the one that was longest not asked goes first. Ten thousand feeds live on some six thousand
/// hosts. A session is mostly its certificate chain, 4 KB: 32 MB when all of them are in use.
const HOSTS: usize = 8192;

/// ... of one registrable domain. Chain and ticket may have 64 KB each, and whoever owns a domain has as many hosts as he likes.
const HOSTS_PER_SITE: usize = 64;

/// The sessions of the one client.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Table>);

#[derive(Default)]
struct Table {
    hosts: HashMap<ServerName<'static>, Host>,
    /// By when they were used: the first is the next to go.
    used: BTreeMap<u64, ServerName<'static>>,
    sites: HashMap<String, usize>,
    /// Counts uses; time enough for an order.
    now: u64,
}

#[derive(Default)]
struct Host {
    used: u64,
    group: Option<NamedGroup>,
    tls12: Option<Tls12ClientSessionValue>,
    /// The newest: each is good for one connection (RFC 8446 C.4), which brings the next.
    tls13: Option<Tls13ClientSessionValue>,
}

impl Table {
    /// The entry of `name` as the last used one.
    fn touch(&mut self, name: &ServerName<'static>) -> Option<&mut Host> {
        let host = self.hosts.get_mut(name)?;
        self.now += 1;
        let name = self.used.remove(&host.used)?;
        host.used = self.now;
        self.used.insert(self.now, name);
        Some(host)
    }

    /// ... made where it is missing.
    fn edit(&mut self, name: ServerName<'static>, change: impl FnOnce(&mut Host)) {
        if !self.hosts.contains_key(&name) {
            self.make_room(&site_of(&name));
            self.now += 1;
            *self.sites.entry(site_of(&name)).or_default() += 1;
            self.used.insert(self.now, name.clone());
            self.hosts.insert(name.clone(), Host { used: self.now, ..Host::default() });
        }
        if let Some(host) = self.touch(&name) {
            change(host);
        }
    }

    fn make_room(&mut self, site: &str) {
        let oldest = if self.sites.get(site).is_some_and(|hosts| *hosts >= HOSTS_PER_SITE) {
            self.used.iter().find(|(_, name)| site_of(name) == site).map(|(used, _)| *used)
        } else if self.hosts.len() >= HOSTS {
            self.used.keys().next().copied()
        } else {
            None
        };
        let Some(name) = oldest.and_then(|used| self.used.remove(&used)) else { return };
        self.hosts.remove(&name);
        let site = site_of(&name);
        match self.sites.get_mut(&site) {
            Some(hosts) if *hosts > 1 => *hosts -= 1,
            _ => drop(self.sites.remove(&site)),
        }
    }
}

fn site_of(name: &ServerName<'_>) -> String {
    let name = name.to_str();
    psl::domain_str(&name).unwrap_or(&name).to_owned()
}

impl Sessions {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ClientSessionStore for Sessions {
    fn set_kx_hint(&self, name: ServerName<'static>, group: NamedGroup) {
        self.table().edit(name, |host| host.group = Some(group));
    }

    fn kx_hint(&self, name: &ServerName<'_>) -> Option<NamedGroup> {
        self.table().hosts.get(name)?.group
    }

    fn set_tls12_session(&self, name: ServerName<'static>, session: Tls12ClientSessionValue) {
        self.table().edit(name, |host| host.tls12 = Some(session));
    }

    fn tls12_session(&self, name: &ServerName<'_>) -> Option<Tls12ClientSessionValue> {
        self.table().hosts.get(name)?.tls12.clone()
    }

    fn remove_tls12_session(&self, name: &ServerName<'static>) {
        if let Some(host) = self.table().touch(name) {
            host.tls12 = None;
        }
    }

    fn insert_tls13_ticket(&self, name: ServerName<'static>, ticket: Tls13ClientSessionValue) {
        self.table().edit(name, |host| host.tls13 = Some(ticket));
    }

    fn take_tls13_ticket(&self, name: &ServerName<'static>) -> Option<Tls13ClientSessionValue> {
        self.table().touch(name)?.tls13.take()
    }
}

impl std::fmt::Debug for Sessions {
    /// Nothing of them: they are keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(host: &str) -> ServerName<'static> {
        ServerName::try_from(host.to_owned()).expect(host)
    }

    fn known(sessions: &Sessions, host: &str) -> bool {
        sessions.kx_hint(&name(host)).is_some()
    }

    fn meet(sessions: &Sessions, host: &str) {
        sessions.set_kx_hint(name(host), NamedGroup::X25519);
    }

    fn check_sums(sessions: &Sessions) {
        let table = sessions.table();
        assert_eq!((table.used.len(), table.sites.values().sum::<usize>()), (table.hosts.len(), table.hosts.len()));
        assert!(table.sites.values().all(|hosts| (1..=HOSTS_PER_SITE).contains(hosts)));
    }

    #[test]
    fn the_host_that_was_longest_not_asked_makes_room() {
        let sessions = Sessions::default();
        for n in 0..HOSTS {
            meet(&sessions, &format!("host{n}.test"));
        }
        assert!(sessions.take_tls13_ticket(&name("host0.test")).is_none()); // a use, so host1 is the oldest now
        meet(&sessions, "new.test");
        let still = ["new.test", "host0.test", "host1.test", "host2.test"].map(|host| known(&sessions, host));
        assert_eq!(still, [true, true, false, true]);
        assert_eq!(sessions.table().hosts.len(), HOSTS);
        check_sums(&sessions);
    }

    #[test]
    fn one_domain_cannot_fill_it() {
        let sessions = Sessions::default();
        meet(&sessions, "feeds.example.org");
        meet(&sessions, "192.0.2.1");
        for n in 0..3 * HOSTS_PER_SITE {
            meet(&sessions, &format!("n{n}.evil.co.uk"));
        }
        assert_eq!(sessions.table().hosts.len(), HOSTS_PER_SITE + 2);
        let last = format!("n{}.evil.co.uk", 3 * HOSTS_PER_SITE - 1);
        assert!(known(&sessions, "feeds.example.org") && known(&sessions, "192.0.2.1") && known(&sessions, &last));
        check_sums(&sessions);
    }
}
