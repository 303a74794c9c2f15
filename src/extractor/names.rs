//! Who wrote it: names out of bylines and metadata.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;

use crate::model::site_name;

use super::dates;
use super::json_ld::Described;
use super::seen::{Placed, Seen};
use super::text::fold;
use super::values::line;

/// Characters behind the headline within which a byline stands.
const BYLINE_REACH: usize = 1500;
/// Characters behind the headline within which a line with a name and a date is.
const DATE_REACH: usize = 400;
/// What parts a byline.
const PARTS: [char; 4] = ['|', '•', '·', '⋅'];
/// Characters between the names of one byline.
const GAP: usize = 120;
/// A longer name is a sentence.
pub(crate) const MAX_NAME: usize = 80;
/// Names that are kept.
pub(crate) const MAX_NAMES: usize = 16;
/// Bytes of one text of names that are looked at: each piece of it is put to a handful of expressions.
const MAX_BYLINE: usize = 2000;

/// Where names may stand, in the order of belief told in [`super::metadata`].
pub(crate) fn from_page(
    seen: &Seen,
    described: &Described,
    headline: Option<usize>,
    sites: &[&str],
    url: Option<&Url>,
) -> Vec<String> {
    const KEYS: &[&str] = &[
        "author",
        "article:author",
        "citation_author",
        "dc.creator",
        "dcterms.creator",
        "parsely-author",
        "sailthru.author",
        "byl",
        "article:author_name",
        "og:article:author",
        "authors",
        "cxenseparse:author",
        "twitter:data1",
    ];
    let at = headline.unwrap_or(0);
    let stated: Vec<String> = described.authors.iter().filter(|_| described.is_article).map(|name| line(name)).collect();
    let from_meta = KEYS.iter().filter_map(|key| seen.meta.get(*key)).map(Vec::as_slice);
    let marked = group(&seen.authors, at, usize::MAX);
    let said: Vec<String> = Seen::near(&seen.lines, at, BYLINE_REACH).filter_map(|line| labelled(&line.text)).take(1).collect();
    let mut people = group(&seen.people, at, BYLINE_REACH);
    // Beside those who wrote it stand links to those who checked it.
    if let Some(said) = said.first() {
        people.retain(|name| fold(said).contains(&fold(name)));
    }
    let mut bylines = group(&seen.bylines, at, usize::MAX);
    // Where one says "by", the others are a section's or an agency's.
    if bylines.iter().any(|text| labelled(text).is_some()) {
        bylines.retain(|text| labelled(text).is_some());
    }
    let last = said_anywhere(&seen.lines);
    let beside = beside_date(&seen.lines, at);
    let near = [marked.as_slice(), &people, &said, &bylines, &last, &beside];
    from_sources(std::iter::once(stated.as_slice()).chain(from_meta).chain(near), sites, url)
}

/// Those beside each other that come first behind the headline, else first before it.
fn group(list: &[Placed], headline: usize, reach: usize) -> Vec<String> {
    let Some(first) = Seen::near(list, headline, reach).next().or_else(|| list.first().filter(|_| reach == usize::MAX)) else {
        return Vec::new();
    };
    let mut end = first.at;
    let mut found = Vec::new();
    for placed in list.iter().filter(|placed| placed.at >= first.at) {
        if placed.at > end + GAP || found.len() >= MAX_NAMES {
            break;
        }
        end = placed.at;
        found.push(placed.text.clone());
    }
    found
}

/// The names in a line that says who wrote it.
fn labelled(text: &str) -> Option<String> {
    let names = after_label(text).filter(|names| !names.is_empty() && text.chars().count() <= MAX_NAME)?;
    // A name begins with a capital letter, where letters have any.
    let is_name = |text: &str| text.chars().find(|c| c.is_alphabetic()).is_some_and(|c| !c.is_lowercase());
    is_name(names).then(|| names.split(PARTS).next().unwrap_or(names).to_owned())
}

/// A line that says it anywhere on the page, or a label above a name.
fn said_anywhere(lines: &[Placed]) -> Vec<String> {
    let sure = |text: &str| SURE.is_match(text);
    let same = lines.iter().filter(|line| sure(&line.text)).find_map(|line| labelled(&line.text));
    let above = || {
        let pairs = lines.windows(2).filter_map(|pair| pair.first().zip(pair.last()));
        let is_label = |text: &str| sure(text) && after_label(text).is_some_and(str::is_empty);
        pairs
            .filter(|(label, _)| is_label(&label.text))
            .map(|(_, name)| name.text.clone())
            .find(|name| name.split_whitespace().count() <= 5)
    };
    same.or_else(above).into_iter().collect()
}

