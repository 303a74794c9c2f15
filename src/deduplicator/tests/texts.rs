//! What a plan says about an entry beside its identity: order, dates, pages to ask for, language.

use super::*;

#[test]
fn new_entries_come_oldest_first() {
    let order = |entries: Vec<ParsedEntry>| -> Vec<String> {
        Shelf::default().poll(&entries).new.into_iter().map(|new| new.text.title).collect()
    };
    assert_eq!(order(plain(&[1, 2, 3])), ["Story 3", "Story 2", "Story 1"]);
    assert_eq!(order(plain(&[3, 1, 2])), ["Story 3", "Story 2", "Story 1"]);
    assert_eq!(order(stories(&[1, 2, 3], |_, entry| entry.published = None)), ["Story 3", "Story 2", "Story 1"]);
    assert_eq!(
        order(stories(&[1, 2, 3], |_, entry| entry.published = at("2024-01-01T00:00:00Z"))),
        ["Story 3", "Story 2", "Story 1"]
    );
    // the undated one stands beside its older neighbour
    assert_eq!(
        order(stories(&[5, 2, 4, 3], |n, e| e.published = e.published.filter(|_| n != 2))),
        ["Story 5", "Story 4", "Story 2", "Story 3"]
    );
}

#[test]
fn the_first_poll_is_back_dated_and_later_ones_are_not() {
    let mut shelf = Shelf::default();
    let first = shelf.poll(&stories(&[2, 1], |n, entry| entry.published = entry.published.filter(|_| n == 2)));
    assert_eq!(first.new.iter().map(|new| new.received_at).collect::<Vec<_>>(), [Some(start()), story(2).published]);
    assert_eq!(shelf.poll(&plain(&[3])).new[0].received_at, None);
}

#[test]
fn of_a_new_feed_only_the_newest_entries_are_scraped() {
    let mut shelf = Shelf::default();
    let scraped = |plan: EntryPlan| plan.new.into_iter().map(|new| new.scrape.is_some()).collect::<Vec<_>>();
    assert_eq!(scraped(shelf.poll(&plain(&[1, 2, 3, 4, 5]))), [false, false, true, true, true]);
    assert_eq!(scraped(shelf.poll(&plain(&[6, 7, 8, 9, 10]))), [true; 5]);
}

#[test]
fn pages_are_asked_for_where_the_feed_does_not_carry_the_whole() {
    let ask = |mode, edit: fn(&mut ParsedEntry)| {
        let mut input = Shelf::default().input(stories(&[1], |_, entry| edit(entry)));
        input.settings.scrape = mode;
        plan(&input).new.remove(0).scrape
    };
    let wanted = ScrapeAsk {
        canonical_url: "https://paper.test/news/100001".into(),
        url: "http://www.paper.test/news/100001?utm_source=rss".into(),
        host: "paper.test".into(),
        hold_until: after(start(), Duration::from_mins(10)),
    };
    let tracked: fn(&mut ParsedEntry) = |entry| entry.link = Some("http://www.paper.test/news/100001?utm_source=rss".into());
    assert_eq!(ask(ScrapeMode::Auto, tracked), Some(wanted));
    assert_eq!(ask(ScrapeMode::Never, tracked), None);
    let whole: fn(&mut ParsedEntry) = |entry| entry.content = Some("the whole text".into());
    assert_eq!(ask(ScrapeMode::Auto, whole), None);
    assert!(ask(ScrapeMode::Always, whole).is_some());
    assert_eq!(ask(ScrapeMode::Always, |entry| entry.link = None), None);
    assert_eq!(ask(ScrapeMode::Always, |entry| entry.link = Some("ftp://paper.test/a".into())), None);
    let sound: fn(&mut ParsedEntry) = |entry| {
        entry.enclosures = vec![Enclosure { url: entry.link.clone().unwrap_or_default(), ..Enclosure::default() }];
    };
    assert_eq!(ask(ScrapeMode::Always, sound), None);
}

