//! Store to whoever shows it: what is searched for, and what was found.

use jiff::Timestamp;
use serde::Serialize;

use super::{EntryId, StoryId};

/// What narrows a search within its line: `title:otter`.
pub const SEARCH_FIELDS: [&str; 12] =
    ["title", "text", "content", "feed", "source", "tag", "lang", "author", "url", "after", "since", "before"];

/// A line that a person typed. It is never wrong: what means nothing is left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Words, `"phrases"`, `begin*`, `-without`, `title:word`, `feed:name`, `after:2026-11-01` and so on.
    pub typed: String,
    /// When: `after:7d` counts back from then.
    pub now: Timestamp,
}

impl Words {
    /// What was typed at `now`.
    pub fn new(typed: &str, now: Timestamp) -> Self {
        Self { typed: typed.to_owned(), now }
    }
}

/// What a person searches for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchQuery {
    /// What is looked for; the other fields narrow what it finds.
    pub words: Words,
    /// Only what is dated then or later.
    pub since: Option<Timestamp>,
    /// Only of feeds with this in their title or address, or with this number.
    pub feed: Option<String>,
    /// Only with this tag: of the feed or of the entry.
    pub tag: Option<String>,
    /// Only in this language; `de` is `de-AT` too.
    pub lang: Option<String>,
    /// At most so many.
    pub limit: usize,
}

impl SearchQuery {
    /// What was typed at `now` and nothing else.
    pub fn new(typed: &str, now: Timestamp, limit: usize) -> Self {
        Self { words: Words::new(typed, now), limit, ..Self::default() }
    }
}

/// How far a search goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Whole words, where no `*` says otherwise.
    Words,
    /// Also what begins with a long word: it takes several times as long, and is worth less.
    Beginnings,
}

/// One entry that was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SearchHit {
    /// Row number.
    pub entry_id: EntryId,
    /// What outputs call it.
    pub public_id: String,
    /// Plain.
    pub title: String,
    /// What matched of the title: byte ranges, in order, not overlapping.
    pub title_marks: Vec<(usize, usize)>,
    /// The article.
    pub url: Option<String>,
    /// Where it came from.
    pub feed_title: String,
    /// As dated, else first seen.
    pub published: Timestamp,
    /// BCP 47.
    pub lang: Option<String>,
    /// The place in the text that matched; its beginning where none did.
    pub snippet: Snippet,
    /// Its story.
    pub story: StoryId,
    /// Other entries of that story that outputs show. 0 where every entry is a hit of its own.
    pub more: u64,
}

/// A piece of text with the places that matched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// Plain, one line.
    pub text: String,
    /// Byte ranges of `text`, in order, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// `text` in pieces, in order, and whether each is one of `marks`. Marks that do not fit the text, or each other, are left out.
pub fn pieces<'a>(text: &'a str, marks: &[(usize, usize)]) -> Vec<(&'a str, bool)> {
    let mut at = 0;
    let mut pieces = Vec::with_capacity(2 * marks.len() + 1);
    for (from, to) in marks {
        if let (Some(before), Some(mark)) = (text.get(at..*from), text.get(*from..*to)) {
            pieces.extend([(before, false), (mark, true)]);
            at = *to;
        }
    }
    pieces.push((text.get(at..).unwrap_or_default(), false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_text_with_the_marks_that_fit() {
        let check = |text: &str, marks: &[(usize, usize)], expected: &str| {
            let pieces = pieces(text, marks);
            let shown: String =
                pieces.iter().map(|(piece, is_mark)| if *is_mark { format!("[{piece}]") } else { (*piece).to_owned() }).collect();
            assert_eq!(shown, expected, "{text} {marks:?}");
        };
        check("a bridge", &[(2, 8)], "a [bridge]");
        check("über ab", &[(0, 5), (6, 8)], "[über] [ab]");
        check("über", &[(1, 2)], "über");
        check("abc", &[(1, 2), (0, 3), (9, 10), (3, 2)], "a[b]c");
        check("abc", &[(1, 1), (3, 3)], "abc");
        check("", &[(0, 0)], "");
    }
}
