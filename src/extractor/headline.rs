//! The headline out of the forms in which a page gives it.

use std::sync::LazyLock;

use regex::Regex;

use super::blocks::weight_of;
use super::seen::{Placed, Seen};
use super::text::fold;

/// What stands between a headline and the site's name.
const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " :: ", " » ", " « ", " · ", " • ", " // ", " : ", "｜", " / ", " > ", " › ", " ‹ ", "_", "|", "：",
];
/// Segments of a title that are looked at.
const MAX_SEGMENTS: usize = 4;
/// A shorter name of a site (wide characters count as more) stands in words of others: that of BR in "Brücke".
const MIN_WITHIN: f32 = 4.0;
/// Letters of what is left of a headline without its kicker.
const MIN_REST: usize = 12;

/// The forms of a headline, each without the site's name; none is empty.
#[derive(Debug, Default)]
pub(crate) struct Forms {
    /// As told to social networks.
    pub(crate) social: Option<String>,
    /// JSON-LD's, where that describes an article.
    pub(crate) headline: Option<String>,
    /// As shown.
    pub(crate) h1: Option<String>,
    /// Of the browser's tab.
    pub(crate) tab: Option<String>,
}

impl Forms {
    /// What the page has of them; what is nothing but the site's name is none.
    pub(crate) fn of(seen: &Seen, headline: Option<String>, sites: &[&str]) -> Self {
        let tab_as_is = seen.title.clone();
        let stated = seen.meta(&["og:title", "twitter:title"]);
        let mut sites: Vec<&str> = sites.to_vec();
        // A blog's own name is its only `h1` and stands last in the tab's title.
        if let ([only], Some(tab)) = (seen.h1.as_slice(), &tab_as_is) {
            let confirmed = [&stated, &headline].into_iter().flatten().any(|other| fold(other).contains(&fold(&only.text)));
            if !confirmed && ends_with_segment(tab, &only.text) {
                sites.push(&only.text);
            }
        }
        let is_headline = |title: &String| !title.is_empty() && !sites.iter().any(|site| fold(site) == fold(title));
        let cut = |title: &str, is_tab: bool| Some(without_site(title, &sites, is_tab)).filter(is_headline);
        let social = stated.and_then(|title| cut(&title, false));
        let headline = headline.and_then(|title| cut(&title, false));
        let tab = seen.title.as_deref().and_then(|title| cut(title, true));
        let others = [&headline, &social, &tab, &tab_as_is];
        let confirmed = |list: &[Placed]| agreeing(list, &others);
        let only = || if let [only] = seen.h1.as_slice() { Some(only.text.clone()) } else { None };
        let is_about = |h1: &String| others.iter().all(|other| other.is_none()) || shares_words(h1, &others);
        let h1 = confirmed(&seen.h1).or_else(only).and_then(|h1| cut(&h1, false)).filter(is_about);
        let h1 = h1.or_else(|| confirmed(&seen.headings).filter(is_headline));
        Self { social, headline, h1, tab }
    }

    /// All of them, the shown one first.
    pub(crate) fn all(&self) -> Vec<String> {
        [&self.h1, &self.headline, &self.social, &self.tab].into_iter().flatten().cloned().collect()
    }

    /// The one that is believed most: what readers see, for they would search for that. Forms for social networks and
    /// for the tab are shortened, or sharpened, for another place.
    pub(crate) fn best(&self) -> Option<String> {
        let Some(h1) = &self.h1 else {
            return [&self.headline, &self.social, &self.tab].into_iter().flatten().next().cloned();
        };
        let shown = fold(h1);
        // Two that agree tell the whole of a headline whose kicker is shown above it.
        let whole = self.headline.as_ref().zip(self.social.as_ref()).filter(|(headline, social)| {
            let whole = fold(headline);
            whole == fold(social) && whole.len() > shown.len() && whole.ends_with(&shown)
        });
        if let Some((headline, _)) = whole {
            return Some(headline.clone());
        }
        // The shown one may begin with the kicker above it.
        let is_rest = |other: &&String| {
            let other = fold(other);
            other.chars().count() > MIN_REST && other.len() < shown.len() && shown.ends_with(&other)
        };
        let is_alone = [&self.social, &self.headline, &self.tab].into_iter().flatten().all(|other| fold(other) != shown);
        let rest = self.social.iter().find(is_rest).or_else(|| self.headline.iter().filter(|_| is_alone).find(is_rest));
        rest.or(Some(h1)).cloned()
    }
}

