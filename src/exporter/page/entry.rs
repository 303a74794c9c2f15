//! `/entries/ID`: one entry with its text, and why it is as it is.

use maud::{Markup, PreEscaped, html};

use super::evidence::{Evidence, evidence};
use super::still::still;
use super::{Frame, MAX_ADDRESS_BYTES, MAX_TITLE_CHARS, count, fitting, name, outward, spoken, whole};
use crate::exporter::public::public;
use crate::exporter::text::cut;
use crate::exporter::xml::{language, web};
use crate::model::{Enclosure, Item};

/// Bytes of a text that is shown with its markup; of a longer one the beginning of its words is.
const MAX_HTML: usize = 400_000;
const MAX_TEXT_CHARS: usize = 20_000;

/// Authors that are named, and bytes of what is attached.
const AUTHORS: usize = 10;
const ATTACHED_BYTES: usize = 10_000;

/// Lines on how it stands with outputs.
const STANDING: usize = 20;

/// The page of an entry. `standing`: which rules hold for it, and whether any output shows it. `media`: with its pictures, which a browser then loads from where they are.
pub fn entry((item, standing): (&Item, &[String]), why: Option<&Evidence>, media: bool, frame: &Frame) -> String {
    let title = name(item);
    let attached: Vec<&Enclosure> = item.enclosures.iter().filter(|one| web(&one.url).is_some()).collect();
    let (links, _) = fitting(&attached, ATTACHED_BYTES, |one| {
        html! { li { (outward(Some(&one.url), &cut(one.media_type.as_deref().unwrap_or("file"), MAX_TITLE_CHARS), None)) } }
    });
    let site = item.source.site_url.as_deref().filter(|url| url.len() <= MAX_ADDRESS_BYTES);
    let body = html! {
        h1 { (outward(item.url.as_deref(), &title, item.lang.as_deref())) }
        p.soft {
            (outward(site, &cut(&public(&item.source.title), MAX_TITLE_CHARS), None)) (spoken(item.lang.as_deref()))
            ", " (frame.time(item.published))
            @for author in item.authors.iter().take(AUTHORS) { ", " bdi { (cut(author, MAX_TITLE_CHARS)) } }
            " · " a href=(frame.to(&format!("stories/{}", item.story.id.0))) { "all reports of this story" }
        }
        @for line in standing.iter().take(STANDING) { p.bad { (cut(line, MAX_TITLE_CHARS)) } }
        (text(item, media, frame))
        @if !attached.is_empty() { h2 { "Attached" } ul { (links) } }
        @if let Some(why) = why { (evidence(why, frame)) }
    };
    whole(&title, frame, "all", &body)
}

fn text(item: &Item, media: bool, frame: &Frame) -> Markup {
    let html = item.content.as_ref().filter(|html| !html.is_empty()).or(item.summary.as_ref()).map(|html| html.as_str());
    let lang = item.lang.as_deref().and_then(language);
    let Some(whole) = html else { return html! { article { p.soft { "No text." } } } };
    if whole.len() > MAX_HTML {
        return html! {
            p.soft { "This text is very long; here is its beginning, without its markup." }
            article lang=[lang] dir="auto" { p { (cut(&item.text, MAX_TEXT_CHARS)) } }
        };
    }
    let (without, n) = still(whole);
    let here = format!("entries/{}", item.entry.0);
    html! {
        @if n > 0 {
            p.soft {
                @if media { "Pictures are loaded from their own hosts. " a href=(frame.to(&here)) { "Leave them out" } }
                @else {
                    (count(u64::try_from(n).unwrap_or(u64::MAX), "picture")) " left out, so that no other host hears of your visit. "
                    a href=(frame.to(&format!("{here}?media=1"))) { "Load what was left out" }
                }
            }
        }
        article lang=[lang] dir="auto" { (PreEscaped(if media { whole } else { without.as_ref() })) }
    }
}
