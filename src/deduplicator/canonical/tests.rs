use proptest::prelude::*;

use super::*;

fn same(forms: &[&str]) {
    let wanted = canonical(forms[0]);
    for form in forms {
        assert_eq!(canonical(form), wanted, "{form}");
        assert_eq!(canonical(&wanted), wanted, "not a fixed point");
    }
}

fn check(address: &str, wanted: &str) {
    assert_eq!(canonical(address), wanted, "{address}");
}

fn apart(addresses: &[&str]) {
    for (i, one) in addresses.iter().enumerate() {
        for other in &addresses[i + 1..] {
            assert_ne!(canonical(one), canonical(other), "{one} {other}");
        }
    }
}

const STORY: &str = "https://paper.test/world/ferry-runs-aground-2210456.html";

#[test]
fn the_form_is_a_plain_https_address() {
    check("HTTP://WWW.Paper.test:80/world/ferry-runs-aground-2210456.html?utm_source=x#comments", STORY);
    check("https://paper.test", "https://paper.test/");
    check("https://user:pw@paper.test/a", "https://paper.test/a");
    check(" https://paper.test/a\n", "https://paper.test/a");
}

#[test]
fn scheme_port_and_presentation_do_not_matter() {
    same(&[
        "https://paper.test/a",
        "http://paper.test/a",
        "https://paper.test:443/a",
        "https://www.paper.test/a",
        "https://www2.paper.test/a",
    ]);
    same(&[
        "https://paper.test/a",
        "https://m.paper.test/a",
        "https://mobile.paper.test/a",
        "https://www.m.paper.test/a",
        "https://paper.test./a",
    ]);
    same(&["https://en.paper.test/a", "https://en.m.paper.test/a"]);
    same(&["https://bücher.test/a", "https://xn--bcher-kva.test/a"]);
    apart(&[
        "https://paper.test/a",
        "https://paper.test:8443/a",
        "https://en.paper.test/a",
        "https://media.paper.test/a",
        "https://mm.paper.test/a",
    ]);
    // what would leave a public suffix stays
    check("https://m.co.uk/a", "https://m.co.uk/a");
    check("https://www.com/a", "https://www.com/a");
    check("http://127.0.0.1:8080/a", "https://127.0.0.1:8080/a");
    check("http://[::1]/a", "https://[::1]/a");
}

#[test]
fn paths_are_tidied() {
    same(&[
        "https://paper.test/a/b",
        "https://paper.test/a/b/",
        "https://paper.test//a//b",
        "https://paper.test/a/./c/../b",
        "https://paper.test/a/b?",
    ]);
    same(&[
        "https://paper.test/a",
        "https://paper.test/a/index.html",
        "https://paper.test/a/Index.PHP",
        "https://paper.test/a/default.aspx",
    ]);
    same(&["https://paper.test/%7Ejo/x-y", "https://paper.test/~jo/x%2Dy"]);
    same(&["https://paper.test/é", "https://paper.test/%c3%a9", "https://paper.test/%C3%A9"]);
    same(&["https://paper.test/a(b)", "https://paper.test/a%28b%29"]);
    same(&[STORY, "https://paper.test/world/ferry-runs-aground-2210456.html;JSESSIONID=AB12"]);
    apart(&[
        "https://paper.test/a%2Fb",
        "https://paper.test/a/b",
        "https://paper.test/A/b",
        "https://paper.test/a",
        "https://paper.test/a/b/2",
    ]);
    check("https://paper.test/100%", "https://paper.test/100%25");
    check("https://paper.test/100%25", "https://paper.test/100%25");
}

