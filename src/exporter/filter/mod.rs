//! The language of `where` and `when`: text to expression, and whether an item passes.
//!
//! ```text
//! tag:rust                              a tag of the feed or of the entry
//! feed:"weekly"                         part of a feed's title or address
//! lang:de                               language; de-AT is de too
//! title:"release"                       contains, ignoring case: title, text, author, url, source
//! url = "https://a.example/"            is exactly
//! title ~ "(?i)sponsored|anzeige"       regular expression, in any field
//! tag:rust and not (lang:fr or lang:es)   `and` may be left out
//! ```

mod parse;
#[cfg(test)]
mod tests;

use std::fmt;

use regex::Regex;

use crate::model::Item;

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
}

#[derive(Clone, Debug)]
enum Test {
    /// `:`, lower case: what it means depends on the field.
    Has(String),
    /// `=`
    Is(String),
    /// `~`
    Matches(Regex),
}

/// Reads an expression.
///
/// # Errors
/// Names the column and what to write instead.
pub fn compile(text: &str) -> Result<Filter, FilterError> {
    parse::parse(text).map(Filter)
}

impl Filter {
    /// Whether `item` passes.
    pub fn matches(&self, item: &Item) -> bool {
        self.0.as_ref().is_none_or(|expr| expr.matches(item))
    }
}

impl Expr {
    /// Recursion is bounded by the depth that the parser allows.
    fn matches(&self, item: &Item) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(item)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(item)),
            Self::Not(part) => !part.matches(item),
            Self::Term(field, test) => test.passes(*field, item),
        }
    }
}

impl Test {
    fn passes(&self, field: Field, item: &Item) -> bool {
        match field {
            Field::Tag => item.source.tags.iter().chain(&item.tags).any(|tag| self.holds(field, tag)),
            Field::Feed => self.holds(field, &item.source.title) || self.holds(field, &item.source.url),
            Field::Lang => item.lang.as_ref().is_some_and(|lang| self.holds(field, lang)),
            Field::Title => self.holds(field, &item.title),
            Field::Text => self.holds(field, &item.text),
            Field::Author => item.authors.iter().any(|author| self.holds(field, author)),
            Field::Url => item.url.as_ref().is_some_and(|url| self.holds(field, url)),
            Field::Source => self.holds(field, &item.source.title),
        }
    }

    fn holds(&self, field: Field, value: &str) -> bool {
        match (self, field) {
            (Self::Has(wanted), Field::Tag) => value.to_lowercase() == *wanted,
            (Self::Has(wanted), Field::Lang) => speaks(value, wanted),
            (Self::Has(wanted), _) => value.to_lowercase().contains(wanted),
            (Self::Is(wanted), _) => value == wanted,
            (Self::Matches(regex), _) => regex.is_match(value),
        }
    }
}

/// Whether `tag` (BCP 47) is `wanted` or a finer form of it.
pub(super) fn speaks(tag: &str, wanted: &str) -> bool {
    tag.get(..wanted.len()).is_some_and(|head| head.eq_ignore_ascii_case(wanted))
        && tag.get(wanted.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}
