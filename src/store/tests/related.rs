//! Who stands near a story, and which entries have a word.

use super::*;
use crate::model::StoryId;

fn says(name: &str, title: &str, text: &str) -> NewEntry {
    let mut entry = entry(name);
    (entry.text.title, entry.text.text) = (title.to_owned(), text.to_owned());
    entry.text.canonical_url = Some(format!("https://{name}.example/{name}"));
    entry
}

async fn found(temp: &Temp, words: &[&str], range: (i64, i64), limits: (usize, usize)) -> Vec<Vec<i64>> {
    let words = words.iter().map(|word| (*word).to_owned()).collect();
    let found = temp.store.sightings(words, (EntryId(range.0), EntryId(range.1)), limits).await.unwrap();
    found.into_iter().map(|entries| entries.into_iter().map(|entry| entry.0).collect()).collect()
}

#[tokio::test]
async fn words_are_counted_within_a_range_and_limits() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let texts = [("one", "Lindsmouth mill"), ("two", "Été à Lindsmouth"), ("three", "東京都で火災"), ("four", "lindsmouth")];
    temp.apply(ids[0], 0, texts.iter().map(|(name, text)| says(name, name, text)).collect()).await;
    temp.store.index_now().await.unwrap();
    for (words, range, limits, expected) in [
        (vec!["Lindsmouth", "ete", "mill"], (1, 9), (9, 9), vec![vec![1, 2, 4], vec![2], vec![1]]),
        (vec!["Lindsmouth"], (2, 3), (9, 9), vec![vec![2]]),
        (vec!["Lindsmouth", "mill"], (1, 9), (2, 9), vec![vec![1, 2], vec![1]]),
        (vec!["Lindsmouth", "mill"], (1, 9), (9, 3), vec![vec![1, 2, 4]]),
        (vec!["東京", "京東", "火災"], (1, 9), (9, 9), vec![vec![3], vec![], vec![3]]),
        // Signs of the query language are no query; what is not a word leaves the others in their places.
        (
            vec!["\"mill\" OR two", "NEAR(mill)", "mill*", "two:", "^"],
            (1, 9),
            (9, 9),
            vec![vec![], vec![], vec![1], vec![2], vec![]],
        ),
        (vec!["\"", "", "mill"], (1, 9), (9, 9), vec![vec![], vec![], vec![1]]),
    ] {
        assert_eq!(found(&temp, &words, range, limits).await, expected, "{words:?}");
    }
}

#[tokio::test]
async fn neighbours_are_three_days_away_at_most() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    for (n, (feed, when)) in [(0, 0), (1, DAY), (0, 2 * DAY), (1, 4 * DAY), (0, 6 * DAY)].into_iter().enumerate() {
        temp.apply(ids[feed], when, vec![says(&format!("n{n}"), "Title", "text")]).await;
    }
    let near = |story: i64| {
        let store = temp.store.clone();
        async move { store.surroundings(StoryId(story)).await.unwrap().map(|around| (around.near.0.0, around.near.1.0)) }
    };
    assert_eq!([near(1).await, near(3).await, near(5).await], [Some((1, 3)), Some((1, 4)), Some((4, 5))]);
    assert_eq!(near(99).await, None);
}

#[tokio::test]
async fn a_report_stands_for_its_story_once() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b", "c"]).await;
    temp.apply(ids[0], 0, vec![at_page("one", "https://site.example/p"), says("alone", "Alone", "text")]).await;
    temp.apply(ids[1], 60, vec![at_page("two", "https://site.example/p")]).await;
    temp.apply(ids[2], 120, vec![says("last", "Last", "text")]).await;
    let ask = |entries: &[i64], except: i64, most: usize| {
        let (store, entries) = (temp.store.clone(), entries.iter().copied().map(EntryId).collect::<Vec<_>>());
        async move {
            let reports = store.reports(entries, StoryId(except), most).await.unwrap();
            reports.into_iter().map(|report| (report.entry.0, report.story.0, report.feeds, report.host)).collect::<Vec<_>>()
        }
    };
    let (alone, last) = ((2, 2, 1, "alone.example".to_owned()), (4, 4, 1, "last.example".to_owned()));
    assert_eq!(ask(&[3, 1, 2, 4], 4, 9).await, [(3, 1, 2, "site.example".to_owned()), alone.clone()]);
    assert_eq!(ask(&[1, 3, 2, 4, 99], 1, 9).await, [alone.clone(), last]);
    assert_eq!(ask(&[2, 4], 1, 1).await, [alone]);
    let around = temp.store.surroundings(StoryId(1)).await.unwrap().unwrap();
    assert_eq!((around.lead.entry.0, around.members.len(), around.lead.feeds), (1, 2, 2));
}
