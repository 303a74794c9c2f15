use proptest::prelude::*;

use super::*;
use crate::extractor::sanitize::{clean, long_way};

fn base() -> Url {
    Url::parse("https://news.example/a/b.html").unwrap()
}

#[test]
fn what_feeds_carry_takes_the_short_way() {
    let check = |html: &str, expected: &str| {
        assert_eq!(simple(html, Some(&base())).as_deref(), Some(expected), "{html}");
        assert_eq!(long_way(html, Some(&base())), expected, "{html}: the long way");
        assert_eq!(simple(expected, None).as_deref(), Some(expected), "{html}: once more");
    };
    check("just text & more;".replace("& ", "&amp; ").as_str(), "just text &amp; more;");
    check(
        "<p>One <b>two</b> &#8217;s &quot;x&quot; &nbsp;.</p>\n<p>3 > 2</p>",
        "<p>One <b>two</b> ’s \"x\" &nbsp;.</p>\n<p>3 &gt; 2</p>",
    );
    check("a<br>b<br/>c<br />d", "a<br>b<br>c<br>d");
    check(
        "<ul>\n<li>a</li> <li><p>b</p><ol><li>c</li></ol></li></ul>",
        "<ul>\n<li>a</li> <li><p>b</p><ol><li>c</li></ol></li></ul>",
    );
    check(
        "<p><a href=\"../c?x=1&amp;y=2\" target='_blank' rel=\"nofollow\">a <em>b</em></a></p>",
        "<p><a href=\"https://news.example/c?x=1&amp;y=2\" rel=\"noopener noreferrer\">a <em>b</em></a></p>",
    );
    check("<blockquote><h2>東京 é</h2><div>x</div></blockquote>", "<blockquote><h2>東京 é</h2><div>x</div></blockquote>");
    check(
        "<figure><img src='/p.jpg' alt=\"a b\" width=\"960\" /><figcaption>c <a href='/x'>d</a></figcaption></figure><p>e</p><img src=\"/q.jpg\">",
        "<figure><img src=\"https://news.example/p.jpg\" alt=\"a b\" width=\"960\"><figcaption>c \
         <a href=\"https://news.example/x\" rel=\"noopener noreferrer\">d</a></figcaption></figure><p>e</p>\
         <img src=\"https://news.example/q.jpg\">",
    );
    check("", "");
}

#[test]
fn what_has_to_be_mended_does_not() {
    for html in [
        "<p>a",
        "a</p>",
        "<p><div>a</div></p>",
        "<b><p>a</p></b>",
        "<a href='/x'><a href='/y'>z</a></a>",
        "<b><i>a</b></i>",
        "<ul>a</ul>",
        "<li>a</li>",
        "<p class=x>a</p>",
        "<a>a</a>",
        "<a href=/x>a</a>",
        "<a href='javascript:x'>a</a>",
        "<a href='/x' lang='de'>a</a>",
        "<img src=/x class=y>",
        "<img src=\"/x>y\">",
        "<img alt='a>b' src=/x>",
        "<a href=\"/x>y\">a</a>",
        "<img src=/x width=1>",
        "<img>",
        "<img src=/x alt='&copy;'>",
        "<img src=/x><img src=/y>",
        "<a href=/x><img src=/y></a>",
        "<script>x</script>",
        "<!-- x -->",
        "<P>a</P>",
        "&copy;",
        "&",
        "a & b; c",
        "&#38;",
        "&#60;b&#62;",
        "&#128;",
        "\u{1}",
        "\r\n",
        "\u{85}",
        "<b><b>a</b></b>",
        "<pre>\na</pre>",
        "<table></table>",
        "< p>a</ p>",
        "<br / >",
    ] {
        assert_eq!(simple(html, Some(&base())), None, "{html}");
    }
}

/// Markup made of what is simple, and of what nearly is.
fn markup() -> impl Strategy<Value = String> {
    let pieces = [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<ul>",
        "</ul>",
        "<li>",
        "</li>",
        "<b>",
        "</b>",
        "<em>",
        "</em>",
        "<a href='/x?a=1&amp;b=2'>",
        "<a href=\"https://x.example/ä\" target=\"_blank\">",
        "<a href='mailto:a@b.example'>",
        "</a>",
        "<blockquote>",
        "</blockquote>",
        "<h2>",
        "</h2>",
        "<br>",
        "<br />",
        " ",
        "\n",
        "text",
        "é",
        "東",
        "\u{a0}",
        "\u{ad}",
        "\u{2028}",
        "&amp;",
        "&nbsp;",
        "&#8217;",
        "&#x27;",
        "&gt;",
        "&quot;",
        "&lt;b&gt;",
        "<small>",
        "</small>",
        "<ol>",
        "</ol>",
        "<p>x</p>",
        "<li>x</li>",
        "<img src='/p.png'>",
        "&#0;",
        "<i>",
        "</i>",
        ">",
        "Photo: x",
        "<a href='/x.png'>",
        "<img src=\"/a-300x200.jpg\" alt=\"b c\">",
        "<img src='/a.jpg' width=10 height='9px'/>",
        "<figure>",
        "</figure>",
        "<figcaption>",
        "</figcaption>",
        "<img src='/blank.gif'>",
        "<img src=\"/a>b.jpg\">",
        "<a href=\"/a>b\">",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat())
}

/// Well nested more often than not.
fn nested() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "text",
        " ",
        "é &amp; x",
        "<br>",
        "\n",
        "&#8230;",
        "\u{a0}",
        "",
        "<img src='/p.jpg' alt='x y'>",
        "<img src='/q.jpg'>",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 24, 4, |inner| {
        let name = prop::sample::select(vec![
            "p",
            "div",
            "ul",
            "li",
            "b",
            "em",
            "a href='/x'",
            "h3",
            "blockquote",
            "sup",
            "figure",
            "figcaption",
        ]);
        (name, prop::collection::vec(inner, 0..4)).prop_map(|(name, inside)| {
            let close = name.split(' ').next().unwrap_or_default();
            format!("<{name}>{}</{close}>", inside.concat())
        })
    })
}

proptest! {
    #[test]
    fn both_ways_lead_to_the_same(html in prop_oneof![markup(), nested(), "[a-z<>/&;# \"'=\u{a0}é]{0,24}"], based: bool) {
        let base = based.then(base);
        if let Some(short) = simple(&html, base.as_ref()) {
            prop_assert_eq!(&short, &long_way(&html, base.as_ref()), "{}", html);
            let again = simple(&short, None);
            prop_assert_eq!(again.as_ref(), Some(&short), "a second reading changes nothing");
        }
        let clean = clean(&html, base.as_ref());
        prop_assert_eq!(clean.as_str(), &long_way(&html, base.as_ref()), "{}", html);
    }
}
