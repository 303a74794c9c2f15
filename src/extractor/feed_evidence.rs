//! What the feed tells of the story itself: a block that it repeats is of the story, even where the model doubts it.
//!
//! Measured on sites that the model has not seen (`model/README.md`), with the first 200 characters of the story as the feed's
//! text: nothing gets worse, and up to seven of a hundred stories more come out word for word. As a column of the model the
//! same text helped less and hurt elsewhere.

use rustc_hash::FxHashSet;

use super::features::{Facts, Text};

/// Bytes of the feed's text that are looked at.
const MAX_FEED_TEXT: usize = 64 << 10;
/// From this score on a block is in doubt and no longer surely something else.
pub(crate) const DOUBTED: f32 = 0.03;
/// Share of its runs of four words that the feed must have.
const REPEATED: f32 = 0.8;
/// A shorter block stands in many texts.
const MIN_WORDS: usize = 6;

/// Raises the scores of doubted blocks that `feed_text` repeats to `kept`, unless blocks that are kept say the same.
pub(crate) fn raise(text: &Text<'_>, feed_text: &str, kept: f32, scores: &mut [f32]) {
    let feed_text = feed_text.get(..feed_text.floor_char_boundary(MAX_FEED_TEXT)).unwrap_or_default();
    let told = Facts::of_text(feed_text);
    let told: FxHashSet<&[u64; 4]> = told.grams.array_windows().collect();
    if told.is_empty() {
        return;
    }
    let kept_already = text.blocks.iter().zip(scores.iter()).filter(|(_, score)| **score >= kept);
    let known: FxHashSet<&[u64; 4]> = kept_already.flat_map(|((_, facts), _)| facts.grams.array_windows()).collect();
    for ((_, facts), score) in text.blocks.iter().zip(scores) {
        let is_doubted = (DOUBTED..kept).contains(score) && facts.grams.len() >= MIN_WORDS;
        if is_doubted && share(facts, &told) >= REPEATED && share(facts, &known) < REPEATED {
            *score = kept;
        }
    }
}

#[allow(clippy::cast_precision_loss)] // shares
fn share(facts: &Facts, runs: &FxHashSet<&[u64; 4]>) -> f32 {
    let own = facts.grams.array_windows::<4>();
    let all = own.len().max(1);
    own.filter(|run| runs.contains(run)).count() as f32 / all as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEDE: &str = "Der Fluss stieg in der Nacht um zwei Meter, teilte die Leitstelle mit.";

    fn check(html: &str, feed_text: &str, scores: &[f32], expected: &[f32]) {
        let page = crate::extractor::cut::cut(html, None);
        let mut raised = scores.to_vec();
        raise(&Text::of(&page), feed_text, 0.5, &mut raised);
        assert_eq!(raised, expected, "{html}");
    }

    #[test]
    fn what_the_feed_repeats_is_of_the_story() {
        let page = format!("<p>{LEDE}</p><p>Die Feuerwehr war die ganze Nacht im Einsatz, sagte Hanna Vogt.</p>");
        check(&page, LEDE, &[0.2, 0.2], &[0.5, 0.2]);
        check(&page, &format!("Hochwasser. {LEDE} Mehr dazu"), &[0.2, 0.2], &[0.5, 0.2]);
        // What is surely something else stays that, and what is sure stays as it is.
        check(&page, LEDE, &[0.01, 0.9], &[0.01, 0.9]);
        check(&page, "", &[0.2, 0.2], &[0.2, 0.2]);
        check(&page, "Der Fluss", &[0.2, 0.2], &[0.2, 0.2]);
    }

    #[test]
    fn it_is_told_once() {
        check(&format!("<p>{LEDE}</p><aside>{LEDE}</aside>"), LEDE, &[0.9, 0.2], &[0.9, 0.2]);
    }

    #[test]
    fn a_few_words_stand_in_many_texts() {
        check("<p>Der Fluss stieg in der</p>", LEDE, &[0.2], &[0.2]);
    }
}
