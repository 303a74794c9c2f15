//! What forbids that two entries become one story, whatever rule says so. None of it is learned, none knows a language.

use super::pair::Pair;
use super::rules::SAME_DAY;

/// Why they are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guard {
    /// One form of headline with other figures.
    Form,
    /// Other figures in the same places.
    Slot,
    /// The site prints this headline regularly.
    Series,
    /// One front page, other news.
    Front,
    /// Nothing in common but a headline, days apart.
    Poor,
    /// Told apart by who lists them, with one blurb.
    Blurb,
    /// One sentence.
    Thin,
    /// One address, another text.
    Reused,
}

impl Guard {
    /// For people.
    pub(super) fn reason(self, pair: &Pair<'_>) -> String {
        let share = (pair.text.own() * 100.0).round();
        match self {
            Self::Form => "their headlines differ in figures only".to_owned(),
            Self::Slot => {
                let (equal, other) = pair.slots();
                format!("{other} of {} figures at the same places differ", equal + other)
            }
            Self::Series => {
                format!(
                    "one of their sites prints this headline regularly, and {share} % of what is not its standing text is the same"
                )
            }
            Self::Front => "both lead to a front page".to_owned(),
            Self::Poor => "they share a headline, days apart".to_owned(),
            Self::Blurb => "their site lists them under other headlines and addresses".to_owned(),
            Self::Thin => "they share no more than a sentence".to_owned(),
            Self::Reused => "their site gave another text under one address".to_owned(),
        }
    }
}

pub(super) fn guard(pair: &Pair<'_>) -> Option<Guard> {
    let text = &pair.text;
    let (all, own) = (text.all(), text.own());
    // One address that names one article, told again within the day: an update, not a form that is filled anew.
    let is_anchored = pair.same_address && pair.address_stories < 2 && (pair.is_article || pair.same_guid) && pair.hours < SAME_DAY;
    let is_elsewhere = !pair.same_address && !pair.same_guid;
    let is_other_slot = || {
        let (equal, other) = pair.slots();
        other >= 2 && other >= equal && own < 0.97 && !is_anchored && !is_update(pair)
    };
    match () {
        () if pair.is_refilled && all < 0.9 => Some(Guard::Form),
        () if is_other_slot() => Some(Guard::Slot),
        () if pair.series >= 2 && (own < 0.9 || text.is_house()) && !is_anchored && !is_copy(pair) => Some(Guard::Series),
        () if pair.words < 25
            && text.hits > 0
            && is_elsewhere
            && (pair.series >= 2 || pair.hours > 72.0 || (pair.letters() < 0.3 && pair.has_headlines())) =>
        {
            Some(Guard::Thin)
        }
        () if pair.same_address && pair.same_publisher && text.hits == 0 && is_another_text(pair) && !is_same_article(pair) => {
            Some(Guard::Reused)
        }
        () if pair.is_front && pair.same_address && all < 0.9 && pair.letters() < 1.0 => Some(Guard::Front),
        () if text.hits == 0 && pair.hours > 72.0 && is_elsewhere => Some(Guard::Poor),
        () if pair.same_host && pair.same_publisher && is_elsewhere && pair.hours < 0.05 && pair.letters() < 0.6 => {
            Some(Guard::Blurb)
        }
        // A channel's videos under one promotion, forms with another name: who lists them tells them apart.
        () if pair.same_feed && pair.same_host && is_elsewhere && pair.has_headlines() && pair.headline < 1.0 => Some(Guard::Blurb),
        () => None,
    }
}

/// A long headline of its own over the same beginning: figures in it were brought up to date.
fn is_update(pair: &Pair<'_>) -> bool {
    pair.series < 2 && pair.first() >= 0.9 && pair.headline_weight() >= 60 && !pair.has_figures() && pair.letters() >= 0.85
}

/// Told twice under all its names: a section's feed has a teaser of its own.
fn is_same_article(pair: &Pair<'_>) -> bool {
    pair.same_guid && pair.is_article && pair.same_headline()
}

/// The same from beginning to end, figures and all.
fn is_copy(pair: &Pair<'_>) -> bool {
    pair.text.all() >= 0.97 && pair.length_ratio() >= 0.95 && pair.slots().1 == 0
}

fn is_another_text(pair: &Pair<'_>) -> bool {
    pair.words >= 45 || (pair.words >= 5 && pair.first() < 0.3 && pair.hours > 6.0)
}
