//! Politeness, pure: how many requests run at one host, how far apart they start, and until when it wants quiet.
//!
//! Jobs wait here in one line per host, so that a slow host holds its own jobs only: a slot of `poll.concurrency`
//! is taken when a job starts, not while it waits. The number of jobs in a line is bounded; what does not fit stays
//! in the store's table, where it is due. Hosts that share an address are kept apart by the fetcher's seats
//! (`fetcher::seats`), which this gate asks through [`Room`].

mod pace;

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::Place;
use pace::Pace;

/// Jobs that may wait for one host; the rest of its due work stays in the table.
pub(crate) const LINE_PER_HOST: usize = 16;
/// ... fewer at a host that is asked slowly: as many as start within this time, or such hosts would fill all lines.
const LINE_SPAN: Duration = Duration::from_secs(30);
/// Hosts whose address is remembered from the last time that it had no seat; all are forgotten beyond that.
const PLACES_KNOWN: usize = 10_000;

/// What a job asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// A feed.
    Feed,
    /// An article page, or the robots.txt before it.
    Page,
}

/// A thing that waits for its host.
pub(crate) trait Job {
    fn lane(&self) -> Lane;
}

/// What there is room for now.
pub(crate) struct Room<'a> {
    /// A slot for a feed.
    pub(crate) feed: bool,
    /// A slot for a page.
    pub(crate) page: bool,
    /// Whether as many requests run at this address as may.
    pub(crate) crowded: &'a dyn Fn(Place) -> bool,
}

/// Lines, one a host, and the state that says when the next job of each may start.
pub(crate) struct HostGate<J> {
    in_flight_limit: usize,
    spacing: Duration,
    hosts: HashMap<String, Host<J>>,
    places: HashMap<String, Place>,
    waiting: usize,
}

struct Host<J> {
    line: VecDeque<J>,
    in_flight: usize,
    /// The next request may not start before this: spacing, or a `Retry-After` that holds for the whole host.
    opens: Instant,
    /// ... and no page before this: `Crawl-delay`.
    pages_open: Instant,
    crawl_delay: Duration,
    pace: Pace,
}

impl<J> Host<J> {
    fn opens(&self, lane: Lane) -> Instant {
        match lane {
            Lane::Feed => self.opens,
            Lane::Page => self.opens.max(self.pages_open),
        }
    }
}

