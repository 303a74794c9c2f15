//! Articles on several pages, on a web of this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use tokio_util::sync::CancellationToken;

use super::super::{Events, Round, Scheduler};
use crate::clock::Clock;
use crate::config::{self, Sources};
use crate::deduplicator::folding::Folding;
use crate::extractor::memory::line_hash;
use crate::extractor::{self, Extraction, Page};
use crate::fetcher::Fetcher;
use crate::store::Store;

/// What was asked for, in this order.
type Asked = Arc<Mutex<Vec<String>>>;

/// A web that answers these paths, and 404 otherwise.
async fn web(pages: HashMap<String, String>) -> (String, Asked) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let asked = Asked::default();
    let (log, own) = (Arc::clone(&asked), origin.clone());
    let app = axum::Router::new().fallback(move |request: Request| {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let body = pages.get(&path).map(|body| body.replace("ORIGIN", &own));
        log.lock().unwrap().push(path);
        async move { body.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |body| Html(body).into_response()) as Response }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    (origin, asked)
}

/// The extractor, with the next page where these tests write it, and a failure where they ask for one.
fn extract(page: &Page<'_>) -> Extraction {
    let source = String::from_utf8_lossy(page.bytes).into_owned();
    assert!(!source.contains("<!--fails-->"));
    let next = source.split("<!--next ").nth(1).and_then(|rest| rest.split("-->").next());
    let next_page = next.and_then(|next| page.url?.join(next).ok());
    Extraction { next_page, ..extractor::extract(page) }
}

fn paragraph(name: &str) -> String {
    format!(
        "Part {name} of the report on the bridge says that the council met once more, and that nothing was decided on part {name}."
    )
}

/// A page of these parts and an address where it goes on.
fn page(parts: &[&str], next: &str) -> String {
    let parts: String = parts.iter().map(|part| format!("<p>{}</p>", paragraph(part))).collect();
    format!(
        "<!doctype html><title>Report on the bridge</title><article><h1>Report on the bridge</h1>{parts}</article><!--next {next}-->"
    )
}

const FIRST: &str = "/report-on-the-bridge-4711";

/// One round over a feed with one entry: text of that entry, and what was asked for.
async fn round(pages: HashMap<String, String>) -> (String, Vec<String>, String) {
    round_with(pages, "", "").await
}

/// The same with `settings` of the feed and site `rules` for its host.
async fn round_with(pages: HashMap<String, String>, settings: &str, rules: &str) -> (String, Vec<String>, String) {
    let text = "SELECT content_text FROM entries WHERE content_origin = 'article' UNION ALL SELECT ''";
    let ([text, evidence], asked) =
        stored(pages, settings, rules, [text, "SELECT evidence FROM decisions WHERE kind = 'settled'"]).await;
    (text, asked, evidence)
}

/// What these queries answer after such a round.
async fn stored<const N: usize>(
    mut pages: HashMap<String, String>,
    settings: &str,
    rules: &str,
    queries: [&str; N],
) -> ([String; N], Vec<String>) {
    pages.insert(
        "/feed".to_owned(),
        format!("<rss version='2.0'><channel><title>Daily</title><item><guid>1</guid><link>ORIGIN{FIRST}</link><title>Report on the bridge</title><description>{}</description></item></channel></rss>", paragraph("one")),
    );
    let (origin, asked) = web(pages).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("feedmux.toml");
    std::fs::write(&file, format!("[scrape]\nsite_rules = \"rules\"\n[[feed]]\nurl = \"{origin}/feed\"\n{settings}")).unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    std::fs::write(folder.path().join("rules/127.0.0.1.txt"), rules).unwrap();
    let sets = ["fetch.allow_private=['127.0.0.0/8']", "fetch.per_host_spacing='0s'"].map(str::to_owned).to_vec();
    let loaded = config::load(&Sources { file: Some(file), sets, env: Default::default() }).unwrap();
    let store = Store::open(&folder.path().join("feedmux.db"), Box::new(Folding::default())).unwrap();
    let clock = Clock::system();
    let ids = store.put_feeds(clock.now(), loaded.feeds.clone()).await.unwrap();
    let specs = ids.into_iter().zip(loaded.feeds).collect();
    let fetcher = Fetcher::new(&loaded.config.fetch, clock.clone()).unwrap();
    let mut scheduler = Scheduler::new(store.clone(), fetcher, clock, loaded.config, specs, Events::default());
    Arc::get_mut(&mut scheduler.work).unwrap().extract = extract;
    scheduler.once(Round::default(), CancellationToken::new()).await.unwrap();
    let mut answers = [const { String::new() }; N];
    for (answer, query) in answers.iter_mut().zip(queries) {
        let table = store.sql(query, 1, std::time::Duration::from_secs(9)).await.unwrap();
        *answer = table.rows[0][0].as_str().unwrap_or_default().to_owned();
    }
    let asked = asked.lock().unwrap().iter().filter(|path| !path.contains("robots") && *path != "/feed").cloned().collect();
    (answers, asked)
}

