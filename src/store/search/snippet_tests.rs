use jiff::Timestamp;

use super::super::query::Query;
use super::*;
use crate::model::Words;

fn shown(snippet: Snippet) -> String {
    let mut out = snippet.text;
    for (from, to) in snippet.marks.iter().rev() {
        out.insert(*to, ']');
        out.insert(*from, '[');
    }
    out
}

fn mark(text: &str, typed: &str) -> String {
    let needles: Vec<Needle> = Query::parse(&Words::new(typed, Timestamp::UNIX_EPOCH)).wanted.iter().map(Needle::of).collect();
    shown(snippet(text, &needles))
}

fn check(text: &str, typed: &str, expected: &str) {
    assert_eq!(mark(text, typed), expected, "{typed:?}");
}

#[test]
fn hits_are_marked_where_they_stand() {
    check("The Fox and the foxes", "fox", "The [Fox] and the foxes");
    check("The Fox and the foxes", "fox*", "The [Fox] and the [fox]es");
    check("Klimaschutzgesetz und Klimaschutz", "klimaschutz", "[Klimaschutz]gesetz und [Klimaschutz]");
    check("un Café, s'il vous plaît", "cafe plait", "un [Café], s'il vous [plaît]");
    check("新しい東京都の計画", "東京", "新しい[東京]都の計画");
    check("outfox", "fox", "outfox");
    check("line\none", "one", "line [one]");
    check("", "x", "");
    check("abc", "", "abc");
    check("abc", "tag:abc", "abc");
}

#[test]
fn marks_reach_over_letters_that_count_as_others() {
    check("Die Straße.", "strasse", "Die [Straße].");
    check("die Strasse.", "straße", "die [Strasse].");
    check("Cafe\u{301}s Cafe\u{301}", "cafe", "[Café]s [Café]");
    check("قال مُحَمَّدٌ إن", "محمد", "قال [مُحَمَّدٌ] إن");
    check("Klima\u{ad}schutz jetzt", "klimaschutz", "[Klima\u{ad}schutz] jetzt");
    check("στην Ελλάδα", "ΕΛΛΑΔΑ", "στην [Ελλάδα]");
}

#[test]
fn a_phrase_is_marked_in_one_piece_and_nowhere_else() {
    check("brown fox, quick, quick brown fox", "\"quick brown\"", "brown fox, quick, [quick brown] fox");
    check("a well-known, well known one", "well-known", "a [well-known], [well known] one");
    check("quick brownish", "\"quick brown\"", "quick brownish");
    check("quick brownish", "\"quick brown\"*", "[quick brown]ish");
}

#[test]
fn a_long_text_is_cut_around_its_first_hit() {
    let text = format!("{}needle {}", "hay ".repeat(200), "straw ".repeat(200));
    let marked = mark(&text, "needle");
    assert!(marked.starts_with("…hay") && marked.contains("[needle]") && marked.ends_with('…'), "{marked}");
    assert!(marked.chars().count() <= SNIPPET_CHARS + 4, "{marked}");
}

#[test]
fn a_long_text_is_cut_where_most_words_stand_together() {
    let hay = "hay ".repeat(100);
    let text = format!("sea {hay} sea and otter {hay} otter");
    let marked = mark(&text, "sea otter");
    assert!(marked.contains("[sea] and [otter]"), "{marked}");
}

#[test]
fn a_title_is_marked_whole() {
    let needles: Vec<Needle> = Query::parse(&Words::new("end", Timestamp::UNIX_EPOCH)).wanted.iter().map(Needle::of).collect();
    let title = format!("{}end", "word ".repeat(100));
    assert_eq!(shown(marked(&title, &needles)), format!("{}[end]", "word ".repeat(100)));
}