impl<J: Job> HostGate<J> {
    pub(crate) fn new(in_flight_limit: usize, spacing: Duration) -> Self {
        Self { in_flight_limit, spacing, hosts: HashMap::new(), places: HashMap::new(), waiting: 0 }
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

    /// Takes a job that may start now and for which there is room; its host counts it as in flight.
    /// A job without a slot does not keep those behind it from starting: slow pages shall not hold feeds up.
    pub(crate) fn start(&mut self, now: Instant, room: &Room<'_>) -> Option<(String, J)> {
        let ready = |host: &Host<J>| host.line.iter().position(|job| room.has(job) && host.opens(job.lane()) <= now);
        let limit = self.in_flight_limit;
        // The host that could have started longest ago goes first, so that none starves another.
        let (name, host, at) = self
            .hosts
            .iter_mut()
            .filter(|(name, host)| host.in_flight < limit && host.opens <= now && !is_crowded(&self.places, name, room))
            .filter_map(|(name, host)| ready(host).map(|at| (name, host, at)))
            .min_by_key(|(_, host, _)| host.opens)?;
        let job = host.line.remove(at)?;
        host.in_flight += 1;
        host.opens = now + host.pace.spacing(self.spacing);
        if job.lane() == Lane::Page {
            host.pages_open = now + host.crawl_delay;
        }
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

    /// What a host said before a restart.
    pub(crate) fn remember(&mut self, host: &str, wait: Duration, learned: Option<Duration>, now: Instant) {
        let state = self.host(host.to_owned(), now);
        state.opens = state.opens.max(now + wait);
        state.pace = Pace::known(learned);
    }

    /// `host` said 429; gives the pause that was learned from it.
    pub(crate) fn too_fast(&mut self, host: &str, now: Instant) -> Option<Duration> {
        let spacing = self.spacing;
        let pace = &mut self.host(host.to_owned(), now).pace;
        pace.too_fast(spacing, now);
        pace.learned()
    }

    /// `host` answered well.
    pub(crate) fn fine(&mut self, host: &str) {
        if let Some(state) = self.hosts.get_mut(host) {
            state.pace.fine(self.spacing);
        }
    }

    /// The robots.txt of `host` asks for a pause between pages.
    pub(crate) fn crawl_delay(&mut self, host: &str, delay: Duration, now: Instant) {
        self.host(host.to_owned(), now).crawl_delay = delay;
    }

    /// A job of `host` found no seat at this address: the next one is not started before there is one.
    pub(crate) fn learn_place(&mut self, host: &str, place: Place) {
        if self.places.len() >= PLACES_KNOWN {
            self.places.clear();
        }
        self.places.insert(host.to_owned(), place);
    }

    /// When the next waiting job may start, if only time is in its way: not those that wait for a slot or a seat.
    pub(crate) fn next_opening(&self, room: &Room<'_>) -> Option<Instant> {
        let may =
            self.hosts.iter().filter(|(name, host)| host.in_flight < self.in_flight_limit && !is_crowded(&self.places, name, room));
        may.flat_map(|(_, host)| host.line.iter().filter(|job| room.has(*job)).map(|job| host.opens(job.lane()))).min()
    }

    /// Empties all lines.
    pub(crate) fn drain(&mut self) -> Vec<J> {
        self.waiting = 0;
        self.hosts.values_mut().flat_map(|host| host.line.drain(..)).collect()
    }

    /// Takes the jobs out that are no longer wanted.
    pub(crate) fn retain(&mut self, wanted: impl Fn(&J) -> bool) {
        for host in self.hosts.values_mut() {
            host.line.retain(&wanted);
        }
        self.waiting = self.hosts.values().map(|host| host.line.len()).sum();
    }

    /// Hosts whose due work of this kind shall stay in the table for now: the line is full, the host wants quiet, or its
    /// address is crowded. Hosts of which nothing is left to remember are forgotten here: the map is bounded by the work at hand
    /// and by the hosts that complained.
    pub(crate) fn closed(&mut self, now: Instant, lane: Lane, room: &Room<'_>) -> Vec<String> {
        self.hosts.retain(|_, host| {
            host.in_flight > 0 || !host.line.is_empty() || host.opens(Lane::Page) > now || !host.pace.is_plain(now)
        });
        let is_closed = |name: &str, host: &Host<J>| {
            let spacing = host.pace.spacing(self.spacing);
            let delay = if lane == Lane::Page { host.crawl_delay.max(spacing) } else { spacing };
            let soon = now + delay.min(LINE_SPAN);
            host.line.len() >= line_limit(delay) || host.opens(lane) > soon || is_crowded(&self.places, name, room)
        };
        self.hosts.iter().filter(|(name, host)| is_closed(name, host)).map(|(name, _)| name.clone()).collect()
    }

    /// Takes the jobs out that cannot start soon: their host turned out to be slow when they stood in line already. A few such hosts
    /// would fill all lines, and a round of `once` would wait for them for hours.
    pub(crate) fn take_late(&mut self, now: Instant) -> Vec<J> {
        let mut late = Vec::new();
        for host in self.hosts.values_mut() {
            let spacing = host.pace.spacing(self.spacing);
            for (lane, delay) in [(Lane::Feed, spacing), (Lane::Page, spacing.max(host.crawl_delay))] {
                let mut room = if host.opens(lane) > now + LINE_SPAN { 0 } else { line_limit(delay) };
                let mut kept = VecDeque::new();
                for job in host.line.drain(..) {
                    if job.lane() != lane {
                        kept.push_back(job);
                    } else if room > 0 {
                        room -= 1;
                        kept.push_back(job);
                    } else {
                        late.push(job);
                    }
                }
                host.line = kept;
            }
        }
        self.waiting -= late.len();
        late
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
        self.hosts.entry(name).or_insert_with(|| Host {
            line: VecDeque::new(),
            in_flight: 0,
            opens: now,
            pages_open: now,
            crawl_delay: Duration::ZERO,
            pace: Pace::default(),
        })
    }
}

impl Room<'_> {
    fn has(&self, job: &impl Job) -> bool {
        match job.lane() {
            Lane::Feed => self.feed,
            Lane::Page => self.page,
        }
    }
}

fn is_crowded(places: &HashMap<String, Place>, host: &str, room: &Room<'_>) -> bool {
    places.get(host).is_some_and(|place| (room.crowded)(*place))
}

fn line_limit(spacing: Duration) -> usize {
    let within = LINE_SPAN.as_millis() / spacing.as_millis().max(1);
    usize::try_from(within).unwrap_or(LINE_PER_HOST).clamp(1, LINE_PER_HOST)
}

#[cfg(test)]
mod tests;
