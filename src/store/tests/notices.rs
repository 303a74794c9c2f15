//! What is told of feeds: with the poll that shows it, once, and for as long as it lasts.

use super::*;
use crate::model::{Address, Broken, Notice, NoticeKind, PageVerdict, PageWorth, PushPlan, Sign, TOLD_A_DAY};
use NoticeKind::{Blocked, Failing, Gone, Moved, PagesBroken, Rekeyed, Silent};

fn shows(kind: NoticeKind, since: i64) -> Sign {
    Sign::Shows { kind, since: at(since), detail: format!("{} by the poll", kind.as_str()) }
}

async fn polled(temp: &Temp, feed: FeedId, when: i64, signs: Vec<Sign>) {
    temp.store.apply(feed, Plan { signs, ..plan(when) }).await.unwrap();
}

async fn all(temp: &Temp) -> Vec<Notice> {
    temp.store.notices(false).await.unwrap()
}

/// `kind begun-told-changed-ended`, the last changed first.
async fn told(temp: &Temp) -> Vec<String> {
    let second = |at: Timestamp| at.as_second() - super::at(0).as_second();
    let line = |notice: Notice| {
        let ended = notice.ended_at.map_or_else(|| "open".to_owned(), |at| second(at).to_string());
        let (begun, told, changed) = (second(notice.begun_at), second(notice.told_at), second(notice.changed_at));
        format!("{} {begun} {told} {changed} {ended}", notice.kind.as_str())
    };
    all(temp).await.into_iter().map(line).collect()
}

#[tokio::test]
async fn what_a_poll_shows_is_told_until_a_poll_ends_it() {
    for kind in [Failing, Blocked, Gone, Silent, PagesBroken] {
        let temp = Temp::new();
        let feed = temp.feeds(&["a"]).await[0];
        polled(&temp, feed, 5, vec![Sign::Over(kind)]).await;
        assert_eq!(told(&temp).await, [""; 0]);
        let seq = temp.seq().await;
        polled(&temp, feed, 10, vec![shows(kind, 3)]).await;
        assert_eq!(told(&temp).await, [format!("{} 3 10 10 open", kind.as_str())]);
        assert_ne!(temp.seq().await, seq, "readers have to be told");
        let seq = temp.seq().await;
        polled(&temp, feed, 20, vec![shows(kind, 4)]).await;
        assert_eq!(told(&temp).await, [format!("{} 3 10 10 open", kind.as_str())], "once");
        assert_eq!(temp.seq().await, seq);
        assert_eq!(temp.store.open_notices_of(feed).await.unwrap().len(), 1);
        polled(&temp, feed, 30, vec![Sign::Over(kind)]).await;
        assert_eq!(told(&temp).await, [format!("{} 3 10 30 30", kind.as_str())]);
        assert_ne!(temp.seq().await, seq);
        assert_eq!(temp.store.open_notices_of(feed).await.unwrap(), []);
        polled(&temp, feed, 40, vec![Sign::Over(kind)]).await;
        assert_eq!(told(&temp).await, [format!("{} 3 10 30 30", kind.as_str())]);
    }
}

#[tokio::test]
async fn one_of_them_is_found_however_many_came_after_it() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    polled(&temp, feed, 10, vec![shows(Failing, 3)]).await;
    let first = all(&temp).await.remove(0);
    let more = "INSERT INTO notice (feed_id, kind, own, begun_at, told_at, changed_at, public_id, detail)
        WITH RECURSIVE later (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM later LIMIT 1000)
        SELECT feed_id, 'silent', 0, begun_at, told_at, changed_at + n, 'urn:n:' || n, '' FROM notice, later";
    rusqlite::Connection::open(temp.dir.path().join("feedmux.db")).unwrap().execute(more, []).unwrap();
    assert!(!all(&temp).await.contains(&first), "the list is bounded");
    assert_eq!(temp.store.notice(first.id).await.unwrap(), Some(first));
    assert_eq!(temp.store.notice(9_999).await.unwrap(), None);
}

