use std::sync::atomic::{AtomicUsize, Ordering};

use proptest::prelude::*;

use super::*;
use crate::fetcher::test_server::{Act, Server, reply};
use crate::fetcher::tests::{clock, local};

const STEP: Duration = Duration::from_secs(5);

fn page(path: &str) -> Url {
    Url::parse("http://a.test").and_then(|url| url.join(path)).expect(path)
}

fn check(file: &str, path: &str, allowed: bool) {
    let access = parse(file.as_bytes()).access(&page(path));
    assert_eq!(matches!(access, Access::Allowed { .. }), allowed, "{path} with {file:?}");
}

#[test]
fn own_group_before_the_group_of_all() {
    let file = "User-agent: *\nDisallow: /\n\nUser-agent: FeedMux\nDisallow: /no\n";
    check(file, "/yes", true);
    check(file, "/no/page", false);
    check("User-agent: other\nDisallow: /\n", "/x", true);
    check("User-agent: *\nDisallow: /\n", "/x", false);
    check("User-agent: other\nUser-agent: feedmux\nDisallow: /x\n", "/x", false);
    check("User-agent: feedmux\nDisallow: /a\nUser-agent: b\nDisallow: /\nUser-agent: feedmux\nDisallow: /c\n", "/c", false);
    check("User-agent: feedmux\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/x", true);
}

#[test]
fn the_longest_match_wins() {
    let file = "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/c\n";
    check(file, "/a/x", false);
    check(file, "/a/b/x", true);
    check(file, "/a/b/c", false);
    check("User-agent: *\nDisallow: /x\nAllow: /x\n", "/x", true);
}

#[test]
fn an_empty_disallow_opens_nothing() {
    check("User-agent: *\nDisallow:\nDisallow: /\n", "/x", false);
    check("User-agent: *\nDisallow: /\ndisAllow : # all\n", "/x", false);
    check("User-agent: *\nDisallow:\n", "/x", true);
}

#[test]
fn wildcards_and_ends() {
    let file = "User-agent: *\nDisallow: /*.pdf$\nDisallow: /*?print=\n";
    check(file, "/a/b.pdf", false);
    check(file, "/a/b.pdf?x", true);
    check(file, "/a?print=1", false);
    check(file, "/a", true);
}

#[test]
fn escapes_are_compared_by_what_they_mean() {
    for (rule, path, allowed) in [
        ("/%7Ejoe/", "/~joe/x", false),
        ("/~joe/", "/%7ejoe/x", false),
        ("/a%2fb", "/a%2Fb", false),
        ("/a%2Fb", "/a/b", true),
        ("/café", "/caf%C3%A9", false),
        ("/caf%c3%a9", "/café", false),
        ("/100%", "/100%", false),
        ("/{id}/", "/{id}/x", false),
        ("/%7bid}/", "/{id%7D/x", false),
        ("/?q='a'", "/?q='a'", false),
        ("/?q={a}", "/?q={a}", false),
    ] {
        check(&format!("User-agent: *\nDisallow: {rule}\n"), path, allowed);
    }
}

#[test]
fn sloppy_files_are_read_as_far_as_they_go() {
    check("\u{feff}User-agent: *\r\nDisallow: /x # why\r\n", "/x", false);
    check("user-AGENT:*\rdisallow:/x\r", "/x", false);
    check("<html><body>Not here</body></html>", "/x", true);
    check("", "/x", true);
    check("User-agent: *\nSitemap: http://a.test/s.xml\nDisallow: /x\n", "/x", false);
    check(&format!("User-agent: *\nDisallow: /{}$\nDisallow: /x\n", "*a".repeat(2000)), "/x", false);
    check(&format!("User-agent: *\nDisallow: /{}\nDisallow: /x\n", "y".repeat(9000)), "/x", false);
    check(&format!("User-agent: *\n{}Disallow: /x\n", "# padding\n".repeat(50_000)), "/x", false);
    let invalid = [b"User-agent: *\nDisallow: /\xff\nDisallow: /x\n".as_slice(), &[0, 0x80]].concat();
    assert_eq!(parse(&invalid).access(&page("/x")), Access::Disallowed);
}

#[test]
fn a_flood_of_expressions_is_bounded() {
    let file = format!("User-agent: *\nDisallow: /x\n{}", "Allow:*$\n".repeat(50_000));
    let rules = parse(file.as_bytes());
    assert!(rules.weight() <= 8 << 20, "{}", rules.weight());
}

#[test]
fn crawl_delay_is_told() {
    let delay = |value: &str| match parse(format!("User-agent: *\nCrawl-delay: {value}\n").as_bytes()).access(&page("/x")) {
        Access::Allowed { crawl_delay } => crawl_delay.map(|delay| delay.as_millis()),
        other => panic!("{other:?}"),
    };
    assert_eq!(delay("10"), Some(10_000));
    assert_eq!(delay("0.5"), Some(500));
    for most in ["1e9", "1e30", "inf"] {
        assert_eq!(delay(most), Some(MAX_AGE.as_millis()), "{most}");
    }
    for none in ["0", "-1", "NaN", "soon"] {
        assert_eq!(delay(none), None, "{none}");
    }
}

async fn check_answer(status: &str, expected: fn(&Access) -> bool) {
    let server = Server::always(reply(status, &["Retry-After: 7"], "User-agent: *\nDisallow: /no\n")).await;
    let access = Robots::new(local(), MAX_AGE, clock()).ask(&server.url("/no"), STEP).await;
    assert!(expected(&access), "{status}: {access:?}");
    assert!(server.seen()[0].starts_with("GET /robots.txt HTTP/1.1"));
}