/// The article has exactly these parts, once each, after exactly these requests.
async fn check(pages: &[(&str, &[&str], &str)], parts: &[&str], requests: &[&str]) -> String {
    let all = pages.iter().map(|(path, parts, next)| ((*path).to_owned(), page(parts, next))).collect();
    let (text, asked, evidence) = round(all).await;
    let found: Vec<&str> = text.lines().filter(|line| line.starts_with("Part ")).collect();
    assert_eq!(found, parts.iter().map(|part| paragraph(part)).collect::<Vec<_>>(), "{evidence}");
    assert_eq!(asked, requests);
    evidence
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_is_followed_to_its_last_page() {
    let [two, three] = ["/report-on-the-bridge-4711?page=2", "/report-on-the-bridge-4711?page=3"];
    let pages: &[(&str, &[&str], &str)] =
        &[(FIRST, &["one", "two", "three"], two), (two, &["one", "four", "five"], three), (three, &["six"], "")];
    let evidence = check(pages, &["one", "two", "three", "four", "five", "six"], &[FIRST, two, three]).await;
    assert!(evidence.contains("\"pages\":3"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_is_asked_for_twice_and_none_of_another_host() {
    let two = "/report-on-the-bridge-4711?page=2";
    let pages: &[(&str, &[&str], &str)] = &[(FIRST, &["one", "two"], two), (two, &["three"], "/report-on-the-bridge-4711#top")];
    check(pages, &["one", "two", "three"], &[FIRST, two]).await;
    let pages: &[(&str, &[&str], &str)] = &[(FIRST, &["one", "two", "three"], "http://127.0.0.2/4712")];
    check(pages, &["one", "two", "three"], &[FIRST]).await;
    let pages: &[(&str, &[&str], &str)] = &[(FIRST, &["one", "two", "three"], "ftp://127.0.0.1/4712")];
    check(pages, &["one", "two", "three"], &[FIRST]).await;
    // A page that brings nothing new is none, wherever it leads.
    let pages: &[(&str, &[&str], &str)] =
        &[(FIRST, &["one", "two", "three"], two), (two, &["two"], "?page=3"), ("?page=3", &["four"], "")];
    check(pages, &["one", "two", "three"], &[FIRST, two]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_midway_keeps_what_was_won() {
    let two = "/report-on-the-bridge-4711?page=2";
    let pages: &[(&str, &[&str], &str)] = &[(FIRST, &["one", "two"], two), (two, &["three"], "?page=3")];
    let evidence = check(pages, &["one", "two", "three"], &[FIRST, two, "/report-on-the-bridge-4711?page=3"]).await;
    assert!(evidence.contains("page 3 of the article: status 404"), "{evidence}");
    let pages = [(FIRST.to_owned(), page(&["one", "two", "three"], two)), (two.to_owned(), "%PDF-1.7".to_owned())];
    let (text, _, evidence) = round(pages.into()).await;
    assert!(text.contains(&paragraph("three")) && evidence.contains("page 2 of the article: the page is a PDF file"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_pages_are_enough() {
    let path = |n: usize| if n == 1 { FIRST.to_owned() } else { format!("{FIRST}?page={n}") };
    let name = |n: usize| format!("number {n}");
    let mut pages = HashMap::new();
    for n in 1..=15 {
        let parts = if n == 1 { vec!["one".to_owned(), name(1)] } else { vec![name(n)] };
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        pages.insert(path(n), page(&parts, &path(n + 1)));
    }
    let (text, asked, _) = round(pages).await;
    assert_eq!(asked, (1..=10).map(path).collect::<Vec<_>>());
    assert!(text.contains(&paragraph("number 10")) && !text.contains(&paragraph("number 11")));
}

#[tokio::test(flavor = "multi_thread")]
async fn robots_are_asked_once_for_all_pages_and_may_forbid_one() {
    let two = "/report-on-the-bridge-4711?page=2";
    let pages = [
        (FIRST.to_owned(), page(&["one", "two", "three"], two)),
        (two.to_owned(), page(&["four"], "")),
        ("/robots.txt".to_owned(), "User-agent: *\nDisallow: /*page=\n".to_owned()),
    ];
    let (text, asked, evidence) = round(pages.into_iter().collect()).await;
    assert!(text.contains(&paragraph("three")) && !text.contains(&paragraph("four")));
    assert_eq!(asked, [FIRST]);
    assert!(evidence.contains("robots.txt does not allow it"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_says_what_its_articles_keep() {
    let text = |name: &str| format!("<p>{}</p>", paragraph(name));
    let article_of = |body: &str| {
        format!("<!doctype html><title>Report on the bridge</title><article><h1>Report on the bridge</h1>{body}</article>")
    };
    let article = article_of(&format!(
        "{}{}<ul><li>{}</li><li>{}</li></ul>{}<blockquote>{}</blockquote>{}",
        text("one"),
        text("two"),
        paragraph("three"),
        paragraph("four"),
        text("five"),
        text("six"),
        text("seven"),
    ));
    let told = async |settings: &str| {
        let (text, _, evidence) = round_with([(FIRST.to_owned(), article.clone())].into(), settings, "").await;
        let parts = text.lines().filter_map(|line| line.strip_prefix("Part ")?.split(' ').next());
        format!("{}{}", parts.collect::<Vec<_>>().join(" "), if text.is_empty() { evidence } else { String::new() })
    };
    assert_eq!(told("").await, "one two three four five six seven");
    assert_eq!(told("scrape.lists = false").await, "one two five six seven");
    assert_eq!(told("scrape.quotes = false").await, "one two three four five seven");
    // What is left out is still what the page has more than its feed.
    let listed = article_of(&format!("{}<ul><li>{}</li><li>{}</li></ul>", text("one"), paragraph("two"), paragraph("three")));
    let (won, _, evidence) = round_with([(FIRST.to_owned(), listed)].into(), "scrape.lists = false", "").await;
    assert!(won == paragraph("one") && evidence.contains("\"page_chars\":3"), "{won} {evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_site_repeats_is_remembered_of_long_articles_too() {
    let part = |from: usize, next: &str| {
        let names: Vec<String> = (from..from + 250).map(|n| format!("number {n}")).collect();
        let parts: Vec<&str> = names.iter().map(String::as_str).collect();
        let page = page(&parts, next).replace("<article>", "<nav>Ferries and trains of the coast</nav><article>");
        page.replace("</article>", "</article><footer>All that is of no use to others</footer>")
    };
    let pages = [(FIRST.to_owned(), part(0, SECOND)), (SECOND.to_owned(), part(250, ""))];
    let [head, foot] =
        ["Ferries and trains of the coast", "All that is of no use to others"].map(|line| line_hash(line).cast_signed());
    let query = format!("SELECT CAST(count(*) AS TEXT) FROM host_line WHERE line IN ({head}, {foot})");
    let (told, asked) = stored(pages.into(), "", "", [query.as_str(), "SELECT CAST(count(*) AS TEXT) FROM host_line"]).await;
    assert_eq!(asked, [FIRST, SECOND]);
    assert_eq!(told, ["2", "400"]);
}

const PRINT: &str = "/print/4711";
const SECOND: &str = "/report-on-the-bridge-4711?page=2";

/// The article in two pages, the first of which leads to `single` with all of it in the words that rules look for.
async fn check_single(settings: &str, rules: &str, single: &[&str], parts: &[&str], requests: &[&str]) -> String {
    check_single_of(&["one", "two", "three"], settings, rules, single, parts, requests).await
}

async fn check_single_of(
    first: &[&str],
    settings: &str,
    rules: &str,
    single: &[&str],
    parts: &[&str],
    requests: &[&str],
) -> String {
    let link = format!("<a class=one href={PRINT}>One page</a>");
    let first = page(first, SECOND).replace("</article>", &format!("</article>{link}"));
    let mut pages: HashMap<_, _> = [(FIRST.to_owned(), first), (SECOND.to_owned(), page(&["four"], ""))].into();
    if !single.is_empty() {
        pages.insert(PRINT.to_owned(), page(single, "").replace("</article>", &format!("</article>{link}")));
    }
    let (text, asked, evidence) = round_with(pages, settings, rules).await;
    let found: Vec<&str> = text.lines().filter(|line| line.starts_with("Part ")).collect();
    assert_eq!(found, parts.iter().map(|part| paragraph(part)).collect::<Vec<_>>(), "{evidence}");
    assert_eq!(asked, requests, "{evidence}");
    evidence
}

#[tokio::test(flavor = "multi_thread")]
async fn site_rules_lead_to_the_article_on_one_page() {
    let rules = "single_page_link: //a[@class='one']\n";
    let all = ["one", "two", "three", "four"];
    let evidence = check_single("", rules, &all, &all, &[FIRST, PRINT]).await;
    assert!(evidence.contains("\"single_page\":\"http://127.0.0.1:") && evidence.contains(PRINT), "{evidence}");
    // What only leads on says nothing of the article.
    check_single_of(&["five"], "", rules, &all, &all, &[FIRST, PRINT]).await;
    // Only where the condition is met, and where the user wants rules at all.
    let if_pages = |name: &str| format!("{rules}if_page_contains: //a[@class='{name}']\n");
    check_single("", &if_pages("one"), &all, &all, &[FIRST, PRINT]).await;
    check_single("", &if_pages("two"), &all, &all, &[FIRST, SECOND]).await;
    check_single("scrape.site_rules = \"never\"", rules, &all, &all, &[FIRST, SECOND]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_article_goes_on_where_its_single_page_is_none() {
    let rules = "single_page_link: //a[@class='one']\n";
    let all = ["one", "two", "three", "four"];
    let evidence = check_single("", rules, &[], &all, &[FIRST, PRINT, SECOND]).await;
    assert!(evidence.contains("the article on one page: status 404"), "{evidence}");
    let evidence = check_single("", rules, &["five", "six", "seven"], &all, &[FIRST, PRINT, SECOND]).await;
    assert!(evidence.contains("another text"), "{evidence}");
    let evidence = check_single("", rules, &["<!--fails-->"], &all, &[FIRST, PRINT, SECOND]).await;
    assert!(evidence.contains("the article on one page: "), "{evidence}");
    let less = ["one"];
    let evidence = check_single("scrape.site_rules = \"force\"", rules, &less, &all, &[FIRST, PRINT, SECOND]).await;
    assert!(evidence.contains("less than half"), "{evidence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_undated_entry_has_the_date_of_its_page() {
    let head = "<!doctype html><meta property=article:published_time content=2025-03-14T10:00:00+01:00><meta property=article:section content=Coast>";
    let article = page(&["one", "two", "three"], "").replace("<!doctype html>", head);
    let queries = ["SELECT published_at FROM entries", "SELECT section FROM entries"];
    let (told, _) = stored([(FIRST.to_owned(), article)].into(), "", "", queries).await;
    assert_eq!(told, ["2025-03-14T09:00:00.000Z", "Coast"]);
}
