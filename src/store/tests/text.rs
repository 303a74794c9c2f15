//! Full text: all scripts, and always the words of now.

use proptest::prelude::*;

use super::*;
use crate::model::ChangedEntry;
use crate::store::StoreError;

fn says(name: &str, title: &str, text: &str) -> NewEntry {
    let mut entry = entry(name);
    (entry.text.title, entry.text.text) = (title.to_owned(), text.to_owned());
    entry
}

async fn check(temp: &Temp, words: &str, expected: &[&str]) {
    let mut found: Vec<_> =
        temp.store.search(SearchQuery::new(words, 99).every_entry()).await.unwrap().into_iter().map(|hit| hit.title).collect();
    found.sort();
    assert_eq!(found, expected, "{words:?}");
}

async fn library() -> Temp {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let entries = vec![
        says("1", "Café", "Die Straße nach São Paulo führt über Übermut"),
        says("2", "ja", "昨日、東京都知事は新しい計画を発表した。スマホも。"),
        says("3", "zh", "北京大学发布了新的研究报告"),
        says("4", "ko", "서울에서 열린 회의"),
        says("5", "th", "ประชุมที่กรุงเทพ"),
        says("6", "en", "The quick brown fox; running foxes"),
    ];
    temp.apply(ids[0], 0, entries).await;
    temp.store.index_now().await.unwrap();
    temp
}

#[tokio::test]
async fn words_are_found_in_all_scripts() {
    let temp = library().await;
    for (words, expected) in [
        ("cafe", &["Café"][..]),
        ("CAFÉ", &["Café"]),
        ("sao paulo", &["Café"]),
        ("ubermut", &["Café"]),
        ("東京", &["ja"]),
        ("知事", &["ja"]),
        ("京東", &[]),
        ("スマホ", &["ja"]),
        ("京", &["ja", "zh"]),
        ("大学", &["zh"]),
        ("서울", &["ko"]),
        ("กรุงเทพ", &["th"]),
        ("quick fox", &["en"]),
        ("\"quick brown\"", &["en"]),
        ("\"brown quick\"", &[]),
        ("\"quick brown", &["en"]),
        ("run*", &["en"]),
        ("run", &[]),
        ("京 -東", &["zh"]),
        ("-quick", &[]),
        ("quick -\"brown fox\"", &[]),
        ("title:quick", &[]),
        ("quick AND fox", &[]),
        ("", &[]),
        (" - \" * ", &[]),
    ] {
        check(&temp, words, expected).await;
    }
}

#[tokio::test]
async fn the_index_follows_the_text() {
    let temp = library().await;
    let change = |text: &str| ChangedEntry {
        id: EntryId(6),
        keys: Vec::new(),
        text: EntryText { title: "en".to_owned(), text: text.to_owned(), ..EntryText::default() },
        content_hash: Hash128::of(b"2"),
        title_hash: Hash128::of(b"2"),
        print: Fingerprint::default(),
        matters: true,
    };
    // Twice before the index is written again: the second one must not take out what was never put in.
    for text in ["a slow badger", "a lazy dog"] {
        temp.store.apply(FeedId(1), Plan { changed: vec![change(text)], ..plan(60) }).await.unwrap();
    }
    temp.store.index_now().await.unwrap();
    for (words, expected) in [("fox", &[][..]), ("badger", &[]), ("dog", &["en"])] {
        check(&temp, words, expected).await;
    }
    let checked =
        temp.store.write(|tx| Ok(tx.conn.execute_batch("INSERT INTO entries_fts (entries_fts) VALUES ('integrity-check')")?));
    assert_eq!(checked.await, Ok::<(), StoreError>(()));
}

