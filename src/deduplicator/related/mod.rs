//! Related, not folded: which stories are probably about the same event.
//!
//! Folding makes one story of entries that share text. What somebody wrote anew, or in another language, shares no text but names, places
//! and figures, and those are rare words. Which words are rare is counted, not listed: the most common word of a text tells how many
//! entries there are of its language, and a word is as telling as it is rare among them. So no language needs to be known.
//!
//! Two beginnings are related when they share enough of such words, in enough different places, and when that is much of what they say.
//! A site that tells a story already does not tell it again under another headline: what looks like it there is the next part of a series.

mod lead;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::model::EntryId;
use lead::{Lead, Word};

/// Words that are counted, rarest first.
const ASKED: usize = 64;
/// Single characters of scripts without spaces that are looked at for the language.
const SIGNS: usize = 16;
/// A word tells nothing where one entry of e^3 (20) of its language has it, ...
const COMMON: f32 = 3.0;
/// ... and shows what language a text is in where one of so many has it.
const OF_LANGUAGE: usize = 6;
/// Share of the subject's words of the language that a text in the same language has.
const SAME_LANGUAGE: f32 = 0.2;
/// Hits in the first look that are no sign of a common word, however few entries there are of the language.
const FEW: usize = 3;
/// What a word in both headlines weighs.
const IN_HEADLINES: f32 = 1.5;
/// What the second word of a run shared in the same order adds: "Virginia Beach" is more than "Virginia", but not two places.
/// Further ones add nothing, or forms (forecasts, draws), which are shared runs between other facts, would be related.
const NEXT_IN_RUN: f32 = 0.5;
/// Different places that have to be shared.
const LEAST_PLACES: usize = 3;
/// What the words of a beginning weigh at least when shares of it are taken: a line of two words is no half of anything.
const LEAST_WEIGHT: f32 = 5.0;
/// Sure enough in one language ...
const SURE: f32 = 20.0;
/// ... and in two: there only names and figures can be shared, and what is shared by chance is less, too.
const SURE_ACROSS: f32 = 10.0;
/// Words of a run that is a form, where the figures in it are others.
const FORM: usize = 3;
/// Figures that each of two texts has, and has alone, where they are one form about two events.
const OTHER_FIGURES: usize = 2;
/// Words that people are told.
const TOLD: usize = 4;
/// Words of a run that people are told.
const TOLD_RUN: usize = 3;

/// A story's beginning before its words are counted.
pub struct Question {
    lead: Lead,
    /// Each word of it once, as it is written, with its key; then the signs.
    words: Vec<(String, String)>,
}

/// The same when they are counted.
pub struct Subject {
    lead: Lead,
    /// Words by key, with how rare they are in the subject's language.
    rare: FxHashMap<String, Weight>,
    /// Keys of words and signs that are common in its language.
    common: FxHashSet<String>,
    /// Entries that have rare words, with their weight, heaviest first.
    candidates: Vec<(EntryId, f32)>,
}

#[derive(Clone, Copy)]
struct Weight {
    /// Among the entries of the subject's language.
    own: f32,
    /// Among all: what a text of another language has in common.
    across: f32,
}

/// Why two stories are related.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// How sure that is; 1 is just enough.
    pub score: f32,
    /// What both name, the most telling first.
    pub words: Vec<String>,
    /// Whether the texts are in one language.
    pub is_same_language: bool,
}

/// What the first look at the words of a [`Question`] showed.
pub struct Chosen {
    /// Indices of [`Question::words`] that are to be counted, rarest first.
    pub ask: Vec<usize>,
    /// More hits than this make a word common: they need not be counted.
    pub most: usize,
    entries: f32,
    common: FxHashSet<String>,
}

impl Question {
    /// The beginning of a story: headline and text.
    pub fn of(title: &str, text: &str) -> Self {
        let lead = Lead::of(title, text);
        let mut seen = FxHashSet::default();
        let words = lead.words.iter().filter(|word| seen.insert(word.key.clone()));
        let mut words: Vec<_> = words.map(|word| (lead.written(word).to_owned(), word.key.clone())).collect();
        let mut signs: Vec<_> = lead.signs.iter().collect();
        signs.sort_unstable(); // Kana come first, which show Japanese
        words.extend(signs.into_iter().take(SIGNS).map(|sign| (sign.to_string(), sign.to_string())));
        Self { lead, words }
    }

