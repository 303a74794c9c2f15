use proptest::prelude::*;

use super::*;
use crate::extractor::compose::compose;

fn check(html: &str, expected: &[&str]) {
    let told: Vec<String> = cut(html).list.iter().map(|block| format!("{}:{}", block.name, block.text)).collect();
    assert_eq!(told, expected, "{html}");
}

fn check_composed(html: &str, expected: &str) {
    let blocks = cut(html);
    let all = vec![true; blocks.list.len()];
    assert_eq!(compose(&blocks, &all), expected, "{html}");
}

#[test]
fn a_page_is_cut_at_its_blocks() {
    check("<h2>A</h2><p>b <b>c</b> d</p>e", &["h2:A", "p:b c d", ":e"]);
    check("<div>a<p>b</p>c</div>", &["div:a", "p:b", "div:c"]);
    check("<p>a<br>b<br><br>c</p>", &["p:a", "p:b", "p:c"]);
    check("<ul><li>a</li><li>b</li></ul>", &["li:a", "li:b"]);
    check("<figure><img src=\"x\"><figcaption>c <i>d</i></figcaption></figure>", &["figure:c d"]);
    check("<p>  </p><div></div>", &[]);
    check("<p>R&eacute;s &amp; so&shy;n</p>", &["p:Rés & son"]);
}

#[test]
fn features_are_counted() {
    let block = |html: &str| cut(html).list.remove(0);
    assert!((block("<p>abc <a href=x>def</a></p>").link_share - 0.5).abs() < 0.01);
    assert!((block("<p>日本</p>").weight - 5.0).abs() < 0.01);
    assert!(block("<aside><p>a</p></aside>").around.aside);
    assert!(block("<div class=\"c-comment-list\"><p>a</p></div>").around.comments);
    assert!(block("<div hidden><p>a</p></div>").around.outside);
    assert!(block("<blockquote><p>a</p></blockquote>").around.quote);
    assert!(!block("<article class=\"has-comments\"><p>a</p></article>").around.comments);
    assert!(cut("<p>a<br>b</p>").list[1].continues && !cut("<p>a<br><br>b</p>").list[1].continues);
}

#[test]
fn blocks_of_one_kind_share_a_signature() {
    let list = cut("<div class=\"x\"><p>a</p><p>b</p></div><div class=\"y\"><p>c</p></div>").list;
    assert_eq!(list[0].signature, list[1].signature);
    assert_ne!(list[0].signature, list[2].signature);
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
        let all = vec![true; blocks.list.len()];
        compose(&blocks, &all);
        for block in &blocks.list {
            prop_assert!(blocks.chain(block.holder).count() <= blocks.holders.len());
        }
    }
}