/// The headline without the site's name behind (or before) a separator. `is_tab`: what is behind the last separator is
/// the site's name even where the page names it nowhere.
pub(crate) fn without_site(title: &str, sites: &[&str], is_tab: bool) -> String {
    let sites: Vec<String> = sites.iter().map(|site| fold(site)).filter(|site| !site.is_empty()).collect();
    let mut title = title.trim();
    for _ in 0..MAX_SEGMENTS {
        let last = SEPARATORS.iter().filter_map(|sep| title.rfind(sep).map(|at| (at, at + sep.len()))).max();
        let Some((at, behind)) = last else { break };
        let (head, tail) = (title.get(..at).unwrap_or_default().trim(), title.get(behind..).unwrap_or_default().trim());
        let folded = fold(tail);
        let names_site =
            sites.iter().any(|site| *site == folded || names(tail, &folded, site) || (folded.len() > 3 && site.contains(&folded)));
        // A tab's title ends with the site's name more often than not; a headline's own dash has more behind it.
        let is_spaced = title.get(at..behind).is_some_and(|separator| separator.starts_with(' '));
        let looks_like_site =
            is_tab && is_spaced && tail.split_whitespace().count() <= 4 && head.chars().count() > 2 * tail.chars().count();
        if head.is_empty() || !(names_site || looks_like_site || folded.is_empty() || DATE.is_match(tail)) {
            break;
        }
        title = head;
    }
    for _ in 0..MAX_SEGMENTS {
        let first = SEPARATORS.iter().filter_map(|sep| title.find(sep).map(|at| (at, at + sep.len()))).min();
        let Some((at, behind)) = first else { break };
        let head = title.get(..at).unwrap_or_default();
        let rest = title.get(behind..).unwrap_or_default().trim();
        if rest.is_empty() || !(sites.contains(&fold(head)) || ARCHIVE.is_match(head.trim())) {
            break;
        }
        title = rest;
    }
    title.to_owned()
}

/// Whether the name of a site stands in a text: anywhere, or as words of it where it is short. `folded`, `site`: of [`fold`].
fn names(text: &str, folded: &str, site: &str) -> bool {
    if !folded.contains(site) || weight_of(site) >= MIN_WITHIN {
        return folded.contains(site);
    }
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(fold).collect();
    (0..words.len()).any(|at| {
        let mut rest = site;
        for word in words.iter().skip(at) {
            match rest.strip_prefix(word.as_str()) {
                Some("") => return true,
                Some(behind) => rest = behind,
                None => return false,
            }
        }
        false
    })
}

/// Of several headings the one that another form of the headline confirms: whole, as most of it, or as a segment of it.
fn agreeing(headings: &[Placed], others: &[&Option<String>]) -> Option<String> {
    let others: Vec<&str> = others.iter().filter_map(|other| other.as_deref()).collect();
    let folded: Vec<String> = others.iter().map(|other| fold(other)).collect();
    let texts = || headings.iter().map(|heading| (heading.text.as_str(), fold(&heading.text)));
    let whole = texts().find(|(_, heading)| folded.contains(heading));
    let is_most = |heading: &str| {
        heading.chars().count() > MIN_REST && folded.iter().any(|other| other.len() < 2 * heading.len() && other.contains(heading))
    };
    let most = || texts().find(|(_, heading)| is_most(heading));
    let is_segment = |text: &str| {
        text.chars().count() > MIN_REST && others.iter().any(|other| segments(other).any(|segment| fold(segment) == fold(text)))
    };
    let part = || texts().filter(|(text, _)| is_segment(text)).max_by_key(|(text, _)| text.len());
    whole.or_else(most).or_else(part).map(|(text, _)| text.to_owned())
}

fn segments(title: &str) -> impl Iterator<Item = &str> {
    SEPARATORS.iter().flat_map(move |separator| title.split(separator).take(MAX_SEGMENTS))
}

/// Whether `text` is what stands behind the last separator of `title`.
fn ends_with_segment(title: &str, text: &str) -> bool {
    let tails = SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator)).filter(|(head, _)| !head.trim().is_empty());
    tails.map(|(_, tail)| fold(tail)).any(|tail| !tail.is_empty() && tail == fold(text))
}

/// Whether a heading has at least one word in common with another form; one that has none names a part of the site.
fn shares_words(heading: &str, others: &[&Option<String>]) -> bool {
    let words =
        |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(fold).filter(|w| !w.is_empty()).collect() };
    let own = words(heading);
    let is_unspaced = own.iter().any(|word| !word.is_ascii() && word.chars().count() > 8);
    is_unspaced
        || others.iter().filter_map(|other| other.as_deref()).any(|other| words(other).iter().any(|word| own.contains(word)))
}

/// A date behind a headline.
static DATE: LazyLock<Regex> = LazyLock::new(|| build(r"^\d{1,4}[./-]\d{1,2}[./-]\d{2,4}$"));
/// What blogs write between their name and a headline.
static ARCHIVE: LazyLock<Regex> = LazyLock::new(|| build(r"^(?i:blog archive?s?|blog-archiv|archives?|archiv)$"));

#[allow(clippy::unwrap_used)] // constants
fn build(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

#[cfg(test)]
#[path = "headline_tests.rs"]
mod tests;
