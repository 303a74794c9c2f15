use super::*;

fn of(html: &str, scripts: &[&str]) -> Metadata {
    let url = Url::parse("https://news.example/2024/11/18/rain").unwrap();
    read(&Html::parse_document(html), &scripts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(), Some(&url))
}

fn check_title(html: &str, expected: &str) {
    assert_eq!(of(html, &[]).title.as_deref(), Some(expected), "{html}");
}

#[test]
fn the_headline_is_the_one_the_page_shows() {
    check_title("<title>Rain all week | The Daily</title><h1>Rain all week</h1>", "Rain all week");
    check_title("<title>Rain all week, says office - The Daily</title>", "Rain all week, says office");
    check_title(
        "<meta property=og:site_name content='The Daily'><meta property=og:title content='Rain - all week - The Daily'>",
        "Rain - all week",
    );
    check_title(
        "<h1>Weather: Rain falls all week</h1><meta property=og:title content='Rain falls all week'>",
        "Rain falls all week",
    );
    check_title("<h1>The Daily</h1><h1>Rain all week</h1><meta property=og:title content='Rain all week'>", "Rain all week");
    check_title("<meta property=og:title content='Rain &amp;amp; wind'>", "Rain & wind");
    assert_eq!(of("<p>x", &[]).title, None);
}

#[test]
fn names_are_told_from_everything_else() {
    let check = |html: &str, expected: &[&str]| assert_eq!(of(html, &[]).authors, expected, "{html}");
    check("<meta name=author content='Ann Lee'>", &["Ann Lee"]);
    check("<meta name=author content='By Ann Lee and Ben Roy, Cy Fox'>", &["Ann Lee", "Ben Roy", "Cy Fox"]);
    check("<meta name=author content='Von Ann Lee'>", &["Ann Lee"]);
    check("<meta property=article:author content='https://social.example/ann'>", &[]);
    check("<meta name=author content='City desk'><a rel=author href=/ann>Ann Lee</a>", &["City desk"]);
    check("<meta name=author content='News.example'><a rel=author href=/ann>Ann Lee</a>", &["Ann Lee"]);
    check(
        "<meta property=og:site_name content=Daily><meta name=author content=Daily><a rel=author href=/ann>Ann Lee</a>",
        &["Ann Lee"],
    );
    check("<meta name=author content='News.example'>", &["News.example"]);
    check("<span class=byline>by Ann Lee</span>", &["Ann Lee"]);
    check("<div itemprop=author><span itemprop=name>Ann Lee</span> writes on rain</div>", &["Ann Lee"]);
}

#[test]
fn the_date_comes_from_the_best_witness() {
    let check =
        |html: &str, scripts: &[&str], expected: &str| assert_eq!(of(html, scripts).published.as_deref(), Some(expected), "{html}");
    let article = r#"{"@type":"Article","datePublished":"2024-11-17T10:00:00+02:00"}"#;
    check("<meta property=article:published_time content=2024-11-16T10:00:00Z>", &[article], "2024-11-17T10:00:00+02:00");
    check(
        "<meta property=article:published_time content=2024-11-16T10:00:00Z><time datetime=2024-01-01>",
        &[],
        "2024-11-16T10:00:00+00:00",
    );
    check("<time datetime='2024-11-15T08:00+01:00'>x</time>", &[], "2024-11-15T08:00:00+01:00");
    check("<span class=post-date>14. November 2024</span>", &[], "2024-11-14T00:00:00-00:00");
    check("<p>no date", &[], "2024-11-18T00:00:00-00:00");
}

#[test]
fn the_rest() {
    let meta = of(
        "<html lang=de_AT><meta property=og:image content='/p.png'><link rel=canonical href='/rain'><meta name=description content='It rains.'>",
        &[r#"{"@type":"Article","articleBody":"<p>One.</p><p>Two &amp; three.</p>","isAccessibleForFree":false}"#],
    );
    assert_eq!(meta.lang.as_deref(), Some("de-AT"));
    assert_eq!(meta.image.as_deref(), Some("https://news.example/p.png"));
    assert_eq!(meta.canonical.as_deref(), Some("https://news.example/rain"));
    assert_eq!(meta.teasers, ["It rains."]);
    assert_eq!(meta.body.as_deref(), Some("One.\nTwo & three."));
    assert!(meta.behind_wall && meta.is_article);
    assert_eq!(of("<link rel=canonical href='javascript:x'><meta property=og:image content='data:x'>", &[]).image, None);
    assert_eq!(of("<html lang='not a language'>", &[]).lang, None);
}