#[test]
fn a_front_page_is_never_folded() {
    let foldable = |link: &str| Shelf::default().poll(&stories(&[1], |_, entry| entry.link = Some(link.into()))).new[0].foldable;
    assert!(foldable("https://paper.test/news/100001"));
    assert!(foldable("https://paper.test/bruecke") && !foldable("https://paper.test/"));
}

#[test]
fn the_language_is_the_entrys_else_the_feeds_else_a_guess() {
    let lang = |entry: Option<&str>, feed: Option<&str>, title: &str| {
        let mut input =
            Shelf::default().input(stories(&[1], |_, e| (e.language, e.title) = (entry.map(str::to_owned), Some(title.into()))));
        input.document.parsed.feed.language = feed.map(str::to_owned);
        plan(&input).new.remove(0).text.lang
    };
    assert_eq!(lang(Some("fr"), Some("en"), "Spaß").as_deref(), Some("fr"));
    assert_eq!(lang(Some(" "), Some("en"), "Spaß").as_deref(), Some("en"));
    assert_eq!(lang(None, None, "Spaß").as_deref(), Some("de"));
    assert_eq!(lang(None, None, "Fun"), None);
}

#[test]
fn html_is_cleaned_relative_to_what_the_parser_says() {
    let cleaned = |base: Option<&str>| {
        let input = Shelf::default().input(stories(&[1], |_, e| (e.base, e.content) = (base.map(str::to_owned), Some("x".into()))));
        plan(&input).new.remove(0).text.content.unwrap().into_string()
    };
    assert_eq!(cleaned(Some("https://a.test/1")), "<!--https://a.test/1-->x");
    assert_eq!(cleaned(None), "x");
}

#[test]
fn what_a_stranger_links_to_is_counted_apart() {
    let host = |feed: &str| {
        let mut input = Shelf::default().input(plain(&[1]));
        input.feed_url = feed.to_owned();
        plan(&input).new.remove(0).print.host
    };
    assert_eq!(host("https://paper.test/feed"), host("https://www.paper.test/sport.xml"));
    assert_ne!(host("https://paper.test/feed"), host("https://stranger.test/feed"));
    assert_ne!(host("https://planet.test/feed"), host("https://stranger.test/feed"));
}

#[test]
fn edits_that_nobody_notices_do_not_matter() {
    let matters = |edit: &dyn Fn(&mut ParsedEntry)| {
        let mut shelf = Shelf::default();
        let told: String = (0..80).map(|n| format!("word{n} ")).collect();
        let mut entry = ParsedEntry { content: Some(told), ..story(1) };
        shelf.poll(std::slice::from_ref(&entry));
        edit(&mut entry);
        let plan = shelf.poll(&[entry]);
        plan.changed.first().map(|changed| changed.matters)
    };
    let replace = |from: &'static str, to: &'static str| {
        move |entry: &mut ParsedEntry| {
            entry.content = entry.content.as_ref().map(|text| text.replace(from, to));
        }
    };
    assert_eq!(matters(&|_| ()), None);
    assert_eq!(matters(&replace("word3 ", "word3, ")), Some(false));
    assert_eq!(matters(&replace("word79 ", "word79 and more ")), Some(false));
    assert_eq!(matters(&replace("word4", "werd4")), Some(true));
    assert_eq!(matters(&replace("word79 ", "word79 and a sentence that was not there before ")), Some(true));
    assert_eq!(matters(&|entry| entry.title = Some("Another headline".to_owned())), Some(true));
}

#[test]
fn a_feed_that_gives_all_entries_new_guids_is_told_of_once() {
    let polls = |numbers: &[u32]| {
        let mut shelf = Shelf::default();
        shelf.poll(&plain(numbers));
        let plan = shelf.poll(&stories(numbers, |n, entry| entry.guid = Some(format!("https://other.test/?p={n}"))));
        let told: Vec<_> =
            plan.decisions.iter().filter(|decision| decision.kind == "rekeyed").map(|decision| decision.entry.is_some()).collect();
        (plan.new.len(), told)
    };
    assert_eq!(polls(&[1, 2, 3]), (0, vec![true; 3]));
    assert_eq!(polls(&[1, 2, 3, 4, 5, 6, 7]), (0, vec![false]));
}