#[tokio::test]
async fn ids_survive_a_restart_and_the_end() {
    let mut temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    polled(&temp, ids[0], 10, vec![shows(Failing, 3)]).await;
    polled(&temp, ids[1], 10, vec![shows(Failing, 3)]).await;
    let names = |notices: Vec<Notice>| notices.into_iter().map(|one| (one.feed, one.public_id)).collect::<Vec<_>>();
    let before = names(all(&temp).await);
    assert_ne!(before[0].1, before[1].1);
    assert!(before.iter().all(|(_, id)| id.starts_with("urn:uuid:")), "{before:?}");
    temp.reopen(ByAddress).await;
    assert_eq!(names(all(&temp).await), before);
    for id in ids {
        polled(&temp, id, 20, vec![Sign::Over(Failing)]).await;
    }
    assert_eq!(names(all(&temp).await), before);
}

#[tokio::test]
async fn a_plan_that_is_refused_tells_nothing() {
    let temp = Temp::new();
    temp.store.apply(FeedId(9), Plan { signs: vec![shows(Gone, 0)], ..plan(0) }).await.unwrap_err();
    assert_eq!(temp.value("SELECT count(*) FROM notice").await, 0);
}

#[tokio::test]
async fn what_comes_back_within_a_week_is_the_same_notice() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    for (when, sign, expected) in [
        (10, shows(Failing, 3), vec!["failing 3 10 10 open"]),
        (20, Sign::Over(Failing), vec!["failing 3 10 20 20"]),
        (20 + 7 * DAY, shows(Failing, 30), vec!["failing 30 10 604820 open"]),
        (8 * DAY, Sign::Over(Failing), vec!["failing 30 10 691200 691200"]),
        (8 * DAY + 7 * DAY + 1, shows(Failing, 40), vec!["failing 40 1296001 1296001 open", "failing 30 10 691200 691200"]),
    ] {
        polled(&temp, feed, when, vec![sign]).await;
        assert_eq!(told(&temp).await, expected, "at {when}");
    }
}

#[tokio::test]
async fn one_trouble_is_told_once() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    polled(&temp, feed, 10, vec![shows(Failing, 3)]).await;
    polled(&temp, feed, 20, vec![shows(Blocked, 3)]).await;
    assert_eq!(told(&temp).await, ["failing 3 10 10 open"]);
    polled(&temp, feed, 25, vec![shows(Silent, 4)]).await;
    polled(&temp, feed, 30, vec![shows(Gone, 3)]).await;
    assert_eq!(told(&temp).await, ["gone 3 30 30 open"], "what was said before is no news");
    polled(&temp, feed, 40, vec![shows(Failing, 35)]).await;
    assert_eq!(told(&temp).await, ["gone 3 30 30 open"]);
}

#[tokio::test]
async fn what_nobody_wants_to_know_ends_without_a_word() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    for id in &ids {
        polled(&temp, *id, 10, vec![shows(Failing, 3)]).await;
    }
    let seq = temp.seq().await;
    temp.store.pause(at(20), ids[0], true).await.unwrap();
    temp.feeds(&["a", "c"]).await;
    assert_eq!(all(&temp).await.iter().map(|one| one.feed).collect::<Vec<_>>(), [ids[2]]);
    assert_ne!(temp.seq().await, seq);
    polled(&temp, ids[0], 30, vec![shows(Failing, 3)]).await;
    polled(&temp, ids[1], 30, vec![shows(Gone, 3)]).await;
    assert_eq!(all(&temp).await.len(), 1, "polls that were under way");
    temp.store.pause(at(40), ids[0], false).await.unwrap();
    polled(&temp, ids[0], 50, vec![shows(Failing, 3)]).await;
    assert_eq!(told(&temp).await, ["failing 3 10 50 open", "failing 3 10 10 open"], "it is wanted again");
}

