//! Stories about the event that a story is about: the store says which words are rare and who has them, the deduplicator decides.
//!
//! Looked up when somebody asks, and stored nowhere: what is related changes with each entry that comes.

use std::collections::HashMap;

use crate::deduplicator::related::Question;
use crate::model::{EntryId, Related, StoryId};
use crate::store::{Store, StoreError};

/// Related stories that are told.
const TOLD: usize = 5;
/// Entries with a word that are looked at in the first look, of all words together; later words count as rare then.
const SAMPLED: usize = 40_000;
/// The same when they are counted; later words, which are less rare, count for nothing then.
const COUNTED: usize = 20_000;
/// Entries that share words whose stories are looked up.
const CANDIDATES: usize = 200;
/// Stories whose texts are compared.
const COMPARED: usize = 40;

/// Stories that are probably about the same event as `story`, surest first, at most five. Not those it was folded with: they are it.
///
/// # Errors
/// What the disk says.
pub async fn related(store: &Store, story: StoryId) -> Result<Vec<Related>, StoreError> {
    let Some(around) = store.surroundings(story).await? else { return Ok(Vec::new()) };
    let question = Question::of(&around.lead.title, &around.lead.text);
    let words: Vec<String> = question.words().map(str::to_owned).collect();
    let sample = store.sightings(words.clone(), around.sample, (usize::MAX, SAMPLED)).await?;
    let hits: Vec<usize> = sample.iter().map(Vec::len).chain(std::iter::repeat(0)).take(words.len()).collect();
    let chosen = question.choose(&hits, size(around.counted) / size(around.sample));
    let ask: Vec<String> = chosen.ask.iter().filter_map(|at| words.get(*at).cloned()).collect();
    let found = store.sightings(ask, around.counted, (chosen.most.saturating_add(1), COUNTED)).await?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
    let all = size(around.counted) as usize;
    let subject = question.weigh(chosen, &found, &around.members, all);
    let is_near = |entry: &EntryId| (around.near.0..=around.near.1).contains(entry);
    let candidates: Vec<EntryId> = subject.candidates().filter(is_near).take(CANDIDATES).collect();
    let mut related: HashMap<StoryId, Related> = HashMap::new();
    for report in store.reports(candidates, story, COMPARED).await? {
        let Some(like) = subject.judge(&report.title, &report.text, around.hosts.contains(&report.host)) else { continue };
        let told = Related {
            story: report.story,
            title: report.title,
            url: report.url,
            lang: report.lang,
            feeds: report.feeds,
            score: f64::from(like.score),
            words: like.words,
        };
        related.insert(told.story, told);
    }
    let mut related: Vec<Related> = related.into_values().collect();
    related.sort_by(|one, other| other.score.total_cmp(&one.score).then(one.story.0.cmp(&other.story.0)));
    related.truncate(TOLD);
    Ok(related)
}

#[allow(clippy::cast_precision_loss)] // entries of a store
fn size((from, to): (EntryId, EntryId)) -> f32 {
    (to.0 - from.0 + 1).max(1) as f32
}
