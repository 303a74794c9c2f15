//! The views are a promise: a change here breaks somebody's query.

use super::*;

const PROMISE: [(&str, &str); 6] = [
    (
        "feeds",
        "id, url, title, site_url, tags, state, last_status, last_error, failures, last_polled_at, next_poll_at, \
         next_poll_reason, interval_s, etag, last_modified, entries, faults",
    ),
    (
        "entries",
        "id, feed_id, feed_url, feed_title, guid, url, canonical_url, title, authors, tags, lang, published_at, updated_at, \
         first_seen_at, summary_html, content_html, content_text, content_origin, image_url, enclosures, story_id, is_lead, state, \
         podcast, partial, section, page_updated_at",
    ),
    ("stories", "id, title, url, lead_entry_id, lang, first_seen_at, last_seen_at, entries, feeds, sources"),
    ("polls", "feed_id, at, status, outcome, new_entries, changed_entries, bytes, duration_ms"),
    ("days", "day, polls, unchanged, failed, new_entries, folded, bytes"),
    ("decisions", "at, feed_id, entry_id, kind, reason, evidence"),
];

#[tokio::test]
async fn the_views_have_their_columns() {
    let temp = Temp::new();
    let table = |sql: String| {
        let store = temp.store.clone();
        async move { store.sql(&sql, 100, Duration::from_secs(10)).await.unwrap() }
    };
    for (view, columns) in PROMISE {
        assert_eq!(table(format!("SELECT * FROM {view}")).await.columns.join(", "), columns, "{view}");
    }
    let views = table("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name".to_owned()).await;
    assert_eq!(views.rows.len(), PROMISE.len(), "{views:?}");
    let schema = include_str!("../../../docs/schema.md");
    for (view, columns) in PROMISE {
        for column in columns.split(", ") {
            assert!(schema.contains(&format!("`{column}`")), "docs/schema.md lacks {view}.{column}");
        }
    }
}

#[tokio::test]
async fn a_view_row_reads_as_promised() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let mut one = entry("one");
    one.text.authors = vec!["Ada".to_owned()];
    one.text.published = Some(at(-60));
    temp.apply(ids[0], 0, vec![one]).await;
    for (sql, expected) in [
        ("SELECT feed_title || ' ' || feed_url FROM entries", "A https://a.example/feed"),
        ("SELECT published_at FROM entries", "2023-11-14T22:12:20.000Z"),
        ("SELECT first_seen_at FROM entries", "2023-11-14T22:13:20.000Z"),
        ("SELECT authors FROM entries", r#"["Ada"]"#),
        ("SELECT coalesce(content_html, 'none') FROM entries", "none"),
        ("SELECT content_text FROM entries", "Text of one."),
        ("SELECT summary_html FROM entries", "<p>Text of one.</p>"),
        ("SELECT state || ' ' || content_origin || ' ' || is_lead FROM entries", "settled feed 1"),
        ("SELECT entries || ' ' || feeds || ' ' || title FROM stories", "1 1 Title one"),
        ("SELECT next_poll_at || ' ' || next_poll_reason FROM feeds WHERE id = 1", "2023-11-14T22:43:20.000Z every 30 min"),
        ("SELECT group_concat(state || ' ' || entries || ' ' || interval_s) FROM feeds", "active 1 1800,active 0 1800"),
        (
            "SELECT at || ' ' || outcome || ' ' || new_entries || ' ' || duration_ms FROM polls",
            "2023-11-14T22:13:20.000Z new 1 1000",
        ),
    ] {
        assert_eq!(temp.value(sql).await, expected, "{sql}");
    }
}

/// The user's SELECT is bounded in what it may do, give and cost.
#[tokio::test]
async fn sql_reads_and_nothing_else() {
    let temp = Temp::new();
    temp.feeds(&["a", "b", "c"]).await;
    let run = |sql: &'static str, rows| {
        let store = temp.store.clone();
        async move { store.sql(sql, rows, Duration::from_millis(200)).await }
    };
    let table = run("SELECT id FROM feeds ORDER BY id", 2).await.unwrap();
    assert_eq!((table.rows.len(), table.truncated), (2, true));
    let table = run("SELECT x'00ff' AS h, NULL AS n, 1.5 AS r, 'é' AS t", 9).await.unwrap();
    assert_eq!(table.columns, ["h", "n", "r", "t"]);
    assert_eq!(serde_json::json!(table.rows), serde_json::json!([["00ff", null, 1.5, "é"]]));
    let endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    for (sql, word) in [
        ("DELETE FROM feed", "read-only"),
        ("CREATE TABLE t (a)", "read-only"),
        ("SELECT nonsense FROM feeds", "nonsense"),
        ("SELECT 1; SELECT 2", "statement"),
        (endless, "stopped after"),
    ] {
        let line = run(sql, 9).await.unwrap_err().to_string();
        assert!(line.contains(word) && !line.contains('\n'), "{sql}: {line}");
    }
    assert_eq!(temp.store.feeds().await.unwrap().len(), 3);
}
