use super::*;

fn page(body: &str) -> Option<Parsed> {
    let page = format!("<!doctype html><html lang=en><head><title>The page</title></head><body>{body}</body></html>");
    read(page.as_bytes(), Some("text/html; charset=utf-8"), Url::parse("https://example.org/blog/").ok().as_ref())
}

/// The one entry of a feed with this inside.
fn entry(inside: &str) -> ParsedEntry {
    let parsed = page(&format!("<div class=h-feed><article class='h-entry'>{inside}</article></div>")).expect(inside);
    assert_eq!(parsed.entries.len(), 1, "{inside}");
    parsed.entries.into_iter().next().unwrap()
}

/// Titles of the entries; `None` where the page is no feed.
fn titles(body: &str, expected: Option<&[&str]>) {
    let parsed = page(body);
    let titles: Option<Vec<&str>> =
        parsed.as_ref().map(|parsed| parsed.entries.iter().map(|entry| entry.title.as_deref().unwrap_or("")).collect());
    assert_eq!(titles.as_deref(), expected, "{body}");
}

const A: &str = "<div class=h-entry><p class=p-name>A</p></div>";
const B: &str = "<div class=h-entry><p class=p-name>B</p></div>";

#[test]
fn only_explicit_marks_make_a_page_a_feed() {
    titles(&format!("<div class=h-feed>{A}</div>"), Some(&["A"]));
    titles(&format!("{A}{B}"), Some(&["A", "B"]));
    titles(A, None);
    titles("<div class=h-feed></div>", None);
    titles("<p>about h-feed and h-entry", None);
    titles(&format!("<div class=hfeed>{}</div>", "<div class='post hentry'><h2 class=entry-title>A</h2></div>".repeat(3)), None);
    titles("<div class=h-feed><div class=h-entry></div></div>", None);
    titles("<script>\"<div class='h-feed'><div class='h-entry'>x</div></div>\"</script>", None);
    titles("<template><div class='h-feed'><div class='h-entry'>x</div></div></template>", None);
    titles("<div class='h-feed'><div class='H-ENTRY'>h-entry</div></div>", None);
}

#[test]
fn entries_inside_others_are_not_entries_of_the_feed() {
    let answer = "<div class='u-comment h-entry'><p class=p-name>Answer</p></div>";
    titles(&format!("<div class=h-entry><p class=p-name>A</p>{answer}{answer}</div>"), None);
    titles(&format!("<div class=h-entry><p class=p-name>A</p>{answer}</div>{B}"), Some(&["A", "B"]));
    titles(
        &format!("<div class=h-entry><div class='u-like-of h-cite'><p class=p-name>C</p></div><p class=p-name>A</p></div>{B}"),
        Some(&["A", "B"]),
    );
    titles(&format!("<div class=h-cite>{A}</div>{B}"), None);
    titles(&format!("<div class='h-full p-4'><div class=h-screen>{A}</div></div>{B}"), Some(&["A", "B"]));
}

#[test]
fn the_first_feed_with_entries_is_taken() {
    titles(&format!("<div class=h-feed></div>{B}<div class=h-feed>{A}</div><div class=h-feed>{B}{B}</div>"), Some(&["A"]));
    titles(&format!("<div class=h-feed><main class=h-feed>{A}</main></div>"), Some(&["A"]));
}

#[test]
fn elements_end_where_html_ends_them() {
    titles("<ul class=h-feed><li class=h-entry><p class=p-name>A<p>x<li class=h-entry><p class=p-name>B</ul>", Some(&["A", "B"]));
    titles(
        "<ul class=h-feed><li class=h-entry><img><br><span class=p-name>A</span></div></i><li class=h-entry><b class=p-name>B",
        Some(&["A", "B"]),
    );
    titles(
        "<div class=h-feed><div class=h-entry><svg><path/><path/></svg><i class=p-name>A</i></div><p class=h-entry>B<div class=h-entry>C</div></div>",
        Some(&["A", "B", "C"]),
    );
    titles("<table class=h-feed><tr class=h-entry><td>A<td><tr class=h-entry><td>B</table>", Some(&["A", "B"]));
    let deep = "<div>".repeat(MAX_DEPTH + 100) + "x" + &"</div>".repeat(MAX_DEPTH + 100);
    titles(&format!("<div class=h-feed><div class=h-entry><p class=p-name>A</p>{deep}</div>{B}</div>"), Some(&["A", "B"]));
}

