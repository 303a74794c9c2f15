//! Pages for people: no script, no foreign style; every foreign text is escaped by the template.

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use url::form_urlencoded;

use super::channel::Format;
use super::fold::Shown;
use super::outputs::Outputs;
use super::public::public;
use super::text::{authors, cut, source_title};
use super::xml::web;
use crate::model::{FeedRow, FeedState, Item};

/// Longest foreign title and error on a page: with the bounds below it keeps the front page under 50 KB.
const MAX_TITLE_CHARS: usize = 110;
const MAX_ERROR_CHARS: usize = 120;

/// Feeds in the table, those in trouble first.
const MAX_FEEDS_LISTED: usize = 40;

/// Sources named beside a story.
const MAX_SOURCES_NAMED: usize = 5;

/// The style sheet, served beside the pages so that no page needs inline styles.
pub const STYLE: &str = "\
:root { color-scheme: light dark; --line: #8884; --soft: #888; --bad: #c33; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
code { background: #8882; padding: .1em .35em; border-radius: .25em; user-select: all; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; }
td, th { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; vertical-align: top; }
ol, ul.plain { list-style: none; padding: 0; } li { margin: .5rem 0; }
.soft { color: var(--soft); font-size: .9rem; } .bad { color: var(--bad); }
article img, article video { max-width: 100%; height: auto; } pre { overflow-x: auto; }
";

/// Where the links of a page lead.
#[derive(Clone, Debug)]
pub struct Links {
    base: String,
    up: &'static str,
    /// `?token=...` of who came with one: without it no link of the page would open.
    token: String,
}

impl Links {
    /// `base`: our public address. `up`: the way from the page to the root, e.g. `../`.
    pub fn new(base: &str, up: &'static str, token: Option<&str>) -> Self {
        let token =
            token.map(|token| format!("?{}", form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish()));
        Self { base: base.to_owned(), up, token: token.unwrap_or_default() }
    }

    /// Within our pages: relative, so that it works behind any proxy.
    fn to(&self, path: &str) -> String {
        let path = format!("{}{path}{}", self.up, self.token);
        if path.is_empty() { ".".to_owned() } else { path }
    }

    /// To be copied into a reader.
    fn address(&self, path: &str) -> String {
        format!("{}/{path}{}", self.base, self.token)
    }
}

/// What the front page shows.
pub struct Front<'a> {
    /// What can be subscribed to.
    pub outputs: &'a Outputs,
    /// All feeds.
    pub feeds: &'a [FeedRow],
    /// Newest stories of `all`.
    pub newest: &'a [Shown],
}

/// `/`: what is merged, where to subscribe, what is new, what is wrong.
pub fn front(front: &Front<'_>, links: &Links) -> String {
    let subscribed: Vec<&FeedRow> = front.feeds.iter().filter(|row| row.subscribed).collect();
    let entries: u64 = subscribed.iter().map(|row| row.entries).sum();
    let ill = subscribed.iter().filter(|row| !matches!(row.state, FeedState::Active | FeedState::Paused)).count();
    let body = html! {
        h1 { "feedmux" }
        p {
            (count(subscribed.len(), "feed")) " with " (entries) " entries merged, every story once. "
            @if ill > 0 { a.bad href="#feeds" { (count(ill, "feed")) " in trouble" } "." }
        }
        h2 { "Subscribe" }
        table {
            @for output in front.outputs.iter() {
                tr {
                    th { (output.name) @if !output.token.is_empty() { span.soft { " (own token)" } } }
                    td {
                        @for format in Format::ALL {
                            @let path = format!("feeds/{}.{}", output.name, format.name());
                            div { a href=(links.to(&path)) { (format.name()) } " " code { (links.address(&path)) } }
                        }
                    }
                }
            }
        }
        p { "Your list of feeds: " a href=(links.to("opml")) { "OPML" } }
        h2 { "Newest" }
        @if front.newest.is_empty() { p.soft { "Nothing yet: entries appear here after the first polls." } }
        ol { @for shown in front.newest { li { (line(shown, links)) } } }
        h2 id="feeds" { "Feeds" }
        (health(&subscribed))
    };
    whole("feedmux", links, &body)
}

/// `/stories/ID`: a story with all its sources. `items`: its members.
pub fn story(shown: &Shown, items: &[Item], links: &Links) -> String {
    let mut members: Vec<&Item> = items.iter().collect();
    members.sort_by_key(|item| (item.received, item.entry));
    let title = name(&shown.lead);
    let body = html! {
        p { a href=(links.to("")) { "feedmux" } }
        h1 { bdi { (title) } }
        p.soft { "Reported by " (count(members.len(), "entry")) }
        ul.plain {
            @for item in &members {
                li {
                    (outward(item.url.as_deref(), &name(item)))
                    div.soft {
                        bdi { (public(&item.source.title)) } ", " (time(item.published))
                        @if item.entry == shown.lead.entry { ", leads" }
                        ", " a href=(links.to(&format!("entries/{}", item.entry.0))) { "text" }
                    }
                }
            }
        }
    };
    whole(&title, links, &body)
}

