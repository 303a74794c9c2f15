//! What a page says about its article outside of the text: headline, names, dates, language, picture, section.
//!
//! A page says most things several times, and not always the same. Of what is stated and can be read, the first in this
//! order is believed; the article's pictures and the feed come last, in [`super::extract`]:
//!
//! | field | order of belief |
//! | --- | --- |
//! | `title` | the `h1` that another form confirms, else the only one if it shares a word with another; an `h2` or `h3` that another form confirms; JSON-LD `headline` of an article; `og:title`, `twitter:title`; the tab's title; the feed's title. The site's name is cut from all of them, and the kicker from the shown one where another form is without ([`super::headline`]). |
//! | `authors` | JSON-LD of an article; meta elements; `itemprop`/`rel=author` near the headline; links to somebody's page near it; lines near it that say "by"; elements classed as byline; lines anywhere that say who wrote it; a name beside a date in a line near the headline. The site itself and logins are believed only when nobody else is named ([`super::names`]). |
//! | `published` | JSON-LD of an article; meta elements; JSON-LD of the page; meta elements of the site's own whose names say so; `itemprop=datePublished`; `time` near the headline; a short line near it; elements classed as date near it, and where no headline is known any `time` and any element classed as date; the address; any `time`, any element classed as date; what `updated` says. Of the same moment told with two offsets the one that is not UTC. |
//! | `updated` | JSON-LD `dateModified`; meta elements; `itemprop=dateModified`; a short line near the headline that says so. Never before `published`. |
//! | `lang` | `lang` of the root; JSON-LD `inLanguage`; `og:locale`, `content-language`. A text that is surely in another language wins ([`super::language`]). |
//! | `image` | `og:image`, `twitter:image`; JSON-LD `image`; the first picture of the article |
//! | `canonical` | `rel=canonical`; `og:url` |
//! | `section` | `article:section` and other meta elements; JSON-LD `articleSection`; `itemprop=articleSection` |

use url::Url;

use crate::model::site_name;

use super::headline::Forms;
use super::json_ld;
use super::names;
use super::seen::{Placed, look};
use super::text::fold;
use super::values::{absolute, body_lines, line, section, tag};
use super::when;

/// A longer name of a site is a headline.
const MAX_SITE_WORDS: usize = 7;

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
    /// Last changed: RFC 3339 with the page's offset.
    pub(crate) updated: Option<String>,
    /// Declared, BCP 47.
    pub(crate) lang: Option<String>,
    /// Picture.
    pub(crate) image: Option<String>,
    /// `rel=canonical`, else `og:url`.
    pub(crate) canonical: Option<String>,
    /// Part of the site that the article is in, as the site calls it.
    pub(crate) section: Option<String>,
    /// What the page says the story begins with.
    pub(crate) teasers: Vec<String>,
    /// Text of the article from JSON-LD, one paragraph a line.
    pub(crate) body: Option<String>,
    /// The page says that one has to pay for it.
    pub(crate) behind_wall: bool,
    /// The page calls itself an article.
    pub(crate) is_article: bool,
}

/// Reads all of it from a guarded page. `scripts` are the page's JSON-LD, `url` is where it was and `base` what its addresses are
/// relative to.
pub(crate) fn read(page: &str, scripts: &[String], url: Option<&Url>, base: Option<&Url>) -> Metadata {
    let seen = look(page);
    let described = json_ld::describe(scripts).unwrap_or_default();
    let meta = |names: &[&str]| seen.meta(names);
    let mut sites: Vec<String> =
        [meta(&["og:site_name"]), meta(&["application-name"]), described.publisher.clone()].into_iter().flatten().collect();
    sites.extend(seen.site_h1.iter().cloned());
    // Some pages state the headline where their own name belongs.
    sites.retain(|site| site.split_whitespace().count() <= MAX_SITE_WORDS);
    sites.extend(host_name(&seen.h1, url));
    let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
    let headline = described.headline.as_deref().filter(|_| described.is_article).map(line);
    let forms = Forms::of(&seen, headline, &sites);
    let titles = forms.all();
    let headline_at = seen.headline_at(&titles);
    let lang = seen.lang.as_deref().or(described.lang.as_deref()).map(str::to_owned);
    let lang = lang.or_else(|| meta(&["og:locale", "language", "content-language"])).as_deref().and_then(tag);
    let resolve = |address: &str| absolute(address, base);
    let dates = when::dates(&seen, &described, headline_at, lang.as_deref(), url);
    Metadata {
        title: forms.best(),
        titles,
        sites: sites.iter().map(|site| (*site).to_owned()).collect(),
        authors: names::from_page(&seen, &described, headline_at, &sites, url),
        published: dates.published,
        updated: dates.updated,
        lang,
        image: meta(&["og:image", "og:image:url", "twitter:image", "twitter:image:src"])
            .or(described.image.clone())
            .and_then(|src| resolve(&src)),
        canonical: seen.canonical.clone().or_else(|| meta(&["og:url"])).and_then(|href| resolve(&href)),
        section: [
            meta(&["article:section", "og:section", "parsely-section", "section"]),
            described.section.clone(),
            seen.section.clone(),
        ]
        .into_iter()
        .flatten()
        .find_map(|name| section(&name)),
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

/// A heading that says the same as the site's address.
fn host_name(headings: &[Placed], url: Option<&Url>) -> Option<String> {
    let host = url?.host_str()?;
    let label = fold(site_name(host)?);
    let says = |heading: &&Placed| fold(&heading.text) == label || fold(&heading.text) == fold(host.trim_start_matches("www."));
    headings.iter().find(says).map(|heading| heading.text.clone())
}

#[cfg(test)]
#[path = "metadata_tests.rs"]
mod tests;
