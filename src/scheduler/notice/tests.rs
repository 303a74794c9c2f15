use proptest::prelude::*;

use super::*;
use crate::model::{Decision, FeedId, FeedPatch, PollRecord, Schedule};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn due(schedule: Schedule) -> DueFeed {
    DueFeed {
        id: FeedId(1),
        url: "http://a.test/feed".to_owned(),
        at: "http://a.test/feed".to_owned(),
        host: "a.test".to_owned(),
        moving: None,
        title: None,
        schedule,
        settings: None,
        first: false,
    }
}

/// A poll that left the feed in `state` after so many failures in a row.
fn plan(state: FeedState, failures: u32) -> Plan {
    let patch = FeedPatch {
        state,
        status: None,
        error: (failures > 0).then(|| "500".to_owned()),
        failures,
        next_poll_at: at(0),
        reason: String::new(),
        interval: Duration::ZERO,
        hold_until: None,
        validators: None,
        body_hash: None,
        meta: None,
        ok: failures == 0,
        full: true,
        address: Address::Here,
        hub: crate::model::HubSaid::Unknown,
    };
    let poll = PollRecord { at: at(0), status: None, outcome: String::new(), bytes: 0, duration: Duration::ZERO };
    Plan::of_feed(patch, poll)
}

/// What is shown, without what is over: `kind since SECONDS`.
fn shown(feed: &DueFeed, plan: &Plan) -> Vec<String> {
    let told = |sign| match sign {
        Sign::Shows { kind, since, .. } => Some(format!("{} since {}", kind.as_str(), since.as_second() - at(0).as_second())),
        Sign::Over(_) => None,
    };
    signs(feed, plan, at(0)).into_iter().filter_map(told).collect()
}

fn check_failure(state: FeedState, failures: u32, ago: i64, expected: &[&str]) {
    let schedule = Schedule { failures: failures - 1, failing_since: Some(at(-ago)), ..Schedule::default() };
    assert_eq!(shown(&due(schedule), &plan(state, failures)), expected, "{state:?}, {failures} failures in {ago} s");
}

#[test]
fn a_feed_fails_when_it_failed_often_and_for_long() {
    check_failure(FeedState::Failing, 1, 0, &[]);
    check_failure(FeedState::Failing, 4, 3 * DAY, &[]);
    check_failure(FeedState::Failing, 5, DAY - 1, &[]);
    check_failure(FeedState::Failing, 5, DAY, &["failing since -86400"]);
    check_failure(FeedState::Failing, 90, 90 * DAY, &["failing since -7776000"]);
}

#[test]
fn refusals_count_sooner_and_what_is_gone_at_once() {
    check_failure(FeedState::Blocked, 3, HOUR, &[]);
    check_failure(FeedState::Blocked, 4, 3 * HOUR, &["blocked since -10800"]);
    check_failure(FeedState::Gone, 2, HOUR, &["gone since -3600"]);
    check_failure(FeedState::Paused, 9, 9 * DAY, &[]);
}

#[test]
fn our_own_trouble_shows_nothing() {
    let schedule = Schedule { failures: 9, failing_since: Some(at(-9 * DAY)), state: FeedState::Failing, ..Schedule::default() };
    assert_eq!(signs(&due(schedule), &plan(FeedState::Failing, 9), at(0)), []);
    let mut offline = plan(FeedState::Active, 0);
    offline.feed.ok = false;
    assert_eq!(signs(&due(Schedule::default()), &offline, at(0)), [], "a poll that did not take place ends nothing either");
}

#[test]
fn a_good_poll_ends_what_failed() {
    let schedule = Schedule { failures: 9, failing_since: Some(at(-9 * DAY)), ..Schedule::default() };
    let over = [NoticeKind::Failing, NoticeKind::Blocked, NoticeKind::Gone].map(Sign::Over);
    assert_eq!(signs(&due(schedule), &plan(FeedState::Active, 0), at(0)), over);
}

