//! What the demo web promises.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::outlets::{Format, Health, Look};
use super::site::{Answer, answer};
use super::texts::Story;
use super::*;

const START: Duration = Duration::ZERO;
/// All written stories and a few notices have appeared.
const SOME: Duration = Duration::from_secs(200);
/// Long after the last entry has appeared.
const END: Duration = Duration::from_secs(3600);

fn room(seed: u64) -> Newsroom {
    let now = "2025-05-06T09:30:00Z".parse().unwrap();
    Newsroom::new(seed, now, std::array::from_fn(|k| format!("http://127.0.0.1:{}", 4000 + k)))
}

fn get(room: &Newsroom, outlet: usize, elapsed: Duration, path: &str) -> Answer {
    answer(room, outlet, elapsed, Ask { path, ..Ask::default() })
}

fn outlet(id: &str) -> usize {
    OUTLETS.iter().position(|outlet| outlet.id == id).unwrap()
}

fn text(answer: &Answer) -> String {
    match answer.header("content-type") {
        Some("text/html; charset=iso-8859-1") => answer.body.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::from_utf8(answer.body.clone()).unwrap(),
    }
}

/// Follows an address of the web.
fn follow(room: &Newsroom, elapsed: Duration, url: &str) -> Answer {
    let url = url::Url::parse(url).unwrap();
    get(room, usize::from(url.port().unwrap()) - 4000, elapsed, url.path())
}

fn healthy() -> impl Iterator<Item = usize> {
    (0..OUTLETS.len()).filter(|k| OUTLETS[*k].health != Health::Missing)
}

/// `(link, title)` of each entry, as a feed parser sees them; a note has no title, and one entry of the web has no text.
fn entries_of(room: &Newsroom, k: usize, elapsed: Duration) -> Vec<(String, String)> {
    let answer = get(room, k, elapsed, OUTLETS[k].feed);
    assert_eq!(answer.status, 200, "{}", OUTLETS[k].id);
    let feed = feed_rs::parser::parse(answer.body.as_slice()).unwrap_or_else(|e| panic!("{}: {e}", OUTLETS[k].id));
    assert_eq!(feed.title.unwrap().content, OUTLETS[k].title);
    assert_eq!(feed.language.as_deref(), Some(OUTLETS[k].lang));
    let entry = |entry: feed_rs::model::Entry| {
        assert!(entry.published.is_some(), "{}: undated", OUTLETS[k].id);
        let has_text = entry.summary.is_some() || entry.content.is_some();
        assert!(has_text || entry.links[0].href.contains("/intern/"), "{}: no text", OUTLETS[k].id);
        (entry.links[0].href.clone(), entry.title.map(|title| title.content).unwrap_or_default())
    };
    feed.entries.into_iter().map(entry).collect()
}

// === breadth ===

#[test]
fn the_web_is_broad_enough_to_show_what_the_daemon_is_for() {
    let room = room(1);
    let printed = room.at(START);
    assert!(printed.len() >= 40, "{} entries at the start", printed.len());
    let outlets: BTreeSet<_> = printed.iter().map(|entry| entry.outlet).collect();
    assert!(outlets.len() >= 15);
    let languages: BTreeSet<_> = outlets.iter().map(|k| OUTLETS[*k].lang).collect();
    assert!(languages.len() >= 6 && languages.contains("de") && languages.contains("ja"), "{languages:?}");
    for format in [Format::Rss, Format::Rdf, Format::Atom, Format::Json] {
        assert!(OUTLETS.iter().any(|outlet| outlet.format == format), "{format:?}");
    }
    let live = super::texts::read().stories.iter().filter(|story| story.live.is_some()).count();
    assert!(live >= 12, "{live} written stories appear later");
}

#[test]
fn every_story_names_an_outlet_that_exists() {
    let written = super::texts::read().stories.len();
    assert_eq!(room(1).at(END).len(), written + 200);
    assert!(room(1).at(SOME).len() > written);
}

