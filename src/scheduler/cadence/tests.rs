use proptest::prelude::*;

use super::*;
use crate::model::Stage;

const MIN: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
const HALF: Duration = Duration::from_mins(30);

fn settings() -> FeedSettings {
    FeedSettings {
        interval: HALF,
        max_interval: DAY,
        adaptive: true,
        timeout: Duration::from_secs(20),
        backoff: HALF,
        max_body: 1 << 20,
        robots: true,
        scrape: crate::model::ScrapeMode::Auto,
        hold: 10 * MIN,
        backfill: 20,
        site_rules: crate::model::SiteRuleUse::Auto,
        switches: crate::model::Switches::default(),
        keep: crate::model::Keep::default(),
    }
}

fn noon() -> Timestamp {
    "2024-06-01T12:00:00Z".parse().unwrap()
}

fn ago(by: Duration) -> Option<Timestamp> {
    noon().checked_sub(by).ok()
}

/// A feed that was polled well until an hour ago and had something new then.
fn well() -> Schedule {
    Schedule { first_polled_at: ago(90 * DAY), last_new_at: ago(HOUR), last_status: Some(200), ..Schedule::default() }
}

fn failed(failures: u32) -> Schedule {
    Schedule { state: FeedState::Failing, failures, last_status: Some(500), ..well() }
}

fn asks(ttl: Option<Duration>) -> Rhythm {
    Rhythm { ttl, ..Rhythm::default() }
}

fn read(new: usize, fresh_for: Option<Duration>, ttl: Option<Duration>) -> PollOutcome<'static> {
    PollOutcome::Read { new, fresh_for, rhythm: asks(ttl) }
}

/// As before its first poll.
fn young() -> Schedule {
    Schedule { spread: true, ..Schedule::default() }
}

const SAME: PollOutcome = PollOutcome::Same { fresh_for: None };

fn status(code: u16, retry_after: Option<Duration>) -> FetchError {
    FetchError::Status { code, retry_after, challenge: None, host: String::new() }
}

fn next(outcome: &PollOutcome, schedule: &Schedule) -> Next {
    next_poll(outcome, schedule, &settings(), noon(), seed_of("https://a.test/feed"))
}

fn wait(next: &Next) -> Duration {
    next.at.duration_since(noon()).unsigned_abs()
}

/// The wait lies between `least` and `least` with the most jitter, and people are told so.
fn check(outcome: &PollOutcome, schedule: &Schedule, least: Duration, reason: &str) -> Next {
    let next = next(outcome, schedule);
    assert_eq!(next.interval, least, "{next:?}");
    assert!(wait(&next) >= least && wait(&next) <= least + 3 * MIN, "{next:?}");
    assert!(next.reason.contains(reason), "{} does not say {reason}", next.reason);
    next
}

#[test]
fn a_healthy_feed_keeps_its_interval() {
    let new = read(3, None, None);
    assert_eq!(check(&new, &well(), HALF, "every 30 min").state, FeedState::Active);
    check(&SAME, &well(), HALF, "every 30 min");
}

#[test]
fn a_feed_whose_hub_tells_is_polled_slower_until_the_hub_misses_something() {
    let told = |missed| Schedule { hub_missed: missed, ..well() };
    check(&SAME, &told(Some(0)), 2 * HOUR, "a hub tells what is new; polled every 2 h as a safety net");
    check(&read(0, None, None), &told(Some(0)), 2 * HOUR, "a hub tells what is new");
    check(&read(1, None, None), &told(Some(0)), HALF, "every 30 min");
    check(&SAME, &told(Some(1)), HALF, "every 30 min");
    check(&SAME, &told(None), HALF, "every 30 min");
    // a publisher who asks for more is heard, a failure is a failure
    check(&read(0, Some(3 * HOUR), None), &told(Some(0)), 3 * HOUR, "asks for 3 h");
    check(&PollOutcome::Failed(&status(500, None)), &told(Some(0)), HALF, "500");
}

#[test]
fn the_safety_net_is_capped_like_every_wait() {
    let settings = FeedSettings { max_interval: HOUR, ..settings() };
    let next = next_poll(&SAME, &Schedule { hub_missed: Some(0), ..well() }, &settings, noon(), 1);
    assert_eq!(next.interval, HOUR);
    assert!(next.reason.ends_with("as a safety net, capped at 60 min"), "{}", next.reason);
}

#[test]
fn hints_lengthen() {
    let read = |fresh_for, ttl| read(0, fresh_for, ttl);
    check(&read(Some(2 * HOUR), None), &well(), 2 * HOUR, "asks for 2 h (cache lifetime)");
    check(&read(None, Some(3 * HOUR)), &well(), 3 * HOUR, "asks for 3 h (ttl)");
    check(&read(Some(2 * HOUR), Some(3 * HOUR)), &well(), 3 * HOUR, "3 h (ttl)");
    check(&read(Some(3 * HOUR), Some(2 * HOUR)), &well(), 3 * HOUR, "3 h (cache lifetime)");
}