#[tokio::test]
async fn moves_are_told_when_they_take_place() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let to = "https://b.example/feed".to_owned();
    let merged = |into| Address::Merged { to: to.clone(), into, reason: "why".to_owned() };
    let says = async |address, when| {
        let feed = FeedPatch { address, ..plan(0).feed };
        temp.store.apply(ids[0], Plan { feed, signs: vec![shows(Moved, when)], ..plan(when) }).await.unwrap();
    };
    temp.store.pause(at(1), ids[1], true).await.unwrap();
    says(merged(ids[1]), 10).await;
    assert_eq!(told(&temp).await, [""; 0], "the other one rests, so the move is put off");
    temp.store.pause(at(11), ids[1], false).await.unwrap();
    polled(&temp, ids[0], 12, vec![shows(Silent, 0)]).await;
    says(merged(ids[1]), 20).await;
    assert_eq!(told(&temp).await, ["moved 20 20 20 20"], "it is not polled any more: its silence is none");
    assert_eq!(temp.store.notices(true).await.unwrap(), [], "what happened does not last");
}

#[tokio::test]
async fn feeds_that_make_new_guids_for_ever_are_told_once() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    for day in 0..30 {
        polled(&temp, feed, day * DAY, vec![shows(Rekeyed, day * DAY)]).await;
    }
    let notices = all(&temp).await;
    assert_eq!((notices.len(), notices[0].changed_at), (1, at(0)));
}

#[tokio::test]
async fn pages_that_break_are_told_with_the_break() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    temp.apply(feed, 0, vec![waits(entry("one"), 600)]).await;
    let page = temp.page(1).await;
    let verdict = Some(PageVerdict { worth: PageWorth::More, whole: false, chars: 100 });
    let settled = SettledEntry { verdict, ..chosen(EntryId(1), crate::model::ContentOrigin::Article) };
    temp.settle(page.id, 2, won("All of it."), vec![settled]).await;
    let broken = Broken { at: at(5), reason: "they are short".to_owned(), was_rate: 0.9, was_chars: 3000 };
    let set = async |when, broken| temp.store.set_broken(at(when), feed, broken, "why".to_owned()).await.unwrap();
    assert!(set(9, Some(broken)).await);
    assert_eq!(told(&temp).await, ["pages-broken 5 9 9 open"]);
    assert_eq!(all(&temp).await[0].detail, "they are short");
    assert!(set(12, None).await);
    assert_eq!(told(&temp).await, ["pages-broken 5 9 12 12"]);
}

#[tokio::test]
async fn the_rhythm_of_news_is_remembered_and_news_end_a_silence() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    let schedule = async |when| temp.store.take_due_feeds(due_at(when)).await.unwrap().pop().unwrap().schedule;
    temp.apply(feed, 0, vec![entry("first")]).await;
    temp.apply(feed, 60, Vec::new()).await;
    assert_eq!(schedule(HOUR).await.gaps, [Duration::ZERO; 0], "a first poll says nothing of a rhythm");
    for n in 1..=40 {
        temp.apply(feed, n * HOUR, vec![entry(&n.to_string())]).await;
    }
    assert_eq!(schedule(50 * HOUR).await.gaps, [Duration::from_secs(3600); crate::model::GAPS_KEPT]);
    temp.apply(feed, 41 * HOUR + 7, vec![entry("late")]).await;
    assert_eq!(schedule(60 * HOUR).await.gaps.last(), Some(&Duration::from_secs(3607)));
    polled(&temp, feed, 60 * HOUR, vec![shows(Silent, 0)]).await;
    let wish = crate::model::HubWish {
        hub: "https://hub.example/".to_owned(),
        topic: "t".to_owned(),
        base: "https://me.example".to_owned(),
        callback: "one".to_owned(),
        secret: crate::model::HubSecret("key".to_owned()),
    };
    let hub = FeedPatch { hub: crate::model::HubSaid::At(Box::new(wish)), ..plan(60 * HOUR).feed };
    temp.store.apply(feed, Plan { feed: hub, ..plan(60 * HOUR) }).await.unwrap();
    let push = PushPlan {
        new: vec![entry("pushed")],
        changed: Vec::new(),
        seen: Vec::new(),
        attached: Vec::new(),
        poll: plan(61 * HOUR).poll,
        decisions: Vec::new(),
    };
    temp.store.push(feed, push).await.unwrap();
    assert_eq!(temp.store.notices(true).await.unwrap(), [], "whoever brought them");
    assert!(told(&temp).await[0].starts_with("silent 0 "), "{:?}", told(&temp).await);
}

