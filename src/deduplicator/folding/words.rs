//! Texts as the words that are compared, in any script.
//!
//! What is hashed here is stored: it must never change, or no entry would be known again.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use xxhash_rust::xxh3::xxh3_64;

/// Bytes of one word that count: longer ones are addresses and data.
const MAX_WORD: usize = 64;

/// A word, or a character of a script that is written without spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Of its letters, without case and marks.
    pub(super) hash: u64,
    /// A figure.
    pub(super) is_number: bool,
    /// One character of a script without spaces.
    pub(super) is_wide: bool,
    /// Letters in it.
    pub(super) letters: usize,
}

/// At most `limit` words of a text: letters and figures, without case and marks (NFKD, as far as one character goes).
pub(super) fn words(text: &str, limit: usize) -> Vec<Word> {
    // Korean that is written in parts of syllables; all of them begin with this byte.
    let is_korean_part = |c: char| ('\u{1100}'..='\u{11ff}').contains(&c);
    if text.bytes().any(|byte| byte == 0xe1) && text.contains(is_korean_part) {
        return words_of(&text.nfc().collect::<String>(), limit);
    }
    words_of(text, limit)
}

fn words_of(text: &str, limit: usize) -> Vec<Word> {
    let mut found = Vec::with_capacity((text.len() / 6).min(limit));
    let mut word = Letters { bytes: [0; MAX_WORD], len: 0, letters: 0, figures: 0, is_wide: false };
    let mut rest = text;
    while let Some(c) = rest.chars().next().filter(|_| found.len() < limit) {
        if word.letters == 0
            && let Some(ascii) = ascii_word(rest)
        {
            word.take(ascii);
            word.end(&mut found);
            rest = rest.get(ascii.len()..).unwrap_or_default();
            continue;
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase(), c.is_ascii_digit());
        } else if c.is_ascii() || !(c.is_alphanumeric() || canonical_combining_class(c) != 0) {
            word.end(&mut found);
        } else if is_wide(c) {
            word.end(&mut found);
            word.fold(c);
            word.is_wide = true;
            word.end(&mut found);
        } else {
            word.fold(c);
        }
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
    }
    word.end(&mut found);
    found.truncate(limit);
    found
}

/// The word at the beginning of `text`, if all of it is ASCII: most words are, and they need no folding.
fn ascii_word(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let end = bytes.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len());
    if end > 0 && bytes.get(end).is_none_or(u8::is_ascii) { text.get(..end) } else { None }
}

/// Of letters that keyboards exchange, one: the Arabic yeh and kaf in Persian.
fn one_of(c: char) -> char {
    match c {
        'ي' | 'ى' => 'ی',
        'ك' => 'ک',
        _ => c,
    }
}

/// A word that is being read.
struct Letters {
    bytes: [u8; MAX_WORD],
    len: usize,
    letters: usize,
    figures: usize,
    is_wide: bool,
}

impl Letters {
    fn push(&mut self, c: char, is_figure: bool) {
        self.letters += 1;
        self.figures += usize::from(is_figure);
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            if let Some(place) = self.bytes.get_mut(self.len) {
                *place = byte;
                self.len += 1;
            }
        }
    }

    /// All of a word of ASCII: the same as [`Self::push`] of each letter.
    fn take(&mut self, word: &str) {
        for (place, byte) in self.bytes.iter_mut().zip(word.bytes()) {
            *place = byte.to_ascii_lowercase();
        }
        self.len = word.len().min(MAX_WORD);
        self.letters = word.len();
        self.figures = word.bytes().filter(u8::is_ascii_digit).count();
    }

    fn fold(&mut self, c: char) {
        match c {
            // Its capital is two letters.
            'ß' | 'ẞ' => ['s', 's'].into_iter().for_each(|c| self.push(c, false)),
            'ς' => self.push('σ', false),
            // A line that stretches words.
            '\u{640}' => {}
            // Syllables of Korean are characters as they are.
            '\u{ac00}'..='\u{d7a3}' => self.push(c, false),
            _ => decompose_compatible(c, |part| {
                if canonical_combining_class(part) == 0 {
                    part.to_lowercase().for_each(|c| self.push(one_of(c), c.is_numeric()));
                }
            }),
        }
    }

    fn end(&mut self, found: &mut Vec<Word>) {
        if self.letters > 0 {
            let is_number = self.figures == self.letters;
            let bytes = self.bytes.get(..self.len).unwrap_or_default();
            found.push(Word { hash: xxh3_64(bytes), is_number, is_wide: self.is_wide, letters: self.letters });
        }
        (self.len, self.letters, self.figures, self.is_wide) = (0, 0, 0, false);
    }
}

/// Scripts that are written without spaces, or with spaces that move (Korean).
pub(in crate::deduplicator) fn is_wide(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::words;

    /// The same words whatever is written differently.
    fn check(one: &str, other: &str, count: usize) {
        let hashes = |text: &str| words(text, 100).iter().map(|word| word.hash).collect::<Vec<_>>();
        assert_eq!(hashes(one), hashes(other), "{one} / {other}");
        assert_eq!(hashes(one).len(), count, "{one}");
    }

    #[test]
    fn case_marks_and_signs_do_not_count() {
        check("Große Überschwemmung!", "GROSSE uberschwemmung", 2);
        check("Ελλάς, καλημέρα", "ΕΛΛΆΣ ΚΑΛΗΜΕΡΑ", 2);
        check("Čeští žáci", "cesti zaci", 2);
        check("e\u{301}te\u{301}", "été", 1);
        check("ﬁnal", "final", 1);
        check("١٢", "١٢", 1);
        check("مرحـــبا", "مرحبا", 1);
        check("\u{feff}Storm — coast…", "storm coast", 2);
        check("", "…", 0);
    }

    #[test]
    fn scripts_without_spaces_are_read_by_character() {
        check("東京駅", "東 京 駅", 3);
        check("서울역 앞", "서울 역앞", 4);
        check("กรุงเทพ", "กรุงเทพ", 6);
        check("ＪＲ東日本", "JR東日本", 4);
    }

    #[test]
    fn figures_are_known() {
        let numbers = |text: &str| words(text, 9).iter().filter(|word| word.is_number).count();
        assert_eq!([numbers("17 Grad"), numbers("B17"), numbers("٣ درجات"), numbers("1.200,50")], [1, 0, 1, 3]);
    }

    #[test]
    fn no_more_than_asked_for() {
        assert_eq!(words("a b c d", 3).len(), 3);
        assert_eq!(words("東京駅前", 3).len(), 3);
        assert_eq!(words(&"x".repeat(1 << 20), 9).len(), 1);
        // Not looked through again at each letter.
        assert_eq!(words(&format!("é{}", "x".repeat(4 << 20)), 9).len(), 1);
    }
}
