//! `/`: what is merged, what is new, where to subscribe, what happens, what is wrong.

use maud::{Markup, html};

use super::manage::{Done, forms};
use super::{
    Frame, MAX_ADDRESS_BYTES, MAX_LINE_CHARS, MAX_TITLE_CHARS, count, fitting, headline, outward, plot, span, spoken, whole,
};
use crate::exporter::channel::Format;
use crate::exporter::fold::Shown;
use crate::exporter::outputs::Outputs;
use crate::exporter::public::{public, public_line};
use crate::exporter::text::{cut, source_title};
use crate::model::{FeedRow, Glance};
use crate::store::Overlap;

/// Bytes of the parts that grow with what is stored: all together the page stays under 50 KB.
const STORIES_BYTES: usize = 18_000;
const OUTPUTS_BYTES: usize = 7_000;
const FEEDS_BYTES: usize = 11_000;
const OVERLAPS_BYTES: usize = 2_000;

/// Sources named beside a story.
const MAX_SOURCES_NAMED: usize = 5;

/// Pairs of feeds that repeat each other most.
const OVERLAPS: usize = 5;

/// What the front page shows.
pub struct Front<'a> {
    /// What can be subscribed to.
    pub outputs: &'a Outputs,
    /// Subscriptions, those in trouble first, and days.
    pub glance: &'a Glance,
    /// Newest stories of `all`.
    pub newest: &'a [Shown],
    /// Feeds that repeat others, most first.
    pub overlaps: &'a [Overlap],
    /// Whether feeds can be added and removed here.
    pub manages: bool,
    /// What was just done.
    pub done: Option<Done>,
}

/// The front page.
pub fn front(front: &Front<'_>, frame: &Frame) -> String {
    let glance = front.glance;
    let body = html! {
        h1 { "feedmux" }
        @if let Some(done) = &front.done { p.said role="status" { (done.in_words(&glance.first)) } }
        p {
            (count(glance.feeds, "feed")) " with " (count(glance.entries, "entry")) " merged, every story once. "
            @if glance.in_trouble > 0 { a.bad href="#feeds" { (count(glance.in_trouble, "feed")) " in trouble" } "." }
        }
        @if let Some(why) = &glance.halted { p.bad role="alert" { "Nothing is polled at the moment: " (cut(why, MAX_TITLE_CHARS)) "." } }
        h2 id="newest" { "Newest" }
        @if front.newest.is_empty() { p.soft { "Nothing yet: entries appear here after the first polls." } }
        ol.plain { (fitting(front.newest, STORIES_BYTES, |shown| html! { li { (line(shown, frame)) } }).0) }
        h2 id="subscribe" { "Subscribe" }
        (outputs(front.outputs, frame))
        h2 id="activity" { "Activity" }
        (plot::activity(&glance.days))
        (overlaps(front.overlaps))
        h2 id="feeds" { "Feeds" }
        (feeds(glance, frame))
        @if front.manages { (forms(frame)) }
    };
    whole("feedmux", frame, "all", &body)
}

