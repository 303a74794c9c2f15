//! Per-host politeness, pure: how many requests run at one host, how far apart they start, and until when it wants quiet.
//!
//! Jobs wait here in one line per host, so that a slow host holds its own jobs only: a slot of `poll.concurrency`
//! is taken when a job starts, not while it waits. The number of jobs in a line is bounded; what does not fit stays
//! in the store's table, where it is due.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

/// Jobs that may wait for one host; the rest of its due work stays in the table.
pub(crate) const LINE_PER_HOST: usize = 16;

/// Lines, one a host, and the state that says when the next job of each may start.
#[derive(Debug)]
pub(crate) struct HostGate<J> {
    in_flight_limit: usize,
    spacing: Duration,
    hosts: HashMap<String, Host<J>>,
    waiting: usize,
}

#[derive(Debug)]
struct Host<J> {
    line: VecDeque<J>,
    in_flight: usize,
    /// The next request may not start before this: spacing, or a `Retry-After` that holds for the whole host.
    opens: Instant,
}

impl<J> HostGate<J> {
    pub(crate) fn new(in_flight_limit: usize, spacing: Duration) -> Self {
        Self { in_flight_limit, spacing, hosts: HashMap::new(), waiting: 0 }
    }

    /// Puts a job at the end of its host's line.
    pub(crate) fn push(&mut self, host: String, job: J, now: Instant) {
        self.waiting += 1;
        self.host(host, now).line.push_back(job);
    }

    /// Puts a job that needs one more request back to the front of its host's line.
    pub(crate) fn push_front(&mut self, host: String, job: J, now: Instant) {
        self.waiting += 1;
        self.host(host, now).line.push_front(job);
    }

    /// Takes a job that may start now and for which `slot` says there is room; its host counts it as in flight.
    /// A job without a slot does not keep those behind it from starting: slow pages shall not hold feeds up.
    pub(crate) fn start(&mut self, now: Instant, slot: impl Fn(&J) -> bool) -> Option<(String, J)> {
        let limit = self.in_flight_limit;
        // The host that could have started longest ago goes first, so that none starves another.
        let (name, host, at) = self
            .hosts
            .iter_mut()
            .filter(|(_, host)| host.in_flight < limit && host.opens <= now)
            .filter_map(|(name, host)| host.line.iter().position(&slot).map(|at| (name, host, at)))
            .min_by_key(|(_, host, _)| host.opens)?;
        let job = host.line.remove(at)?;
        host.in_flight += 1;
        host.opens = now + self.spacing;
        self.waiting -= 1;
        Some((name.clone(), job))
    }

