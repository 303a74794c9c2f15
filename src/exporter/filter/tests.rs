use proptest::prelude::*;

use super::*;
use crate::exporter::fake::{at, item};

fn sample() -> Item {
    let mut item = item(1);
    item.title = "Rust 2.0: a \"release\" in Köln (draft)".to_owned();
    item.text = "Line one.\nSponsored by nobody.".to_owned();
    item.url = Some("https://news.example/a/b?x=1".to_owned());
    item.authors = vec!["Ann Lee".to_owned(), "Bo".to_owned()];
    item.tags = vec!["Programming".to_owned()];
    item.lang = Some("de-AT".to_owned());
    item.source.title = "This Week".to_owned();
    item.source.url = "https://week.example/feed.xml".to_owned();
    item.source.tags = vec!["rust".to_owned()];
    item
}

#[test]
fn expressions_say_what_they_say() {
    let check = |text: &str, expected: bool| assert_eq!(compile(text).unwrap().matches(&sample(), at(1)), expected, "{text}");
    check("", true);
    check("  \t", true);
    // tags: of feed and entry, whole, any case
    check("tag:rust", true);
    check("tag:RUST", true);
    check("tag:programming", true);
    check("tag:program", false);
    check("tag = Programming", true);
    check("tag = programming", false);
    check("tag ~ ^prog", false);
}

