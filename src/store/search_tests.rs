use super::*;

fn check(typed: &str, expected: &str) {
    assert_eq!(Query::parse(typed).to_fts().unwrap_or_default(), expected, "{typed:?}");
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
    check("iPhone発売", r#""iPhone 発 売""#);
}

#[test]
fn signs_without_meaning_are_left_out() {
    check("", "");
    check("-only", "");
    check("* - -- \" \"\"", "");
    check("a* * b", r#""a" * AND "b""#);
    check("x\0y\nz", r#""x" AND "y" AND "z""#);
    check("NOT OR NEAR(", r#""NOT" AND "OR" AND "NEAR(""#);
    let many = "w ".repeat(500);
    assert_eq!(Query::parse(&many).wanted.len(), MAX_WORDS);
}

fn mark(text: &str, words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| fold(word)).collect();
    let snippet = snippet(text, &words);
    let mut out = snippet.text.clone();
    for (from, to) in snippet.marks.iter().rev() {
        out.insert(*to, ']');
        out.insert(*from, '[');
    }
    out
}

#[test]
fn hits_are_marked_where_they_stand() {
    assert_eq!(mark("The Fox and the foxes", &["fox"]), "The [Fox] and the [fox]es");
    assert_eq!(mark("un Café, s'il vous plaît", &["cafe", "plait"]), "un [Café], s'il vous [plaît]");
    assert_eq!(mark("新しい東京都の計画", &["東京"]), "新しい[東京]都の計画");
    assert_eq!(mark("outfox", &["fox"]), "outfox");
    assert_eq!(mark("line\none", &["one"]), "line [one]");
    assert_eq!(mark("", &["x"]), "");
    assert_eq!(mark("abc", &[]), "abc");
}

#[test]
fn a_long_text_is_cut_around_its_first_hit() {
    let text = format!("{}needle {}", "hay ".repeat(200), "straw ".repeat(200));
    let marked = mark(&text, &["needle"]);
    assert!(marked.starts_with("…hay ") && marked.ends_with('…'), "{marked}");
    assert!(marked.contains("[needle]"), "{marked}");
    assert!(marked.chars().count() < SNIPPET_CHARS + 6, "{marked}");
}
