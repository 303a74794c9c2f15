//! The language of `where` and `when`: text to expression, and whether an item passes.
//!
//! ```text
//! tag:rust                              a tag of the feed or of the entry
//! feed:"weekly"                         part of a feed's title or address
//! lang:de                               language; de-AT is de too
//! title:"release"                       contains, ignoring case: title, text (or content), author, url, source
//! url = "https://a.example/"            is exactly
//! title ~ "(?i)sponsored|anzeige"       regular expression, in any field
//! age < 7d                              published at most so long ago, counted from the full hour
//! feeds >= 3                            told by so many feeds (also <, <=, >, =)
//! tag:rust and not (lang:fr or lang:es)   `and` may be left out
//! ```

mod parse;
#[cfg(test)]
mod tests;
mod words;

pub(super) use parse::{MAX_REGEX_BYTES, regex};

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use regex::Regex;

use crate::model::{Item, Required};

/// A compiled expression. The empty one lets everything pass.
#[derive(Clone, Debug)]
pub struct Filter(Option<Expr>);

/// What is wrong with an expression: one line, with the place and the remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column {}: {}", self.column, self.message)
    }
}

impl std::error::Error for FilterError {}

#[derive(Clone, Debug)]
enum Expr {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Term(Field, Test),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    Tag,
    Feed,
    Lang,
    Title,
    Text,
    Author,
    Url,
    Source,
    Age,
    Feeds,
}

/// How a number is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Same,
    AtLeast,
    More,
}

#[derive(Clone, Debug)]
enum Test {
    /// `:`, lower case: what it means depends on the field.
    Has(String),
    /// `=`
    Is(String),
    /// `~`
    Matches(Regex),
    /// Seconds of an age, a number of feeds.
    Counts(Comparison, i64),
}

/// Reads an expression.
///
/// # Errors
/// Names the column and what to write instead.
pub fn compile(text: &str) -> Result<Filter, FilterError> {
    parse::parse(text, parse::MAX_REGEX_BYTES).map(Filter)
}

/// Reads an expression of a stranger, whose regular expressions may cost less.
///
/// # Errors
/// Names the column and what to write instead.
pub fn compile_foreign(text: &str) -> Result<Filter, FilterError> {
    parse::parse(text, parse::MAX_FOREIGN_REGEX_BYTES).map(Filter)
}

impl Filter {
    /// Whether `item` passes at `now`.
    pub fn matches(&self, item: &Item, now: Timestamp) -> bool {
        self.0.as_ref().is_none_or(|expr| expr.matches(item, now))
    }

    /// Whether it asks for the text of items.
    pub fn reads_text(&self) -> bool {
        self.0.as_ref().is_some_and(|expr| expr.reads(Field::Text))
    }

    /// Whether what passes changes with time.
    pub fn reads_clock(&self) -> bool {
        self.0.as_ref().is_some_and(|expr| expr.reads(Field::Age))
    }

    /// What every item that passes at `now` has: a store that knows it need not show the others.
    pub fn needs(&self, now: Timestamp) -> Vec<Required> {
        match &self.0 {
            Some(Expr::All(parts)) => parts.iter().filter_map(|part| part.need(now)).collect(),
            Some(expr) => expr.need(now).into_iter().collect(),
            None => Vec::new(),
        }
    }
}