#[test]
fn amp_and_print_are_the_article() {
    same(&[
        STORY,
        "https://amp.paper.test/world/ferry-runs-aground-2210456.html",
        "https://paper.test/amp/world/ferry-runs-aground-2210456.html",
        "https://paper.test/world/ferry-runs-aground-2210456.html/amp/",
        "https://paper.test/world/ferry-runs-aground-2210456.amp.html",
        "https://paper.test/world/ferry-runs-aground-2210456.html.amp",
        "https://paper.test/world/ferry-runs-aground-2210456.html?amp",
        "https://paper.test/world/ferry-runs-aground-2210456.html?outputType=amp",
        "https://paper.test/world/ferry-runs-aground-2210456.html/print",
        "https://paper.test/world/ferry-runs-aground-2210456.html?print=1",
        "https://paper-test.cdn.ampproject.org/c/s/paper.test/world/ferry-runs-aground-2210456.html",
        "https://www.google.co.uk/amp/s/amp.paper.test/world/ferry-runs-aground-2210456.html?amp_js_v=1",
    ]);
    apart(&["https://guitars.test/amp/tube", "https://guitars.test/tube", "https://guitars.test/tube/amp"]);
    apart(&["https://paper.test/print/may-3", "https://paper.test/may-3", "https://paper.test/print"]);
}

#[test]
fn tracking_goes() {
    for tail in [
        "utm_source=a&utm_medium=b",
        "UTM_Campaign=c",
        "fbclid=Iw",
        "gclid=E",
        "mc_cid=1&mc_eid=2",
        "msclkid=1",
        "xtor=RSS-1",
        "at_medium=RSS",
        "ref=rss",
        "from=newsletter",
        "source=feed",
        "src=twitter",
        "partner=rss",
        "via=share_btn",
        "sid=0123456789abcdef0123456789abcdef",
        "PHPSESSID=12ab",
        "m=1",
        "rss=1",
        "view=print",
        "&",
        "&&utm_source=a&",
    ] {
        same(&[STORY, &format!("{STORY}?{tail}"), &format!("{STORY}?{tail}#comments")]);
    }
}

#[test]
fn identity_in_the_query_stays() {
    for (one, other) in [
        ("id=4", "id=5"),
        ("p=123", "p=124"),
        ("v=AbC", "v=abc"),
        ("ref=main", "ref=v2"),
        ("from=2024-03-01", "from=2024-03-02"),
        ("source=17", "source=18"),
        ("sid=2001", "sid=2002"),
        ("cid=10", "cid=11"),
        ("view=4", "view=5"),
        ("page=2", "page=3"),
        ("lang=de", "lang=en"),
        ("a=1", "b=1"),
        ("m=5", "m=6"),
    ] {
        apart(&["https://paper.test/x", &format!("https://paper.test/x?{one}"), &format!("https://paper.test/x?{other}")]);
    }
    same(&[
        "https://paper.test/x?a=1&b=2",
        "https://paper.test/x?b=2&a=1",
        "https://paper.test/x?a=1&amp;b=2",
        "https://paper.test/x?a=1&b=2&a=1",
    ]);
    same(&["https://paper.test/x?q=a+b", "https://paper.test/x?q=a%20b"]);
}

#[test]
fn fragments_go_unless_they_name_a_place() {
    for fragment in ["", "comments", "respond", "more-12", "utm_source=rss", "ref=rss2", ":~:text=ferry", "!", "/"] {
        same(&[STORY, &format!("{STORY}#{fragment}")]);
    }
    apart(&[
        "https://paper.test/live",
        "https://paper.test/live#post-1",
        "https://paper.test/live#post-2",
        "https://paper.test/live#2024-03-01",
    ]);
    apart(&["https://app.test/", "https://app.test/#/story/1", "https://app.test/#/story/2", "https://app.test/#!/story/1"]);
}

#[test]
fn redirectors_that_carry_their_target_are_the_target() {
    let inner = "https%3A%2F%2Fwww.paper.test%2Fworld%2Fferry-runs-aground-2210456.html%3Futm_source%3Dx";
    let twice =
        "https%3A%2F%2Fl.social.test%2Fl.php%3Fu%3Dhttps%253A%252F%252Fpaper.test%252Fworld%252Fferry-runs-aground-2210456.html";
    same(&[
        STORY,
        &format!("https://search.test/url?sa=t&url={inner}&usg=x"),
        &format!("https://l.social.test/l.php?u={inner}&h=AT0"),
        &format!("https://out.forum.test/t3_a?url={inner}"),
        &format!("https://feeds.other.test/redirect?target={inner}"),
        &format!("https://search.test/url?url={twice}"),
    ]);
    // a page about an address, a way home, a word
    apart(&[
        STORY,
        &format!("https://translate.test/text?u={inner}"),
        "https://shop.test/go?to=%2Fhome",
        "https://shop.test/go?to=home",
    ]);
}