/// `/entries/ID`: one entry with its text.
pub fn entry(item: &Item, links: &Links) -> String {
    let title = name(item);
    let text = item.content.as_ref().filter(|html| !html.is_empty()).or(item.summary.as_ref());
    let body = html! {
        p { a href=(links.to("")) { "feedmux" } }
        h1 { (outward(item.url.as_deref(), &title)) }
        p.soft {
            (outward(item.source.site_url.as_deref(), &public(&item.source.title))) ", " (time(item.published))
            @for author in &item.authors { ", " bdi { (author) } }
            " · " a href=(links.to(&format!("stories/{}", item.story.id.0))) { "all reports of this story" }
        }
        article lang=[item.lang.as_deref()] dir="auto" {
            @if let Some(text) = text { (PreEscaped(text.as_str())) } @else { p.soft { "No text." } }
        }
        @let media: Vec<_> = item.enclosures.iter().filter(|one| web(&one.url).is_some()).collect();
        @if !media.is_empty() {
            h2 { "Attached" }
            ul { @for one in media { li { (outward(Some(&one.url), one.media_type.as_deref().unwrap_or("file"))) } } }
        }
    };
    whole(&title, links, &body)
}

fn line(shown: &Shown, links: &Links) -> Markup {
    let sources = shown.also.iter().take(MAX_SOURCES_NAMED);
    let more = shown.also.len().saturating_sub(MAX_SOURCES_NAMED);
    html! {
        (outward(shown.lead.url.as_deref(), &name(&shown.lead)))
        div.soft {
            bdi { (cut(source_title(shown), MAX_TITLE_CHARS)) }
            @for also in sources { ", " bdi { (cut(&also.source, MAX_TITLE_CHARS / 3)) } }
            @if more > 0 { " and " (more) " more" }
            ", " (time(shown.published))
            @let author = authors(shown).first().copied().unwrap_or_default();
            @if author != source_title(shown) { ", " bdi { (cut(author, MAX_TITLE_CHARS / 3)) } }
            ", " a href=(links.to(&format!("stories/{}", shown.lead.story.id.0))) { "story" }
        }
    }
}

fn health(feeds: &[&FeedRow]) -> Markup {
    let mut sorted = feeds.to_vec();
    let rank = |row: &FeedRow| match row.state {
        FeedState::Failing => 0,
        FeedState::Blocked => 1,
        FeedState::Gone => 2,
        FeedState::Active => 3,
        FeedState::Paused => 4,
    };
    sorted.sort_by_key(|row| (rank(row), std::cmp::Reverse(row.failures), row.next_poll_at, row.id));
    html! {
        @if feeds.is_empty() { p { "No feeds yet. Add one: " code { "feedmux feed add https://example.org/" } } }
        @else {
            table {
                tr { th { "Feed" } th { "State" } th { "Next poll" } }
                @for row in sorted.iter().take(MAX_FEEDS_LISTED) {
                    tr {
                        td { (outward(row.site_url.as_deref().or(Some(&public(&row.url))), &cut(&public(&row.title), MAX_TITLE_CHARS))) }
                        td {
                            span.bad[rank(row) < 3] { (row.state.as_str()) }
                            @if let Some(error) = &row.last_error { div.soft { (cut(error, MAX_ERROR_CHARS)) } }
                        }
                        td {
                            @if let Some(at) = row.next_poll_at { (time(at)) }
                            @if let Some(reason) = &row.next_poll_reason { div.soft { (cut(reason, MAX_ERROR_CHARS)) } }
                        }
                    }
                }
            }
            @if feeds.len() > MAX_FEEDS_LISTED {
                p.soft { "and " (feeds.len() - MAX_FEEDS_LISTED) " more: " code { "feedmux feed list" } }
            }
        }
    }
}

fn whole(title: &str, links: &Links, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href=(links.to("style.css"));
                @for format in Format::ALL {
                    link rel="alternate" type=(format.media_type()) title="feedmux: all" href=(links.to(&format!("feeds/all.{}", format.name())));
                }
            }
            body { (body) }
        }
    }
    .into_string()
}

/// A link out of here, where the address may be one.
fn outward(address: Option<&str>, text: &str) -> Markup {
    html! {
        @match address.and_then(web) {
            Some(address) => a href=(address) rel="noopener noreferrer" { bdi { (text) } },
            None => bdi { (text) },
        }
    }
}

fn name(item: &Item) -> String {
    let title = if item.title.trim().is_empty() { &item.text } else { &item.title };
    let name = cut(title, MAX_TITLE_CHARS);
    if name.is_empty() { "Untitled".to_owned() } else { name.into_owned() }
}

fn time(at: Timestamp) -> Markup {
    html! { time datetime=(super::xml::rfc3339(at)) { (at.strftime("%Y-%m-%d %H:%M UTC").to_string()) } }
}

fn count(n: usize, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "entry") => format!("{n} entries"),
        _ => format!("{n} {what}s"),
    }
}