#[test]
fn hints_never_shorten() {
    for hint in [Duration::ZERO, MIN, HALF] {
        check(&read(0, Some(hint), Some(hint)), &well(), HALF, "every 30 min");
    }
    check(&PollOutcome::Failed(&status(429, Some(Duration::ZERO))), &well(), HALF, "429");
}

#[test]
fn absurd_hints_are_capped_and_do_not_overflow() {
    for hint in [2 * DAY, Duration::from_secs(u64::MAX), Duration::MAX] {
        let next = next(&read(0, Some(hint), Some(hint)), &well());
        assert_eq!(wait(&next), DAY);
        assert!(next.reason.ends_with("capped at 24 h"), "{}", next.reason);
        let limited = super::next_poll(&PollOutcome::Failed(&status(429, Some(hint))), &well(), &settings(), noon(), 1);
        assert_eq!((wait(&limited), limited.hold_until), (DAY, Some(after(noon(), DAY))));
    }
}

#[test]
fn a_304_is_a_success_and_its_hints_count() {
    let next = check(&PollOutcome::Same { fresh_for: Some(2 * HOUR) }, &failed(5), 2 * HOUR, "2 h");
    assert_eq!((next.failures, next.state), (0, FeedState::Active));
    check(&SAME, &Schedule { rhythm: asks(Some(4 * HOUR)), ..well() }, 4 * HOUR, "4 h (ttl)");
}

#[test]
fn retry_after_holds_for_feed_and_host() {
    for code in [429, 503] {
        let next =
            check(&PollOutcome::Failed(&status(code, Some(2 * HOUR))), &well(), 2 * HOUR, &format!("{code}: Retry-After 2 h"));
        assert_eq!(next.hold_until, Some(after(noon(), 2 * HOUR)));
    }
    // also as the answer to the very first request: it is not spread, but never early
    check(&PollOutcome::Failed(&status(429, Some(2 * HOUR))), &Schedule::default(), 2 * HOUR, "Retry-After");
    // of other answers it is about the one address
    let next = check(&PollOutcome::Failed(&status(404, Some(2 * HOUR))), &well(), 2 * HOUR, "404: Retry-After 2 h");
    assert_eq!(next.hold_until, None);
}

#[test]
fn a_short_retry_after_does_not_shorten_the_back_off() {
    let next = check(&PollOutcome::Failed(&status(503, Some(MIN))), &failed(2), 2 * HOUR, "3 failures in a row (503)");
    assert_eq!(next.hold_until, Some(after(noon(), MIN)));
}

#[test]
fn failures_double_up_to_the_cap_and_never_end() {
    let timeout = FetchError::Timeout { stage: Stage::Connect, after: MIN };
    let bare = status(429, None);
    let broken = FetchError::Broken("cut".into());
    let not_found = status(404, None);
    let ways = [
        PollOutcome::Failed(&timeout),
        PollOutcome::Failed(&bare),
        PollOutcome::Failed(&broken),
        PollOutcome::Failed(&not_found),
        PollOutcome::Unreadable,
    ];
    for way in ways {
        for (before, least) in [(0, HALF), (1, HOUR), (2, 2 * HOUR), (5, 16 * HOUR), (6, DAY), (40, DAY), (u32::MAX, DAY)] {
            let next = next(&way, &failed(before));
            assert_eq!((next.interval, next.state), (least, FeedState::Failing), "{before} {next:?}");
            assert!(wait(&next) >= least && wait(&next) <= DAY, "{next:?}");
            assert_eq!(next.failures, before.saturating_add(1));
        }
    }
}

#[test]
fn the_first_failure_waits_for_the_longer_of_interval_and_backoff() {
    for (interval, backoff, least) in [(HALF, MIN, HALF), (MIN, HALF, HALF)] {
        let settings = FeedSettings { interval, backoff, ..settings() };
        assert_eq!(next_poll(&PollOutcome::Unreadable, &well(), &settings, noon(), 1).interval, least);
    }
}

#[test]
fn a_success_after_failures_sets_the_rhythm_back() {
    check(&read(0, None, None), &failed(9), HALF, "every 30 min");
}

