use super::*;
use crate::extractor::cut::cut;
use crate::extractor::memory::line_hash;

/// Scores of blocks that are told, that are in doubt, and that are not told, whatever stands around.
const YES: f32 = 0.7;
const HALF: f32 = 0.2;
const NO: f32 = 0.0;

/// What is made of a page whose text blocks have these scores.
fn choice(page: &Blocks, scores: &[f32], meta: &Metadata) -> Choice {
    let text = Text::of(page);
    assert_eq!(text.blocks.len(), scores.len(), "a score each");
    chosen(&text, scores, meta, None)
}

fn check_with(meta: &Metadata, html: &str, scores: &[f32], expected: &[&str]) {
    let page = cut(html, None);
    let told = choice(&page, scores, meta).told;
    let told: Vec<&str> = page.list.iter().zip(told).filter(|(_, told)| *told).map(|(block, _)| block.text.as_str()).collect();
    assert_eq!(told, expected, "{html} {scores:?}");
}

fn check(html: &str, scores: &[f32], expected: &[&str]) {
    check_with(&Metadata::default(), html, scores, expected);
}

/// What is shown: texts, and the addresses of pictures.
fn check_shown(html: &str, scores: &[f32], expected: &[&str]) {
    let page = cut(html, None);
    let shown = choice(&page, scores, &Metadata::default()).shown;
    let name = |block: &Block| match block.html.split("src=\"").nth(1) {
        Some(rest) => rest.split('"').next().unwrap_or_default().to_owned(),
        None => block.text.clone(),
    };
    let shown: Vec<String> = page.list.iter().zip(shown).filter(|(_, shown)| *shown).map(|(block, _)| name(block)).collect();
    assert_eq!(shown, expected, "{html} {scores:?}");
}

#[test]
fn what_the_model_takes_is_told() {
    check("<p>a</p><p>b</p><p>c</p>", &[YES, HALF, NO], &["a"]);
    check("<p>a</p><p>b</p>", &[KEPT, KEPT - 0.01], &["a"]);
    check("<p>a</p>", &[NO], &[]);
    check("", &[], &[]);
}

#[test]
fn the_holes_of_a_list_that_is_mostly_told_are_filled() {
    let list = "<p>s</p><ul><li>a</li><li>b</li><li>c</li></ul>";
    check(list, &[YES, YES, HALF, YES], &["s", "a", "b", "c"]);
    check(list, &[YES, YES, DOUBTED - 0.01, YES], &["s", "a", "c"]);
    check(list, &[YES, YES, HALF, HALF], &["s", "a"]);
    check("<ol><li>a</li><li>b</li></ol>", &[YES, HALF], &["a"]);
    // Each list for itself.
    check("<ul><li>a</li><li>b</li></ul><ul><li>c</li><li>d</li></ul>", &[YES, YES, HALF, HALF], &["a", "b"]);
    check("<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>", &[YES, HALF, YES], &["a", "b", "c"]);
    check("<p>a</p><p>b</p><p>c</p>", &[YES, HALF, YES], &["a", "c"]);
}

#[test]
fn a_quotation_within_the_story_is_told() {
    let quote = "<p>a</p><blockquote><p>b</p></blockquote><p>c</p>";
    check(quote, &[YES, HALF, YES], &["a", "b", "c"]);
    check(quote, &[YES, QUOTED - 0.01, YES], &["a", "c"]);
    check(quote, &[YES, HALF, NO], &["a"]);
    check(quote, &[NO, HALF, YES], &["c"]);
    check("<p>a</p><blockquote hidden><p>b</p></blockquote><p>c</p>", &[YES, HALF, YES], &["a", "c"]);
    check("<p>a</p><q>b</q><p>c</p>", &[YES, HALF, YES], &["a", "c"]);
}

#[test]
fn the_heading_of_a_list_that_is_told_is_told() {
    let list = "<p>a</p><h2>h</h2><ul><li>b</li></ul>";
    check(list, &[YES, HALF, YES], &["a", "h", "b"]);
    check(list, &[YES, HEADING - 0.01, YES], &["a", "b"]);
    check(list, &[YES, HALF, NO], &["a"]);
    // Nothing of the story stands above it.
    check(list, &[NO, HALF, YES], &["b"]);
    check("<p>a</p><h1>h</h1><ul><li>b</li></ul>", &[YES, HALF, YES], &["a", "b"]);
    check("<p>a</p><h2>h</h2><p>b</p>", &[YES, HALF, YES], &["a", "b"]);
    check("<p>a</p><p>h</p><ul><li>b</li></ul>", &[YES, HALF, YES], &["a", "b"]);
}

