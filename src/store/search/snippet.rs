//! What was found, for people: a piece of the text with the places that matched.

use std::collections::VecDeque;

use unicode_normalization::UnicodeNormalization;

use super::super::letters::{MAX_CHARS, fold, stands_alone};
use super::query::{End, Term};
use crate::model::Snippet;

/// Characters of a snippet around its first hit.
const SNIPPET_BEFORE: usize = 60;
const SNIPPET_CHARS: usize = 220;
/// Between the words of a phrase.
const MAX_GAP: usize = 8;

/// What is marked: the words of one term, in a row.
pub(super) struct Needle {
    words: Vec<Vec<char>>,
    open: bool,
}

impl Needle {
    pub(super) fn of(term: &Term) -> Self {
        let words = term.words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self { words: words.map(|word| word.chars().collect()).collect(), open: term.end != End::Word }
    }

    /// Where it ends in `letters`, if it begins at `at`.
    fn ends(&self, letters: &[char], at: usize) -> Option<usize> {
        let mut end = at;
        for (nth, word) in self.words.iter().enumerate() {
            let gap = letters[end..].iter().take(MAX_GAP).take_while(|c| !c.is_alphanumeric()).count();
            let begin = if nth == 0 { at } else { end + gap };
            if !letters[begin..].starts_with(word) || is_inside(letters, begin) {
                return None;
            }
            end = begin + word.len();
            if !(self.open && nth + 1 == self.words.len()) && is_inside(letters, end) {
                return None;
            }
        }
        (end > at).then_some(end)
    }
}

/// Whether a word goes on from before `at` to there.
fn is_inside(letters: &[char], at: usize) -> bool {
    let part = |at: usize| letters.get(at).is_some_and(|c| c.is_alphanumeric() && !stands_alone(*c));
    at > 0 && part(at - 1) && part(at)
}

/// A text with what its characters count as.
struct Text {
    chars: Vec<char>,
    letters: Vec<char>,
    /// Which character each letter is of.
    of: Vec<usize>,
}

impl Text {
    fn new(text: &str) -> Self {
        let blank = |c: char| if c.is_control() { ' ' } else { c };
        // As far as it is indexed: a snippet of what stands behind is not worth a second.
        let chars: Vec<char> = text.nfc().take(MAX_CHARS).map(blank).collect();
        let (mut letters, mut of) = (Vec::with_capacity(chars.len()), Vec::with_capacity(chars.len()));
        for (at, c) in chars.iter().enumerate() {
            fold(*c, |letter| {
                letters.push(letter);
                of.push(at);
            });
        }
        Self { chars, letters, of }
    }

    /// Characters from and to, and which needle, in order of their beginnings.
    fn hits(&self, needles: &[Needle]) -> Vec<(usize, usize, usize)> {
        let ends = |at: usize| {
            let found =
                needles.iter().enumerate().filter_map(move |(which, needle)| Some((which, needle.ends(&self.letters, at)?)));
            // to where the next letter begins: marks that count as nothing belong to the letter before them
            found.map(move |(which, end)| (self.of[at], self.of.get(end).copied().unwrap_or(self.chars.len()), which))
        };
        (0..self.letters.len()).flat_map(ends).collect()
    }

    /// Characters `from` to `to`, with `hits` marked.
    fn piece(&self, from: usize, to: usize, hits: &[(usize, usize, usize)]) -> Snippet {
        let mut out = Snippet { text: if from > 0 { "…".to_owned() } else { String::new() }, marks: Vec::new() };
        let mut bytes = Vec::with_capacity(to - from + 1);
        for c in &self.chars[from..to] {
            bytes.push(out.text.len());
            out.text.push(*c);
        }
        bytes.push(out.text.len());
        for (begin, end, _) in hits.iter().filter(|(begin, _, _)| (from..to).contains(begin)) {
            let (begin, end) = (bytes[begin - from], bytes[(*end).clamp(from, to) - from]);
            match out.marks.last_mut() {
                Some(last) if begin <= last.1 => last.1 = last.1.max(end),
                _ => out.marks.push((begin, end)),
            }
        }
        if to < self.chars.len() {
            out.text.push('…');
        }
        out
    }
}

/// `text` with all of `needles` marked.
pub(super) fn marked(text: &str, needles: &[Needle]) -> Snippet {
    let text = Text::new(text);
    text.piece(0, text.chars.len(), &text.hits(needles))
}

/// A piece of `text` where most of `needles` stand together, else its beginning.
pub(super) fn snippet(text: &str, needles: &[Needle]) -> Snippet {
    let text = Text::new(text);
    let hits = text.hits(needles);
    let first = densest(&hits, needles.len());
    let mut from = first.saturating_sub(SNIPPET_BEFORE);
    // Begin with a whole word where there is one to begin with.
    if from > 0 {
        let begins = |at: &usize| text.chars[at - 1].is_whitespace() || stands_alone(text.chars[*at]);
        from = (from..first).find(begins).unwrap_or(from);
    }
    text.piece(from, text.chars.len().min(from + SNIPPET_CHARS), &hits)
}

/// Where the first piece begins that has as many different needles as any.
fn densest(hits: &[(usize, usize, usize)], needles: usize) -> usize {
    let mut counts = vec![0_usize; needles];
    let (mut window, mut different) = (VecDeque::new(), 0);
    let (mut best, mut begin) = (0, 0);
    for (from, end, which) in hits {
        window.push_back((*from, *which));
        counts[*which] += 1;
        different += usize::from(counts[*which] == 1);
        while let Some((_, gone)) = window.pop_front_if(|(first, _)| end - *first > SNIPPET_CHARS - SNIPPET_BEFORE) {
            counts[gone] -= 1;
            different -= usize::from(counts[gone] == 0);
        }
        if different > best {
            (best, begin) = (different, window.front().map_or(*from, |(first, _)| *first));
        }
    }
    begin
}

#[cfg(test)]
#[path = "snippet_tests.rs"]
mod tests;
