//! The beginning of a story as words: its headline and its first sentences, where names and figures stand.

use crate::deduplicator::folding::words::is_wide;
use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Words of a headline that count.
const HEADLINE_WORDS: usize = 40;
/// Words of a text that count: what happened, where and to whom is said first, and background comes after it.
const TEXT_WORDS: usize = 120;
/// Characters that are read for them.
const MAX_CHARS: usize = 2_000;
/// Letters of a word; longer ones are addresses and data.
const MAX_LETTERS: usize = 40;

/// A word, or two characters in a row of a script that is written without spaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Without case and marks.
    pub(super) key: String,
    /// Where it stands, in bytes of [`Lead::text`].
    pub(super) from: usize,
    /// ... and ends.
    pub(super) to: usize,
    /// In the headline.
    pub(super) is_headline: bool,
}

/// Headline and beginning of a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Lead {
    /// Both, in lines.
    pub(super) text: String,
    /// In order, the headline's first.
    pub(super) words: Vec<Word>,
    /// Single characters of scripts without spaces: too common to tell a story, but they tell the language.
    pub(super) signs: FxHashSet<char>,
}

impl Lead {
    pub(super) fn of(title: &str, text: &str) -> Self {
        let mut lead = Self::default();
        lead.read(title, HEADLINE_WORDS, true);
        lead.read(text, TEXT_WORDS, false);
        lead
    }

    /// `word` as it is written here.
    pub(super) fn written(&self, word: &Word) -> &str {
        self.text.get(word.from..word.to).unwrap_or_default()
    }

    /// The same words in the same order, but for figures, of which some differ: the next part of a series.
    pub(super) fn is_refilled(&self, other: &Self) -> bool {
        let is_figure = |word: &&Word| word.key.chars().all(char::is_numeric);
        let headline = |lead: &'_ Self| lead.words.iter().filter(|word| word.is_headline).cloned().collect::<Vec<_>>();
        let (one, other) = (headline(self), headline(other));
        let keys = |words: &[Word]| words.iter().map(|word| word.key.clone()).collect::<Vec<_>>();
        let form = |words: &[Word]| words.iter().filter(|word| !is_figure(word)).map(|word| word.key.clone()).collect::<Vec<_>>();
        form(&one) == form(&other) && keys(&one) != keys(&other)
    }

    fn read(&mut self, text: &str, limit: usize, is_headline: bool) {
        let start = self.text.len();
        self.text.extend(text.chars().take(MAX_CHARS).nfc());
        self.text.push('\n');
        let end = self.words.len() + limit;
        let mut run: Option<(usize, Script)> = None;
        let signs: Vec<(usize, char)> = self.text.get(start..).unwrap_or_default().char_indices().collect();
        for (at, c) in signs {
            let at = start + at;
            let script = Script::of(c).or_else(|| run.map(|(_, script)| script).filter(|_| canonical_combining_class(c) != 0));
            if script != run.map(|(_, script)| script) {
                if let Some((from, script)) = run {
                    self.take((from, at), script, is_headline);
                }
                run = script.map(|script| (at, script));
            }
            if self.words.len() >= end {
                break;
            }
            if script.is_some_and(|script| script != Script::Spaced) {
                self.signs.insert(c);
            }
        }
        self.words.truncate(end);
    }

    /// Takes the words of a run of one script.
    fn take(&mut self, (from, to): (usize, usize), script: Script, is_headline: bool) {
        let run = self.text.get(from..to).unwrap_or_default();
        match script {
            Script::Spaced => {
                if (2..=MAX_LETTERS).contains(&run.chars().count()) {
                    self.words.push(Word { key: fold(run), from, to, is_headline });
                }
            }
            // Foreign names and words are written in it, each a run of its own.
            Script::Katakana => {
                if (2..=MAX_LETTERS).contains(&run.chars().count()) {
                    self.words.push(Word { key: run.to_owned(), from, to, is_headline });
                }
            }
            // Endings and particles.
            Script::Hiragana => {}
            Script::Dense => {
                let starts: Vec<usize> = run.char_indices().map(|(at, _)| from + at).chain([to]).collect();
                for ends in starts.windows(3) {
                    if let [from, _, to] = *ends {
                        let key = self.text.get(from..to).unwrap_or_default().to_owned();
                        self.words.push(Word { key, from, to, is_headline });
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Spaced,
    Katakana,
    Hiragana,
    /// Han, Hangul, Thai and others: where a word ends cannot be seen.
    Dense,
}

impl Script {
    /// `None`: no letter or figure.
    fn of(c: char) -> Option<Self> {
        match c {
            _ if c.is_ascii() => c.is_ascii_alphanumeric().then_some(Self::Spaced),
            '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9f}' => {
                Some(Self::Katakana)
            }
            '\u{3040}'..='\u{309f}' => Some(Self::Hiragana),
            '\u{3005}'..='\u{3007}' => Some(Self::Dense),
            _ if is_wide(c) => Some(Self::Dense),
            _ => c.is_alphanumeric().then_some(Self::Spaced),
        }
    }
}

/// Without case and marks.
fn fold(word: &str) -> String {
    let letters = word.nfkd().filter(|c| canonical_combining_class(*c) == 0).flat_map(char::to_lowercase);
    letters.collect::<String>().replace('ß', "ss").replace('ς', "σ")
}
