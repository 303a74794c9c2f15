//! Which letters count as the same when texts are searched: the index, the question and the marks of a hit all go through
//! [`fold`], so that they cannot disagree.
//!
//! FTS5's own `unicode61 remove_diacritics 2` takes case and the accents of Latin letters away. What it leaves is done here
//! before a text comes to it: accents of Greek, points of Hebrew, vowel signs of Arabic, letters that Unicode does not take
//! apart (`ł ø ß æ`), forms for the sake of looks (full width, ligatures, mathematical bold), and what is not seen at all
//! (soft hyphens). Letters of their own right stay: `й` is no `и`, `が` no `か`.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Of each text; a million-word page must not fill the index.
///
/// Neither this nor anything else of this file may change without a migration that has the index written anew: to take an
/// entry out, the very words that went in must be given again.
pub(super) const MAX_CHARS: usize = 200_000;

/// `text` as the index sees it: folded, with a space around every character that [`stands_alone`], so that each becomes a
/// token and a phrase finds them in a row.
pub(super) fn indexed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let put = |out: &mut String, c: char| {
        if stands_alone(c) {
            out.extend([' ', c, ' ']);
        } else {
            out.push(c);
        }
    };
    // Whether letters are put together is a question of others than these, which are most.
    if is_nfc_quick(text.chars().filter(|c| !c.is_ascii())) == IsNormalized::Yes {
        let (mut rest, mut left) = (text, MAX_CHARS);
        while left > 0 && !rest.is_empty() {
            let plain = rest.bytes().take(left).take_while(u8::is_ascii).count();
            let (ascii, others) = rest.split_at(plain);
            let from = out.len();
            out.push_str(ascii);
            out[from..].make_ascii_lowercase();
            left -= plain;
            let foreign = others.chars().take(left).take_while(|c| !c.is_ascii());
            let mut taken = 0;
            for c in foreign {
                fold(c, |c| put(&mut out, c));
                (left, taken) = (left - 1, taken + c.len_utf8());
            }
            rest = &others[taken..];
        }
    } else {
        text.nfc().take(MAX_CHARS).for_each(|c| fold(c, |c| put(&mut out, c)));
    }
    out
}

/// Puts what `c` counts as: nothing, one letter or several. `c` is of a text in NFC.
pub(super) fn fold(c: char, mut put: impl FnMut(char)) {
    if c.is_ascii() {
        return put(c.to_ascii_lowercase());
    }
    let mut lower = |c: char| {
        for c in c.to_lowercase().filter(|c| !is_unseen(*c)) {
            match same_as(c) {
                Some(letters) => letters.chars().for_each(&mut put),
                None => put(c),
            }
        }
    };
    if comes_apart(c) { std::iter::once(c).nfkd().for_each(lower) } else { lower(c) }
}

/// Marks above, below and within letters, the stroke that makes an Arabic word longer, and characters that only say how their
/// neighbours are set. Not those of Indic scripts, which are vowels.
fn is_unseen(c: char) -> bool {
    matches!(u32::from(c),
        0x00ad                     // soft hyphen
        | 0x0300..=0x036f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f
        | 0x0483..=0x0489          // Cyrillic
        | 0x0591..=0x05bd | 0x05bf | 0x05c1 | 0x05c2 | 0x05c4 | 0x05c5 | 0x05c7 | 0xfb1e // Hebrew
        | 0x0610..=0x061a | 0x0640 | 0x064b..=0x065f | 0x0670 | 0x06d6..=0x06dc | 0x06df..=0x06e4 // Arabic
        | 0x06e7 | 0x06e8 | 0x06ea..=0x06ed | 0x08d3..=0x08e1 | 0x08e3..=0x08ff
        | 0x061c | 0x200c..=0x200f | 0x2060 | 0xfe00..=0xfe0f | 0xfeff // joiners, direction, variants
    )
}

/// Whether Unicode's compatibility decomposition of `c` begins with the letter that people would type for it.
fn comes_apart(c: char) -> bool {
    // "Brand™" is no "brandtm"
    c.is_alphanumeric()
        && matches!(u32::from(c),
            0x00a0..=0x03ff            // Latin, Greek
            | 0x0590..=0x06ff | 0x0750..=0x077f | 0x08a0..=0x08ff // Hebrew, Arabic
            | 0x1d00..=0x1fff          // Latin, Greek
            | 0x2070..=0x24ff          // raised, lowered, circled
            | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xab30..=0xab6f // Latin
            | 0xfb00..=0xfdff | 0xfe70..=0xfeff // ligatures, Hebrew, forms of Arabic letters
            | 0xff00..=0xffef          // full and half width
            | 0x1d400..=0x1d7ff        // "mathematical" letters
        )
}

