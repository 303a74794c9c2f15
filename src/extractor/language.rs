//! The language of a text, guessed.

use whatlang::{Info, detect};

/// Shorter texts are not guessed.
const MIN_CHARS: usize = 60;
/// What is looked at; more does not make it surer.
const MAX_BYTES: usize = 2048;
/// From here on a guess may contradict the page.
const SURE_CHARS: usize = 300;

/// The language of `text` (BCP 47, two letters where there are two), or `None` where a guess would not be reliable.
pub fn language(text: &str) -> Option<String> {
    Some(code(reliable(text)?.lang().code()).to_owned())
}

/// The declared language, unless the text is surely in another.
pub(crate) fn settle(declared: Option<&str>, text: &str) -> Option<String> {
    let guess = reliable(text);
    let Some(declared) = declared else { return guess.map(|info| code(info.lang().code()).to_owned()) };
    let primary = declared.split('-').next().unwrap_or_default();
    match guess {
        Some(info) if info.confidence() >= 0.95 && text.chars().take(SURE_CHARS).count() == SURE_CHARS => {
            let guessed = code(info.lang().code());
            // Close relatives are told apart better by the page than by three-letter statistics.
            let related = [
                ["no", "nb", "nn", "da"].as_slice(),
                &["hr", "sr", "bs", "sh"],
                &["cs", "sk"],
                &["id", "ms"],
                &["pt", "gl", "es"],
                &["ru", "uk", "be"],
            ];
            let are_related = related.iter().any(|family| family.contains(&primary) && family.contains(&guessed));
            Some(if guessed == primary || are_related { declared.to_owned() } else { guessed.to_owned() })
        }
        _ => Some(declared.to_owned()),
    }
}

fn reliable(text: &str) -> Option<Info> {
    if text.chars().take(MIN_CHARS).count() < MIN_CHARS {
        return None;
    }
    detect(text.get(..text.floor_char_boundary(MAX_BYTES)).unwrap_or_default()).filter(Info::is_reliable)
}

/// ISO 639-3 to the shorter code that BCP 47 asks for.
fn code(three: &str) -> &str {
    const CODES: &[(&str, &str)] = &[
        ("afr", "af"),
        ("aka", "ak"),
        ("amh", "am"),
        ("ara", "ar"),
        ("aze", "az"),
        ("bel", "be"),
        ("ben", "bn"),
        ("bul", "bg"),
        ("cat", "ca"),
        ("ces", "cs"),
        ("cmn", "zh"),
        ("cym", "cy"),
        ("dan", "da"),
        ("deu", "de"),
        ("ell", "el"),
        ("eng", "en"),
        ("epo", "eo"),
        ("est", "et"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("guj", "gu"),
        ("heb", "he"),
        ("hin", "hi"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("hye", "hy"),
        ("ind", "id"),
        ("ita", "it"),
        ("jav", "jv"),
        ("jpn", "ja"),
        ("kan", "kn"),
        ("kat", "ka"),
        ("khm", "km"),
        ("kor", "ko"),
        ("lat", "la"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("mal", "ml"),
        ("mar", "mr"),
        ("mkd", "mk"),
        ("mya", "my"),
        ("nep", "ne"),
        ("nld", "nl"),
        ("nob", "nb"),
        ("ori", "or"),
        ("pan", "pa"),
        ("pes", "fa"),
        ("pol", "pl"),
        ("por", "pt"),
        ("ron", "ro"),
        ("rus", "ru"),
        ("sin", "si"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("sna", "sn"),
        ("spa", "es"),
        ("srp", "sr"),
        ("swe", "sv"),
        ("tam", "ta"),
        ("tel", "te"),
        ("tgl", "tl"),
        ("tha", "th"),
        ("tuk", "tk"),
        ("tur", "tr"),
        ("ukr", "uk"),
        ("urd", "ur"),
        ("uzb", "uz"),
        ("vie", "vi"),
        ("yid", "yi"),
        ("zul", "zu"),
    ];
    CODES.iter().find(|(long, _)| *long == three).map_or(three, |(_, short)| short)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: &str =
        "Der Regen fiel den ganzen Tag, und am Abend stand das Wasser auf der Straße vor dem alten Bahnhof der Stadt.";

    #[test]
    fn long_texts_are_guessed_and_short_ones_are_not() {
        assert_eq!(language(GERMAN).as_deref(), Some("de"));
        assert_eq!(
            language("The rain fell all day long, and in the evening there was water in the street before the old station.")
                .as_deref(),
            Some("en")
        );
        assert_eq!(language("Regen und Wind"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn the_page_is_believed_unless_it_is_surely_wrong() {
        assert_eq!(settle(Some("en"), "Regen").as_deref(), Some("en"));
        assert_eq!(settle(Some("de-AT"), &GERMAN.repeat(5)).as_deref(), Some("de-AT"));
        assert_eq!(settle(Some("en"), &GERMAN.repeat(5)).as_deref(), Some("de"));
        assert_eq!(settle(None, GERMAN).as_deref(), Some("de"));
        assert_eq!(settle(None, "Regen"), None);
    }
}
