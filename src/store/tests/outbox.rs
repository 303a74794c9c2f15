//! Hooks: what is written down for them, and when it goes.

use super::*;
use crate::model::ContentOrigin::{Article as FromArticle, Feed as FromFeed};
use crate::model::{
    Address, ChangedEntry, Happened, HookEvent, HookId, HookSpec, HookState, MAX_DELIVERY_WAIT, NoticeKind, OUTBOX_KEPT,
    OUTBOX_ROWS, Sign,
};
use HookEvent::{EntryUpdated, FeedFailing, StoryGrew, StoryNew};

fn hook(key: &str, on: &[HookEvent]) -> HookSpec {
    HookSpec { key: key.to_owned(), target: Hash128::of(key.as_bytes()), on: on.to_vec() }
}

/// One hook that asks for all.
async fn curious(temp: &Temp) -> HookId {
    temp.store.put_hooks(vec![hook("all", &HookEvent::ALL)]).await.unwrap()[0]
}

/// `kind subject` of all that waits for a hook, oldest first.
async fn waiting(temp: &Temp, hook: HookId) -> Vec<String> {
    let sql = format!("SELECT kind || ' ' || subject FROM outbox WHERE hook_id = {} ORDER BY n", hook.0);
    temp.rows(&sql).await.into_iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
}

async fn state(temp: &Temp, hook: HookId) -> HookState {
    temp.store.hooks().await.unwrap().into_iter().find(|state| state.id == hook).unwrap()
}

fn edit(id: i64, text: &str, matters: bool) -> ChangedEntry {
    ChangedEntry {
        id: EntryId(id),
        keys: Vec::new(),
        text: EntryText { text: text.to_owned(), ..entry("one").text },
        content_hash: Hash128::of(text.as_bytes()),
        title_hash: Hash128::of(b"title"),
        print: Fingerprint::default(),
        matters,
    }
}

#[tokio::test]
async fn an_entry_is_told_when_it_is_released_and_not_before() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("at once"), waits(entry("settled"), 600), waits(entry("held"), 600)]).await;
    assert_eq!(waiting(&temp, hook).await, ["released 1"]);
    let first = temp.store.first_waiting(hook).await.unwrap().unwrap();
    assert_eq!((first.n, first.at, first.what, first.failures), (1, at(1), Some(Happened::Released(EntryId(1))), 0));
    let pages = temp.store.take_due_articles(at(5), 9, Vec::new(), Vec::new()).await.unwrap();
    temp.settle(pages[0].id, 20, won("All of it."), vec![chosen(EntryId(2), FromArticle)]).await;
    temp.store.release_held(at(600)).await.unwrap();
    assert_eq!(waiting(&temp, hook).await, ["released 1", "released 2", "released 3"]);
    // What was shown with the feed's text and gets its page's is another text to readers.
    temp.settle(pages[1].id, 700, won("All of it."), vec![chosen(EntryId(3), FromArticle)]).await;
    assert_eq!(waiting(&temp, hook).await[3..], ["entry.updated 3"]);
}

#[tokio::test]
async fn a_page_that_comes_late_and_changes_nothing_is_not_told() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![waits(entry("held"), 600)]).await;
    let page = temp.page(5).await;
    temp.store.settle_all_pending(at(10)).await.unwrap();
    temp.settle(page.id, 20, won("Cookie notice"), vec![chosen(EntryId(1), FromFeed)]).await;
    assert_eq!(waiting(&temp, hook).await, ["released 1"]);
}

#[tokio::test]
async fn a_first_poll_tells_nothing_also_not_by_its_pages() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    let old = |entry: NewEntry| NewEntry { received_at: Some(at(-DAY)), ..entry };
    temp.apply(feed, 0, vec![old(entry("one")), old(waits(entry("settled"), 600)), old(waits(entry("held"), 600))]).await;
    let pages = temp.store.take_due_articles(at(5), 9, Vec::new(), Vec::new()).await.unwrap();
    temp.settle(pages[0].id, 20, won("All of it."), vec![chosen(EntryId(2), FromArticle)]).await;
    temp.store.release_held(at(600)).await.unwrap();
    temp.settle(pages[1].id, 700, won("All of it."), vec![chosen(EntryId(3), FromArticle)]).await;
    assert_eq!(waiting(&temp, hook).await, [""; 0]);
    temp.store.apply(feed, Plan { changed: vec![edit(1, "Rewritten.", true)], ..plan(800) }).await.unwrap();
    assert_eq!(waiting(&temp, hook).await, ["entry.updated 1"], "a later edit is news of a later poll");
}

