//! Documents in which everything clashes with everything.

use proptest::prelude::*;

use super::*;

/// Entries out of few GUIDs, links, titles and texts, so that they clash in every way.
fn any_entry() -> impl Strategy<Value = ParsedEntry> {
    let guid = proptest::option::weighted(0.8, 0..4_u8);
    let link = proptest::option::weighted(0.8, 0..5_usize);
    let date = proptest::option::of(0..3_i64);
    (guid, link, 0..3_u8, 0..4_u8, date).prop_map(|(guid, link, title, text, date)| ParsedEntry {
        guid: guid.map(|n| format!("g{n}")),
        link: link.map(|n| {
            let links = [
                "https://a.test/",
                "https://a.test/news",
                "https://a.test/100001",
                "https://a.test/100002",
                "https://a.test/100001?utm_source=x",
            ];
            links[n].to_owned()
        }),
        title: (title > 0).then(|| format!("Title {title}")),
        content: [None, Some("thin".into()), Some("long one ".repeat(12)), Some("long two ".repeat(12))][usize::from(text)].clone(),
        published: date.and_then(|n| Timestamp::from_second(1_700_000_000 + n * 86_400).ok()),
        ..ParsedEntry::default()
    })
}

fn any_document() -> impl Strategy<Value = Vec<ParsedEntry>> {
    proptest::collection::vec(any_entry(), 0..7)
}

/// Most of a document was known again once, so a headline alone was believed, too; the next time nothing of it is news.
#[test]
fn what_was_known_by_its_headline_alone_is_known_again() {
    let entry = |guid: Option<&str>, link: Option<&str>, title: Option<&str>| ParsedEntry {
        guid: guid.map(str::to_owned),
        link: link.map(str::to_owned),
        title: title.map(str::to_owned),
        ..ParsedEntry::default()
    };
    let news = Some("https://a.test/news");
    let mut shelf = Shelf::default();
    shelf.poll(&[entry(None, news, None)]);
    shelf.poll(&[entry(None, None, Some("Title 1"))]);
    let document = [entry(Some("g1"), None, Some("Title 1")), entry(Some("g2"), news, None), entry(Some("g1"), None, None)];
    shelf.poll(&document);
    let again = shelf.poll(&document);
    assert!(again.new.is_empty() && again.changed.is_empty(), "{again:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn plans_are_sound_whatever_clashes(documents in proptest::collection::vec(any_document(), 1..4), bury in any::<bool>()) {
        let mut shelf = Shelf::default();
        for (i, document) in documents.iter().enumerate() {
            if bury && i == 1 {
                shelf.bury_all();
            }
            let known = shelf.known.clone();
            let plan = shelf.poll(document); // asserts that no name is given twice
            let mut met: Vec<_> = plan.changed.iter().map(|entry| entry.id).chain(plan.seen.iter().map(|(id, _)| *id)).collect();
            let all = met.len();
            met.sort();
            met.dedup();
            prop_assert_eq!(met.len(), all, "a stored entry is met once");
            prop_assert!(plan.new.iter().all(|entry| !entry.keys.is_empty()));
            let ids: std::collections::HashSet<_> = plan.new.iter().map(|entry| &entry.public_id).collect();
            prop_assert_eq!(ids.len(), plan.new.len());
            // nothing is lost whose names are all its own and all unknown
            let names: Vec<_> = document.iter().map(Names::of).collect();
            for (j, own) in names.iter().enumerate() {
                let unknown = own.keys().all(|key| !known.aliases.contains_key(&key) && !known.tombstones.contains(&key));
                let alone = names.iter().enumerate().all(|(k, other)| k == j || own.keys().all(|key| other.keys().all(|theirs| theirs != key)));
                if unknown && alone {
                    prop_assert!(plan.new.iter().any(|entry| entry.content_hash == own.content_hash), "lost {own:?}");
                }
            }
            let again = shelf.poll(document);
            prop_assert!(again.new.is_empty() && again.changed.is_empty(), "the same document again: {again:#?}");
        }
    }
}