#[test]
fn every_link_of_every_feed_leads_to_a_page_with_that_headline() {
    let room = room(1);
    for k in healthy() {
        let entries = entries_of(&room, k, SOME);
        assert!(entries.len() >= 2, "{}", OUTLETS[k].id);
        for (link, title) in entries {
            let page = follow(&room, SOME, &link);
            assert_eq!(page.status, 200, "{link}");
            // A link collection has headlines of its own.
            if OUTLETS[k].id != "drawer" && !title.is_empty() {
                let html = text(&page);
                let document = scraper::Html::parse_document(&html);
                let headline = document.select(&scraper::Selector::parse("h1").unwrap()).next().unwrap();
                assert_eq!(headline.text().collect::<String>(), title, "{link}");
            }
        }
    }
}

#[test]
fn the_radio_attaches_recordings_with_what_is_said_in_them() {
    let (room, k) = (room(1), outlet("quellgrund"));
    let later = Duration::from_secs(60);
    let feed = crate::parser::parse(&get(&room, k, later, OUTLETS[k].feed).body, None, None).unwrap();
    let episodes: Vec<_> = feed.entries.iter().filter(|entry| !entry.enclosures.is_empty()).collect();
    assert_eq!(episodes.len(), 2);
    for episode in episodes {
        let sound = follow(&room, later, &episode.enclosures[0].url);
        assert_eq!((sound.status, Some(sound.body.len() as u64)), (200, episode.enclosures[0].length));
        let transcript = episode.podcast.iter().find(|element| element.name == "podcast:transcript").unwrap();
        assert!(text(&follow(&room, later, &transcript.attributes["url"])).starts_with("WEBVTT\n"));
    }
    assert_eq!(get(&room, k, later, "/ton/nothing.mp3").status, 404);
}

#[test]
fn one_entry_has_no_title_and_one_no_text() {
    let room = room(1);
    let entries =
        |id: &str| crate::parser::parse(&get(&room, outlet(id), START, OUTLETS[outlet(id)].feed).body, None, None).unwrap().entries;
    assert_eq!(entries("shed").iter().filter(|entry| entry.title.is_none()).count(), 1);
    let silent = |entry: &&crate::model::ParsedEntry| entry.summary.is_none() && entry.content.is_none();
    assert_eq!(entries("wessenburg").iter().filter(silent).count(), 1);
}

// === text ===

#[test]
fn the_wire_report_stands_in_six_outlets_and_two_of_them_name_the_same_page() {
    let room = room(1);
    let versions = |elapsed| {
        let mut versions = BTreeMap::new();
        for k in healthy() {
            for entry in room.feed(k, elapsed) {
                if text(&follow(&room, END, &entry.url)).contains("elf Haarrisse in den Querträgern der 1964") {
                    versions.insert(OUTLETS[k].id, entry.url.clone());
                }
            }
        }
        versions
    };
    let all = versions(Duration::from_secs(60));
    let names: Vec<_> = all.keys().copied().collect();
    assert_eq!(names, ["hochland", "lpm", "muehlwerder", "norderhafen", "quellgrund", "wessenburg"]);
    assert_eq!(all["muehlwerder"].split('?').next(), Some(all["lpm"].as_str()));
    assert!(all["muehlwerder"].contains("?utm_source="));
    let pages: BTreeSet<_> = all.values().map(|url| url.split('?').next()).collect();
    assert_eq!(pages.len(), 5);
    assert_eq!(versions(START).len(), 4, "two more appear while one watches");
}

#[test]
fn no_text_appears_twice_but_the_wire_report() {
    let mut seen = BTreeSet::new();
    for story in super::texts::read().stories {
        if story.title.contains("Arlenbrücke") || story.slug == "umweg-ueber-muehlwerder" {
            continue;
        }
        for block in std::iter::once(story.lede.as_str()).chain(story.blocks()) {
            assert!(seen.insert(block.to_owned()), "twice: {block}");
        }
    }
    assert!(seen.len() > 150);
}

