//! Full-text search: the user's words to a query that cannot fail, and what was found to a line for people.

use rusqlite::Connection;
use unicode_normalization::UnicodeNormalization;

use super::StoreError;
use super::index::{spaced, stands_alone};
use super::values::{limit as sql_limit, time};
use crate::model::{EntryId, SearchHit, SearchQuery, Snippet, StoryId};

/// Of one search; a pasted page is no question.
const MAX_CHARS: usize = 1_000;
const MAX_WORDS: usize = 32;
/// Characters of a snippet around its first hit.
const SNIPPET_BEFORE: usize = 60;
const SNIPPET_CHARS: usize = 220;
/// A hit in the title weighs as much as so many in the text.
const TITLE_WEIGHT: f64 = 5.0;

/// What a user asked for: `word`, `"a phrase"`, `begin*`, `-without`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    words: String,
    prefix: bool,
}

impl Query {
    /// Reads what was typed. Nothing is an error: signs that mean nothing are left out.
    pub(super) fn parse(typed: &str) -> Self {
        let mut query = Self::default();
        let typed: String = typed.chars().take(MAX_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut rest = typed.trim_start();
        while !rest.is_empty() && query.wanted.len() + query.unwanted.len() < MAX_WORDS {
            let bare = rest.strip_prefix('-').unwrap_or(rest);
            let without = bare.len() < rest.len();
            // A quote that is never closed reaches to the end.
            let (words, after) = match bare.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => bare.split_at(bare.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(bare.len())),
            };
            let (prefix, after) = match after.strip_prefix('*') {
                Some(after) => (true, after),
                None => (words.ends_with('*'), after),
            };
            let term = Term { words: words.replace(['"', '*'], " "), prefix };
            if term.words.chars().any(char::is_alphanumeric) {
                if without { query.unwanted.push(term) } else { query.wanted.push(term) }
            }
            rest = after.trim_start();
        }
        query
    }

    /// The same in the language of FTS5, everything quoted; `None` when nothing is asked for.
    pub(super) fn to_fts(&self) -> Option<String> {
        let join = |terms: &[Term], word: &str| terms.iter().map(Term::to_fts).collect::<Vec<_>>().join(word);
        match (self.wanted.is_empty(), self.unwanted.is_empty()) {
            (true, _) => None,
            (false, true) => Some(join(&self.wanted, " AND ")),
            (false, false) => Some(format!("({}) NOT ({})", join(&self.wanted, " AND "), join(&self.unwanted, " OR "))),
        }
    }
}

impl Term {
    fn to_fts(&self) -> String {
        // The index holds texts treated the same way, so a run of ideographs becomes a phrase of single ones.
        let words = spaced(&self.words);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        format!("\"{words}\"{}", if self.prefix { " *" } else { "" })
    }
}

/// Best first.
pub(super) fn search(conn: &Connection, asked: &SearchQuery) -> Result<Vec<SearchHit>, StoreError> {
    let query = Query::parse(&asked.typed);
    let Some(fts) = query.to_fts() else { return Ok(Vec::new()) };
    // Ranked among themselves first, so that texts are read for those alone that are shown.
    let sql = format!(
        "SELECT e.id, e.public_id, e.title, e.url, coalesce(f.title, f.own_title, f.url),
                coalesce(e.published_at, e.first_seen_at), coalesce(a.lang, e.lang), coalesce(a.text, e.text), e.story_id
         FROM (SELECT rowid AS id, bm25(entries_fts, {TITLE_WEIGHT:.1}, 1.0) AS score FROM entries_fts
               WHERE entries_fts MATCH ?1 ORDER BY score LIMIT ?2) hit
         JOIN entry e ON e.id = hit.id
         JOIN feed f ON f.id = e.feed_id
         LEFT JOIN article a ON a.id = e.article_id AND e.content_origin = 'article'
         ORDER BY hit.score, e.id DESC"
    );
    let words: Vec<String> = query.wanted.iter().map(|term| fold(&term.words)).collect();
    let mut statement = conn.prepare_cached(&sql)?;
    let rows = statement.query_map((fts, sql_limit(asked.limit)), |row| {
        Ok(SearchHit {
            entry_id: EntryId(row.get(0)?),
            public_id: row.get(1)?,
            title: row.get(2)?,
            title_marks: Vec::new(),
            url: row.get(3)?,
            feed_title: row.get(4)?,
            published: time(row.get(5)?),
            lang: row.get(6)?,
            snippet: snippet(row.get_ref(7)?.as_str()?, &words),
            story: StoryId(row.get(8)?),
            more: 0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

// === snippets ===

/// A piece of `text` around the first of `words` (folded), with all of them marked.
fn snippet(text: &str, words: &[String]) -> Snippet {
    let words: Vec<Vec<char>> = words
        .iter()
        .flat_map(|word| word.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().collect())
        .collect();
    let chars: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let folded: Vec<char> = chars.iter().map(|c| fold_char(*c)).collect();
    let hit =
        |at: usize| -> Option<usize> { words.iter().filter(|word| begins_at(&folded, at, word)).map(|word| at + word.len()).max() };
    let first = (0..folded.len()).find(|at| hit(*at).is_some()).unwrap_or(0);
    let mut from = first.saturating_sub(SNIPPET_BEFORE);
    // Begin with a whole word where there is one to begin with.
    if from > 0 {
        from = (from..first).find(|at| chars[at - 1].is_whitespace() || stands_alone(chars[*at])).unwrap_or(from);
    }
    let to = chars.len().min(from + SNIPPET_CHARS);
    let mut out = Snippet::default();
    if from > 0 {
        out.text.push('…');
    }
    let mut at = from;
    while at < to {
        let end = hit(at).map_or(at, |end| end.min(to));
        let start_byte = out.text.len();
        out.text.extend(&chars[at..end.max(at + 1)]);
        if end > at {
            match out.marks.last_mut() {
                Some(last) if last.1 == start_byte => last.1 = out.text.len(),
                _ => out.marks.push((start_byte, out.text.len())),
            }
        }
        at = end.max(at + 1);
    }
    if to < chars.len() {
        out.text.push('…');
    }
    out
}

/// Whether `word` stands at `at`, at the beginning of a word.
fn begins_at(folded: &[char], at: usize, word: &[char]) -> bool {
    let Some(&first) = word.first() else { return false };
    let at_start = at == 0 || !folded[at - 1].is_alphanumeric() || stands_alone(folded[at - 1]) || stands_alone(first);
    at_start && folded[at..].starts_with(word)
}

/// Lower case without diacritics, as the index sees it.
fn fold(text: &str) -> String {
    text.nfc().map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    let base = if c.is_ascii() { c } else { std::iter::once(c).nfd().next().unwrap_or(c) };
    // Hangul and voiced kana come apart too, but are no letters with a diacritic.
    let base = if stands_alone(c) { c } else { base };
    base.to_lowercase().next().unwrap_or(base)
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
