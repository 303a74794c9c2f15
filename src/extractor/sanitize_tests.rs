use proptest::prelude::*;

use super::*;

fn base() -> Url {
    Url::parse("https://news.example/a/b.html").unwrap()
}

fn check(html: &str, expected: &str) {
    assert_eq!(clean(html, Some(&base())).as_str(), expected, "{html}");
}

#[test]
fn structure_stays_and_decoration_goes() {
    check("<p class=x style='color:red' id=y>a <span>b</span> <b>c</b></p>", "<p>a b <b>c</b></p>");
    check("<h2>a</h2><ul><li>b<li>c</ul>", "<h2>a</h2><ul><li>b</li><li>c</li></ul>");
    check("<center>a</center><main><p>b</main>", "<div>a</div><div><p>b</p></div>");
    check("<table><tr><th colspan=2 width=9>a</table>", "<table><tbody><tr><th colspan=\"2\">a</th></tr></tbody></table>");
    check("<form action=/x><input name=a>b<button>c</button></form>", "<div>b</div>");
    check("<details><summary>a</summary>b</details>", "<details><summary>a</summary>b</details>");
    check("", "");
    check("just text & more", "just text &amp; more");
}

#[test]
fn links_are_absolute_and_of_the_web() {
    let link = |href: &str| format!("<a href=\"{href}\" rel=\"noopener noreferrer\">a</a>");
    check("<a href='../c?x=1&amp;y=2' target=_blank>a</a>", &link("https://news.example/c?x=1&amp;y=2"));
    check("<a href='//other.example/d'>a</a>", &link("https://other.example/d"));
    check("<a href='mailto:x@y.example'>a</a>", &link("mailto:x@y.example"));
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " java\tscript:x",
        "java&#10;script&colon;x",
        "&#106;avascript:x",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://x/",
        "http://",
        "blob:x",
    ] {
        check(&format!("<a href=\"{bad}\">a</a>"), "<a rel=\"noopener noreferrer\">a</a>");
    }
    assert_eq!(clean("<a href=/c>a</a><img src=/d.png>", None).as_str(), "<a rel=\"noopener noreferrer\">a</a>");
}

#[test]
fn pictures_are_found_and_trackers_dropped() {
    check(
        "<img src=/p.png alt='a \"b\"' width=600px onerror=x>",
        "<img src=\"https://news.example/p.png\" alt=\"a &quot;b&quot;\" width=\"600\">",
    );
    check("<img src='data:image/gif;base64,R0' data-src='/p.jpg'>", "<img src=\"https://news.example/p.jpg\">");
    check("<img srcset='/s.jpg 300w, /l.jpg 1200w'>", "<img src=\"https://news.example/l.jpg\">");
    check("<img src=http://t.example/x width=1 height=1><img src=data:image/png,x><img>", "");
    check(
        "<figure><img src=/p.png><figcaption>c</figcaption></figure>",
        "<figure><img src=\"https://news.example/p.png\"><figcaption>c</figcaption></figure>",
    );
    check("<video src=/v.mp4 autoplay></video>", "<video src=\"https://news.example/v.mp4\" controls=\"\"></video>");
}

/// What must never come out, whatever went in.
fn assert_harmless(html: &str) {
    let out = clean(html, Some(&base()));
    let page = scraper::Html::parse_fragment(out.as_str());
    for element in page.root_element().descendent_elements().skip(1).map(|element| element.value()) {
        assert!(TAGS.contains(&element.name()), "{html} -> {}", out.as_str());
        for (name, value) in element.attrs() {
            assert!(
                !name.starts_with("on") && name != "style" && name != "srcdoc" && name != "class" && name != "id",
                "{html} -> {}",
                out.as_str()
            );
            let is_url = matches!(name, "href" | "src" | "cite" | "poster");
            assert!(
                !is_url || ["http://", "https://", "mailto:"].iter().any(|s| value.starts_with(s)),
                "{html} -> {}",
                out.as_str()
            );
        }
    }
}

