//! What is learned of a feed's pages, pages that are read again, and what the pages of a host have in common.

use super::*;
use crate::model::ContentOrigin::{Article as FromArticle, Feed as FromFeed};
use crate::model::{Broken, ChangedEntry, HostLines, PageChoice, PageVerdict, PageWorth, RESULTS_KEPT};

fn choice(asked: bool, whole: bool) -> Option<PageChoice> {
    Some(PageChoice { asked, whole, reason: "a reason".to_owned(), told: true })
}

fn found(id: EntryId, worth: PageWorth, whole: bool) -> SettledEntry {
    let origin = if worth == PageWorth::More { FromArticle } else { FromFeed };
    SettledEntry { verdict: Some(PageVerdict { worth, whole, chars: 100 }), ..chosen(id, origin) }
}

fn lines(lines: &[u64]) -> Option<HostLines> {
    Some(HostLines { host: "site.example".to_owned(), lines: lines.to_vec() })
}

/// Settles the due page of `name` with these lines.
async fn read(temp: &Temp, when: i64, with: &[u64]) -> ArticleId {
    let page = temp.page(when).await;
    let entries = page.waiting.iter().map(|entry| chosen(entry.id, FromArticle)).collect();
    let settlement = Settlement { at: at(when), outcome: won("All of it."), entries, lines: lines(with) };
    temp.store.settle(page.id, settlement).await.unwrap();
    page.id
}

async fn stories(temp: &Temp, article: ArticleId) -> Vec<(u64, u16)> {
    let mut stories: Vec<_> = temp.store.host_lines("site.example".to_owned(), article).await.unwrap().into_iter().collect();
    stories.sort_unstable();
    stories
}

#[tokio::test]
async fn what_is_not_asked_for_is_counted_and_told() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    assert_eq!(temp.store.page_history(ids[0]).await.unwrap(), crate::model::PageHistory::default());
    let with = |name: &str, page| NewEntry { page, ..entry(name) };
    temp.apply(ids[0], 0, vec![with("one", choice(false, true)), with("two", choice(false, true)), with("three", None)]).await;
    temp.apply(ids[0], 9, vec![with("four", choice(false, true)), with("five", choice(false, false))]).await;
    let history = temp.store.page_history(ids[0]).await.unwrap();
    assert_eq!((history.wholes.skipped, history.wholes.asked_at), (3, Some(at(0))));
    assert_eq!((history.teasers.skipped, history.teasers.asked_at), (1, Some(at(9))));
    temp.apply(ids[0], 20, vec![NewEntry { page: choice(true, true), ..waits(entry("six"), 600) }]).await;
    let history = temp.store.known(ids[0], Vec::new()).await.unwrap().pages;
    assert_eq!((history.wholes.skipped, history.wholes.asked_at), (0, Some(at(20))), "a poll knows it");
    assert_eq!(temp.value("SELECT count(*) FROM decisions WHERE kind = 'page' AND reason = 'a reason'").await, 5);
    assert_eq!(temp.store.decisions_about(EntryId(2)).await.unwrap()[0].kind, "page");
}

#[tokio::test]
async fn verdicts_are_remembered_of_the_last_results() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let all = RESULTS_KEPT + 7;
    for n in 0..all {
        let when = i64::try_from(n).unwrap() * 10;
        temp.apply(ids[0], when, vec![waits(entry(&format!("e{n}")), when + 600)]).await;
        let page = temp.page(when).await;
        let worth = if n % 2 == 0 { PageWorth::More } else { PageWorth::Failed };
        temp.settle(page.id, when, won("All of it."), vec![found(page.waiting[0].id, worth, n % 4 == 0)]).await;
    }
    let (results, broken) = temp.store.page_results(ids[0]).await.unwrap();
    assert_eq!((results.len(), broken), (RESULTS_KEPT, None));
    let times: Vec<_> = results.iter().map(|result| result.at).collect();
    assert!(times.is_sorted_by(|a, b| a > b), "latest first: {times:?}");
    assert_eq!(results[0].at, at(i64::try_from(all - 1).unwrap() * 10));
    let history = temp.store.page_history(ids[0]).await.unwrap();
    assert_eq!(history.teasers.won, vec![true; 10], "what did not come says nothing");
    assert_eq!(history.wholes.won, vec![true; 10]);
}

#[tokio::test]
async fn a_break_is_told_once_and_so_is_its_end() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let broken = Broken { at: at(5), reason: "they are short".to_owned(), was_rate: 0.9, was_chars: 3000 };
    let set =
        async |broken: Option<&Broken>| temp.store.set_broken(at(9), ids[0], broken.cloned(), "why".to_owned()).await.unwrap();
    assert!(!set(Some(&broken)).await, "of a feed without results nothing is known");
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    let page = temp.page(1).await;
    temp.settle(page.id, 2, won("All of it."), vec![found(EntryId(1), PageWorth::More, false)]).await;
    assert!(set(Some(&broken)).await && !set(Some(&broken)).await);
    assert_eq!(temp.store.page_results(ids[0]).await.unwrap().1, Some(broken));
    assert!(set(None).await && !set(None).await);
    assert_eq!(
        temp.value("SELECT group_concat(kind || ' ' || reason) FROM decisions WHERE entry_id IS NULL").await,
        "pages-broken why,pages-well why"
    );
}

