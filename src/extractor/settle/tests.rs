use proptest::prelude::*;

use super::media::{MAX_GALLERY, MAX_PICTURES};
use super::*;

fn check(html: &str, expected: &str) {
    let settled = settle(html, For::Readers).html;
    assert_eq!(settled, expected, "{html}");
    assert_eq!(settle(&settled, For::Readers).html, settled, "again: {html}");
}

#[test]
fn what_is_plain_stays_as_it_stands() {
    for html in ["", "<p class=x>a <b>b</b>&amp;</P >", "a<!-- <img> -->b", "<ul><li>a<li>b</ul>", "<script>'<img>'</script>"] {
        check(html, html);
    }
}

#[test]
fn a_late_picture_and_its_spare_are_one() {
    let real = "<img src=\"/a.jpg\">";
    check("<img src=x.gif data-src=/a.jpg><noscript><img src=/a-big.jpg></noscript>", real);
    check("<img src='data:image/gif;base64,R0'><noscript><img src=/a.jpg></noscript>", real);
    check("<img class=lazy><noscript><img src=/a.jpg></noscript>", real);
    check("<noscript><img src=/a.jpg></noscript><img src=/blank.gif data-src=/a-300x200.jpg>", real);
    check("<noscript><img src=/a.jpg></noscript><img class=lazy src=data:x>", real);
    check(
        "<div><img src=spacer.gif></div> <div><noscript><img src=/a.jpg></noscript></div>",
        &format!("<div></div> <div>{real}</div>"),
    );
    check("<noscript><img src=/a.jpg></noscript>", real);
    check("<img src=/a.jpg><noscript><img src=/a.jpg></noscript>", real);
    check("<amp-img src=/a.jpg><noscript><img src=/a.jpg></noscript></amp-img>", real);
}

#[test]
fn pictures_in_a_row_keep_their_own_spares() {
    let both = "<img src=\"/a.jpg\"><img src=\"/b.jpg\">";
    check(
        "<img data-src=/a.jpg><noscript><img src=/a.jpg></noscript><img data-src=/b.jpg><noscript><img src=/b.jpg></noscript>",
        both,
    );
    check(
        "<noscript><img src=/a.jpg></noscript><img data-src=/a.jpg><noscript><img src=/b.jpg></noscript><img data-src=/b.jpg>",
        both,
    );
    check("<img src=/a.jpg><noscript><img src=/b.jpg></noscript>", both);
    check("<img src=/a.jpg><img src=/b.jpg>", both);
}

#[test]
fn what_is_spare_and_no_picture_goes() {
    check("a<noscript>Please switch scripts on</noscript>b", "ab");
    check("<noscript><img height=1 width=1 style='display:none' src='https://t.example/tr?id=1'></noscript>", "");
    check("<noscript><img src='https://t.example/p?c1=2'></noscript>", "");
    check("<noscript><iframe src=https://t.example/ns.html></iframe></noscript>", "");
    check("a<noscript>never closed", "anever closed");
}

#[test]
fn a_picture_has_one_source() {
    check(
        "<picture><source srcset='/a.webp 800w, /b.webp 1600w'><img src=/a.jpg alt=x></picture>",
        "<img src=\"/a.jpg\" alt=\"x\">",
    );
    check("<picture><source srcset='/a.webp 800w, /b.webp 1600w'><img src=data:x></picture>", "<img src=\"/b.webp\">");
    check("<picture><source data-srcset=/a.webp><img></picture><img>", "<img src=\"/a.webp\">");
    check("<a href=/big.jpg> <img src=/a.jpg></a> <a href=/page><img src=/a.jpg></a>", " <img src=\"/a.jpg\"> <a href=/page></a>");
}

#[test]
fn galleries_end() {
    let gallery: String = (0..100).map(|i| format!("<img src=/{i}.jpg>")).collect();
    assert_eq!(settle(&gallery, For::Readers).html.matches("<img").count(), MAX_GALLERY);
    let story: String = (0..1000).map(|i| format!("<p>a</p><img src=/{i}.jpg>")).collect();
    assert_eq!(settle(&story, For::Readers).html.matches("<img").count(), MAX_PICTURES);
}

#[test]
fn a_caption_beside_its_picture_makes_a_figure() {
    let figure = "<figure><img src=\"/a.jpg\"><figcaption>The <b> bridge</figcaption></figure>";
    check(
        "<div class=wp-caption><a href=/a.jpg><img src=/a.jpg></a><p class=wp-caption-text>The <i>old</i>\n bridge</p></div><p>b",
        "<div class=wp-caption><figure><img src=\"/a.jpg\"><figcaption>The old bridge</figcaption></figure></div><p>b",
    );
    check("<img src=/a.jpg><div class=caption>The &lt;b> bridge</div>", &figure.replace("<b>", "&lt;b>"));
    let done = "<figure><img src=\"/a.jpg\"><figcaption class=caption>c</figcaption></figure>";
    check(done, done);
    check("<img src=/a.jpg>b<p class=caption>c</p>", "<img src=\"/a.jpg\">b<p class=caption>c</p>");
    check("<img src=/a.jpg><p class=caption>never closed", "<img src=\"/a.jpg\"><p class=caption>never closed");
}

