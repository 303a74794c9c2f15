use proptest::prelude::*;

use super::*;
use crate::extractor::choose::Choice;
use crate::extractor::class_words::COMMENT;
use crate::extractor::compose::{compose, lines};

fn cut(html: &str) -> Blocks {
    super::cut(html, Some("www.site.example"))
}

fn all(blocks: &Blocks) -> Choice {
    let all = vec![true; blocks.list.len()];
    Choice { told: all.clone(), shown: all }
}

fn check(html: &str, expected: &[&str]) {
    let told: Vec<String> = cut(html).list.iter().map(|block| format!("{}:{}", block.name, block.text)).collect();
    assert_eq!(told, expected, "{html}");
}

fn check_composed(html: &str, expected: &str) {
    let blocks = cut(html);
    assert_eq!(compose(&blocks, &all(&blocks)), expected, "{html}");
}

#[test]
fn a_page_is_cut_at_its_blocks() {
    check("<h2>A</h2><p>b <b>c</b> d</p>e", &["h2:A", "p:b c d", ":e"]);
    check("<div>a<p>b</p>c</div>", &["div:a", "p:b", "div:c"]);
    check("<p>a<br>b<br><br>c</p>", &["p:a", "p:b", "p:c"]);
    check("<ul><li>a</li><li>b</li></ul>", &["li:a", "li:b"]);
    check("<figure><img src=\"x\"><figcaption>c <i>d</i></figcaption></figure>", &["figure:c d"]);
    check("<figure><img src=x><figcaption><p>c</p><p>d</p><div>e</div></figcaption></figure>", &["figure:c d e"]);
    check("<p>  </p><div></div>", &[]);
    check("<p>R&eacute;s &amp; so&shy;n</p>", &["p:Rés & son"]);
}

#[test]
fn what_a_block_stands_in_is_counted() {
    let block = |html: &str| cut(html).list.remove(0);
    let near = |value: f32, expected: f32| assert!((value - expected).abs() < 0.01, "{value} is not {expected}");
    near(block("<p>abc <a href=x>def</a></p>").linked, 0.5);
    near(block("<p><b>ab</b><i>c</i> def</p>").bold, 0.33);
    near(block("<p><b>ab</b><i>c</i> def</p>").italic, 0.17);
    near(block("<p>日本</p>").weight, 5.0);
    assert_eq!(block("<p>a <a>b</a> <a>c</a></p>").links, 2);
    assert_eq!(cut("<img src=x><p>a</p>").list[1].pictures, 1);
    assert!(block("<p>a<br>b</p>").at_break && !block("<p>a</p>").at_break);
    let of = |html: &str| {
        let page = cut(html);
        let block = &page.list[0];
        (page.holders[block.element].clone(), page.holders[block.holder].clone())
    };
    assert!(of("<div hidden><p>a</p></div>").0.hidden && of("<div aria-hidden=true>a</div>").0.hidden);
    assert!(of("<blockquote><p>a</p></blockquote>").0.quote);
    assert_eq!(of("<p><a href=x>a</a></p>").0.name, "a");
    assert_eq!(of("<p><a href=x>a</a></p>").1.name, "p");
    assert_eq!(of("<div id=disqus_thread>a</div>").0.groups & COMMENT, COMMENT);
    assert!(cut("<p>a<br>b</p>").list[1].continues && !cut("<p>a<br><br>b</p>").list[1].continues);
}

#[test]
fn a_link_is_told_from_one_that_leads_away() {
    let check = |href: &str, within: bool| {
        let block = cut(&format!("<p><a href=\"{href}\">a</a></p>")).list.remove(0);
        assert!((block.linked_within - if within { 1.0 } else { 0.0 }).abs() < 0.01, "{href}");
    };
    check("/news", true);
    check("other.html", true);
    check("https://site.example/news", true);
    check("//www.site.example", true);
    check("https://elsewhere.example/news", false);
    check("#top", false);
    check("mailto:a@site.example", false);
    check("javascript:void(0)", false);
}

#[test]
fn what_is_for_browsers_without_a_player_is_not_read() {
    check("<video src=x>Your browser is old.</video><p>a</p>", &["p:a"]);
}

#[test]
fn code_keeps_its_lines() {
    let blocks = cut("<pre><code>fn a() {\n    b();<br>}</code></pre><p>c\nd</p>");
    assert_eq!(lines(&blocks, &all(&blocks)), "fn a() {\n    b();\n}\nc d");
    check_composed("<pre>a\n  b</pre>", "<pre>a\n  b\n</pre>");
}

