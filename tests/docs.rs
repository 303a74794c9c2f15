//! What the documents say is so: the reference of the configuration is made of its default file (`UPDATE_DOCS=1 cargo test --test docs`
//! writes it anew), and every question to the store that they show is answered.

#![allow(clippy::unwrap_used)] // test code throughout

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn document(name: &str) -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    (path, text)
}

/// A key with its value and what is said about it.
struct Row {
    key: String,
    value: String,
    meaning: String,
}

/// `key = value  # meaning`, also of an example that is commented out.
fn row(line: &str) -> Option<Row> {
    let (key, rest) = line.split_once(" = ")?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "_.".contains(c));
    // A value may hold the sign of a comment; the comments of this file stand behind two blanks or more, or a short value.
    let (value, meaning) = rest.split_once("  # ").or_else(|| rest.split_once(" # ")).unwrap_or((rest, ""));
    is_key.then(|| Row { key: key.to_owned(), value: value.trim().to_owned(), meaning: meaning.trim().to_owned() })
}

fn reference(file: &str) -> String {
    let mut text = "# The configuration, key by key\n\nMade of [config/feedmux.toml](../config/feedmux.toml), whose values a test holds against \
                    the code. At its beginning it says:\n\n"
        .to_owned();
    let head = file.lines().take_while(|line| !line.starts_with('['));
    for line in head {
        let line = line.trim_start_matches('#');
        text.push_str(format!("    {}", line.strip_prefix(' ').unwrap_or(line)).trim_end());
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    let mut rows: Vec<Row> = Vec::new();
    let flush = |rows: &mut Vec<Row>, text: &mut String| {
        for Row { key, value, meaning } in rows.drain(..) {
            let cell = |cell: &str| cell.replace('|', "\\|");
            writeln!(text, "| `{key}` | `{}` | {} |", cell(&value), cell(&meaning)).unwrap();
        }
    };
    for line in file.lines() {
        let example = line.strip_prefix('#').filter(|rest| !rest.starts_with(' ') && !rest.is_empty());
        let head = example.unwrap_or(line);
        if head.starts_with('[') {
            flush(&mut rows, &mut text);
            let kind = if example.is_some() { "example" } else { "default" };
            let heading = format!("\n## `{head}`\n\n| key | {kind} | |\n| --- | --- | --- |\n");
            // A second example of a table goes on with the first.
            if !text.contains(&heading) {
                text.push_str(&heading);
            }
        } else if let Some(row) = row(head) {
            rows.push(row);
        } else if let (Some(more), Some(last)) = (head.trim_start().strip_prefix("# "), rows.last_mut())
            && line.len() > more.len() + 10
        {
            last.meaning = format!("{} {}", last.meaning, more.trim()).trim().to_owned();
        }
    }
    flush(&mut rows, &mut text);
    text
}

#[test]
fn the_reference_of_the_configuration_is_made_of_its_default_file() {
    let (_, file) = document("config/feedmux.toml");
    let (path, written) = document("docs/configuration.md");
    let expected = reference(&file);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, expected).unwrap();
    } else {
        assert!(
            written == expected,
            "docs/configuration.md is not what config/feedmux.toml says: UPDATE_DOCS=1 cargo test --test docs"
        );
    }
}

/// The blocks of SQL in a document, one question each.
fn questions(text: &str) -> Vec<String> {
    let blocks = text.split("```sql\n").skip(1).filter_map(|rest| rest.split("```").next());
    let bare = |part: &str| part.lines().filter(|line| !line.trim_start().starts_with("--")).collect::<Vec<_>>().join("\n");
    blocks.flat_map(|block| block.split(";\n").map(bare).collect::<Vec<_>>()).filter(|part| !part.trim().is_empty()).collect()
}

/// Names in back quotes that begin so, each without its labels.
fn named<'a>(text: &'a str, prefix: &str) -> BTreeSet<&'a str> {
    let names = text.split('`').skip(1).step_by(2).filter(|name| name.starts_with(prefix));
    names.map(|name| name.split('{').next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_named_and_exists() {
    let web = support::Web::start().await;
    web.put("/post", support::page("", "<p>Text</p>"));
    web.put("/feed.xml", support::Reply::ok(support::rss("Blog", &[("a", &web.url("/post"), "Otters", "Text")])));
    let daemon = support::TestDaemon::start(&[web.url("/feed.xml")], &[]).await;
    daemon.wait_for_items(1).await;
    // What never happened is not told of.
    let happened = ["feedmux_polls_total", "feedmux_scrapes_total", "feedmux_http_answers_total"];
    let text = support::wait_for("some of everything", async || {
        let text = daemon.get("/metrics").await;
        happened.iter().all(|name| text.contains(name)).then_some(text)
    })
    .await;
    daemon.stop().await;
    let counted = |kind: &str| if kind == "counter" { "_total" } else { "" };
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let real: Vec<String> = types.map(|(name, kind)| format!("{name}{}", counted(kind))).collect();
    let (_, manual) = document("docs/operating.md");
    assert_eq!(named(&manual, "feedmux_"), real.iter().map(String::as_str).collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_question_to_the_store_is_answered() {
    let web = support::Web::start().await;
    let link = "https://example.org/a-long-post-about-otters";
    web.put("/feed.xml", support::Reply::ok(support::rss("Daily Otter", &[("a", link, "Otters", "Text")])));
    let daemon = support::TestDaemon::start(&[web.url("/feed.xml")], &["scrape.mode='never'"]).await;
    daemon.wait_for_items(1).await;
    for (name, at_least) in [("README.md", 5), ("docs/schema.md", 15), ("docs/operating.md", 2)] {
        let questions = questions(&document(name).1);
        assert!(questions.len() >= at_least, "{name} asks {} questions", questions.len());
        for question in questions {
            let answer = daemon.daemon.store.sql(&question, 100, Duration::from_secs(10)).await;
            assert!(answer.is_ok(), "{name}: {question}: {answer:?}");
        }
    }
    daemon.stop().await;
}
