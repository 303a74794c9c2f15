//! What makes two entries one story: their address, their text, or, where there is no text, their headline.
//!
//! The thresholds were found on streams of entries with known stories and hold on streams that differ in texts, outlets and templates
//! (docs/performance.md says what they reach). They lie between what is shared by edits of one text and what templates, tickers,
//! background paragraphs and house lines share.

use super::pair::{Pair, Passages};
use super::share;

/// Which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Address,
    Text,
    Headline,
}

/// How much two texts have to share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    /// Of another site's text.
    other: f32,
    /// Of one with few runs of its own ([`FEW`]).
    few: f32,
    /// Of the same site's.
    same: f32,
    /// Of a text that begins with nearly the same words, and was edited heavily.
    edited: f32,
}

impl Shares {
    /// Whether a rule may hold for two texts that share so much, whatever else is known of them. `first`: of the words that they begin with.
    pub(super) fn may_suffice(&self, text: &Passages, first: impl FnOnce() -> f32) -> bool {
        let least = (self.same - LIKE_LESS_OF_SITE).min(self.other.min(self.few) - LIKE_LESS);
        text.share >= least || first() >= if text.share >= self.edited - BEGUN_LESS { EDITED } else { BEGUN }
    }
}

/// So much less has to be shared under headlines that are alike, by texts of one site and of others ...
const LIKE_LESS_OF_SITE: f32 = 0.25;
const LIKE_LESS: f32 = 0.08;
/// ... and by such that begin with the same words.
const BEGUN_LESS: f32 = 0.07;

/// `dedup.near = "normal"`.
pub(super) const NORMAL: Shares = Shares { other: 0.36, few: 0.62, same: 0.60, edited: 0.19 };
/// `"strict"`: copies with some edits.
pub(super) const STRICT: Shares = Shares { other: 0.60, few: 0.80, same: 0.80, edited: 0.60 };
/// `"loose"`.
pub(super) const LOOSE: Shares = Shares { other: 0.28, few: 0.50, same: 0.50, edited: 0.15 };

/// A page that is rewritten daily keeps its address for a day.
pub(super) const SAME_DAY: f32 = 18.0;
/// Headlines with so many words in common say the same.
pub(super) const LIKE: f32 = 0.6;
/// A text that is so little of another, and not its beginning, is quoted there: by a digest, a newsletter, a link blog.
const QUOTED: f32 = 0.55;
/// So many runs are few, and so many under headlines that have little in common.
const FEW: usize = 8;
const FEW_UNLIKE: usize = 10;
/// Words of a text that says something else than the page it leads to.
const COMMENT: u16 = 45;
/// Hours within which a headline alone can tell a story.
const HEADLINE_HOURS: f32 = 72.0;
/// Words that a run of a text stands for, at most.
const MOST_WORDS_A_RUN: usize = 24;
/// See `Headline::weight`: a shorter headline is one of many ("Letters to the editor").
const TELLING: usize = 35;

/// The rule that makes two entries one story, and its weight among the rules for others: an address is above any text. Without `shares`
/// only addresses count.
pub(super) fn rule(pair: &Pair<'_>, shares: Option<&Shares>) -> Option<(Rule, f32)> {
    let text = if shares.is_some_and(|shares| by_text(pair, shares)) { pair.text.share } else { 0.0 };
    if by_address(pair) {
        Some((Rule::Address, 1.0 + text))
    } else if shares.is_some() && text < 0.5 && by_headline(pair) {
        Some((Rule::Headline, 0.5))
    } else {
        (text > 0.0).then_some((Rule::Text, text))
    }
}

/// An address that names one article is believed when another publisher's feed gives it, or the same GUID; otherwise the text is
/// asked (a live page, a daily page), or, where there is nothing to compare, the headline.
fn by_address(pair: &Pair<'_>) -> bool {
    if !pair.same_address || pair.is_front {
        return false;
    }
    let share = pair.text.share;
    let is_refilled = pair.is_refilled && share < 0.9;
    // Who links to an article and says something else about it tells a story of his own.
    let is_comment = !pair.same_publisher && pair.words >= COMMENT && pair.text.hits == 0 && pair.headline < LIKE;
    let is_named = pair.is_article && (!pair.same_publisher || pair.same_guid) && !is_refilled && !is_comment;
    let least = if pair.same_publisher && !pair.same_guid { 0.6 } else { 0.3 };
    let is_told = share >= least && !is_refilled && (share >= 0.8 || pair.hours <= SAME_DAY);
    let is_headed = pair.text.hits == 0 && pair.headline >= LIKE && !pair.is_refilled && (pair.same_guid || pair.hours < SAME_DAY);
    is_named || is_told || is_headed
}

