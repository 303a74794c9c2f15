//! Promises about the feeds that tables and lists name together.

use super::Bench;

#[test]
fn feeds_come_from_tables_and_lists_each_once() {
    let text = "[subscriptions]\nfiles = [\"l/feeds.opml\", \"more.txt\"]\n[[feed]]\nurl = \"https://a.example/\"\npriority = 3\n\
                [[feed]]\nurl = \"https://A.example:443/x/..#top\"";
    let bench = Bench::new(text);
    bench.file(
        "l/feeds.opml",
        "<opml>\n<outline text='one'><outline xmlUrl='https://b.example/'/></outline>\n<outline text='two'>\n\
         <outline xmlUrl='https://b.example/'/></outline>\n<outline type='rss'/></opml>",
    );
    bench.file("more.txt", "https://a.example/ tag\nnonsense\nhttps://c.example/ \"~C\"\n");
    let loaded = bench.load();
    let feeds: Vec<_> = loaded.feeds.iter().map(|feed| (feed.url.as_str(), feed.tags.join(" "), feed.priority)).collect();
    assert_eq!(
        feeds,
        [
            ("https://a.example/", String::new(), 3),
            ("https://b.example/", "one two".to_owned(), 0),
            ("https://c.example/", String::new(), 0)
        ]
    );
    let warnings: Vec<_> = loaded.warnings.iter().map(|warning| bench.short(warning)).collect();
    assert_eq!(
        warnings,
        [
            "feedmux.toml:7: https://a.example/ is listed already (feedmux.toml:4); the first one counts",
            "l/feeds.opml:4: https://b.example/ is listed already (l/feeds.opml:2); the first one counts, with the tags of both",
            "l/feeds.opml:5: is an outline of a feed without xmlUrl",
            "more.txt:1: https://a.example/ is listed already (feedmux.toml:4); the first one counts",
            "more.txt:2: \"nonsense\" has no scheme; write \"https://nonsense\"",
        ]
    );
}

#[test]
fn a_missing_list_is_an_error() {
    let bench = Bench::new("[subscriptions]\nfiles = [\n  \"gone.opml\",\n]");
    let error = bench.error();
    assert!(error.starts_with("feedmux.toml:3: [subscriptions] files \"gone.opml\" cannot be read: No such file"), "{error}");
}

/// Read as far as it goes, it would end the subscriptions that stood in it.
#[test]
fn a_list_that_was_cut_off_or_is_none_is_an_error() {
    let check = |list: &str, expected: &str| {
        let bench = Bench::new("[subscriptions]\nfiles = [\"f.opml\"]");
        bench.file("f.opml", list);
        let error = bench.error();
        assert!(error.starts_with(expected) && error.ends_with("; mend the list"), "{error}");
    };
    check("<opml>\n<outline xmlUrl='https://a.example/'/>\n<outline xmlUrl='https://b.exa", "f.opml:3: is broken XML");
    check("<html><h1>Bad Gateway</h1></html>", "f.opml:1: has no outline: this is no OPML");
    check("\n502 Bad Gateway\n", "f.opml:2: \"502\" has no scheme");
}

#[test]
fn settings_of_a_list_that_cannot_work_are_warnings() {
    let bench = Bench::new("[subscriptions]\nfiles = [\"f.opml\"]");
    bench.file("f.opml", "<opml>\n<outline xmlUrl='https://a.example/' feedmux:interval='0s'/></opml>");
    let loaded = bench.load();
    assert_eq!(loaded.feeds, []);
    assert_eq!(bench.short(&loaded.warnings[0]), "f.opml:2: interval is 0; give at least \"1s\"");
}
