//! Full text: all scripts, and always the words of now.

use proptest::prelude::*;

use super::*;
use crate::model::{ChangedEntry, Reach};
use crate::store::StoreError;

fn says(name: &str, title: &str, text: &str) -> NewEntry {
    let mut entry = entry(name);
    (entry.text.title, entry.text.text) = (title.to_owned(), text.to_owned());
    entry
}

async fn check(temp: &Temp, words: &str, expected: &[&str]) {
    let mut found: Vec<_> = temp.store.search(searched(words, 99)).await.unwrap().into_iter().map(|hit| hit.title).collect();
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
        says("7", "el", "Το νέο σχέδιο για την Ελλάδα και τον ΚΟΣΜΟ"),
        says("8", "ru", "Ёлка в Российском музее, за\u{301}мок"),
        says("9", "ar", "قال مُحَمَّدٌ إن المدرسة كبـــيرة"),
        says("10", "pl", "Łódź i Gdańsk"),
        says("11", "da", "København og Ærø"),
        says("12", "klima", "Das Klimaschutzgesetz, Kli\u{ad}ma\u{ad}wandel"),
        says("13", "he", "שָׁלוֹם לכולם"),
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
        ("strasse", &["Café"]),
        ("STRAẞE", &["Café"]),
        ("ελλαδα", &["el"]),
        ("ΕΛΛΆΔΑ κοσμος", &[]),
        ("Ελλάδα κοσμο", &["el"]),
        ("елка российском", &["ru"]),
        ("Ёлка замок", &["ru"]),
        ("российскии", &[]),
        ("محمد", &["ar"]),
        ("مدرسه", &[]),
        ("المدرسه كبيرة ان", &["ar"]),
        ("lodz gdansk", &["pl"]),
        ("ŁÓDŹ", &["pl"]),
        ("kobenhavn aero", &["da"]),
        ("klimaschutz", &["klima"]),
        ("klimawandel", &["klima"]),
        ("\"klimaschutz\"", &[]),
        ("kli", &[]),
        ("schutzgesetz", &[]),
        ("שלום", &["he"]),
        ("quickly", &[]),
        ("„quick brown“", &["en"]),
        ("title:cafe", &["Café"]),
        ("title:strasse", &[]),
        ("text:strasse -title:cafe", &[]),
        ("text:quick -title:ja", &["en"]),
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

/// Two feeds of which the second repeats the first one's story, with dates, languages, authors and tags.
async fn newsroom() -> Temp {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let dated = |mut entry: NewEntry, day: i64| {
        entry.text.published = Some(at(-day * DAY));
        entry
    };
    let mut one = at_page("one", "https://site.example/p");
    (one.text.lang, one.text.authors) = (Some("de-AT".to_owned()), vec!["Jürgen \"Ö\" Groß".to_owned()]);
    let mut two = at_page("two", "https://site.example/p");
    (two.text.lang, two.text.tags) = (Some("fil".to_owned()), vec!["Übung".to_owned()]);
    temp.apply(ids[0], 0, vec![dated(one, 9), dated(entry("old"), 30)]).await;
    temp.apply(ids[1], 0, vec![dated(two, 2), dated(entry("new"), 1)]).await;
    temp.apply(ids[1], 0, vec![waits(entry("hidden"), 9_000)]).await;
    temp.store.index_now().await.unwrap();
    temp
}

/// In the order of the alphabet: who comes first is another matter.
async fn found(temp: &Temp, query: SearchQuery) -> String {
    let hits = temp.store.search(query).await.unwrap();
    sorted(hits.iter().map(|hit| hit.title.as_str()))
}

fn sorted<'a>(titles: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = titles.map(|title| title.trim_start_matches("Title ")).collect();
    names.sort_unstable();
    names.join(" ")
}

