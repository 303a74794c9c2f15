//! When a page says that its article was published and last changed.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use super::dates::{parse, parse_in};
use super::json_ld::Described;
use super::seen::{Placed, Seen};

/// Characters behind the headline within which a `time` is the article's.
const TIME_REACH: usize = 3000;
/// Characters behind the headline within which a short line with a date is.
const LINE_REACH: usize = 1200;
/// Characters of a line with a date: more is a sentence that speaks of one.
const MAX_LINE: usize = 90;

/// Both, RFC 3339 with the page's offset.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Dates {
    /// First.
    pub(crate) published: Option<String>,
    /// Last, not before the first.
    pub(crate) updated: Option<String>,
}

/// Meta elements that date a page, the surest first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "og:article:published_time",
    "datepublished",
    "article:published",
    "citation_publication_date",
    "citation_online_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "date.issued",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "article.published",
    "published",
    "date",
    "cxenseparse:recs:publishtime",
    "citation_date",
    "datecreated",
    "created",
];
/// Meta elements that tell of the last change.
const UPDATED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "datemodified",
    "article:modified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "modified",
    "updated",
    "modified-time",
    "updated date",
    "revised",
];

/// Both dates; the order of belief is told in [`super::metadata`].
pub(crate) fn dates(seen: &Seen, described: &Described, headline: Option<usize>, lang: Option<&str>, url: Option<&Url>) -> Dates {
    // English without a country is written as in the United States (CLDR), as most pages that declare it are.
    let month_first = lang.is_some_and(|lang| lang.eq_ignore_ascii_case("en-US") || lang.eq_ignore_ascii_case("en"));
    let read = |text: &str| parse_in(text, month_first);
    let meta = |keys: &[&str]| keys.iter().find_map(|key| seen.meta.get(*key)?.iter().find_map(|value| parse(value)));
    let first = |list: &[Placed]| list.iter().find_map(|placed| read(&placed.text));
    let stated = described.published.as_deref().and_then(parse);
    let from_meta = meta(PUBLISHED);
    let updated = described
        .updated
        .as_deref()
        .and_then(parse)
        .filter(|_| described.is_article)
        .or_else(|| meta(UPDATED))
        .or_else(|| first(&seen.changed))
        .or_else(|| from_lines(seen, headline, &read, true));
    let near = |list: &[Placed]| Seen::near(list, headline?, TIME_REACH).find_map(|placed| read(&placed.text));
    let published = stated
        .clone()
        .filter(|_| described.is_article)
        .or_else(|| from_meta.clone())
        .or(stated)
        .or_else(|| named_like_one(seen))
        .or_else(|| first(&seen.dated))
        .or_else(|| near(&seen.times))
        .or_else(|| from_lines(seen, headline, &read, false))
        .or_else(|| near(&seen.shown_dates))
        .or_else(|| if headline.is_none() { first(&seen.times).or_else(|| first(&seen.shown_dates)) } else { None })
        .or_else(|| url.and_then(|url| date_in_path(url.path())))
        .or_else(|| first(&seen.times))
        .or_else(|| first(&seen.shown_dates));
    let published = published.map(|date| local(date, from_meta.into_iter().chain(first(&seen.dated)).chain(near(&seen.times))));
    let published = published.or_else(|| updated.clone());
    let updated = updated.filter(|updated| published.as_ref().is_none_or(|published| moment(updated) >= moment(published)));
    Dates { published, updated }
}

/// A meta element of a name of the site's own that says it.
fn named_like_one(seen: &Seen) -> Option<String> {
    let says = |key: &str| key.contains("publi") && (key.contains("date") || key.contains("time")) && !key.contains("unpubli");
    let mut keys: Vec<&String> = seen.meta.keys().filter(|key| says(key)).collect();
    keys.sort_unstable();
    keys.into_iter().find_map(|key| seen.meta.get(key)?.iter().find_map(|value| parse(value)))
}

/// The same moment as another witness tells it: with the offset of where it was published, where the first says UTC.
fn local(date: String, others: impl Iterator<Item = String>) -> String {
    if !date.ends_with("+00:00") {
        return date;
    }
    let is_same = |other: &String| !other.ends_with("00:00") && moment(other).is_some() && moment(other) == moment(&date);
    others.into_iter().find(is_same).unwrap_or(date)
}

fn moment(date: &str) -> Option<jiff::Timestamp> {
    date.parse().ok()
}

/// `12 March to 30 June`: when something is on, and not when it was told.
#[allow(clippy::unwrap_used)] // a constant: any test of a page without stated dates builds it
static RANGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\d\P{N}{0,15}\s(?:to|bis|until|till|through|au|al|tot|до|do|til)\s(?:\p{L}+\s)?\d").unwrap());

fn from_lines(seen: &Seen, headline: Option<usize>, read: &impl Fn(&str) -> Option<String>, is_change: bool) -> Option<String> {
    const CHANGES: &[&str] = &[
        "update",
        "updated",
        "amended",
        "corrected",
        "revised",
        "aktualisiert",
        "letzte änderung",
        "stand:",
        "geändert",
        "korrigiert",
        "berichtigt",
        "mis à jour",
        "modifié",
        "corrigé",
        "actualizado",
        "corregido",
        "atualizado",
        "aggiornato",
        "bijgewerkt",
        "uppdaterad",
        "oppdatert",
        "opdateret",
        "päivitetty",
        "aktualizacja",
        "aktualizováno",
        "обновлен",
        "оновлен",
        "ενημερώθηκε",
        "ενημέρωση",
        "last modified",
        "last reviewed",
        "更新",
    ];
    let says_change = |text: &str| {
        let text = text.to_lowercase();
        CHANGES.iter().any(|word| text.starts_with(word) || text.contains(&format!(" {word}")))
    };
    let fits = |placed: &&Placed| {
        placed.text.chars().count() <= MAX_LINE && says_change(&placed.text) == is_change && !RANGE.is_match(&placed.text)
    };
    Seen::near(&seen.lines, headline.unwrap_or(0), LINE_REACH).filter(fits).find_map(|placed| read(&placed.text))
}

/// `/2024/11/18/` or `/2024-11-18-`.
fn date_in_path(path: &str) -> Option<String> {
    let starts = path.match_indices(['/', '-', '_']).map(|(at, _)| at + 1);
    starts.filter_map(|at| path.get(at..)).filter(|rest| rest.starts_with("19") || rest.starts_with("20")).find_map(|rest| {
        let date = rest.get(..10)?;
        let shape = date
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { matches!(b, b'/' | b'-' | b'_') } else { b.is_ascii_digit() });
        if shape { parse(date) } else { None }
    })
}
