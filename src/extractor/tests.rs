use proptest::prelude::*;

use super::*;

/// Pieces that hostile and broken pages are made of.
pub(super) fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<b>",
            "</b>",
            "<a href=/x>",
            "</a>",
            "<table>",
            "<tr>",
            "<td>",
            "</td>",
            "</table>",
            "<ul>",
            "<li>",
            "</ul>",
            "<svg>",
            "</svg>",
            "<math>",
            "<mtext>",
            "<style>",
            "</style>",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "<noscript>",
            "</noscript>",
            "<select>",
            "</select>",
            "<template>",
            "</template>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<img src=x onerror=y>",
            "<h2>",
            "</h2>",
            "<form>",
            "</form>",
            "<pre>\n",
            "</pre>",
            "<br>",
            "<button>",
            "</button>",
            "<figure>",
            "<figcaption>",
            "</figure>",
            "<blockquote>",
            "&amp;",
            "&lt;b&gt;",
            "&#x1f;",
            "&#0;",
            "\"",
            "'",
            ">",
            "<",
            "</",
            "<a title=\"",
            "=",
            "<object>",
            "</object>",
            "<dl><dt>",
            "<dd>",
            "<caption>",
            "<thead>",
            "<col>",
            "<body>",
            "<html lang=de>",
            "<ruby><rt>",
        ])
        .prop_map(str::to_owned),
        "[a-zäß日 .,\n]{1,12}",
    ]
}

fn run(html: &str) -> Extraction {
    run_with(html, Switches::default())
}

fn run_with(html: &str, switches: Switches) -> Extraction {
    let url = Url::parse("https://news.example/2024/11/18/regen.html").unwrap();
    extract(&Page { bytes: html.as_bytes(), url: Some(&url), switches, ..Page::default() })
}

const SENTENCES: [&str; 5] = [
    "Der Pegel des Flusses stieg in der Nacht um fast zwei Meter, teilte die Leitstelle am frühen Morgen mit.",
    "Rund vierhundert Menschen mussten ihre Häuser verlassen, viele von ihnen kamen in der Turnhalle der Schule unter.",
    "Die Feuerwehr rechnet damit, dass das Wasser frühestens am Donnerstag wieder sinkt, wenn der Regen nachlässt.",
    "Bürgermeisterin Hanna Vogt sagte, die Stadt habe aus der Flut vor zehn Jahren gelernt und rechtzeitig gewarnt.",
    "Bis zum Abend sollen weitere Helfer aus den Nachbarkreisen eintreffen, auch Boote werden noch gebraucht.",
];

/// A news page as they are: an advertising label between the paragraphs, a teaser for a film, a box of key points.
fn news_page() -> String {
    let [a, b, c, d, e] = SENTENCES;
    format!(
        r#"<!DOCTYPE html><html lang="de"><head><title>Hochwasser: Stadt räumt zwei Viertel - Kreisblatt</title>
        <meta property="og:site_name" content="Kreisblatt"><meta property="og:title" content="Hochwasser: Stadt räumt zwei Viertel">
        <meta property="og:description" content="Nach drei Tagen Regen hat die Stadt zwei Viertel am Fluss räumen lassen.">
        <script type="application/ld+json">{{"@type":"NewsArticle","headline":"Hochwasser: Stadt räumt zwei Viertel","author":{{"name":"Mara Lind"}},"datePublished":"2024-11-18T06:30:00+01:00"}}</script>
        </head><body class="has-comments"><nav><a href="/">Start</a><a href="/sport">Sport</a></nav>
        <main><article><h1>Hochwasser: Stadt räumt zwei Viertel</h1>
        <p class="lead">Nach drei Tagen Regen hat die Stadt zwei Viertel am Fluss räumen lassen. Verletzt wurde niemand.</p>
        <div class="byline">Von Mara Lind</div>
        <div class="slot"><p>Anzeige</p></div>
        <h2>Das Wichtigste in Kürze</h2><ul><li>Der Fluss stieg um zwei Meter.</li><li>Vierhundert Menschen sind in Sicherheit.</li><li>Der Regen lässt erst am Donnerstag nach.</li></ul>
        <div class="body"><p>{a}</p><figure><img src="/bild.jpg" width="800"><figcaption>Die Brücke am Markt. Foto: Archiv</figcaption></figure><p>{b}</p>
        <h2>„Wir waren vorbereitet“</h2><p>{c}</p>
        <div class="teaser"><p><strong>Im Video:</strong> <a href="/video">So kämpfen die Helfer gegen das Wasser</a></p></div>
        <p>{d}</p><p>Niemand widersprach.</p><div><p>Anzeige</p></div>
        <p><b>Lesen Sie auch:</b> <a href="/andere">Als die Flut kam</a></p><p>{e}</p></div>
        <div><p>Anzeige</p></div>
        <section class="related"><h2>Mehr zum Thema</h2><ul><li><a href="/1">Regen im Süden</a></li><li><a href="/2">Deiche im Norden</a></li></ul></section>
        </article></main><footer><p>© 2024 Kreisblatt. Alle Rechte vorbehalten.</p></footer></body></html>"#
    )
}