/// What people without that key type, and search engines of the language take for the same. Of a lower-case letter.
fn same_as(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' | 'ɗ' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        'ə' => "e",
        'ɓ' => "b",
        'ƙ' => "k",
        'ς' => "σ",
        'ё' | 'ѐ' => "е",
        'ѝ' => "и",
        'ٱ' => "ا",
        'ى' | 'ی' => "ي",
        'ک' => "ك",
        'ة' => "ه",
        '٠' | '۰' => "0",
        '١' | '۱' => "1",
        '٢' | '۲' => "2",
        '٣' | '۳' => "3",
        '٤' | '۴' => "4",
        '٥' | '۵' => "5",
        '٦' | '۶' => "6",
        '٧' | '۷' => "7",
        '٨' | '۸' => "8",
        '٩' | '۹' => "9",
        _ => return None,
    })
}

/// Whether `c` is indexed as a token of its own: of scripts that are written without spaces, and of Hangul, whose particles
/// cling to the word.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(u32::from(c),
        0x0e00..=0x0eff            // Thai, Lao
        | 0x1000..=0x109f          // Myanmar
        | 0x1100..=0x11ff          // Hangul letters
        | 0x1780..=0x17ff          // Khmer
        | 0x3005..=0x3007          // iteration mark, zero
        | 0x3040..=0x30ff          // Hiragana, Katakana
        | 0x3130..=0x318f          // Hangul letters
        | 0x31f0..=0x31ff          // Katakana
        | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff // Han
        | 0xac00..=0xd7ff          // Hangul
        | 0xff66..=0xff9f          // Katakana, half width
        | 0x1b000..=0x1b16f        // Kana
        | 0x20000..=0x3ffff        // Han
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(indexed(text), expected, "{text:?}");
        let apart: String = text.nfd().collect();
        assert_eq!(indexed(&apart), expected, "{text:?}, letters and marks apart");
        assert_eq!(indexed(&indexed(text)).split_whitespace().collect::<String>(), expected.replace(' ', ""), "{text:?} twice");
    }

    #[test]
    fn letters_that_people_take_for_the_same_are_the_same() {
        for (text, expected) in [
            ("Plain ASCII, 42!", "plain ascii, 42!"),
            ("Brücke São Tomé", "brucke sao tome"),
            ("Straße STRASSE Straẞe", "strasse strasse strasse"),
            ("Łódź Gdańsk żółć", "lodz gdansk zolc"),
            ("København Ærø Århus", "kobenhavn aero arhus"),
            ("Đorđe Đà Nẵng người", "dorde da nang nguoi"),
            ("Þór Eyjafjörður", "thor eyjafjordur"),
            ("İstanbul ISPARTA ılık şeker", "istanbul isparta ilik seker"),
            ("l'œuvre cœur", "l'oeuvre coeur"),
            ("Ελλάδα ΕΛΛΑΔΑ ΐ", "ελλαδα ελλαδα ι"),
            ("Κόσμος ΚΟΣΜΟΣ ᾧ", "κοσμοσ κοσμοσ ω"),
            ("Ёлка ёлка", "елка елка"),
            ("за\u{301}мок", "замок"),
            ("Российский Київ Ўзбек", "российский київ ўзбек"),
            ("مُحَمَّد محمـــد", "محمد محمد"),
            ("أحمد إلى آخر ٱلله مدرسة", "احمد الي اخر الله مدرسه"),
            ("کتاب فارسی می\u{200c}روم", "كتاب فارسي ميروم"),
            ("٢٠٢٦ ۱۴۰۵", "2026 1405"),
            ("שָׁלוֹם", "שלום"),
            ("Klima\u{ad}schutz", "klimaschutz"),
            ("ﬁnal 𝗯𝗼𝗹𝗱 CO₂", "final bold co2"),
            ("Brand™ 20 €", "brand™ 20 €"),
            ("हिन्दी", "हिन्दी"),
        ] {
            check(text, expected);
        }
        assert_eq!(indexed("Ａ１ ｶﾅ"), "a1  カ  ナ ");
    }

    #[test]
    fn scripts_without_spaces_are_taken_apart() {
        check("東京Tower", " 東  京 tower");
        check("が", " が ");
        check("서울", " 서  울 ");
        check("น้ำ", " น  ้  ำ ");
    }

    #[test]
    fn a_long_text_is_cut() {
        for letters in ["ä", "a", "aä", "äaa", "aaaä"] {
            assert_eq!(indexed(&letters.repeat(MAX_CHARS)).len(), MAX_CHARS, "{letters}");
        }
    }
}