#[test]
fn an_entry_has_all_its_parts() {
    let entry = entry(
        "<h2 class=p-name><a class='u-url u-uid' href=/a?x=1&amp;y=2>A &amp; B</a></h2>
         <p class='p-author h-card'><img class=u-photo src=/me.png alt=''><a class='p-name u-url' href=/me>Ada L.</a></p>
         <time class=dt-published datetime='2026-11-22T10:00:00Z'>today</time><time class=dt-updated>2026-11-23</time>
         <p class=p-summary>Short <b>and</b> 1 &lt; 2</p><div class='e-content'><p>Long <img src=i.png> text</p></div>
         <a class=p-category href=/t>cats</a><a class=p-category>dogs</a><a class=p-category>cats</a>
         <img class=u-photo src=p.jpg><audio class=u-audio src=/a.mp3 type=audio/mpeg></audio><video class=u-video><source src=/v.mp4></video>",
    );
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    assert_eq!(text(&entry.title), "A & B");
    assert_eq!(text(&entry.link), "https://example.org/a?x=1&y=2");
    assert_eq!(text(&entry.guid), "https://example.org/a?x=1&y=2");
    assert_eq!(entry.authors, ["Ada L."]);
    assert_eq!(entry.published.unwrap().to_string(), "2026-11-22T10:00:00Z");
    assert_eq!(entry.updated.unwrap().to_string(), "2026-11-23T00:00:00Z");
    assert_eq!(text(&entry.summary), "Short and 1 &lt; 2");
    assert_eq!(text(&entry.content), "<p>Long <img src=i.png> text</p>");
    assert_eq!(entry.categories, ["cats", "dogs"]);
    assert_eq!(text(&entry.image), "https://example.org/blog/p.jpg");
    let media: Vec<_> = entry.enclosures.iter().map(|media| (media.url.as_str(), media.media_type.as_deref())).collect();
    assert_eq!(
        media,
        [
            ("https://example.org/blog/p.jpg", None),
            ("https://example.org/a.mp3", Some("audio/mpeg")),
            ("https://example.org/v.mp4", None)
        ]
    );
    assert_eq!(text(&entry.base), "https://example.org/blog/");
}

#[test]
fn links_are_marked_or_implied() {
    let link = |inside: &str, expected: Option<&str>| {
        assert_eq!(entry(inside).link.as_deref(), expected.map(|path| format!("https://example.org{path}")).as_deref(), "{inside}");
    };
    link("<p class=p-name>A</p><a href=/other>x</a><a class=u-url href=/a>x</a><a class=u-url href=/b>y</a>", Some("/a"));
    link("<a class=u-url>/c</a><p class=p-name>A</p>", Some("/c"));
    link("<h2 class=p-name><a href=/a>A</a></h2><a href=/b rel=bookmark>x</a>", Some("/a"));
    link("<a class=p-name href=/a>A</a>", Some("/a"));
    link("<p class=p-name>A</p><a href=/b rel='nofollow bookmark'>x</a>", Some("/b"));
    link("<p class=p-name>A</p><a href=/other>x</a>", None);
    link("<p class=p-name>A</p><a class=u-uid href=/id>x</a>", Some("/id"));
    titles("<a class=h-entry href=/a>A</a><a class=h-entry href=/b><img alt=B></a>", Some(&["A", "B"]));
    let parsed = page("<a class=h-entry href=/a>A</a><a class=h-entry href=/b>B</a>").unwrap();
    assert_eq!(parsed.entries[1].link.as_deref(), Some("https://example.org/b"));
}

#[test]
fn an_id_that_is_no_address_stays_as_it_is() {
    assert_eq!(
        entry("<data class=u-uid value='tag:example.org,2026:1'></data><p class=p-name>A</p>").guid.as_deref(),
        Some("tag:example.org,2026:1")
    );
    assert_eq!(entry("<p class=p-name>A</p>").guid, None);
}

#[test]
fn a_note_has_no_title() {
    let note = entry("<p class='p-name e-content'>Good <b>morning</b></p>");
    assert_eq!((note.title, note.content.as_deref()), (None, Some("Good <b>morning</b>")));
    let note = entry("<div class='e-content p-summary'>x</div>");
    assert_eq!((note.title, note.summary, note.content.as_deref()), (None, None, Some("x")));
    assert_eq!(entry("nothing <b>marked</b>").title.as_deref(), Some("nothing marked"));
}

#[test]
fn authors_are_cards_or_names() {
    let authors = |inside: &str, expected: &[&str]| {
        assert_eq!(entry(&format!("<i class=p-name>A</i>{inside}")).authors, expected, "{inside}")
    };
    authors("<a class='p-author h-card' href=/me>Ada</a>", &["Ada"]);
    authors("<span class=p-author>Ada L.</span><span class=p-author>Bob</span>", &["Ada L.", "Bob"]);
    authors("<div class='p-author h-card'><span class=p-name>Ada</span> of <span class=p-org>Here</span></div>", &["Ada"]);
    authors("<div class=p-author><span class=h-card><b class=p-name>Ada</b> x</span></div>", &["Ada"]);
    authors("<a class='p-author h-card' href=/me><img class=u-photo src=x alt=Ada></a>", &["Ada"]);
    authors("<data class=p-author value=Ada></data>", &["Ada"]);
    authors("<a class='u-author' href=/me></a>", &[]);
    authors("<div class=h-card><b class=p-name>Bob</b></div>", &[]);
    let inherited = page(&format!("<div class=h-feed><p class='p-author h-card'>Ada</p>{A}</div>")).unwrap();
    assert_eq!(inherited.entries[0].authors, ["Ada"]);
}

