//! What other machines write into heads, redirects and robots.txt.

use std::sync::LazyLock;
use std::time::Duration;

use feedmux::fetcher::robots::Access;
use feedmux::fetcher::wire::{self, Head};
use feedmux::model::{ParsedEntry, ParsedFeed, Validators};
use feedmux::parser::{self, charset};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::{Position, Url};

use super::{base, first_line, is_web, moment, one_line};

/// What RFC 9111 1.2.2 asks to be made of numbers that overflow.
const MOST_SECONDS: u64 = 1 << 31;

/// A day that is read the same when it is written again, in all three formats; a wait that is the one that was asked for.
pub fn http_date(data: &[u8]) {
    let text = latin1(data);
    for now in clocks() {
        let at = wire::http_date(&text, now);
        if let Some(at) = at {
            comes_back(at, now);
        }
        let head = Head::new(&[("retry-after", data), ("content-type", data)]);
        if head.content_type().is_none() {
            continue; // not sendable
        }
        let digits = text.trim();
        let expected = if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Some(Duration::from_secs(digits.parse().unwrap_or(MOST_SECONDS)))
        } else {
            at.and_then(|at| Duration::try_from(at.duration_since(now)).ok())
        };
        let expected = expected.map(|wait| wait.min(Duration::from_secs(MOST_SECONDS))).filter(|wait| !wait.is_zero());
        assert_eq!(head.retry_after(now), expected, "{text:?} at {now}");
    }
}

fn comes_back(at: Timestamp, now: Timestamp) {
    let civil = at.to_zoned(TimeZone::UTC).datetime();
    for format in ["%a, %d %b %Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"] {
        let text = civil.strftime(format).to_string();
        // the end of time has a fraction that no format can say
        assert_eq!(wire::http_date(&text, now).map(Timestamp::as_second), Some(at.as_second()), "{text:?}");
    }
    let text = format!("{}-{:02} {}", civil.strftime("%A, %d-%b"), civil.year().rem_euclid(100), civil.strftime("%H:%M:%S GMT"));
    if let Some(short) = wire::http_date(&text, now) {
        let [year, this] = [short, now].map(|at| i64::from(at.to_zoned(TimeZone::UTC).year()));
        assert!(
            year <= this + 50 && year.rem_euclid(100) == i64::from(civil.year()).rem_euclid(100),
            "{text:?} gives {short} at {now}"
        );
    } else {
        // in the other century there may be no such day
        assert!(text.contains("29-Feb"), "{text:?} cannot be read");
    }
}

/// No freshness beyond the limit, less by `Age`; the first `max-age` counts, `no-store` ends it, `s-maxage` and quoted words are no word.
/// The lines are those of a head.
pub fn freshness(data: &[u8]) {
    let lines: Vec<(String, &[u8])> = data
        .split(|byte| *byte == b'\n')
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            Some((latin1(&line[..colon]).to_ascii_lowercase(), line[colon + 1..].trim_ascii()))
        })
        .filter(|(name, _)| ["age", "cache-control", "date", "expires"].contains(&name.as_str()))
        .collect();
    let lines: Vec<(&str, &[u8])> = lines.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    for now in clocks() {
        let fresh = Head::new(&lines).fresh_for(now);
        let after = |control: &'static [u8]| Head::new(&[&[("cache-control", control)], lines.as_slice()].concat()).fresh_for(now);
        assert!(fresh <= Some(Duration::from_secs(MOST_SECONDS)), "{fresh:?}");
        assert_eq!(after(b"private=\"max-age=9, no-store\", s-maxage=9"), fresh);
        assert_eq!((after(b"x, no-store"), after(b"No-Cache=\"set-cookie\"")), (None, None));
        let first = after(b"max-age=9");
        assert!(first <= Some(Duration::from_secs(9)) && first.is_some() >= fresh.is_some(), "{first:?} and {fresh:?}");
        let young: Vec<_> = lines.iter().copied().filter(|(name, _)| *name != "age").collect();
        let young = Head::new(&young).fresh_for(now);
        assert!(young.is_some() == fresh.is_some() && young >= fresh, "{young:?} and {fresh:?}");
    }
}