#[tokio::test]
async fn the_index_catches_up_by_itself() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let entries: Vec<_> = (0..700).map(|n| entry(&format!("n{n}"))).collect();
    temp.apply(ids[0], 0, entries).await;
    // More than a batch waits, and nobody asks for anything: the thread needs no call to begin.
    let patience = tokio::time::timeout(Duration::from_secs(30), async {
        while temp.value("SELECT count(*) FROM fts_todo").await != 0 {
            tokio::task::yield_now().await;
        }
    });
    patience.await.expect("the index is written without being asked");
    assert_eq!(temp.store.search(SearchQuery::new("title", 1000).every_entry()).await.unwrap().len(), 700);
}

#[tokio::test]
async fn a_hit_says_where() {
    let temp = library().await;
    let hit = temp.store.search(SearchQuery::new("東京", 1).every_entry()).await.unwrap().pop().unwrap();
    let marked: Vec<_> = hit.snippet.marks.iter().map(|(from, to)| &hit.snippet.text[*from..*to]).collect();
    assert_eq!(marked, ["東京"]);
    assert_eq!((hit.entry_id, hit.feed_title.as_str(), hit.public_id.as_str()), (EntryId(2), "A", "urn:uuid:2"));
    assert_eq!(hit.published, at(0));
}

#[tokio::test]
async fn a_title_weighs_more() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let filler = "other words here ".repeat(5);
    let entries = vec![says("1", "aside", &format!("otter {filler}")), says("2", "otter", &filler), says("3", "none", &filler)];
    temp.apply(ids[0], 0, entries).await;
    temp.store.index_now().await.unwrap();
    let hits = temp.store.search(SearchQuery::new("otter", 9).every_entry()).await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.title.as_str()).collect::<Vec<_>>(), ["otter", "aside"]);
}

#[test]
fn no_search_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let temp = runtime.block_on(library());
    let signs = "[-a-z\"*:^(){}+ ,.'\\\\\u{0}\u{301}東ก가éß ]{0,24}";
    let words = "(AND|OR|NOT|NEAR|title:|\"|\\*|-| |fox|東京){0,12}";
    let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(typed in prop_oneof![signs, words, any::<String>()])| {
        let hits = runtime.block_on(temp.store.search(SearchQuery::new(&typed, 5).every_entry()));
        prop_assert!(hits.is_ok(), "{typed:?}: {hits:?}");
        for hit in hits.unwrap() {
            for (from, to) in hit.snippet.marks {
                prop_assert!(from < to && hit.snippet.text.get(from..to).is_some());
            }
        }
    });
}

#[tokio::test]
async fn what_an_entry_said_before_it_was_edited_is_kept() {
    let temp = Temp::new();
    let feed = temp.feeds(&["a"]).await[0];
    temp.apply(feed, 0, vec![says("one", "Storm", "Three are missing.")]).await;
    let edit = |title: &str, text: &str, matters| ChangedEntry {
        id: EntryId(1),
        keys: Vec::new(),
        text: crate::model::EntryText { title: title.to_owned(), text: text.to_owned(), ..crate::model::EntryText::default() },
        content_hash: Hash128::of(text.as_bytes()),
        title_hash: Hash128::of(title.as_bytes()),
        print: Fingerprint::default(),
        matters,
    };
    let updated = "SELECT updated_at FROM entries";
    temp.store.apply(feed, Plan { changed: vec![edit("Storm", "Three are missing!", false)], ..plan(10) }).await.unwrap();
    assert_eq!((temp.store.versions_of(EntryId(1)).await.unwrap().len(), temp.value(updated).await), (0, serde_json::Value::Null));
    for n in 0..7 {
        let text = format!("{n} are found.");
        temp.store.apply(feed, Plan { changed: vec![edit("Storm", &text, true)], ..plan(20 + n) }).await.unwrap();
    }
    let kept = temp.store.versions_of(EntryId(1)).await.unwrap();
    let texts: Vec<&str> = kept.iter().map(|version| version.text.as_str()).collect();
    assert_eq!(
        texts,
        ["1 are found.", "2 are found.", "3 are found.", "4 are found.", "5 are found."],
        "the last five before this one"
    );
    assert_eq!(kept[4].until, at(26));
    assert_eq!(temp.value(updated).await, "2023-11-14T22:13:46.000Z");
}
