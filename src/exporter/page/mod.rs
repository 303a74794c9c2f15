//! Pages for people: no script, no foreign style, nothing loaded from elsewhere; every foreign text is escaped by the template, and
//! every page is bounded whatever the store holds.

mod entry;
mod evidence;
mod front;
mod manage;
mod plot;
mod preview;
mod search;
mod still;
mod story;

use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use url::form_urlencoded;

pub use entry::entry;
pub use evidence::Evidence;
pub use front::{Front, front};
pub use manage::Done;
pub use preview::{Preview, preview};
pub use search::{HITS, PAGES, Search, search};
pub use story::{Story, story};

use super::channel::Format;
use super::text::cut;
use super::xml::{language, web};
use crate::model::Item;

/// Longest foreign title, and other foreign line, on a page.
const MAX_TITLE_CHARS: usize = 110;
const MAX_LINE_CHARS: usize = 120;

/// Longest foreign address on a page that lists many things; where it is longer our own page of the thing stands for it.
const MAX_ADDRESS_BYTES: usize = 500;

/// The style sheet, served beside the pages so that no page needs inline styles.
pub const STYLE: &str = include_str!("style.css");

/// What holds for all parts of a page: where its links lead, and when it is made.
#[derive(Clone, Debug)]
pub struct Frame {
    base: String,
    up: &'static str,
    /// Of who came with one in the address: without it no link of the page would open.
    token: Option<String>,
    now: Timestamp,
}

impl Frame {
    /// `base`: our public address. `up`: the way from the page to the root, e.g. `../`. `token`: what the page's own address carries.
    pub fn new(base: &str, up: &'static str, token: Option<String>, now: Timestamp) -> Self {
        Self { base: base.to_owned(), up, token, now }
    }

    /// The same without a token in its links.
    fn keyless(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// Within our pages: relative, so that it works behind any proxy.
    fn to(&self, path: &str) -> String {
        let path = format!("{}{}", self.up, self.with_token(path));
        if path.is_empty() || path.starts_with(['?', '#']) { format!("./{path}") } else { path }
    }

    /// To be copied into a reader.
    fn address(&self, path: &str) -> String {
        format!("{}/{}", self.base, self.with_token(path))
    }

    fn with_token(&self, path: &str) -> String {
        let Some(token) = &self.token else { return path.to_owned() };
        let token = form_urlencoded::Serializer::new(String::new()).append_pair("token", token).finish();
        let (path, part) = path.split_once('#').map_or((path, String::new()), |(path, part)| (path, format!("#{part}")));
        format!("{path}{}{token}{part}", if path.contains('?') { '&' } else { '?' })
    }

    /// The token as a field of a form that asks with GET.
    fn token_field(&self) -> Markup {
        html! { @if let Some(token) = &self.token { input type="hidden" name="token" value=(token); } }
    }

    /// A moment, as far from now as it is.
    fn time(&self, at: Timestamp) -> Markup {
        html! { time datetime=(super::xml::rfc3339(at)) title=(at.strftime("%Y-%m-%d %H:%M UTC").to_string()) { (self.words(at)) } }
    }

    fn words(&self, at: Timestamp) -> String {
        const DAY: u64 = 24 * 60 * 60;
        let ago = self.now.as_second().saturating_sub(at.as_second());
        match ago.unsigned_abs() {
            0..60 => "now".to_owned(),
            away @ 60..DAY if ago < 0 => format!("in {}", span(away)),
            away @ 60..DAY => format!("{} ago", span(away)),
            _ => at.strftime("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }
}

/// `seconds` in words, in the unit that fits.
fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// A page in its frame. `feed`: the name of the output that a reader would subscribe to from here.
fn whole(title: &str, frame: &Frame, feed: &str, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(frame.to("style.css"));
                @for format in Format::ALL {
                    link rel="alternate" type=(format.media_type()) title={ "feedmux: " (feed) } href=(frame.to(&format!("feeds/{feed}.{}", format.name())));
                }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header {
                    nav aria-label="Site" {
                        ul {
                            li { a href=(frame.to("")) { "feedmux" } }
                            @for (part, name) in [("newest", "Newest"), ("subscribe", "Subscribe"), ("activity", "Activity"), ("feeds", "Feeds")] {
                                li { a href=(frame.to(&format!("#{part}"))) { (name) } }
                            }
                        }
                    }
                    form role="search" action={ (frame.up) "search" } {
                        (frame.token_field())
                        label { "Search " input type="search" name="q" maxlength="500"; }
                        button { "Go" }
                    }
                }
                main id="main" { (body) }
            }
        }
    }
    .into_string()
}

/// A link out of here, where the address may be one.
fn outward(address: Option<&str>, text: &str, lang: Option<&str>) -> Markup {
    let lang = lang.and_then(language);
    html! {
        @match address.and_then(web) {
            Some(address) => a href=(address) rel="noopener noreferrer" { bdi lang=[lang] { (text) } },
            None => bdi lang=[lang] { (text) },
        }
    }
}

/// A link to what an entry is about; to our page of it where it names no address, or a very long one.
fn headline(item: &Item, frame: &Frame) -> Markup {
    match item.url.as_deref().filter(|url| url.len() <= MAX_ADDRESS_BYTES && web(url).is_some()) {
        Some(url) => outward(Some(url), &name(item), item.lang.as_deref()),
        None => {
            let lang = item.lang.as_deref().and_then(language);
            html! { a href=(frame.to(&format!("entries/{}", item.entry.0))) { bdi lang=[lang] { (name(item)) } } }
        }
    }
}

/// Which language a text is in, where it is known.
fn spoken(lang: Option<&str>) -> Markup {
    html! { @if let Some(lang) = lang.and_then(language) { ", " abbr title="language" { (lang) } } }
}

fn name(item: &Item) -> String {
    let title = if item.title.trim().is_empty() { &item.text } else { &item.title };
    let name = cut(title, MAX_TITLE_CHARS);
    if name.is_empty() { "Untitled".to_owned() } else { name.into_owned() }
}

fn count(n: u64, what: &str) -> String {
    match (n, what) {
        (1, _) => format!("1 {what}"),
        (_, "entry") => format!("{n} entries"),
        _ => format!("{n} {what}s"),
    }
}

/// `one` of each of `all`, as far as they fit into `bytes` together; says of how many.
fn fitting<T>(all: impl IntoIterator<Item = T>, bytes: usize, one: impl Fn(T) -> Markup) -> (Markup, usize) {
    let (mut together, mut n) = (String::new(), 0);
    for each in all {
        let PreEscaped(each) = one(each);
        if together.len() + each.len() > bytes {
            break;
        }
        together.push_str(&each);
        n += 1;
    }
    (PreEscaped(together), n)
}