    /// Words as they are written, for the index.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(word, _)| word.as_str())
    }

    /// Sorts out what is common. `hits`: of each of [`Self::words`] in a sample of entries around; `times`: how many times more entries
    /// will be counted.
    pub fn choose(&self, hits: &[usize], times: f32) -> Chosen {
        let language = hits.iter().copied().max().unwrap_or_default();
        let entries = float(language) * times.max(1.0);
        let mut common = FxHashSet::default();
        let mut ask = Vec::new();
        for (at, ((_, key), hits)) in self.words.iter().zip(hits).enumerate() {
            if hits * OF_LANGUAGE >= language && *hits > FEW {
                common.insert(key.clone());
            }
            if float(*hits) <= float(language) * (-COMMON).exp() + float(FEW) && key.chars().nth(1).is_some() {
                ask.push((*hits, at));
            }
        }
        ask.sort_unstable();
        ask.truncate(ASKED);
        let most = ((entries + 1.0) * (-COMMON).exp()).ceil();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a small positive count
        Chosen { ask: ask.into_iter().map(|(_, at)| at).collect(), most: most as usize, entries, common }
    }

    /// Weighs words by what was counted. `sightings`: the entries that have each of [`Chosen::ask`], at most one more than
    /// [`Chosen::most`]; `own`: entries of the subject's own story; `all`: how many entries words were counted among.
    pub fn weigh(self, chosen: Chosen, sightings: &[Vec<EntryId>], own: &[EntryId], all: usize) -> Subject {
        let own: FxHashSet<EntryId> = own.iter().copied().collect();
        let mut rare = FxHashMap::default();
        let mut candidates: FxHashMap<EntryId, f32> = FxHashMap::default();
        for (at, entries) in chosen.ask.iter().zip(sightings) {
            let Some((_, key)) = self.words.get(*at).filter(|_| entries.len() <= chosen.most.max(FEW)) else { continue };
            let others = || entries.iter().filter(|entry| !own.contains(entry));
            let weight = |entries: f32| (((entries + 1.0) / (float(others().count()) + 1.0)).ln() - COMMON).max(0.0);
            let weight = Weight { own: weight(chosen.entries), across: weight(float(all).max(chosen.entries)) };
            for entry in others() {
                *candidates.entry(*entry).or_default() += weight.across;
            }
            rare.insert(key.clone(), weight);
        }
        let mut candidates: Vec<_> = candidates.into_iter().collect();
        candidates.sort_by(|one, other| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0)));
        Subject { lead: self.lead, rare, common: chosen.common, candidates }
    }
}

impl Subject {
    /// Entries that share rare words, those that share most first.
    pub fn candidates(&self) -> impl Iterator<Item = EntryId> {
        self.candidates.iter().map(|(entry, _)| *entry)
    }

    /// Whether a text is about the same event, and why. `is_same_site`: a site of the subject's story has it.
    pub fn judge(&self, title: &str, text: &str, is_same_site: bool) -> Option<Likeness> {
        let other = Lead::of(title, text);
        let is_same_language = self.is_same_language(&other);
        if (is_same_site && is_same_language) || self.lead.is_refilled(&other) {
            return None;
        }
        let weight = |key: &str| self.rare.get(key).map_or(0.0, |w| if is_same_language { w.own } else { w.across });
        let own: FxHashMap<&str, bool> = headlines(&self.lead);
        let others: FxHashMap<&str, bool> = headlines(&other);
        let shared: FxHashSet<&str> = own.keys().copied().filter(|key| others.contains_key(key)).collect();
        let heavy = |key: &str| {
            let in_both = own.get(key).is_some_and(|is| *is) && others.get(key).is_some_and(|is| *is);
            weight(key) * if in_both { IN_HEADLINES } else { 1.0 }
        };
        let mut runs = self.runs(&other, &shared);
        if is_form(&runs) && have_other_figures(&own, &others) {
            return None;
        }
        // Short ones first: a word that also stands alone is counted there.
        runs.sort_by_key(|run| run.len());
        let mut counted = FxHashSet::default();
        let mut places = Vec::new();
        let mut sum = 0.0;
        for run in runs {
            let mut weights: Vec<f32> =
                run.iter().filter(|word| counted.insert(word.key.as_str())).map(|word| heavy(&word.key)).collect();
            weights.sort_by(|one, other| other.total_cmp(one));
            let weight = weights.first().copied().unwrap_or_default() + weights.get(1).copied().unwrap_or_default() * NEXT_IN_RUN;
            if weight > 0.0 {
                sum += weight;
                places.push((weight, run));
            }
        }
        let share = {
            let all: f32 = own.keys().map(|key| weight(key)).sum();
            let common: f32 = shared.iter().map(|key| weight(key)).sum();
            // The other's words are not counted: one that the subject does not have weighs what the subject's do on average.
            let unknown = others.keys().filter(|key| !own.contains_key(*key)).count();
            let of_other = common + float(unknown) * all / float(own.len()).max(1.0);
            common / (all.min(of_other) + LEAST_WEIGHT)
        };
        let score = sum * share.sqrt() / if is_same_language { SURE } else { SURE_ACROSS };
        (score >= 1.0 && places.len() >= LEAST_PLACES).then(|| Likeness { score, words: told(&other, places), is_same_language })
    }