#[test]
fn gone_is_believed_the_second_time_in_a_row() {
    let gone = status(410, None);
    let first = check(&PollOutcome::Failed(&gone), &well(), HALF, "410");
    assert_eq!(first.state, FeedState::Failing);
    let again = Schedule { last_status: Some(410), ..failed(1) };
    let second = next(&PollOutcome::Failed(&gone), &again);
    assert_eq!((second.state, wait(&second)), (FeedState::Gone, DAY));
    assert_eq!(next(&PollOutcome::Failed(&gone), &failed(1)).state, FeedState::Failing, "a 500 in between starts again");
    assert_eq!(next(&SAME, &Schedule { state: FeedState::Gone, ..again }).state, FeedState::Active, "asked by hand, it was back");
}

#[test]
fn who_is_not_let_in_is_blocked_and_backs_off() {
    for error in [
        status(401, None),
        status(403, None),
        FetchError::Status { code: 503, retry_after: None, challenge: Some("Cloudflare"), host: String::new() },
    ] {
        let next = next(&PollOutcome::Failed(&error), &failed(1));
        assert_eq!((next.state, next.interval), (FeedState::Blocked, HOUR));
    }
}

#[test]
fn a_paused_feed_stays_paused() {
    let paused = Schedule { state: FeedState::Paused, ..well() };
    assert_eq!(next(&SAME, &paused).state, FeedState::Paused);
    assert_eq!(next(&PollOutcome::Unreadable, &paused).state, FeedState::Paused);
}

#[test]
fn silence_that_we_observed_slows_down_step_by_step() {
    let silent = |days: u32| Schedule { last_new_at: ago(days * DAY), ..well() };
    check(&SAME, &silent(13), HALF, "every 30 min");
    check(&SAME, &silent(14), HALF, "every 30 min");
    check(&SAME, &silent(16), HALF + HOUR, "nothing new for 16 days");
    check(&SAME, &silent(38), HALF + 12 * HOUR, "every 13 h");
    assert_eq!(next(&SAME, &silent(80)).interval, DAY);
    // something new ends it at once
    check(&read(1, None, None), &silent(80), HALF, "every 30 min");
}

#[test]
fn silence_before_our_first_poll_does_not_count() {
    let young = Schedule { first_polled_at: ago(DAY), last_new_at: ago(400 * DAY), ..well() };
    check(&SAME, &young, HALF, "every 30 min");
    let never = Schedule { first_polled_at: ago(38 * DAY), last_new_at: None, ..well() };
    check(&SAME, &never, HALF + 12 * HOUR, "every 13 h");
    // a clock that went back
    check(&SAME, &Schedule { last_new_at: Some(after(noon(), 90 * DAY)), ..well() }, HALF, "every 30 min");
}

#[test]
fn silence_is_not_asked_about_when_the_settings_say_so() {
    let settings = FeedSettings { adaptive: false, ..settings() };
    let silent = Schedule { last_new_at: ago(80 * DAY), ..well() };
    assert_eq!(next_poll(&SAME, &silent, &settings, noon(), 1).interval, HALF);
}

#[test]
fn feeds_added_together_part_after_their_first_poll() {
    let new = read(3, None, None);
    let waits: Vec<_> =
        (0..200).map(|i| wait(&next_poll(&new, &young(), &settings(), noon(), seed_of(&format!("https://a.test/{i}"))))).collect();
    assert!(waits.iter().all(|wait| (HALF..=HALF * 14 / 10).contains(wait)));
    for tenth in 0..5 {
        let from = HALF + 3 * MIN * tenth;
        let inside = waits.iter().filter(|wait| (from..from + 3 * MIN).contains(*wait)).count();
        assert!(inside < 200 * 2 / 5, "{inside} of 200 in tenth {tenth}");
    }
}

#[test]
fn jitter_depends_on_feed_and_time_and_on_nothing_else() {
    let at = |url: &str, now| next_poll(&SAME, &well(), &settings(), now, seed_of(url)).at.duration_since(now);
    assert_eq!(at("https://a.test/", noon()), at("https://a.test/", noon()));
    assert_ne!(at("https://a.test/", noon()), at("https://b.test/", noon()));
    assert_ne!(at("https://a.test/", noon()), at("https://a.test/", after(noon(), MIN)));
}

/// The longest of the extra waits of a hundred feeds.
fn check_jitter(interval: Duration, at_least: Duration, at_most: Duration) {
    let settings = FeedSettings { interval, ..settings() };
    let extra = |feed: u32| {
        next_poll(&SAME, &well(), &settings, noon(), seed_of(&format!("https://{feed}.test/")))
            .at
            .duration_since(after(noon(), interval))
    };
    let longest = (0..100).map(extra).max().unwrap().unsigned_abs();
    assert!(longest >= at_least && longest <= at_most, "{interval:?}: {longest:?}");
}

