use super::*;

fn parse(typed: &str) -> Query {
    Query::parse(&Words::new(typed, "2026-11-22T10:40:00Z".parse().unwrap()))
}

fn check(typed: &str, expected: &str) {
    assert_eq!(parse(typed).to_fts(Reach::Words).unwrap_or_default(), expected, "{typed:?}");
}

fn check_wide(typed: &str, expected: &str) {
    assert_eq!(parse(typed).to_fts(Reach::Beginnings).unwrap_or_default(), expected, "{typed:?}");
}

#[test]
fn words_become_a_query_that_means_the_same() {
    check("one two", r#""one" AND "two""#);
    check(r#""one two" three"#, r#""one two" AND "three""#);
    check(r#"one"two"#, r#""one" AND "two""#);
    check("beg*", r#""beg" *"#);
    check(r#""a beg"*"#, r#""a beg" *"#);
    check("yes -no -\"not that\"", r#"("yes") NOT ("no" OR "not that")"#);
    check("well-known", r#""well-known""#);
    check("東京 tower", r#""東 京" AND "tower""#);
    check("iPhone発売", r#""iphone 発 売""#);
    check("„eins zwei“ «trois»", r#""eins zwei" AND "trois""#);
    check("Große ŁÓDŹ Ελλάδα", r#""grosse" AND "lodz" AND "ελλαδα""#);
}

#[test]
fn a_long_word_also_begins_longer_ones() {
    check_wide("klimaschutz", r#""klimaschutz" *"#);
    check_wide("port run", r#""port" * AND "run""#);
    check_wide("\"port\"", r#""port""#);
    check_wide("\"blue port\" run*", r#""blue port" AND "run" *"#);
    check_wide("e-mail x-ray", r#""e-mail" * AND "x-ray""#);
    check_wide("2026 東京都庁", r#""2026" AND "東 京 都 庁""#);
    check_wide("ship -port", r#"("ship" *) NOT ("port")"#);
    assert!(parse("port").reaches_further() && !parse("\"port\" run po*").reaches_further());
}

#[test]
fn fields_of_the_index_are_its_columns() {
    check("title:otter", r#"title : "otter""#);
    check("Title:\"sea otter\" text:fur", r#"title : "sea otter" AND text : "fur""#);
    check("content:ott*", r#"text : "ott" *"#);
    check("sea -title:otter", r#"("sea") NOT (title : "otter")"#);
    check_wide("title:otter", r#"title : "otter" *"#);
}

#[test]
fn what_is_no_field_is_searched_as_words() {
    check("foo:bar", r#""foo:bar""#);
    check("title: otter", r#""title:" AND "otter""#);
    check("title:", r#""title:""#);
    check("after:party", r#""after:party""#);
    check("before:\"the fall\" x", r#""before: the fall" AND "x""#);
    check("https://a.example/b", r#""https://a.example/b""#);
}

#[test]
fn signs_without_meaning_are_left_out() {
    check("", "");
    check("-only", "");
    check("* - -- \" \"\"", "");
    check("a* * b", r#""a" * AND "b""#);
    check("x\0y\nz", r#""x" AND "y" AND "z""#);
    check("NOT OR NEAR(", r#""not" AND "or" AND "near(""#);
    check("\u{64b} \u{ad}", "");
    check("title:*** x", r#""x""#);
    check("a* b* c* d* e*", r#""a" * AND "b" * AND "c" * AND "d" * AND "e""#);
    let many = "w ".repeat(500);
    assert_eq!(parse(&many).wanted.len(), MAX_WORDS);
    assert_eq!(parse(&"tag:x ".repeat(500)).narrow.len(), MAX_WORDS);
}

fn check_narrow(typed: &str, expected: &[(bool, Narrow)]) {
    assert_eq!(parse(typed).narrow, expected, "{typed:?}");
}

#[test]
fn what_the_index_does_not_know_narrows() {
    let text = str::to_owned;
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    check_narrow("feed:\"the daily\" x", &[(true, Narrow::Feed(text("the daily")))]);
    check_narrow("source:x -tag:Sport", &[(true, Narrow::Feed(text("x"))), (false, Narrow::Tag(text("Sport")))]);
    check_narrow(
        "lang:de author:jane url:/a/",
        &[(true, Narrow::Lang(text("de"))), (true, Narrow::Author(text("jane"))), (true, Narrow::Url(text("/a/")))],
    );
    check_narrow("after:2026-11-01", &[(true, Narrow::After(at("2026-11-01T00:00:00Z")))]);
    check_narrow(
        "since:7d before:2026-11",
        &[(true, Narrow::After(at("2026-11-15T10:40:00Z"))), (true, Narrow::Before(at("2026-11-01T00:00:00Z")))],
    );
    check_narrow("tag:\"\" tag: \"", &[]);
}

#[test]
fn what_is_only_kept_away_finds_nothing() {
    for typed in ["", "-word", "-tag:x", "-title:x -\"y z\"", "\u{64b}"] {
        assert_eq!(parse(typed).conditions(Reach::Words), None, "{typed:?}");
    }
    for (typed, conditions) in [("tag:x", 1), ("tag:x -word", 2), ("word -tag:x", 2), ("a b c -d", 1)] {
        let found = parse(typed).conditions(Reach::Words).unwrap();
        assert_eq!(found.len(), conditions, "{typed:?}");
        for (sql, values) in found {
            let signs = sql.matches('?').count() - sql.matches("'?'").count();
            assert_eq!(signs, values.len(), "{sql}");
        }
    }
}
