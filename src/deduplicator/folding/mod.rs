//! One story, once: which entries of which feeds tell the same.
//!
//! An entry is compared with those that share runs of words with it, with those at its address and with those under its headline. A rule
//! ([`rules`]) makes two of them one, a guard ([`guards`]) forbids it; the best candidate's story is joined, and two stories of several
//! entries are never joined with each other once they were shown. What a site prints again and again ([`house`]) counts for nothing.

mod guards;
mod headline;
mod house;
mod pair;
mod postings;
mod print;
mod rules;
mod spilled;
pub(super) mod words;

use serde_json::json;
use std::time::Duration;

use crate::model::{EntryId, Fingerprint, Folder, Join, Mark, Member, Near, Posting, Role, StoryId, Verdict};
use guards::guard;
use headline::Headline;
use house::{House, Weighed};
use pair::{Face, Pair, Passages, Told};
use postings::Postings;
use print::{Print, Run};
use rules::{FRAGMENT, LIKE, Rule, SAME_DAY, Shares, contradicts, rule};
use xxhash_rust::xxh3::xxh3_64;

/// Candidates by their texts that are compared.
const CANDIDATES: usize = 12;
/// Where only house text is shared.
const HOUSE_CANDIDATES: usize = 3;
/// Runs that a candidate shares.
const LEAST_HITS: usize = 2;
/// Places where hits are counted: entries that share one are told apart where they are put in order.
const COUNTS: usize = 1 << 12;
/// Runs of the beginning of a text, and so many others, that are looked up in the store.
const SOUGHT: usize = 128;

/// Share of the runs of a text that an edit leaves where it changes a word or two.
const ALIKE: f32 = 0.9;
/// Share of a text that is nothing new where its site has printed it before.
const ECHO: f32 = 0.95;
/// Words of a text that says enough to be told from any other.
const LONG: u16 = 60;
/// Words that may come or go without mattering.
const FEW_WORDS: usize = 3;

/// The fingerprint of an entry: of its headline, its site (the registrable domain of its address, else of its feed's) and its text.
pub fn fingerprint(title: &str, host: &str, text: &str) -> Fingerprint {
    let host = i64::from_le_bytes(xxh3_64(host.as_bytes()).to_le_bytes());
    let headline = Headline::of(title);
    Fingerprint { form: headline.form(), headline: headline.hash(), host, text: Print::of(text).write() }
}

/// Share of the shorter text that is in the other; `None`: one of them is too short to say.
pub fn resemblance(one: &Fingerprint, other: &Fingerprint) -> Option<f32> {
    let shared = Passages::of(&Print::read(&one.text), &Print::read(&other.text), |_| Told::Once);
    (shared.runs > 0).then(|| shared.all())
}

/// Whether two long texts have no passage and hardly a word of their beginnings in common.
pub fn is_unlike(one: &Fingerprint, other: &Fingerprint) -> bool {
    let (a, b) = (Print::read(&one.text), Print::read(&other.text));
    let shared = Passages::of(&a, &b, |_| Told::Once);
    a.words.min(b.words) >= LONG && shared.hits == 0 && pair::first(&a, &b) < 0.3
}

/// Whether somebody who read one would find nothing in the other: a typo, a counter, a date.
pub fn reads_alike(one: &Fingerprint, other: &Fingerprint) -> bool {
    let (a, b) = (Print::read(&one.text), Print::read(&other.text));
    let longer = a.words.max(b.words);
    let added = longer - a.words.min(b.words);
    let is_alike = match resemblance(one, other) {
        Some(share) => share >= ALIKE,
        None => a.first == b.first,
    };
    one.headline == other.headline && is_alike && usize::from(added) <= FEW_WORDS.max(usize::from(longer) / 30)
}

/// The text part of a [`fingerprint`] alone.
pub fn print_of(text: &str) -> Vec<u8> {
    Print::of(text).write()
}

/// What is remembered of texts, and how much is wanted of them.
pub struct Folding {
    shares: Option<Shares>,
    window: Duration,
    postings: Postings,
    house: House,
    /// Postings of entries before this one are not wanted, or in the store.
    recalled_from: EntryId,
}

impl Folding {
    /// `window`: how far apart two reports of one story may be; `memory`: bytes of the cache.
    pub fn new(near: Near, window: Duration, memory: usize) -> Self {
        let shares = match near {
            Near::Off => None,
            Near::Strict => Some(rules::STRICT),
            Near::Normal => Some(rules::NORMAL),
            Near::Loose => Some(rules::LOOSE),
        };
        let (postings, house) = (Postings::new(memory / 2), House::new(memory / 2));
        Self { shares, window, postings, house, recalled_from: EntryId(0) }
    }