#[test]
fn comments_are_dropped_where_there_is_a_story_without_them() {
    let story = "word ".repeat(60);
    let page = |story: &str, name: &str, class: &str| format!("<p>{story}</p><{name} class=\"{class}\"><p>c</p></{name}>");
    let told = story.trim();
    check(&page(&story, "div", "comments"), &[YES, 1.0], &[told]);
    check(&page(&story, "section", "disqus"), &[YES, 1.0], &[told]);
    check(&page(&story, "article", "commented"), &[YES, 1.0], &[told, "c"]);
    check(&page(&story, "div", "story"), &[YES, 1.0], &[told, "c"]);
    // A discussion.
    check(&page("short", "div", "comments"), &[YES, YES], &["short", "c"]);
    // What the story would fill up with.
    let quote = format!("<p>{story}</p><div class=\"comments\"><blockquote>c</blockquote></div><p>d</p>");
    check(&quote, &[YES, HALF, YES], &[told, "d"]);
}

#[test]
fn lines_that_lead_elsewhere_are_dropped() {
    check("<p>a</p><p>Advertisement</p><p>b</p>", &[YES, 1.0, YES], &["a", "b"]);
    check("<p>a</p><h2>Related articles</h2><p>b</p>", &[YES, 1.0, YES], &["a", "b"]);
    check("<p>a</p><p>Share this article</p><p>b</p>", &[YES, 1.0, YES], &["a", "b"]);
    check("<p>a</p><p>Read also: The flood</p><p>b</p>", &[YES, 1.0, YES], &["a", "b"]);
    let long = format!("Read also: {}", "what it says of the flood ".repeat(10));
    check(&format!("<p>a</p><p>{long}</p><p>b</p>"), &[YES, 1.0, YES], &["a", long.trim(), "b"]);
    check("<p>a</p><p>Sign up for our newsletter</p><p>b</p>", &[YES, 1.0, YES], &["a", "b"]);
    let asked = "Sign up for the course before the end of May, she said to all who came.";
    check(&format!("<p>a</p><p>{asked}</p><p>b</p>"), &[YES, 1.0, YES], &["a", asked, "b"]);
    check(&format!("<p>a</p><p>{asked}</p><p>b</p>"), &[YES, YES, YES], &["a", "b"]);
}

#[test]
fn the_headline_is_not_told() {
    let meta = Metadata { titles: vec!["Rain all week".to_owned()], ..Metadata::default() };
    check_with(&meta, "<h1>Rain – all week!</h1><p>a</p>", &[1.0, YES], &["a"]);
    check_with(&meta, "<p>a</p><p>rain all week</p><p>Rain all week long</p>", &[YES, YES, YES], &["a", "Rain all week long"]);
}

#[test]
fn a_story_does_not_end_with_a_heading() {
    check("<h2>a</h2><p>b</p><h2>c</h2><p>d</p>", &[YES, YES, YES, YES], &["a", "b", "c", "d"]);
    check("<p>a</p><h2>b</h2><h3>c</h3><p>d</p>", &[YES, YES, YES, NO], &["a"]);
    check("<h2>a</h2>", &[1.0], &[]);
    // What was behind it is none of the story.
    check("<p>a</p><h2>b</h2><p>Advertisement</p>", &[YES, YES, YES], &["a"]);
}

#[test]
fn what_other_stories_have_is_forgotten_unless_it_is_sure() {
    let check = |line: &str, stories: u16, score: f32, expected: bool| {
        let page = cut(&format!("<p>{line}</p>"), None);
        let memory = HostMemory::new([(line_hash(line), stories), (line_hash("another line"), 9)]);
        let mut scores = [score];
        forget_template(&Text::of(&page), &memory, &mut scores);
        assert_eq!(scores[0] >= KEPT, expected, "{line} {stories} {score}");
    };
    check("The editors thank you", ELSEWHERE, YES, false);
    check("The editors thank you", 99, SURE - 0.01, false);
    check("The editors thank you", 99, SURE, true);
    // One may be the same story under another address.
    check("The editors thank you", ELSEWHERE - 1, YES, true);
    // All lines without words are one, and stories part their paragraphs with them.
    check("* * *", 99, YES, true);
}

