//! What pages show of what outputs hide, and whom.

use super::*;
use crate::exporter::fake::notice;
use crate::model::NoticeKind;

#[tokio::test]
async fn an_entry_that_a_rule_hides_says_so() {
    let server = start(vec![item(1), item(2)], |config| {
        let when = "title:'title 2'".to_owned();
        config.rules.push(config::Rule { name: "no-twos".to_owned(), when, ..config::Rule::default() });
    })
    .await;
    for (path, hidden) in [("/entries/1", false), ("/entries/2", true)] {
        let text = server.ask("GET", path, &[]).await.text();
        let told = text.contains("Rule &quot;no-twos&quot; drops it.") && text.contains("No output shows it.");
        assert_eq!(told, hidden, "{text}");
    }
}

#[tokio::test]
async fn a_story_page_is_as_outputs_show_it() {
    let members = || (1..=3).map(|n| item(n).in_story(7, 1)).collect();
    let server = start(members(), |config| {
        let rule =
            |name: &str, when: &str| config::Rule { name: name.to_owned(), when: when.to_owned(), ..config::Rule::default() };
        config.rules.push(rule("no-twos", "title:'title 2'"));
        let retitle = config::Rule {
            then: config::Then::Title,
            find: "^Title".to_owned(),
            replace: "No.".to_owned(),
            ..rule("t", "tag:news")
        };
        config.rules.push(retitle);
    })
    .await;
    let text = server.ask("GET", "/stories/7", &[]).await.text();
    assert!(text.contains("No. 1") && text.contains("No. 3") && !text.contains("Title 2") && !text.contains("No. 2"), "{text}");
    let server =
        start(members(), |config| config.rules.push(config::Rule { when: "tag:news".to_owned(), ..config::Rule::default() })).await;
    assert_eq!(server.ask("GET", "/stories/7", &[]).await.status, 404);
}

#[tokio::test]
async fn what_only_an_output_with_a_token_shows_stays_with_it() {
    let server = start(vec![item(1), item(2).tagged("secret")], |config| {
        let output = |name: &str, filter: &str, token: &str| config::Output {
            name: name.to_owned(),
            filter: filter.to_owned(),
            token: Secret::new(token),
            ..config::Output::default()
        };
        config.outputs = vec![output("all", "not tag:secret", ""), output("mine", "tag:secret", "t")];
    })
    .await;
    for (path, status) in [("/entries/1", 200), ("/entries/2", 404), ("/stories/1001", 200), ("/stories/1002", 404)] {
        assert_eq!(server.ask("GET", path, &[]).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_front_page_keeps_the_secrets_of_addresses() {
    let server = start(vec![item(1)], |_| {}).await;
    let mut ill = feed(1);
    ill.last_error = Some("https://a.test/x?token=s3cret is a page that names https://a.test/feed?token=s3cret".to_owned());
    ill.state = FeedState::Failing;
    *server.shelf.feeds.lock().unwrap() = vec![ill];
    let text = server.ask("GET", "/", &[]).await.text();
    assert!(text.contains("is a page that names") && !text.contains("s3cret"), "{text}");
}

#[tokio::test]
async fn what_is_wrong_with_feeds_has_no_page_of_a_story() {
    let server = start(vec![item(1)], |_| {}).await;
    *server.shelf.notices.lock().unwrap() = vec![notice(1, NoticeKind::Failing)];
    for (path, has_story) in [("/feeds/all.atom", true), ("/feeds/status.atom", false)] {
        let text = server.ask("GET", path, &[("Accept", "text/html")]).await.text();
        assert!(text.contains("<h2>Newest</h2>") && !text.contains("Nothing yet."), "{path}: {text}");
        assert_eq!(text.contains("stories/"), has_story, "{path}: {text}");
    }
}

#[tokio::test]
async fn a_search_shows_a_story_by_a_member_that_rules_leave() {
    let members = || -> Vec<Item> {
        let mut items: Vec<Item> = (1..=3).map(|n| item(n).in_story(7, 1)).collect();
        items[0].story.is_lead = true;
        items
    };
    let found = async |when: &str| {
        let rule = config::Rule { when: when.to_owned(), ..config::Rule::default() };
        let server = start(members(), |config| config.rules.push(rule)).await;
        let text = server.get("/search?q=whole").await.text();
        [1, 2, 3].into_iter().filter(|n| text.contains(&format!("\"entries/{n}\""))).collect::<Vec<_>>()
    };
    assert_eq!(found("title:nothing").await, [1]);
    assert_eq!(found("title:'title 1'").await, [2]);
    assert_eq!(found("title:'title 1' or title:'title 2'").await, [3]);
    assert_eq!(found("tag:news").await, [0; 0]);
}

#[tokio::test]
async fn a_search_that_is_cut_says_so() {
    let server = start((1..=2_000).map(item).collect(), |config| {
        config.rules.push(config::Rule { when: "tag:news".to_owned(), ..config::Rule::default() });
    })
    .await;
    for (query, is_cut) in [("whole", true), ("whole+text+7,", false)] {
        let text = server.get(&format!("/search?q={query}")).await.text();
        assert!(text.contains("Nothing matches."), "{text}");
        assert_eq!(text.contains("There is more than is shown"), is_cut, "{text}");
    }
}
