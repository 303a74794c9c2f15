//! What a page says about its article outside of the text: headline, names, date, language, picture.

use std::collections::HashMap;

use scraper::{ElementRef, Html};
use url::Url;

use super::dates;
use super::depth::safe;
use super::headline::{agreeing, best_title, without_site};
use super::json_ld::{self, Described};
use super::names::{self, MAX_NAME, MAX_NAMES, push_name};
use super::references::decode;
use super::text::plain_lines;

/// A longer headline, name or description is cut.
const MAX_TEXT: usize = 1000;

/// Elements that look like a byline; further down the page they are other articles'.
const MAX_BYLINES: usize = 3;

/// What a page says about its article. Texts are plain, addresses absolute http(s).
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct Metadata {
    /// Headline.
    pub(crate) title: Option<String>,
    /// Other forms of the headline: social networks', the browser tab's, `h1`.
    pub(crate) titles: Vec<String>,
    /// Names of the site and of its publisher.
    pub(crate) sites: Vec<String>,
    /// Names.
    pub(crate) authors: Vec<String>,
    /// RFC 3339 with the page's offset.
    pub(crate) published: Option<String>,
    /// Declared, BCP 47.
    pub(crate) lang: Option<String>,
    /// Picture.
    pub(crate) image: Option<String>,
    /// `rel=canonical`, else `og:url`.
    pub(crate) canonical: Option<String>,
    /// What the page, or the feed, says the story begins with.
    pub(crate) teasers: Vec<String>,
    /// Text of the article from JSON-LD, one paragraph a line.
    pub(crate) body: Option<String>,
    /// The page says that one has to pay for it.
    pub(crate) behind_wall: bool,
    /// The page calls itself an article.
    pub(crate) is_article: bool,
}

/// What the elements of the page hold, first of each.
#[derive(Default)]
struct Seen {
    meta: HashMap<String, Vec<String>>,
    title: Option<String>,
    h1: Vec<String>,
    lang: Option<String>,
    canonical: Option<String>,
    authors: Vec<String>,
    bylines: Vec<String>,
    dated: Option<String>,
    time: Option<String>,
    shown_date: Option<String>,
}

/// Reads all of it. `scripts` are the page's JSON-LD.
pub(crate) fn read(page: &Html, scripts: &[String], url: Option<&Url>) -> Metadata {
    let seen = look(page);
    let described = json_ld::describe(scripts).unwrap_or_default();
    let meta = |names: &[&str]| names.iter().find_map(|name| seen.meta.get(*name)?.first()).cloned();
    let site = [meta(&["og:site_name", "application-name"]), described.publisher.clone()];
    let sites: Vec<&str> = site.iter().flatten().map(String::as_str).collect();
    let tab = seen.title.as_deref().map(|title| without_site(title, &sites, true));
    let social = meta(&["og:title", "twitter:title"]).map(|title| without_site(&title, &sites, false));
    let headline =
        described.headline.as_deref().filter(|_| described.is_article).map(line).map(|title| without_site(&title, &sites, false));
    let h1 = if seen.h1.len() == 1 { seen.h1.first().cloned() } else { agreeing(&seen.h1, &[&headline, &social, &tab]) };
    let titles: Vec<String> =
        [&h1, &headline, &social, &tab].into_iter().flatten().filter(|title| !title.is_empty()).cloned().collect();
    let resolve = |address: &str| absolute(address, url);
    Metadata {
        title: best_title(&h1, &headline, &social, &tab),
        titles,
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
        authors: authors(&described, &seen, &sites, url),
        published: published(&described, &seen, url),
        lang: seen
            .lang
            .as_deref()
            .or(described.lang.as_deref())
            .or(meta(&["og:locale", "language", "content-language"]).as_deref())
            .and_then(tag),
        image: meta(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"])
            .or(described.image.clone())
            .and_then(|src| resolve(&src)),
        canonical: seen.canonical.clone().or_else(|| meta(&["og:url"])).and_then(|href| resolve(&href)),
        teasers: [meta(&["og:description", "description", "twitter:description"]), described.description.as_deref().map(line)]
            .into_iter()
            .flatten()
            .collect(),
        body: described.body.as_deref().map(body_lines),
        behind_wall: described.behind_wall
            || meta(&["article:content_tier"]).is_some_and(|tier| tier.eq_ignore_ascii_case("locked")),
        is_article: described.is_article || meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article")),
    }
}

fn look(page: &Html) -> Seen {
    let mut seen = Seen::default();
    for element in page.root_element().descendent_elements() {
        let value = element.value();
        let attr = |name: &str| value.attr(name).map(str::trim).filter(|text| !text.is_empty());
        match value.name() {
            "html" => seen.lang = seen.lang.or_else(|| attr("lang").or(attr("xml:lang")).map(str::to_owned)),
            "title" => seen.title = seen.title.or_else(|| Some(shown(element)).filter(|text| !text.is_empty())),
            "h1" => seen.h1.extend(Some(shown(element)).filter(|text| !text.is_empty() && seen.h1.len() < MAX_NAMES)),
            "meta" => {
                let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| attr(name));
                if let (Some(key), Some(content)) = (key, attr("content")) {
                    let values = seen.meta.entry(key.to_ascii_lowercase()).or_default();
                    if values.len() < MAX_NAMES {
                        values.push(line(content));
                    }
                }
            }
            "link" if attr("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                seen.canonical = seen.canonical.or_else(|| attr("href").map(str::to_owned));
            }
            name => look_in_text(&mut seen, element, name),
        }
    }
    seen
}