#[test]
fn a_news_page_comes_out_clean() {
    let [a, b, c, d, e] = SENTENCES;
    let article = run(&news_page()).article;
    let expected = [
        "Nach drei Tagen Regen hat die Stadt zwei Viertel am Fluss räumen lassen. Verletzt wurde niemand.",
        "Das Wichtigste in Kürze",
        "Der Fluss stieg um zwei Meter.",
        "Vierhundert Menschen sind in Sicherheit.",
        "Der Regen lässt erst am Donnerstag nach.",
        a,
        b,
        "„Wir waren vorbereitet“",
        c,
        d,
        "Niemand widersprach.",
        e,
    ];
    assert_eq!(article.text.lines().collect::<Vec<_>>(), expected);
    assert_eq!(article.title.as_deref(), Some("Hochwasser: Stadt räumt zwei Viertel"));
    assert_eq!(article.authors, ["Mara Lind"]);
    assert_eq!(article.published.as_deref(), Some("2024-11-18T06:30:00+01:00"));
    assert_eq!(article.lang.as_deref(), Some("de"));
    assert!(article.html.as_str().contains("<ul><li>Der Fluss stieg um zwei Meter.</li>"), "{}", article.html.as_str());
    assert!(article.html.as_str().contains("<figcaption>Die Brücke am Markt. Foto: Archiv</figcaption>"));
    assert!(article.quality > 0.7, "{}", article.quality);
}

#[test]
fn pictures_films_code_and_tables_arrive() {
    let [a, b, c, d, e] = SENTENCES;
    let page = format!(
        r#"<html><head><base href="/medien/"></head><body><article><h1>Regen</h1><p>{a}</p>
        <p><img src="data:image/gif;base64,R0" data-srcset="klein.jpg 300w, gross.jpg 1200w" alt="Brücke"><noscript><img src="mittel.jpg"></noscript></p>
        <p>{b}</p><div class="video-embed"><iframe src="//film.example/embed/7" title="Der Film" allowfullscreen></iframe></div>
        <p>{c}</p><table><tr><td class="gutter"><pre>1
2
3
4</pre></td><td class="code"><pre><span>fn</span> pegel() {{

    messen();
}}
</pre></td></tr></table><p>{d}</p>
        <table><caption>Pegel am Morgen</caption><thead><tr><th>Ort</th><th>Pegel</th></tr></thead><tr><td>Brücke</td><td>6,1</td></tr><tr><td></td><td>5,9</td></tr></table><p>{e}</p></article></body></html>"#
    );
    let article = run(&page).article;
    // What a table says is not told, but shown; of its caption that is left open.
    let lines = article.text.lines().filter(|line| *line != "Pegel am Morgen").collect::<Vec<_>>();
    assert_eq!(lines, [a, b, c, "fn pegel() {", "    messen();", "}", d, e]);
    assert_eq!(article.image.as_deref(), Some("https://news.example/medien/gross.jpg"));
    let html = article.html.as_str();
    for expected in [
        "<figure><img src=\"https://news.example/medien/gross.jpg\" alt=\"Brücke\"></figure>",
        "<figure><a href=\"https://film.example/embed/7\" rel=\"noopener noreferrer\">Der Film</a></figure>",
        "<pre>fn pegel() {\n\n    messen();\n}\n</pre>",
        "<table><caption>Pegel am Morgen</caption><thead><tr><th>Ort</th><th>Pegel</th></tr></thead><tbody><tr><td>Brücke</td>",
        "<tr><td></td><td>5,9</td></tr></tbody></table>",
    ] {
        assert!(html.contains(expected), "{expected}\n{html}");
    }
    assert!(!html.contains("mittel"), "{html}");
}

/// A sentence that begins as a button does.
const PROMPT: &str = "Sign up for a workspace now works with more than one address";