#[tokio::test]
async fn a_page_that_is_asked_for_again_loses_nothing_and_surfaces_nothing() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    read(&temp, 1, &[]).await;
    temp.apply(ids[1], 2, vec![waits(entry("other"), 600)]).await;
    read(&temp, 3, &[]).await;
    let before = temp.items().await;
    assert_eq!(temp.store.reextract(at(100), Some(ids[0]), at(50)).await.unwrap(), 0, "not seen since then");
    assert_eq!(temp.store.reextract(at(100), Some(ids[0]), at(-50)).await.unwrap(), 1);
    temp.apply(ids[0], 101, vec![waits(entry("new"), 700)]).await;
    let due = temp.store.take_due_articles(at(102), 9, Vec::new(), Vec::new()).await.unwrap();
    assert_eq!(due.iter().map(|page| page.again).collect::<Vec<_>>(), [false, true], "news first");
    let page = &due[1];
    assert_eq!((page.won.as_ref().unwrap().text.as_str(), page.attempts), ("All of it.", 0));
    assert_eq!(page.waiting[0].shows, Some(FromArticle));
    temp.settle(page.id, 103, PageOutcome::Kept { reason: "status 500".to_owned() }, Vec::new()).await;
    assert_eq!(temp.items().await, before, "what was won stays");
    let told = temp.store.decisions_about(EntryId(1)).await.unwrap().pop().unwrap();
    assert!(told.kind == "kept" && told.reason.contains("status 500"), "{told:?}");
    temp.settle(due[0].id, 103, PageOutcome::Failed { error: "x".to_owned() }, vec![chosen(due[0].waiting[0].id, FromFeed)]).await;
    assert_eq!(temp.store.next_due().await.unwrap().article, None);

    assert_eq!(temp.store.reextract(at(200), None, at(-50)).await.unwrap(), 3, "all feeds, and those that failed");
    for page in temp.store.take_due_articles(at(200), 9, Vec::new(), Vec::new()).await.unwrap() {
        let entries = page.waiting.iter().map(|entry| chosen(entry.id, FromArticle)).collect();
        temp.settle(page.id, 201, won("Better."), entries).await;
    }
    let after = temp.items().await;
    assert!(after.iter().all(|item| item.text == "Better."));
    let place = |items: &[Item]| items.iter().map(|item| (item.public_id.clone(), item.received)).collect::<Vec<_>>();
    assert_eq!(place(&after)[1..], place(&before)[..], "ids and places do not move");
    assert_eq!(temp.store.next_due().await.unwrap().article, None, "once");
    temp.store.index_now().await.unwrap();
    assert_eq!(temp.store.search(searched("better", 9)).await.unwrap().len(), 3);
    assert_eq!(temp.store.search(searched("all", 9)).await.unwrap().len(), 0);
    // To the feed's text and out of the index in one step.
    temp.store.reextract(at(300), Some(ids[1]), at(-50)).await.unwrap();
    let page = temp.page(300).await;
    temp.settle(page.id, 301, won("Gone."), vec![chosen(page.waiting[0].id, FromFeed)]).await;
    temp.store.index_now().await.unwrap();
    assert_eq!(temp.store.search(searched("better", 9)).await.unwrap().len(), 2);
    assert_eq!(temp.store.search(searched("text other", 9)).await.unwrap().len(), 1);
    temp.sound().await;
}

#[tokio::test]
async fn an_edit_has_the_page_read_again_three_times_and_not_within_an_hour() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600), entry("two")]).await;
    read(&temp, 1, &[]).await;
    let edit = async |id: i64, when: i64, text: &str| {
        let old = entry("one");
        let text = crate::model::EntryText { text: text.to_owned(), ..old.text };
        let (content_hash, title_hash) = (Hash128::of(text.text.as_bytes()), old.title_hash);
        let changed = vec![ChangedEntry {
            id: EntryId(id),
            keys: Vec::new(),
            text,
            content_hash,
            title_hash,
            print: Fingerprint::default(),
            matters: true,
        }];
        temp.store.apply(ids[0], Plan { changed, ..plan(when) }).await.unwrap();
    };
    let due = async || temp.store.next_due().await.unwrap().article;
    edit(2, 10, "Edited.").await;
    assert_eq!(due().await, None, "it shows the feed's text");
    edit(1, 10, "Text of one.").await;
    assert_eq!(due().await, None, "its text is the same");
    let mut when = 10;
    for n in 1..=4 {
        edit(1, when, &format!("Edited {n}.")).await;
        if n == 4 {
            break;
        }
        let read_at = if n == 1 { 1 + HOUR } else { when };
        assert_eq!(due().await, Some(at(read_at.max(when))), "{n}");
        edit(1, when + 1, &format!("Edited {n} again.")).await;
        assert_eq!(due().await, Some(at(read_at.max(when))), "one reading is for both");
        let page = temp.page(read_at.max(when)).await;
        assert!(page.again && page.won.is_some() && page.waiting[0].text == format!("Edited {n} again."));
        let now = read_at.max(when) + 1;
        temp.settle(page.id, now, won(&format!("Page {n}.")), vec![chosen(EntryId(1), FromArticle)]).await;
        when = now + 2 * HOUR;
    }
    assert_eq!(due().await, None, "a feed that prints the time is not followed for ever");
    assert_eq!(temp.value("SELECT count(*) FROM decisions WHERE kind = 'reread'").await, 3);
    assert_eq!(temp.items().await.iter().find(|item| item.entry == EntryId(1)).unwrap().text, "Page 3.");
}

