//! Promises about lists: what is read out of the OPML and the text files that people have.

use proptest::prelude::*;

use super::*;
use crate::config::overrides;

/// Each feed as `line url "title" [tags] settings`, each fault as `line! what`.
fn shown((feeds, faults): (Vec<ListedFeed>, Vec<ListFault>)) -> Vec<String> {
    let feeds = feeds.into_iter().map(|ListedFeed { line, feed, paused }| {
        let mut text = format!("{line} {} {:?} {:?}", feed.url, feed.title.as_deref().unwrap_or(""), feed.tags);
        if feed.priority != 0 {
            text.push_str(&format!(" priority={}", feed.priority));
        }
        if paused {
            text.push_str(" paused");
        }
        if let Some(title) = &feed.hearsay.title {
            text.push_str(&format!(" own={title:?}"));
        }
        if let Some(folders) = feed.folders {
            text.push_str(&format!(" folders={folders}"));
        }
        for (name, value) in &feed.headers {
            text.push_str(&format!(" {name}={:?}", value.expose()));
        }
        for (name, value) in overrides::of(&feed) {
            text.push_str(&format!(" {name}={value}"));
        }
        text
    });
    feeds.chain(faults.into_iter().map(|fault| format!("{}! {}", fault.line, fault.what))).collect()
}

#[track_caller]
fn check_lines(text: &str, expected: &[&str]) {
    assert_eq!(shown(parse_lines(text)), expected, "{text}");
}

#[track_caller]
fn check_opml(text: &str, expected: &[&str]) {
    assert_eq!(shown(parse_opml(text)), expected, "{text}");
}

/// An OPML with `body` from line 2 on.
fn opml(body: &str) -> String {
    format!("<opml version=\"2.0\"><head><title>t</title></head><body>\n{body}\n</body></opml>")
}

#[test]
fn text_lists() {
    check_lines(
        "https://a.example/\n\n# note\r\n  https://b.example/x#top  \n",
        &["1 https://a.example/ \"\" []", "4 https://b.example/x \"\" []"],
    );
    check_lines("\u{feff}https://a.example/", &["1 https://a.example/ \"\" []"]);
    check_lines(
        "https://a.example/ rust \"two words\" \"~A \\\"Title\\\"\" \"!\" # note",
        &[
            "1 https://a.example/ \"A \\\"Title\\\"\" [\"rust\", \"two words\"]",
            "1! \"A \"Title\"\": hiding (\"!\") is not taken over: each [[output]] selects its entries by `where`",
        ],
    );
    check_lines("https://a.example/ \"never closed", &["1 https://a.example/ \"\" [\"never closed\"]"]);
    check_lines("", &[]);
    check_lines(
        "example.org/feed\n\"query:New:unread = \\\"yes\\\"\"\nhttps://me:s3cret@\n",
        &[
            "1! \"example.org/feed\" has no scheme; write \"https://example.org/feed\"",
            "2! \"query:\" is a selection of newsboat's; an [[output]] with `where` selects",
            "3! \"https://…@\" is no address: empty host",
        ],
    );
}

#[test]
fn folders_and_categories_become_tags() {
    let body = r#"<outline text="News &amp; Views"><outline title="World">
<outline text="A" xmlUrl="https://a.example/" category="/Boston/Weather, plain,, News &amp; Views"/>
</outline><outline text="B" xmlUrl="https://b.example/"/></outline>
<outline text="C" xmlUrl="https://c.example/"/>"#;
    check_opml(
        &opml(body),
        &[
            r#"3 https://a.example/ "A" ["News & Views", "World", "Boston", "Weather", "plain"] folders=2"#,
            r#"4 https://b.example/ "B" ["News & Views"]"#,
            r#"5 https://c.example/ "C" []"#,
        ],
    );
}