/// A story in a list: headline, sources, language, when.
pub(super) fn line(shown: &Shown, frame: &Frame) -> Markup {
    let mut sources: Vec<&str> = Vec::new();
    for source in std::iter::once(source_title(shown)).chain(shown.also.iter().map(|also| also.source.as_str())) {
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    let more = sources.len().saturating_sub(1 + MAX_SOURCES_NAMED);
    let width = |at: usize| if at == 0 { MAX_TITLE_CHARS } else { MAX_TITLE_CHARS / 3 };
    html! {
        (headline(&shown.lead, frame))
        div.soft {
            @for (at, source) in sources.iter().take(1 + MAX_SOURCES_NAMED).enumerate() {
                @if at > 0 { ", " }
                bdi { (cut(source, width(at))) }
            }
            @if more > 0 { " and " (more) " more" }
            (spoken(shown.lead.lang.as_deref())) ", " (frame.time(shown.published))
            @if shown.lead.story.id.0 > 0 { ", " a href=(frame.to(&format!("stories/{}", shown.lead.story.id.0))) { "story" } }
        }
    }
}

/// Addresses to copy, for each output.
fn outputs(outputs: &Outputs, frame: &Frame) -> Markup {
    let all: Vec<_> = outputs.iter().collect();
    let (rows, n) = fitting(&all, OUTPUTS_BYTES, |output| {
        html! {
            tr {
                th scope="row" { (output.name) @if !output.token.is_empty() { span.soft { " (asks for its own token)" } } }
                td {
                    // Who is given this address must not get the key to everything with it.
                    @if output.token.is_empty() { (addresses(&output.name, "", frame)) } @else { (addresses(&output.name, "", &frame.keyless())) }
                }
            }
        }
    });
    html! {
        table {
            caption { "Copy an address into your reader; each format carries the same." }
            tbody { (rows) }
        }
        @if n < all.len() { p.soft { "and " (all.len() - n) " more: " code { "feedmux output list" } } }
        p {
            "What goes wrong with your feeds, as a feed of its own: " a href=(frame.to("feeds/status.atom")) { "atom" } " "
            code { (frame.address("feeds/status.atom")) }
        }
        p { "Your list of feeds: " a href=(frame.to("opml")) { "OPML" } }
    }
}

/// The addresses of one output in all formats. `query`: with its `?`, or empty.
pub(super) fn addresses(name: &str, query: &str, frame: &Frame) -> Markup {
    html! {
        @for format in Format::ALL {
            @let path = format!("feeds/{name}.{}{query}", format.name());
            div { a href=(frame.to(&path)) { (format.name()) } " " code { (frame.address(&path)) } }
        }
    }
}

fn overlaps(overlaps: &[Overlap]) -> Markup {
    let one = |pair: &Overlap| {
        let percent = pair.shared.saturating_mul(100) / pair.entries.max(1);
        html! {
            li {
                (percent) " % of " bdi { (cut(&public(&pair.title), MAX_TITLE_CHARS / 2)) } " (" (pair.shared) " of " (pair.entries) ") is in "
                bdi { (cut(&public(&pair.other_title), MAX_TITLE_CHARS / 2)) } ", "
                (span(pair.delay.unsigned_abs())) @if pair.delay >= 0 { " later" } @else { " earlier" }
            }
        }
    };
    html! {
        @if !overlaps.is_empty() {
            h3 { "Feeds that repeat others" }
            ul.plain { (fitting(overlaps.iter().take(OVERLAPS), OVERLAPS_BYTES, one).0) }
        }
    }
}

fn feeds(glance: &Glance, frame: &Frame) -> Markup {
    let (rows, n) = fitting(&glance.first, FEEDS_BYTES, |row| html! { li { (health(row, frame)) } });
    let more = glance.feeds.saturating_sub(u64::try_from(n).unwrap_or(u64::MAX));
    html! {
        @if glance.feeds == 0 { p { "No feeds yet. Add one: " code { "feedmux feed add https://example.org/" } } }
        ul.plain.feeds { (rows) }
        @if more > 0 { p.soft { "and " (more) " more, which are polled later: " code { "feedmux feed list" } } }
    }
}

/// How a feed stands.
fn health(row: &FeedRow, frame: &Frame) -> Markup {
    let is_ill = row.state.is_trouble();
    let url = public(&row.url);
    let address = row.site_url.as_deref().unwrap_or(&url);
    let entries = count(row.entries, "entry");
    html! {
        div {
            (outward(Some(address).filter(|url| url.len() <= MAX_ADDRESS_BYTES), &cut(&public(&row.title), MAX_TITLE_CHARS), None))
            div.soft { "no. " (row.id.0) ", " (entries) }
        }
        div {
            span.bad[is_ill] { (row.state.as_str()) }
            @if row.failures > 1 { span.soft { ", " (row.failures) " times in a row" } }
            @if let Some(error) = &row.last_error { div.soft { (cut(&public_line(error), MAX_LINE_CHARS)) } }
            @if let Some(at) = row.last_new_at { div.soft { "something new " (frame.time(at)) } }
        }
        div {
            @match row.next_poll_at {
                Some(at) => { "next poll " (frame.time(at)) }
                None => { "no next poll" }
            }
            @if let Some(reason) = &row.next_poll_reason { div.soft { (cut(&public_line(reason), MAX_LINE_CHARS)) } }
        }
    }
}