#[test]
fn pictures_within_the_story_are_shown() {
    let picture = |name: &str| format!("<figure><img src=\"{name}\"></figure>");
    let page = |before: &str, between: &str, behind: &str| format!("{before}<p>a</p>{between}<p>b</p>{behind}");
    let [x, y] = [picture("x"), picture("y")];
    let scores = &[YES, YES];
    check_shown(&page("", &x, ""), scores, &["a", "x", "b"]);
    check_shown(&page(&x, "", &y), scores, &["x", "a", "b"]);
    check_shown(&page("", &format!("{x}{y}{x}"), ""), scores, &["a", "x", "y", "b"]);
    check_shown(&page("", &format!("<div hidden>{x}</div>"), ""), scores, &["a", "b"]);
    check_shown(&page("", &format!("<div class=\"comments\">{x}</div>"), ""), scores, &["a", "b"]);
    // A class around the whole story only says that there are some.
    check_shown(&format!("<div class=\"post has-comments\">{}</div>", page("", &x, "")), scores, &["a", "x", "b"]);
    // Far above the story.
    let far = |blocks: usize| format!("{x}{}", "<p>n</p>".repeat(blocks));
    let scored = |blocks: usize| [vec![NO; blocks], vec![YES, YES]].concat();
    check_shown(&page(&far(NEAR - 1), "", ""), &scored(NEAR - 1), &["x", "a", "b"]);
    check_shown(&page(&far(NEAR), "", ""), &scored(NEAR), &["a", "b"]);
    check_shown(&page("", &x, ""), &[NO, NO], &[]);
}

#[test]
fn tables_within_the_story_are_shown_whole() {
    let table = "<table><tr><td>c</td><td>d</td></tr></table>";
    let page = |table: &str| format!("<p>a</p>{table}<p>b</p>");
    let links = "<table><tr><td><a href=x>c</a></td><td><a href=y>d</a></td></tr></table>";
    check_shown(&page(table), &[YES, YES, NO, YES], &["a", "c", "d", "b"]);
    check_shown(&page(links), &[YES, YES, NO, YES], &["a", "c", "d", "b"]);
    check_shown(&page(links), &[YES, NO, NO, YES], &["a", "b"]);
    check_shown(&format!("{table}<p>a</p>{table}"), &[NO, NO, YES, NO, NO], &["a"]);
}

#[test]
fn a_table_of_contents_is_dropped() {
    let link = |to: &str| format!("<li><a href=\"{to}\">a</a></li>");
    let list = |first: &str| format!("<p>a</p><h2>What is in it</h2><ul>{}{}{}</ul><p>b</p>", link(first), link("#2"), link("#3"));
    check(&list("#1"), &[YES; 6], &["a", "b"]);
    check(&list("/1"), &[YES; 6], &["a", "What is in it", "a", "a", "a", "b"]);
    // What heads it, not all that stands above it.
    let below = |above: &str| list("#1").replace("<h2>What is in it</h2>", above);
    check(&below("<p>In brief:</p>"), &[YES; 6], &["a", "b"]);
    check(&below("<p>He never came.</p>"), &[YES; 6], &["a", "He never came.", "b"]);
    check(&below("<ol><li>c</li></ol>"), &[YES; 6], &["a", "c", "b"]);
    check(&below(&format!("<h2>{}</h2>", "What is in it ".repeat(5))), &[YES; 6], &["a", "b"]);
}

#[test]
fn who_wrote_it_and_when_is_dropped_above_the_first_paragraph() {
    let meta = Metadata { authors: vec!["Ann Lee".to_owned()], ..Metadata::default() };
    let prose = "The river rose by two metres during the night, and many people had to leave their houses before dawn.";
    let page = format!("<p>By Ann Lee, 12 March 2024</p><p>{prose}</p><p>Ann Lee</p>");
    check_with(&meta, &page, &[YES; 3], &[prose, "Ann Lee"]);
    check_with(&Metadata::default(), "<p>12 March 2024</p><p>a</p>", &[YES; 2], &["12 March 2024", "a"]);
}