    /// With next to no room for postings, so that they go to the store all the time.
    #[cfg(test)]
    pub(crate) fn narrow() -> Self {
        Self { postings: Postings::new(0), ..Self::new(Near::Normal, Duration::from_hours(31 * 24), 1 << 20) }
    }

    fn pair<'f>(&self, one: &'f Face<'f>, other: &'f Face<'f>) -> Pair<'f> {
        let weighed = self.weigh(one);
        Pair::of(one, other, |run| weighed.told(other.member.print.host, run))
    }

    fn weigh(&self, face: &Face<'_>) -> Weighed<'_> {
        self.house.weigh(face.member.print.host, &face.print.runs)
    }

    /// Of those within the window: what an entry has in common with them, and the rule that speaks for one story.
    fn compare<'f>(&self, one: &'f Face<'f>, others: &'f [Face<'f>]) -> Vec<(Pair<'f>, Option<(Rule, f32)>)> {
        // Nothing is weighed in vain: that waits for memory.
        if others.is_empty() {
            return Vec::new();
        }
        let weighed = self.weigh(one);
        let pairs = others.iter().map(|other| Pair::of(one, other, |run| weighed.told(other.member.print.host, run)));
        let within = pairs.filter(|pair| pair.hours <= self.window.as_secs_f32() / 3600.0);
        let judged = within.map(|pair| {
            let found = rule(&pair, self.shares.as_ref());
            (pair, found)
        });
        judged.collect()
    }

    fn index(&mut self, entry: EntryId, text: &Print) {
        self.postings.touch(text.indexed());
        for run in text.indexed() {
            self.postings.add(run, entry);
        }
    }

    /// Those that share most runs, the newest first among equals. House text counts only if `with_house`.
    fn ranked(&self, host: i64, runs: &[Run], stored: &[Posting], with_house: bool) -> Vec<EntryId> {
        let (least, most) = if with_house { (LEAST_HITS + 1, HOUSE_CANDIDATES) } else { (LEAST_HITS, CANDIDATES) };
        let mut hits: Vec<EntryId> = Vec::new();
        let mut of_run: Vec<EntryId> = Vec::new();
        // Where some are in the store an entry may be in memory as well, after a restart for one.
        let may_repeat = !stored.is_empty() || self.postings.has_spilled();
        let mut stored = stored.iter().peekable();
        for Run { hash, .. } in runs {
            let known = hits.len();
            self.postings.each(*hash, |entry| of_run.push(entry));
            // Both come in the order of runs.
            while let Some((run, entry)) = stored.next_if(|(run, _)| run <= hash) {
                if run == hash && *entry >= self.postings.first() {
                    of_run.push(*entry);
                }
            }
            if may_repeat {
                of_run.sort_unstable();
                of_run.dedup();
            }
            hits.append(&mut of_run);
            // Most runs are nobody else's: only of the others it matters whether they are house text.
            if hits.len() > known && !with_house && self.house.is_house(host, *hash) {
                hits.truncate(known);
            }
        }
        let least = least.min(runs.len());
        // Most have one run in common by chance: they are left out before the rest is put in order.
        let mut counts = [0u8; COUNTS];
        let place = |EntryId(entry): &EntryId| usize::try_from(*entry).unwrap_or_default() % COUNTS;
        for hit in &hits {
            let count = &mut counts[place(hit)];
            *count = count.saturating_add(1);
        }
        hits.retain(|hit| usize::from(counts[place(hit)]) >= least);
        hits.sort_unstable();
        let counted = hits.chunk_by(|one, other| one == other).filter(|same| same.len() >= least);
        let mut ranked: Vec<(usize, EntryId)> = counted.filter_map(|same| Some((same.len(), *same.first()?))).collect();
        ranked.sort_unstable_by(|one, other| other.cmp(one));
        ranked.into_iter().take(most).map(|(_, entry)| entry).collect()
    }
}

impl Default for Folding {
    /// As the configuration has it where it says nothing.
    fn default() -> Self {
        Self::new(Near::Normal, Duration::from_hours(31 * 24), 64 << 20)
    }
}

/// Share of a whole; of nothing none.
#[allow(clippy::cast_precision_loss)] // a share
fn share(part: usize, all: usize) -> f32 {
    if all == 0 { 0.0 } else { part as f32 / all as f32 }
}

fn faces(members: &[Member]) -> Vec<Face<'_>> {
    members.iter().map(Face::of).collect()
}

/// An entry says what its site has printed before, whether or not that is one story.
fn repeats(pair: &Pair<'_>) -> bool {
    pair.same_host && pair.text.runs > 0 && pair.text.all() >= ECHO && pair.length_ratio() >= 0.9
}

