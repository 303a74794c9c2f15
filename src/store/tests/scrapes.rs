//! Pages: asked once, settled once, and never a loss of the feed's text.

use super::*;
use crate::model::ContentOrigin::{Article as FromArticle, Feed as FromFeed};

const PAGE: &str = "https://site.example/p";

#[tokio::test]
async fn an_entry_shows_up_with_its_article() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let applied = temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    assert_eq!(applied.new, 1);
    assert!(temp.titles().await.is_empty());
    assert_eq!(temp.value("SELECT state FROM entries").await, "pending");
    let page = temp.page(5).await;
    assert_eq!((page.url.as_str(), page.attempts, page.won.is_none()), ("https://site.example/one", 0, true));
    let waiting = &page.waiting[0];
    assert_eq!((waiting.title.as_str(), waiting.text.as_str()), ("Title one", "Text of one."));
    assert_eq!(waiting.html.as_str(), "<p>Text of one.</p>", "the summary where there is no content");
    assert!(temp.store.take_due_articles(at(5), 9, Vec::new(), Vec::new()).await.unwrap().is_empty(), "its time has moved");
    temp.settle(page.id, 20, won("All of it."), vec![chosen(waiting.id, FromArticle)]).await;
    let item = temp.items().await.pop().unwrap();
    assert_eq!((item.text.as_str(), item.content.unwrap().as_str().to_owned()), ("All of it.", "<p>All of it.</p>".to_owned()));
    assert_eq!((item.lang.as_deref(), item.received), (Some("fr-CA"), at(20)));
    assert_eq!(item.image.as_deref(), Some("https://site.example/big.jpg"));
    assert_eq!(item.summary.unwrap().as_str(), "<p>Text of one.</p>");
    assert_eq!(
        temp.value("SELECT content_text || content_origin || lang || state FROM entries").await,
        "All of it.articlefr-CAsettled"
    );
    assert_eq!(temp.store.next_due().await.unwrap().article, None);
    let decisions = temp.store.decisions_about(EntryId(1)).await.unwrap();
    assert_eq!((decisions[0].kind.as_str(), decisions[0].reason.as_str()), ("settled", "it says more"));
    let found = temp.store.find_entry("1").await.unwrap();
    assert_eq!(found[0].page.as_ref().unwrap().method.as_deref(), Some("blocks"));
}

#[tokio::test]
async fn the_feeds_own_text_may_win() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    let page = temp.page(5).await;
    temp.settle(page.id, 20, won("Cookie notice"), vec![chosen(EntryId(1), FromFeed)]).await;
    let item = temp.items().await.pop().unwrap();
    assert_eq!((item.text.as_str(), item.content, item.lang), ("Text of one.", None, None));
}

#[tokio::test]
async fn the_place_of_release_is_kept() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let back_dated = NewEntry { received_at: Some(at(-DAY)), ..entry("old") };
    let back_dated_waiting = NewEntry { received_at: Some(at(-2 * DAY)), ..waits(entry("older"), 600) };
    temp.apply(ids[0], 0, vec![back_dated_waiting, back_dated, waits(entry("held"), 600), entry("now")]).await;
    assert_eq!(temp.titles().await, ["Title now", "Title old"]);
    assert_eq!(temp.store.next_due().await.unwrap().hold, Some(at(600)));
    assert_eq!(temp.store.release_held(at(599)).await.unwrap(), 0);
    assert_eq!(temp.store.release_held(at(600)).await.unwrap(), 2);
    assert_eq!(temp.store.release_held(at(601)).await.unwrap(), 0);
    assert_eq!(temp.store.next_due().await.unwrap().hold, None);
    let released = temp.items().await;
    let order: Vec<_> = released.iter().map(|item| (item.title.as_str(), item.received)).collect();
    assert_eq!(order, [("Title held", at(600)), ("Title now", at(1)), ("Title old", at(-DAY)), ("Title older", at(-2 * DAY))]);
    assert!(released.iter().all(|item| item.first_seen == at(0)), "a place may be back-dated, this is not");
    assert_eq!(temp.value("SELECT count(*) FROM entries WHERE state = 'pending'").await, 2, "their pages may still come");
    for page in temp.store.take_due_articles(at(700), 9, Vec::new(), Vec::new()).await.unwrap() {
        let entries = vec![chosen(page.waiting[0].id, FromArticle)];
        temp.settle(page.id, 800, won("All of it."), entries).await;
    }
    let settled = temp.items().await;
    let place = |items: &[Item]| items.iter().map(|item| (item.public_id.clone(), item.received)).collect::<Vec<_>>();
    assert_eq!(place(&settled), place(&released), "ids and places do not move");
    assert_eq!(settled[0].text, "All of it.");
    assert_eq!(temp.value("SELECT group_concat(kind) FROM decisions WHERE entry_id = 3").await, "held,settled");
}

