//! What the text of one block says by itself, counted in one walk over its characters.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::extractor::blocks::{self, Block, is_comma, is_quote, is_stop, is_stopless, is_wide};
use crate::extractor::text::{is_letter, is_uncased, is_word};

/// Characters from which a block can be prose; wide ones count more.
const PROSE: f32 = 80.0;
/// Share of links from which it cannot.
const MAX_LINKED: f32 = 0.35;

/// Counts of a block's text. Shares are of 1.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Characters, wide ones counted more.
    pub(crate) weight: f32,
    /// Characters.
    pub(crate) chars: f32,
    /// Words; of wide text half its characters, of text that parts no words a fifth.
    pub(crate) words: f32,
    /// Word runs as they stand (a run of wide characters is one).
    pub(crate) runs: f32,
    /// Hashes of the lower-case words in order; of text that parts no words those of its pairs of characters.
    pub(crate) grams: Vec<u64>,
    /// The same, sorted, each once.
    pub(crate) set: Vec<u64>,
    /// Hash of the words in their order: the same text twice has it twice.
    pub(crate) whole: u64,
    /// Share of wide characters.
    pub(crate) wide: f32,
    pub(crate) commas: f32,
    /// Sentence ends.
    pub(crate) stops: f32,
    pub(crate) ends: bool,
    pub(crate) quotes: f32,
    pub(crate) letters: f32,
    pub(crate) upper: f32,
    pub(crate) digits: f32,
    pub(crate) bars: f32,
    pub(crate) slashes: f32,
    pub(crate) has_at: bool,
    pub(crate) has_copyright: bool,
    /// Letters of all words together, words of at most three, words that begin with a capital.
    pub(crate) word_chars: f32,
    pub(crate) short_words: f32,
    pub(crate) capitalised: f32,
    /// Class of the first character.
    pub(crate) first: f32,
    pub(crate) colon: bool,
    pub(crate) ellipsis: bool,
    /// Prose: long enough, not made of links, with a sentence in it.
    pub(crate) is_prose: bool,
}

impl Facts {
    /// Of a block.
    pub(crate) fn of(block: &Block) -> Self {
        let text = block.text.as_str();
        let mut facts = Self::of_text(text);
        facts.ends = blocks::ends_sentence(text);
        facts.colon = text.ends_with([':', '：']);
        facts.ellipsis = text.ends_with('…') || text.ends_with("...");
        facts.first = text.chars().next().map_or(5.0, class);
        facts.is_prose = facts.weight >= PROSE && block.linked < MAX_LINKED && (facts.stops > 0.0 || facts.commas > 1.0);
        facts
    }

    /// Counts without what depends on the block.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut facts = Self::default();
        let mut word = Word::default();
        let mut chars = text.chars().peekable();
        let (mut stopless, mut before) = (0.0, ' ');
        while let Some(c) = chars.next() {
            facts.chars += 1.0;
            let last = std::mem::replace(&mut before, c);
            if c.is_ascii_alphanumeric() {
                facts.letters += f32::from(c.is_ascii_alphabetic());
                facts.upper += f32::from(c.is_ascii_uppercase());
                facts.digits += f32::from(c.is_ascii_digit());
                word.push(c, false);
                continue;
            }
            let wide = is_wide(c);
            facts.wide += f32::from(wide);
            if is_stopless(c) {
                stopless += 1.0;
                facts.letters += 1.0;
                word.push(c, true);
                continue;
            }
            let is_letter = is_letter(c);
            if is_letter || c == '_' || is_word(c) {
                facts.letters += f32::from(is_letter || c.is_alphabetic());
                facts.upper += f32::from(c.is_uppercase());
                facts.digits += f32::from(!is_letter && c.is_numeric());
                word.push(c, wide);
                continue;
            }
            facts.end(&mut word);
            facts.commas += f32::from(is_comma(c) || (c == ' ' && is_stopless(last)));
            facts.quotes += f32::from(is_quote(c));
            facts.bars += f32::from(matches!(c, '|' | '•' | '·'));
            facts.slashes += f32::from(c == '/');
            facts.has_at |= c == '@';
            facts.has_copyright |= c == '©';
            // A stop inside of a word or a number ends nothing.
            let next = chars.peek();
            facts.stops += f32::from(
                is_stop(c) && next.is_none_or(|&next| is_quote(next) || next == ')' || next.is_whitespace() || is_wide(next)),
            );
        }
        facts.end(&mut word);
        facts.weight = facts.chars + facts.wide * (blocks::WIDE - 1.0);
        facts.words = facts.runs + facts.wide * 0.5 + stopless * 0.2;
        facts.wide /= facts.chars.max(1.0);
        let mut whole = FxHasher::default();
        facts.grams.hash(&mut whole);
        facts.whole = whole.finish();
        facts.set.clone_from(&facts.grams);
        facts.set.sort_unstable();
        facts.set.dedup();
        facts
    }

    fn end(&mut self, word: &mut Word) {
        if word.chars == 0 {
            return;
        }
        let length = f32::from(u16::try_from(word.chars).unwrap_or(u16::MAX));
        self.runs += 1.0;
        self.word_chars += length;
        self.short_words += f32::from(word.chars <= 3);
        self.capitalised += f32::from(word.capital);
        if word.pairs.is_empty() {
            self.grams.push(word.hasher.finish());
        } else {
            self.grams.append(&mut word.pairs);
        }
        *word = Word { pairs: std::mem::take(&mut word.pairs), ..Word::default() };
    }
}