#[test]
fn blocks_are_written_in_their_elements() {
    check_composed("<div><p>a <b>b</b><span class=\"x\"> c</span></p></div>", "<p>a <b>b</b> c</p>");
    check_composed("<div>a<br>b</div>", "<p>a<br>b</p>");
    check_composed(
        "<ul><li>a</li><li><p>b</p></li></ul><p>c</p><ol><li>d</li></ol>",
        "<ul><li>a</li><li>b</li></ul><p>c</p><ol><li>d</li></ol>",
    );
    check_composed("<blockquote><p>a</p><p>b</p></blockquote>c", "<blockquote><p>a</p><p>b</p></blockquote><p>c</p>");
    check_composed(
        "<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>",
        "<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>",
    );
    check_composed(
        "<table><tr><th colspan=\"2\">a</th></tr><tr><td></td><td>b</td></tr><tr><td> </td></tr></table>",
        "<table><tr><th colspan=\"2\">a</th></tr><tr><td></td><td>b</td></tr></table>",
    );
    check_composed(
        "<table><caption>a <b>b</b></caption><thead><tr><th>c</th><td>d</td></tr><tr><th>e</th></tr></thead><tbody><tr><td>f</td></tr></tbody></table>g",
        "<table><caption>a <b>b</b></caption><thead><tr><th>c</th><td>d</td></tr><tr><th>e</th></tr></thead><tr><td>f</td></tr></table><p>g</p>",
    );
    check_composed(
        "<table><thead><tr><th>a</th></tr></thead></table><table><tr><th>b</th></tr></table>",
        "<table><thead><tr><th>a</th></tr></thead></table><table><tr><th>b</th></tr></table>",
    );
    check_composed(
        "<table><tr><td>a</td></tr><thead><tr><th>b</th></tr></thead></table>",
        "<table><tr><td>a</td></tr><tr><th>b</th></tr></table>",
    );
    check_composed(
        "<table><caption>a<br>b</caption><tr><td>c</td></tr></table>",
        "<table><caption>a<br>b</caption><tr><td>c</td></tr></table>",
    );
    check_composed("<table><caption>a</caption></table>", "<p>a</p>");
    check_composed("<pre>a\n\n  b\n}\n</pre><p>c</p>", "<pre>a\n\n  b\n}\n</pre><p>c</p>");
    check_composed(
        "<p>a<embed src=\"x\" type=\"link\" title=\"T\">b</p><embed src=\"v\" type=\"video\" title=\"p\">",
        "<p>a</p><figure><a href=\"x\">T</a></figure><p>b</p><figure><video src=\"v\" poster=\"p\"></video></figure>",
    );
    check_composed("<h1>a</h1><h3>b</h3>", "<h2>a</h2><h3>b</h3>");
    check_composed(
        "<figure><img src=\"x\"><figcaption>c &amp; d</figcaption></figure>",
        "<figure><img src=\"x\"><figcaption>c &amp; d</figcaption></figure>",
    );
    check_composed("<p>a<b>b<br>c</b>d</p>", "<p>a<b>b</b><br><b>c</b>d</p>");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    #[test]
    fn any_page_can_be_cut_and_written(pieces in prop::collection::vec(super::super::tests::piece(), 0..40)) {
        let blocks = cut(&pieces.concat());
        compose(&blocks, &all(&blocks));
        for block in &blocks.list {
            prop_assert!(blocks.chain(block.holder).count() <= blocks.holders.len());
        }
    }
}

#[test]
fn what_inline_elements_repeat_is_bounded() {
    let opened: String = (0..100).map(|_| format!("<abbr title=\"{}\">", "x".repeat(1000))).collect();
    let page = cut(&format!("<p>{opened}{}", "a<br>".repeat(5000)));
    let written: usize = page.list.iter().map(|block| block.html.len()).sum();
    assert!(page.list.len() == 5000 && written < 2 * super::super::inline::MAX_REPEATED, "{written}");
}

#[test]
fn inline_elements_go_on_in_the_next_line() {
    let page = cut("<p><b>a<br><i>b</i> <a href=x></a><br>c</b> d</p>");
    let lines: Vec<&str> = page.list.iter().map(|block| block.html.as_str()).collect();
    assert_eq!(lines, ["<b>a</b>", "<b><i>b</i></b>", "<b>c</b> d"]);
}

#[test]
fn a_page_of_too_many_lines_is_cut() {
    assert!(cut(&"<p>a</p>".repeat(MAX_BLOCKS + 1)).is_cut);
    assert!(!cut("<p>a</p>").is_cut);
}

#[test]
fn lines_hold_no_control_characters() {
    let page = cut("<p>a\u{7f}b\u{81}</p><p>\u{9f}</p><pre>c&#13;d</pre>");
    assert_eq!(super::super::compose::lines(&page, &all(&page)), "ab\nc\nd");
    let page = cut("<pre>\ta\u{ad}b\nc\u{2028}d\u{85}\n\u{7f}\ne</pre>");
    assert_eq!(super::super::compose::lines(&page, &all(&page)), "\tab\nc d\ne");
}
