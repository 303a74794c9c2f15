use super::*;

const PAGE: &str = "<html><head><title>T</title></head><body><h1 class=head>The  bridge</h1><span class=by>By Mara Lind</span>\
    <time class=when>2024-11-18</time><div id=story><p>First paragraph.</p><div class='box promo'>Buy</div><p>Second <x-y>one</x-y>.</p>\
    <img src=/ads/1.png><img src=/p.png></div><a class=more href='/a/2'>more</a></body></html>";

fn rules(name: &str, text: &str) -> SiteRules {
    let mut rules = SiteRules::default();
    assert_eq!(rules.add(name, text), []);
    rules
}

fn apply(name: &str, text: &str) -> Option<Ruled> {
    let url = Url::parse("https://www.news.example/a").unwrap();
    rules(name, text).apply(PAGE, &url, Some(&url)).0
}

/// Where `text` says that all of the story is on one page.
fn single(text: &str) -> Option<String> {
    let url = Url::parse("https://www.news.example/a").unwrap();
    rules("news.example.txt", text).apply(PAGE, &url, Some(&url)).1.map(String::from)
}

#[test]
fn rules_find_the_page_that_has_all_of_it() {
    let here = Some("https://www.news.example/a/2");
    let check = |text: &str, expected: Option<&str>| assert_eq!(single(text).as_deref(), expected, "{text}");
    check("single_page_link: //a[@class='more']", here);
    check("single_page_link: //a[@class='more']/@href", here);
    check("single_page_link: //a[@class='gone']\nsingle_page_link: //a", here);
    check("single_page_link: concat('https://print.news.example', //a/@href)", Some("https://print.news.example/a/2"));
    check("body: //div", None);
    // Not the page itself, nothing of another site, nothing that is no page.
    check("single_page_link: '/a'", None);
    check("single_page_link: 'https://other.example/a'", None);
    check("single_page_link: 'ftp://www.news.example/a'", None);
    check("single_page_link: //a\nif_page_contains: //div[@id='story']", here);
    check("single_page_link: //a\nif_page_contains: contains(//h1, 'bridge')", here);
    check("single_page_link: //a\nif_page_contains: //nav", None);
    check("single_page_link: '/b'\nif_page_contains: //nav\nsingle_page_link: //a", here);
}

#[test]
fn what_is_not_obeyed_is_told_once() {
    let mut rules = rules("a.example.txt", "http_header(user-agent): x\nhttp_header(cookie): y\ndissolve: //span");
    rules.add("b.example.txt", "\nhttp_header(referer): z\nfind_regex: x");
    rules.add("c.example.txt", "find_regex: x");
    rules.add("d.example.txt", "find_regex: x");
    let told: Vec<String> = rules.unheeded().collect();
    assert_eq!(
        told,
        [
            "dissolve is not obeyed: elements stay where they are (in a.example.txt:3)",
            "find_regex is not obeyed: find_string takes texts as they stand (in b.example.txt:3 and 2 more files)",
            "http_header is not obeyed: pages are asked for under feedmux's own name, without cookies and addresses that others chose (in a.example.txt:1 and 1 more file)",
        ]
    );
}

#[test]
fn rules_find_the_story() {
    let found = apply(
        "news.example.txt",
        "title: //h1[@class='head']\nauthor: substring-after(//span[@class='by'], 'By ')\ndate: //time\nbody: //div[@id='gone']\n\
         body: //div[@id='story']\nstrip_id_or_class: promo\nstrip_image_src: /ads/\nnext_page_link: //a[@class='more']\n\
         replace_string(<x-y>one</x-y>): <b>two</b>\n",
    )
    .unwrap();
    assert_eq!(
        sanitize::clean(&found.html, Some(&Url::parse("https://www.news.example/a").unwrap())).as_str(),
        "<div><p>First paragraph.</p><p>Second <b>two</b>.</p><img src=\"https://www.news.example/p.png\"></div>"
    );
    assert_eq!(found.text, "First paragraph.\nSecond two.");
    assert_eq!((found.title.as_deref(), found.authors), (Some("The bridge"), vec!["Mara Lind".to_owned()]));
    assert!(found.published.unwrap().starts_with("2024-11-18"));
    assert_eq!(found.next_page.unwrap().as_str(), "https://www.news.example/a/2");
}

