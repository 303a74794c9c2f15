use super::*;
use crate::config::{self, Config, Then};
use crate::exporter::fake::{Fake, at, item};
use crate::model::{NoticeKind, Origin};

/// A hook with this filter that asks for all events.
struct Bench {
    outputs: Outputs,
    shelf: Fake,
}

impl Bench {
    fn new(filter: &str, items: Vec<Item>) -> Self {
        Self::with(config::Hook { filter: filter.to_owned(), ..config::Hook::default() }, Vec::new(), items)
    }

    fn with(hook: config::Hook, rules: Vec<config::Rule>, items: Vec<Item>) -> Self {
        let config = Config { hooks: vec![hook], rules, ..Config::default() };
        Self { outputs: Outputs::compile(&config).unwrap(), shelf: Fake::of(items) }
    }

    async fn tell(&self, what: Happened, on: &[HookEvent]) -> Option<Value> {
        let telling = Telling { hook: self.outputs.hook(0).unwrap(), on, id: "msg_1", at: at(100) };
        let told = tell(&self.shelf, &self.outputs, telling, what, at(1000)).await.unwrap()?;
        let body: Value = serde_json::from_slice(&told.body).unwrap();
        assert_eq!(body["type"], told.name);
        Some(body)
    }

    /// Type of what the release of each entry is to the hook.
    async fn releases(&self, entries: &[i64]) -> Vec<String> {
        let mut names = Vec::new();
        for entry in entries {
            let told = self.tell(Happened::Released(EntryId(*entry)), &HookEvent::ALL).await;
            names.push(told.map_or_else(|| "-".to_owned(), |body| body["type"].as_str().unwrap().to_owned()));
        }
        names
    }
}

/// Reports 1 to 4 of one story, each of its own feed, received in this order.
fn story() -> Vec<Item> {
    (1..=4).map(|n| item(n).in_story(7, 1)).collect()
}

#[tokio::test]
async fn a_story_is_new_when_its_first_entry_passes_and_grows_with_each_further_feed() {
    let check = async |filter: &str, change: fn(&mut Vec<Item>), expected: [&str; 4]| {
        let mut items = story();
        change(&mut items);
        assert_eq!(Bench::new(filter, items).releases(&[1, 2, 3, 4]).await, expected, "{filter}");
    };
    check("", |_| {}, ["story.new", "story.grew", "story.grew", "story.grew"]).await;
    // The same feed once more is no growth.
    check("", |items| items[2].source.feed = FeedId(1), ["story.new", "story.grew", "-", "story.grew"]).await;
    // Who is released first begins it, whoever founded it.
    check("", |items| items[0].received = at(50), ["story.grew", "story.new", "story.grew", "story.grew"]).await;
    // A feed's first poll is back-dated and told to nobody; what came before it was there before.
    check(
        "",
        |items| (items[2].received, items[2].first_seen) = (at(0), at(3)),
        ["story.new", "story.grew", "story.grew", "story.grew"],
    )
    .await;
    // What does not pass is not there.
    check("tag:rust", |items| items[1].tags.push("rust".to_owned()), ["-", "story.new", "-", "-"]).await;
    check("not tag:ad", |items| items[0].tags.push("ad".to_owned()), ["-", "story.new", "story.grew", "story.grew"]).await;
    check("feeds >= 3", |_| {}, ["-", "-", "story.new", "story.grew"]).await;
    check("feeds >= 3 and tag:rust", |items| items[0].tags.push("rust".to_owned()), ["-", "-", "story.new", "-"]).await;
    check("text:'text 3'", |_| {}, ["-", "-", "story.new", "-"]).await;
}

#[tokio::test]
async fn rules_hold_for_hooks_as_for_outputs() {
    let check = async |when: &str, then: Then, expected: [&str; 4]| {
        let rule = config::Rule { name: "r".to_owned(), when: when.to_owned(), then, ..config::Rule::default() };
        let bench = Bench::with(config::Hook::default(), vec![rule], story());
        assert_eq!(bench.releases(&[1, 2, 3, 4]).await, expected, "{when}");
    };
    check("title:'title 1'", Then::Drop, ["-", "story.new", "story.grew", "story.grew"]).await;
    check("title:'title 3'", Then::Drop, ["story.new", "story.grew", "-", "story.grew"]).await;
    // What is muted begins no story; the next one does.
    check("title:'title 1'", Then::Mute, ["-", "story.new", "story.grew", "story.grew"]).await;
}

