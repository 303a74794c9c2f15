use super::*;
use proptest::prelude::*;

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

fn map(lines: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).expect(value));
    }
    headers
}

fn check_fresh(lines: &[(&'static str, &str)], expected: Option<u64>) {
    assert_eq!(fresh_for(&map(lines), now()).map(|d| d.as_secs()), expected, "{lines:?}");
}

fn check_wait(value: &str, expected: Option<u64>) {
    assert_eq!(retry_after(&map(&[("retry-after", value)]), now()).map(|d| d.as_secs()), expected, "{value}");
}

#[test]
fn max_age_less_age() {
    check_fresh(&[("cache-control", "max-age=600")], Some(600));
    check_fresh(&[("cache-control", "public, Max-Age=600")], Some(600));
    check_fresh(&[("cache-control", "public"), ("cache-control", "max-age=600")], Some(600));
    check_fresh(&[("cache-control", "max-age=\"600\"")], Some(600));
    check_fresh(&[("cache-control", " max-age = 600 ")], Some(600));
    check_fresh(&[("cache-control", "max-age=600"), ("age", "100")], Some(500));
    check_fresh(&[("cache-control", "max-age=600"), ("age", "900")], Some(0));
    check_fresh(&[("cache-control", "max-age=600"), ("age", "-5")], Some(600));
    check_fresh(&[("cache-control", "max-age=60, max-age=600")], Some(60));
    check_fresh(&[("cache-control", "max-age=99999999999999999999")], Some(MAX_SECONDS));
    check_fresh(&[("cache-control", "max-age=0")], Some(0));
}

#[test]
fn what_is_not_max_age_says_nothing() {
    check_fresh(&[], None);
    check_fresh(&[("cache-control", "s-maxage=600")], None);
    check_fresh(&[("cache-control", "private=\"x, max-age=600\"")], None);
    check_fresh(&[("cache-control", "max-age=600, no-cache")], None);
    check_fresh(&[("cache-control", "no-store"), ("expires", "Sun, 22 Nov 2026 13:00:00 GMT")], None);
    for junk in ["max-age", "max-age=", "max-age=ten", "max-age=-1", "max-age=1.5", "=,;,\"", "max-age=1 0"] {
        check_fresh(&[("cache-control", junk)], None);
    }
}

#[test]
fn expires_counts_from_date_when_there_is_no_max_age() {
    let expires = ("expires", "Sun, 22 Nov 2026 13:00:00 GMT");
    check_fresh(&[expires], Some(3600));
    check_fresh(&[expires, ("date", "Sun, 22 Nov 2026 12:30:00 GMT")], Some(1800));
    check_fresh(&[expires, ("date", "yesterday")], Some(3600));
    check_fresh(&[expires, ("age", "600")], Some(3000));
    check_fresh(&[expires, ("cache-control", "max-age=5")], Some(5));
    check_fresh(&[expires, ("cache-control", "max-age=junk")], None);
    check_fresh(&[("expires", "0")], None);
    check_fresh(&[("expires", "-1")], None);
    check_fresh(&[("expires", "Sun, 22 Nov 2026 11:00:00 GMT")], None);
}

#[test]
fn retry_after_in_seconds_and_in_three_date_formats() {
    check_wait("120", Some(120));
    check_wait(" 120 ", Some(120));
    check_wait("99999999999999999999", Some(MAX_SECONDS));
    check_wait("Sun, 22 Nov 2026 12:02:00 GMT", Some(120));
    check_wait("Sunday, 22-Nov-26 12:02:00 GMT", Some(120));
    check_wait("Sun Nov 22 12:02:00 2026", Some(120));
    check_wait("Tue Dec  1 12:00:00 2026", Some(9 * 86_400));
    check_wait("Fri, 22 Nov 2026 12:02:00 GMT", Some(120));
}

#[test]
fn a_wait_that_is_none() {
    for text in [
        "0",
        "-5",
        "1.5",
        "soon",
        "",
        "Sun, 22 Nov 2026 11:00:00 GMT",
        "Sun, 32 Nov 2026 11:00:00 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
    ] {
        check_wait(text, None);
    }
}

#[test]
fn two_digit_years_are_never_more_than_fifty_ahead() {
    let year = |text| http_date(text, now()).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC).year());
    assert_eq!(year("Sunday, 06-Nov-94 08:49:37 GMT"), Some(1994));
    assert_eq!(year("Monday, 06-Nov-60 08:49:37 GMT"), Some(2060));
    assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT", now()), http_date("Sun Nov  6 08:49:37 1994", now()));
}

#[test]
fn validators_go_back_byte_for_byte() {
    for bytes in [&b"\"abc\""[..], b"W/\"abc\"", b"no quotes", b"\"a\\b c\"", b"\"\xe4\xff\x80\"", b"Sat Jan 1 whenever"] {
        let mut answer = HeaderMap::new();
        answer.insert(ETAG, HeaderValue::from_bytes(bytes).expect("sendable"));
        answer.insert(LAST_MODIFIED, HeaderValue::from_bytes(bytes).expect("sendable"));
        let kept = validators(&answer, "http://a.test/");
        let mut request = HeaderMap::new();
        assert!(add_validators(&mut request, &kept, "http://a.test/"));
        assert_eq!(request[IF_NONE_MATCH].as_bytes(), bytes);
        assert_eq!(request[IF_MODIFIED_SINCE].as_bytes(), bytes);
    }
}