#[test]
fn rules_hold_for_their_hosts() {
    let body = "body: //div[@id='story']";
    for name in ["news.example.txt", "www.news.example.txt", ".example.txt.txt"] {
        assert_eq!(apply(name, body).is_some(), name.contains("news"), "{name}");
    }
    let at = |name: &str, url: &str| rules(name, body).of(&Url::parse(url).unwrap()).is_some();
    assert!(at(".news.example.txt", "https://de.news.example/"));
    assert!(at(".news.example.txt", "https://a.de.news.example/"));
    assert!(!at("news.example.txt", "https://de.news.example/"));
    assert!(!at(".news.example.txt", "https://oldnews.example/"));
    let mut twice = rules("news.example.txt", body);
    assert_eq!(
        twice.add("www.news.example.txt", "title: //h1"),
        [(0, "rules for news.example were read before; it is ignored".to_owned())]
    );
    assert_eq!(twice, rules("news.example.txt", body));
    assert!(!SiteRules::default().add("README.md", "").is_empty());
    assert!(!SiteRules::default().add("global.txt", "").is_empty());
}

#[test]
fn what_is_replaced_does_not_grow_without_end() {
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(replaced("a b", &[pair("a", "c"), pair("c b", "d")]), "d");
    let grows: Vec<_> = "abcdefgh".chars().map(|c| pair(&c.to_string(), &"x".repeat(MAX_INPUT / 2))).collect();
    assert!(replaced("abcdefgh", &grows).len() <= 2 * MAX_INPUT);
}

#[test]
fn what_finds_nothing_is_nothing() {
    assert!(apply("news.example.txt", "title: //h1").is_none());
    assert!(apply("news.example.txt", "body: //div[@id='gone']").is_none());
    assert!(apply("news.example.txt", "body: 'a text'").is_none());
}

#[test]
fn a_body_within_a_body_comes_once() {
    let found = apply("news.example.txt", "body: //div[@id='story'] | //p | //h1").unwrap();
    assert_eq!(found.text, "The bridge\nFirst paragraph.\nBuy\nSecond one.");
}

#[test]
fn rules_are_compared_with_what_is_found_without_them() {
    let text = "One two three four five six seven eight nine ten.";
    assert!(agrees(text, text));
    assert!(agrees(&format!("{text} And a paragraph more that was overlooked by the other one."), text));
    assert!(agrees(text, &format!("{text} Menu Sport Weather")));
    assert!(!agrees("One two", text));
    assert!(!agrees("Something else altogether stands here and says nothing of it.", text));
    assert!(agrees(text, ""));
    assert!(agrees("雨が三日降り続いた", "雨が三日降り続いた。"));
}

#[test]
fn a_rule_brings_no_label_back() {
    let prose = "The council decided on Monday that the old bridge stays closed until spring, and that buses go round by the mill.";
    let html = format!(
        "<h1>The bridge</h1><article><p>By Mara Lind, 18 November 2024</p><p>{prose}</p><div>Advertisement</div>\
         <p>Im Video: Der Fluss von oben</p><figure><iframe src='//film.example/embed/7' title='A film'></iframe></figure>\
         <video src='/f.mp4'></video><nav><ul><li><a href='#1'>1</a></li><li><a href='#2'>2</a></li><li><a href='#3'>3</a></li></ul></nav><p>{prose} Nobody spoke against it.</p><ul><li>one</li><li>two</li></ul></article>"
    );
    let url = Url::parse("https://www.news.example/a").unwrap();
    let rules = rules("news.example.txt", "body: //article\nauthor: 'Mara Lind'");
    let page = crate::extractor::Page {
        bytes: html.as_bytes(),
        url: Some(&url),
        site_rules: Some(&rules),
        force_rules: true,
        ..crate::extractor::Page::default()
    };
    let article = crate::extractor::extract(&page).article;
    assert_eq!(article.method, "site-rules");
    assert_eq!(article.text, format!("{prose}\n{prose} Nobody spoke against it.\none\ntwo"));
    let html = article.html.as_str();
    // What the story embeds stays, and is no line of it.
    let embedded = "<figure><a href=\"https://film.example/embed/7\" rel=\"noopener noreferrer\">A film</a></figure>\
                    <figure><video src=\"https://www.news.example/f.mp4\" controls=\"\"></video></figure>";
    let list = "<ul><li>one</li><li>two</li></ul>";
    assert_eq!(html, format!("<p>{prose}</p>{embedded}<p>{prose} Nobody spoke against it.</p>{list}"));
}