fn by_text(pair: &Pair<'_>, shares: &Shares) -> bool {
    let text = &pair.text;
    let is_like = pair.headline >= LIKE;
    let is_refilled = pair.is_refilled && (pair.same_host || text.share < 0.9);
    // One of five words or so is the beginning of a run that is chosen: a text of far fewer repeats itself, and says next to nothing.
    let repeats = usize::from(pair.words) > MOST_WORDS_A_RUN * text.runs;
    if text.hits == 0 || is_refilled || repeats || is_preamble(pair) || is_common(pair) {
        return false;
    }
    // Three runs of eight may be two sentences that everybody uses.
    let few = if pair.headline < 0.34 { FEW_UNLIKE } else { FEW };
    let least = match (pair.same_host, text.own_runs < few) {
        (true, _) => shares.same - if is_like { LIKE_LESS_OF_SITE } else { 0.0 },
        (false, true) => shares.few - if is_like { LIKE_LESS } else { 0.0 },
        (false, false) => shares.other - if is_like { LIKE_LESS } else { 0.0 },
    };
    // A short text has to be the beginning of the other: "read also" lines and background paragraphs stand behind it.
    let is_quoted = pair.length_ratio() <= QUOTED && text.late * 2 > text.hits;
    let is_elsewhere = (pair.words < 100 && text.leading * 2 < text.hits) || is_quoted;
    // Beginnings that differ are two stories with one background, unless all of it is shared.
    let begins_otherwise = share(text.opening_hits, text.opening) < 0.25 && text.all() < 0.95;
    let is_thin = text.own_hits < 3 && (text.share < 0.99 || text.is_house());
    let is_other_topic = pair.same_host && pair.headline < 0.34 && text.share < 0.85;
    let shares_enough = text.share >= least && !is_elsewhere && !begins_otherwise && !is_thin && !is_other_topic;
    shares_enough || begins_alike(pair, shares) || is_edited(pair, shares)
}

/// What they share is said in other stories as well.
fn is_common(pair: &Pair<'_>) -> bool {
    let text = &pair.text;
    text.share < 0.8 && text.rare_hits * 3 < text.own_hits
}

/// Excerpts and teasers of an edited text: few runs survive, but nearly all words of the beginning.
fn begins_alike(pair: &Pair<'_>, shares: &Shares) -> bool {
    let text = &pair.text;
    let hits = if pair.headline >= LIKE { 1 } else { 2 };
    let least = if pair.same_host { shares.same - 0.2 } else { shares.edited - BEGUN_LESS };
    pair.words >= 25 && text.own_hits >= hits && !text.is_house() && text.share >= least && pair.first() >= 0.93
}

/// Another outlet's heavy edit of one text.
fn is_edited(pair: &Pair<'_>, shares: &Shares) -> bool {
    let text = &pair.text;
    let first = match (pair.is_wide(), pair.headline >= LIKE) {
        (true, _) => 0.9,
        (false, true) => EDITED,
        (false, false) => 0.7,
    };
    !pair.same_host
        && pair.words >= 75
        && text.own_hits >= 4
        && !text.is_house()
        && text.share >= shares.edited
        && pair.first() >= first
}

/// Both begin alike and then go on differently to their ends: a standing introduction, posts of one live page.
fn is_preamble(pair: &Pair<'_>) -> bool {
    let behind = f32::from(pair.text.behind);
    let is_opening = behind >= 15.0 && behind >= if pair.same_host { 0.3 } else { 0.5 } * f32::from(pair.words);
    // A frame of both: a letter's introduction and its farewell.
    let gap = f32::from(pair.text.gap);
    is_opening || (pair.same_host && gap >= 25.0 && gap >= 0.3 * f32::from(pair.words))
}

/// Nothing but the beginning is shared of two long texts: whatever a fragment of one of them says, they are two stories.
pub(super) fn contradicts(text: &Passages) -> bool {
    text.own_runs >= text.opening + 20 && text.own_hits > 0 && text.own_hits == text.opening_hits
}

/// Share of the words that an edited text has at least of the other's beginning.
const EDITED: f32 = 0.6;
/// Share of the words that a teaser under an article's headline has of the article's beginning.
const BEGUN: f32 = 0.97;

/// Texts of fewer words may be such a fragment.
pub(super) const FRAGMENT: u16 = 100;

fn by_headline(pair: &Pair<'_>) -> bool {
    let is_dated = pair.has_figures() && pair.lacks_text();
    let is_said = pair.same_headline() && !is_dated && (pair.text.share >= 0.5 || pair.lacks_text()) && pair.words < 60;
    // A teaser under the article's headline, however often its phrases are used elsewhere.
    let is_begun = || pair.headline >= 0.8 && pair.words >= 20 && pair.first() >= BEGUN && pair.letters() >= 0.7;
    (is_said || is_begun()) && pair.headline_weight() >= TELLING && pair.hours < HEADLINE_HOURS && !pair.same_host
}
