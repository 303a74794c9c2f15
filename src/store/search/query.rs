//! The line that a person types, in the languages of FTS5 and SQL. It cannot fail: what is not understood is searched for as words.

use std::slice::from_ref;

use jiff::Timestamp;
use rusqlite::types::Value;

use super::super::letters::{indexed, stands_alone};
use super::super::narrow::{Condition, contains, speaks, tagged};
use super::super::values::ms;
use crate::model::{Reach, SEARCH_FIELDS, Words, moment};

/// Of one search; a pasted page is no question.
const MAX_LINE_CHARS: usize = 1_000;
const MAX_WORDS: usize = 32;
/// Words with `*`. One that half of all entries have a word for (`t*`) takes a second of 100,000 entries; a stranger may ask too.
const MAX_OPEN: usize = 4;
/// A word of so many letters is also found at the beginning of longer ones: `klimaschutz` in `Klimaschutzgesetz`.
const LONG_WORD: usize = 4;

/// What a user asked for: `word`, `"a phrase"`, `begin*`, `-without`, `title:word`, `feed:name`, `after:2026-11-01`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::store) struct Query {
    pub(super) wanted: Vec<Term>,
    unwanted: Vec<Term>,
    /// Whether it must hold, and what.
    narrow: Vec<(bool, Narrow)>,
}

/// Something to look for in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    column: Option<&'static str>,
    /// As the index has them.
    pub(super) words: String,
    pub(super) end: End,
}

/// Where the last word of a term ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Here: it is short or quoted.
    Word,
    /// Anywhere: `begin*`.
    Open,
    /// Here, and if there is room for more, anywhere.
    Either,
}

/// What an entry is asked beside its words; see the language of outputs' filters.
#[derive(Clone, Debug, PartialEq)]
enum Narrow {
    Feed(String),
    Tag(String),
    Lang(String),
    Author(String),
    Url(String),
    After(Timestamp),
    Before(Timestamp),
}

impl Query {
    /// Reads what was typed. Nothing is an error: signs that mean nothing are left out.
    pub(in crate::store) fn parse(line: &Words) -> Self {
        let mut query = Self::default();
        let typed: String = line.typed.chars().take(MAX_LINE_CHARS).map(sign).collect();
        let mut rest = typed.trim_start();
        while !rest.is_empty() && query.wanted.len() + query.unwanted.len() + query.narrow.len() < MAX_WORDS {
            let bare = rest.strip_prefix('-').unwrap_or(rest);
            let wanted = bare.len() == rest.len();
            let (field, value) = field(bare).unwrap_or(("", bare));
            let piece = Piece::first(value);
            let after = piece.after;
            let narrowed = Narrow::of(field, piece.words, line.now);
            if let Some(narrow) = narrowed {
                query.narrow.push((wanted, narrow));
            } else {
                let column = column(field);
                // A field that is none, or a date that is none, is part of the words.
                let piece = if column.is_none() && !field.is_empty() {
                    Piece { words: &bare[..bare.len() - after.len()], ..piece }
                } else {
                    piece
                };
                query.add(wanted, column, &piece);
            }
            rest = after.trim_start();
        }
        query
    }

    fn add(&mut self, wanted: bool, column: Option<&'static str>, piece: &Piece) {
        let words = indexed(&piece.words.replace(['"', '*'], " "));
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if !words.chars().any(char::is_alphanumeric) {
            return;
        }
        let last = words.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
        let is_long = last.chars().count() >= LONG_WORD && last.chars().any(char::is_alphabetic) && !last.chars().any(stands_alone);
        let end = match piece {
            Piece { open: true, .. } if self.open() < MAX_OPEN => End::Open,
            Piece { quoted: false, .. } if is_long => End::Either,
            _ => End::Word,
        };
        let list = if wanted { &mut self.wanted } else { &mut self.unwanted };
        list.push(Term { column, words, end });
    }

    fn open(&self) -> usize {
        self.wanted.iter().chain(&self.unwanted).filter(|term| term.end == End::Open).count()
    }

    /// Narrows by what stands beside the line, as `feed:`, `tag:` and so on would.
    pub(super) fn narrow(&mut self, since: Option<Timestamp>, feed: Option<&str>, tag: Option<&str>, lang: Option<&str>) {
        let cut = |text: &str| text.chars().take(MAX_LINE_CHARS).collect();
        let all = [
            since.map(Narrow::After),
            feed.map(|feed| Narrow::Feed(cut(feed))),
            tag.map(|tag| Narrow::Tag(cut(tag))),
            lang.map(|lang| Narrow::Lang(cut(lang))),
        ];
        self.narrow.extend(all.into_iter().flatten().map(|narrow| (true, narrow)));
    }