fn check_silence(gaps: &[i64], silent: i64, expected: bool) {
    let gaps: Vec<Duration> = gaps.iter().map(|gap| Duration::from_secs(gap.unsigned_abs())).collect();
    let schedule = Schedule { gaps, last_new_at: Some(at(-silent)), ..Schedule::default() };
    let shown = shown(&due(schedule.clone()), &plan(FeedState::Active, 0));
    assert_eq!(shown.len(), usize::from(expected), "{schedule:?}");
}

#[test]
fn silence_is_measured_by_the_feeds_own_rhythm() {
    check_silence(&[HOUR; 8], 6 * DAY, false);
    check_silence(&[HOUR; 8], 7 * DAY, true);
    check_silence(&[HOUR; 7], 90 * DAY, false);
    check_silence(&[], 900 * DAY, false);
    check_silence(&[7 * DAY; 20], 20 * DAY, false);
    check_silence(&[7 * DAY; 20], 21 * DAY, true);
    // One holiday in twenty weeks is not its rhythm, three are.
    check_silence(&[&[60 * DAY][..], &[7 * DAY; 19]].concat(), 21 * DAY, true);
    check_silence(&[&[60 * DAY; 3][..], &[7 * DAY; 17]].concat(), 21 * DAY, false);
}

#[test]
fn who_is_just_back_or_brings_something_is_not_silent() {
    let silent = Schedule { gaps: vec![Duration::from_hours(1); 8], last_new_at: Some(at(-30 * DAY)), ..Schedule::default() };
    assert_eq!(shown(&due(silent.clone()), &plan(FeedState::Active, 0)).len(), 1);
    assert_eq!(shown(&due(Schedule { failures: 1, ..silent.clone() }), &plan(FeedState::Active, 0)), [""; 0]);
    assert_eq!(shown(&due(silent.clone()), &plan(FeedState::Failing, 1)), [""; 0]);
    assert_eq!(
        shown(&due(Schedule { last_new_at: Some(at(DAY)), ..silent }), &plan(FeedState::Active, 0)),
        [""; 0],
        "a clock was set"
    );
}

#[test]
fn moves_are_told_unless_nobody_has_to_know() {
    let moved = |to: &str| Plan {
        feed: FeedPatch {
            address: Address::Moved { to: to.to_owned(), reason: "why".to_owned() },
            ..plan(FeedState::Active, 0).feed
        },
        ..plan(FeedState::Active, 0)
    };
    let feed = due(Schedule::default());
    assert_eq!(shown(&feed, &moved("http://b.test/feed")), ["moved since 0"]);
    assert_eq!(shown(&feed, &moved("https://a.test/feed")), [""; 0], "TLS");
    assert_eq!(shown(&DueFeed { first: true, ..feed }, &moved("http://b.test/feed")), [""; 0], "just subscribed to");
}

#[test]
fn new_guids_are_told_of_a_feed_not_of_an_entry() {
    let decided = |entry| Decision {
        at: at(0),
        feed: Some(FeedId(1)),
        entry,
        kind: "rekeyed".to_owned(),
        reason: "12 of 20".to_owned(),
        evidence: serde_json::Value::Null,
    };
    let with = |decision| Plan { decisions: vec![decision], ..plan(FeedState::Active, 0) };
    assert_eq!(shown(&due(Schedule::default()), &with(decided(None))), ["rekeyed since 0"]);
    assert_eq!(shown(&due(Schedule::default()), &with(decided(Some(crate::model::EntryId(1))))), [""; 0]);
}

proptest! {
    #[test]
    fn a_day_of_failures_is_never_told(failures in 1_u32..1000, ago in 0..DAY) {
        let schedule = Schedule { failures: failures - 1, failing_since: Some(at(-ago)), ..Schedule::default() };
        prop_assert_eq!(shown(&due(schedule), &plan(FeedState::Failing, failures)), [""; 0]);
    }

    #[test]
    fn who_has_news_within_a_week_is_never_silent(gaps in prop::collection::vec(0_u64..9_000_000, 0..40), silent in 0..7 * DAY) {
        let gaps = gaps.into_iter().map(Duration::from_secs).collect();
        let schedule = Schedule { gaps, last_new_at: Some(at(-silent)), ..Schedule::default() };
        prop_assert_eq!(shown(&due(schedule), &plan(FeedState::Active, 0)), [""; 0]);
    }
}