fn look_in_text(seen: &mut Seen, element: ElementRef<'_>, name: &str) {
    let value = element.value();
    let attr = |name: &str| value.attr(name).map(str::trim).filter(|text| !text.is_empty());
    let property = attr("itemprop").unwrap_or_default();
    let is_dated = property.contains("datePublished") || value.attr("pubdate").is_some();
    if is_dated && seen.dated.is_none() {
        seen.dated = attr("datetime").or(attr("content")).and_then(dates::parse).or_else(|| dates::parse(&shown(element)));
    }
    if name == "time" && seen.time.is_none() {
        seen.time = attr("datetime").and_then(dates::parse).or_else(|| dates::parse(&shown(element)));
    }
    if attr("rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|r| r == "author"))
        || property.split_ascii_whitespace().any(|p| p == "author")
    {
        let nested = element.descendent_elements().find(|inner| inner.value().attr("itemprop") == Some("name")).map(shown);
        push_name(&mut seen.authors, &nested.unwrap_or_else(|| shown(element)));
    }
    if seen.bylines.len() >= MAX_NAMES && seen.shown_date.is_some() {
        return;
    }
    let class = attr("class").unwrap_or_default().to_ascii_lowercase();
    let id = attr("id").unwrap_or_default().to_ascii_lowercase();
    let has = |word: &str| class.contains(word) || id.contains(word);
    if seen.bylines.len() < MAX_NAMES && (has("byline") || has("author") || has("autor")) && !has("comment") {
        let text = shown(element);
        if !text.is_empty() && text.chars().count() <= MAX_NAME {
            seen.bylines.push(text);
        }
    }
    if seen.shown_date.is_none()
        && (has("date") || has("time") || has("publish") || has("datum"))
        && !has("update")
        && !has("comment")
    {
        let text = shown(element);
        if text.len() <= 100 {
            seen.shown_date = dates::parse(&text);
        }
    }
}

fn shown(element: ElementRef<'_>) -> String {
    let mut out = String::new();
    for piece in element.text() {
        out.push_str(piece);
        if out.len() > MAX_TEXT {
            break;
        }
    }
    one_line(&out)
}

/// A text from an attribute or from JSON: references are in it, sometimes twice escaped, sometimes tags.
fn line(text: &str) -> String {
    let decoded = decode(text.get(..text.floor_char_boundary(MAX_TEXT * 4)).unwrap_or_default());
    let has_tag = decoded.contains("</") || decoded.contains("<br");
    one_line(&if has_tag { plain_lines(&decoded) } else { decoded.into_owned() })
}

fn one_line(text: &str) -> String {
    let kept: String = text.chars().map(|c| safe(c).unwrap_or(' ')).collect();
    let joined = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.get(..joined.floor_char_boundary(MAX_TEXT)).unwrap_or_default().to_owned()
}

fn absolute(address: &str, base: Option<&Url>) -> Option<String> {
    let url = match base {
        Some(base) => base.join(address.trim()).ok()?,
        None => Url::parse(address.trim()).ok()?,
    };
    (matches!(url.scheme(), "http" | "https") && url.has_host()).then(|| url.into())
}

/// `de_DE` and `de-DE ` become `de-DE`.
fn tag(declared: &str) -> Option<String> {
    let tag = declared.split([',', ';']).next()?.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let fits = matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    (fits && rest).then(|| {
        let (primary, rest) = tag.split_once('-').map_or((tag.as_str(), None), |(p, r)| (p, Some(r)));
        let primary = primary.to_ascii_lowercase();
        rest.map_or(primary.clone(), |rest| format!("{primary}-{rest}"))
    })
}

fn body_lines(body: &str) -> String {
    let decoded = decode(body);
    if decoded.contains("</") || decoded.contains("<br") || decoded.contains("<p>") {
        return plain_lines(&decoded);
    }
    let lines = decoded.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("\n").chars().filter_map(safe).collect()
}

/// Where names may stand, the surest first.
fn authors(described: &Described, seen: &Seen, sites: &[&str], url: Option<&Url>) -> Vec<String> {
    const KEYS: &[&str] =
        &["author", "article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl", "twitter:data1"];
    let stated: Vec<String> = described.authors.iter().filter(|_| described.is_article).map(|name| line(name)).collect();
    let from_meta = KEYS.iter().filter_map(|key| seen.meta.get(*key)).map(Vec::as_slice);
    let bylines = seen.bylines.get(..MAX_BYLINES.min(seen.bylines.len())).unwrap_or_default();
    names::from_sources(std::iter::once(stated.as_slice()).chain(from_meta).chain([seen.authors.as_slice(), bylines]), sites, url)
}

fn published(described: &Described, seen: &Seen, url: Option<&Url>) -> Option<String> {
    const KEYS: &[&str] = &[
        "article:published_time",
        "og:published_time",
        "og:article:published_time",
        "datepublished",
        "article:published",
        "dc.date.issued",
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
        "date",
        "cxenseparse:recs:publishtime",
        "datecreated",
    ];
    let stated = || described.published.as_deref().and_then(dates::parse);
    let meta = || KEYS.iter().find_map(|key| seen.meta.get(*key)?.iter().find_map(|value| dates::parse(value)));
    let from = |text: &Option<String>| text.clone();
    stated()
        .filter(|_| described.is_article)
        .or_else(meta)
        .or_else(stated)
        .or_else(|| from(&seen.dated))
        .or_else(|| from(&seen.time))
        .or_else(|| from(&seen.shown_date))
        .or_else(|| url.and_then(|url| date_in_path(url.path())))
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
        if shape { dates::parse(date) } else { None }
    })
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
