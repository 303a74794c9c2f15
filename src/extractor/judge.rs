//! The feed's text or the page's? Decided from both, with reasons; and whether a page is needed at all.

use std::borrow::Cow;
use std::hash::{Hash, Hasher};
use std::sync::LazyLock;

use regex::Regex;
use rustc_hash::{FxHashSet, FxHasher};
use serde_json::{Value, json};

use PageWorth::{Poor, Same};

use super::blocks::{ends_sentence, weight_of};
use super::memory::HostMemory;
use super::sanitize::text_of;
use super::text::{fold, is_word};
pub(crate) use super::walls::{is_lead, wall, without_pay};
use crate::model::{Article, ContentOrigin, PageWorth};

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
/// Below this part of the feed's text a page has lost most of it.
const FAR_SHORTER: f32 = 0.5;
/// A feed's text of this length that its page holds is a story, on however many other pages it stands.
const MIN_STORY: f32 = 200.0;
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
    /// What the page was worth.
    pub worth: PageWorth,
    /// One line for people.
    pub reason: String,
    /// What it rests on.
    pub evidence: Value,
    /// How sure, 0 to 1.
    pub score: f32,
}

/// Chooses between the feed's text and the page's; `memory`: what other pages of its host have.
///
/// The page wins when it carries the feed's text and more, or is clearly about the same and much longer. The feed's text
/// stays when the page is shorter, a wall, an error, the same as other pages, or about something else. The beginning of a story whose
/// rest is for subscribers may win too: without the lines that ask for money, and marked.
pub fn judge(feed: &FeedText<'_>, article: &Article, memory: Option<&HostMemory>) -> Verdict {
    let own = if article.partial { Cow::Owned(without_pay(&article.text)) } else { Cow::Borrowed(&*article.text) };
    let (feed_weight, page_weight) = (weight_of(feed.text), weight_of(&own));
    let page_title = article.title.as_deref().unwrap_or_default();
    let words_of_page = runs(&format!("{page_title}\n{own}"), 1);
    let title = share(&runs(feed.title, 1), &words_of_page);
    let words = share(&runs(feed.text, 1), &words_of_page);
    let feed_runs = runs(feed.text, 3);
    let carried = share(&feed_runs, &runs(&own, 3)).max(if begins_within(feed.text, &own) { CARRIES } else { 0.0 });
    let mut evidence = json!({
        "feed_chars": feed.text.chars().count(), "page_chars": article.text.chars().count(), "quality": round(article.quality),
        "title_words": round(title), "feed_words": round(words), "feed_runs": round(carried), "method": article.method,
    });
    if article.partial {
        evidence["paywalled"] = json!(true);
    }
    let feed_stays = |worth, score: f32, reason: &str| Verdict {
        origin: ContentOrigin::Feed,
        worth,
        reason: reason.to_owned(),
        evidence: evidence.clone(),
        score,
    };
    let page_wins = |score: f32, reason: &str| Verdict {
        origin: ContentOrigin::Article,
        worth: PageWorth::More,
        reason: if article.partial { format!("{reason}; it is paywalled: the beginning only") } else { reason.to_owned() },
        evidence: evidence.clone(),
        score,
    };
    if article.text.is_empty() {
        return feed_stays(Poor, 1.0, "the page gave no text");
    }
    if let Some(wall) = wall(page_title, &article.text) {
        return feed_stays(Poor, 0.9, &format!("the page is {wall}"));
    }
    let is_told = carried >= CARRIES && feed_weight >= MIN_STORY;
    if let Some(stories) = memory.and_then(|memory| memory.template(&article.text)).filter(|_| !is_told) {
        let verdict = feed_stays(Poor, 0.9, &format!("the page has the same text as {stories} other pages of this site"));
        let mut evidence = verdict.evidence;
        evidence["other_pages"] = json!(stories);
        return Verdict { evidence, ..verdict };
    }
    if article.quality < MIN_QUALITY {
        return feed_stays(Poor, 0.7, "the page does not look like an article");
    }
    if feed_weight < 40.0 {
        return if title >= 0.5 {
            page_wins(title, "the feed has a title only, and the page is about it")
        } else if feed.title.is_empty() {
            page_wins(article.quality, "the feed has nothing to show")
        } else {
            feed_stays(Poor, 1.0 - title, "the page is about something else than the title")
        };
    }
    if page_weight < FAR_SHORTER * feed_weight {
        return feed_stays(Poor, 0.9, "the page is far shorter than the feed's text");
    }
    if carried >= CARRIES {
        return if page_weight > feed_weight * 1.1 + 40.0 {
            page_wins(carried, "the page carries the feed's text and more")
        } else if is_cut(feed.text) && page_weight >= feed_weight {
            page_wins(carried, "the page carries the feed's text to its end")
        } else {
            feed_stays(Same, carried, "the page has no more than the feed")
        };
    }
    if page_weight < feed_weight {
        return feed_stays(Same, 0.8, "the page has less than the feed");
    }
    // A teaser that is worded anew still has some turn of phrase in common with its story; common words alone have all pages.
    if carried == 0.0 && feed_runs.len() >= LONG_ENOUGH {
        return feed_stays(Poor, 0.8, "the page has not one turn of phrase of the feed's text");
    }
    // Teasers are often worded anew: then the words must be found, and a story behind them.
    let alike = (title + words) / 2.0;
    if page_weight >= 500.0 && page_weight >= 1.5 * feed_weight && title >= 0.4 && alike >= 0.5 {
        return page_wins(alike, "the page tells the same at length");
    }
    feed_stays(Poor, 1.0 - alike, "the page shares too little with the feed")
}