#[tokio::test]
async fn the_status_decides_when_there_is_no_file() {
    let open = |access: &Access| matches!(access, Access::Allowed { crawl_delay: None });
    let later =
        |access: &Access| matches!(access, Access::Unknown(error) if error.asks_for_quiet() == Some(Duration::from_secs(7)));
    check_answer("200 OK", |access| *access == Access::Disallowed).await;
    for status in ["404 Not Found", "403 Forbidden", "410 Gone", "301 Moved"] {
        check_answer(status, open).await;
    }
    for status in ["429 Slow down", "500 Oops", "503 Busy"] {
        check_answer(status, later).await;
    }
    let robots = Robots::new(local(), MAX_AGE, clock());
    let mut nobody = Server::always("").await.url("/x"); // listens on 127.0.0.1 alone
    nobody.set_host(Some("127.0.0.2")).expect("a host");
    let Access::Unknown(error) = robots.ask(&nobody, STEP).await else { panic!("nobody is there") };
    assert!(error.to_string().starts_with("cannot connect to 127.0.0.2"), "{error}");
}

#[tokio::test]
async fn five_redirects_are_followed() {
    let server = Server::start(|path| {
        let hop = path.trim_start_matches('/').parse::<usize>().unwrap_or(0);
        let to = format!("Location: /{}", hop + 1);
        vec![Act::Send(if hop == 5 {
            reply("200 OK", &[], "User-agent: *\nDisallow: /\n")
        } else {
            reply("302 Found", &[&to], "")
        })]
    })
    .await;
    assert_eq!(Robots::new(local(), MAX_AGE, clock()).ask(&server.url("/x"), STEP).await, Access::Disallowed);
    assert_eq!(server.seen().len(), 6);
}

#[tokio::test]
async fn a_file_is_asked_for_once_and_believed_for_a_day_at_most() {
    let server = Server::always(reply("200 OK", &[], "User-agent: *\nDisallow: /no\n")).await;
    let clock = clock();
    let robots = Robots::new(local(), Duration::from_secs(999_999), clock.clone());
    assert_eq!(robots.cached(&server.url("/no")), None);
    let (one, two) =
        tokio::join!(async { robots.ask(&server.url("/no"), STEP).await }, async { robots.ask(&server.url("/yes"), STEP).await });
    assert_eq!((one, two), (Access::Disallowed, Access::Allowed { crawl_delay: None }));
    assert_eq!((robots.cached(&server.url("/no")), server.seen().len()), (Some(Access::Disallowed), 1));
    clock.advance(MAX_AGE);
    assert_eq!(robots.cached(&server.url("/no")), None);
    robots.ask(&server.url("/no"), STEP).await;
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn a_file_that_could_not_be_had_is_tried_again_sooner() {
    let asked = AtomicUsize::new(0);
    let server = Server::start(move |_| {
        let first = asked.fetch_add(1, Ordering::Relaxed) == 0;
        vec![Act::Send(if first { reply("503 Busy", &[], "") } else { reply("404 Not Found", &[], "") })]
    })
    .await;
    let clock = clock();
    let robots = Robots::new(local(), MAX_AGE, clock.clone());
    assert!(matches!(robots.ask(&server.url("/x"), STEP).await, Access::Unknown { .. }));
    clock.advance(Duration::from_secs(3 * 60));
    assert!(matches!(robots.cached(&server.url("/x")), Some(Access::Unknown { .. })));
    // a page that failed for it comes again five minutes later
    clock.advance(Duration::from_secs(2 * 60));
    assert_eq!(robots.cached(&server.url("/x")), None);
    assert_eq!(robots.ask(&server.url("/x"), STEP).await, Access::Allowed { crawl_delay: None });
}

#[tokio::test]
async fn a_file_that_could_not_be_had_is_not_believed_longer_than_one_that_could() {
    let server = Server::always(reply("503 Busy", &[], "")).await;
    let clock = clock();
    let robots = Robots::new(local(), STEP, clock.clone());
    robots.ask(&server.url("/x"), STEP).await;
    assert!(robots.cached(&server.url("/x")).is_some());
    clock.advance(STEP);
    assert_eq!(robots.cached(&server.url("/x")), None);
}

#[test]
fn the_oldest_origin_goes_first() {
    let mut cache = Cache::default();
    let now = clock().now();
    let until = clock::after(now, MAX_AGE);
    let robot = Arc::new(Robot::new(TOKEN, b"").expect("no rules"));
    let fitting = 5;
    let heavy = || Rules::Some { robot: Arc::clone(&robot), weight: MAX_WEIGHT / fitting };
    cache.put("first".to_owned(), heavy(), until);
    cache.put("light".to_owned(), Rules::All, until);
    cache.put("first".to_owned(), heavy(), until);
    for n in 0..fitting {
        cache.put(n.to_string(), heavy(), until);
    }
    let known = |name: &str| cache.get(name, now).is_some();
    assert!(!known("light") && !known("first") && known("0"));
    assert_eq!(cache.weight, cache.known.values().map(|(rules, _)| rules.weight()).sum::<usize>());
    assert_eq!(cache.order.len(), cache.known.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn no_file_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), rule in "[/a*$%\\u{e9}?.]{0,20}", path in "\\PC{0,30}") {
        let file = [b"User-agent: *\nDisallow: ", rule.as_bytes(), b"\n", &bytes].concat();
        let url = Url::parse("http://a.test/").and_then(|url| url.join(&path));
        if let Ok(url) = url {
            parse(&file).access(&url);
        }
    }

    #[test]
    fn plain_is_a_fixed_point(text in "[a%257Ef~/{'\\u{e9}]{0,20}") {
        let once = plain(&text);
        // an escaped percent sign stays one, so nothing is decoded twice
        prop_assert_eq!(plain(&once), once);
    }
}
