//! `/search`: what was found, best first, with the places that matched.

use maud::{Markup, html};
use url::form_urlencoded;

use super::{Frame, MAX_ADDRESS_BYTES, MAX_TITLE_CHARS, count, fitting, spoken, whole};
use crate::exporter::public::public;
use crate::exporter::text::cut;
use crate::exporter::xml::{language, web};
use crate::model::{SearchHit, pieces};

/// Hits on one page, and pages of one search: who wants more than these narrows the search.
pub const HITS: usize = 25;
/// See [`HITS`].
pub const PAGES: usize = 8;

/// Bytes of the hits of one page.
const HITS_BYTES: usize = 60_000;

/// A search and what it found.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As it was typed.
    pub typed: String,
    /// As it was typed.
    pub since: String,
    /// As it was typed.
    pub feed: String,
    /// As it was typed.
    pub lang: String,
    /// From 1 on.
    pub page: usize,
    /// On this page.
    pub hits: Vec<SearchHit>,
    /// Whether there is a page after it.
    pub more: bool,
    /// Whether more may be found than was looked at.
    pub is_cut: bool,
    /// What is wrong with the fields.
    pub wrong: Option<String>,
}

/// The page of a search.
pub fn search(search: &Search, frame: &Frame) -> String {
    let (hits, _) = fitting(&search.hits, HITS_BYTES, |one| html! { li { (hit(one, frame)) } });
    let title =
        if search.typed.is_empty() { "Search".to_owned() } else { format!("Search: {}", cut(&search.typed, MAX_TITLE_CHARS)) };
    let body = html! {
        h1 { bdi { (title) } }
        form action="search" {
            (frame.token_field())
            label { "Words " input type="search" name="q" value=(search.typed) maxlength="500"; }
            label { "Since " input name="since" value=(search.since) placeholder="7d or 2026-11-01" maxlength="60"; }
            label { "Feed " input name="feed" value=(search.feed) placeholder="part of its name" maxlength="200"; }
            label { "Language " input name="lang" value=(search.lang) placeholder="en" size="4" maxlength="20"; }
            button { "Search" }
        }
        @if let Some(wrong) = &search.wrong { p.bad role="alert" { (wrong) } }
        @if search.typed.is_empty() {
            p.soft { "Words, " code { "\"a phrase\"" } ", " code { "begin*" } ", " code { "-without" } ". Case and accents do not matter." }
        } @else if search.wrong.is_none() {
            p.soft role="status" {
                @if search.hits.is_empty() { @if search.page > 1 { "Nothing more." } @else { "Nothing matches." } }
                @else if search.page == 1 && !search.more { (count(u64::try_from(search.hits.len()).unwrap_or(u64::MAX), "hit")) ", best first" }
                @else { "Hits from " ((search.page - 1) * HITS + 1) " on, best first" }
            }
            ol.plain { (hits) }
            (pages(search, frame))
        }
    };
    whole(&title, frame, "all", &body)
}

fn hit(hit: &SearchHit, frame: &Frame) -> Markup {
    let lang = hit.lang.as_deref().and_then(language);
    let entry = frame.to(&format!("entries/{}", hit.entry_id.0));
    let url = hit.url.as_deref().filter(|url| url.len() <= MAX_ADDRESS_BYTES && web(url).is_some());
    // Marks count bytes of the whole title, so a title that is cut has none behind its cut.
    let title = cut(&hit.title, MAX_TITLE_CHARS);
    let has_cut = title != hit.title;
    html! {
        a href=(url.unwrap_or(&entry)) rel="noopener noreferrer" {
            bdi lang=[lang] {
                @if title.is_empty() { "Untitled" } @else if has_cut { (title) } @else { (marked(&hit.title, &hit.title_marks)) }
            }
        }
        div lang=[lang] dir="auto" { (marked(&hit.snippet.text, &hit.snippet.marks)) }
        div.soft {
            bdi { (cut(&public(&hit.feed_title), MAX_TITLE_CHARS)) }
            @if hit.more > 0 { " and " (count(hit.more, "other report")) }
            (spoken(hit.lang.as_deref())) ", " (frame.time(hit.published))
            ", " a href=(entry) { "text" } ", " a href=(frame.to(&format!("stories/{}", hit.story.0))) { "story" }
        }
    }
}

/// `text` with its marks.
fn marked(text: &str, marks: &[(usize, usize)]) -> Markup {
    html! { @for (piece, is_mark) in pieces(text, marks) { @if is_mark { mark { (piece) } } @else { (piece) } } }
}

fn pages(search: &Search, frame: &Frame) -> Markup {
    let at = |page: usize| {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", &search.typed), ("since", &search.since), ("feed", &search.feed), ("lang", &search.lang)] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        frame.to(&format!("search?{}", pairs.append_pair("page", &page.to_string()).finish()))
    };
    html! {
        nav aria-label="Pages of hits" {
            ul {
                @if search.page > 1 { li { a rel="prev" href=(at(search.page - 1)) { "Better ones" } } }
                @if search.more && search.page < PAGES { li { a rel="next" href=(at(search.page + 1)) { "More" } } }
            }
        }
        @if if search.more { search.page >= PAGES } else { search.is_cut } {
            p.soft { "There is more than is shown: narrow the search with another word, a feed or a day." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_in_what_is_escaped() {
        assert_eq!(marked("<b> über", &[(0, 1), (4, 9)]).into_string(), "<mark>&lt;</mark>b&gt; <mark>über</mark>");
        assert_eq!(marked("über", &[(1, 2)]).into_string(), "über");
    }
}
