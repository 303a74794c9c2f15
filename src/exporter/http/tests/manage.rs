//! The two forms that change something.

use super::*;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const OURS: (&str, &str) = ("Origin", "http://localhost");

async fn with_token() -> Server {
    start(three(), |config| config.http.token = Secret::new("t&k")).await
}

impl Server {
    async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let length = body.len().to_string();
        let mut all = headers.to_vec();
        all.push(("Content-Length", &length));
        self.send("POST", path, &all, body).await
    }

    fn subscribed(&self) -> Vec<String> {
        self.shelf.feeds.lock().unwrap().iter().filter(|row| row.subscribed).map(|row| row.url.clone()).collect()
    }
}

#[tokio::test]
async fn who_has_the_token_adds_and_removes() {
    let server = with_token().await;
    let check = async |path: &str, body: &str, place: &str, feeds: &[&str]| {
        let reply = server.post(path, &[FORM, OURS], &format!("token=t%26k&{body}")).await;
        assert_eq!((reply.status, reply.headers["location"].as_str()), (303, place), "{body}: {}", reply.text());
        assert_eq!(server.subscribed(), feeds, "{body}");
    };
    check("/manage/add", "url=https%3A%2F%2Fa.example%2Ffeed", "../?done=added-1&token=t%26k", &["https://a.example/feed"]).await;
    check("/manage/add", "url=+a.example%2Ffeed+", "../?done=known-1&token=t%26k", &["https://a.example/feed"]).await;
    check("/manage/add", "url=b.example", "../?done=added-2&token=t%26k", &["https://a.example/feed", "https://b.example/"]).await;
    check("/manage/remove", "feed=1", "../?done=removed-1&token=t%26k", &["https://b.example/"]).await;
    check("/manage/remove", "feed=https%3A%2F%2Fb.example", "../?done=removed-2&token=t%26k", &[]).await;
    let said = server.get("/?token=t%26k&done=removed-2").await.text();
    assert!(said.contains("No longer subscribed to feed 2"), "{said}");
    assert!(said.contains("action=\"manage/add\"") && said.contains("name=\"token\" value=\"t&amp;k\""), "{said}");
    assert!(!server.get("/?token=t%26k&done=%3Cb%3E-2").await.text().contains("role=\"status\""), "nobody else writes on the page");
    let typed = server.ask("GET", "/", &[("Authorization", "Bearer t&k")]).await.text();
    assert!(
        typed.contains("type=\"password\" name=\"token\"") && !typed.contains("t&amp;k"),
        "one of a header is not written down"
    );
}

#[tokio::test]
async fn everybody_else_is_refused() {
    let server = with_token().await;
    let good = "token=t%26k&url=a.example";
    let check = async |path: &str, headers: &[(&str, &str)], body: &str, status: u16| {
        let reply = server.post(path, headers, body).await;
        assert_eq!(reply.status, status, "{path} {headers:?} {body}: {}", reply.text());
        assert_eq!(server.subscribed(), Vec::<String>::new());
    };
    check("/manage/add", &[FORM, OURS], "url=a.example", 401).await;
    check("/manage/add", &[FORM, OURS], "token=wrong&url=a.example", 401).await;
    check("/manage/add", &[FORM, OURS, ("Authorization", "Bearer t&k")], "url=a.example", 401).await;
    check("/manage/add?token=t%26k", &[FORM, OURS], "url=a.example", 401).await;
    check("/manage/add", &[FORM], good, 403).await;
    check("/manage/add", &[FORM, ("Origin", "https://evil.example")], good, 403).await;
    check("/manage/add", &[FORM, ("Origin", "null")], good, 403).await;
    check("/manage/add", &[FORM, ("Sec-Fetch-Site", "cross-site")], good, 403).await;
    check("/manage/add", &[FORM, OURS, ("Sec-Fetch-Site", "same-site")], good, 403).await;
    check("/manage/add", &[FORM, ("Host", "evil.example"), ("Origin", "http://evil.example")], good, 421).await;
    check("/manage/add", &[OURS], good, 415).await;
    check("/manage/add", &[OURS, ("Content-Type", "text/plain")], good, 415).await;
    check("/manage/add", &[FORM, OURS], &format!("{good}&x={}", "x".repeat(4_096)), 413).await;
    check("/manage/add", &[FORM, OURS], "token=t%26k", 400).await;
    check("/manage/add", &[FORM, OURS], "token=t%26k&url=", 400).await;
    check("/manage/add", &[FORM, OURS], "token=t%26k&url=file%3A%2F%2F%2Fetc%2Fpasswd", 400).await;
    check("/manage/add", &[FORM, OURS], "token=t%26k&url=javascript%3Aalert(1)", 400).await;
    check("/manage/remove", &[FORM, OURS], "token=t%26k&feed=1", 404).await;
    check("/manage/remove", &[FORM, OURS], "token=t%26k", 400).await;
    for path in ["/manage/add", "/manage/remove"] {
        let reply = server.get(&format!("{path}?{good}&feed=1")).await;
        assert_eq!((reply.status, reply.headers["allow"].as_str()), (405, "POST"), "looking changes nothing");
    }
    let mut listed = feed(1);
    listed.origin = crate::model::Origin::Config;
    server.shelf.feeds.lock().unwrap().push(listed);
    assert_eq!(server.post("/manage/remove", &[FORM, OURS], "token=t%26k&feed=1").await.status, 409);
    assert_eq!(server.subscribed().len(), 1);
}

#[tokio::test]
async fn without_a_token_there_is_nothing_to_be_found() {
    for token in ["", "own"] {
        let server = start(three(), |config| secret(config, "", token)).await;
        for body in ["token=&url=a.example", "token=own&url=a.example"] {
            assert_eq!(server.post("/manage/add", &[FORM, OURS], body).await.status, 404, "{token}");
            assert_eq!(server.post("/manage/remove", &[FORM, OURS], body).await.status, 404, "{token}");
        }
        assert!(server.subscribed().is_empty() && !server.get("/").await.text().contains("manage/"));
    }
}
