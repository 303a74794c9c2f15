use super::*;

const LEDE: &str = "The river rose by two metres during the night, and four hundred people left their houses.";

fn story(sentences: usize) -> String {
    let more =
        (0..sentences).map(|i| format!("In street number {i} the water stood up to the windows, said the fire brigade on Monday."));
    std::iter::once(LEDE.to_owned()).chain(more).collect::<Vec<_>>().join("\n")
}

fn page(title: &str, text: &str, quality: f32) -> Article {
    Article { title: Some(title.to_owned()), text: text.to_owned(), quality, method: "readable".to_owned(), ..Article::default() }
}

fn check(feed_title: &str, feed_text: &str, article: &Article, expected: ContentOrigin) {
    let verdict = judge(&FeedText { title: feed_title, html: "", text: feed_text }, article);
    assert_eq!(verdict.origin, expected, "{verdict:?}");
    assert!((0.0..=1.0).contains(&verdict.score) && !verdict.reason.is_empty(), "{verdict:?}");
}

const TITLE: &str = "River rises, hundreds leave houses";
use ContentOrigin::{Article as Page, Feed};

#[test]
fn the_page_wins_with_the_feed_s_text_and_more() {
    check(TITLE, LEDE, &page(TITLE, &story(10), 0.9), Page);
    check(TITLE, &format!("{}…", &LEDE[..60]), &page(TITLE, &story(10), 0.9), Page);
    check(
        TITLE,
        "During the night the river rose; hundreds of people had to leave their houses.",
        &page(TITLE, &story(12), 0.9),
        Page,
    );
    check(
        "川の水位が上昇",
        "夜の間に川の水位が二メートル上昇し、四百人が避難した。住民は学校で夜を明かした。",
        &page(
            "川の水位が上昇",
            &"夜の間に川の水位が二メートル上昇し、四百人が避難した。住民は学校で夜を明かした。消防によると、被害は広がっている。"
                .repeat(3),
            0.9,
        ),
        Page,
    );
}

#[test]
fn the_feed_s_text_stays_when_the_page_has_no_more() {
    check(TITLE, &story(10), &page(TITLE, &story(10), 0.9), Feed);
    check(TITLE, &story(10), &page(TITLE, LEDE, 0.9), Feed);
    check(TITLE, LEDE, &page(TITLE, "", 0.0), Feed);
    check(TITLE, LEDE, &page(TITLE, &story(10), 0.1), Feed);
}

#[test]
fn walls_and_errors_never_win() {
    for (title, text) in [
        ("Just a moment...", "Checking your browser before accessing the site. Enable JavaScript and cookies to continue."),
        ("Page not found", "The page you are looking for is gone. Try our start page, it has the river and the houses."),
        (TITLE, "We value your privacy. We and our 812 partners store and/or access information on a device."),
        (
            TITLE,
            "The river rose by two metres during the night, and four hundred people left their houses. Subscribe to continue reading this story.",
        ),
        ("Seite nicht gefunden", "Leider ist hier nichts."),
    ] {
        check(TITLE, LEDE, &page(title, text, 0.9), Feed);
        check(TITLE, "", &page(title, text, 0.9), Feed);
    }
}

#[test]
fn another_story_never_wins() {
    let other =
        "The orchestra opened its season with a new symphony, and the hall was sold out on all three evenings.\n".repeat(10);
    check(TITLE, LEDE, &page("Orchestra opens season", &other, 0.9), Feed);
    check(TITLE, "", &page("Orchestra opens season", &other, 0.9), Feed);
}

#[test]
fn a_title_alone_is_evidence() {
    check(TITLE, "", &page(TITLE, &story(10), 0.9), Page);
    check("", "", &page(TITLE, &story(10), 0.9), Page);
}

#[test]
fn whole_articles_are_told_from_teasers() {
    let check = |summary: Option<&str>, content: Option<&str>, expected: bool| {
        assert_eq!(carries_whole(summary, content), expected, "{content:?}")
    };
    let whole: String = story(18).lines().map(|line| format!("<p>{line}</p>")).collect();
    check(None, Some(&whole), true);
    check(Some(&whole), None, true);
    check(Some(LEDE), Some(&whole), true);
    check(None, Some(&format!("{whole}<p>The post <a href=x>River rises</a> appeared first on <a href=y>Daily</a>.</p>")), true);
    for end in [
        "…",
        "[&#8230;]",
        " [...]",
        "<a href=x>Read more</a>",
        "<p><a href=x>Continue reading River rises →</a></p>",
        "<p><a>Weiterlesen »</a></p>",
        "<p>Read the full article</p>",
        "<p>Lire la suite</p>",
    ] {
        check(None, Some(&format!("{whole}<p>And then {end}</p>")), false);
    }
    check(None, Some(&format!("{whole}<p>a […]</p><p>The post River appeared first on Daily.</p>")), false);
    check(Some(LEDE), None, false);
    check(None, Some(""), false);
    check(None, None, false);
    check(Some(&whole), Some("  "), true);
}
