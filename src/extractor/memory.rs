//! What the pages of a host have in common: lines that stand on several stories are its template or a wall, and no story.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::blocks::weight_of;

/// On so many other stories a line belongs to the site. Two would be a story that has two addresses.
pub const SEVERAL: u16 = 3;
/// Lines of one page that are remembered: the first half and the last of them, where templates stand.
pub const MAX_LINES: usize = 400;
/// Share of a text in such lines from which on it is no story.
const NEARLY_ALL: f32 = 0.9;

/// Lines seen on other stories of a host, with in how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostMemory(HashMap<u64, u16>);

impl HostMemory {
    /// Of lines (see [`line`]) with the number of other stories that have them.
    pub fn new(lines: impl IntoIterator<Item = (u64, u16)>) -> Self {
        Self(lines.into_iter().collect())
    }

    /// On how many other stories the line was seen.
    pub fn stories(&self, line: u64) -> u16 {
        self.0.get(&line).copied().unwrap_or(0)
    }

    /// Whether nothing is known of the host.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether (nearly) all of `text`, one paragraph a line, stands on several other stories; on how many at least.
    pub fn template(&self, text: &str) -> Option<u16> {
        let counted: Vec<(f32, u16)> =
            text.lines().filter(|line| has_words(line)).map(|text| (weight_of(text), self.stories(line(text)))).collect();
        let all: f32 = counted.iter().map(|(weight, _)| weight).sum();
        let (known, least) = (counted.iter().filter(|(_, stories)| *stories >= SEVERAL)).fold(
            (0.0, None),
            |(sum, least): (f32, Option<u16>), (weight, stories)| {
                (sum + weight, Some(least.map_or(*stories, |least| least.min(*stories))))
            },
        );
        least.filter(|_| known >= NEARLY_ALL * all)
    }

    /// How much of `text` stands on few other stories: its weight without the site's own lines.
    pub fn weight_of_story(&self, text: &str) -> f32 {
        text.lines().filter(|text| self.stories(line(text)) < SEVERAL).map(weight_of).sum()
    }
}

/// The hash that a line is known by: of its letters and digits in lower case. Stored, so it must never change.
pub fn line(text: &str) -> u64 {
    let folded: String = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    xxh3_64(folded.as_bytes())
}

/// The lines of a text, each once, in their order.
pub fn lines(text: &str) -> Vec<u64> {
    let mut seen = HashSet::new();
    text.lines().filter(|line| has_words(line)).map(line).filter(|line| seen.insert(*line)).collect()
}

/// Those of a page that are remembered.
pub fn kept(mut lines: Vec<u64>) -> Vec<u64> {
    let mut seen = HashSet::new();
    lines.retain(|line| seen.insert(*line));
    if lines.len() > MAX_LINES {
        lines.drain(MAX_LINES / 2..lines.len() - MAX_LINES / 2);
    }
    lines
}

fn has_words(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_by_its_letters_and_digits() {
        for (one, other, same) in [
            ("Read more »", "READ MORE", true),
            ("  Größe: 12 cm ", "größe 12CM", true),
            ("今日のニュース。", "今日のニュース", true),
            ("Read more", "Read no more", false),
            ("12 of 13", "12 of 14", false),
        ] {
            assert_eq!(line(one) == line(other), same, "{one:?} {other:?}");
        }
        assert_eq!(line("Read more"), 11_851_932_015_488_094_958, "what is stored is read by later versions");
        assert_eq!(lines("One\n\n—\nTwo\none.\n"), [line("one"), line("two")]);
    }

    fn check(text: &str, known: &[(&str, u16)], expected: Option<u16>) {
        let memory = HostMemory::new(known.iter().map(|(text, stories)| (line(text), *stories)));
        assert_eq!(memory.template(text), expected, "{text:?} {known:?}");
    }

    #[test]
    fn a_text_of_lines_that_several_other_stories_have_is_a_template() {
        let wall = "Become a member today.\nYou have read all free stories of this month.";
        let [member, read] = ["Become a member today.", "You have read all free stories of this month."];
        check(wall, &[(member, 9), (read, 7)], Some(7));
        check(wall, &[(member, 9)], None);
        check(wall, &[(member, 9), (read, 2)], None);
        check(wall, &[], None);
        check("", &[(member, 9)], None);
        // A story with the site's lines around it is a story.
        check(
            &format!("{member}\nThe river rose by two metres during the night, and many left their houses.\n{read}"),
            &[(member, 9), (read, 9)],
            None,
        );
        // A date or a counter of its own does not make it one.
        check(&format!("{wall}\nMay 12"), &[(member, 9), (read, 7)], Some(7));
    }

    #[test]
    fn of_a_long_page_both_ends_are_remembered() {
        let kept = kept((0..1000).chain(0..1000).collect());
        assert_eq!(kept.len(), MAX_LINES);
        assert!(kept.contains(&0) && kept.contains(&999) && !kept.contains(&500));
    }
}
