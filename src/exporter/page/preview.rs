//! What a person sees who opens the address of a feed in a browser.

use maud::html;

use super::front::{addresses, line};
use super::{Frame, fitting, whole};
use crate::exporter::channel::Format;
use crate::exporter::fold::Shown;
use crate::exporter::outputs::Output;

/// Bytes of the items that are shown.
const ITEMS_BYTES: usize = 30_000;

/// What the page at a feed's address shows.
pub struct Preview<'a> {
    /// Which feed.
    pub output: &'a Output,
    /// As the feed calls itself.
    pub title: &'a str,
    /// The canonical query of the address, without `?`.
    pub query: &'a str,
    /// The format that was asked for.
    pub format: Format,
    /// Its newest items.
    pub shown: &'a [Shown],
}

/// The page at a feed's address.
pub fn preview(preview: &Preview<'_>, frame: &Frame) -> String {
    let name = &preview.output.name;
    let query = if preview.query.is_empty() { String::new() } else { format!("?{}", preview.query) };
    let raw = if query.is_empty() { "?raw".to_owned() } else { format!("{query}&raw") };
    let (items, n) = fitting(preview.shown, ITEMS_BYTES, |shown| html! { li { (line(shown, frame)) } });
    let body = html! {
        h1 { bdi { (preview.title) } }
        p {
            "This is the address of a feed: a list of news that a feed reader looks at for you. To follow it, copy one of these "
            "addresses into your reader. All carry the same; a reader that asks here gets the feed instead of this page."
        }
        (addresses(name, &query, frame))
        p.soft { a href=(frame.to(&format!("feeds/{name}.{}{raw}", preview.format.name()))) { "The feed itself" } ", as readers get it" }
        h2 { "Newest" }
        @if n == 0 { p.soft { "Nothing yet." } }
        ol.plain { (items) }
        @if n < preview.shown.len() { p.soft { "and more in the feed" } }
    };
    whole(preview.title, frame, name, &body)
}
