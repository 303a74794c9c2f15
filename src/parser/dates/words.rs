//! A word of a date looked up: which month or day of the week it is, and in which languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::languages::LANGUAGES;

/// A set of languages, one bit each in the order of [`LANGUAGES`].
pub(super) type Tongues = u64;

/// Any language.
pub(super) const ALL: Tongues = Tongues::MAX;
/// English, the language of RFC 822.
pub(super) const ENGLISH: Tongues = 1;

/// Words that stand in dates and say nothing: `22 de noviembre de 2026 a las 10:00`, `2026 m. lapkričio 22 d.`, `22nd`.
#[rustfmt::skip]
const PARTICLES: [&str; 58] = [
    "a", "at", "the", "of", "on", "st", "nd", "rd", "th", "um", "der", "den", "uhr", "de", "del", "las", "la", "el", "le", "du", "er", "e",
    "h", "hs", "hrs", "min", "ore", "alle", "as", "da", "do", "dia", "feira", "om", "o", "u", "kl", "klo", "dnia", "godz", "r", "g", "г", "р",
    "в", "года", "году", "року", "hodin", "v", "saat", "m", "d", "στις", "o'clock", "พ.ศ", "เวลา", "น",
];

/// What a word may be.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Word {
    /// Months, from 1, with the languages that call them so.
    pub months: Vec<(i8, Tongues)>,
    /// Days of the week, Monday as 1.
    pub days: Vec<(i8, Tongues)>,
}

impl Word {
    /// The languages that have the word.
    pub(super) fn tongues(&self) -> Tongues {
        self.months.iter().chain(&self.days).fold(0, |all, (_, tongues)| all | tongues)
    }
}

/// What is said in `tongues`, or by anyone if nobody there says it; the most frequent language first.
pub(super) fn said(meanings: &[(i8, Tongues)], tongues: Tongues) -> Vec<i8> {
    let mut here: Vec<(i8, Tongues)> =
        meanings.iter().map(|(value, by)| (*value, by & tongues)).filter(|(_, by)| *by != 0).collect();
    if here.is_empty() {
        here = meanings.to_vec();
    }
    here.sort_by_key(|(_, by)| by.trailing_zeros());
    here.into_iter().map(|(value, _)| value).collect()
}

static WORDS: LazyLock<HashMap<String, Word>> = LazyLock::new(|| {
    let mut words: HashMap<String, Word> = HashMap::new();
    let add = |meanings: &mut Vec<(i8, Tongues)>, value: usize, bit: Tongues| {
        let value = i8::try_from(value).unwrap_or_default() + 1;
        match meanings.iter_mut().find(|(known, _)| *known == value) {
            Some((_, tongues)) => *tongues |= bit,
            None => meanings.push((value, bit)),
        }
    };
    for (at, language) in LANGUAGES.iter().enumerate() {
        for (month, names) in language.months.iter().enumerate() {
            for name in names.split(' ') {
                add(&mut words.entry(fold(name)).or_default().months, month, 1 << at);
            }
        }
        for (day, names) in language.days.iter().enumerate() {
            for name in names.split(' ') {
                add(&mut words.entry(fold(name)).or_default().days, day, 1 << at);
            }
        }
    }
    words
});

/// The month or day that `word` is the name of.
pub(super) fn look_up(word: &str) -> Option<&'static Word> {
    WORDS.get(fold(word).as_str())
}

/// Whether `word` says nothing.
pub(super) fn is_particle(word: &str) -> bool {
    let word = fold(word);
    PARTICLES.iter().any(|particle| *particle == word)
}

/// The language of a tag (BCP 47), none if there is no table for it.
pub(super) fn tongue(tag: &str) -> Tongues {
    let primary = tag.split(['-', '_']).next().unwrap_or_default().trim().to_ascii_lowercase();
    // two written forms of Norwegian, a neighbour with the same names, and codes that were withdrawn long ago
    let primary = match primary.as_str() {
        "nb" | "nn" => "no",
        "bs" | "sh" => "sr",
        "in" => "id",
        "iw" => "he",
        "ms" => "id",
        primary => primary,
    };
    LANGUAGES.iter().position(|language| language.tag == primary).map_or(0, |at| 1 << at)
}

/// Lower case without accents: `Février`, `fevrier` and `FÉVRIER` are one word, decomposed or not.
fn fold(word: &str) -> String {
    word.chars().flat_map(char::to_lowercase).filter_map(bare).collect()
}

/// A lower-case letter without its accent, `None` if it is nothing but one.
fn bare(c: char) -> Option<char> {
    #[rustfmt::skip]
    let bare = match c {
        '\0'..='\x7f' => c,
        '\u{300}'..='\u{36f}' => return None,
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ľ' | 'ł' => 'l',
        'ñ' | 'ń' | 'ň' | 'ņ' => 'n',
        'ò'..='ö' | 'ø' | 'ő' => 'o',
        'ř' => 'r',
        'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        'ё' => 'е',
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        'أ' | 'إ' | 'آ' => 'ا',
        c => c,
    };
    Some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_accents_and_case() {
        for (word, expected) in [
            ("FÉVRIER", "fevrier"),
            ("fe\u{301}vrier", "fevrier"),
            ("KASIM", "kasim"),
            ("Kasım", "kasim"),
            ("ΜΆΙΟΣ", "μαιοσ"),
            ("PAŹ", "paz"),
            ("Kovo", "kovo"),
        ] {
            assert_eq!(fold(word), expected);
        }
    }

    #[test]
    fn a_language_decides_what_a_word_says() {
        let month = |word: &str, tag: &str| said(&look_up(word).unwrap().months, tongue(tag));
        for (word, tag, expected) in [
            ("lis", "pl", 11),
            ("lis", "hr", 10),
            ("listopad", "cs-CZ", 11),
            ("listopada", "hr", 10),
            ("srp", "cs", 8),
            ("srp", "hr", 7),
            ("lip", "pl", 7),
            ("lip", "hr", 6),
            ("тра", "uk", 5),
            ("tra", "hr", 4),
        ] {
            assert_eq!(month(word, tag), [expected], "{word} in {tag}");
        }
        assert_eq!(month("lis", "sv"), [11, 10], "nobody says so there: the more frequent language first");
        assert_eq!(tongue("nb-NO"), tongue("no"));
        assert_eq!(tongue("tlh"), 0);
        assert!(is_particle("Uhr") && !is_particle("November"));
    }

    #[test]
    fn every_language_says_its_own_names_without_doubt() {
        for language in &LANGUAGES {
            let own = tongue(language.tag);
            for (month, names) in language.months.iter().enumerate() {
                for name in names.split(' ') {
                    let months = &look_up(name).unwrap().months;
                    assert_eq!(said(months, own), [i8::try_from(month).unwrap() + 1], "{name} in {}", language.tag);
                }
            }
            for (day, names) in language.days.iter().enumerate() {
                for name in names.split(' ') {
                    let days = &look_up(name).unwrap().days;
                    assert_eq!(said(days, own), [i8::try_from(day).unwrap() + 1], "{name} in {}", language.tag);
                }
            }
        }
    }
}
