//! Lines above a story that only say who wrote it and when: they are told as authors and dates, not as text.

use super::blocks::ends_sentence;
use super::dates;

/// Characters of such a line.
const MAX_LINE: usize = 100;
/// Letters and words that may stand beside names and figures: "von", "published on", a month, a place.
const MAX_LETTERS: usize = 24;
const MAX_WORDS: usize = 5;

/// Whether `line` says nothing but names of `authors`, a date, or both.
pub(crate) fn is_byline(line: &str, authors: &[String]) -> bool {
    if line.chars().nth(MAX_LINE).is_some() {
        return false;
    }
    let mut rest = line.to_lowercase();
    let mut has_name = false;
    for name in authors.iter().filter(|name| name.chars().nth(1).is_some()) {
        if let Some(others) = without_name(&rest, &name.to_lowercase()) {
            (rest, has_name) = (others, true);
        }
    }
    let letters = rest.chars().filter(|c| c.is_alphabetic()).count();
    let words = rest.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).count();
    let is_short = letters <= MAX_LETTERS && words <= MAX_WORDS && !(ends_sentence(&rest) && words > 2);
    let has_date = || rest.chars().any(char::is_numeric) && dates::parse_in(line, false).is_some();
    is_short && (has_name || has_date())
}

/// The line without a name that stands in it, both in lower case. As a part of a word it is none: "EFE" is not in "Tiefe". What has no
/// case is asked for nothing, for of such scripts many do not part their words.
fn without_name(line: &str, name: &str) -> Option<String> {
    let is_word = |(at, name): &(usize, &str)| {
        let (before, behind) = (line.get(..*at).unwrap_or_default(), line.get(at + name.len()..).unwrap_or_default());
        !before.ends_with(char::is_lowercase) && !behind.starts_with(char::is_lowercase)
    };
    let (at, name) = line.match_indices(name).find(is_word)?;
    Some(format!("{} {}", line.get(..at)?, line.get(at + name.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::is_byline;

    fn check(line: &str, expected: bool) {
        let authors = ["Anna Lehmann", "王小明", "EFE", "AP", "Max"].map(str::to_owned);
        assert_eq!(is_byline(line, &authors), expected, "{line}");
    }

    #[test]
    fn lines_of_names_and_dates_are_bylines() {
        check("Von Anna Lehmann | 12.03.2024, 18:20 Uhr", true);
        check("ANNA LEHMANN, Berlin", true);
        check("Publié le 12 mars 2024 à 10h12", true);
        check("March 12, 2024", true);
        check("記者王小明/台北報導", true);
        check("Redacción / EFE | 12 mar 2024", true);
    }

    #[test]
    fn what_is_told_of_them_is_not() {
        check("Anna Lehmann left the town.", false);
        check("Anna Lehmann und ihre Nachbarn haben am Dienstag das alte Rathaus wieder geöffnet", false);
        check("Auf 2024 folgt ein Jahr, in dem vieles anders werden soll", false);
        check("Im Hafen", false);
        check("Die Tiefe der See", false);
        check("Kapstadt am Morgen", false);
        check("Maximale Wirkung", false);
        check("Kapstadt (AP)", true);
        check("3 Eier", false);
        check("", false);
    }
}