#[test]
fn a_feed_with_children_is_no_folder() {
    let body = r#"<outline text="A" xmlUrl="https://a.example/"><outline text="B" xmlUrl="https://b.example/"/></outline>"#;
    check_opml(&opml(body), &[r#"2 https://a.example/ "A" []"#, r#"2 https://b.example/ "B" []"#]);
}

#[test]
fn names_of_attributes_come_in_any_case() {
    for name in ["xmlUrl", "xmlurl", "XMLURL", "url", "URL"] {
        check_opml(
            &opml(&format!("<OUTLINE TYPE=\"rss\" TITLE=\"A\" {name}=\"https://a.example/\"/>")),
            &["2 https://a.example/ \"A\" []"],
        );
    }
    check_opml(&opml(r#"<outline type="link" text="L" url="https://a.example/page"/>"#), &[]);
    check_opml(&opml(r#"<outline type="include" text="L" url="https://a.example/list.opml"/>"#), &[]);
    check_opml(&opml(r#"<outline text="T" title="" xmlUrl="https://a.example/" />"#), &["2 https://a.example/ \"T\" []"]);
    check_opml(&opml(r#"<outline text="https://a.example/" xmlUrl="https://a.example/"/>"#), &["2 https://a.example/ \"\" []"]);
}

#[test]
fn what_is_nearly_xml_is_read() {
    // bare ampersands, entities of HTML, unquoted and valueless attributes
    check_opml(
        &opml(r#"<outline text="A & B&nbsp;C &#233; &bogus" xmlUrl="https://a.example/?x=1&y=2&amp;z=3"/>"#),
        &[r#"2 https://a.example/?x=1&y=2&z=3 "A & B&nbsp;C é &bogus" []"#],
    );
    check_opml(&opml("<outline text=A checked xmlUrl=\"https://a.example/\">"), &["2 https://a.example/ \"A\" []"]);
    check_opml(
        &opml("A & B <outline text='x < y > z' xmlUrl='https://a.example/'/> C"),
        &["2 https://a.example/ \"x < y > z\" []"],
    );
    // no head, no root, no end, a surplus end, a mark in front
    check_opml("\u{feff}\n<outline xmlUrl=\"https://a.example/\"/>", &["2 https://a.example/ \"\" []"]);
    check_opml("<opml><body><outline text=\"F\"><outline xmlUrl=\"https://a.example/\">", &["1 https://a.example/ \"\" [\"F\"]"]);
    check_opml(
        "<opml></outline></body>\n<outline text=\"F\">\n<outline xmlUrl=\"https://a.example/\"/>",
        &["3 https://a.example/ \"\" [\"F\"]"],
    );
    check_opml(
        "<opml><body>\n<outline\n text=\"A\"\n xmlUrl=\"https://a.example/\"/>\n<outline xmlUrl=\"https://b.example/\"/>",
        &["2 https://a.example/ \"A\" []", "5 https://b.example/ \"\" []"],
    );
}

#[test]
fn bad_outlines_are_told_with_their_line_and_the_rest_is_read() {
    let body = "<outline type=\"rss\" text=\"no address\"/>\n<outline xmlUrl=\"a.example/feed\"/>\n<outline xmlUrl=\"https://b.example/\"/>";
    check_opml(
        &opml(body),
        &[
            "4 https://b.example/ \"\" []",
            "2! is an outline of a feed without xmlUrl",
            "3! \"a.example/feed\" has no scheme; write \"https://a.example/feed\"",
        ],
    );
    check_opml("<opml><body/></opml>", &[]);
    check_opml("<html><body>hello</body></html>", &["1! has no outline: this is no OPML (a feed is subscribed to by its address)"]);
    check_opml(
        "<opml><outline xmlUrl=\"https://a.example/\"/>\n<outline xmlUrl=\"https://b.exam",
        &[
            "1 https://a.example/ \"\" []",
            "2! is broken XML (syntax error: attribute value not closed: `\"` not found before end of input); what follows is not read",
        ],
    );
}

#[test]
fn our_own_settings_are_read_back() {
    let line = |prefix: &str| {
        format!(
            "<outline xmlUrl=\"https://a.example/\" {prefix}:priority=\"7\" {prefix}:interval=\"2h\" {prefix}:scrape=\"never\"/>"
        )
    };
    let expected = ["1 https://a.example/ \"\" [] priority=7 interval=2h scrape=never"];
    check_opml(&line("feedmux"), &expected);
    check_opml(&format!("<opml xmlns:fm=\"{NAMESPACE}\">{}</opml>", line("fm")), &expected);
    check_opml("<outline xmlUrl=\"https://a.example/\" other:interval=\"2h\"/>", &["1 https://a.example/ \"\" []"]);
    check_opml(
        "<outline xmlUrl=\"https://a.example/\" feedmux:interval=\"soon\" feedmux:priority=\"high\"/>",
        &[
            "1 https://a.example/ \"\" []",
            "1! interval: expected a duration like \"90s\", \"30m\" or \"7d\", got \"soon\"; it is left out",
            "1! priority: \"high\" is no whole number; it is left out",
        ],
    );
}

#[test]
fn depth_is_bounded() {
    let deep = format!(
        "{}<outline xmlUrl=\"https://deep.example/\"/>{}<outline xmlUrl=\"https://a.example/\"/>",
        "<outline text=\"f\">".repeat(10_000),
        "</outline>".repeat(10_000)
    );
    let (feeds, faults) = parse_opml(&deep);
    assert_eq!(feeds.iter().map(|listed| listed.feed.url.as_str()).collect::<Vec<_>>(), ["https://a.example/"]);
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    assert_eq!(faults[0].what, "lies deeper than 100 folders and is left out");
}

#[test]
fn numbers_are_bounded() {
    let (_, faults) = parse_lines(&"x\n".repeat(10_000));
    assert_eq!(faults.len(), MAX_FAULTS + 1);
    assert_eq!((faults[MAX_FAULTS].line, faults[MAX_FAULTS].what.as_str()), (101, "and more lines after this one cannot be used"));
    let flood: String = (0..50_000).map(|n| format!(" a{n}=\"\"")).collect();
    let (feeds, _) = parse_opml(&format!("<outline xmlUrl=\"https://a.example/\"{flood}/>"));
    assert_eq!(feeds.len(), 1);
}

#[test]
fn encodings_are_found_out() {
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes), expected);
    }
    check(b"\xef\xbb\xbfZ\xc3\xbcrich", "Zürich");
    check(b"\xff\xfeZ\x00\xfc\x00", "Zü");
    check(b"<?xml version='1.0' encoding='ISO-8859-1'?>Z\xfc", "<?xml version='1.0' encoding='ISO-8859-1'?>Zü");
    check(b"<?xml version='1.0' encoding=\"iso-8859-1\"?>Z\xc3\xbc", "<?xml version='1.0' encoding=\"iso-8859-1\"?>Zü");
    check(b"<?xml encoding='utf-16'?>Z\xc3\xbc", "<?xml encoding='utf-16'?>Zü");
    check(b"Z\xfcrich", "Z\u{fffd}rich");
    let (feeds, faults) = parse(b"\xef\xbb\xbf <opml><outline text='Z\xfc' xmlUrl='https://a.example/'/></opml>");
    assert_eq!((feeds.len(), faults.len()), (1, 0));
    assert_eq!(parse(b"https://a.example/").0.len(), 1);
}

#[test]
fn the_example_list_is_whole() {
    let (feeds, faults) = parse(include_bytes!("../../config/feeds.example.opml"));
    assert_eq!(faults, []);
    assert_eq!(feeds.len(), 12);
    let rust = feeds.iter().find(|listed| listed.feed.title.as_deref() == Some("Rust")).unwrap();
    assert_eq!((rust.feed.priority, rust.feed.tags.join(" ")), (10, "technology rust".to_owned()));
}

#[track_caller]
fn check_file(bytes: &[u8], expected: &[&str]) {
    assert_eq!(shown(parse(bytes)), expected);
}

#[test]
fn lists_of_miniflux() {
    check_file(
        include_bytes!("../../fuzz/seeds/lists/miniflux-rules-crawler-disabled.opml"),
        &[
            r#"9 https://tides.example/feed.xml "Tide Tables" ["Harbours"]"#,
            r#"10 https://lock.example/rss "Lock Keeper" ["Harbours"] User-Agent="Keeper/1.0" scrape=always"#,
            r#"11 https://quay.example/atom "Quay Notes" ["Harbours"] paused"#,
            r#"12 https://pier.example/feed "Old Pier" ["Harbours"]"#,
            "10! \"Lock Keeper\": miniflux:scraperRules is not taken over: articles are found without selectors; where that goes wrong, a rule for the site goes into scrape.site_rules",
            "10! \"Lock Keeper\": miniflux:blocklistRules is not taken over (nor of 2 feeds more): a [[rule]] with then = \"drop\" leaves entries out",
            "11! \"Quay Notes\": miniflux:hideGlobally is not taken over: every output chooses its entries by `where`",
            "12! \"Old Pier\": miniflux:somethingNew is not taken over: there is no such setting here",
        ],
    );
}

#[test]
fn lists_of_freshrss() {
    check_file(
        include_bytes!("../../fuzz/seeds/lists/freshrss-xpath-muted-cookie.opml"),
        &[
            r#"10 https://members.example/feed "Members only" ["Uncategorized"] Cookie="sid=s3cr3t" X-Key="s3cr3t""#,
            r#"11 https://teasers.example/feed "Teasers" ["Uncategorized"] scrape=always"#,
            r#"12 https://muted.example/feed "Muted" ["Uncategorized"] paused interval=2h"#,
            r#"13 https://json.example/feed.json "Json" ["Uncategorized"]"#,
            "8! \"Uncategorized\": frss:opmlUrl is not taken over: lists are files; fetch it, and name it in subscriptions.files",
            "9! is no feed: entries are made of a page (type=\"html+xpath\"); try `feedmux feed add` with its address",
            "10! \"Members only\": frss:CURLOPT_HTTPHEADER is not taken over: a header of it is feedmux's own to send, or cannot be sent",
            "10! \"Members only\": frss:CURLOPT_FOLLOWLOCATION is not taken over: redirects are followed as for any feed",
            "11! \"Teasers\": frss:cssFullContent is not taken over: articles are found without selectors; where that goes wrong, a rule for the site goes into scrape.site_rules",
            "11! \"Teasers\": frss:filtersActionRead is not taken over: a [[rule]] with then = \"drop\" leaves entries out",
            "12! \"Muted\": frss:priority is not taken over: every output chooses its entries by `where`",
        ],
    );
}

#[test]
fn lists_of_newsboat() {
    check_file(
        include_bytes!("../../fuzz/seeds/lists/newsboat-query-exec-hidden.txt"),
        &[
            r#"2 https://tides.example/feed.xml "Tide \"Tables\"" ["sea", "high and low"]"#,
            r#"3 https://lock.example/rss "" ["quiet", "sea", "canal"]"#,
            r#"8 https://quay.example/atom "" []"#,
            r#"9 https://members.example/feed "Members" []"#,
            "3! \"https://lock.example/rss\": hiding (\"!\") is not taken over (nor of 1 feed more): each [[output]] selects its entries by `where`",
            "4! \"query:\" is a selection of newsboat's; an [[output]] with `where` selects",
            "5! \"filter:\" is newsboat's way to run a program over a feed; feedmux runs none",
            "6! \"exec:\" is newsboat's way to run a program that writes a feed; let a web server give what it writes",
            "7! \"file:\" is a file; feeds are polled over http and https only",
        ],
    );
}

#[test]
fn settings_of_other_programs() {
    let line =
        |root: &str, attributes: &str| format!("<opml {root}>\n<outline text=\"A\" xmlUrl=\"https://a.example/\" {attributes}/>");
    let check = |root: &str, attributes: &str, expected: &str| {
        assert_eq!(
            shown(parse_opml(&line(root, attributes))).join("; "),
            format!("2 https://a.example/ \"A\" []{expected}"),
            "{attributes}"
        );
    };
    // a prefix means what it is bound to; bound to nothing, what its program means by it
    check("xmlns:mf='https://miniflux.app/opml'", "mf:disabled='true'", " paused");
    check("", "miniflux:disabled='true'", " paused");
    check("", "mf:disabled='true'", "");
    check("xmlns:miniflux='urn:feedmux:opml:1'", "miniflux:interval='2h'", " interval=2h");
    // what is off is not told
    check("", "miniflux:ignoreEntryUpdates='false' frss:CURLOPT_COOKIEFILE='' frss:CURLOPT_POST='0'", "");
    // our word wins, whichever comes first
    check("", "miniflux:crawler='true' feedmux:scrape='never'", " scrape=never");
    check("", "feedmux:scrape='never' miniflux:crawler='true'", " scrape=never");
    check("", "frss:ttl='3600'", " interval=1h");
    check("", "frss:ttl='-1'", " paused");
    check("", "frss:ttl='99999999999999999999'", "; 2! \"A\": frss:ttl is not taken over: it is no number of seconds");
    check(
        "",
        "miniflux:userAgent='a&#10;b'",
        "; 2! \"A\": miniflux:userAgent is not taken over: a header of it is feedmux's own to send, or cannot be sent",
    );
    assert_eq!(shown(parse_opml(&line("", "feedmux:title='own'"))), ["2 https://a.example/ \"\" [] own=\"A\""]);
}

#[test]
fn no_secret_of_another_program_is_told() {
    let (_, faults) = parse_opml(
        "<outline xmlUrl='https://me:s3cr3t@a.example/' miniflux:proxyURL='http://me:s3cr3t@p/' frss:CURLOPT_POSTFIELDS='s3cr3t' frss:CURLOPT_HTTPHEADER='s3cr3t'/>",
    );
    assert!(faults.len() == 3 && faults.iter().all(|fault| !fault.what.contains("s3cr3t")), "{faults:?}");
}

#[test]
fn a_feed_of_several_folders_is_listed_once() {
    let body = r#"<outline text="F"><outline text="G"><outline xmlUrl="https://a.example/"/></outline></outline>
<outline text="H"><outline xmlUrl="https://a.example/"/><outline xmlUrl="https://b.example/"/></outline>"#;
    let (feeds, faults) = parse_opml(&opml(body));
    let expected = [r#"2 https://a.example/ "" ["F", "G", "H"] folders=2"#, r#"3 https://b.example/ "" ["H"]"#];
    assert_eq!(shown((once(feeds), faults)), expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn anything_like_opml_is_read_with_true_lines(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "<outline", "</outline>", "<", ">", "/>", " text=\"é\"", " xmlUrl='https://a.example/'", " xmlUrl=x", "\n", "&", "&#xffffffff;",
                "&#0;", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "?>", "<!DOCTYPE x [", "]", "\"", "'", "=", " feedmux:hold=\"1s\"", "\u{0}",
            ]),
            0..40,
        )
    ) {
        let text = parts.concat();
        let lines = text.matches('\n').count() + 1;
        let (feeds, faults) = parse_opml(&text);
        prop_assert!(feeds.iter().map(|feed| feed.line).chain(faults.iter().map(|fault| fault.line)).all(|line| (1..=lines).contains(&line)));
    }

    #[test]
    fn any_text_list_is_read(text in "([a-z:/\"~#\\\\ é]{0,12}\n){0,5}") {
        let _ = parse_lines(&text);
    }
}
