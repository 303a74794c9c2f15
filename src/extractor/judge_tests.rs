use super::*;

const LEDE: &str = "The river rose by two metres during the night, and four hundred people left their houses.";

fn story(sentences: usize) -> String {
    let more =
        (0..sentences).map(|i| format!("In street number {i} the water stood up to the windows, said the fire brigade on Monday."));
    std::iter::once(LEDE.to_owned()).chain(more).collect::<Vec<_>>().join("\n")
}

fn page(title: &str, text: &str, quality: f32) -> Article {
    Article { title: Some(title.to_owned()), text: text.to_owned(), quality, method: "blocks".to_owned(), ..Article::default() }
}

fn check(feed_title: &str, feed_text: &str, article: &Article, expected: ContentOrigin) {
    let verdict = judge(&FeedText { title: feed_title, html: "", text: feed_text }, article, None);
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

/// What other pages of the site have: each line on so many.
fn seen(lines: &[(&str, u16)]) -> HostMemory {
    HostMemory::new(lines.iter().map(|(text, stories)| (crate::extractor::memory::line_hash(text), *stories)))
}

#[test]
fn what_stands_on_other_pages_too_never_wins() {
    let template = "Welcome to the Daily, the paper of the river. We have news of houses and of the night for you, every day.";
    let article = page(TITLE, &template.repeat(6), 0.9);
    let line: &str = &template.repeat(6);
    let judged = |memory: &HostMemory, feed: &str| judge(&FeedText { title: TITLE, html: "", text: feed }, &article, Some(memory));
    let lost = judged(&seen(&[(line, 12)]), "");
    assert_eq!((lost.origin, lost.worth), (Feed, PageWorth::Poor), "{lost:?}");
    assert_eq!(lost.reason, "the page has the same text as 12 other pages of this site");
    assert_eq!(lost.evidence["other_pages"], 12);
    assert_eq!(judged(&seen(&[(line, 1)]), "").origin, Page, "one other page is the same story at another address");
    // A story that has many addresses is a story: the feed tells it too.
    let told = judged(&seen(&[(line, 12)]), &template.repeat(3));
    assert_eq!(told.origin, Page, "{told:?}");
}

#[test]
fn a_page_far_shorter_than_the_feed_loses() {
    let verdict = judge(&FeedText { title: TITLE, html: "", text: &story(10) }, &page(TITLE, LEDE, 0.9), None);
    assert_eq!((verdict.origin, verdict.worth), (Feed, PageWorth::Poor));
    assert_eq!(verdict.reason, "the page is far shorter than the feed's text");
}

#[test]
fn the_beginning_of_a_paid_story_may_win_and_is_marked() {
    let lead = format!("{}\nSubscribe to continue reading.", story(4));
    let paid = Article { partial: true, ..page(TITLE, &lead, 0.6) };
    let verdict = judge(&FeedText { title: TITLE, html: "", text: LEDE }, &paid, None);
    assert_eq!((verdict.origin, verdict.worth), (Page, PageWorth::More), "{verdict:?}");
    assert!(verdict.reason.contains("paywalled") && verdict.evidence["paywalled"] == true, "{verdict:?}");
    // The lines that ask for money are no story.
    let asks = format!("{LEDE}\n{}", "Subscribe to continue reading, it costs less than a cup of coffee a day.\n".repeat(9));
    check(TITLE, LEDE, &Article { partial: true, ..page(TITLE, &asks, 0.6) }, Feed);
    check(TITLE, &story(6), &paid, Feed);
}

#[test]
fn what_was_won_before_stays_until_it_is_won_over() {
    let check = |old: &str, new: &Article, memory: Option<&HostMemory>, expected: bool| {
        let old = page(TITLE, old, 0.9);
        assert_eq!(replaces(&old, new, memory).is_ok(), expected, "{new:?}: {:?}", replaces(&old, new, memory));
    };
    let (long, short) = (story(12), story(3));
    check(&short, &page(TITLE, &long, 0.9), None, true);
    check(&long, &page(TITLE, &story(9), 0.9), None, true);
    check(&long, &page(TITLE, &long, 0.9), None, true);
    check(&long, &page(TITLE, &short, 0.9), None, false);
    check(&long, &page(TITLE, "", 0.0), None, false);
    check(LEDE, &page("Page not found", LEDE, 0.9), None, false);
    check(&long, &page(TITLE, &long, 0.1), None, false);
    check(&long, &Article { partial: true, ..page(TITLE, &story(9), 0.9) }, None, false);
    let shared = "Read also what the other pages of this site have.\n".repeat(12);
    check(&long, &page(TITLE, &shared, 0.9), Some(&seen(&[(shared.lines().next().unwrap(), 30)])), false);
    // What an earlier extractor took along of the site's own lines is no loss.
    let dirty =
        format!("{short}\n{}", (0..20).map(|i| format!("Link number {i} to another page of this site.\n")).collect::<String>());
    let links: Vec<String> = (0..20).map(|i| format!("Link number {i} to another page of this site.")).collect();
    let links: Vec<(&str, u16)> = links.iter().map(|line| (line.as_str(), 9)).collect();
    check(&dirty, &page(TITLE, &short, 0.9), None, false);
    check(&dirty, &page(TITLE, &short, 0.9), Some(&seen(&links)), true);
}
