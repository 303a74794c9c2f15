//! What is attached to an entry is followed without being an edit.

use super::*;
use crate::model::{Attached, Enclosure, PodcastElement};

fn transcript(name: &str) -> Vec<PodcastElement> {
    let url = ("url".to_owned(), format!("https://site.example/{name}.vtt"));
    vec![PodcastElement { name: "podcast:transcript".to_owned(), attributes: [url].into(), ..PodcastElement::default() }]
}

fn sound(name: &str) -> Vec<Enclosure> {
    vec![Enclosure { url: format!("https://site.example/{name}.mp3"), ..Enclosure::default() }]
}

async fn poll(temp: &Temp, feed: FeedId, when: i64, sounds: &str, transcripts: &str) {
    let id = EntryId(1);
    let podcast = if transcripts.is_empty() { Vec::new() } else { transcript(transcripts) };
    let attached = vec![Attached { id, enclosures: sound(sounds), podcast }];
    temp.store.apply(feed, Plan { seen: vec![(id, Vec::new())], attached, ..plan(when) }).await.unwrap();
}

#[tokio::test]
async fn entries_without_podcast_elements_store_none() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    let mut episode = entry("episode");
    episode.text.podcast = transcript("one");
    temp.apply(ids[0], 0, vec![entry("plain"), episode]).await;
    assert_eq!(temp.value("SELECT count(*) FROM entry WHERE podcast IS NULL").await, 1);
    let url = "SELECT json_extract(podcast, '$[0].name') || ' ' || json_extract(podcast, '$[0].attributes.url') FROM entries WHERE id = 2";
    assert_eq!(temp.value(url).await, "podcast:transcript https://site.example/one.vtt");
    let items = temp.items().await;
    assert_eq!((items[0].podcast.clone(), items[1].podcast.len()), (transcript("one"), 0));
}

#[tokio::test]
async fn what_moves_is_stored_and_brings_nothing_up_again() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    temp.apply(ids[0], 0, vec![entry("one"), entry("two")]).await;
    let before = temp.items().await;
    for (when, sounds, transcripts) in [(60, "a", "x"), (120, "a", "y"), (180, "b", ""), (240, "b", "z")] {
        let seq = temp.seq().await;
        poll(&temp, ids[0], when, sounds, transcripts).await;
        assert_eq!(temp.seq().await, seq + 1, "outputs show it: {when}");
        let after = temp.items().await;
        let podcast = if transcripts.is_empty() { Vec::new() } else { transcript(transcripts) };
        let expected = Item { enclosures: sound(sounds), podcast, ..before[1].clone() };
        assert_eq!(after, [before[0].clone(), expected], "neither dates nor place: {when}");
        poll(&temp, ids[0], when + 1, sounds, transcripts).await;
        assert_eq!(temp.seq().await, seq + 1, "the same again: {when}");
    }
    poll(&temp, ids[1], 300, "c", "c").await;
    assert_eq!(temp.items().await[1].enclosures, sound("b"), "another feed has no say");
    assert_eq!(temp.value("SELECT revision FROM entry WHERE id = 1").await, 0);
}

#[tokio::test]
async fn what_moves_at_every_poll_is_written_once_a_day() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a"]).await;
    temp.apply(ids[0], 0, vec![entry("one")]).await;
    for (when, sounds, expected) in [
        (HOUR, "a", "a"),
        (DAY, "b", "b"),
        (DAY + 1, "c", "c"),
        (DAY + HOUR, "d", "c"),
        (2 * DAY, "e", "c"),
        (2 * DAY + 2, "f", "f"),
    ] {
        poll(&temp, ids[0], when, sounds, "").await;
        assert_eq!(temp.items().await[0].enclosures, sound(expected), "{when}");
    }
}