#[test]
fn what_is_no_web_address_stays_as_it_is() {
    check("  tag:paper.test,2024:1 ", "tag:paper.test,2024:1");
    check("mailto:Jo@paper.test", "mailto:Jo@paper.test");
    check("paper.test/a", "paper.test/a");
    check("https://", "https://");
    check("not\u{0}an\u{7f} address", "notan address");
    check("", "");
    let long = format!("https://WWW.paper.test/{}", "a".repeat(MAX_ADDRESS));
    check(&long, &long);
}

#[test]
fn articles_are_told_from_sections() {
    for article in [
        STORY,
        "https://paper.test/ferry-runs-aground",
        "https://paper.test/2024/05/ferry",
        "https://paper.test/2024/May/3/ferry-aground",
        "https://paper.test/p/ferry-aground",
        "https://paper.test/123456",
        "https://paper.test/news/c4g71lw2xp0o",
        "https://paper.test/?p=1234",
        "https://paper.test/story.php?storyId=99812",
        "https://paper.test/watch?v=dQw4w9WgXcQ",
        "https://paper.test/22104567/ferry",
        "https://paper.test/%E6%B8%A1%E8%BC%AA%E6%90%81%E6%B5%85%E6%8F%B4%E5%8A%A9%E5%BE%85%E3%81%A1",
    ] {
        assert!(names_one_article(&canonical(article)), "{article}");
    }
    for section in [
        "https://paper.test/",
        "https://paper.test/world",
        "https://paper.test/world/europe",
        "https://paper.test/live/ticker.html",
        "https://paper.test/weather-today",
        "https://paper.test/2024/05",
        "https://paper.test/?page=2",
        "https://paper.test/?p=2",
        "https://paper.test/digest",
        "not an address",
        "",
    ] {
        assert!(!names_one_article(&canonical(section)), "{section}");
    }
}

/// Addresses out of the pieces that the rules look for: random text would never meet them.
fn crooked() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("http://"),
        Just("https://"),
        Just("www."),
        Just("m."),
        Just("amp."),
        Just("a.test"),
        Just("google.com/amp/s/"),
        Just("/amp"),
        Just("/print"),
        Just("/url?url="),
        Just("out."),
        Just("https%3A%2F%2F"),
        Just("/index.html"),
        Just(".amp.html"),
        Just("%2E%2e/"),
        Just("%25"),
        Just("%2"),
        Just("/"),
        Just("//"),
        Just("?"),
        Just("&"),
        Just("amp;"),
        Just("utm_a=b"),
        Just("id=1"),
        Just("#"),
        Just("#!/a"),
        Just("é"),
        Just("+"),
        Just(":80"),
        Just(":443"),
        Just(";jsessionid="),
        Just("-1"),
        Just("\u{1}"),
        Just(" "),
        Just("\u{85}"),
        Just("\\"),
        Just("@"),
        Just("1.2.3.4"),
        Just("."),
        Just("'"),
        Just("cdn.ampproject.org/c/"),
    ];
    (any::<bool>(), proptest::collection::vec(piece, 0..14))
        .prop_map(|(web, pieces)| format!("{}{}", if web { "https://a.test/" } else { "" }, pieces.concat()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_fixed_point_without_control_characters(address in prop_oneof![3 => crooked(), 1 => ".{0,60}"]) {
        let form = canonical(&address);
        prop_assert!(!form.chars().any(char::is_control));
        prop_assert_eq!(canonical(&form), form.clone());
        let _ = names_one_article(&form);
    }
}