/// What is valid UTF-8 is read alike, whatever the header says; codings are a list of plain words. All of it is the value of both headers.
pub fn content_type(data: &[u8]) {
    const FEED: &str = "<rss version='2.0'><channel><title>Größe</title><item><title>Maß</title></item></channel></rss>";
    static UNTOLD: LazyLock<Option<(ParsedFeed, Vec<ParsedEntry>)>> = LazyLock::new(|| read(FEED, None));
    let head = Head::new(&[("content-type", data), ("content-encoding", data)]);
    let codings = head.codings();
    for coding in &codings {
        assert!(!coding.is_empty() && coding != "identity" && !coding.contains(',') && coding.trim() == coding, "{coding:?}");
        assert!(!coding.contains(|c: char| c.is_ascii_uppercase()), "{coding:?}");
    }
    let bytes: Vec<Vec<u8>> = codings.iter().map(|coding| wire_bytes(coding)).collect();
    let apart: Vec<(&str, &[u8])> = bytes.iter().map(|coding| ("Content-Encoding", coding.as_slice())).collect();
    assert_eq!(Head::new(&[("content-encoding", &bytes.join(&b", "[..]))]).codings(), codings);
    assert_eq!(Head::new(&apart).codings(), codings);

    let Some(header) = head.content_type() else { return };
    assert_eq!(wire_bytes(&header), data);
    for kind in [charset::Kind::Xml, charset::Kind::Html] {
        let decoded = charset::decode(FEED.as_bytes(), Some(&header), kind);
        assert_eq!((&*decoded.text, decoded.name), (FEED, "UTF-8"), "{header:?}");
        for body in [&b"Gr\xf6\xdfe\x82\xa0"[..], b"\x1b$B$\"\x1b(B"] {
            let [one, other] =
                [header.to_ascii_lowercase(), header.to_ascii_uppercase()].map(|header| charset::decode(body, Some(&header), kind));
            assert_eq!((&one.text, one.name), (&other.text, other.name), "{header:?}");
            for fault in decoded.faults.iter().chain(&one.faults) {
                one_line(&fault.detail);
                assert!(fault.kind == "charset" && fault.detail.len() < 1000, "{}", fault.detail);
            }
        }
    }
    assert_eq!(read(FEED, Some(&header)), *UNTOLD, "{header:?}");
}

fn read(feed: &str, header: Option<&str>) -> Option<(ParsedFeed, Vec<ParsedEntry>)> {
    parser::parse(feed.as_bytes(), header, base().as_ref()).ok().map(|parsed| (parsed.feed, parsed.entries))
}

/// What was received is what is sent, to that address alone; what cannot be sent is left out. The lines are `ETag` and `Last-Modified`.
pub fn validators(data: &[u8]) {
    const HERE: &str = "https://site.example/feed";
    let (etag, date) = first_line(data);
    let head = Head::new(&[("etag", etag), ("last-modified", date)]);
    let kept = head.validators(HERE);
    let fits = |value: &[u8]| {
        !value.is_empty() && value.len() <= 4096 && value.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\t')
    };
    // with an ETag goes the offer to take only what is new since
    let offer: &[u8] = if fits(etag) { b"feed" } else { b"" };
    let expected: Vec<(String, Vec<u8>)> = [("if-none-match", etag), ("if-modified-since", date), ("a-im", offer)]
        .into_iter()
        .filter(|(_, value)| fits(value))
        .map(|(name, value)| (name.to_owned(), value.to_vec()))
        .collect();
    assert_eq!(wire::conditions(&kept, HERE), expected);
    assert_eq!(kept.is_empty(), expected.is_empty());
    assert!(wire::conditions(&kept, "https://site.example/other").is_empty());
    // a 304 that repeats them brings nothing new, and none of it is lost
    assert_eq!((head.refreshed(&kept, HERE), Head::default().refreshed(&kept, HERE)), (None, None));
    let older = Validators { etag: Some("\"old\"".to_owned()), last_modified: None, url: kept.url.clone() };
    let merged = head.refreshed(&older, HERE).unwrap_or_else(|| older.clone());
    assert_eq!((&merged.etag, &merged.last_modified), (&kept.etag.clone().or(older.etag), &kept.last_modified));
    // what the store gives back may be anything
    let text = String::from_utf8_lossy(data).into_owned();
    let stored = Validators { etag: Some(text.clone()), last_modified: Some(text.clone()), url: Some(HERE.to_owned()) };
    for (_, value) in wire::conditions(&stored, HERE).into_iter().filter(|(name, _)| name != "a-im") {
        assert_eq!(latin1(&value), text.replace(['\r', '\n', '\0'], ""));
    }
}