#[tokio::test]
async fn an_edit_is_told_if_it_matters_and_somebody_saw_what_was_there_before() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("one"), waits(entry("two"), 600)]).await;
    let check = async |id: i64, text: &str, matters: bool, expected: &[&str]| {
        let seen = waiting(&temp, hook).await.len();
        temp.store.apply(feed, Plan { changed: vec![edit(id, text, matters)], ..plan(10) }).await.unwrap();
        assert_eq!(waiting(&temp, hook).await[seen..], *expected, "{text}");
    };
    check(1, "Text of one!", false, &[]).await;
    check(1, "Another text.", true, &["entry.updated 1"]).await;
    check(1, "Another text.", true, &[]).await;
    check(2, "Not released.", true, &[]).await;
    // Behind an article the feed's text is not seen; the article that is read again is.
    let page = temp.page(20).await;
    temp.settle(page.id, 30, won("The article."), vec![chosen(EntryId(2), FromArticle)]).await;
    let seen = waiting(&temp, hook).await.len();
    temp.store.reextract(at(7200), None, at(0)).await.unwrap();
    let page = temp.page(7200).await;
    temp.settle(page.id, 7300, won("The article, longer."), vec![chosen(EntryId(2), FromArticle)]).await;
    assert_eq!(waiting(&temp, hook).await[seen..], ["entry.updated 2"]);
}

#[tokio::test]
async fn what_a_notice_tells_is_told_once_and_when_it_is_over() {
    let check = async |kind: NoticeKind, expected: &[&str]| {
        let temp = Temp::new();
        let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
        let shows = || Sign::Shows { kind, since: at(0), detail: "why".to_owned() };
        let moved = Address::Moved { to: "https://new.example/".to_owned(), reason: "301".to_owned() };
        let address = if kind == NoticeKind::Moved { moved } else { Address::Here };
        for (when, sign) in [(10, shows()), (20, shows()), (30, Sign::Over(kind)), (40, Sign::Over(kind))] {
            let mut plan = Plan { signs: vec![sign], ..plan(when) };
            plan.feed.address = if when == 10 { address.clone() } else { Address::Here };
            temp.store.apply(feed, plan).await.unwrap();
        }
        assert_eq!(waiting(&temp, hook).await, expected, "{kind:?}");
    };
    check(NoticeKind::Failing, &["feed.failing 1", "feed.recovered 1"]).await;
    check(NoticeKind::Blocked, &["feed.failing 1", "feed.recovered 1"]).await;
    check(NoticeKind::Gone, &["feed.gone 1", "feed.recovered 1"]).await;
    check(NoticeKind::Silent, &["feed.silent 1", "feed.recovered 1"]).await;
    check(NoticeKind::PagesBroken, &["extraction.broken 1", "extraction.recovered 1"]).await;
    check(NoticeKind::Moved, &["feed.moved 1"]).await;
    check(NoticeKind::Rekeyed, &[]).await;
}

#[tokio::test]
async fn what_comes_back_or_gets_worse_is_told_and_what_is_hidden_is_not() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    let shows = |kind| Sign::Shows { kind, since: at(0), detail: "why".to_owned() };
    for (when, sign) in [
        (10, shows(NoticeKind::Failing)),
        (20, Sign::Over(NoticeKind::Failing)),
        (30, shows(NoticeKind::Failing)),
        (40, shows(NoticeKind::Gone)),
    ] {
        temp.store.apply(feed, Plan { signs: vec![sign], ..plan(when) }).await.unwrap();
    }
    assert_eq!(waiting(&temp, hook).await, ["feed.failing 1", "feed.recovered 1", "feed.failing 1", "feed.gone 2"]);
    temp.store.pause(at(50), feed, true).await.unwrap();
    assert_eq!(waiting(&temp, hook).await.len(), 4);
}

