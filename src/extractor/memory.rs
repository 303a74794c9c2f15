//! What the pages of a host have in common: lines that stand on several stories are its template or a wall, and no story.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::blocks::weight_of;
use super::text::{fold_bytes, is_word};
use crate::model::LINES_PER_PAGE;

/// On so many other stories a line belongs to the site, and a text of nothing but such lines is refused. Two could be the same story
/// under further addresses, and all of it would be lost.
pub const SEVERAL: u16 = 3;
/// On so many it does where the model doubts the line as well: one of the two may be the same story under another address, and what
/// could be lost is a line.
pub(crate) const ELSEWHERE: u16 = 2;
/// Of the lines of one page that are remembered those that are kept free for its story, where that has others than the page.
const STORY_LINES: usize = 100;
/// Share of a text in such lines from which on it is no story.
const NEARLY_ALL: f32 = 0.9;

/// Lines seen on other stories of a host, with in how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostMemory(HashMap<u64, u16>);

impl HostMemory {
    /// Of lines (see [`line_hash`]) with the number of other stories that have them.
    pub fn new(lines: impl IntoIterator<Item = (u64, u16)>) -> Self {
        Self(lines.into_iter().collect())
    }

    /// On how many other stories the line was seen. One without words ("—", "* * *") is known of none: all such lines are one.
    pub fn stories(&self, line: &str) -> u16 {
        if has_words(line) { self.0.get(&line_hash(line)).copied().unwrap_or(0) } else { 0 }
    }

    /// Whether nothing is known of the host.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether (nearly) all of `text`, one paragraph a line, stands on several other stories; on how many at least.
    pub fn template(&self, text: &str) -> Option<u16> {
        let counted: Vec<(f32, u16)> =
            text.lines().filter(|line| has_words(line)).map(|text| (weight_of(text), self.stories(text))).collect();
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
        text.lines().filter(|text| self.stories(text) < SEVERAL).map(weight_of).sum()
    }
}

/// The hash that a line is known by: of its letters and digits in lower case. Stored, so it must never change.
pub fn line_hash(line: &str) -> u64 {
    xxh3_64(&fold_bytes(line))
}

/// The hashes of lines that have words, each once, in their order.
pub fn line_hashes<'t>(lines: impl IntoIterator<Item = &'t str>) -> Vec<u64> {
    let mut seen = HashSet::new();
    lines.into_iter().filter(|line| has_words(line)).map(line_hash).filter(|line| seen.insert(*line)).collect()
}

/// Those of a page that are remembered: the first half and the last, where templates stand. `story`: the lines of what was won from
/// it, which may have others than the page (a body in JSON-LD, say). They are bounded apart, so that the middle that is lost is that
/// of the page, however long its story.
pub fn kept(page: &[u64], story: &[u64]) -> Vec<u64> {
    let mut seen = HashSet::new();
    let page: Vec<u64> = page.iter().copied().filter(|line| seen.insert(*line)).collect();
    let apart: Vec<u64> = story.iter().copied().filter(|line| seen.insert(*line)).collect();
    if page.len() + apart.len() <= LINES_PER_PAGE {
        return [page, apart].concat();
    }
    let page = ends(page, LINES_PER_PAGE - STORY_LINES.min(story.len()));
    // Of a story that stands in the middle, what was lost of it just now.
    let mut seen: HashSet<u64> = page.iter().copied().collect();
    let story = story.iter().copied().filter(|line| seen.insert(*line)).collect();
    let story = ends(story, LINES_PER_PAGE - page.len());
    [page, story].concat()
}

/// The first half and the last of `most` lines.
fn ends(mut lines: Vec<u64>, most: usize) -> Vec<u64> {
    if lines.len() > most {
        lines.drain(most / 2..lines.len() - (most - most / 2));
    }
    lines
}

/// Whether a line says anything: there are letters or digits in it.
pub(crate) fn has_words(line: &str) -> bool {
    line.chars().any(is_word)
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
            assert_eq!(line_hash(one) == line_hash(other), same, "{one:?} {other:?}");
        }
        assert_eq!(line_hashes("One\n\n—\nTwo\none.\n".lines()), [line_hash("one"), line_hash("two")]);
    }

    #[test]
    fn what_is_stored_is_read_by_later_versions() {
        let hashes = ["Read more", "GRÖẞE ǅ İΣ: ½ 12 cm …", "Читайте также: «Ёлка»", "今日の ニュース、１２"].map(line_hash);
        assert_eq!(
            hashes,
            [11_851_932_015_488_094_958, 10_468_762_337_564_718_055, 1_045_526_515_226_605_393, 17_388_334_376_978_398_023]
        );
    }

    #[test]
    fn a_line_without_words_is_known_of_no_story() {
        let memory = HostMemory::new([(line_hash("—"), 9), (line_hash("Read more"), 9)]);
        assert_eq!((memory.stories("—"), memory.stories("* * *"), memory.stories("Read more »")), (0, 0, 9));
    }

    fn check(text: &str, known: &[(&str, u16)], expected: Option<u16>) {
        let memory = HostMemory::new(known.iter().map(|(text, stories)| (line_hash(text), *stories)));
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
        let page: Vec<u64> = (0..1000).chain(0..1000).collect();
        let one = kept(&page, &[]);
        assert_eq!(one.len(), LINES_PER_PAGE);
        assert!(one.contains(&0) && one.contains(&999) && !one.contains(&500));
    }

    #[test]
    fn a_long_story_leaves_the_page_its_ends() {
        let check = |page: std::ops::Range<u64>, story: std::ops::Range<u64>, expected: &[u64], lost: &[u64]| {
            let kept = kept(&page.collect::<Vec<_>>(), &story.collect::<Vec<_>>());
            assert!(kept.len() <= LINES_PER_PAGE, "{}", kept.len());
            assert_eq!(kept.iter().collect::<HashSet<_>>().len(), kept.len());
            assert!(expected.iter().all(|line| kept.contains(line)), "{expected:?} of {kept:?}");
            assert!(!lost.iter().any(|line| kept.contains(line)), "{lost:?} of {kept:?}");
        };
        check(0..10, 5..20, &[0, 9, 10, 19], &[]);
        check(0..400, 100..300, &[0, 200, 399], &[]);
        // The story in the middle of the page, and one of other lines than the page has.
        check(0..1000, 100..900, &[0, 99, 900, 999], &[450]);
        check(0..1000, 2000..3000, &[0, 149, 850, 999, 2000, 2049, 2950, 2999], &[500, 2500]);
        // A short one is kept whole, wherever it stands.
        check(0..1000, 480..500, &[0, 189, 810, 999, 480, 499], &[500]);
    }
}
