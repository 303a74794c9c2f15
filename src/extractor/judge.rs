//! The feed's text or the page's? Decided from both, with reasons; and whether a page is needed at all.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::{Value, json};

use super::blocks::{ends_sentence, weight_of};
use super::labels::fold;
use super::sanitize::text_of;
use crate::model::{Article, ContentOrigin};

/// Characters (wide ones count more) from which a feed's text can be a whole article.
const WHOLE: f32 = 1500.0;
/// The same, when it comes in paragraphs.
const WHOLE_IN_PARAGRAPHS: f32 = 900.0;
/// A paragraph of a story.
const PARAGRAPH: f32 = 80.0;
/// Pages below this are not used.
const MIN_QUALITY: f32 = 0.25;
/// Share of the feed's word runs that the page must hold to carry the feed's text.
const CARRIES: f32 = 0.6;
/// Runs of words of a feed's text from which on a page about the same must share one.
const LONG_ENOUGH: usize = 40;
/// A wall has few words of its own.
const MAX_WALL: f32 = 1500.0;
/// Text that is compared.
const MAX_COMPARED: usize = 64 << 10;

/// What the feed gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct FeedText<'a> {
    /// Title, plain.
    pub title: &'a str,
    /// Content, else summary.
    pub html: &'a str,
    /// Plain text of that.
    pub text: &'a str,
}

/// Whose text wins, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whose.
    pub origin: ContentOrigin,
    /// One line for people.
    pub reason: String,
    /// What it rests on.
    pub evidence: Value,
    /// How sure, 0 to 1.
    pub score: f32,
}

/// Chooses between the feed's text and the page's.
///
/// The page wins when it carries the feed's text and more, or is clearly about the same and much longer. The feed's text
/// stays when the page is shorter, a wall, an error, or about something else.
pub fn judge(feed: &FeedText<'_>, article: &Article) -> Verdict {
    let (feed_weight, page_weight) = (weight_of(feed.text), weight_of(&article.text));
    let page_title = article.title.as_deref().unwrap_or_default();
    let words_of_page = runs(&format!("{page_title}\n{}", article.text), 1);
    let title = share(&runs(feed.title, 1), &words_of_page);
    let words = share(&runs(feed.text, 1), &words_of_page);
    let carried = share(&runs(feed.text, 3), &runs(&article.text, 3)).max(if begins_within(feed.text, &article.text) {
        CARRIES
    } else {
        0.0
    });
    let evidence = json!({
        "feed_chars": feed.text.chars().count(), "page_chars": article.text.chars().count(), "quality": round(article.quality),
        "title_words": round(title), "feed_words": round(words), "feed_runs": round(carried), "method": article.method,
    });
    let verdict =
        |origin, score: f32, reason: &str| Verdict { origin, reason: reason.to_owned(), evidence: evidence.clone(), score };
    let (feed_stays, page_wins) = (ContentOrigin::Feed, ContentOrigin::Article);
    if article.text.is_empty() {
        return verdict(feed_stays, 1.0, "the page gave no text");
    }
    if let Some(wall) = wall(page_title, &article.text) {
        return verdict(feed_stays, 0.9, &format!("the page is {wall}"));
    }
    if article.quality < MIN_QUALITY {
        return verdict(feed_stays, 0.7, "the page does not look like an article");
    }
    if feed_weight < 40.0 {
        return if title >= 0.5 {
            verdict(page_wins, title, "the feed has a title only, and the page is about it")
        } else if feed.title.is_empty() {
            verdict(page_wins, article.quality, "the feed has nothing to show")
        } else {
            verdict(feed_stays, 1.0 - title, "the page is about something else than the title")
        };
    }
    if carried >= CARRIES {
        return if page_weight > feed_weight * 1.1 + 40.0 {
            verdict(page_wins, carried, "the page carries the feed's text and more")
        } else if is_cut(feed.text) && page_weight >= feed_weight {
            verdict(page_wins, carried, "the page carries the feed's text to its end")
        } else {
            verdict(feed_stays, carried, "the page has no more than the feed")
        };
    }
    if page_weight < feed_weight {
        return verdict(feed_stays, 0.8, "the page has less than the feed");
    }
    // A teaser that is worded anew still has some turn of phrase in common with its story; common words alone have all pages.
    if carried == 0.0 && runs(feed.text, 3).len() >= LONG_ENOUGH {
        return verdict(feed_stays, 0.8, "the page has not one turn of phrase of the feed's text");
    }
    // Teasers are often worded anew: then the words must be found, and a story behind them.
    let alike = (title + words) / 2.0;
    if page_weight >= 500.0 && page_weight >= 1.5 * feed_weight && title >= 0.4 && alike >= 0.5 {
        return verdict(page_wins, alike, "the page tells the same at length");
    }
    verdict(feed_stays, 1.0 - alike, "the page shares too little with the feed")
}

