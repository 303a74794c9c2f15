//! What the user's switches leave of a story: of its blocks, and of one that came without blocks.

use super::*;
use crate::extractor::metadata::Metadata;
use crate::extractor::sanitize::text_of;
use crate::extractor::won::{Other, otherwise};
use crate::extractor::{compose, cut};
use crate::model::Switches;

const ALL: Switches = Switches { lists: true, quotes: true, captions: false };
const NO_LISTS: Switches = Switches { lists: false, ..ALL };
const NO_QUOTES: Switches = Switches { quotes: false, ..ALL };
const CAPTIONS: Switches = Switches { captions: true, ..ALL };

/// All of `html` was chosen: what of it is told and what is shown.
fn check(html: &str, switches: &Switches, text: &[&str], markup: &str) {
    let page = cut::cut(html, None);
    let told = page.list.iter().map(|block| !block.is_picture()).collect();
    let choice = switched(&page, Choice { told, shown: vec![true; page.list.len()] }, switches);
    assert_eq!(compose::lines(&page, &choice).lines().collect::<Vec<_>>(), text, "{html}");
    assert_eq!(compose::compose(&page, &choice), markup, "{html}");
}

#[test]
fn all_stays_as_it_is_without_a_word_of_the_user() {
    let html =
        "<p>a</p><ul><li>b</li></ul><blockquote><p>c</p></blockquote><figure><img src=\"x\"><figcaption>d</figcaption></figure>";
    check(html, &ALL, &["a", "b", "c"], html);
    check(html, &Switches::default(), &["a", "b", "c"], html);
}

#[test]
fn lists_are_left_out_whole() {
    check("<p>a</p><ul><li>b</li><li><p>c</p><p>d</p></li></ul><p>e</p>", &NO_LISTS, &["a", "e"], "<p>a</p><p>e</p>");
    check("<p>a</p><ol><li>b<ul><li>c</li></ul></li></ol>", &NO_LISTS, &["a"], "<p>a</p>");
    check("<dl><dt>b</dt><dd>c</dd></dl><p>a</p>", &NO_LISTS, &["a"], "<p>a</p>");
    check("<p>a</p><ul><li><figure><img src=\"x\"></figure></li></ul>", &NO_LISTS, &["a"], "<p>a</p>");
    check("<p>a</p><blockquote><p>b</p></blockquote>", &NO_LISTS, &["a", "b"], "<p>a</p><blockquote><p>b</p></blockquote>");
}

#[test]
fn quotations_are_left_out_with_all_they_hold() {
    let html = "<p>a <q>b</q></p><blockquote><p>c</p><ul><li>d</li></ul><figure><img src=\"x\"></figure></blockquote><p>e</p>";
    check(html, &NO_QUOTES, &["a b", "e"], "<p>a <q>b</q></p><p>e</p>");
}

#[test]
fn a_heading_goes_with_its_list() {
    check("<p>a</p><h2>b</h2><ul><li>c</li></ul>", &NO_LISTS, &["a"], "<p>a</p>");
    check("<h2>b</h2><ul><li>c</li></ul><h2>d</h2><p>e</p>", &NO_LISTS, &["d", "e"], "<h2>d</h2><p>e</p>");
    check("<h2>b</h2><h3>c</h3><ul><li>d</li></ul><h2>e</h2><p>f</p>", &NO_LISTS, &["e", "f"], "<h2>e</h2><p>f</p>");
    check("<div><h3>b</h3><ul><li>c</li></ul></div><p>d</p>", &NO_LISTS, &["d"], "<p>d</p>");
    // What follows is still below that heading.
    check("<h2>b</h2><ul><li>c</li></ul><p>d</p>", &NO_LISTS, &["b", "d"], "<h2>b</h2><p>d</p>");
    check("<h2>b</h2><ul><li>c</li></ul><h3>d</h3><p>e</p>", &NO_LISTS, &["b", "d", "e"], "<h2>b</h2><h3>d</h3><p>e</p>");
    check(
        "<h2>b</h2><p>c</p><ul><li>d</li></ul><h2>e</h2><p>f</p>",
        &NO_LISTS,
        &["b", "c", "e", "f"],
        "<h2>b</h2><p>c</p><h2>e</h2><p>f</p>",
    );
}

#[test]
fn a_story_that_is_nothing_else_stays() {
    let ranking = "<h2>a</h2><ol><li>b</li><li>c</li></ol>";
    check(ranking, &NO_LISTS, &["a", "b", "c"], ranking);
    let poem = "<blockquote><p>a</p></blockquote>";
    check(poem, &NO_QUOTES, &["a"], poem);
}

#[test]
fn captions_stand_at_their_place() {
    let html =
        "<p>a</p><figure><img src=\"x\"><figcaption>b &amp; <i>c</i></figcaption></figure><p>d</p><figure><img src=\"y\"></figure>";
    let shown =
        "<p>a</p><figure><img src=\"x\"><figcaption>b &amp; c</figcaption></figure><p>d</p><figure><img src=\"y\"></figure>";
    check(html, &CAPTIONS, &["a", "b & c", "d"], shown);
    // Not of a picture that is not shown.
    let page = cut::cut(html, None);
    let choice = switched(&page, Choice { told: vec![false; 4], shown: vec![false; 4] }, &CAPTIONS);
    assert_eq!(choice.told, [false; 4]);
    let list = "<p>a</p><ul><li><figure><img src=\"x\"><figcaption>b</figcaption></figure></li></ul>";
    check(list, &Switches { captions: true, ..NO_LISTS }, &["a"], "<p>a</p>");
}

#[test]
fn a_text_that_was_won_otherwise_obeys_too() {
    let check = |html: &str, switches: &Switches, text: &str, markup: &str| {
        let other = Other { markup: html.to_owned(), text: text_of(html), method: "json-ld" };
        let won = otherwise(other, &Metadata::default(), None, switches);
        assert_eq!((won.html.as_str(), won.text.as_str()), (markup, text), "{html}");
        assert_eq!(won.uncut, text_of(html), "{html}");
    };
    let html = "<div><p>a</p><ul><li>b<ul><li>c</li></ul></li></ul><blockquote><p>d</p></blockquote></div>";
    check(html, &ALL, "a\nb\nc\nd", html);
    check(html, &NO_LISTS, "a\nd", "<p>a</p><blockquote><p>d</p></blockquote>");
    check(html, &NO_QUOTES, "a\nb\nc", "<p>a</p><ul><li>b</li></ul><ul><li>c</li></ul>");
    check("<ul><li>a</li></ul>", &NO_LISTS, "a", "<ul><li>a</li></ul>");
    // A heading goes with its list, and stays where there is nothing else.
    check("<p>a</p><h2>b</h2><ul><li>c</li></ul>", &NO_LISTS, "a", "<p>a</p>");
    check("<h2>a</h2><ul><li>b</li></ul>", &NO_LISTS, "a\nb", "<h2>a</h2><ul><li>b</li></ul>");
    // A picture says nothing, and goes with its list.
    check("<p>a</p><ul><li><img src=\"https://a.example/x\"></li></ul>", &NO_LISTS, "a", "<p>a</p>");
    let picture = "<p>a</p><figure><img src=\"https://a.example/x\"><figcaption>b</figcaption></figure>";
    check(picture, &ALL, "a", picture);
    check(picture, &CAPTIONS, "a\nb", picture);
    check(&picture.replace("<figcaption>", "<figcaption lang=\"de\">"), &CAPTIONS, "a\nb", picture);
}
