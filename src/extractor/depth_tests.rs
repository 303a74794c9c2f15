use proptest::prelude::*;
use scraper::{Html, Node};

use super::*;
use crate::extractor::page::PageRules;

fn guarded(html: &str) -> Guarded {
    guard(html, &mut PageRules::default(), Bounds::default())
}

fn check(html: &str, expected: &str) {
    assert_eq!(guarded(html).html, expected, "{html}");
}

/// Depth of the tree that html5ever builds.
fn depth(html: &str) -> usize {
    let page = Html::parse_document(html);
    page.tree
        .nodes()
        .filter(|node| matches!(node.value(), Node::Element(_)))
        .map(|node| node.ancestors().count())
        .max()
        .unwrap_or(0)
}

#[test]
fn what_is_open_is_closed() {
    check("<p>a", "<p>a</p>");
    check("<div><b>a</div>b", "<div><b>a</b></div>b");
    check("a</div></p></b>b", "ab");
    check("<br></br><img src=x>", "<br><img src=\"x\">");
}

#[test]
fn implied_ends_are_written_out() {
    check("<p>a<p>b", "<p>a</p><p>b</p>");
    check("<p><b>a<div>b</div>", "<p><b>a</b></p><div>b</div>");
    check("<ul><li>a<li>b<ul><li>c</ul><li>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul></li><li>d</li></ul>");
    check("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>");
    check("<h2>a<h3>b</h3>", "<h2>a</h2><h3>b</h3>");
    check("<h2>a</h3>b", "<h2>a</h2>b");
    check("<a href=x>a<a href=y>b", "<a href=\"x\">a</a><a href=\"y\">b</a>");
    check("<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>");
    check("<table><td>a</table>", "<table><tr><td>a</td></tr></table>");
    check("<td>a</td>", " a");
}

#[test]
fn an_end_tag_closes_nothing_outside_of_its_cell() {
    check("<div><table><tr><td></div>a</table>b", "<div><table><tr><td>a</td></tr></table>b</div>");
    check("<b><p>a</b>b</p>c</b>", "<b><p>ab</p>c</b>");
}

#[test]
fn what_is_never_text_is_left_out() {
    check("a<svg><title><p>x</svg>b<!-- c --><template><p>d</template>e", "abe");
    check("<script>x</script><style>y</style><noscript><p>z</noscript>a", "a");
    check("<svg>never closed <p>a", "never closed <p>a</p>");
    check("a\u{0}b\u{b}c\u{2028}d 1 < 2", "abc d 1 &lt; 2");
    check("<p onclick=\"x\" title='a\"b'>", "<p title=\"a&quot;b\"></p>");
}

#[test]
fn json_ld_is_set_aside() {
    let mut rules = PageRules::default();
    let html = guard("<script type='application/ld+json'>{\"a\":\"</b>\"}</script>x", &mut rules, Bounds::default()).html;
    assert_eq!((html.as_str(), rules.json_ld), ("x", vec!["{\"a\":\"</b>\"}".to_owned()]));
}

#[test]
fn a_hundred_thousand_open_elements_are_cut_to_size() {
    for element in [
        "<div>",
        "<b>",
        "<b><p>",
        "<font>",
        "<table><tr><td>",
        "<ul><li>",
        "<a href=x>",
        "<svg>",
        "<x-y>",
        "<select><style>",
        "<form>",
    ] {
        let html = format!("{}x", element.repeat(100_000 / (element.len() / 3)));
        let out = guarded(&html);
        assert!(out.html.len() <= 3 * html.len(), "{element}: {} of {}", out.html.len(), html.len());
        assert!(depth(&out.html) <= MAX_DEPTH * 4 / 3 + 8, "{element}: {}", depth(&out.html));
        assert!(element == "<svg>" || element == "<select><style>" || out.html.contains('x'), "{element}");
    }
}

#[test]
fn what_strays_in_a_table_ends_it_at_last() {
    let strays = "<br>".repeat(600);
    let html = guard(&format!("<table><tr>{strays}<td>a"), &mut PageRules::default(), Bounds::default()).html;
    let end = html.find("</table>").expect("the table ends");
    assert_eq!(html[..end].matches("<br>").count(), 500);
    let cells = "<td>a</td>".repeat(600);
    let html = guard(&format!("<table><tr>{cells}"), &mut PageRules::default(), Bounds::default()).html;
    assert_eq!(html.matches("<td>").count(), 600);
}

#[test]
fn nothing_hides_depth_from_the_guard() {
    for hidden in [
        "<div><table></div>",
        "<noscript></div></noscript><div>",
        "<p><table>",
        "<b><table><b>",
        "<div><object></div>",
        "<svg><style><div>",
    ] {
        let out = guarded(&hidden.repeat(3000));
        assert!(depth(&out.html) <= MAX_DEPTH * 4 / 3 + 8, "{hidden}: {}", depth(&out.html));
    }
}

#[test]
fn formatting_is_not_multiplied() {
    let many: String = (0..60).map(|i| format!("<b id=b{i}>")).collect();
    let out = guarded(&format!("{many}{}", "<div>a<p>b</div>".repeat(2000)));
    assert!(Html::parse_document(&out.html).tree.nodes().count() < 200_000);
}

#[test]
fn bounds_are_told() {
    let kinds = |html: &str| guarded(html).faults.iter().map(|fault| fault.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&"<div>".repeat(600)), ["page-depth"]);
    assert_eq!(kinds(&"<br>".repeat(MAX_NODES + 1)), ["page-nodes"]);
    assert_eq!(kinds(&"ä".repeat(MAX_INPUT)), ["page-size"]);
    assert_eq!(kinds("<p>a"), [] as [&str; 0]);
}

#[test]
fn long_runs_of_text_are_broken_up() {
    let out = guarded(&"a & b ".repeat(20_000)).html;
    assert!(out.matches("<wbr>").count() >= 3);
    assert_eq!(guarded(&out).html, out);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn what_is_guarded_is_well_nested_and_stays(pieces in prop::collection::vec(super::super::tests::piece(), 0..40)) {
        let once = guarded(&pieces.concat()).html;
        prop_assert_eq!(&guarded(&once).html, &once);
        prop_assert!(depth(&once) <= 200);
    }
}