#[test]
fn jitter_parts_what_a_look_took_together() {
    let second = Duration::from_secs(1);
    check_jitter(second, second / 8, second / 5);
    check_jitter(5 * second, TOGETHER * 3 / 2, second);
    check_jitter(10 * second, TOGETHER * 3 / 2, second);
    check_jitter(HALF, 2 * MIN, 3 * MIN);
    check_jitter(10 * HOUR, 4 * MIN, 5 * MIN);
}

#[test]
fn a_look_takes_less_together_where_intervals_are_short_and_is_never_hurried() {
    let millis = Duration::from_millis;
    for (interval, expected) in [(1_800_000, 500), (5_000, 500), (3_000, 300), (1_000, 200), (1, 200)] {
        assert_eq!(together(millis(interval), millis(200)), millis(expected), "{interval} ms");
    }
}

#[test]
fn the_period_of_the_syndication_module_lengthens() {
    let rhythm = Rhythm { period: Some(3 * HOUR), ..Rhythm::default() };
    check(&PollOutcome::Read { new: 0, fresh_for: None, rhythm }, &well(), 3 * HOUR, "asks for 3 h (sy:updatePeriod)");
    check(&SAME, &Schedule { rhythm, ..well() }, 3 * HOUR, "sy:updatePeriod");
}

#[test]
fn hours_to_skip_are_skipped_whatever_the_outcome() {
    // noon of a Saturday
    let rhythm = Rhythm { skip_hours: 0b11 << 12, ..Rhythm::default() };
    let schedule = Schedule { rhythm, ..well() };
    for outcome in [SAME, PollOutcome::Read { new: 1, fresh_for: None, rhythm }, PollOutcome::Unreadable] {
        let next = next(&outcome, &schedule);
        assert!(wait(&next) >= 2 * HOUR && wait(&next) <= 2 * HOUR + 3 * MIN, "{next:?}");
        assert!(next.reason.ends_with("asks to skip"), "{}", next.reason);
    }
    let always = Schedule { rhythm: Rhythm { skip_hours: crate::model::EVERY_HOUR, ..rhythm }, ..well() };
    assert_eq!(wait(&next(&SAME, &always)), DAY, "but not longer than the cap");
}

#[test]
fn what_is_not_the_publishers_fault_leaves_the_feed_as_it_was() {
    let down = PollOutcome::NotCounted("the network seems to be down");
    let next = check(&down, &well(), HALF, "the network seems to be down, which does not count against the feed");
    assert_eq!((next.failures, next.state), (0, FeedState::Active));
    let next = check(&down, &failed(3), 2 * HOUR, "does not count");
    assert_eq!((next.failures, next.state), (3, FeedState::Failing));
}

fn any_outcome() -> impl Strategy<Value = (u8, u16, Option<Duration>, Option<Duration>)> {
    let hint = || proptest::option::of(prop_oneof![(0..200_000_u64).prop_map(Duration::from_secs), Just(Duration::MAX)]);
    (0..5_u8, prop_oneof![Just(410_u16), Just(429), Just(503), 300..600_u16], hint(), hint())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn never_early_never_later_than_the_cap(
        (kind, code, fresh_for, ttl) in any_outcome(),
        (interval, max_interval, backoff) in (1..100_000_u64, 1..200_000_u64, 0..100_000_u64),
        (failures, first, silent, seed) in (0..100_u32, any::<bool>(), 0..400_u32, any::<u64>()),
        skip_hours in 0..=crate::model::EVERY_HOUR,
    ) {
        let settings = FeedSettings {
            interval: Duration::from_secs(interval), max_interval: Duration::from_secs(max_interval),
            backoff: Duration::from_secs(backoff), ..settings()
        };
        let first_polled_at = if first { None } else { ago(silent * DAY) };
        let rhythm = Rhythm { skip_hours, ..asks(ttl) };
        let schedule = Schedule { failures, first_polled_at, last_new_at: first_polled_at, rhythm, spread: first, ..well() };
        let error = status(code, fresh_for);
        let outcome = match kind {
            0 => PollOutcome::Read { new: 0, fresh_for, rhythm },
            1 => PollOutcome::Same { fresh_for },
            2 => PollOutcome::Failed(&error),
            3 => PollOutcome::NotCounted("the network is down"),
            _ => PollOutcome::Unreadable,
        };
        let next = next_poll(&outcome, &schedule, &settings, noon(), seed);
        let cap = settings.max_interval.max(settings.interval);
        let extra = if first { settings.interval * 4 / 10 } else { (settings.interval / 10).min(5 * MIN) };
        prop_assert!(wait(&next) >= settings.interval, "{next:?}");
        prop_assert!(wait(&next) <= cap.max(settings.interval + extra), "{next:?}");
        if kind == 2 && next.state != FeedState::Gone {
            prop_assert!(wait(&next) >= fresh_for.unwrap_or_default().min(cap), "before Retry-After: {next:?}");
        }
    }
}