#[tokio::test]
async fn a_hook_is_told_what_it_asks_for_and_what_is_there() {
    let bench = Bench::new("", story());
    let told = async |what: Happened, on: &[HookEvent]| bench.tell(what, on).await.is_some();
    let released = |n| Happened::Released(EntryId(n));
    assert!(told(released(1), &[HookEvent::StoryNew]).await);
    assert!(!told(released(2), &[HookEvent::StoryNew]).await);
    assert!(told(released(2), &[HookEvent::StoryGrew]).await);
    assert!(!told(Happened::Updated(EntryId(1)), &[HookEvent::StoryNew]).await);
    assert!(!told(released(99), &HookEvent::ALL).await, "removed meanwhile");
    assert!(!told(Happened::Noticed(HookEvent::FeedGone, 99), &HookEvent::ALL).await);
}

#[tokio::test]
async fn a_story_is_told_as_outputs_show_it_at_that_moment() {
    let bench = Bench::new("", story());
    let body = bench.tell(Happened::Released(EntryId(2)), &HookEvent::ALL).await.unwrap();
    assert_eq!((&body["version"], &body["id"], &body["timestamp"]), (&json!(1), &json!("msg_1"), &json!(at(100))));
    let data = &body["data"];
    assert_eq!(data["item"]["id"], "urn:test:1", "called as in outputs");
    let text = data["item"]["content_html"].as_str().unwrap();
    assert!(text.starts_with("<p>Whole text") && text.contains("Also reported by"), "{text}");
    assert_eq!(data["item"]["_related"].as_array().unwrap().len(), 1, "two of four have come");
    assert_eq!(data["story"], json!({ "id": 7, "page": "http://127.0.0.1:8484/stories/7", "feeds": 2 }));
    let entry = json!({
        "id": 2, "page": "http://127.0.0.1:8484/entries/2", "url": "https://site2.example/a?x=1&y=2", "title": "Title 2", "source": "Feed 2",
    });
    assert_eq!(data["entry"], entry);
}

#[tokio::test]
async fn an_edited_entry_is_told_alone() {
    let bench = Bench::new("not title:'title 3'", story());
    let body = bench.tell(Happened::Updated(EntryId(2)), &HookEvent::ALL).await.unwrap();
    assert_eq!((&body["type"], &body["data"]["item"]["id"]), (&json!("entry.updated"), &json!("urn:test:2")));
    assert!(!body.to_string().contains("Also reported by"));
    assert_eq!(body["data"]["entry"]["id"], 2);
    assert_eq!(bench.tell(Happened::Updated(EntryId(3)), &HookEvent::ALL).await, None);
}

#[tokio::test]
async fn no_secret_of_a_feeds_address_is_told() {
    let mut one = item(1);
    (one.source.url, one.source.title) =
        ("https://a.example/feed?token=s3cret".to_owned(), "https://a.example/feed?token=s3cret".to_owned());
    let bench = Bench::new("", vec![one]);
    bench.shelf.notices.lock().unwrap().push(Notice {
        feed_url: "https://a.example/feed?token=s3cret".to_owned(),
        feed_title: "https://a.example/feed?token=s3cret".to_owned(),
        detail: "polled at https://a.example/new?token=s3cret from now on".to_owned(),
        ..notice(NoticeKind::Moved)
    });
    for what in [Happened::Released(EntryId(1)), Happened::Updated(EntryId(1)), Happened::Noticed(HookEvent::FeedMoved, 5)] {
        let body = bench.tell(what, &HookEvent::ALL).await.unwrap().to_string();
        assert!(body.contains("https://a.example/feed") && !body.contains("s3cret"), "{body}");
    }
}

#[tokio::test]
async fn a_text_that_is_too_large_is_told_by_its_teaser_and_less_is_told_on_demand() {
    let check = async |content: Content, length: usize, expected: bool| {
        let mut one = item(1);
        one.content = Some(crate::model::CleanHtml::trusted(format!("<p>{}</p>", "x".repeat(length))));
        let bench = Bench::with(config::Hook { content, ..config::Hook::default() }, Vec::new(), vec![one]);
        let body = bench.tell(Happened::Released(EntryId(1)), &HookEvent::ALL).await.unwrap();
        assert_eq!(body["data"]["item"]["content_html"].to_string().contains("xxx"), expected, "{content:?} {length}");
    };
    check(Content::Full, 1_000, true).await;
    check(Content::Full, MAX_BODY, false).await;
    check(Content::Summary, 1_000, false).await;
    check(Content::None, 1_000, false).await;
}

fn notice(kind: NoticeKind) -> Notice {
    Notice {
        id: 5,
        public_id: "urn:test:notice".to_owned(),
        feed: FeedId(3),
        feed_title: "Daily Otter".to_owned(),
        feed_url: "https://otter.example/feed".to_owned(),
        site_url: Some("https://otter.example/".to_owned()),
        feed_tags: vec!["animals".to_owned()],
        origin: Origin::Managed,
        kind,
        begun_at: at(1),
        told_at: at(2),
        changed_at: at(3),
        ended_at: None,
        own: true,
        detail: "5 polls in a row failed; the last one: status 500".to_owned(),
    }
}