/// Whether the feed carries the whole article, so that no page need be asked for. Raw HTML.
pub fn carries_whole(summary: Option<&str>, content: Option<&str>) -> bool {
    let text = match (content, summary) {
        (Some(content), _) if !content.trim().is_empty() => text_of(content),
        (_, Some(summary)) => text_of(summary),
        _ => return false,
    };
    let paragraphs = text.lines().filter(|line| weight_of(line) >= PARAGRAPH && ends_sentence(line)).count();
    let weight = weight_of(&text);
    (weight >= WHOLE || (weight >= WHOLE_IN_PARAGRAPHS && paragraphs >= 3)) && !is_cut(&text)
}

/// Whether the text breaks off: an ellipsis at its end, or an invitation to read on elsewhere.
fn is_cut(text: &str) -> bool {
    // Behind the cut there may be a source line.
    let Some(last) = text.lines().rev().map(str::trim).find(|line| !line.is_empty() && !SOURCE.is_match(line)) else {
        return false;
    };
    let end = last.trim_end_matches([']', ')', '"', '”', ' ', '→', '»', '>']);
    end.ends_with('…') || end.ends_with("...") || READ_ON.is_match(last)
}

/// An error page, a wall, or a robot's welcome: short, and it says so.
pub(crate) fn wall(title: &str, text: &str) -> Option<&'static str> {
    let is_short = weight_of(text) < MAX_WALL;
    let head: String = text.chars().take(600).collect();
    let says = |pattern: &Regex| pattern.is_match(title) || pattern.is_match(&head);
    WALLS.iter().find(|(_, pattern)| is_short && says(pattern)).map(|(kind, _)| *kind)
}

static WALLS: LazyLock<Vec<(&'static str, Regex)>> = LazyLock::new(|| {
    let robots = r"(?i)\b(?:are you a (?:human|robot)|verify (?:that )?you are (?:a )?human|checking your browser|just a moment\.\.\.|enable javascript and cookies|please enable (?:javascript|js|cookies)|unusual traffic|access denied|attention required|ddos protection|captcha|security check)\b|bitte (?:aktivieren|schalten) sie javascript|javascript (?:muss|ist) (?:aktiviert|deaktiviert)|activer javascript|habilita javascript";
    let errors = r"(?i)\b(?:page not found|404 (?:not found|error)|error 404|403 forbidden|500 internal server error|502 bad gateway|503 service|this page (?:doesn['’]t|does not|no longer) exist|(?:the )?page you (?:requested|are looking for|were looking for)|seite (?:wurde )?nicht gefunden|seite (?:existiert|ist) nicht|page (?:introuvable|non trouvée)|página no (?:encontrada|existe)|página não encontrada|pagina non trovata|pagina niet gevonden|sidan hittades inte|strona nie (?:została )?znaleziona|страница не найдена|ページが見つかりません|页面不存在)";
    let consent = r"(?i)\b(?:we (?:and our (?:\d+ )?partners )?(?:use|store) (?:cookies|and/or access)|we value your privacy|before you continue|your privacy (?:matters|choices)|accept (?:all )?cookies to|wir (?:und unsere (?:\d+ )?partner )?(?:verwenden|nutzen|benötigen) (?:cookies|ihre (?:zustimmung|einwilligung))|mit werbung (?:und tracking )?(?:weiter)?lesen|zustimmung erforderlich|nous (?:et nos (?:\d+ )?partenaires )?(?:utilisons|stockons)|respectons votre vie privée|utilizamos cookies|utilizziamo (?:i )?cookie|wij gebruiken cookies)";
    let pay = r"(?i)\b(?:subscribe (?:now )?to (?:continue|keep) reading|to continue reading|already a subscriber\?|this (?:article|content|story) is (?:reserved |only )?(?:for|available to) (?:paying )?subscribers|log ?in to (?:continue|read)|sign in to (?:continue|read)|create (?:a free|an) account to|(?:sie haben )?bereits (?:ein )?abo(?:nnement)?\?|jetzt weiterlesen mit|nur für abonnenten|weiterlesen mit (?:abo|plus)|cet article est réservé aux abonnés|il vous reste .{1,10} de cet article|contenido exclusivo para suscriptores|conteúdo exclusivo para assinantes|articolo riservato agli abbonati|artikel is alleen voor abonnees|会員限定|有料会員)";
    vec![
        ("a check for robots", build(robots)),
        ("an error", build(errors)),
        ("a request for consent", build(consent)),
        ("behind a paywall", build(pay)),
    ]
});