/// However a chain is written, it stays on the web, ends within its hops, asks nothing twice, keeps credentials at home and moves a feed
/// for the leading permanent hops alone; why it ends is told in one line without a query. The first line is where it
/// begins, the others are a status and a `Location`.
pub fn redirect(data: &[u8]) {
    const HOPS: u8 = 10;
    let (start, rest) = first_line(data);
    let start = Url::parse(&String::from_utf8_lossy(start)).ok().filter(|url| is_web(url.as_str()));
    let Some(start) = start.or_else(base) else { return };
    let steps: Vec<(u16, &[u8])> = rest
        .split(|byte| *byte == b'\n')
        .map(|line| {
            let status = [301, 302, 303, 307, 308].into_iter().find(|status| line.starts_with(format!("{status} ").as_bytes()));
            status.map_or((302, line), |status| (status, &line[4..]))
        })
        .take(20)
        .collect();
    let mut asked = Vec::new();
    for length in 0..=steps.len() {
        match wire::walk(&start, &steps[..length], HOPS) {
            Ok(walked) => {
                assert!(is_web(walked.url.as_str()) && walked.url.has_host(), "{walked:?}");
                assert!(walked.url.fragment().is_none() && walked.url.username().is_empty() && walked.url.password().is_none());
                assert!(walked.url.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{walked:?}");
                assert!(!asked.contains(&walked.url), "{walked:?} after {asked:?}");
                asked.push(walked.url);
                let leading = steps[..length].iter().take_while(|(status, _)| matches!(status, 301 | 308)).count();
                assert_eq!(walked.moved_to.as_ref(), asked.get(leading).filter(|_| leading > 0));
                assert_eq!(walked.trusted, asked.iter().all(|url| url.origin() == start.origin()));
                assert!(length <= usize::from(HOPS));
            }
            Err(error) => {
                let error = error.to_string();
                one_line(&error);
                assert!(!error.contains('?') && error.len() < 400, "{error}");
                return;
            }
        }
    }
}

/// Rules mean what RFC 9309 says, however they are written: line ends, comments and escapes do not matter, an address written into a
/// rule is refused, the longest pattern wins. The first line is a path.
pub fn robots(data: &[u8]) {
    let (path, file) = first_line(data);
    let Some(home) = base() else { return };
    let Some(page) = home.join(&String::from_utf8_lossy(path)).ok().filter(|url| is_web(url.as_str())) else { return };
    let access = wire::robots(file, &page);
    match &access {
        Access::Allowed { crawl_delay } => {
            assert!(crawl_delay.is_none_or(|delay| !delay.is_zero() && delay <= Duration::from_secs(86_400)), "{access:?}");
        }
        Access::Disallowed => {}
        Access::Unknown { .. } => panic!("a file that is there is known"),
    }
    let commented: Vec<u8> = file.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b" # Disallow: /\r\n"[..]);
    assert_eq!(wire::robots(&commented, &page), access);
    assert_eq!(wire::robots(file, &escaped(&page)), access);

    let text = String::from_utf8_lossy(file);
    let rules: Vec<(bool, &str)> = text
        .lines()
        .filter_map(|line| {
            let disallowed = line.strip_prefix("Disallow:").map(|rule| (false, rule.trim()));
            disallowed.or_else(|| line.strip_prefix("Allow:").map(|rule| (true, rule.trim())))
        })
        .take(20)
        .collect();
    rules.iter().for_each(|(_, rule)| refused_as_written(rule, &home));
    longest_wins(&rules, &page);
}