#[tokio::test]
async fn a_notice_is_told_as_it_was_when_it_happened() {
    let check = async |event: HookEvent, notice: Notice, title: &str, until: Value| {
        let bench = Bench::new("tag:animals", Vec::new());
        bench.shelf.notices.lock().unwrap().push(notice);
        let body = bench.tell(Happened::Noticed(event, 5), &HookEvent::ALL).await.unwrap();
        assert_eq!(body["type"], event.as_str());
        let data = &body["data"];
        assert_eq!((&data["item"]["title"], &data["notice"]["until"]), (&json!(title), &until), "{event:?}");
        assert_eq!(data["feed"]["url"], "https://otter.example/feed");
    };
    let over = |kind| Notice { ended_at: Some(at(50)), ..notice(kind) };
    check(HookEvent::FeedFailing, notice(NoticeKind::Failing), "Daily Otter cannot be read", Value::Null).await;
    check(HookEvent::FeedFailing, over(NoticeKind::Failing), "Daily Otter cannot be read", Value::Null).await;
    check(HookEvent::FeedFailing, notice(NoticeKind::Blocked), "Daily Otter refuses us", Value::Null).await;
    check(HookEvent::FeedRecovered, over(NoticeKind::Failing), "Resolved: Daily Otter can be read again", json!(at(100))).await;
    check(HookEvent::FeedRecovered, notice(NoticeKind::Silent), "Resolved: Daily Otter has news again", json!(at(100))).await;
    check(HookEvent::FeedMoved, over(NoticeKind::Moved), "Daily Otter has moved", json!(at(50))).await;
    let pages = "Daily Otter has article pages that give less than before";
    check(HookEvent::ExtractionBroken, notice(NoticeKind::PagesBroken), pages, Value::Null).await;
    let bench = Bench::new("tag:rust", Vec::new());
    bench.shelf.notices.lock().unwrap().push(notice(NoticeKind::Gone));
    assert_eq!(bench.tell(Happened::Noticed(HookEvent::FeedGone, 5), &HookEvent::ALL).await, None, "it does not pass");
}

#[test]
fn a_test_says_that_it_is_one() {
    let outputs = Outputs::compile(&Config::default()).unwrap();
    let told = test(&outputs, "msg_t", "chat", at(1));
    let body: Value = serde_json::from_slice(&told.body).unwrap();
    assert_eq!(
        (&body["type"], &body["id"], &body["data"]["item"]["title"]),
        (&json!("test"), &json!("msg_t"), &json!("feedmux tries the hook chat"))
    );
}

/// Names of the fields of `body` and of what stands in its `data`, but for the item, which is that of the JSON Feed.
fn shape(body: &Value) -> Vec<String> {
    let names = |value: &Value, before: &str| {
        let fields = value.as_object().into_iter().flatten();
        fields.map(|(name, _)| format!("{before}{name}")).collect::<Vec<_>>()
    };
    let data = body["data"].as_object().unwrap();
    let inside = data.iter().filter(|(name, _)| *name != "item").flat_map(|(name, value)| names(value, &format!("{name}.")));
    names(body, "").into_iter().chain(names(&body["data"], "data.")).chain(inside).collect()
}

#[tokio::test]
async fn the_documentation_has_an_example_of_every_event_as_it_is() {
    let documented = include_str!("../../../docs/hooks.md").split("```json\n").skip(1);
    let documented = documented.map(|rest| serde_json::from_str::<Value>(rest.split("```").next().unwrap()).unwrap());
    let documented: Vec<Value> = documented.collect();
    for event in HookEvent::ALL {
        let example = documented.iter().find(|body| body["type"] == event.as_str());
        let example = example.unwrap_or_else(|| panic!("{} is not documented", event.as_str()));
        let bench = Bench::new("", story());
        let kinds = NoticeKind::ALL.into_iter();
        let noticed = kinds.flat_map(|kind| [(kind, false), (kind, true)]);
        let noticed = noticed.into_iter().find(|(kind, over)| HookEvent::of_notice(*kind, *over) == Some(event));
        let what = match (event, noticed) {
            (HookEvent::StoryNew, _) => Happened::Released(EntryId(1)),
            (HookEvent::StoryGrew, _) => Happened::Released(EntryId(2)),
            (_, Some((kind, _))) => {
                bench.shelf.notices.lock().unwrap().push(notice(kind));
                Happened::Noticed(event, 5)
            }
            (_, None) => Happened::Updated(EntryId(1)),
        };
        assert_eq!(shape(&bench.tell(what, &HookEvent::ALL).await.unwrap()), shape(example), "{}", event.as_str());
    }
}
