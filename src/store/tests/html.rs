//! HTML that is stored as what its text does not say, and comes back as it was: to Rust, and to everybody who asks the view.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;

use super::super::{migrate, plain};
use crate::extractor::sanitize::text_of;

/// A store with one entry that shows its feed's text, and one that shows its page's.
struct View(Connection);

impl View {
    fn new() -> Self {
        let mut conn = Connection::open_in_memory().unwrap();
        migrate::to_latest(&mut conn, Path::new("")).unwrap();
        conn.execute_batch(
            "INSERT INTO feed (id, origin, url) VALUES (1, 'managed', 'https://a.example/feed');
             INSERT INTO article (id, state, canonical_url, url, host) VALUES (1, 'won', 'u', 'u', 'h');",
        )
        .unwrap();
        for id in [1, 2] {
            conn.execute(
                "INSERT INTO entry (id, feed_id, story_id, article_id, state, content_origin, names, first_seen_at, last_seen_at,
                    content_hash, title_hash, public_id, title, text)
                 VALUES (?1, 1, ?1, 1, 'settled', iif(?1 = 1, 'feed', 'article'), 1, 0, 0, x'00', x'00', ?1, '', '')",
                [id],
            )
            .unwrap();
        }
        Self(conn)
    }

    /// Stores `html` beside `text` in each of the three places, and holds all readers to it. Answers what is stored.
    fn check(&self, html: &str, text: &str) -> String {
        let stored = plain::stored(html, text);
        assert_eq!(plain::read(&stored, text), html, "{stored:?}");
        self.0.execute("UPDATE entry SET summary_html = ?1, content_html = ?1, text = ?2 WHERE id = 1", [&*stored, text]).unwrap();
        self.0.execute("UPDATE article SET html = ?1, text = ?2", [&*stored, text]).unwrap();
        let ask = "SELECT summary_html, content_html, (SELECT content_html FROM entries WHERE id = 2) FROM entries WHERE id = 1";
        let shown = self.0.query_row(ask, [], |row| Ok([row.get::<_, String>(0)?, row.get(1)?, row.get(2)?])).unwrap();
        assert_eq!(shown.each_ref().map(String::as_str), [html; 3], "{stored:?}");
        stored.into_owned()
    }
}

const RAIN: &str = "It rained for eleven days and nobody knew why it did.";
const BOAT: &str = "On the twelfth day a boat came in from the islands.";
const CREW: &str = "Its crew of three told of a sea as flat as a table.";

#[test]
fn html_is_stored_as_what_its_text_does_not_say() {
    let view = View::new();
    let check = |html: &str, text: &str, expected: &str| {
        let stored = view.check(html, text);
        assert_eq!(stored.strip_prefix('\u{4}').unwrap_or("as it is"), expected, "{html}");
    };
    let text = format!("{RAIN}\n{BOAT}\n{CREW}");
    // paragraphs
    let html = format!("<p>{RAIN}</p><figure><img src=\"x\"></figure><p>{BOAT}</p><p>{CREW}</p>");
    check(&html, &text, r#"["</p><figure><img src=\"x\"></figure><p>","<p>",105,540051,"</p>"]"#);
    let html = format!("<h2>{RAIN}</h2>\r\n<p>{BOAT}</p>\n<p>{CREW}</p>");
    check(&html, &text, r#""#);
    // a teaser is the beginning, the end or something between
    check(&format!("<p>{RAIN}</p>"), &text, r#"["","<p>",53,"</p>"]"#);
    check(&RAIN[..40], &text, r#"["",40]"#);
    check(&format!("{}…", &RAIN[..40]), &text, r#"["",40,"…"]"#);
    check(CREW, &text, r#"["",1060051]"#);
    check(&format!("<b>{BOAT}</b>"), &text, r#"["","<b>",540051,"</b>"]"#);
    // the text says more or less than the HTML
    check(&format!("<p>{RAIN}</p><p>{CREW}</p>"), &text, r#"["","<p>",53,"</p><p>",1060051,"</p>"]"#);
    let html = format!("<p>{RAIN}</p><figcaption>On the twelfth, a boat was photographed</figcaption><p>{BOAT}</p>");
    check(&html, &text, r#""#);
    // backwards
    check(&format!("<p>{CREW}</p><p>{RAIN}</p>"), &text, r#"["","<p>",1060051,"</p><p>",53,"</p>"]"#);
    // nothing is alike, or too little
    check("<p>The harbour master was seen at the pub at noon.</p>", &text, "as it is");
    check("<p>It rained.</p>", &text, "as it is");
    check(&format!("<p>{RAIN}</p>"), "", "as it is");
    check("", &text, "as it is");
}