/// What a page that was read again is to the text that was won from it before: `Err` with the reason where that stays.
///
/// Nothing is replaced by less: a page that lost most of its story since, or became a wall, is a page that broke.
pub fn replaces(old: &Article, new: &Article, memory: Option<&HostMemory>) -> Result<&'static str, String> {
    let weight =
        |article: &Article| memory.map_or_else(|| weight_of(&article.text), |memory| memory.weight_of_story(&article.text));
    let (was, is) = (weight(old), weight(new));
    if new.text.is_empty() {
        Err("the page gave no text".to_owned())
    } else if let Some(wall) = wall(new.title.as_deref().unwrap_or_default(), &new.text) {
        Err(format!("the page is {wall} now"))
    } else if let Some(stories) = memory.and_then(|memory| memory.template(&new.text)) {
        Err(format!("the page has the same text as {stories} other pages of this site"))
    } else if new.quality < MIN_QUALITY && old.quality >= MIN_QUALITY {
        Err("the page does not look like an article any more".to_owned())
    } else if is < FAR_SHORTER * was {
        Err("the page has less than half of its text left".to_owned())
    } else if new.partial && !old.partial && is < was {
        Err("the page is paywalled now".to_owned())
    } else if new.text == old.text {
        Ok("the page has the same text as before")
    } else {
        Ok("the page was read again")
    }
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

/// Hashes of runs of `length` words; single ones only where they carry meaning. Of languages without spaces: pairs of characters.
fn runs(text: &str, length: usize) -> FxHashSet<u64> {
    let text = text.get(..text.floor_char_boundary(MAX_COMPARED)).unwrap_or_default().to_lowercase();
    let mut words: Vec<u64> = Vec::with_capacity(text.len() / 6);
    let mut chars: Vec<char> = Vec::new();
    for word in text.split(|c| !is_word(c)).filter(|word| !word.is_empty()) {
        chars.clear();
        chars.extend(word.chars());
        if chars.iter().any(|c| super::blocks::is_wide(*c)) {
            words.extend(chars.windows(2).map(hash));
        } else if length > 1 || chars.len() > 3 || chars.iter().all(char::is_ascii_digit) {
            words.push(hash(&chars));
        }
    }
    if words.len() < length {
        return words.into_iter().collect();
    }
    words.windows(length).map(hash).collect()
}

fn hash<T: Hash>(run: &[T]) -> u64 {
    let mut hasher = FxHasher::default();
    run.hash(&mut hasher);
    hasher.finish()
}

#[allow(clippy::cast_precision_loss)] // shares
fn share(part: &FxHashSet<u64>, whole: &FxHashSet<u64>) -> f32 {
    if part.is_empty() { 0.0 } else { part.intersection(whole).count() as f32 / part.len() as f32 }
}

fn round(share: f32) -> f64 {
    (f64::from(share) * 100.0).round() / 100.0
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