#[test]
fn two_notices_of_one_outlet_share_at_most_one_part() {
    for list in super::texts::read().notices {
        let lengths = [list.who.len(), list.what.len(), list.place.len(), list.more.len()];
        assert_eq!(lengths, [8, 9, 11, 13], "{}", list.outlet);
        for a in 0..72_usize {
            for b in 0..a {
                let shared = lengths.iter().filter(|length| a % **length == b % **length).count();
                assert!(shared <= 1, "{} {a} {b}", list.outlet);
            }
        }
        let story = list.story(3, |_| 17);
        assert!(!story.lede.contains('{') && !story.title.contains('{'), "{}", story.lede);
    }
}

#[test]
fn link_collection_names_other_outlets_pages_with_tracking() {
    let room = room(1);
    let own: BTreeSet<_> = room.at(END).iter().filter(|entry| entry.path.is_some()).map(|entry| entry.url.as_str()).collect();
    let links: Vec<_> = entries_of(&room, outlet("drawer"), END);
    assert_eq!(links.len(), 5);
    for (link, _) in links {
        let (page, query) = link.split_once('?').unwrap();
        assert!(own.contains(page), "{page}");
        assert_eq!(query, "utm_source=drawer&utm_medium=feed&utm_campaign=daily");
    }
}

// === time ===

#[test]
fn something_new_appears_every_six_to_eight_seconds_and_at_last_nothing_more() {
    let room = room(1);
    let mut at = START;
    let mut known = room.at(START).len();
    while let Some(next) = room.next(at) {
        let gap = next.appears - at;
        assert!((6.0..8.0).contains(&gap.as_secs_f64()), "{gap:?}");
        assert_eq!(room.at(next.appears - Duration::from_millis(1)).len(), known);
        at = next.appears;
        known += 1;
        assert_eq!(room.at(at).len(), known);
    }
    assert!(known >= 250 && at > Duration::from_mins(20), "{known} in {at:?}");
}

#[test]
fn entries_are_dated_when_they_appear() {
    let room = room(1);
    let start: Timestamp = "2025-05-06T09:30:00Z".parse().unwrap();
    for entry in room.at(END) {
        let age = entry.published.as_second() - start.as_second();
        let expected = i64::try_from(entry.appears.as_secs()).unwrap();
        if entry.appears == START {
            assert!((-45 * 3600..0).contains(&age), "{}: {age}", entry.title());
        } else {
            assert_eq!(age, expected, "{}", entry.title());
        }
    }
}

#[test]
fn same_seed_same_web_and_another_seed_another() {
    let everything = |seed| {
        let room = room(seed);
        healthy().map(|k| get(&room, k, END, OUTLETS[k].feed).body).collect::<Vec<_>>()
    };
    assert_eq!(everything(1), everything(1));
    assert_ne!(everything(1), everything(2));
}

// === habits ===