fn refused_as_written(rule: &str, home: &Url) {
    let special = |c: char| c.is_control() || matches!(c, '*' | '$' | '#' | '\\');
    let dots = ["//", "/.", "/%2e", "/%2E"].iter().any(|part| rule.contains(part)); // taken away by the parser of addresses
    if !rule.starts_with('/') || rule.contains(special) || dots || rule.len() > 1000 {
        return;
    }
    let Ok(page) = home.join(rule) else { return };
    if wire::robots(b"User-agent: *\nDisallow: /\n", &page) == Access::Disallowed {
        let file = format!("User-agent: *\nDisallow: {rule}\n");
        assert_eq!(wire::robots(file.as_bytes(), &page), Access::Disallowed, "{file:?} with {page}");
    }
}

/// Of rules and a path that need no escapes.
fn longest_wins(rules: &[(bool, &str)], page: &Url) {
    const PLAIN: &str = "/._-~?=&";
    let is_plain =
        |text: &str, more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || PLAIN.contains(c) || more.contains(c));
    let path = &page[Position::BeforePath..Position::AfterQuery];
    if !is_plain(path, "") || path == "/robots.txt" {
        return;
    }
    let mut file = "User-agent: feedmux\n".to_owned();
    let mut best: Option<(usize, bool)> = None;
    for (allow, rule) in rules {
        let body = rule.strip_suffix('$');
        // long ones with `$` are left out, all together
        let short = rule.len() <= if body.is_some() { 40 } else { 1000 } && rule.matches('*').count() <= 5;
        if !is_plain(body.unwrap_or(rule), "*") || !short {
            continue;
        }
        file.push_str(&format!("{}: {rule}\n", if *allow { "Allow" } else { "Disallow" }));
        let whole = body.map_or_else(|| format!("{rule}*"), str::to_owned);
        if !rule.is_empty() && matches_all(whole.as_bytes(), path.as_bytes()) {
            best = best.max(Some((rule.len(), *allow)));
        }
    }
    let expected = best.is_none_or(|(_, allow)| allow);
    assert_eq!(wire::robots(file.as_bytes(), page) != Access::Disallowed, expected, "{file:?} with {path}");
}

/// `*` is any bytes; the last one seen takes one more when what follows does not fit.
fn matches_all(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut seen, mut star) = (0, 0, None);
    while seen < text.len() {
        match (pattern.get(at), star) {
            (Some(b'*'), _) => {
                star = Some((at, seen));
                at += 1;
            }
            (Some(byte), _) if *byte == text[seen] => (at, seen) = (at + 1, seen + 1),
            (_, Some((back, from))) => {
                (at, seen) = (back + 1, from + 1);
                star = Some((back, from + 1));
            }
            (_, None) => return false,
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// The same address with escapes that are not needed.
fn escaped(page: &Url) -> Url {
    let path = &page[Position::BeforePath..];
    let path: String =
        path.chars().map(|c| if ('g'..='z').contains(&c) { format!("%{:02X}", u32::from(c)) } else { c.to_string() }).collect();
    Url::parse(&format!("{}{path}", &page[..Position::BeforePath])).unwrap_or_else(|error| panic!("{error}: {path}"))
}

/// A clock that was never set, a clock that is right, the last one of all.
fn clocks() -> [Timestamp; 3] {
    [Timestamp::UNIX_EPOCH, moment(), Timestamp::MAX]
}

/// As headers are read: a char a byte.
fn latin1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

fn wire_bytes(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(c).expect("a char a byte")).collect()
}