    /// Whether it asks for anything. What is only kept away finds nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.wanted.is_empty() && !self.narrow.iter().any(|(wanted, _)| *wanted)
    }

    /// Whether there is more to be found at the beginnings of words.
    pub(super) fn reaches_further(&self) -> bool {
        self.wanted.iter().any(|term| term.end == End::Either)
    }

    /// Whether anything but words is asked for.
    pub(super) fn is_narrow(&self) -> bool {
        !self.narrow.is_empty()
    }

    /// The words in the language of FTS5, everything quoted; `None` when no word is asked for.
    pub(in crate::store) fn to_fts(&self, reach: Reach) -> Option<String> {
        if self.wanted.is_empty() {
            return None;
        }
        let wanted = self.wanted.iter().map(|term| term.to_fts(reach)).collect::<Vec<_>>().join(" AND ");
        Some(match self.unwanted() {
            None => wanted,
            Some(unwanted) => format!("({wanted}) NOT ({unwanted})"),
        })
    }

    fn unwanted(&self) -> Option<String> {
        // What begins like an unwanted word may be quite another.
        let terms: Vec<String> = self.unwanted.iter().map(|term| term.to_fts(Reach::Words)).collect();
        (!terms.is_empty()).then(|| terms.join(" OR "))
    }

    /// All it asks of an entry `e`, as conditions with their values. `None`: it asks for nothing.
    pub(in crate::store) fn conditions(&self, reach: Reach) -> Option<Vec<Condition>> {
        if self.is_empty() {
            return None;
        }
        let mut all = self.beside_words();
        let find = |is: &str, fts: String| {
            (format!("e.id {is} (SELECT rowid FROM entries_fts WHERE entries_fts MATCH ?)"), vec![fts.into()])
        };
        match self.to_fts(reach) {
            Some(fts) => all.push(find("IN", fts)),
            None => all.extend(self.unwanted().map(|fts| find("NOT IN", fts))),
        }
        Some(all)
    }

    /// Those of [`Query::conditions`] that the index knows nothing of.
    pub(super) fn beside_words(&self) -> Vec<Condition> {
        let narrow = self.narrow.iter().map(|(wanted, narrow)| {
            let (condition, values) = narrow.condition();
            (if *wanted { condition } else { format!("({condition}) IS NOT TRUE") }, values)
        });
        narrow.collect()
    }
}

impl Term {
    fn to_fts(&self, reach: Reach) -> String {
        let column = self.column.map(|column| format!("{column} : ")).unwrap_or_default();
        let open = self.end == End::Open || (self.end == End::Either && reach == Reach::Beginnings);
        // FTS5 has no other sign within quotes than the quote, which no term contains.
        format!("{column}\"{}\"{}", self.words, if open { " *" } else { "" })
    }
}

impl Narrow {
    /// `None`: the field is none of these, or the value says nothing to it.
    fn of(field: &str, value: &str, now: Timestamp) -> Option<Self> {
        let value = value.trim();
        if value.is_empty() {
            return None;
        }
        let text = || value.to_owned();
        match field {
            "feed" | "source" => Some(Self::Feed(text())),
            "tag" => Some(Self::Tag(text())),
            "lang" => Some(Self::Lang(text())),
            "author" => Some(Self::Author(text())),
            "url" => Some(Self::Url(text())),
            "after" | "since" => moment(value, now).map(Self::After),
            "before" => moment(value, now).map(Self::Before),
            _ => None,
        }
    }

    fn condition(&self) -> Condition {
        let dated = "coalesce(e.published_at, e.first_seen_at)";
        match self {
            Self::After(at) => (format!("{dated} >= ?"), vec![ms(*at).into()]),
            Self::Before(at) => (format!("{dated} < ?"), vec![ms(*at).into()]),
            Self::Lang(lang) => speaks(from_ref(lang)),
            Self::Tag(tag) => tagged(from_ref(tag)),
            Self::Author(name) => {
                let authors = "coalesce(nullif(e.authors, '[]'), (SELECT a.authors FROM article a WHERE a.id = e.article_id AND e.content_origin = 'article'))";
                contains(&[authors], from_ref(name))
            }
            Self::Url(part) => contains(&["e.url"], from_ref(part)),
            Self::Feed(feed) => {
                // Only what a page may show of an address: guesses must not find a secret piece by piece.
                let address = "substr(f.url, 1, instr(f.url || '?', '?') - 1)";
                let moved = "substr(f.moved_to, 1, instr(f.moved_to || '?', '?') - 1)";
                let (named, values) = contains(&["f.title", "f.own_title", address, moved], from_ref(feed));
                // A number that a feed has is meant so: it is in the addresses of many others.
                let number = feed.parse::<i64>().map_or(Value::Null, Value::from);
                let is_meant = "CASE WHEN EXISTS (SELECT 1 FROM feed WHERE id = ?) THEN f.id = ?";
                let values = [number.clone(), number].into_iter().chain(values).collect();
                (format!("e.feed_id IN (SELECT f.id FROM feed f WHERE {is_meant} ELSE {named} END)"), values)
            }
        }
    }
}

/// A quoted text or a run without blanks.
struct Piece<'a> {
    words: &'a str,
    quoted: bool,
    /// `*` stands behind it.
    open: bool,
    after: &'a str,
}

impl<'a> Piece<'a> {
    /// The first of `text`.
    fn first(text: &'a str) -> Self {
        // A quote that is never closed reaches to the end.
        let (quoted, (words, after)) = match text.strip_prefix('"') {
            Some(inside) => (true, inside.split_once('"').unwrap_or((inside, ""))),
            None => (false, text.split_at(text.find(|c: char| c.is_whitespace() || c == '"').unwrap_or(text.len()))),
        };
        match after.strip_prefix('*') {
            Some(after) => Self { words, quoted, open: true, after },
            None => Self { words, quoted, open: words.ends_with('*'), after },
        }
    }
}

/// The name of a field in front of `text`, in small letters, and the value behind it. A blank behind the colon makes it a word.
fn field(text: &str) -> Option<(&'static str, &str)> {
    let (name, value) = text.split_once(':')?;
    let name = SEARCH_FIELDS.into_iter().find(|field| field.eq_ignore_ascii_case(name))?;
    (!value.is_empty() && !value.starts_with(char::is_whitespace)).then_some((name, value))
}

/// The column of the index that a field names.
fn column(field: &str) -> Option<&'static str> {
    match field {
        "title" => Some("title"),
        "text" | "content" => Some("text"),
        _ => None,
    }
}

/// A character as it is read: quotes of all languages are quotes, because keyboards of phones put them in by themselves.
fn sign(c: char) -> char {
    match c {
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        c if c.is_control() => ' ',
        c => c,
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