#[tokio::test]
async fn lines_are_counted_once_a_story() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    for n in 0..3 {
        temp.apply(ids[0], n * 10, vec![waits(entry(&format!("e{n}")), 6000)]).await;
        let own = u64::MAX - u64::try_from(n).unwrap();
        let article = read(&temp, n * 10, &[7, own]).await;
        assert_eq!(stories(&temp, article).await.iter().filter(|(line, _)| *line == own).count(), 0, "others only");
    }
    assert_eq!(stories(&temp, ArticleId(1)).await, [(7, 2), (u64::MAX - 2, 1), (u64::MAX - 1, 1)]);
    assert_eq!(stories(&temp, ArticleId(99)).await[0], (7, 3));
    // Read again in between: still one story, with the lines of both readings.
    temp.store.reextract(at(100), None, at(-50)).await.unwrap();
    for page in temp.store.take_due_articles(at(100), 9, Vec::new(), Vec::new()).await.unwrap() {
        let settlement = Settlement { at: at(101), outcome: won("x"), entries: Vec::new(), lines: lines(&[7, 8]) };
        temp.store.settle(page.id, settlement).await.unwrap();
    }
    let other = stories(&temp, ArticleId(99)).await;
    assert_eq!(other[..2], [(7, 3), (8, 3)]);
    assert_eq!(other.len(), 5);
    assert!(temp.store.host_lines("other.example".to_owned(), ArticleId(1)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_host_s_memory_is_bounded_and_forgets_what_it_does_not_see() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    // As hashes are.
    let line = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32);
    let mut sizes = Vec::new();
    for n in 0..60_u64 {
        let when = i64::try_from(n).unwrap() * 10;
        temp.apply(ids[0], when, vec![waits(entry(&format!("e{n}")), 6000)]).await;
        // The last are more than are counted of a page.
        let all: Vec<u64> = std::iter::once(7).chain((0..500).map(|i| line(1000 * (n + 1) + i))).collect();
        read(&temp, when, &all).await;
        sizes.push(stories(&temp, ArticleId(0)).await.len());
    }
    // Looked through now and then.
    assert!(sizes.iter().all(|size| *size < 12_000) && sizes.windows(2).any(|pair| pair[1] == 4000), "{sizes:?}");
    let seen: std::collections::HashMap<u64, u16> = stories(&temp, ArticleId(99)).await.into_iter().collect();
    assert_eq!(seen[&7], 60, "what is seen with every page stays");
    assert!(!seen.contains_key(&line(1_000)) && seen.contains_key(&line(60_000)));
    temp.expire(100 * DAY, Duration::from_hours(24), 9).await;
    while temp.expire(100 * DAY, Duration::from_hours(24), 9).await > 0 {}
    assert!(stories(&temp, ArticleId(99)).await.is_empty());
}

#[tokio::test]
async fn an_article_that_is_paywalled_says_so() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600), entry("two")]).await;
    let page = temp.page(1).await;
    let PageOutcome::Won { mut article, canonical_url, foldable } = won("Its beginning.") else { unreachable!() };
    article.partial = true;
    temp.settle(page.id, 2, PageOutcome::Won { article, canonical_url, foldable }, vec![chosen(EntryId(1), FromArticle)]).await;
    assert_eq!(temp.value("SELECT group_concat(partial) FROM (SELECT partial FROM entries ORDER BY id)").await, "1,0");
    assert!(temp.store.find_entry("1").await.unwrap()[0].page.as_ref().unwrap().partial);
    temp.store.reextract(at(9), None, at(-9)).await.unwrap();
    assert!(temp.page(9).await.won.unwrap().partial, "and the next reading knows it");
    temp.settle(page.id, 10, won("All of it."), vec![chosen(EntryId(1), FromFeed)]).await;
    assert_eq!(temp.value("SELECT sum(partial) FROM entries").await, 0);
}