#[tokio::test]
async fn only_who_asks_is_told() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    let specs =
        vec![hook("new", &[StoryNew]), hook("grew", &[StoryGrew]), hook("edits", &[EntryUpdated]), hook("feeds", &[FeedFailing])];
    let ids = temp.store.put_hooks(specs).await.unwrap();
    temp.apply(feed, 0, vec![entry("one")]).await;
    temp.store.apply(feed, Plan { changed: vec![edit(1, "Another.", true)], ..plan(10) }).await.unwrap();
    let mut told = Vec::new();
    for id in &ids {
        told.push(waiting(&temp, *id).await);
    }
    assert_eq!(told, [vec!["released 1"], vec!["released 1"], vec!["entry.updated 1"], vec![]]);
    let salts: std::collections::HashSet<String> = {
        let mut salts = std::collections::HashSet::new();
        for id in &ids[..3] {
            salts.insert(temp.store.first_waiting(*id).await.unwrap().unwrap().id);
        }
        salts
    };
    assert_eq!(salts.len(), 3, "no two events have one id: {salts:?}");
}

#[tokio::test]
async fn a_poll_that_is_refused_tells_nothing() {
    let temp = Temp::new();
    let hook = curious(&temp).await;
    temp.store.apply(FeedId(9), Plan { new: vec![entry("one")], ..plan(0) }).await.unwrap_err();
    assert_eq!(waiting(&temp, hook).await, [""; 0]);
}

#[tokio::test]
async fn deliveries_go_in_order_and_survive_a_restart_under_the_same_id() {
    let mut temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("one"), entry("two")]).await;
    let before = temp.store.first_waiting(hook).await.unwrap().unwrap();
    temp.reopen(ByAddress).await;
    assert_eq!(curious(&temp).await, hook);
    assert_eq!(temp.store.first_waiting(hook).await.unwrap().unwrap(), before);
    assert_eq!(temp.store.due_hooks(at(1)).await.unwrap(), [hook]);
    temp.store.delivered(at(5), hook, before.n).await.unwrap();
    let second = temp.store.first_waiting(hook).await.unwrap().unwrap();
    assert_eq!(second.what, Some(Happened::Released(EntryId(2))));
    assert_ne!(second.id, before.id);
    temp.store.pass_over(hook, second.n).await.unwrap();
    assert_eq!(temp.store.first_waiting(hook).await.unwrap(), None);
    assert_eq!(temp.store.due_hooks(at(9)).await.unwrap(), []);
    let state = state(&temp, hook).await;
    assert_eq!((state.waiting, state.delivered, state.delivered_at), (0, 1, Some(at(5))));
    temp.apply(feed, 20, vec![entry("three")]).await;
    let third = temp.store.first_waiting(hook).await.unwrap().unwrap();
    assert!(third.n > second.n, "numbers are never given twice");
    temp.sound().await;
}

#[tokio::test]
async fn who_fails_waits_and_what_is_too_old_then_is_lost_and_counted() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("one")]).await;
    temp.apply(feed, DAY, vec![entry("two")]).await;
    let wait = Duration::from_secs(10);
    assert_eq!(temp.store.delivery_failed(at(DAY + 5), hook, "status 500".to_owned(), wait).await.unwrap(), 0);
    for (when, expected) in [(DAY + 14, 0), (DAY + 15, 1)] {
        assert_eq!(temp.store.due_hooks(at(when)).await.unwrap().len(), expected, "{when}");
    }
    temp.store.delivery_failed(at(DAY + 20), hook, "status 502".to_owned(), wait).await.unwrap();
    let failing = state(&temp, hook).await;
    assert_eq!((failing.failures, failing.failing_since, failing.error.as_deref()), (2, Some(at(DAY + 5)), Some("status 502")));
    assert_eq!((failing.waiting, failing.next_try_at), (2, Some(at(DAY + 30))));
    let late = 1 + i64::try_from(OUTBOX_KEPT.as_secs()).unwrap();
    assert_eq!(temp.store.delivery_failed(at(late), hook, "x".repeat(5000), wait).await.unwrap(), 1);
    assert_eq!(waiting(&temp, hook).await, ["released 2"]);
    assert_eq!(temp.store.delivered(at(late + 5), hook, 2).await.unwrap(), 1);
    let well = state(&temp, hook).await;
    assert_eq!((well.failures, well.failing_since, well.error, well.next_try_at, well.dropped), (0, None, None, None, 1));
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_silence_a_hook() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("one")]).await;
    temp.store.delivery_failed(at(9 * DAY), hook, "x".to_owned(), MAX_DELIVERY_WAIT).await.unwrap();
    temp.apply(feed, 10, vec![entry("two")]).await;
    assert_eq!(temp.store.due_hooks(at(20)).await.unwrap(), [hook]);
}