/// The name in a line `Ann Lee | 5 May 2026` near the headline, which says "by" with nothing but its shape.
fn beside_date(lines: &[Placed], headline: usize) -> Vec<String> {
    let name = |line: &Placed| {
        let (dates, names): (Vec<&str>, Vec<&str>) = line
            .text
            .split(PARTS)
            .map(str::trim)
            .filter(|piece| !piece.is_empty())
            .partition(|piece| dates::parse(piece).is_some());
        let is_full = |name: &&str| {
            let mut words = name.split_whitespace();
            (2..=4).contains(&words.clone().count()) && words.all(|word| word.starts_with(char::is_uppercase))
        };
        let name = names.into_iter().find(is_full).filter(|_| !dates.is_empty())?;
        // Greek: "of", and the name in the genitive.
        Some(["Του ", "Της "].iter().find_map(|by| name.strip_prefix(by)).unwrap_or(name).to_owned())
    };
    Seen::near(lines, headline, DATE_REACH).find_map(name).into_iter().collect()
}

/// The names of the first source that names somebody; the site itself, or a login, is an author only when nobody else is.
pub(crate) fn from_sources<'s>(sources: impl Iterator<Item = &'s [String]>, sites: &[&str], url: Option<&Url>) -> Vec<String> {
    let mut fallback = Vec::new();
    for source in sources {
        let mut names = Vec::new();
        source.iter().for_each(|text| push_names(&mut names, text, sites, url));
        names.truncate(MAX_NAMES);
        let is_weak = |name: &String| is_site(name, sites, url) || is_login(name);
        if names.iter().any(|name| !is_weak(name)) {
            names.retain(|name| !is_site(name, sites, url));
            return names;
        }
        if fallback.is_empty() {
            fallback = names;
        }
    }
    fallback
}

fn is_site(name: &str, sites: &[&str], url: Option<&Url>) -> bool {
    let folded = fold(name);
    let host = url.and_then(Url::host_str).unwrap_or_default();
    let label = fold(site_name(host).unwrap_or_default());
    let begins = name.split_whitespace().next().map(|word| fold(word.split('.').next().unwrap_or(word)));
    sites.iter().any(|site| fold(site) == folded)
        || (label.len() >= 5 && folded.contains(&label))
        || (label.len() >= 2 && (folded == label || begins.as_deref() == Some(label.as_str())))
}

/// `jdoe`, `j.doe`, `jane_doe12`: how somebody is called by the system and not by readers.
fn is_login(name: &str) -> bool {
    !name.contains(char::is_whitespace)
        && name.is_ascii()
        && (name.contains(['.', '_']) || name.chars().next().is_some_and(|c| !c.is_ascii_uppercase()))
}

/// Adds the names in one text: a list, a byline in pieces, a name with a job title behind a comma.
fn push_names(names: &mut Vec<String>, text: &str, sites: &[&str], url: Option<&Url>) {
    const JOINTS: &[&str] = &[" and ", " und ", " et ", " & ", " og ", " och ", " en ", " e ", " y ", " i ", " a ", " и ", " και "];
    let text = text.get(..text.floor_char_boundary(MAX_BYLINE)).unwrap_or_default();
    if text.contains("://") || text.contains("www.") {
        return;
    }
    let known = names.len();
    for piece in text.split([',', ';', '|', '/', '•', '·', '⋅', '、', '，', '\u{2003}']) {
        // What follows a name may be what they do, or where the organisation is.
        if names.len() > known && (ROLE.is_match(piece.trim()) || names.get(known).is_some_and(|first| is_site(first, sites, url)))
        {
            continue;
        }
        let mut parts = vec![piece];
        for joint in JOINTS {
            // "e", "i", "a" and "y" also stand in names; between two whole names they join.
            let is_short = joint.chars().count() <= 3;
            parts = parts
                .into_iter()
                .flat_map(|part| {
                    let split: Vec<&str> = part.split(joint).collect();
                    let whole = split.len() > 1 && split.iter().all(|name| name.split_whitespace().count() >= 2);
                    if is_short && !whole { vec![part] } else { split }
                })
                .collect();
        }
        parts.into_iter().for_each(|part| push_name(names, part));
    }
}

