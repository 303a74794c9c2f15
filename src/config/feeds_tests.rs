//! Promises about one feed: what holds for it, what is refused, what is kept of a managed one.

use std::time::Duration;

use super::*;
use crate::config::{PollOverride, ScrapeOverride};
use crate::model::{ScrapeMode, SiteRuleUse, Switches};

fn feed(url: &str) -> Feed {
    Feed { url: url.to_owned(), ..Feed::default() }
}

fn refused(feed: &Feed) -> String {
    spec(&Config::default(), feed).unwrap_err().to_string()
}

#[test]
fn a_feed_says_it_over_the_sections() {
    let mut config = Config::default();
    config.poll.timeout = Duration::from_secs(7);
    config.scrape.captions = true;
    let plain = settings(&config, &feed("https://example.org/"));
    assert_eq!((plain.interval, plain.timeout, plain.scrape), (Duration::from_mins(30), Duration::from_secs(7), ScrapeMode::Auto));
    let mut own = feed("https://example.org/");
    own.interval = Some(Duration::from_mins(5));
    own.poll.adaptive = Some(false);
    own.fetch.robots = Some(false);
    own.scrape = ScrapeOverride {
        mode: Some(ScrapeMode::Never),
        hold: Some(Duration::ZERO),
        backfill: Some(3),
        site_rules: Some(SiteRuleUse::Force),
        quotes: Some(false),
        ..ScrapeOverride::default()
    };
    let got = settings(&config, &own);
    assert_eq!((got.interval, got.adaptive, got.robots), (Duration::from_mins(5), false, false));
    assert_eq!(plain.switches, Switches { captions: true, ..Switches::default() });
    assert_eq!(got.switches, Switches { lists: true, quotes: false, captions: true });
    assert_eq!((plain.site_rules, got.site_rules), (SiteRuleUse::Auto, SiteRuleUse::Force));
    assert_eq!((got.scrape, got.hold, got.backfill, got.max_body), (ScrapeMode::Never, Duration::ZERO, 3, 16 << 20));
}

#[test]
fn a_weekly_feed_may_wait_a_week() {
    let weekly = Feed { interval: Some(Duration::from_hours(7 * 24)), ..feed("https://example.org/") };
    assert_eq!(settings(&Config::default(), &weekly).max_interval, Duration::from_hours(7 * 24));
}

#[test]
fn credentials_come_out_of_the_address_or_of_auth() {
    fn check(url: &str, auth: &str, expected: Option<Auth>) {
        let feed = Feed { auth: Secret::new(auth), ..feed(url) };
        let spec = spec(&Config::default(), &feed).unwrap();
        assert_eq!(spec.url.as_str(), "https://example.org/feed");
        assert!(spec.auth == expected, "{url} {auth}");
        let mut tidied = feed.clone();
        tidy(&mut tidied).unwrap();
        assert_eq!(tidied.url, "https://example.org/feed");
        assert!(super::spec(&Config::default(), &tidied).unwrap().auth == expected, "tidied {url} {auth}");
    }
    let basic = |user: &str, password: &str| Some(Auth::Basic { user: user.to_owned(), password: password.to_owned() });
    check("https://example.org/feed#x", "", None);
    check("https://me:pw@example.org/feed", "", basic("me", "pw"));
    check("https://example.org/feed", "me:p:w", basic("me", "p:w"));
    check("https://example.org/feed", "bearer abc:d", Some(Auth::Bearer("abc:d".to_owned())));
    assert!(plain_spec(&Config::default(), Url::parse("https://me:pw@example.org/").unwrap()).auth == basic("me", "pw"));
}