#[tokio::test]
async fn since_when_a_feed_fails_is_remembered() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    let fails = async |when, failures| {
        let patch = FeedPatch { failures, ok: failures == 0, ..plan(when).feed };
        temp.store.apply(feed, Plan { feed: patch, ..plan(when) }).await.unwrap();
        temp.store.take_due_feeds(due_at(when + HOUR)).await.unwrap().pop().unwrap().schedule.failing_since
    };
    assert_eq!(fails(0, 0).await, None);
    assert_eq!(fails(10, 1).await, Some(at(10)));
    assert_eq!(fails(HOUR, 2).await, Some(at(10)));
    temp.store.shift_due(DAY * 1000).await.unwrap();
    assert_eq!(fails(DAY + HOUR, 2).await, Some(at(10 + DAY)), "a clock that is set makes nobody fail for longer");
    assert_eq!(fails(3 * DAY, 0).await, None);
}

#[tokio::test]
async fn whatever_happens_few_items_come_a_day() {
    let temp = Temp::new();
    let names: Vec<String> = (0..60).map(|n| format!("n{n}")).collect();
    let ids = temp.feeds(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut dice = 7_u64;
    let mut throw = |faces: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % faces
    };
    for n in 0..1_200_i64 {
        let kind = NoticeKind::ALL[throw(7)];
        let sign = if throw(3) == 0 { Sign::Over(kind) } else { shows(kind, n * 600) };
        let feed = ids[throw(ids.len())];
        let address = match kind {
            Moved => Address::Moved { to: format!("https://m{}.example/", throw(9)), reason: String::new() },
            _ => Address::Here,
        };
        temp.store
            .apply(feed, Plan { feed: FeedPatch { address, ..plan(n * 600).feed }, signs: vec![sign], ..plan(n * 600) })
            .await
            .unwrap();
    }
    let days = temp.rows("SELECT told_at / 86400000, sum(own), count(*) FROM notice GROUP BY 1").await;
    let limit = i64::try_from(TOLD_A_DAY).unwrap();
    assert!(days.iter().all(|day| day[1].as_i64().unwrap() <= limit), "{days:?}");
    assert!(days.iter().filter(|day| day[1] == limit && day[2].as_i64() > Some(limit)).count() > 1, "{days:?}");
    let twice = "SELECT 1 FROM notice WHERE ended_at IS NULL GROUP BY feed_id, kind HAVING count(*) > 1
                 UNION ALL SELECT 1 FROM notice a JOIN notice b USING (feed_id, kind)
                 WHERE b.id > a.id AND b.told_at - a.ended_at <= 7 * 86400000";
    assert_eq!(temp.rows(twice).await.len(), 0, "nothing is opened twice, nor again within a week");
    temp.sound().await;
}

#[tokio::test]
async fn what_is_over_is_forgotten_after_a_while() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    polled(&temp, ids[0], 10, vec![shows(Failing, 3), shows(Silent, 3)]).await;
    polled(&temp, ids[0], 20, vec![Sign::Over(Failing)]).await;
    polled(&temp, ids[1], 91 * DAY, vec![shows(Failing, 3)]).await;
    assert_eq!(told(&temp).await, ["failing 3 7862400 7862400 open", "silent 3 10 10 open"]);
}