impl Expr {
    /// Recursion is bounded by the depth that the parser allows.
    fn matches(&self, item: &Item, now: Timestamp) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(item, now)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(item, now)),
            Self::Not(part) => !part.matches(item, now),
            Self::Term(field, test) => test.passes(*field, item, now),
        }
    }

    fn reads(&self, wanted: Field) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.reads(wanted)),
            Self::Not(part) => part.reads(wanted),
            Self::Term(field, _) => *field == wanted,
        }
    }

    /// Of `tag:a or tag:b` one of both; of alternatives of different kinds nothing that a store could look up.
    fn need(&self, now: Timestamp) -> Option<Required> {
        match self {
            Self::Term(Field::Tag, Test::Has(value) | Test::Is(value)) => Some(Required::Tag(vec![value.clone()])),
            Self::Term(Field::Feed | Field::Source, Test::Has(value) | Test::Is(value)) => {
                Some(Required::Feed(vec![value.clone()]))
            }
            Self::Term(Field::Lang, Test::Has(value) | Test::Is(value)) => Some(Required::Lang(vec![value.clone()])),
            Self::Term(Field::Age, Test::Counts(Comparison::Less | Comparison::AtMost, seconds)) => {
                now.checked_sub(SignedDuration::from_secs(*seconds)).ok().map(Required::Published)
            }
            Self::Any(parts) => parts.iter().map(|part| part.need(now)).reduce(|a, b| match (a?, b?) {
                (Required::Tag(a), Required::Tag(b)) => Some(Required::Tag([a, b].concat())),
                (Required::Feed(a), Required::Feed(b)) => Some(Required::Feed([a, b].concat())),
                (Required::Lang(a), Required::Lang(b)) => Some(Required::Lang([a, b].concat())),
                (Required::Published(a), Required::Published(b)) => Some(Required::Published(a.min(b))),
                _ => None,
            })?,
            Self::All(parts) => parts.iter().find_map(|part| part.need(now)),
            Self::Not(_) | Self::Term(..) => None,
        }
    }
}

impl Test {
    fn passes(&self, field: Field, item: &Item, now: Timestamp) -> bool {
        match field {
            Field::Tag => item.source.tags.iter().chain(&item.tags).any(|tag| self.holds(field, tag)),
            Field::Feed => self.holds(field, &item.source.title) || self.holds(field, &item.source.url),
            Field::Lang => item.lang.as_ref().is_some_and(|lang| self.holds(field, lang)),
            Field::Title => self.holds(field, &item.title),
            Field::Text => self.holds(field, &item.text),
            Field::Author => item.authors.iter().any(|author| self.holds(field, author)),
            Field::Url => item.url.as_ref().is_some_and(|url| self.holds(field, url)),
            Field::Source => self.holds(field, &item.source.title),
            // What is dated into the future is as old as it is known.
            Field::Age => {
                let age = now.duration_since(item.published.min(item.received));
                // Begun seconds count, so that `age <= 1h` ends where the store is asked to end, to the millisecond.
                self.compares(age.as_secs() + i64::from(age.subsec_nanos() > 0))
            }
            Field::Feeds => self.compares(i64::try_from(item.story.feeds).unwrap_or(i64::MAX)),
        }
    }

    fn compares(&self, value: i64) -> bool {
        match self {
            Self::Counts(Comparison::Less, wanted) => value < *wanted,
            Self::Counts(Comparison::AtMost, wanted) => value <= *wanted,
            Self::Counts(Comparison::Same, wanted) => value == *wanted,
            Self::Counts(Comparison::AtLeast, wanted) => value >= *wanted,
            Self::Counts(Comparison::More, wanted) => value > *wanted,
            _ => false,
        }
    }

    fn holds(&self, field: Field, value: &str) -> bool {
        match (self, field) {
            (Self::Has(wanted), Field::Tag) => value.to_lowercase() == *wanted,
            (Self::Has(wanted), Field::Lang) => speaks(value, wanted),
            (Self::Has(wanted), _) => value.to_lowercase().contains(wanted),
            (Self::Is(wanted), _) => value == wanted,
            (Self::Matches(regex), _) => regex.is_match(value),
            (Self::Counts(..), _) => false,
        }
    }
}

/// Whether `tag` (BCP 47) is `wanted` or a finer form of it.
pub(super) fn speaks(tag: &str, wanted: &str) -> bool {
    tag.get(..wanted.len()).is_some_and(|head| head.eq_ignore_ascii_case(wanted))
        && tag.get(wanted.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
