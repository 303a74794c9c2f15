//! HTML that is stored as what its text does not say, and comes back as it was: to Rust, and to everybody who asks the view.

use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;

use super::super::{migrate, plain};
use super::*;
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
    check(&html, &text, r#"["</p><p>","<p>",53,"</p><figure><img src=\"x\"></figure><p>",540103,"</p>"]"#);
    let html = format!("<h2>{RAIN}</h2>\r\n<p>{BOAT}</p>\n<p>{CREW}</p>\n");
    check(&html, &text, r#"["</p>\n<p>","<h2>",53,"</h2>\r\n<p>",540103,"</p>\n"]"#);
    let html = format!("<ul><li>{RAIN}<ul><li><a href=\"b\" rel=\"c\">{BOAT}</a></li></ul></li><li>{CREW}</li></ul>");
    let list = r#"["<ul><li><a href=\"b\" rel=\"c\">","<ul><li>",105,"</a></li></ul></li><li>",1060051,"</li></ul>"]"#;
    check(&html, &text, list);
    check(&format!("<pre>  {RAIN}\n\n\t{BOAT}\n</pre>"), &text, r#"["\n\n\t","<pre>  ",105,"\n</pre>"]"#);
    // a teaser is the beginning, the end or something between
    check(&format!("<p>{RAIN}</p>"), &text, r#"["","<p>",53,"</p>"]"#);
    check(&RAIN[..40], &text, r#"["",40]"#);
    check(&format!("{}…", &RAIN[..40]), &text, r#"["",40,"…"]"#);
    check(CREW, &text, r#"["",1060051]"#);
    check(&format!("<b>{BOAT}</b>"), &text, r#"["","<b>",540051,"</b>"]"#);
    // one of both says more
    check(&format!("<p>{RAIN}</p><p>{CREW}</p>"), &text, r#"["","<p>",53,"</p><p>",1060051,"</p>"]"#);
    let html = format!("<p>{RAIN}</p><figcaption>On the twelfth, in the fog</figcaption><p>{BOAT}</p><p>{CREW}</p>");
    let more = r#"["</p><p>","<p>",53,"</p><figcaption>On the twelfth, in the fog</figcaption><p>",540103,"</p>"]"#;
    check(&html, &text, more);
    check(&format!("<p>{CREW}</p><p>{RAIN}</p>"), &text, r#"["","<p>",1060051,"</p><p>",53,"</p>"]"#);
    // white space, references, and what is said otherwise
    let html = format!("{RAIN}&nbsp; {}", BOAT.replace("islands", "is\u{ad}lands"));
    check(&html, &format!("{RAIN} {BOAT}"), "[\"\",53,\"&nbsp; \",540045,\"\u{ad}lands.\"]");
    let odd = "\"100 %\" of A&B < C > D is what 'they' said: e\u{301}te\u{301}, 🌧🚣🏽, 雨のなか、省は冷却装置";
    let escaped = odd.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    check(&format!("<i>{escaped}</i>"), odd, r#"["","<i>",100,"</i>"]"#);
    check(&format!("<i>{escaped}、昨夜</i>"), &format!("{odd}は"), r#"["","<i>",100,"、昨夜</i>"]"#);
    check(&escaped.replace('"', "&quot;"), odd, r#"["","&quot;100 %&quot; of A&amp;B &lt; C &gt; ",210079]"#);
    // nothing is alike, or too little
    check("<p>The harbour master was seen at the pub at noon.</p>", &text, "as it is");
    check("<p>It rained.</p>", &text, "as it is");
    check(&format!("<p>{RAIN}</p>"), "", "as it is");
    check("", &text, "as it is");
}

/// A feed and the page of one of its entries tell the same at length: each HTML is stored beside its own text.
#[tokio::test]
async fn feeds_and_pages_get_their_html_again() {
    let temp = Temp::new();
    let ids = temp.feeds(&["a", "b"]).await;
    let html = |lines: &[&str]| CleanHtml::trusted(format!("<p>{}</p>", lines.join("</p><figure></figure><p>")));
    let (summary, content, page_html) = (html(&[RAIN]), html(&[RAIN, BOAT]), html(&[BOAT, RAIN, CREW]));
    let tell = |name: &str| {
        let mut new = waits(at_page(name, "https://site.example/p"), 600);
        (new.text.summary, new.text.content) = (Some(summary.clone()), Some(content.clone()));
        new.text.text = text_of(content.as_str());
        new
    };
    temp.apply(ids[0], 0, vec![tell("one")]).await;
    let page = temp.page(5).await;
    assert_eq!(page.waiting[0].html, content);
    let mut outcome = won("");
    let PageOutcome::Won { article, .. } = &mut outcome else { unreachable!() };
    (article.html, article.text) = (page_html.clone(), text_of(page_html.as_str()));
    temp.settle(page.id, 20, outcome, vec![chosen(page.waiting[0].id, ContentOrigin::Article)]).await;
    temp.apply(ids[1], 30, vec![tell("two")]).await;
    assert_eq!(temp.page(35).await.won.unwrap().html, page_html);
    temp.store.release_held(at(600)).await.unwrap();
    for (item, shown) in temp.items().await.iter().zip([&content, &page_html]) {
        assert_eq!((item.summary.as_ref(), item.content.as_ref()), (Some(&summary), Some(shown)), "{}", item.title);
    }
    let signs = "SELECT min(unicode(summary_html)) || min(unicode(content_html)) || (SELECT unicode(html) FROM article) FROM entry";
    assert_eq!(temp.value(signs).await, "444");
}

/// No clean HTML has any of these.
#[test]
fn control_characters_are_not_taken_for_signs() {
    let view = View::new();
    for html in
        ["\u{1}", "\u{2}", "\u{3}", "\u{4}", "\u{4}[]", "\u{4}[\"\",3]", "\u{1}<p>", "a\u{4}", "a\0b", "\0", "\u{5}", "\u{7f}"]
    {
        for text in ["", "abc", html, RAIN, &format!("\0{RAIN}\u{4}")] {
            view.check(html, text);
            view.check(&format!("<p>{html}{RAIN}</p>"), text);
        }
    }
}

/// Neither the number of pieces nor the time grows with what a publisher makes of it.
#[test]
fn html_of_any_length_comes_back() {
    let view = View::new();
    let line = |n: usize| format!("{RAIN} {n}");
    for between in ["</p><p>", "</a><a>", "<br>\n", " ", "&nbsp;", "\u{ad}"] {
        for text in [(0..3_000).map(line).collect::<Vec<_>>().join("\n"), line(0).repeat(3_000), line(0)] {
            let html = text.replace('\n', between).replace(' ', if between.len() == 6 { between } else { " " });
            view.check(&html, &text);
        }
    }
    let links: String = (0..600).map(|n| format!("<a href=\"{n}\">{}</a>", line(n))).collect();
    let stored = view.check(&links, &text_of(&links));
    assert!(stored.len() < links.len() * 3 / 4);
}

const MARKUP: &str = "<p>|</p>|</p>\n<p>|<br>|<b>|</b>|<a href=\"/a?b&amp;c\">|</a>|<figure>|<img src=\"x\" alt=\">\">|<figcaption>|</figcaption>\
    |</figure>|<ul><li>|</li><li>|</li></ul>|<pre>|</pre>|<td>|</td>";
const WORDS: &str = "It rained for eleven days and |nobody knew why it did, |as flat as a table|&amp;|&lt;|&gt;|&nbsp;|&quot;|&amp;lt;|&|<|>|;\
    |\"|%|'|\\\\|\n|\r\n|\t|  |\u{ad}|e\u{301}|🌧🚣🏽|雨のなか、省は冷却装置の故障を|\u{1}|\u{4}|\u{85}|\u{a0}|10000";

fn html() -> impl Strategy<Value = String> {
    let pick = |of: &'static str| prop::sample::select(of.split('|').collect::<Vec<_>>());
    prop::collection::vec(prop_oneof![pick(MARKUP), pick(WORDS), pick(WORDS)], 0..40).prop_map(|parts| parts.concat())
}

#[test]
fn all_html_comes_back_beside_any_text() {
    let view = View::new();
    proptest!(|(html in html(), other in html(), cut in 0..200usize)| {
        let own = text_of(&html);
        let cut = own.floor_char_boundary(cut);
        for text in [&own, &own[cut..], &own[..cut], &html, &other, &format!("{}\n{own}", text_of(&other))] {
            view.check(&html, text);
        }
    });
}