    fn is_same_language(&self, other: &Lead) -> bool {
        let keys: FxHashSet<&str> = other.words.iter().map(|word| word.key.as_str()).collect();
        let has = |key: &str| keys.contains(key) || single(key).is_some_and(|sign| other.signs.contains(&sign));
        let shared = self.common.iter().filter(|key| has(key)).count();
        shared > 0 && float(shared) >= float(self.common.len()) * SAME_LANGUAGE
    }

    /// Runs of words of `other` that stand in the same order here.
    fn runs<'a>(&self, other: &'a Lead, shared: &FxHashSet<&str>) -> Vec<Vec<&'a Word>> {
        let pairs: FxHashSet<(&str, &str)> =
            neighbours(&self.lead).map(|(one, next)| (one.key.as_str(), next.key.as_str())).collect();
        let mut runs: Vec<Vec<&Word>> = Vec::new();
        let mut last: Option<&Word> = None;
        for word in &other.words {
            let is_shared = shared.contains(word.key.as_str());
            let goes_on = last.is_some_and(|last| {
                last.is_headline == word.is_headline && pairs.contains(&(last.key.as_str(), word.key.as_str()))
            });
            match runs.last_mut().filter(|_| is_shared && goes_on) {
                Some(run) => run.push(word),
                None if is_shared => runs.push(vec![word]),
                None => {}
            }
            last = Some(word).filter(|_| is_shared);
        }
        runs
    }
}

/// Whether most of what is shared stands in the same order: sentences that are filled anew, not written anew.
fn is_form(runs: &[Vec<&Word>]) -> bool {
    let words = |least: usize| runs.iter().map(Vec::len).filter(|words| *words >= least).sum::<usize>();
    2 * words(FORM) > words(1)
}

/// Whether each has figures, and none in common.
fn have_other_figures(own: &FxHashMap<&str, bool>, others: &FxHashMap<&str, bool>) -> bool {
    let figures = |of: &FxHashMap<&str, bool>| of.keys().filter(|key| key.chars().all(char::is_numeric)).count();
    let shared = own.keys().any(|key| others.contains_key(key) && key.chars().all(char::is_numeric));
    !shared && figures(own) >= OTHER_FIGURES && figures(others) >= OTHER_FIGURES
}

fn single(key: &str) -> Option<char> {
    let mut chars = key.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Words that stand side by side.
fn neighbours(lead: &Lead) -> impl Iterator<Item = (&Word, &Word)> {
    let pairs = lead.words.iter().zip(lead.words.iter().skip(1));
    pairs.filter(|(one, next)| one.is_headline == next.is_headline)
}

/// Each word once, with whether it stands in the headline.
fn headlines(lead: &Lead) -> FxHashMap<&str, bool> {
    let mut words: FxHashMap<&str, bool> = FxHashMap::default();
    for word in &lead.words {
        *words.entry(word.key.as_str()).or_default() |= word.is_headline;
    }
    words
}

/// The heaviest runs as they are written; names, which have capitals in many languages, and figures before other words.
fn told(lead: &Lead, mut places: Vec<(f32, Vec<&Word>)>) -> Vec<String> {
    for (weight, run) in &mut places {
        let first = run.first().and_then(|word| lead.written(word).chars().next());
        if first.is_some_and(|c| !c.is_lowercase()) {
            *weight *= 1.5;
        }
    }
    places.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut words: Vec<String> = Vec::new();
    for (_, run) in places {
        let (Some(first), Some(last)) = (run.first(), run.iter().take(TOLD_RUN).next_back()) else { continue };
        let written = lead.text.get(first.from..last.to).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        if words.len() < TOLD && !words.iter().any(|word| word.contains(&written)) {
            words.push(written);
        }
    }
    words
}

#[allow(clippy::cast_precision_loss)] // counts of words and entries
fn float(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests;