#[tokio::test]
async fn a_page_that_fails_is_tried_again_and_then_let_go() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    let page = temp.page(1).await;
    temp.settle(page.id, 2, PageOutcome::Retry { error: "timeout".to_owned(), at: at(60), counts: true }, Vec::new()).await;
    assert_eq!(temp.store.next_due().await.unwrap().article, Some(at(60)));
    let page = temp.page(60).await;
    assert_eq!(page.attempts, 1);
    temp.settle(page.id, 61, PageOutcome::Failed { error: "status 404".to_owned() }, vec![chosen(EntryId(1), FromArticle)]).await;
    let item = temp.items().await.pop().unwrap();
    assert_eq!(item.text, "Text of one.", "there is no article to show, whatever the verdict said");
    assert_eq!(temp.store.next_due().await.unwrap().article, None);
    temp.apply(ids[0], 100, vec![waits(NewEntry { keys: vec![key("x")], ..entry("one") }, 700)]).await;
    assert_eq!(temp.page(100).await.attempts, 0, "a new entry that leads there is a new chance");
}

#[tokio::test]
async fn a_crash_counts_as_an_attempt() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    for attempts in 0..3 {
        assert_eq!(temp.page(i64::from(attempts) * HOUR).await.attempts, attempts);
    }
    let busy = vec![ArticleId(1)];
    assert!(temp.store.take_due_articles(at(9 * HOUR), 9, busy, Vec::new()).await.unwrap().is_empty(), "not while it is under way");
}

#[tokio::test]
async fn one_page_serves_all_who_lead_to_it() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c", "d"]).await;
    temp.apply(ids[0], 0, vec![waits(at_page("one", PAGE), 600)]).await;
    temp.apply(ids[1], 0, vec![waits(at_page("two", PAGE), 600)]).await;
    let page = temp.page(1).await;
    assert_eq!(page.waiting.len(), 2);
    temp.apply(ids[2], 2, vec![waits(at_page("three", PAGE), 600)]).await;
    let entries = page.waiting.iter().map(|entry| chosen(entry.id, FromArticle)).collect();
    temp.settle(page.id, 3, won("All of it."), entries).await;
    // The one that came while the page was under way, and one that comes later, are judged without another request.
    let late = temp.page(3).await;
    assert_eq!((late.waiting.len(), late.won.as_ref().map(|won| won.text.as_str())), (1, Some("All of it.")));
    temp.settle(late.id, 4, PageOutcome::Known, vec![chosen(late.waiting[0].id, FromArticle)]).await;
    temp.apply(ids[3], 5, vec![waits(at_page("four", PAGE), 600)]).await;
    let later = temp.page(5).await;
    assert!(later.won.is_some());
    temp.settle(later.id, 6, PageOutcome::Known, vec![chosen(later.waiting[0].id, FromArticle)]).await;
    assert!(temp.items().await.iter().all(|item| item.text == "All of it."));
    assert_eq!(temp.value("SELECT entries || ' ' || feeds FROM stories").await, "4 4");
    assert_eq!(temp.value("SELECT count(*) FROM article").await, 1);
}

#[tokio::test]
async fn failing_settles_those_who_came_meanwhile() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![waits(at_page("one", PAGE), 600)]).await;
    let page = temp.page(1).await;
    temp.apply(ids[1], 2, vec![waits(at_page("two", PAGE), 600)]).await;
    temp.settle(page.id, 3, PageOutcome::Failed { error: "status 410".to_owned() }, vec![chosen(EntryId(1), FromFeed)]).await;
    assert_eq!(temp.value("SELECT count(*) FROM entries WHERE state = 'settled'").await, 2);
    assert_eq!(temp.titles().await.len(), 2);
}

#[tokio::test]
async fn a_round_ends_with_nothing_pending() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600), waits(entry("two"), 600)]).await;
    temp.store.release_held(at(600)).await.unwrap();
    temp.apply(ids[0], 601, vec![waits(entry("three"), 1200)]).await;
    assert_eq!(temp.store.settle_all_pending(at(700)).await.unwrap(), 3);
    assert_eq!(temp.titles().await, ["Title three", "Title two", "Title one"]);
    assert_eq!(temp.value("SELECT count(*) FROM entries WHERE state <> 'settled'").await, 0);
    let pages = temp.store.take_due_articles(at(700), 9, Vec::new(), Vec::new()).await.unwrap();
    assert_eq!(pages.len(), 3, "their pages stay queued");
    temp.settle(pages[0].id, 800, won("All of it."), vec![chosen(pages[0].waiting[0].id, FromArticle)]).await;
    assert_eq!(temp.items().await[2].text, "All of it.", "and may still win");
}