#[tokio::test]
async fn of_too_many_the_oldest_are_lost_and_counted() {
    let temp = Temp::new();
    let (feed, hook) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    temp.apply(feed, 0, vec![entry("one"), entry("two")]).await;
    // As after many more.
    let path = temp.dir.path().join("feedmux.db");
    let full = i64::try_from(OUTBOX_ROWS).unwrap();
    rusqlite::Connection::open(path).unwrap().execute("UPDATE hook SET last_n = ?1", [full]).unwrap();
    temp.apply(feed, 10, vec![entry("three")]).await;
    assert_eq!(waiting(&temp, hook).await, ["released 2", "released 3"]);
    assert_eq!(state(&temp, hook).await.dropped, 1);
}

#[tokio::test]
async fn hooks_that_are_not_listed_any_more_are_forgotten_with_what_waits() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    let ids = temp.store.put_hooks(vec![hook("a", &[StoryNew]), hook("b", &[StoryNew])]).await.unwrap();
    temp.apply(feed, 0, vec![entry("one")]).await;
    let later = temp.store.put_hooks(vec![hook("c", &[FeedFailing]), hook("a", &[EntryUpdated])]).await.unwrap();
    assert_eq!(later[1], ids[0], "whatever its place in the list");
    assert!(later[0] > ids[1], "what is under way for the old one must not meet the new one");
    assert_eq!(waiting(&temp, ids[0]).await, ["released 1"], "what waits is delivered");
    assert_eq!(temp.value("SELECT count(*) FROM outbox").await, 1);
    temp.store.delivered(at(5), ids[1], 1).await.unwrap();
    temp.store.delivery_failed(at(5), ids[1], "x".to_owned(), Duration::ZERO).await.unwrap();
    temp.apply(feed, 10, vec![entry("two")]).await;
    assert_eq!(temp.value("SELECT count(*) FROM outbox").await, 1, "nobody asks for it");
    temp.store.put_hooks(Vec::new()).await.unwrap();
    assert_eq!(temp.value("SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM hook)").await, 0);
    temp.sound().await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_told_nothing_until_it_is_elsewhere_or_answers() {
    let temp = Temp::new();
    let (feed, hook_id) = (temp.feeds(&["a"]).await[0], curious(&temp).await);
    let gone = async |when: i64| {
        temp.apply(feed, when, vec![entry(&format!("before {when}"))]).await;
        temp.store.end_hook(at(when + 1), hook_id, "status 410".to_owned()).await.unwrap();
        temp.apply(feed, when + 2, vec![entry(&format!("after {when}"))]).await;
        assert_eq!(curious(&temp).await, hook_id, "a restart changes nothing");
        assert_eq!(waiting(&temp, hook_id).await, [""; 0]);
        assert_eq!(temp.store.due_hooks(at(when + 9)).await.unwrap(), []);
        let state = state(&temp, hook_id).await;
        assert_eq!((state.ended_at, state.error.as_deref()), (Some(at(when + 1)), Some("status 410")));
    };
    let lives = async |when: i64| {
        temp.apply(feed, when, vec![entry(&format!("alive {when}"))]).await;
        assert_eq!(temp.store.due_hooks(at(when)).await.unwrap(), [hook_id]);
        let state = state(&temp, hook_id).await;
        assert_eq!((state.ended_at, state.error), (None, None));
    };
    gone(10).await;
    temp.store.revive_hook(hook_id).await.unwrap();
    lives(20).await;
    gone(30).await;
    let elsewhere = HookSpec { target: Hash128::of(b"elsewhere"), ..hook("all", &HookEvent::ALL) };
    assert_eq!(temp.store.put_hooks(vec![elsewhere]).await.unwrap(), [hook_id]);
    lives(40).await;
}
