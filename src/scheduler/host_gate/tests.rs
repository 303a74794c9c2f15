use super::*;

const SECOND: Duration = Duration::from_secs(1);

#[derive(Debug, PartialEq)]
struct Named(Lane, &'static str);

impl Job for Named {
    fn lane(&self) -> Lane {
        self.0
    }
}

const ROOM: Room<'_> = Room { feed: true, page: true, crowded: &|_| false };

struct Gate {
    gate: HostGate<Named>,
    now: Instant,
}

impl Gate {
    fn new() -> Self {
        Self { gate: HostGate::new(2, SECOND), now: Instant::now() }
    }

    fn feeds(&mut self, host: &str, names: &[&'static str]) {
        names.iter().for_each(|name| self.gate.push(host.to_owned(), Named(Lane::Feed, name), self.now));
    }

    fn pages(&mut self, host: &str, names: &[&'static str]) {
        names.iter().for_each(|name| self.gate.push(host.to_owned(), Named(Lane::Page, name), self.now));
    }

    /// What starts after so many seconds.
    fn start(&mut self, after: u32) -> Option<&'static str> {
        self.gate.start(self.now + SECOND * after, &ROOM).map(|(_, job)| job.1)
    }

    fn opens(&self) -> Option<Duration> {
        self.gate.next_opening(&ROOM).map(|at| at - self.now)
    }

    fn closed(&mut self, after: u32, lane: Lane) -> Vec<String> {
        self.gate.closed(self.now + SECOND * after, lane, &ROOM)
    }
}

#[test]
fn requests_to_one_host_start_a_spacing_apart() {
    let mut gate = Gate::new();
    gate.feeds("a", &["1", "2"]);
    assert_eq!(gate.start(0), Some("1"));
    assert_eq!(gate.start(0), None);
    assert_eq!(gate.opens(), Some(SECOND));
    assert_eq!(gate.start(1), Some("2"));
}

#[test]
fn no_more_than_the_limit_run_at_one_host() {
    let mut gate = Gate::new();
    gate.feeds("a", &["1", "2", "3"]);
    assert_eq!((gate.start(0), gate.start(1)), (Some("1"), Some("2")));
    assert_eq!(gate.start(9), None);
    assert_eq!(gate.opens(), None, "time alone does not help");
    gate.gate.done("a");
    assert_eq!(gate.start(9), Some("3"));
}

#[test]
fn a_job_without_a_slot_holds_nobody_up() {
    let mut gate = Gate::new();
    let feeds_only = Room { page: false, ..ROOM };
    gate.pages("a", &["page"]);
    assert_eq!(gate.gate.start(gate.now, &feeds_only), None);
    assert_eq!(gate.gate.next_opening(&feeds_only), None, "time alone does not help");
    gate.feeds("a", &["feed"]);
    assert_eq!(gate.gate.start(gate.now, &feeds_only), Some(("a".into(), Named(Lane::Feed, "feed"))));
    assert_eq!(gate.gate.drain(), [Named(Lane::Page, "page")]);
    assert_eq!(gate.gate.waiting(), 0);
}

#[test]
fn a_slow_host_does_not_stop_another() {
    let mut gate = Gate::new();
    gate.feeds("slow", &["1"]);
    gate.start(0);
    gate.feeds("slow", &["2"]);
    gate.feeds("quick", &["3"]);
    assert_eq!(gate.start(0), Some("3"));
}

#[test]
fn a_hold_hands_its_jobs_back_and_closes_the_host() {
    let mut gate = Gate::new();
    gate.feeds("a", &["1"]);
    assert_eq!(gate.gate.hold("a", 60 * SECOND, gate.now), [Named(Lane::Feed, "1")]);
    assert_eq!(gate.gate.waiting(), 0);
    assert_eq!(gate.closed(0, Lane::Feed), ["a"]);
    gate.feeds("a", &["2"]);
    assert_eq!(gate.start(59), None);
    assert_eq!(gate.start(60), Some("2"));
    gate.gate.done("a");
    assert!(gate.closed(61, Lane::Feed).is_empty());
}

#[test]
fn a_full_line_leaves_the_rest_in_the_table() {
    let mut gate = Gate::new();
    gate.feeds("a", &["job"; LINE_PER_HOST - 1]);
    assert!(gate.closed(0, Lane::Feed).is_empty());
    gate.feeds("a", &["job"]);
    assert_eq!(gate.closed(0, Lane::Feed), ["a"]);
}

#[test]
fn hosts_are_forgotten_when_nothing_is_left_of_them() {
    let mut gate = Gate::new();
    gate.feeds("a", &["1"]);
    gate.start(0);
    gate.gate.done("a");
    gate.closed(0, Lane::Feed);
    assert_eq!(gate.gate.hosts.len(), 1, "its spacing still counts");
    gate.closed(1, Lane::Feed);
    assert_eq!(gate.gate.hosts.len(), 0);
}

#[test]
fn a_host_that_complains_again_is_asked_more_slowly_and_holds_few_places_in_line() {
    let mut gate = Gate::new();
    for after in [0, 10, 20, 30, 40, 50] {
        gate.gate.too_fast("a", gate.now + SECOND * after);
    }
    gate.feeds("a", &["1", "2"]);
    assert_eq!(gate.start(0), Some("1"));
    assert_eq!(gate.start(31), None);
    assert_eq!(gate.start(32), Some("2"), "five doublings of a second");
    gate.gate.done("a");
    gate.gate.done("a");
    gate.feeds("a", &["3"]);
    assert_eq!(gate.closed(32, Lane::Feed), ["a"], "one of them fills the line");
    gate.gate.drain();
    gate.closed(500, Lane::Feed);
    assert_eq!(gate.gate.hosts.len(), 1, "what it complained about is not forgotten");
    (0..400).for_each(|_| gate.gate.fine("a"));
    gate.closed(500, Lane::Feed);
    assert_eq!(gate.gate.hosts.len(), 0);
}

#[test]
fn what_a_host_said_before_a_restart_still_holds() {
    let mut gate = Gate::new();
    gate.gate.remember("a", 60 * SECOND, Some(20 * SECOND), gate.now);
    gate.feeds("a", &["1", "2"]);
    assert_eq!(gate.start(59), None);
    assert_eq!(gate.start(60), Some("1"));
    assert_eq!(gate.start(79), None);
    assert_eq!(gate.start(80), Some("2"));
}

#[test]
fn crawl_delay_is_for_pages_not_for_feeds() {
    let mut gate = Gate::new();
    gate.gate.crawl_delay("a", 30 * SECOND, gate.now);
    gate.pages("a", &["page", "another"]);
    gate.feeds("a", &["feed"]);
    assert_eq!((gate.start(0), gate.start(1)), (Some("page"), Some("feed")));
    gate.gate.done("a");
    assert_eq!(gate.start(29), None);
    gate.feeds("a", &["another feed"]);
    assert_eq!(gate.start(2), Some("another feed"), "behind a page that has to wait");
    gate.gate.done("a");
    assert_eq!((gate.closed(3, Lane::Feed), gate.closed(3, Lane::Page)), (vec![], vec!["a".to_owned()]));
    assert_eq!(gate.start(30), Some("another"));
}

#[test]
fn hosts_of_one_crowded_address_wait_without_a_slot() {
    let mut gate = Gate::new();
    let place = Place::of("192.0.2.7".parse().unwrap());
    gate.feeds("a", &["1"]);
    gate.feeds("b", &["2"]);
    gate.gate.learn_place("a", place);
    let crowded = Room { crowded: &|at| at == place, ..ROOM };
    assert_eq!(gate.gate.start(gate.now, &crowded).map(|(host, _)| host), Some("b".to_owned()));
    assert_eq!(gate.gate.start(gate.now, &crowded), None);
    assert_eq!(gate.gate.next_opening(&crowded), None);
    assert_eq!(gate.gate.closed(gate.now, Lane::Feed, &crowded), ["a"]);
    assert_eq!(gate.start(0), Some("1"), "a seat is free");
}

#[test]
fn jobs_that_are_no_longer_wanted_leave_their_lines() {
    let mut gate = Gate::new();
    gate.feeds("a", &["kept", "dropped"]);
    gate.gate.retain(|job| job.1 != "dropped");
    assert_eq!((gate.gate.waiting(), gate.gate.jobs().count()), (1, 1));
}

#[test]
fn jobs_that_cannot_start_soon_go_back_to_the_table() {
    let mut gate = Gate::new();
    gate.pages("slow", &["1", "2", "3"]);
    gate.feeds("slow", &["feed"]);
    assert_eq!(gate.gate.take_late(gate.now), []);
    gate.gate.crawl_delay("slow", 3600 * SECOND, gate.now);
    assert_eq!(gate.gate.take_late(gate.now), [Named(Lane::Page, "2"), Named(Lane::Page, "3")], "one may start at once");
    assert_eq!(gate.start(0), Some("1"));
    gate.pages("slow", &["4"]);
    assert_eq!(gate.gate.take_late(gate.now), [Named(Lane::Page, "4")], "the next in an hour");
    assert_eq!((gate.gate.waiting(), gate.start(1)), (1, Some("feed")));
    assert_eq!(gate.closed(1, Lane::Page), ["slow"]);
    assert!(gate.closed(2, Lane::Feed).is_empty());
    assert_eq!(gate.closed(3600 - 31, Lane::Page), ["slow"]);
    assert!(gate.closed(3600 - 29, Lane::Page).is_empty(), "soon");
}