/// A run of letters and digits.
#[derive(Default)]
struct Word {
    hasher: FxHasher,
    chars: usize,
    capital: bool,
    last: Option<char>,
    pairs: Vec<u64>,
}

impl Word {
    #[inline(always)] // once a character
    fn push(&mut self, c: char, unparted: bool) {
        if self.chars == 0 {
            self.capital = c.is_uppercase();
        }
        self.chars += 1;
        if c.is_ascii() || is_uncased(c) {
            c.to_ascii_lowercase().hash(&mut self.hasher);
        } else {
            c.to_lowercase().for_each(|lower| lower.hash(&mut self.hasher));
        }
        // Languages without spaces: a pair of characters says about what a word says elsewhere.
        if let (true, Some(last)) = (unparted, self.last) {
            let mut pair = FxHasher::default();
            (last, c).hash(&mut pair);
            self.pairs.push(pair.finish());
        }
        self.last = unparted.then_some(c);
    }
}

fn class(c: char) -> f32 {
    match c {
        c if c.is_lowercase() => 0.0,
        c if c.is_uppercase() => 1.0,
        c if c.is_numeric() => 2.0,
        c if is_quote(c) => 3.0,
        c if c.is_alphabetic() => 4.0,
        _ => 5.0,
    }
}

/// Sets of words that the set of each block is compared with.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    /// Which of them have a word.
    holders: FxHashMap<u64, Vec<usize>>,
    /// How many words each of them has, and how many of these the block has.
    sizes: Vec<(usize, usize)>,
    /// Words of the block.
    own: usize,
}

impl Sets {
    /// Adds a set of which each word stands there once.
    pub(crate) fn add(&mut self, set: &[u64]) {
        for word in set {
            self.holders.entry(*word).or_default().push(self.sizes.len());
        }
        self.sizes.push((set.len(), 0));
    }

    /// How many they are.
    pub(crate) fn len(&self) -> usize {
        self.sizes.len()
    }

    /// Compares all of them with one more.
    pub(crate) fn compare(&mut self, set: &[u64]) {
        self.own = set.len();
        self.sizes.iter_mut().for_each(|(_, common)| *common = 0);
        for holder in set.iter().filter_map(|word| self.holders.get(word)).flatten() {
            if let Some((_, common)) = self.sizes.get_mut(*holder) {
                *common += 1;
            }
        }
    }

    /// What one of them and the block have in common: shares of both together, of the block, of the other.
    #[allow(clippy::cast_precision_loss)] // shares
    pub(crate) fn alike(&self, at: usize) -> (f32, f32, f32) {
        match self.sizes.get(at) {
            Some(&(size, common)) if size > 0 && self.own > 0 => {
                let (own, all) = (self.own as f32, (self.own + size - common) as f32);
                (common as f32 / all, common as f32 / own, common as f32 / size as f32)
            }
            _ => (0.0, 0.0, 0.0),
        }
    }
}
