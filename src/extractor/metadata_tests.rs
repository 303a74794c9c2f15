use super::*;
use crate::extractor::element::MAX_LOOKS;

fn of(html: &str, scripts: &[&str]) -> Metadata {
    let url = Url::parse("https://news.example/2024/11/18/rain").unwrap();
    read(html, &scripts.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(), Some(&url), Some(&url))
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
    check_title(
        "<h1><a href='/'>The Daily</a></h1><h2>Rain all week</h2><title>Rain all week - The Daily</title>",
        "Rain all week",
    );
    check_title("<h1>Rainblog</h1><title>Rain all week - Rainblog</title>", "Rain all week");
    check_title("<h1>Allergies</h1><title>Rain all week</title>", "Rain all week");
    check_title("<h1>Rain all week</h1><meta property=og:title content='A wet week ahead'>", "Rain all week");
    check_title("<h1>Rain all&shy; week</h1>", "Rain all week");
    check_title(
        "<h1>Menu</h1><h1>Rain falls all week</h1><meta property=og:title content='Rain falls all week, Bonn'>",
        "Rain falls all week",
    );
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
    check("<div class=byline><span>Ann Lee</span><span>Ben Roy</span><span>Senior Editor</span></div>", &["Ann Lee", "Ben Roy"]);
    check("<div class=byline><span>Weather</span></div><div class=byline>by Ann Lee</div>", &["Ann Lee"]);
    check("<h1>Rain</h1><p>By <a href=/x>Ann Lee</a> · 3 min read</p>", &["Ann Lee"]);
    check("<h1>Rain</h1><a href=/authors/ann-lee>Ann Lee</a><a href=/authors/>All authors</a>", &["Ann Lee"]);
    check("<h1>Rain</h1><li><b>Autorin/Autor</b> Ann Lee</li>", &["Ann Lee"]);
    check("<h1>Дождь</h1><p>Автор: Анна Ли</p>", &["Анна Ли"]);
    check("<h1>Βροχή</h1><p>Συντάκτης: Άννα Λι</p>", &["Άννα Λι"]);
    check("<h1>雨</h1><p>作者：李安娜</p>", &["李安娜"]);
    check("<h1>Deszcz</h1><p>Autor: Anna Lis</p>", &["Anna Lis"]);
    check("<meta name=author content='Ann Lee, Chief Weather Officer, PhD'>", &["Ann Lee"]);
    check("<meta name=author content=jroy><h1>Rain</h1><p>by Jo Roy</p>", &["Jo Roy"]);
    check("<meta name=author content=jroy>", &["jroy"]);
    check("<a rel=author>View all posts by Ann Lee</a>", &["Ann Lee"]);
    check("<span class=byline>Edited by Ann Lee</span>", &[]);
    // ways to share are nobody, whatever they are called, and whatever stands behind them is read again
    let share = "<ul class=share><li><a href=/s>Teilen: E-Mail</a></li><li><a href=/s>Tell: Chat<br>Now</a></li></ul>";
    check(&format!("<div class=byline><time>2026-11-20</time>{share}</div>"), &[]);
    check(&format!("<div class=byline>{share}<span>Ann Lee</span></div>"), &["Ann Lee"]);
    check("<div class=byline><span>Share: E-Mail</span></div>", &[]);
    check("<span class=author>View profile</span>", &[]);
    check("<h1>Rain</h1><p>By Ann Lee December 2, 2024</p>", &["Ann Lee"]);
    check("<h1>Rain</h1><p>Ann Lee | 05.09.2026</p>", &["Ann Lee"]);
    check("<h1>Rain</h1><p>5 May 2026 · Weather · Ann Lee</p>", &["Ann Lee"]);
    check("<h1>Βροχή</h1><p>Της Άννας Λι · 5 Μαΐου 2026</p>", &["Άννας Λι"]);
    check("<h1>Rain</h1><p>Ann Lee | Weather</p><p>Heavy rain on 5 May 2026</p>", &[]);
    check("<h1>Rain</h1><p>Weather | 05.09.2026</p><p>Rain over all of Leeds | 05.09.2026</p>", &[]);
    check("<h1>Rain</h1><p>By <a href=/team/ann>Ann Lee</a></p><p>Checked by <a href=/team/ben>Ben Roy</a></p>", &["Ann Lee"]);
    check("<h1>Rain</h1><p>By <a href=/team/ann>Ann Lee</a> Weather desk</p>", &["Ann Lee"]);
    check("<div class=author><b>Ann Lee</b><i>a founder of Umbrellas</i></div>", &["Ann Lee"]);
    // Comments and other articles have authors of their own.
    check("<h1>Rain</h1><div class=comments><a rel=author>Ann Lee</a><span class=author>Ben Roy</span></div>", &[]);
    check("<h1>Rain</h1><p class=reply-author>By Ann Lee</p><div class=KommentarListe><a rel=author>Ben Roy</a></div>", &[]);
    check("<h1>Rain</h1><article class=commented><a rel=author>Ann Lee</a></article>", &["Ann Lee"]);
    let far = "Rain fell on the town and on the fields around it. ".repeat(10);
    check(&format!("<h1>Rain</h1><a rel=author>Ann Lee</a><p>{far}<a rel=author>Ben Roy</a>"), &["Ann Lee"]);
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
    // As long as a line may be, in bytes longer.
    check(
        "<span class=date>14 ноября 2024, опубликовано в рубрике новостей города и его окрестностей</span>",
        &[],
        "2024-11-14T00:00:00-00:00",
    );
    check("<span class=post-date>14. November 2024</span>", &[], "2024-11-14T00:00:00-00:00");
    check("<span class=Datum>14. November 2024</span>", &[], "2024-11-14T00:00:00-00:00");
    check("<p>no date", &[], "2024-11-18T00:00:00-00:00");
    check("<h1>Rain</h1><p>Nov 14, 2024 · 8 min read</p>", &[], "2024-11-14T00:00:00-00:00");
    check("<p>14.11.24</p><h1>Rain</h1><p>Text.", &[], "2024-11-14T00:00:00-00:00");
    check("<meta name=w-published-date content=2024-11-14>", &[], "2024-11-14T00:00:00-00:00");
    check("<html lang=en-US><h1>Rain</h1><p>11/4/2024", &[], "2024-11-04T00:00:00-00:00");
    check("<html lang=en-GB><h1>Rain</h1><p>11/4/2024", &[], "2024-04-11T00:00:00-00:00");
    // A teaser's date above, and a comment's below.
    let far = "Rain fell on the town and on the fields around it. ".repeat(10);
    check(
        &format!(
            "<time>1 May 2020</time><p>{far}<h1>Rain</h1><time>14 November 2024</time><ol id=comments><time>3 May 2025</time>"
        ),
        &[],
        "2024-11-14T00:00:00+00:00".replace("+00:00", "-00:00").as_str(),
    );
    // The same moment, told in the place's own time.
    check(
        "<meta property=article:published_time content=2024-11-17T03:00:00-05:00>",
        &[r#"{"@type":"Article","datePublished":"2024-11-17T08:00:00Z"}"#],
        "2024-11-17T03:00:00-05:00",
    );
}

#[test]
fn the_last_change_is_told() {
    let check =
        |html: &str, scripts: &[&str], expected: Option<&str>| assert_eq!(of(html, scripts).updated.as_deref(), expected, "{html}");
    let article = r#"{"@type":"Article","datePublished":"2024-11-17T10:00:00Z","dateModified":"2024-11-19T10:00:00Z"}"#;
    check("<p>x", &[article], Some("2024-11-19T10:00:00+00:00"));
    check("<meta property=article:modified_time content=2024-11-20T10:00:00Z>", &[], Some("2024-11-20T10:00:00+00:00"));
    check("<h1>Rain</h1><p>Aktualisiert am 21.11.2024</p>", &[], Some("2024-11-21T00:00:00-00:00"));
    check("<h1>Rain</h1><p>This article was amended on 21 November 2024</p>", &[], Some("2024-11-21T00:00:00-00:00"));
    check("<time itemprop=dateModified datetime=2024-11-22>", &[], Some("2024-11-22T00:00:00-00:00"));
    check("<meta property=article:modified_time content=2020-01-01>", &[article.replace("dateModified", "x").as_str()], None);
    check("<p>x", &[], None);
}

#[test]
fn the_section_is_told() {
    let check =
        |html: &str, scripts: &[&str], expected: Option<&str>| assert_eq!(of(html, scripts).section.as_deref(), expected, "{html}");
    let article = r#"{"@type":"Article","articleSection":["Weather","Local"]}"#;
    check("<p>x", &[article], Some("Weather"));
    check("<meta property=article:section content='Storms &amp; rain'>", &[article], Some("Storms & rain"));
    check("<span itemprop=articleSection>Weather</span>", &[], Some("Weather"));
    check("<meta property=article:section content='https://news.example/weather'>", &[], None);
    check(&format!("<meta property=article:section content='{}'>", "x".repeat(200)), &[], None);
}

#[test]
fn what_is_kept_is_bounded() {
    let many = "<meta name=author content='Ann Lee'><a rel=author>Ben</a><h1>Rain</h1><span class=author>Cy</span><time>x</time>"
        .repeat(3000);
    let meta = of(&many, &[]);
    assert_eq!(meta.authors, ["Ann Lee"]);
    let names: String =
        (0..500).map(|at| format!("<meta name=k{at} content=x><a rel=author>Ann {}</a>", "x".repeat(at % 70))).collect();
    assert!(of(&names, &[]).authors.len() <= names::MAX_NAMES);
    let long = of(&format!("<title>{}</title>", "rain ".repeat(10_000)), &[]);
    assert!(long.title.unwrap().len() <= crate::extractor::values::MAX_TEXT);
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
    let (url, base) = (Url::parse("https://news.example/a/rain"), Url::parse("https://news.example/base/"));
    let page = "<meta property=og:image content='p.png'><link rel=canonical href='rain'>";
    let meta = read(page, &[], url.as_ref().ok(), base.as_ref().ok());
    assert_eq!(meta.image.as_deref(), Some("https://news.example/base/p.png"));
    assert_eq!(meta.canonical.as_deref(), Some("https://news.example/base/rain"));
}

#[test]
fn elements_in_each_other_are_not_read_again_and_again() {
    let inside = format!("{}<p>x{}", "<div class='date author' itemprop=author>".repeat(300), "</div>".repeat(300));
    let page = format!("<h1>Rain</h1><span class=author>Ann Lee</span>{}", inside.repeat(50));
    let looks = std::cell::Cell::new(0);
    crate::extractor::seen::look_within(&page, &looks);
    let looks = looks.get();
    assert!((MAX_LOOKS / 2..=MAX_LOOKS).contains(&looks), "{looks}");
    assert_eq!(of(&page, &[]).authors, ["Ann Lee"]);
}

#[test]
fn what_is_told_of_somebody_is_no_name() {
    let check = |line: &str, expected: &[&str]| {
        assert_eq!(of(&format!("<h1>Rain all week</h1><p class=byline>{line}</p>"), &[]).authors, expected, "{line}");
    };
    check("Posted by Ann Lee", &["Ann Lee"]);
    check("About the author: Jo loves kettles and lives in Leeds with two cats.", &[]);
    check("By Ludwig van Beethoven and bell hooks", &["Ludwig van Beethoven", "bell hooks"]);
}

#[test]
fn only_so_many_names_are_looked_at() {
    let names: String = (0..80).map(|number| format!("Ann Lee Nr{},", "x".repeat(number % 40))).collect();
    let authors = of(&format!("<meta name=author content='{names}'>"), &[]).authors;
    assert!((1..=names::MAX_NAMES).contains(&authors.len()), "{}", authors.len());
}

#[test]
fn when_something_is_on_is_not_when_it_was_told() {
    let check = |line: &str, expected: Option<&str>| {
        let published = read(&format!("<h1>Rain all week</h1><p>{line}</p>"), &[], None, None).published;
        assert_eq!(published.as_deref().map(|date| &date[..10]), expected, "{line}");
    };
    check("12 March 2024", Some("2024-03-12"));
    check("12 March to 30 June 2024", None);
    check("Vom 12. März bis 30. Juni 2024", None);
}
