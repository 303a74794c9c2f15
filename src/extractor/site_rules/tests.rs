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
    rules(name, text).apply(PAGE, &url, Some(&url))
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
        found.html.as_str(),
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
    assert!(!SiteRules::default().add("README.md", "").is_empty());
    assert!(!SiteRules::default().add("global.txt", "").is_empty());
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
