//! What two entries have in common: all that rules and guards ask for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::headline::Headline;
use super::print::{OPENING, Print, Run};
use super::share;
use crate::model::Member;

/// Words of the shorter text's beginning that are looked for in the beginning of the other.
const FIRST: usize = 40;
/// Words that an edit may put before a text.
const SPARE: u16 = 16;
/// Words of a run, for what stands behind the last one that is shared.
const RUN: u16 = 5;

/// An entry made ready to be compared.
pub(super) struct Face<'a> {
    pub(super) member: &'a Member,
    pub(super) print: Print,
    pub(super) headline: Headline<'a>,
}

impl<'a> Face<'a> {
    pub(super) fn of(member: &'a Member) -> Self {
        Self { member, print: Print::read(&member.print.text), headline: Headline::of(&member.title) }
    }
}

/// How often a run of words was printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// In one story.
    Once,
    /// In some.
    Elsewhere,
    /// Again and again: it says nothing.
    House,
}

/// The runs of the shorter text (the one with fewer) and those of them that are in the longer one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Passages {
    pub(super) runs: usize,
    pub(super) hits: usize,
    /// Hits that stand in the beginning of the longer one.
    pub(super) leading: usize,
    /// Hits that stand in it far behind where the shorter one would end.
    pub(super) late: usize,
    /// From here on without house text.
    pub(super) own_runs: usize,
    pub(super) own_hits: usize,
    /// Those of them that no other story has.
    pub(super) rare_hits: usize,
    /// In the beginning of the shorter one.
    pub(super) opening: usize,
    pub(super) opening_hits: usize,
    /// Share of its own runs, those of the beginning counted double.
    pub(super) share: f32,
    /// Words behind the last hit, in the text that has fewer of them.
    pub(super) behind: u16,
    /// Words of the longest stretch without a hit that both texts have between two hits.
    pub(super) gap: u16,
}

impl Passages {
    pub(super) fn of(one: &Print, other: &Print, weigh: impl Fn(u32) -> Told) -> Self {
        let (short, long) = if one.runs.len() <= other.runs.len() { (one, other) } else { (other, one) };
        let mut found = Self { runs: short.runs.len(), own_runs: short.runs.len(), ..Self::default() };
        let hits = places(&short.runs, &long.runs);
        if hits.iter().all(Option::is_none) {
            return found;
        }
        found.own_runs = 0;
        let end = short.words.saturating_add(short.words / 8 + SPARE);
        let mut shared: Vec<(u16, u16)> = Vec::new();
        let (mut weight, mut all, mut last) = (0, 0, (0, 0));
        for (Run { hash, at }, hit) in short.runs.iter().zip(hits) {
            if let Some(place) = hit {
                found.hits += 1;
                found.leading += usize::from(place < OPENING);
                found.late += usize::from(place > end);
                shared.push((*at, place));
                last = (last.0.max(at + RUN), last.1.max(place + RUN));
            }
            let told = weigh(*hash);
            if told == Told::House {
                continue;
            }
            let (opens, is_hit) = (*at < OPENING, usize::from(hit.is_some()));
            found.rare_hits += if told == Told::Once { is_hit } else { 0 };
            let counts = if opens { 2 } else { 1 };
            found.own_runs += 1;
            found.own_hits += is_hit;
            found.opening += usize::from(opens);
            found.opening_hits += usize::from(opens) * is_hit;
            all += counts;
            weight += counts * is_hit;
        }
        found.share = share(weight, all);
        shared.sort_unstable();
        for (before, behind) in shared.iter().zip(shared.iter().skip(1)) {
            let between = (behind.0 - before.0).min(behind.1.saturating_sub(before.1));
            found.gap = found.gap.max(between.saturating_sub(RUN));
        }
        found.behind = short.words.saturating_sub(last.0).min(long.words.saturating_sub(last.1));
        found
    }

    /// Share of all runs, house text included.
    pub(super) fn all(&self) -> f32 {
        share(self.hits, self.runs)
    }

    /// Share of its own runs.
    pub(super) fn own(&self) -> f32 {
        share(self.own_hits, self.own_runs)
    }

    /// Hardly anything of it is its own.
    pub(super) fn is_house(&self) -> bool {
        self.own_runs * 2 <= self.runs
    }
}

/// Where the runs of one text stand in another.
fn places(runs: &[Run], others: &[Run]) -> Vec<Option<u16>> {
    let mut others = others.iter().peekable();
    let place = |run: &Run| {
        while others.next_if(|other| other.hash < run.hash).is_some() {}
        others.peek().filter(|other| other.hash == run.hash).map(|other| other.at)
    };
    runs.iter().map(place).collect()
}

