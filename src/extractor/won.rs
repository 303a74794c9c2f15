//! Ways to the text of an article: the blocks that the model chooses, and what stands in for them where they are next to nothing.

use url::Url;

use super::blocks::{Blocks, weight_of};
use super::choose::{self, Choice};
use super::depth::{self, Bounds};
use super::metadata::Metadata;
use super::page::PageRules;
use super::section::{self, Section};
use super::settle::{For, settle};
use super::switches::switched;
use super::{Page, Prepared, compose, cut, sanitize, state};
use crate::model::{CleanHtml, Switches};

/// Characters of text below which the page's own mark of its article is believed.
const SCARCE: f32 = 120.0;
/// What that must have at least.
const A_PARAGRAPH: f32 = 80.0;
/// Characters of text below which scripts are asked, too.
const TOO_LITTLE: f32 = 250.0;
/// Characters of text (wide ones count as more) from which JSON-LD may stand in for the page.
const ENOUGH_STATED: f32 = 400.0;

/// A text that was won, and how.
pub(super) struct Won {
    pub(super) html: CleanHtml,
    pub(super) text: String,
    /// The text as it is without the user's switches.
    pub(super) uncut: String,
    pub(super) method: &'static str,
}

impl Won {
    /// Of the blocks that were chosen, which say `uncut`, those that the user wants.
    fn of_blocks(
        page: &Blocks,
        chosen: Choice,
        uncut: String,
        base: Option<&Url>,
        switches: &Switches,
        method: &'static str,
    ) -> Self {
        let wanted = switched(page, chosen.clone(), switches);
        let html = sanitize::clean(&compose::compose(page, &wanted), base);
        let text = if wanted.told == chosen.told { uncut.clone() } else { compose::lines(page, &wanted) };
        Self { html, text, uncut, method }
    }
}

/// A text that was won without the model, neither clean nor switched.
pub(super) struct Other {
    pub(super) markup: String,
    pub(super) text: String,
    pub(super) method: &'static str,
}

/// A part of the page as it stands: there is nothing to be found in it.
pub(super) fn part(section: &Section, base: Option<&Url>, switches: &Switches) -> Won {
    let page = cut::cut(&section.html, None);
    let shown = section::choose(&page, &section.heading);
    let told = page.list.iter().zip(&shown).map(|(block, shown)| *shown && !block.is_picture()).collect();
    let chosen = Choice { told, shown };
    let text = compose::lines(&page, &chosen);
    Won::of_blocks(&page, chosen, text, base, switches, "section")
}

/// The story: the blocks that the model chooses; where that is next to nothing, as of a page of headings, what the page marks as its one
/// article; the page's own JSON-LD where that has much more; what its scripts would show where all else has next to nothing.
pub(super) fn story(page: &Page<'_>, prepared: &Prepared, blocks: &Blocks) -> Won {
    let Prepared { meta, base, states, .. } = prepared;
    let base = base.as_ref();
    let mut choice = choose::choose(blocks, meta, page.feed_text, page.memory);
    let mut text = compose::lines(blocks, &choice);
    let mut weight = weight_of(&text);
    if weight < SCARCE
        && let Some(marked) = choose::in_article(blocks, meta)
    {
        let all = compose::lines(blocks, &marked);
        if weight_of(&all) >= A_PARAGRAPH && weight_of(&all) > 2.0 * weight {
            (choice, weight, text) = (marked, weight_of(&all), all);
        }
    }
    let mut other = None;
    if let Some(body) = meta.body.as_deref().filter(|body| weight_of(body) >= ENOUGH_STATED && weight_of(body) > 2.0 * weight) {
        weight = weight_of(body);
        other = Some(Other { markup: sanitize::paragraphs(body), text: body.to_owned(), method: "json-ld" });
    }
    if weight < TOO_LITTLE
        && let Some(body) = state::body(states).filter(|body| weight_of(body) > 2.0 * weight)
    {
        other = Some(Other { markup: sanitize::paragraphs(&body), text: body, method: "state" });
    }
    match other {
        Some(other) => otherwise(other, meta, base, &page.switches),
        None => {
            let method = if weight > 0.0 { "blocks" } else { "none" };
            Won::of_blocks(blocks, choice, text, base, &page.switches, method)
        }
    }
}

/// A text that was won without the model (by a site's rules, from JSON-LD or a script) is held to the same: no label
/// of advertising, no teaser, and of the rest what the user wants. Where nothing is left out its markup stays as it is.
pub(super) fn otherwise(other: Other, meta: &Metadata, base: Option<&Url>, switches: &Switches) -> Won {
    let Other { markup, text, method } = other;
    // Cut as a page is, before it is clean: what it embeds has become links and players then, which are no blocks.
    let settled = settle(&markup, For::Blocks).html;
    let page = cut::cut(&depth::guard(&settled, &mut PageRules::default(), Bounds::default()).html, None);
    let chosen = choose::without_furniture(&page, meta);
    let wanted = switched(&page, chosen.clone(), switches);
    if wanted.told == chosen.told && !wanted.shown.contains(&false) {
        return Won { html: sanitize::clean(&markup, base), text: text.clone(), uncut: text, method };
    }
    let text = compose::lines(&page, &chosen);
    Won::of_blocks(&page, chosen, text, base, switches, method)
}