/// A whole line that invites to go on elsewhere, or ends with it.
static READ_ON: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"(?i)(?:^|[^\p{L}])(?:\(?(?:read (?:more|on|the (?:full|whole|rest|entire).{0,40})|continue reading.{0,80}|keep reading|more at .{2,40}|full (?:story|article)(?: at .{2,40})?|click here to read.{0,40}|weiterlesen.{0,60}|(?:hier |mehr )(?:lesen|weiterlesen)|den (?:ganzen|vollständigen) artikel.{0,40}|lire (?:la suite|plus|l['’]article).{0,40}|leer más|seguir leyendo|leia mais|continue a ler|continue lendo|leggi (?:tutto|di più)|continua a leggere|lees (?:meer|verder)|läs (?:mer|vidare)|les mer|læs mere|lue lisää|czytaj (?:dalej|więcej)|číst dál|читать (?:далее|полностью)|続きを読む|阅读全文|더 보기)[\s.…»→>)\]]*)$",
    )
});

/// What blog software adds to each entry, whole or not.
static SOURCE: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"(?i)^(?:the post .{1,200} (?:appeared first on|first appeared on)|der beitrag .{1,200} erschien zuerst (?:auf|bei)|l['’]article .{1,200} est apparu en premier sur|la entrada .{1,200} (?:se publicó primero|aparece primero) en) .{1,100}$",
    )
});

#[allow(clippy::unwrap_used)] // constants, built by tests
fn build(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

fn begins_within(feed: &str, page: &str) -> bool {
    let start: String = fold(feed).chars().take(60).collect();
    start.chars().count() >= 30 && fold(page.get(..page.floor_char_boundary(MAX_COMPARED)).unwrap_or_default()).contains(&start)
}

/// Runs of `length` words; single ones only where they carry meaning. Of languages without spaces: pairs of characters.
fn runs(text: &str, length: usize) -> HashSet<String> {
    let text = text.get(..text.floor_char_boundary(MAX_COMPARED)).unwrap_or_default().to_lowercase();
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let chars: Vec<char> = word.chars().collect();
        if chars.iter().any(|c| super::blocks::is_wide(*c)) {
            words.extend(chars.windows(2).map(|pair| pair.iter().collect()));
        } else if length > 1 || chars.len() > 3 || chars.iter().all(char::is_ascii_digit) {
            words.push(word.to_owned());
        }
    }
    if words.len() < length {
        return words.into_iter().collect();
    }
    words.windows(length).map(|run| run.join(" ")).collect()
}

#[allow(clippy::cast_precision_loss)] // shares
fn share(part: &HashSet<String>, whole: &HashSet<String>) -> f32 {
    if part.is_empty() { 0.0 } else { part.intersection(whole).count() as f32 / part.len() as f32 }
}

fn round(share: f32) -> f64 {
    (f64::from(share) * 100.0).round() / 100.0
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