/// A candidate that a rule speaks for and no guard against.
struct Fit<'a> {
    face: &'a Face<'a>,
    rule: Rule,
    weight: f32,
    pair: Pair<'a>,
}

impl Folder for Folding {
    fn sought(&self, subject: &Member) -> Vec<u32> {
        if self.shares.is_none() || !self.postings.has_spilled() {
            return Vec::new();
        }
        // What the store has of a text is its beginning and its smallest runs; so much of this one is looked up.
        let runs = Print::read_runs(&subject.print.text).runs;
        let mut places: Vec<u16> = runs.iter().map(|run| run.at).collect();
        places.sort_unstable();
        let opening = places.get(SOUGHT).copied().unwrap_or(u16::MAX);
        runs.iter().enumerate().filter(|(nth, run)| *nth < SOUGHT || run.at < opening).map(|(_, run)| run.hash).collect()
    }

    fn candidates(&self, subject: &Member, stored: &[Posting]) -> Vec<EntryId> {
        if self.shares.is_none() {
            return Vec::new();
        }
        let runs = Print::read_runs(&subject.print.text).runs;
        let hashes = || runs.iter().map(|run| run.hash);
        self.postings.touch(hashes());
        // Whether they are house text is asked of those that others have.
        self.house.touch(hashes());
        let found = self.ranked(subject.print.host, &runs, stored, false);
        // Nothing is left without house text: an article under several addresses of one site.
        if found.is_empty() && !runs.is_empty() { self.ranked(subject.print.host, &runs, stored, true) } else { found }
    }

    fn likely(&self, subject: &Member, found: Vec<(EntryId, Fingerprint)>) -> Vec<EntryId> {
        let Some(shares) = self.shares.as_ref().filter(|_| !found.is_empty()) else { return Vec::new() };
        let text = Print::read(&subject.print.text);
        let weighed = self.house.weigh(subject.print.host, &text.runs);
        let is_likely = |(_, print): &(EntryId, Fingerprint)| {
            let other = Print::read(&print.text);
            // Its own runs are asked for where it is the shorter one.
            if other.runs.len() < text.runs.len() && print.host != subject.print.host {
                self.house.touch(other.runs.iter().map(|run| run.hash));
            }
            let shared = Passages::of(&text, &other, |run| weighed.told(print.host, run));
            shares.may_suffice(&shared, || pair::first(&text, &other)) || contradicts(&shared) || shared.all() >= ECHO
        };
        found.into_iter().filter(is_likely).map(|(entry, _)| entry).collect()
    }

    fn relevant(&self, subject: &Member, mut others: Vec<Member>) -> Vec<Member> {
        let relevant: Vec<EntryId> = {
            let (face, faces) = (Face::of(subject), faces(&others));
            let mut compared = self.compare(&face, &faces);
            compared.retain(|(pair, found)| found.is_some() || repeats(pair) || contradicts(&pair.text));
            compared.iter().map(|(pair, _)| pair.other.member.entry).collect()
        };
        others.retain(|other| relevant.contains(&other.entry));
        others
    }

    fn judge(&self, subject: &Member, others: &[Member]) -> Verdict {
        let (face, faces) = (Face::of(subject), faces(others));
        let mut verdict = Verdict::default();
        let (mut fits, mut contradicted) = (Vec::new(), Vec::new());
        let mut blocked: Option<(f32, EntryId, String)> = None;
        for (pair, found) in self.compare(&face, &faces) {
            verdict.is_echo |= repeats(&pair);
            let Some((rule, weight)) = found else {
                if contradicts(&pair.text) {
                    contradicted.push(pair.other.member.story);
                }
                continue;
            };
            match guard(&pair) {
                None => fits.push(Fit { face: pair.other, rule, weight, pair }),
                Some(guard) => {
                    if blocked.as_ref().is_none_or(|(most, ..)| weight > *most) {
                        blocked = Some((weight, pair.other.member.entry, guard.reason(&pair)));
                    }
                }
            }
        }
        fits.retain(|fit| fit.face.print.words >= FRAGMENT || !contradicted.contains(&fit.face.member.story));
        // Of equals the first: they come best first.
        let best = fits.iter().reduce(|best, fit| if fit.weight > best.weight { fit } else { best });
        let Some(best) = best else {
            verdict.apart = blocked.map(|(_, entry, reason)| (entry, reason));
            return verdict;
        };
        let join =
            |fit: &Fit<'_>, story: StoryId, with: EntryId| Join { story, with, reason: reason(fit), evidence: evidence(fit) };
        let pair = &best.pair;
        verdict.is_echo |= pair.same_host
            && pair.hours < SAME_DAY
            && pair.address_stories < 2
            && ((pair.same_address && pair.is_article) || pair.same_guid);
        let lead = best.face.member;
        verdict.join = Some(join(best, lead.story, lead.entry));
        for fit in fits.iter().filter(|fit| fit.face.member.is_alone && fit.face.member.story != lead.story) {
            // A digest that quotes two stories makes them none.
            let between = self.pair(fit.face, best.face);
            if guard(&between).is_none() && (between.text.own_hits > 0 || between.headline >= LIKE) {
                verdict.bridged.push((fit.face.member.entry, join(fit, lead.story, subject.entry)));
            }
        }
        verdict
    }