#[test]
fn fields_have_their_own_sense_of_having() {
    let check = |text: &str, expected: bool| assert_eq!(compile(text).unwrap().matches(&sample(), at(1)), expected, "{text}");
    check(r#"tag ~ "(?i)^prog""#, true);
    check("feed:week", true);
    check("feed:week.example", true);
    check("feed:https://week.example/feed.xml", true);
    check(r#"feed:"his wee""#, true);
    check("feed:other", false);
    check("lang:de", true);
    check("lang:DE-at", true);
    check("lang:d", false);
    check("lang:de-A", false);
    check(r#"lang ~ "^(de|fr)""#, true);
    check("title:köln", true);
    check(r#"title:"a \"release\"""#, true);
    check("title:'a \"release\"'", true);
    check("title = 'Rust'", false);
    check(r#"title ~ "^Rust \d\.\d""#, true);
    check("text:sponsored", true);
    check(r#"text ~ "(?m)^Sponsored""#, true);
    check("author:lee", true);
    check("author = Bo", true);
    check("author = B", false);
    check("url:news.example/a", true);
    check("url = https://news.example/a/b?x=1", true);
    check("source:week", true);
    check("source = 'This Week'", true);
}

#[test]
fn words_combine() {
    let check = |text: &str, expected: bool| assert_eq!(compile(text).unwrap().matches(&sample(), at(1)), expected, "{text}");
    check("tag:rust and lang:de", true);
    check("tag:rust lang:de", true);
    check("tag:rust lang:fr", false);
    check("tag:rust or lang:fr", true);
    check("not tag:rust", false);
    check("not not tag:rust", true);
    check("tag:rust and not (lang:fr or lang:es)", true);
    check("lang:fr and lang:es or tag:rust", true);
    check("lang:fr and (lang:es or tag:rust)", false);
    check("not lang:fr tag:rust", true);
    check("not lang:fr or tag:x", true);
    check("NOT lang:fr AND tag:rust", true);
    check("(((tag:rust)))", true);
    check("tag : rust", true);
    check("tag:\"and\" or tag:or", false);
    check("title:'('", true);
}

#[test]
fn an_item_without_the_field_has_nothing_in_it() {
    let mut bare = sample();
    (bare.lang, bare.url, bare.title) = (None, None, String::new());
    let check = |text: &str, expected: bool| assert_eq!(compile(text).unwrap().matches(&bare, at(1)), expected, "{text}");
    check("lang:de", false);
    check("not lang:de", true);
    check("url ~ '.*'", false);
    check("title ~ '^$'", true);
}

#[test]
fn ages_and_sizes_are_compared() {
    let mut item = sample();
    item.published = at(0);
    item.story.feeds = 3;
    let check = |text: &str, minute: i64, expected: bool| {
        assert_eq!(compile(text).unwrap().matches(&item, at(minute)), expected, "{text} at {minute}");
    };
    check("age < 1h", 59, true);
    check("age < 1h", 60, false);
    check("age <= 1h", 60, true);
    check("age > 1h", 60, false);
    check("age>=1h", 60, true);
    check("age<2d and tag:rust", 60 * 24, true);
    check("age < 1h", -5, true);
    let later = at(60) + jiff::SignedDuration::from_millis(900);
    assert!(!compile("age <= 1h").unwrap().matches(&item, later), "as the store is asked: not before an hour ago");
    check("feeds > 2", 0, true);
    check("feeds >= 4", 0, false);
    check("feeds = 3", 0, true);
    check("feeds:3", 0, true);
    check("feeds<3", 0, false);
    check("not feeds <= 3", 0, false);
    check("url:a<b", 0, false);
}

#[test]
fn what_every_match_has_can_be_looked_up() {
    let check = |text: &str, expected: &[Required]| assert_eq!(compile(text).unwrap().needs(at(60)), expected, "{text}");
    let of = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    check("", &[]);
    check("tag:Rust", &[Required::Tag(of(&["rust"]))]);
    check("tag = Rust", &[Required::Tag(of(&["Rust"]))]);
    check("tag:a and feed:b lang:de", &[Required::Tag(of(&["a"])), Required::Feed(of(&["b"])), Required::Lang(of(&["de"]))]);
    check("tag:a or tag:b or tag:c", &[Required::Tag(of(&["a", "b", "c"]))]);
    check("tag:a or feed:b", &[]);
    check("tag:a or title:b", &[]);
    check("(tag:a or title:b) and lang:de", &[Required::Lang(of(&["de"]))]);
    check("(tag:a title:x) or tag:b", &[Required::Tag(of(&["a", "b"]))]);
    check("not tag:a", &[]);
    check("tag ~ a", &[]);
    check("source:x or feed:y", &[Required::Feed(of(&["x", "y"]))]);
    check("age < 1h", &[Required::Published(at(0))]);
    check("age > 1h", &[]);
    check("age <= 30m or age < 1h", &[Required::Published(at(0))]);
}

#[test]
fn a_filter_says_what_it_reads() {
    let check = |text: &str, expected: (bool, bool)| {
        let filter = compile(text).unwrap();
        assert_eq!((filter.reads_text(), filter.reads_clock()), expected, "{text}");
    };
    check("", (false, false));
    check("tag:a or not (title:b and content:c)", (true, false));
    check("tag:a (not age < 1h)", (false, true));
}

#[test]
fn mistakes_are_told_with_place_and_remedy() {
    let check = |text: &str, error: &str| assert_eq!(compile(text).unwrap_err().to_string(), error, "{text}");
    check("rust", "column 1: \"rust\" alone says nothing; write e.g. title:\"rust\" or tag:\"rust\"");
    check("tag:a \"b\"", "column 7: \"b\" alone says nothing; write e.g. title:\"b\"");
    check(
        "titel:x",
        "column 1: no field \"titel\"; there are tag, feed, lang, title, text, content, author, url, source, age, feeds; did you mean title?",
    );
    check("-tag:x", "column 1: no field \"-tag\"; write not tag:...");
    check("tag:a && tag:b", "column 7: \"&&\" says nothing; write and, or leave it out");
    check("tag:a || tag:b", "column 7: \"||\" says nothing; write or");
    check("title < x", "column 7: expected \":\", \"=\" or \"~\" after title, e.g. title:\"...\"");
    check("age", "column 4: expected \"<\", \"<=\", \">\" or \">=\" after age, e.g. age < 7d");
    check("age:7d", "column 4: age is compared: age < 7d");
    check("age = 7d", "column 5: age is compared: age < 7d");
    check("age < soon", "column 7: \"soon\" is none; write e.g. age < 7d");
    check("feeds ~ 3", "column 7: feeds is compared: feeds >= 3");
    check("feeds > many", "column 9: \"many\" is none; write e.g. feeds >= 3");
    check("title", "column 6: expected \":\", \"=\" or \"~\" after title, e.g. title:\"...\"");
    check("title x", "column 7: expected \":\", \"=\" or \"~\" after title, e.g. title:\"...\"");
    check("title:", "column 7: expected a value, e.g. \"...\"");
    check("title:\"\"", "column 7: expected a value, e.g. \"...\"");
    check("title ~ (?i)a", "column 9: a value with parentheses wants quotes: \"(...)\"");
    check("title ~ \"a(\"", "column 9: bad regular expression: unclosed group");
    check("title ~ \"\\w{9999}{9999}\"", "column 9: bad regular expression: Compiled regex exceeds size limit of 1048576 bytes.");
    check("tag:ü and title:\"x", "column 17: \" is not closed");
    check("(tag:a", "column 1: \"(\" is not closed");
    check("tag:a)", "column 6: \")\" without \"(\"");
    check("tag:a and", "column 10: expected a test like tag:news, found the end");
    check("or tag:a", "column 1: \"or\" alone says nothing; write e.g. title:\"or\" or tag:\"or\"");
    check("()", "column 2: expected a test like tag:news, found \")\"");
    check(": x", "column 1: expected a test like tag:news, found \":\"");
}

#[test]
fn size_is_bounded() {
    let check = |text: String, part: &str| assert!(compile(&text).unwrap_err().message.contains(part));
    check("(".repeat(5000), "nested more than 32 deep");
    check("not ".repeat(4000), "nested more than 32 deep");
    check("tag:a ".repeat(257), "more than 256 tests");
    check("x".repeat(17 << 10), "longer than 16384 bytes");
    assert!(compile(&format!("{}tag:a{}", "(".repeat(30), ")".repeat(30))).is_ok());
}

proptest! {
    #[test]
    fn no_text_brings_it_down(text in "\\PC{0,60}") {
        if let Ok(filter) = compile(&text) {
            filter.matches(&sample(), at(1));
        }
    }

    #[test]
    fn no_sequence_of_words_brings_it_down(
        words in proptest::collection::vec(
            prop_oneof!["tag", "title", ":", "=", "~", "and", "or", "not", "\\(", "\\)", "\"a\\.\"", "rust", "'", "\\\\"], 0..12)
    ) {
        let text = words.join(" ");
        match compile(&text) {
            Ok(filter) => {
                let negated = compile(&format!("not ({text})")).map(|negated| negated.matches(&sample(), at(1)));
                prop_assert!(text.trim().is_empty() || negated == Ok(!filter.matches(&sample(), at(1))));
            }
            Err(error) => prop_assert!((1..=text.chars().count() + 1).contains(&error.column)),
        }
    }
}
