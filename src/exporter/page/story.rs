//! `/stories/ID`: who tells a story, and why they are one.

use std::collections::HashMap;

use maud::{Markup, html};

use super::{Frame, MAX_ADDRESS_BYTES, MAX_LINE_CHARS, MAX_TITLE_CHARS, count, fitting, headline, name, outward, spoken, whole};
use crate::exporter::fold::Shown;
use crate::exporter::public::public;
use crate::exporter::text::cut;
use crate::model::{EntryId, Item, Related};
use crate::store::Fold;

/// Bytes of the members that are told.
const MEMBERS_BYTES: usize = 80_000;

/// Characters of a reason.
const REASON_CHARS: usize = 3 * MAX_LINE_CHARS;

/// What the page of a story shows.
pub struct Story<'a> {
    /// As outputs show it.
    pub shown: &'a Shown,
    /// Its members, as far as they were asked for.
    pub items: &'a [Item],
    /// Whether there are more.
    pub more: bool,
    /// Why they are one.
    pub folds: &'a [Fold],
    /// Stories about the same event.
    pub related: &'a [Related],
}

/// The page of a story.
pub fn story(story: &Story<'_>, frame: &Frame) -> String {
    let mut members: Vec<&Item> = story.items.iter().collect();
    members.sort_by_key(|item| (item.received, item.entry));
    let lead = &story.shown.lead;
    let folds: HashMap<EntryId, &Fold> = story.folds.iter().map(|fold| (fold.entry, fold)).collect();
    let title = name(lead);
    let (told, n) = fitting(&members, MEMBERS_BYTES, |item| {
        html! { li id={ "entry-" (item.entry.0) } { (member(item, item.entry == lead.entry, folds.get(&item.entry).copied(), frame)) } }
    });
    let all = count(u64::try_from(members.len()).unwrap_or(u64::MAX), "entry");
    let body = html! {
        h1 { bdi lang=[lead.lang.as_deref().and_then(crate::exporter::xml::language)] { (title) } }
        p.soft { "Reported by " @if story.more { "more than " } (all) @if story.more || n < members.len() { "; here are " (n) " of them" } }
        ul.plain { (told) }
        @if !story.related.is_empty() {
            h2 { "Probably about the same event" }
            ul.plain { @for other in story.related { li { (related(other, frame)) } } }
        }
    };
    whole(&title, frame, "all", &body)
}

fn member(item: &Item, leads: bool, fold: Option<&Fold>, frame: &Frame) -> Markup {
    html! {
        (headline(item, frame))
        div.soft {
            bdi { (cut(&public(&item.source.title), MAX_TITLE_CHARS)) } (spoken(item.lang.as_deref())) ", " (frame.time(item.published))
            @if leads { ", leads: its text is shown" }
            @if item.story.is_founding { ", founded the story" }
            ", " a href=(frame.to(&format!("entries/{}", item.entry.0))) { "text" }
        }
        @if let Some(fold) = fold {
            div.soft {
                "One story with " a href={ "#entry-" (fold.with.0) } { "entry " (fold.with.0) } ": "
                @if fold.by_hand { "somebody said so" }
                @else { (cut(fold.reason.as_deref().unwrap_or("it came by an entry that was taken out since"), REASON_CHARS)) }
            }
        }
    }
}

fn related(other: &Related, frame: &Frame) -> Markup {
    let url = other.url.as_deref().filter(|url| url.len() <= MAX_ADDRESS_BYTES);
    let words = other.words.join(", ");
    html! {
        (outward(url, &cut(&other.title, MAX_TITLE_CHARS), other.lang.as_deref()))
        div.soft {
            (count(other.feeds, "feed")) (spoken(other.lang.as_deref()))
            ", both name " bdi { (cut(&words, MAX_LINE_CHARS)) }
            ", " a href=(frame.to(&format!("stories/{}", other.story.0))) { "story" }
        }
    }
}