#[tokio::test]
async fn what_is_scraped_again_replaces_and_is_found_by_its_new_words() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600)]).await;
    let page = temp.page(1).await;
    temp.settle(page.id, 2, won("walrus"), vec![chosen(EntryId(1), FromArticle)]).await;
    temp.store.index_now().await.unwrap();
    let before = temp.seq().await;
    temp.settle(page.id, 3, won("narwhal"), Vec::new()).await;
    temp.store.index_now().await.unwrap();
    assert_eq!(temp.seq().await, before + 1);
    assert_eq!(temp.store.search(searched("narwhal", 9)).await.unwrap().len(), 1);
    assert_eq!(temp.store.search(searched("walrus", 9)).await.unwrap().len(), 0);
    assert_eq!(temp.items().await[0].text, "narwhal");
}

#[tokio::test]
async fn what_a_page_says_of_itself_is_kept_and_dates_an_entry_that_the_feed_does_not() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let mut dated = waits(entry("dated"), 600);
    dated.text.published = Some(at(-50));
    temp.apply(ids[0], 0, vec![waits(entry("one"), 600), dated, entry("latest")]).await;
    let says = Article {
        published: Some("2023-11-14T20:00:00+01:00".to_owned()),
        updated: Some("2023-11-15T20:00:00+01:00".to_owned()),
        section: Some("Coast".to_owned()),
        text: "All of it.".to_owned(),
        ..Article::default()
    };
    for page in temp.store.take_due_articles(at(5), 9, Vec::new(), Vec::new()).await.unwrap() {
        let entries = vec![SettledEntry { published: Some(at(-HOUR)), ..chosen(page.waiting[0].id, FromArticle) }];
        let outcome = PageOutcome::Won { article: Box::new(says.clone()), canonical_url: None, foldable: true };
        temp.settle(page.id, 20, outcome, entries).await;
    }
    let published = async || temp.value("SELECT group_concat(published_at, ' ') FROM (SELECT * FROM entries ORDER BY id)").await;
    assert_eq!(published().await, "2023-11-14T21:13:20.000Z 2023-11-14T22:12:30.000Z", "the feed's own date counts");
    assert_eq!(temp.value("SELECT section FROM entries WHERE id = 1").await, "Coast");
    assert_eq!(temp.value("SELECT page_updated_at FROM entries WHERE id = 1").await, "2023-11-15T19:00:00.000Z");
    assert_eq!(temp.value("SELECT count(*) FROM entries WHERE coalesce(section, page_updated_at) IS NULL").await, 1);
    let found = temp.store.find_entry("1").await.unwrap().pop().unwrap();
    let page = found.page.unwrap();
    assert_eq!((found.page_dated, page.updated, page.section), (true, says.updated.clone(), says.section.clone()));
    assert!(!temp.store.find_entry("2").await.unwrap()[0].page_dated);
    // What is out has its place, whatever pages say of their changes.
    let order: Vec<String> = temp.items().await.into_iter().map(|item| item.title).collect();
    assert_eq!(order, ["Title dated", "Title one", "Title latest"]);
    // Read again, the page knows better; and the feed better than the page.
    temp.store.reextract(at(30), None, at(-1)).await.unwrap();
    let page = temp.store.take_due_articles(at(31), 1, Vec::new(), Vec::new()).await.unwrap().pop().unwrap();
    assert_eq!(page.won.as_ref().map(|won| (&won.updated, &won.section)), Some((&says.updated, &says.section)));
    let later = SettledEntry { published: Some(at(DAY)), ..chosen(page.waiting[0].id, FromArticle) };
    temp.settle(page.id, 40, won("All of it."), vec![later]).await;
    assert_eq!(published().await, "2023-11-14T22:13:20.000Z 2023-11-14T22:12:30.000Z", "not later than it was seen");
    let mut edited = polls::changed(1, "one", "Title one");
    edited.text.published = Some(at(-100));
    temp.store.apply(ids[0], Plan { changed: vec![edited], ..plan(600) }).await.unwrap();
    assert_eq!(published().await, "2023-11-14T22:11:40.000Z 2023-11-14T22:12:30.000Z");
    assert!(!temp.store.find_entry("1").await.unwrap()[0].page_dated);
}