    fn objection(&self, one: &Member, other: &Member) -> Option<String> {
        let (one, other) = (Face::of(one), Face::of(other));
        let pair = self.pair(&one, &other);
        guard(&pair).map(|guard| guard.reason(&pair))
    }

    fn remember(&mut self, entry: EntryId, print: &Fingerprint, before: Option<&Fingerprint>, role: Role) {
        let text = Print::read_runs(&print.text);
        self.index(entry, &text);
        let known: Vec<u32> =
            before.map(|print| Print::read_runs(&print.text).runs.iter().map(|run| run.hash).collect()).unwrap_or_default();
        // An entry is counted once. What grew from a teaser is told for the first time; an edit, or a cache that alternates, is not.
        if known.len() * 2 >= text.runs.len().max(1) {
            return;
        }
        self.house.touch(text.runs.iter().map(|run| run.hash));
        for run in text.runs.iter().filter(|run| known.binary_search(&run.hash).is_err()) {
            self.house.print(print.host, role, run.hash);
        }
    }

    fn start(&mut self, (first, last): (EntryId, EntryId), spilled_to: EntryId) {
        self.recalled_from = first.max(spilled_to);
        let entries = |from: EntryId| usize::try_from(last.0.saturating_sub(from.0).saturating_add(1)).unwrap_or_default();
        self.postings.start(first, spilled_to, entries(self.recalled_from));
        self.house.clear(entries(first));
    }

    fn recall(&mut self, entry: EntryId, print: &Fingerprint, role: Role) -> bool {
        let text = Print::read_runs(&print.text);
        if entry >= self.recalled_from && !self.postings.has_room() {
            // Older ones are in the store, or found by address and headline alone until the window has moved on.
            self.recalled_from = EntryId(entry.0 + 1);
            self.postings.give_up_before(self.recalled_from);
        }
        if entry >= self.recalled_from {
            self.index(entry, &text);
        }
        if self.house.has_room() {
            self.house.touch(text.runs.iter().map(|run| run.hash));
            for run in &text.runs {
                self.house.print_before(print.host, role, run.hash);
            }
        }
        entry > self.recalled_from || self.house.has_room()
    }

    fn window(&self) -> Duration {
        self.window
    }

    fn spill(&mut self) -> Vec<Posting> {
        self.postings.spill()
    }

    fn spilled_to(&self) -> Option<EntryId> {
        self.postings.spilled_to()
    }

    fn forget_before(&mut self, entry: EntryId) {
        self.postings.forget_before(entry);
    }

    fn mark(&self) -> Mark {
        Mark { counts: self.house.mark(), postings: self.postings.mark() }
    }

    fn undo(&mut self, mark: Mark) {
        self.house.undo(mark.counts);
        self.postings.undo(mark.postings);
    }

    fn commit(&mut self) {
        self.house.commit();
        self.postings.commit();
    }
}

fn percent(share: f32) -> f32 {
    (share * 100.0).round()
}

fn reason(fit: &Fit<'_>) -> String {
    let entry = fit.face.member.entry.0;
    match fit.rule {
        Rule::Address => "the address of the same article (tracking removed)".to_owned(),
        Rule::Headline => format!("the headline of entry {entry} within three days, and no text that says otherwise"),
        Rule::Text => {
            let text = &fit.pair.text;
            let opening = share(text.opening_hits, text.opening);
            format!("{} % of the shorter text, {} % of its beginning, is in entry {entry}", percent(text.own()), percent(opening))
        }
    }
}

fn evidence(fit: &Fit<'_>) -> serde_json::Value {
    let text = &fit.pair.text;
    match fit.rule {
        Rule::Address => json!({ "rule": "address", "url": fit.face.member.canonical_url, "share": percent(text.own()) }),
        Rule::Headline => json!({ "rule": "headline" }),
        Rule::Text => json!({
            "rule": "text",
            "share": percent(text.own()),
            "opening": percent(share(text.opening_hits, text.opening)),
            "passages": text.own_hits,
            "of": text.own_runs,
            "headline": percent(fit.pair.headline),
        }),
    }
}

#[cfg(test)]
mod tests;