#[test]
fn one_outlet_really_is_latin1() {
    let room = room(1);
    let k = outlet("wessenburg");
    let feed = get(&room, k, END, OUTLETS[k].feed);
    assert!(feed.body.starts_with(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"));
    assert!(feed.body.windows(7).any(|window| window == b"br\xfccke "), "one byte for an umlaut");
    assert!(str::from_utf8(&feed.body).is_err());
    let page = follow(&room, END, &room.feed(k, END)[0].url);
    assert_eq!(page.header("content-type"), Some("text/html; charset=iso-8859-1"));
    assert!(str::from_utf8(&page.body).is_err());
    let titles: Vec<_> = entries_of(&room, k, END).into_iter().map(|(_, title)| title).collect();
    assert!(titles.iter().any(|title| title == "Störche brüten auf dem Kran: Baustelle ruht bis Juli"), "{titles:?}");
}

#[test]
fn a_feed_answers_304_to_its_own_validators_until_something_is_new() {
    let room = room(1);
    let later = Duration::from_secs(60);
    for k in healthy() {
        let path = OUTLETS[k].feed;
        let first = get(&room, k, later, path);
        let (etag, modified) = (first.header("etag").unwrap(), first.header("last-modified").unwrap());
        let weak_of_two = format!("\"other\", W/{etag}");
        let ask = |elapsed, if_none_match, if_modified_since| {
            answer(&room, k, elapsed, Ask { path, if_none_match, if_modified_since }).status
        };
        assert_eq!(ask(later, Some(etag), Some(modified)), 304);
        assert_eq!(ask(later, None, Some(modified)), 304);
        assert_eq!(ask(later, Some(&weak_of_two), None), 304);
        assert_eq!(ask(later, Some("\"other\""), Some(modified)), 200, "the tag alone decides");
        let changes = room.feed(k, END)[0].appears > later;
        assert_eq!(ask(END, Some(etag), Some(modified)), if changes { 200 } else { 304 }, "{}", OUTLETS[k].id);
    }
    assert_eq!(room.feed(outlet("shed"), END)[0].appears, START, "the blog never changes");
    assert!(room.feed(outlet("lpm"), END)[0].appears > START);
}

#[test]
fn one_outlet_is_down_at_first_and_one_feed_is_gone() {
    let room = room(1);
    let (radio, gone) = (outlet("quellgrund"), outlet("altemark"));
    for elapsed in [START, Duration::from_secs(39)] {
        let down = get(&room, radio, elapsed, OUTLETS[radio].feed);
        assert_eq!((down.status, down.header("retry-after")), (503, Some("15")));
    }
    assert_eq!(get(&room, radio, Duration::from_secs(40), OUTLETS[radio].feed).status, 200);
    for elapsed in [START, END] {
        assert_eq!(get(&room, gone, elapsed, OUTLETS[gone].feed).status, 404);
    }
}

#[test]
fn robots_txt_of_one_outlet_forbids_what_its_feed_links_to() {
    let room = room(1);
    for k in healthy() {
        let robots = text(&get(&room, k, END, "/robots.txt"));
        let rules = texting_robots::Robot::new("feedmux", robots.as_bytes()).unwrap();
        let forbidden = room.feed(k, END).into_iter().filter(|entry| entry.path.is_some() && !rules.allowed(&entry.url)).count();
        assert_eq!(forbidden, usize::from(OUTLETS[k].id == "wessenburg"), "{}", OUTLETS[k].id);
    }
}

// === pages ===

#[test]
fn pages_have_the_weight_and_the_clutter_of_real_ones() {
    let room = room(1);
    let (mut videos, mut lists) = (0, 0);
    for entry in room.at(SOME).iter().filter(|entry| entry.path.is_some()) {
        let page = follow(&room, SOME, &entry.url);
        assert!((30_000..80_000).contains(&page.body.len()), "{}: {} bytes", entry.url, page.body.len());
        let html = text(&page);
        let words = room.words(entry.outlet);
        assert!(html.matches("<a ").count() > 100, "navigation");
        assert!(html.contains("id=\"consent\"") && html.contains(&words.related) && html.contains(&words.comments));
        assert!(html.contains(&words.ad));
        videos += usize::from(html.contains("class=\"video-teaser\""));
        lists += usize::from(html.contains("class=\"key-points\""));
    }
    assert!(videos >= 6 && lists >= 3, "{videos} {lists}");
}

#[test]
fn front_page_names_the_feed_and_unknown_paths_are_404() {
    let room = room(1);
    for k in healthy() {
        let front = text(&get(&room, k, END, "/"));
        assert!(front.contains(&format!("href=\"{}\"", OUTLETS[k].feed)), "autodiscovery");
        assert_eq!(get(&room, k, END, "/nowhere").status, 404);
    }
    assert!(get(&room, 0, END, "/bild/x.svg").body.starts_with(b"<svg"));
}

#[test]
fn a_page_is_not_there_before_its_entry() {
    let room = room(1);
    let entry = room.at(END).iter().rfind(|entry| entry.path.is_some()).unwrap();
    assert_eq!(follow(&room, entry.appears - Duration::from_millis(1), &entry.url).status, 404);
    assert_eq!(follow(&room, entry.appears, &entry.url).status, 200);
}

#[test]
fn markup_in_a_text_stays_text() {
    let room = room(1);
    let evil = "</script><b>1 & 2</b> \"]]>";
    for look in [Look::Modern, Look::Plain, Look::Divs, Look::Bare] {
        let k = OUTLETS.iter().position(|outlet| outlet.look == look && outlet.format != Format::Json).unwrap();
        let story = Story { title: evil.into(), lede: evil.into(), text: evil.into(), by: evil.into(), ..Story::default() };
        let entry = Entry { outlet: k, story, ..room.at(START)[0].clone() };
        let html = super::pages::Site::new(&room, k, END).article(&entry).into_string();
        let page = scraper::Html::parse_document(&html);
        let all = |css: &str| {
            let selector = scraper::Selector::parse(css).unwrap();
            page.select(&selector).map(|element| element.text().collect::<String>()).collect::<Vec<_>>()
        };
        assert_eq!(all("h1"), [evil], "{look:?}");
        assert!(all("b").is_empty(), "{look:?}");
        for data in all("script[type='application/ld+json']") {
            let data: serde_json::Value = serde_json::from_str(&data).unwrap();
            assert_eq!(data["headline"], evil);
        }
    }
}

// === listeners ===

async fn fetch(url: &str) -> std::io::Result<String> {
    let url = url::Url::parse(url).unwrap();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, url.port().unwrap())).await?;
    let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", url.path(), url.authority());
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn running_web_answers_publishes_and_stops() {
    let now = "2025-05-06T09:30:00Z".parse().unwrap();
    let web = start(Ipv4Addr::LOCALHOST.into(), now, 1).await.unwrap();
    let feeds = web.subscriptions();
    let hosts: BTreeSet<_> = feeds.iter().map(|feed| url::Url::parse(&feed.url).unwrap().authority().to_owned()).collect();
    assert_eq!((feeds.len(), hosts.len()), (16, 16), "each outlet is a host of its own");

    // Waiting and publishing at the same time: the one who waits is woken.
    let (told, published) = tokio::join!(web.next_entry(), async { web.publish_next() });
    let (told, published) = (told.unwrap(), published.unwrap());
    assert_eq!(told.url, published.url);
    assert_eq!((told.outlet(), told.title()), ("Küstenbote Norderhafen", "Arlenbrücke nach Rissen gesperrt"));

    let feed = feeds.iter().find(|feed| feed.title == told.outlet()).unwrap();
    let answer = fetch(&feed.url).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains(&told.url), "{answer}");
    assert!(fetch(&told.url).await.unwrap().contains("<h1>Arlenbrücke nach Rissen gesperrt</h1>"));

    web.stop().await;
    assert!(fetch(&feed.url).await.is_err(), "nobody listens any more");
}

#[tokio::test(start_paused = true)]
async fn entries_are_told_once_in_order_and_come_to_an_end() {
    let web = start(Ipv4Addr::LOCALHOST.into(), "2025-05-06T09:30:00Z".parse().unwrap(), 1).await.unwrap();
    let begun = Instant::now();
    let mut told = Vec::new();
    while let Some(entry) = web.next_entry().await {
        assert!(begun.elapsed() >= entry.appears);
        told.push(entry.url);
    }
    assert_eq!(told.len(), told.iter().collect::<BTreeSet<_>>().len());
    assert!(told.len() > 200 && web.publish_next().is_none());
}