#[test]
fn what_cannot_work_is_refused_without_showing_secrets() {
    fn check(change: impl FnOnce(&mut Feed), expected: &str) {
        let mut feed = feed("https://example.org/");
        change(&mut feed);
        assert_eq!(refused(&feed), expected);
    }
    check(|feed| feed.url = "example.org".to_owned(), "url \"example.org\" has no scheme; write \"https://example.org\"");
    check(|feed| feed.auth = Secret::new("s3cret"), "auth is neither \"USER:PASSWORD\" nor \"Bearer TOKEN\"");
    check(|feed| feed.auth = Secret::new("me:s3\ncret"), "auth is neither \"USER:PASSWORD\" nor \"Bearer TOKEN\"");
    check(|feed| feed.auth = Secret::new("Bearer "), "auth is neither \"USER:PASSWORD\" nor \"Bearer TOKEN\"");
    check(
        |feed| (feed.url, feed.auth) = ("https://me:s3cret@example.org".to_owned(), Secret::new("me:s3cret")),
        "auth and user:password@ in url are both given; keep one",
    );
    check(
        |feed| feed.url = "https://a%3Ab:s3cret@example.org".to_owned(),
        "url has a user name with a colon, which Basic cannot send",
    );
    let header = |name: &str, value: &str| [(name.to_owned(), Secret::new(value))].into();
    check(
        |feed| feed.headers = header("X-Key", "s3cret\r\nHost: x"),
        "headers X-Key holds a line break or another control character",
    );
    check(|feed| feed.headers = header("X Key", "s3cret"), "headers \"X Key\" is no name of a header");
    check(|feed| feed.headers = header("Host", "s3cret"), "headers Host is feedmux's own to send; leave it out");
    check(|feed| feed.interval = Some(Duration::ZERO), "interval is 0; give at least \"1s\"");
    check(|feed| feed.poll.timeout = Some(Duration::ZERO), "poll.timeout is 0; give at least \"1s\"");
    check(
        |feed| (feed.interval, feed.poll.interval) = (Some(Duration::from_secs(1)), Some(Duration::from_secs(1))),
        "interval and poll.interval are both given; keep one",
    );
    check(
        |feed| feed.poll = PollOverride { max_interval: Some(Duration::from_secs(1)), ..PollOverride::default() },
        "poll.max_interval is shorter than the interval; make it longer",
    );
    check(|feed| feed.fetch.max_body = Some(1 << 30), "fetch.max_body is larger than [fetch] memory; make one of them fit");
}

#[test]
fn titles_and_tags_are_short_lines() {
    let untidy = Feed {
        title: Some(" The\n  Title ".to_owned()),
        tags: [" a  b", "", "a b", "c", &"x".repeat(300)].map(str::to_owned).into(),
        ..feed("https://example.org/")
    };
    let spec = spec(&Config::default(), &untidy).unwrap();
    assert_eq!(spec.title.as_deref(), Some("The Title"));
    assert_eq!(spec.tags, ["a b", "c", &"x".repeat(100)]);
}

#[test]
fn settings_of_a_managed_feed_are_kept_as_json() {
    assert_eq!(settings_json(&feed("https://example.org/")), None);
    let mut own = feed("https://example.org/");
    own.interval = Some(Duration::from_mins(90));
    own.scrape.mode = Some(ScrapeMode::Never);
    own.headers = [("X-Key".to_owned(), Secret::new("k"))].into();
    own.auth = Secret::new("me:pw");
    let json = settings_json(&own).unwrap();
    assert_eq!(json, r#"{"auth":"me:pw","headers":{"X-Key":"k"},"interval":"1h30m","scrape":"never"}"#);
    let mut again = feed("https://example.org/");
    apply_settings_json(&mut again, &json).unwrap();
    assert_eq!(again, own);
}

#[test]
fn broken_settings_of_a_managed_feed_are_told_without_secrets() {
    fn check(json: &str, expected: &str) {
        assert_eq!(apply_settings_json(&mut Feed::default(), json).unwrap_err(), expected);
    }
    check("", "the stored settings are no JSON object");
    check("[]", "the stored settings are no JSON object");
    check(r#"{"interval":5}"#, "interval: the stored setting is of the wrong type");
    check(r#"{"auth":["s3cret"]}"#, "auth: the stored setting is of the wrong type");
    check(r#"{"headers":"s3cret"}"#, "headers: the stored setting is of the wrong type");
    check(r#"{"robots":"maybe"}"#, "robots: \"maybe\" is neither true nor false");
}