#[tokio::test]
async fn a_search_is_narrowed() {
    let temp = newsroom().await;
    for (typed, expected) in [
        ("feed:a.ex", "old one"),
        ("feed:B.example", "new two"),
        ("feed:2", "new two"),
        ("feed:https://a.example/feed", "old one"),
        ("feed:% title", ""),
        ("text -feed:a.ex", "new two"),
        ("tag:übung", "two"),
        ("tag:ÜBUNG", "two"),
        ("tag:bung", ""),
        ("tag:TAG-a text", "old one"),
        ("lang:de", "one"),
        ("lang:DE-at", "one"),
        ("lang:de-CH", ""),
        ("lang:fi", ""),
        ("text -lang:de", "new old two"),
        ("author:\"jürgen\"", "one"),
        ("author:GROSS", ""),
        ("author:GROß", "one"),
        ("url:/old?", "old"),
        ("after:2023-11-12", "new two"),
        ("before:2023-11-01", "old"),
        ("after:2023-11 before:2023-11-13", "one two"),
        ("text -after:2023-11-01", "old"),
        ("before:1h", "new old one two"),
        ("after:1h", ""),
        ("after:3d", "new two"),
        ("after:25h", "new"),
        ("after:1d", ""),
        ("title:two lang:fil -tag:sport", "two"),
        ("-feed:a.ex", ""),
        ("tag:tag-b -new", "two"),
    ] {
        assert_eq!(found(&temp, searched(typed, 9)).await, expected, "{typed}");
    }
}