#[test]
fn an_entry_about_a_part_of_a_page_gets_that_part() {
    let [a, b, c, d, _] = SENTENCES;
    let page = format!(
        "<title>Changes</title><main><h1>Changes</h1><h2 id='1.2'>Version 1.2</h2><p>{a}</p><ul><li>Fixed</li><li>{PROMPT}</li><li>Read more</li></ul><h2 id='1.1'>Version 1.1</h2><p>{b}</p><p>{c}</p><p>{d}</p></main>"
    );
    let of = |fragment| extract(&Page { bytes: page.as_bytes(), fragment, ..Page::default() });
    let part = of(Some("1.2"));
    assert_eq!((part.article.text.as_str(), part.is_section), (format!("{a}\nFixed\n{PROMPT}").as_str(), true));
    assert_eq!(part.article.title.as_deref(), Some("Version 1.2"));
    let whole = of(Some("comments"));
    assert!(whole.article.text.contains(b) && !whole.is_section);
}

#[test]
fn html_and_text_agree() {
    let article = run(&news_page()).article;
    assert_eq!(sanitize::text_of(article.html.as_str()), article.text);
}

#[test]
fn a_story_in_sections_comes_out_whole() {
    let section =
        |i: usize| format!("<div class='chunk'><p>{} Teil {i}.</p></div><div class='promo'><p>Anzeige</p></div>", SENTENCES[i % 5]);
    let page = format!("<html><body><article>{}</article></body></html>", (0..12).map(section).collect::<String>());
    let text = run(&page).article.text;
    assert_eq!(text.lines().count(), 12, "{text}");
}

#[test]
fn comments_are_not_the_story() {
    let story: String = SENTENCES.iter().map(|s| format!("<p>{s}</p>")).collect();
    let comments: String = (0..40)
        .map(|i| {
            format!(
                "<div class='comment'><p>Ich sehe das ganz anders, und zwar aus dem Grund Nummer {i}, wie jeder weiß.</p></div>"
            )
        })
        .collect();
    let text = run(&format!("<body><article>{story}</article><section id='comments'>{comments}</section></body>")).article.text;
    assert_eq!(text.lines().collect::<Vec<_>>(), SENTENCES);
}

#[test]
fn json_ld_stands_in_where_the_page_has_nothing() {
    // Its labels are none of the story either.
    let body = SENTENCES.join("\\n\\nAnzeige\\n\\n");
    let page = format!(
        r#"<html><body><div id="app"></div><script type="application/ld+json">{{"@type":"Article","headline":"Regen","articleBody":"{body}"}}</script></body></html>"#
    );
    let article = run(&page).article;
    assert_eq!((article.method.as_str(), article.text.lines().count()), ("json-ld", 5));
    assert!(article.html.as_str().starts_with("<p>Der Pegel"));
}

#[test]
fn what_a_page_marks_as_its_article_stands_in() {
    let headings = |n: usize| format!("<article><h1>Regen</h1><h2>{}</h2></article>", SENTENCES.repeat(n).join("</h2><h2>"));
    let frame = "<nav><a href=/a>Politik</a> <a href=/b>Wetter</a></nav>";
    for n in [1, 4, 80] {
        let article = run(&format!("<title>Regen</title>{frame}{}<footer>Impressum</footer>", headings(n))).article;
        assert!(SENTENCES.iter().all(|sentence| article.text.contains(sentence)), "{n}: {}", article.text);
        assert!(!article.text.contains("Wetter") && !article.text.contains("Impressum"), "{}", article.text);
        assert_eq!(article.method, "blocks");
    }
    // Several are a list of articles.
    assert_eq!(run(&format!("{frame}{}{}", headings(1), headings(1))).article.text, "");
}

#[test]
fn what_is_no_article_says_so() {
    let check = |bytes: &[u8], expected: &str| {
        let out = extract(&Page { bytes, ..Page::default() });
        assert!(out.error.as_deref().is_some_and(|error| error.contains(expected)), "{out:?}");
        assert!(out.article.text.is_empty());
    };
    check(b"%PDF-1.7 x", "a PDF file");
    check(b"", "no article text");
    check(b"<html><body></body></html>", "no article text");
    check(b"<nav><a href=/a>Home</a></nav>", "no article text");
}

#[test]
fn the_feed_s_title_stands_in() {
    let out = extract(&Page { bytes: b"<p>x", feed_title: Some("Regen"), ..Page::default() });
    assert_eq!(out.article.title.as_deref(), Some("Regen"));
}

#[test]
fn hostile_pages_end_and_are_read() {
    for html in
        ["<div>".repeat(100_000), "<b>".repeat(100_000), "<b>x<p>".repeat(5000), "&".repeat(20_000), "<ul><li>".repeat(30_000)]
    {
        let won = run(&format!("{html}<p>{}</p>", SENTENCES[0]));
        assert!(won.article.text.contains(SENTENCES[0]), "{:?}: {:?}", html.get(..8), won.error);
    }
}