/// Adds one name, without what stands before it ("by"), if it is one.
pub(crate) fn push_name(names: &mut Vec<String>, text: &str) {
    let mut name = trimmed(text);
    if names.len() >= MAX_NAMES || OTHERS.is_match(name) {
        return;
    }
    for _ in 0..2 {
        let Some(found) = PREFIX.find(name) else { break };
        name = trimmed(name.get(found.end()..).unwrap_or_default());
    }
    if let Some(found) = SUFFIX.find(name).filter(|found| name.get(..found.start()).is_some_and(|rest| rest.trim().contains(' '))) {
        name = trimmed(name.get(..found.start()).unwrap_or_default());
    }
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let digits = name.chars().filter(|c| c.is_numeric()).count();
    let is_name = !name.is_empty()
        && name.chars().count() <= MAX_NAME
        && name.split_whitespace().count() <= 6
        && letters > digits
        && (!is_sentence(name) || ROLE.is_match(name))
        && !DATED.is_match(name)
        && !name.contains(['@', '{', '}', '<', '>', '?', '!', '='])
        && !JUNK.is_match(name);
    if is_name && !names.iter().any(|known| fold(known) == fold(name)) {
        names.push(name.to_owned());
    }
}

/// `Jo loves kettles`, `lives in Leeds with two cats.`: what is told of somebody.
fn is_sentence(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let begins_low = |word: &&str| word.chars().next().is_some_and(char::is_lowercase);
    words.len() >= 3
        && (words.iter().skip(1).all(begins_low)
            || (words.len() >= 4 && name.ends_with('.') && words.first().is_some_and(begins_low)))
}

fn trimmed(text: &str) -> &str {
    text.trim()
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '-' | '–' | '—' | '"' | '@' | '(' | ')' | '»' | '›' | '*'))
        .trim_start_matches('.')
        .trim()
}

/// What follows "by", "von", "Author:" at the beginning of a text.
fn after_label(text: &str) -> Option<&str> {
    let found = PREFIX.find(text.trim())?;
    text.trim().get(found.end()..).map(str::trim)
}

/// Words that say "written by" before a name, in many languages. One that is also a word of its own needs its colon.
const LABELS: &str = "(?:written|words|posted|reported|reviewed|story|article|published|recipe|contributed|submitted|view all posts|all posts|posts|articles|more about|read more about|about) by\
    |(?:meet the |about the )?authors?(?:\\(s\\))?|contributors?\\s*:|by\
    |(?:geschrieben|verfasst|veröffentlicht|erstellt|eingestellt|gespeichert|alles|(?:zeige )?alle (?:beiträge|artikel)|beiträge|artikel|im wortlaut|ein beitrag|ein artikel|text) von|von|text\\s*:|text\
    |autor(?:in/autor|[:*]?innen|in)?(?:\\(en\\)|en)?|verfasser(?:in)?|redaktion\\s*:|redakteur(?:in)?\\s*:\
    |(?:écrit|publié|rédigé|propos recueillis|posté) par|par|auteure?s?\\s*:?|(?:escrito|publicado|redactado|texto) por|por|autor(?:a|es|as)?\
    |(?:scritto|pubblicato|articolo) da|autor[ei]|geschreven door|(?-i:di|da|door|af|av)|skrevet av|skrevet af|tekst\\s*:|kirjoittaja\\s*:?|teksti\\s*:\
    |autor(?:ka|zy)?|tekst|napisał[a]?|oprac\\.|автор(?:ы)?\\s*:?|текст\\s*:|автори?\\s*:?|συντάκτ(?:ης|ρια)\\s*:?|του\\s*:|της\\s*:|γράφει (?:ο|η)|επιμέλεια\\s*:?\
    |作者\\s*[:：]?|记者\\s*[:：]?|責任編輯\\s*[:：]?|文\\s*[:：/]|文/|撰文\\s*[:：]?|編輯\\s*[:：]|szerző\\s*:?|írta\\s*:?|yazar\\s*:?|penulis\\s*:?|oleh\\s*:?|reporter\\s*:?";