    /// A request to `host` ended.
    pub(crate) fn done(&mut self, host: &str) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.in_flight = state.in_flight.saturating_sub(1);
        }
    }

    /// Nothing starts at `host` for `wait`; its waiting jobs are handed back, for their due times have to move.
    pub(crate) fn hold(&mut self, host: &str, wait: Duration, now: Instant) -> Vec<J> {
        let state = self.host(host.to_owned(), now);
        state.opens = state.opens.max(now + wait);
        let jobs: Vec<J> = state.line.drain(..).collect();
        self.waiting -= jobs.len();
        jobs
    }

    /// When the next waiting job may start, if only time is in its way: not those that wait for a slot.
    pub(crate) fn next_opening(&self, slot: impl Fn(&J) -> bool) -> Option<Instant> {
        let ready = self.hosts.values().filter(|host| host.in_flight < self.in_flight_limit && host.line.iter().any(&slot));
        ready.map(|host| host.opens).min()
    }

    /// Empties all lines.
    pub(crate) fn drain(&mut self) -> Vec<J> {
        self.waiting = 0;
        self.hosts.values_mut().flat_map(|host| host.line.drain(..)).collect()
    }

    /// Hosts whose due work shall stay in the table for now: the line is full, or the host wants quiet.
    /// Hosts of which nothing is left to remember are forgotten here: the map is bounded by the work at hand.
    pub(crate) fn closed(&mut self, now: Instant) -> Vec<String> {
        self.hosts.retain(|_, host| host.in_flight > 0 || !host.line.is_empty() || host.opens > now);
        self.hosts
            .iter()
            .filter(|(_, host)| host.line.len() >= LINE_PER_HOST || host.opens > now + self.spacing)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// The jobs that wait.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = &J> {
        self.hosts.values().flat_map(|host| &host.line)
    }

    /// How many jobs wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    fn host(&mut self, name: String, now: Instant) -> &mut Host<J> {
        self.hosts.entry(name).or_insert_with(|| Host { line: VecDeque::new(), in_flight: 0, opens: now })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn any(_: &&str) -> bool {
        true
    }

    fn gate() -> (HostGate<&'static str>, Instant) {
        (HostGate::new(2, SECOND), Instant::now())
    }

    #[test]
    fn requests_to_one_host_start_a_spacing_apart() {
        let (mut gate, now) = gate();
        gate.push("a".into(), "1", now);
        gate.push("a".into(), "2", now);
        assert_eq!(gate.start(now, any).map(|(_, job)| job), Some("1"));
        assert_eq!(gate.start(now, any), None);
        assert_eq!(gate.next_opening(any), Some(now + SECOND));
        assert_eq!(gate.start(now + SECOND, any).map(|(_, job)| job), Some("2"));
    }

    #[test]
    fn no_more_than_the_limit_run_at_one_host() {
        let (mut gate, now) = gate();
        for job in ["1", "2", "3"] {
            gate.push("a".into(), job, now);
        }
        assert!(gate.start(now, any).is_some());
        assert!(gate.start(now + SECOND, any).is_some());
        assert_eq!(gate.start(now + 9 * SECOND, any), None);
        assert_eq!(gate.next_opening(any), None, "time alone does not help");
        gate.done("a");
        assert!(gate.start(now + 9 * SECOND, any).is_some());
    }

    #[test]
    fn a_job_without_a_slot_holds_nobody_up() {
        let (mut gate, now) = gate();
        let feeds_only = |job: &&str| *job != "page";
        gate.push("a".into(), "page", now);
        assert_eq!(gate.start(now, feeds_only), None);
        assert_eq!(gate.next_opening(feeds_only), None, "time alone does not help");
        gate.push("a".into(), "feed", now);
        assert_eq!(gate.start(now, feeds_only), Some(("a".into(), "feed")));
        assert_eq!(gate.drain(), ["page"]);
        assert_eq!(gate.waiting(), 0);
    }

    #[test]
    fn a_slow_host_does_not_stop_another() {
        let (mut gate, now) = gate();
        gate.push("slow".into(), "1", now);
        gate.start(now, any);
        gate.push("slow".into(), "2", now);
        gate.push("quick".into(), "3", now);
        assert_eq!(gate.start(now, any), Some(("quick".into(), "3")));
    }

    #[test]
    fn a_hold_hands_its_jobs_back_and_closes_the_host() {
        let (mut gate, now) = gate();
        gate.push("a".into(), "1", now);
        assert_eq!(gate.hold("a", 60 * SECOND, now), ["1"]);
        assert_eq!(gate.waiting(), 0);
        assert_eq!(gate.closed(now), ["a"]);
        gate.push("a".into(), "2", now);
        assert_eq!(gate.start(now + 59 * SECOND, any), None);
        assert!(gate.start(now + 60 * SECOND, any).is_some());
        assert!(gate.closed(now + 61 * SECOND).is_empty());
    }

    #[test]
    fn a_full_line_leaves_the_rest_in_the_table() {
        let (mut gate, now) = gate();
        for _ in 0..LINE_PER_HOST {
            gate.push("a".into(), "job", now);
        }
        assert_eq!(gate.closed(now), ["a"]);
    }

    #[test]
    fn hosts_are_forgotten_when_nothing_is_left_of_them() {
        let (mut gate, now) = gate();
        gate.push("a".into(), "1", now);
        gate.start(now, any);
        gate.done("a");
        gate.closed(now);
        assert_eq!(gate.hosts.len(), 1, "its spacing still counts");
        gate.closed(now + SECOND);
        assert_eq!(gate.hosts.len(), 0);
    }
}