#[test]
fn a_page_that_a_script_builds_gives_the_text_it_carries() {
    let story = format!("<p>{}</p>", SENTENCES.join("</p><p>"));
    let state = serde_json::json!({"props": {"article": {"title": "Hochwasser", "body": story}}}).to_string().replace("</", "<\\/");
    let page = |state: &str, body: &str| {
        run(&format!(
            "<title>Hochwasser</title><div id=root>{body}</div><script id=__DATA__ type=application/json>{state}</script>"
        ))
    };
    let won = page(&state, "").article;
    assert_eq!((won.method.as_str(), won.text.as_str()), ("state", SENTENCES.join("\n").as_str()));
    assert!(won.html.as_str().starts_with("<p>Der Pegel"), "{}", won.html.as_str());
    assert_eq!(page("{}", "").article.method, "none");
    // What the page shows is believed before what it carries.
    assert_ne!(page(&state, &story).article.method, "state");
}

const NO_LISTS: Switches = Switches { lists: false, quotes: true, captions: false };

/// A story most of which is a list.
fn listed() -> (String, String) {
    let [a, b, c, d, e] = SENTENCES;
    let page = format!(
        "<title>Hochwasser</title><article><h1>Hochwasser</h1><p>{a}</p><ol><li>{b}</li><li>{c}</li><li>{d}</li></ol><p>{e}</p></article>"
    );
    (page, SENTENCES.join("\n"))
}

#[test]
fn what_is_not_wanted_of_a_page_is_judged_with_it() {
    let (page, text) = listed();
    let (all, won) = (run(&page), run_with(&page, NO_LISTS));
    assert_eq!((all.article.text.as_str(), won.uncut.as_str()), (text.as_str(), text.as_str()));
    assert_eq!(won.article.text, format!("{}\n{}", SENTENCES[0], SENTENCES[4]));
    assert!((won.article.quality - all.article.quality).abs() < 1e-6, "{} {}", won.article.quality, all.article.quality);
    let feed = judge::FeedText { title: "Hochwasser", html: "", text: &text };
    let verdict = judge::judge(&feed, &won.judged(), None);
    assert_eq!(verdict.worth, crate::model::PageWorth::Same, "{}", verdict.reason);
    // An article is read again because the user wants less of it.
    assert_eq!(judge::replaces(&all.article, &won.judged(), None), Ok("the page has the same text as before"));
}

#[test]
fn what_is_not_wanted_of_a_page_does_not_come_back_from_its_scripts() {
    let item = "Die Feuerwehr fährt mit Booten durch die Gassen am Hafen.";
    let list = format!("<ul><li>{item}</li><li>{item} Heute.</li><li>{item} Morgen.</li></ul>");
    let story = format!("<p>{}</p><p>{}</p>{list}", SENTENCES[0], SENTENCES[1]);
    let state = serde_json::json!({"article": {"body": format!("{story}{story}<p>{}</p>", SENTENCES[2..].join("</p><p>"))}});
    let state = state.to_string().replace("</", "<\\/");
    let won = run_with(&format!("<article>{story}</article><script type=application/json>{state}</script>"), NO_LISTS);
    assert_eq!((won.article.method.as_str(), won.article.text.lines().count()), ("blocks", 2), "{}", won.article.text);
}

#[test]
fn the_batch_answer_has_its_fields() {
    let answer = answer(&serde_json::json!("7"), &run(&news_page()));
    for field in ["id", "title", "authors", "published", "updated", "lang", "section", "image", "text", "html", "method", "quality"]
    {
        assert!(answer.get(field).is_some(), "{field}");
    }
    assert!(answer.get("error").is_none());
    assert!(!answer.to_string().contains(['\u{2028}', '\u{85}']));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let out = find(&Page { bytes: &bytes, ..Page::default() });
        prop_assert_eq!(sanitize::clean(out.article.html.as_str(), None), out.article.html);
    }

    #[test]
    fn no_mutation_of_a_page_makes_it_panic(cuts in prop::collection::vec((0usize..4000, piece()), 1..12)) {
        let mut page = news_page();
        for (at, piece) in cuts {
            let at = page.floor_char_boundary(at);
            page.insert_str(at, &piece);
        }
        for switches in [Switches::default(), Switches { lists: false, quotes: false, captions: true }] {
            let out = find(&Page { bytes: page.as_bytes(), switches, ..Page::default() });
            prop_assert_eq!(sanitize::clean(out.article.html.as_str(), None), out.article.html);
        }
    }
}