#[test]
fn dates_are_read_wherever_they_are_said() {
    let date = |inside: &str| {
        let published = entry(&format!("<i class=p-name>A</i>{inside}")).published;
        assert_eq!(published.map(|at| at.to_string()).as_deref(), Some("2026-11-22T10:00:00Z"), "{inside}");
    };
    date("<time class=dt-published datetime='2026-11-22T11:00:00+01:00'>now</time>");
    date("<time class=dt-published>2026-11-22 10:00</time>");
    date("<abbr class=dt-published title='2026-11-22T10:00Z'>now</abbr>");
    date("<data class=dt-published value='2026-11-22T10:00Z'>now</data>");
    date("<p class=dt-published>Posted <time datetime='2026-11-22T10:00Z'>today</time></p>");
    date("<p class=dt-published>22 Nov 2026 10:00</p>");
    // the value class pattern
    date("<p class=dt-published>on <b class=value>2026-11-22</b> at <b class=value>10:00</b></p>");
    date(
        "<p class=dt-published><b class=value>11:00</b> <abbr class=value title='2026-11-22'>Sunday</abbr><b class=value>+01:00</b></p>",
    );
    date("<p class=dt-published><b class=value-title title='2026-11-22T10:00Z'> </b>today</p>");
    let parsed =
        page(&format!("<div class=h-feed><div class=h-entry>{B}<i class=p-name>A</i><p class=dt-published>soon</p></div></div>"))
            .unwrap();
    let kinds: Vec<&str> = parsed.faults.iter().map(|fault| fault.kind).collect();
    assert_eq!((parsed.entries[0].published, kinds), (None, vec![PAGE_AS_FEED, "date"]));
}

#[test]
fn a_picture_in_the_text_is_not_attached_again() {
    let entry = entry("<div class=e-content>x <img class=u-photo src=/p.jpg></div><img class=u-featured src=/f.jpg>");
    assert_eq!((entry.enclosures.len(), entry.image.as_deref()), (0, Some("https://example.org/f.jpg")));
}

#[test]
fn the_feed_speaks_for_itself_or_the_page_does() {
    let of = |body: &str| page(&format!("<div class=h-feed>{body}{A}</div>")).unwrap().feed;
    let own = of(
        "<h1 class=p-name>Notes</h1><a class=u-url href=/notes>x</a><p class=p-summary>All of them</p><img class=u-photo src=/i.png>",
    );
    let shown = [own.title, own.link, own.description, own.icon, own.language].map(Option::unwrap_or_default);
    assert_eq!(shown, ["Notes", "https://example.org/notes", "All of them", "https://example.org/i.png", "en"]);
    let bare = of("");
    assert_eq!([bare.title, bare.link].map(Option::unwrap_or_default), ["The page", "https://example.org/blog/"]);
}

#[test]
fn languages_and_bases_are_kept() {
    let body =
        "<base href=https://example.net/x/><div class=h-feed><div class=h-entry lang=de><a class='p-name u-url' href=a>A</a></div>
        <div class=h-entry lang=en><a class=p-name href=b>B</a></div></div>";
    let entries = page(body).unwrap().entries;
    assert_eq!((entries[0].language.as_deref(), entries[1].language.as_deref()), (Some("de"), None));
    assert_eq!(entries[0].link.as_deref(), Some("https://example.net/x/a"));
    assert_eq!(entries[0].base.as_deref(), Some("https://example.net/x/"));
}

#[test]
fn it_is_told_that_this_is_a_page() {
    let parsed = page(&format!("{A}{B}")).unwrap();
    assert_eq!(parsed.faults[0].kind, PAGE_AS_FEED);
    assert!(parsed.faults[0].detail.contains("2 entries"), "{:?}", parsed.faults);
    let many = page(&A.repeat(crate::parser::MAX_ENTRIES + 1)).unwrap();
    assert_eq!((many.entries.len(), many.faults[1].kind), (crate::parser::MAX_ENTRIES, "entry-limit"));
}

#[test]
fn bytes_are_read_as_a_page_declares() {
    let bytes = b"<html><meta charset=windows-1252><div class=h-entry>Caf\xe9</div><div class=h-entry>B</div>";
    assert_eq!(read(bytes, None, None).unwrap().entries[0].title.as_deref(), Some("Café"));
}

#[test]
fn hostile_pages_take_linear_time() {
    let start = std::time::Instant::now();
    for piece in [
        "<div class=h-feed>",
        "<div class=h-entry>",
        "<div class='h-feed'><div class=h-entry><p class=p-name>",
        "<p class=p-category>",
        "<b class=p-name><i class='p-author h-card'>",
        "<div>",
        "</b>",
        "<p class=dt-published><b class=value>",
        "<div class=e-content>",
        "<a href=x class='u-url u-uid u-photo'>",
    ] {
        let _ = page(&format!("<div class='h-feed'><div class=h-entry>{}", piece.repeat(400_000 / piece.len())));
    }
    assert!(start.elapsed().as_secs() < 20);
}
