//! Documents made up here, in the sizes that the web has: 24 entries of 1.4 KB, an entry of 10 KB, a page of 80 KB.

use std::fmt::Write as _;

/// Entries of a feed document.
pub(crate) const ENTRIES: usize = 24;
/// Text of an entry, bytes with its markup.
pub(crate) const ENTRY_BYTES: usize = 1_400;
/// A page, bytes.
pub(crate) const PAGE_BYTES: usize = 80_000;

const WORDS: [&str; 32] = [
    "harbour", "ferry", "council", "bridge", "ticket", "morning", "report", "the", "a", "of", "and", "to", "river", "museum",
    "winter", "garden", "Größe", "café", "market", "said", "opened", "closed", "against", "with", "without", "several", "people",
    "year", "plan", "vote", "train", "light",
];

/// Words that never repeat in the same order: what is hashed, indexed and packed must not be one sentence again and again.
struct Words(u64);

impl Words {
    fn sentence(&mut self) -> String {
        let mut sentence = String::new();
        for n in 0..12 {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let word = usize::try_from(self.0 >> 59).unwrap_or(0);
            sentence.push_str(if n == 0 { "" } else { " " });
            sentence.push_str(WORDS[word]);
        }
        sentence.push('.');
        sentence
    }
}

/// An entry's HTML of about `bytes`: paragraphs with links, emphasis, a list and a picture, as blogs write it.
pub(crate) fn html(number: usize, bytes: usize) -> String {
    let mut words = Words(number as u64);
    let mut html = format!("<p><img src=\"/pictures/{number}.jpg\" alt=\"\" class=\"wp-image\" width=\"640\"></p>\n");
    while html.len() < bytes {
        let (one, two, three) = (words.sentence(), words.sentence(), words.sentence());
        let _ = writeln!(html, "<p class=\"para\">{one} <a href=\"/{number}?utm_source=feed\">{two}</a> <em>{three}</em></p>");
        if html.len() % 5 == 0 {
            let _ = writeln!(html, "<ul><li>{}</li><li>{}</li></ul>", words.sentence(), words.sentence());
        }
    }
    html
}

/// A text of `words` words.
pub(crate) fn text(number: usize, words: usize) -> String {
    let mut sentences = Words(number as u64);
    std::iter::repeat_with(|| sentences.sentence()).take(words.div_ceil(12)).collect::<Vec<_>>().join(" ")
}

/// Numbers of the entries of document `version`: no two documents share one.
fn numbers(version: usize) -> impl Iterator<Item = usize> {
    (0..ENTRIES).map(move |n| version * ENTRIES + n)
}

fn title(number: usize) -> String {
    format!("{} ({number})", Words(number as u64 ^ 0x5eed).sentence())
}

fn escaped(html: &str) -> String {
    html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) fn rss(version: usize) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>Harbour News</title>\
                   <link>https://harbour.example/</link><description>All of it</description>\n"
        .to_owned();
    for n in numbers(version) {
        let _ = writeln!(
            xml,
            "<item><title>{}</title><link>https://harbour.example/2026/11/a-story-of-ferries-{n}?utm_source=feed</link>\
             <guid isPermaLink=\"false\">harbour-{n}</guid><pubDate>Tue, 24 Nov 2026 10:00:{:02} GMT</pubDate>\
             <category>harbour</category><description>{}</description></item>",
            title(n),
            n % 60,
            escaped(&html(n, ENTRY_BYTES))
        );
    }
    xml + "</channel></rss>"
}

pub(crate) fn atom() -> String {
    let mut xml =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Harbour News</title>\
                   <id>urn:harbour</id><link href=\"https://harbour.example/\"/><updated>2026-11-24T10:00:00Z</updated>\n"
            .to_owned();
    for n in numbers(0) {
        let _ = writeln!(
            xml,
            "<entry><title>{}</title><link href=\"https://harbour.example/2026/11/a-story-of-ferries-{n}\"/><id>urn:harbour:{n}</id>\
             <updated>2026-11-24T10:00:{:02}Z</updated><author><name>Ada Example</name></author><category term=\"harbour\"/>\
             <content type=\"html\">{}</content></entry>",
            title(n),
            n % 60,
            escaped(&html(n, ENTRY_BYTES))
        );
    }
    xml + "</feed>"
}

pub(crate) fn json() -> String {
    let items: Vec<_> = numbers(0)
        .map(|n| {
            serde_json::json!({
                "id": format!("harbour-{n}"),
                "url": format!("https://harbour.example/2026/11/a-story-of-ferries-{n}"),
                "title": title(n),
                "content_html": html(n, ENTRY_BYTES),
                "date_published": format!("2026-11-24T10:00:{:02}Z", n % 60),
                "authors": [{ "name": "Ada Example" }],
            })
        })
        .collect();
    serde_json::json!({ "version": "https://jsonfeed.org/version/1.1", "title": "Harbour News", "items": items }).to_string()
}

/// A news page: head, scripts, menus and teasers around an article of about a seventh of it.
pub(crate) fn page() -> String {
    let mut words = Words(99);
    let mut page = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Ferry - Harbour News</title>\
                    <meta property=\"og:title\" content=\"Ferry\"><link rel=\"canonical\" href=\"https://harbour.example/ferry\">"
        .to_owned();
    for n in 0..40 {
        let _ = writeln!(page, "<script>window.q{n} = window.q{n} || []; q{n}.push('{}');</script>", words.sentence());
    }
    page.push_str("</head><body><header><nav><ul>");
    for n in 0..120 {
        let _ = writeln!(page, "<li class=\"menu-item item-{n}\"><a href=\"/section/{n}\"><span>Section {n}</span></a></li>");
    }
    page.push_str("</ul></nav></header><main><article><h1>Ferry</h1>\n");
    page.push_str(&html(7, PAGE_BYTES / 7));
    page.push_str("</article></main><aside>");
    let mut n = 0;
    while page.len() < PAGE_BYTES {
        n += 1;
        let _ = writeln!(
            page,
            "<div class=\"teaser\"><a href=\"/story/{n}\"><img src=\"/t/{n}.jpg\" alt=\"\"><h3>{}</h3></a><p>{}</p></div>",
            words.sentence(),
            words.sentence()
        );
    }
    page + "</aside><footer><p>Imprint</p></footer></body></html>"
}