#[test]
fn no_script_survives() {
    for html in [
        "<script>alert(1)</script>",
        "<SCRIPT SRC=//x.example/a.js></SCRIPT>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<script><script></script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<img src=x:x onerror\u{c}=alert(1)>",
        "<img \"\"\"><script>alert(1)</script>\">",
        "<a href=\"jav&Tab;ascript&colon;alert(1)\">x</a>",
        "<a href=' &#14; javascript:alert(1)'>x</a>",
        "<a href=\"\u{1}javascript:alert(1)\">x</a>",
        "<svg onload=alert(1)><circle/></svg>",
        "<svg><script>alert(1)</script></svg>",
        "<svg><style><img src=x onerror=alert(1)></style></svg>",
        "<svg></p><style><a title=\"</style><img src onerror=alert(1)>\">",
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
        "<math><annotation-xml encoding='text/html'><img src onerror=alert(1)></annotation-xml></math>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<style><p title=\"</style><img src=x onerror=alert(1)>\">",
        "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
        "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
        "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\">",
        "<noembed><p title=\"</noembed><img src=x onerror=alert(1)>\">",
        "<select><style></select><img src=x onerror=alert(1)></style></select>",
        "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<table><td><svg><desc><td><img src=x onerror=alert(1)>",
        "<iframe src=javascript:alert(1)></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
        "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
        "<base href=javascript:alert(1)//><a href=x>y</a>",
        "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
        "<link rel=stylesheet href=//x.example><style>@import '//x.example'</style>",
        "<div style=\"background:url(javascript:alert(1))\">x</div>",
        "<video><source onerror=alert(1) src=javascript:x></video>",
        "<details open ontoggle=alert(1)>x</details>",
        "<!--><img src=x onerror=alert(1)>-->",
        "<!--[if IE]><script>alert(1)</script><![endif]-->",
        "<![CDATA[<img src=x onerror=alert(1)>]]>",
        "<?xml <img src=x onerror=alert(1)>?>",
        "<p/onclick=alert(1)>x",
        "<template><script>alert(1)</script></template>",
        "<button formaction=javascript:alert(1)>x</button>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ] {
        assert_harmless(html);
        assert!(!clean(html, None).as_str().contains("<script"), "{html}");
    }
}

#[test]
fn characters_that_xml_forbids_are_dropped() {
    check("a\u{1f}b&#x1f;c&#0;d\u{fffe}e&#xffff;", "abc\u{fffd}de");
    check("a\u{2028}b&#8233;c", "a b c");
}

#[test]
fn the_output_is_bounded() {
    for html in
        [">".repeat(100_000), "<p>a &amp; b</p>".repeat(10_000), "\u{a0}".repeat(50_000), "<b>".repeat(20_000), "x".repeat(100_000)]
    {
        let out = clean_to(&html, None, 50_000);
        assert!(out.len() <= 50_000, "{}", out.len());
        assert_eq!(clean_to(&out, None, 50_000), out);
    }
}

#[test]
fn what_is_deep_is_not_lost() {
    for element in ["<div>", "<b>", "<b><p>", "<ul><li>"] {
        assert!(clean(&format!("{}x", element.repeat(100_000 / (element.len() / 3))), None).as_str().contains('x'));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(80))]
    #[test]
    fn clean_is_a_fixed_point(pieces in prop::collection::vec(super::super::tests::piece(), 0..25)) {
        let html = pieces.concat();
        let once = clean(&html, Some(&base()));
        prop_assert_eq!(clean(once.as_str(), Some(&base())), once.clone());
        prop_assert_eq!(clean(once.as_str(), None), once);
        assert_harmless(&html);
    }

    #[test]
    fn any_text_is_harmless(text in "\\PC{0,80}") {
        assert_harmless(&text);
        let _ = text_of(&text);
    }
}