#[test]
fn what_is_embedded_is_a_link_or_plays() {
    let link = "<figure><a href=\"https://play.example/embed/7\">A film</a></figure>";
    let frame = "<iframe src=https://play.example/embed/7 title='A film'></iframe>";
    check(frame, link);
    check(
        "<amp-iframe src=https://a.example/embed title=a><p>x</p></amp-iframe>",
        "<figure><a href=\"https://a.example/embed\">a</a></figure>",
    );
    check(&format!("<figure>{frame}<figcaption>c</figcaption></figure>"), &link.replace("</a>", "</a><figcaption>c</figcaption>"));
    check("<video poster=/p.jpg><source src=/v.mp4>No film</video>", "<video src=\"/v.mp4\" poster=\"/p.jpg\"></video>");
    check("<video poster=/p.jpg src=blob:x></video>", "<img src=\"/p.jpg\">");
    check("<object data=/x.swf><param name=a><embed src=/x.swf></object>", "<param name=a>");
    check(&format!("<object data=/x.pdf>{frame}</object>"), link);
    check("<iframe src=https://t.example/sync></iframe>", "");
}

#[test]
fn what_is_embedded_travels_through_blocks() {
    let settled = settle("<div class=embed-box> <iframe src=https://a.example/embed title=T></iframe></div>", For::Blocks).html;
    assert_eq!(settled, "<div> <embed src=\"https://a.example/embed\" type=\"link\" title=\"T\"></div>");
}

#[test]
fn code_keeps_its_lines() {
    let code = "<pre>fn a() {\n\n    b();\n}\n</pre>";
    check(code, code);
    check("<pre><code class=x>a\n  <span class=k>b</span></code></pre>", "<pre><code class=x>a\n  b</code></pre>");
    check("<pre><div>a</div><div>  b</div></pre>c", "<pre>a\n  b</pre>c");
    check("<pre><span class=line>a</span><span class=line>  b</span></pre>", "<pre>a\n  b</pre>");
    check("<pre><span class=line>a\n</span><span class=line>  b\n</span></pre>", "<pre>a\n  b\n</pre>");
    check("<pre>a<br>  b</pre>", "<pre>a\n  b</pre>");
    check("<pre><ol><li>a</li><li>b</li></ol></pre>", "<pre>a\nb</pre>");
    check("<code style='white-space: pre'>a\n  b</code>", "<pre>a\n  b</pre>");
    check("<pre><button>Copy</button>a</pre>", "<pre>a</pre>");
}

#[test]
fn code_loses_its_line_numbers() {
    let code = "<pre>a = 1\n  b</pre>";
    check("<pre><span class=lineno>1</span>a = <span class=mi>1</span>\n<span class=lineno> 2 </span>  b</pre>", code);
    check(
        "<table><tr><td class='gutter gl'><pre class=lineno>1\n2\n</pre></td><td class=code><pre>a = <span>1</span>\n  b</pre></td></tr></table>",
        code,
    );
    check("<table><tr><td><pre><span>1</span>\n<span>2</span></pre></td><td><pre>a = 1\n  b</pre></td></tr></table>", code);
    check(
        "<table><tr><td class=blob-num data-line-number=1></td><td class='blob-code js'>a = 1</td></tr>\
         <tr><td class=blob-num data-line-number=2></td><td class='blob-code js'>  b</td></tr></table>",
        code,
    );
    check("<pre><span class=mi>1</span>\n<span class=mi>2</span></pre>", "<pre>1\n2</pre>");
}

#[test]
fn a_listing_ends_with_what_is_around_it() {
    check("<div><pre>a</div><p>b", "<div><pre>a</pre></div><p>b");
    check("<pre>a<h2>b</h2>", "<pre>a</pre><h2>b</h2>");
    check("<pre>a", "<pre>a</pre>");
}

#[test]
fn tables_of_data_stay_and_layouts_go() {
    let data = "<table><thead><tr><th colspan=2>a</th></tr></thead><tbody><tr><td>b</td><td></td></tr></tbody></table>";
    check(data, data);
    check(
        "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td>d<div>e</div>f<td>g</table>",
        "<table><tr><td>a<br>b</td><td>c</td></tr><tr><td>d<br>e<br>f<td>g</table>",
    );
    check("<table class=x width=9><tr><td><p>a</p></td></tr></table>", "<div class=\"x\"><div><div><p>a</p></div></div></div>");
}

#[test]
fn the_base_is_told() {
    assert_eq!(settle("<base target=x><base href='/a/'><base href=/b/>", For::Blocks).base.as_deref(), Some("/a/"));
}

#[test]
fn foreign_drawings_go() {
    check("a<svg><image href=x.png/><title>b</title></svg>c", "ac");
    check("a<svg/>b<math/>c", "abc");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_markup_can_be_settled(pieces in prop::collection::vec(prop_oneof![super::super::tests::piece(), own_piece()], 0..40)) {
        let html = pieces.concat();
        settle(&html, For::Blocks);
        let once = settle(&html, For::Readers).html;
        let clean = super::super::sanitize::clean(&once, None);
        prop_assert_eq!(super::super::sanitize::clean(clean.as_str(), None), clean);
    }
}

fn own_piece() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "<img src=https://a.example/a.jpg>",
        "<img data-src=https://a.example/b.jpg>",
        "<img src=blank.gif>",
        "<noscript><img src=https://a.example/c.jpg></noscript>",
        "<picture>",
        "<source srcset=https://a.example/d.jpg>",
        "</picture>",
        "<iframe src=https://a.example/embed>",
        "</iframe>",
        "<video src=https://a.example/v.mp4>",
        "</video>",
        "<table><tr><td class=gutter>1</td><td><pre>",
        "<span class=lineno>1</span>",
        "<span class=line>",
        "<table role=none>",
        "<p class=caption>",
        "<a href=https://a.example/a.jpg>",
    ])
    .prop_map(str::to_owned)
}