/// What stands before a name.
static PREFIX: LazyLock<Regex> = LazyLock::new(|| build(&format!(r"^(?i:{LABELS})(?:\s*[:：]\s*|\s+|$)")));
/// Labels that say who wrote it wherever they stand.
static SURE: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"^(?i:written by|words by|article by|story by|authors?\b|author\(s\)|contributors:|about the author$|autor(?:in/autor|in)?\b|verfasst von|geschrieben von|écrit par|escrito por|scritto da|geschreven door|автор|συντάκτ|作者)",
    )
});
/// They did something else than write it.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"^(?i:(?:edited|updated|researched|fact[- ]checked|(?:medically|clinically|expert|technically) reviewed|illustrat(?:ed|ions?)|photos?(?:graphy|graphs|graphed)?|images?|video|design(?:ed)?|translated|produced|code|styl(?:ed|ing)) ?(?:by\b|:)|(?:fotos?|bild(?:er)?|foto|quelle|source|fuente|fonte|photo|crédits?|credit|source|video|kamera|schnitt|editor)\s*:)",
    )
});
/// What somebody does.
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"(?i)\b(?:(?:writer|editor|reporter|correspondent|journalist|columnist|contributor|officer|director|manager|president|founder|co-?founder|ceo|cto|cfo|coo|cmo|analyst|engineer|developer|designer|strategist|specialist|consultant|professor|researcher|educators?|expert|coach|attorney|producer|head of .+|chair(?:man|woman)?|associate|fellow|lead|intern)|(?:redakteur|journalist|autor|reporter|korrespondent|volontär|chefredakteur|leiter|geschäftsführer)(?:in)?|journaliste|rédact(?:eur|rice)|periodista|redactora?|giornalista)$|^(?:head|vp|vice president|chief|senior|staff|assistant|associate|professor|director) \b|^(?:md|phd|ph\.d\.?|mba|rd|rdn|cpa|dds|jd|esq\.?|msc|m\.d\.?|cscs|rn|facp|ma|ms|mph|dr)$",
    )
});
/// What is glued behind a name.
static SUFFIX: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"\s+(?i:(?:is|ist) (?:a|an|the|ein|eine) .*|(?:on|am|vom|le|el|il) (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|\d).*|on behalf of.*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|tember|ober|ember|t)?\.?(?: \d{1,2})?|veröffentlicht(?: am)?|in$|for the .*|contributor|(?:(?:senior|staff|chief|deputy|associate|assistant|managing|contributing|freelance|games|autos|news|sports|political|business|science|tech|technology|health|lead|content|marketing) )+(?:writer|editor|reporter|correspondent|manager|analyst|contributor)|(?:writer|editor|reporter|correspondent))$",
    )
});
/// Labels, buttons and placeholders that stand where names stand.
static JUNK: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"^(?i:(?:view|show|see|read|follow|share|subscribe|contact|visit|meet|click|sign|log|more|all|back|skip|about|updated|published|posted|reading|min|minutes?|no|unknown|anonymous)(?:[ :].*)?|and|und|et|y|e|o|with|mit|by|von|par|por|twitter|facebook|linkedin|instagram|youtube|x|e-?mail|website|home|blog|news|author|autor|autorin|auteur|admin|administrator|editor|writer|datum|date|kontakt|guest|sponsored|advertisement|anzeige|alle (?:artikel|beiträge).*|mehr (?:von|artikel|über).*|kommentare?|comments?|null|undefined|none|n/a|default|root|webmaster|afficher .*|voir .*|ver .*|bio|biography|contributors?|photo|foto|image|bild|(?:mon|tue|wed|thu|fri|sat|sun)(?:day)?|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|am|um|on|at|in|im|post author|link|last .*|unsubscribe .*|(?-i:(?:a|an|the|for|from|our|to|is) .*)|veröffentlicht.*|nachricht(?:en)?|pressemitteilung.*|quelle.*|source.*)$",
    )
});
/// A date, a time or a count.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    build(
        r"(?i)\d{1,2}[.:/]\d{2}|\b(?:19|20)\d{2}\b|^\d+ (?:min|comment|kommentar|view|share)|\d+\s*min\b|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d|^\d{1,2}\.? [a-z]{3}",
    )
});

#[allow(clippy::unwrap_used)] // constants
fn build(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}