#[test]
fn validators_that_cannot_be_sent_are_left_out() {
    let sent = |etag: &str, url: &str| {
        let mut headers = HeaderMap::new();
        let kept = Validators { etag: Some(etag.to_owned()), last_modified: None, url: Some("http://a.test/".to_owned()) };
        add_validators(&mut headers, &kept, url).then(|| latin1(&headers[IF_NONE_MATCH]))
    };
    assert_eq!(sent("\"a\"", "http://a.test/").as_deref(), Some("\"a\""));
    assert_eq!(sent("\"a\r\nb\0\"", "http://a.test/").as_deref(), Some("\"ab\""));
    assert_eq!(sent("\"a\"", "http://a.test/other"), None);
    assert_eq!(sent("\u{1}", "http://a.test/"), None);
    assert_eq!(sent("\u{20ac}", "http://a.test/"), None);
    assert_eq!(sent("", "http://a.test/"), None);
    assert_eq!(sent(&"x".repeat(MAX_VALIDATOR + 1), "http://a.test/"), None);
}

#[test]
fn a_304_changes_only_what_it_names() {
    let sent = Validators { etag: Some("1".into()), last_modified: Some("then".into()), url: Some("http://a.test/".into()) };
    assert_eq!(refreshed(&sent, &map(&[]), "http://a.test/"), None);
    assert_eq!(refreshed(&sent, &map(&[("etag", "1")]), "http://a.test/"), None);
    let changed = refreshed(&sent, &map(&[("etag", "2")]), "http://a.test/").expect("changed");
    assert_eq!((changed.etag.as_deref(), changed.last_modified.as_deref()), (Some("2"), Some("then")));
}

#[test]
fn own_headers_replace_ours_but_never_the_framing() {
    let own = |name: &str, value: &str| {
        let mut headers = base(Kind::Feed);
        add_own(&mut headers, &[(name.to_owned(), value.to_owned())]).map(|()| headers)
    };
    assert_eq!(own("Accept", "text/x").expect("good").get_all(ACCEPT).iter().count(), 1);
    assert_eq!(own("x-key", "k").expect("good")["x-key"], "k");
    for (name, value) in [("Host", "a"), ("Content-Length", "1"), ("a b", "x"), ("", "x"), ("x-a", "s3cret\r\nx: y")] {
        let error = own(name, value).expect_err(name).to_string();
        assert!(!error.contains("s3cret"), "{error}");
    }
}

#[test]
fn codings_are_listed_in_order() {
    let list = |lines: &[(&'static str, &str)]| codings(&map(lines)).join(" ");
    assert_eq!(list(&[("content-encoding", "GZIP , br"), ("content-encoding", "identity,, zstd")]), "gzip br zstd");
    assert_eq!(list(&[]), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_header_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "\\PC{0,40}") {
        let mut headers = HeaderMap::new();
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            for name in ["cache-control", "expires", "date", "age", "retry-after", "etag", "content-encoding"] {
                headers.append(name, value.clone());
            }
        }
        let _ = (fresh_for(&headers, now()), retry_after(&headers, now()), codings(&headers), validators(&headers, "u"), to_wire(&text));
        let _ = http_date(&text, now());
    }

    #[test]
    fn dates_come_back(seconds in 0_i64..4_000_000_000) {
        let at = Timestamp::from_second(seconds).expect("in range");
        for format in ["%a, %d %b %Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"] {
            let text = at.strftime(format).to_string();
            prop_assert_eq!(http_date(&text, now()), Some(at), "{}", text);
        }
    }
}

#[test]
fn a_challenge_is_told_by_whose_it_is() {
    for (header, value, expected) in [
        ("cf-mitigated", "Challenge", Some("Cloudflare")),
        ("cf-ray", "8a1", None),
        ("x-amzn-waf-action", "captcha", Some("AWS WAF")),
        ("x-vercel-mitigated", "challenge", Some("Vercel")),
        ("x-vercel-mitigated", "log", None),
        ("server", "cloudflare", None),
    ] {
        assert_eq!(challenge(&map(&[(header, value)])), expected, "{header}: {value}");
    }
}

#[test]
fn a_part_of_a_feed_is_taken_only_as_the_part_that_was_asked_for() {
    assert!(is_feed_delta(&map(&[("im", "feed")])) && is_feed_delta(&map(&[("im", "gzip, Feed")])));
    for im in [&[][..], &[("im", "diffe")], &[("im", "feeds")]] {
        assert!(!is_feed_delta(&map(im)), "{im:?}");
    }
    let validators = |etag: Option<&str>| Validators {
        etag: etag.map(str::to_owned),
        last_modified: Some("yesterday".to_owned()),
        url: Some("http://a.test/".to_owned()),
    };
    for (etag, expected) in [(Some("\"1\""), true), (None, false)] {
        let mut headers = HeaderMap::new();
        add_validators(&mut headers, &validators(etag), "http://a.test/");
        assert_eq!(headers.contains_key("a-im"), expected, "it is offered with an ETag only (RFC 3229 10.5.3)");
    }
}

#[test]
fn never_is_a_date_too() {
    check_wait("Fri, 31 Dec 9999 23:59:59 GMT", Some(MAX_SECONDS));
}
