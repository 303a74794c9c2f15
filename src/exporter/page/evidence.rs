//! Why an entry is as it is.

use maud::{Markup, html};

use super::{Frame, MAX_ADDRESS_BYTES, MAX_LINE_CHARS, MAX_TITLE_CHARS, count, fitting, outward};
use crate::exporter::text::cut;
use crate::model::Decision;
use crate::store::{Edit, EntryRow, Shown, Version, edits};

/// Characters of a line of the text.
const LINE_WIDTH: usize = 160;

/// Bytes of decisions and of edits.
const DECISIONS_BYTES: usize = 20_000;
const EDITS_BYTES: usize = 20_000;

/// What is known of an entry beside what outputs show.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The entry and its page.
    pub row: EntryRow,
    /// Oldest first.
    pub decisions: Vec<Decision>,
    /// What it said before it was edited, oldest first.
    pub versions: Vec<Version>,
    /// What it says now.
    pub shown: Option<Shown>,
}

/// The part of an entry's page that says why.
pub(super) fn evidence(evidence: &Evidence, frame: &Frame) -> Markup {
    let row = &evidence.row;
    let short = |url: &str| cut(url, MAX_ADDRESS_BYTES).into_owned();
    // The newest say most; they are told first where not all have room.
    let (decisions, told) =
        fitting(evidence.decisions.iter().rev(), DECISIONS_BYTES, |one| html! { li { (decision(one, frame)) } });
    html! {
        h2 { "Why it is as it is" }
        dl {
            dt { "Text" }
            dd { (origin(row)) }
            @if let Some(page) = &row.page {
                dt { "Page" }
                dd {
                    (page.state) " after " (count(page.attempts.into(), "attempt")) ": "
                    (cut(page.error.as_deref().or(page.method.as_deref()).unwrap_or("not asked yet"), MAX_LINE_CHARS))
                    @if page.again { "; it is read again" }
                    @if let Some(at) = page.next_scrape_at { ", next " (frame.time(at)) }
                    div.soft { (outward(Some(page.url.as_str()), &short(&page.url), None)) }
                }
            }
            @if let Some(url) = &row.canonical_url { dt { "Known by its address as" } dd { bdi { (short(url)) } } }
            @if let Some(at) = row.published { dt { "Dated" } dd { (frame.time(at)) " by its " @if row.page_dated { "page" } @else { "feed" } } }
            dt { "First seen" }
            dd { (frame.time(row.first_seen)) ", entry " (row.id.0) ", " (row.state) @if row.revision > 0 { ", rewritten " (count(row.revision.into(), "time")) } }
        }
        @if told > 0 {
            h3 { "Decisions, newest first" }
            ul.plain { (decisions) }
            @if told < evidence.decisions.len() { p.soft { "and " (evidence.decisions.len() - told) " older: " code { "feedmux explain " (row.id.0) } } }
        }
        (edited(evidence, frame))
    }
}

fn origin(row: &EntryRow) -> String {
    let page = row.page.as_ref().filter(|_| row.content_origin == "article");
    match page {
        None => "the feed's own".to_owned(),
        Some(page) => {
            let method =
                page.method.as_deref().map(|method| format!(", read by {}", cut(method, MAX_TITLE_CHARS))).unwrap_or_default();
            let partial = if page.partial { "; paywalled: its beginning only" } else { "" };
            format!("its page's{method}{partial}")
        }
    }
}

fn decision(decision: &Decision, frame: &Frame) -> Markup {
    html! {
        (frame.time(decision.at)) ", " b { (decision.kind) } ": " bdi { (cut(&decision.reason, 3 * MAX_LINE_CHARS)) }
        @if !decision.evidence.is_null() { div.soft { bdi { (cut(&decision.evidence.to_string(), 3 * MAX_LINE_CHARS)) } } }
    }
}

fn edited(evidence: &Evidence, frame: &Frame) -> Markup {
    let edits = edits(&evidence.versions, evidence.shown.as_ref());
    let (told, n) = fitting(edits.iter().rev(), EDITS_BYTES, |Edit { at, title, gone, new }| {
        html! {
            li {
                "Edited " (frame.time(*at))
                @if let Some((before, after)) = title { div dir="auto" { del { (cut(before, MAX_TITLE_CHARS)) } } div dir="auto" { ins { (cut(after, MAX_TITLE_CHARS)) } } }
                @for line in gone { div dir="auto" { del { (cut(line, LINE_WIDTH)) } } }
                @for line in new { div dir="auto" { ins { (cut(line, LINE_WIDTH)) } } }
            }
        }
    });
    html! { @if n > 0 { h3 { "Edits, newest first" } ul.plain { (told) } } }
}