/// Everything about two entries.
pub(super) struct Pair<'a> {
    one: &'a Face<'a>,
    pub(super) other: &'a Face<'a>,
    pub(super) text: Passages,
    /// Words of the shorter text.
    pub(super) words: u16,
    /// See [`Headline::words_shared`].
    pub(super) headline: f32,
    /// See [`Headline::is_refilled`].
    pub(super) is_refilled: bool,
    pub(super) same_host: bool,
    pub(super) same_publisher: bool,
    pub(super) same_feed: bool,
    pub(super) same_guid: bool,
    pub(super) same_address: bool,
    /// The address can only be an article's.
    pub(super) is_article: bool,
    /// One of them leads to a front page.
    pub(super) is_front: bool,
    /// Hours between their arrivals.
    pub(super) hours: f32,
    /// Stories at the address, and of the headline form at the site; the larger of both.
    pub(super) address_stories: usize,
    pub(super) series: usize,
}

impl<'a> Pair<'a> {
    pub(super) fn of(one: &'a Face<'a>, other: &'a Face<'a>, weigh: impl Fn(u32) -> Told) -> Self {
        let (a, b) = (one.member, other.member);
        let same_host = a.print.host == b.print.host;
        let address = a.canonical_url.as_deref().unwrap_or_default();
        Self {
            text: Passages::of(&one.print, &other.print, weigh),
            words: one.print.words.min(other.print.words),
            headline: one.headline.words_shared(&other.headline),
            is_refilled: one.headline.is_refilled(&other.headline),
            same_host,
            same_publisher: a.publisher == b.publisher,
            same_feed: a.feed == b.feed,
            same_guid: same_host && a.guid.is_some() && a.guid == b.guid,
            same_address: a.canonical_url.is_some() && a.canonical_url == b.canonical_url,
            is_article: super::super::canonical::names_one_article(address),
            is_front: !a.foldable || !b.foldable,
            hours: a.first_seen.duration_since(b.first_seen).unsigned_abs().as_secs_f32() / 3600.0,
            address_stories: a.address_stories.max(b.address_stories),
            series: a.form_stories.max(b.form_stories),
            one,
            other,
        }
    }

    /// Share of the words that the shorter text begins with in the beginning of the other: what is left after heavy editing.
    pub(super) fn first(&self) -> f32 {
        first(&self.one.print, &self.other.print)
    }

    pub(super) fn same_headline(&self) -> bool {
        self.one.headline.is_same(&self.other.headline)
    }

    /// See [`Headline::letters_shared`].
    pub(super) fn letters(&self) -> f32 {
        self.one.headline.letters_shared(&self.other.headline)
    }

    /// See [`Headline::weight`]; of the first.
    pub(super) fn headline_weight(&self) -> usize {
        self.one.headline.weight()
    }

    pub(super) fn has_figures(&self) -> bool {
        self.one.headline.has_figures()
    }

    /// Untitled posts have none.
    pub(super) fn has_headlines(&self) -> bool {
        self.one.headline.weight() > 0 || self.other.headline.weight() > 0
    }

    pub(super) fn is_wide(&self) -> bool {
        self.one.print.is_wide || self.other.print.is_wide
    }

    /// One of them has no text at all.
    pub(super) fn lacks_text(&self) -> bool {
        self.words == 0
    }

    /// How much of the longer text the shorter one is, in words.
    pub(super) fn length_ratio(&self) -> f32 {
        share(usize::from(self.words), usize::from(self.one.print.words.max(self.other.print.words)))
    }

    /// Places of figures that both texts have: with a figure in common, and with none.
    pub(super) fn slots(&self) -> (usize, usize) {
        let mut figures: FxHashMap<u32, FxHashSet<u16>> = FxHashMap::default();
        for (place, figure) in &self.one.print.slots {
            figures.entry(*place).or_default().insert(*figure);
        }
        let mut same: FxHashMap<u32, bool> = FxHashMap::default();
        for (place, figure) in &self.other.print.slots {
            if let Some(known) = figures.get(place) {
                *same.entry(*place).or_default() |= known.contains(figure);
            }
        }
        let equal = same.values().filter(|same| **same).count();
        (equal, same.len() - equal)
    }
}

/// Share of the words that the shorter text begins with in the beginning of the other.
pub(super) fn first(one: &Print, other: &Print) -> f32 {
    let (short, long) = if one.words <= other.words { (one, other) } else { (other, one) };
    let words = short.first.iter().take(FIRST);
    share(words.clone().filter(|word| long.first.contains(word)).count(), words.len())
}