#[tokio::test]
async fn what_narrows_may_stand_beside_the_line() {
    let temp = newsroom().await;
    let all = searched("text", 9);
    let some = |text: &str| Some(text.to_owned());
    for (query, expected) in [
        (SearchQuery { since: Some(at(-2 * DAY)), ..all.clone() }, "new two"),
        (SearchQuery { feed: some("a.ex"), ..all.clone() }, "old one"),
        (SearchQuery { tag: some("übung"), ..all.clone() }, "two"),
        (SearchQuery { lang: some("de"), ..all.clone() }, "one"),
        (SearchQuery { lang: some("de"), words: crate::model::Words::default(), ..all.clone() }, "one"),
        (SearchQuery { feed: some(&"%".repeat(99_999)), ..all.clone() }, ""),
        (SearchQuery { limit: 0, ..all.clone() }, ""),
        (SearchQuery { limit: 1, ..all }, "new"),
    ] {
        assert_eq!(found(&temp, query.clone()).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn outputs_search_with_the_same_line() {
    let temp = newsroom().await;
    for (words, expected) in
        [("text -feed:a.ex", "new two"), ("tag:übung", "two"), ("after:2023-11-12 title:tit*", "new two"), ("-x", "")]
    {
        let items = temp.store.items(ItemQuery { limit: 9, words: Some(searched(words, 0).words), ..ItemQuery::default() });
        let items = items.await.unwrap();
        assert_eq!(sorted(items.iter().map(|item| item.title.as_str())), expected, "{words}");
    }
}

#[tokio::test]
async fn whole_words_come_before_beginnings_and_the_newest_first_among_equals() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let entries = vec![
        says("1", "Portugal Portugal", "portal"),
        says("2", "aside", &format!("the port {}", "of call ".repeat(50))),
        says("3", "same", "a port"),
        says("4", "same later", "x"),
        says("5", "same", "a port"),
    ];
    temp.apply(ids[0], 0, entries).await;
    temp.store.index_now().await.unwrap();
    let ids = |hits: Vec<crate::model::SearchHit>| hits.iter().map(|hit| hit.entry_id.0).collect::<Vec<_>>();
    assert_eq!(ids(temp.store.search(searched("port", 9)).await.unwrap()), [5, 3, 2, 1]);
    assert_eq!(ids(temp.store.search(searched("\"port\"", 9)).await.unwrap()), [5, 3, 2]);
    assert_eq!(ids(temp.store.search(searched("port", 2)).await.unwrap()), [5, 3]);
    assert_eq!(temp.store.unindexed().await.unwrap(), 0);
}

#[tokio::test]
async fn of_more_than_can_be_ranked_the_newest_are_found() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a2", "b"]).await;
    temp.apply(ids[1], 0, vec![says("1", "port", "port")]).await;
    temp.apply(ids[0], 1, vec![says("2", "x", "a port"), says("3", "port", "y"), says("4", "z", "a port")]).await;
    temp.store.index_now().await.unwrap();
    let find = async |typed: String, most| {
        let query = searched(&typed, 9);
        let found =
            temp.store.inner.readers.run(move |conn| crate::store::search::find(conn, &query, Reach::Words, most)).await.unwrap();
        found.into_iter().map(|entry| entry.0).collect::<Vec<_>>()
    };
    assert_eq!(find("port".to_owned(), 9).await, [1, 3, 4, 2]);
    assert_eq!(find("port".to_owned(), 2).await, [3, 4], "the best of the newest two");
    // The address of the other one has that digit, too.
    assert_eq!(find(format!("port feed:{}", ids[1].0), 1).await, [1], "of those that are asked for");
    assert_eq!(find(format!("port -feed:{}", ids[0].0), 1).await, [1]);
}

#[tokio::test]
async fn stock_sqlite_finds_what_is_typed_without_accents() {
    let temp = library().await;
    for (typed, expected) in [
        ("strasse", 1),
        ("ubermut", 1),
        ("Übermut", 1),
        ("sao", 1),
        ("lodz", 1),
        ("ελλαδα", 7),
        ("κοσμο", 7),
        ("елка", 8),
        ("Российском", 8),
        ("محمد", 9),
        ("\"東 京\"", 2),
    ] {
        let sql = format!("SELECT max(rowid) FROM entries_fts WHERE entries_fts MATCH '{typed}'");
        let row = temp.value(&sql).await;
        assert_eq!(row, if typed == "lodz" { 10 } else { expected }, "{typed}");
    }
    let first = "SELECT rowid FROM entries_fts WHERE entries_fts MATCH 'fox OR ja' ORDER BY rank LIMIT 1";
    assert_eq!(temp.value(first).await, 2, "a title weighs more by rank itself");
}

#[tokio::test]
async fn hostile_lines_find_nothing_bad() {
    let temp = library().await;
    let long = "fox AND ( ".repeat(1_000);
    for typed in [
        "\"",
        "*",
        "-",
        "--",
        "-\"",
        "\"\"*",
        "NEAR(quick fox, 2)",
        "{title text}: fox",
        "title:\"",
        "title:-fox",
        "a:b:c:",
        "^fox",
        "fox +",
        "'; DROP TABLE entry; --",
        "\0",
        "fox\0quick",
        "AND",
        "NOT NOT",
        "()))",
        "-feed:",
        "tag:%",
        "after:9999999",
        "after:99999999999d",
        "after:-1",
        "before:é",
        "lang:",
        "lang:-",
        "url:\\",
        "feed:_",
        &long,
    ] {
        assert!(temp.store.search(searched(typed, 9)).await.is_ok(), "{typed:?}");
        let items = temp.store.items(ItemQuery { limit: 9, words: Some(searched(typed, 0).words), ..ItemQuery::default() }).await;
        assert!(items.is_ok(), "{typed:?}");
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
    assert_eq!(temp.store.search(searched("title", 1000)).await.unwrap().len(), 700);
}

#[tokio::test]
async fn a_hit_says_where() {
    let temp = library().await;
    let hit = temp.store.search(searched("東京", 1)).await.unwrap().pop().unwrap();
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
    let hits = temp.store.search(searched("otter", 9)).await.unwrap();
    assert_eq!(hits.iter().map(|hit| hit.title.as_str()).collect::<Vec<_>>(), ["otter", "aside"]);
}

#[test]
fn no_search_is_an_error() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let temp = runtime.block_on(library());
    let signs = "[-a-z\"*:^(){}+ ,.'\\\\\u{0}\u{301}東ก가éß ]{0,24}";
    let words = "(AND|OR|NOT|NEAR|title:|feed:|tag:|after:|lang:|author:|url:|%|7d|2026|\"|\\*|-| |fox|東京|ẞ){0,12}";
    let config = ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(typed in prop_oneof![signs, words, any::<String>()])| {
        let hits = runtime.block_on(temp.store.search(searched(&typed, 5)));
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
