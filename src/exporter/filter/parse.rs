//! Words to expression: recursive descent.

use regex::{Regex, RegexBuilder};

use super::words::{Word, words};
use super::{Comparison, Expr, Field, FilterError, Test};
use crate::config::{nearest, units};

/// Longest expression.
const MAX_BYTES: usize = 16 << 10;

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 32;

/// Most words of an expression that are tests.
const MAX_TERMS: usize = 256;

/// Largest compiled regular expression, bytes.
pub(in crate::exporter) const MAX_REGEX_BYTES: usize = 1 << 20;

/// The same of one that came in an address: compiling it and looking for it takes others' time.
pub(super) const MAX_FOREIGN_REGEX_BYTES: usize = 64 << 10;

const FIELDS: [(&str, Field); 11] = [
    ("tag", Field::Tag),
    ("feed", Field::Feed),
    ("lang", Field::Lang),
    ("title", Field::Title),
    ("text", Field::Text),
    ("content", Field::Text),
    ("author", Field::Author),
    ("url", Field::Url),
    ("source", Field::Source),
    ("age", Field::Age),
    ("feeds", Field::Feeds),
];

/// `None` for an empty expression.
pub(super) fn parse(text: &str, max_regex: usize) -> Result<Option<Expr>, FilterError> {
    if text.len() > MAX_BYTES {
        return Err(error(1, format!("longer than {MAX_BYTES} bytes; use several rules or outputs")));
    }
    let words = words(text)?;
    if words.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { words: &words, at: 0, end: text.chars().count() + 1, terms: 0, max_regex };
    let expr = parser.any(0)?;
    match parser.peek() {
        None => Ok(Some(expr)),
        Some(Word::Close) => Err(error(parser.column(), "\")\" without \"(\"")),
        Some(word) => Err(error(parser.column(), format!("{word} does not belong here"))),
    }
}

/// A regular expression of at most `max_bytes` when it is compiled, or what is wrong with it, one line.
pub(in crate::exporter) fn regex(text: &str, max_bytes: usize) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(max_bytes).build().map_err(|error| last_line(&error.to_string()).to_owned())
}

fn error(column: usize, message: impl Into<String>) -> FilterError {
    FilterError { column, message: message.into() }
}

struct Parser<'a> {
    max_regex: usize,
    words: &'a [(usize, Word)],
    at: usize,
    end: usize,
    terms: usize,
}

impl Parser<'_> {
    fn any(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while self.keyword("or") {
            parts.push(self.all(depth)?);
        }
        Ok(single(parts, Expr::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let mut parts = vec![self.one(depth)?];
        loop {
            let and = self.keyword("and");
            if !and && (matches!(self.peek(), None | Some(Word::Close)) || self.is_keyword("or")) {
                return Ok(single(parts, Expr::All));
            }
            parts.push(self.one(depth)?);
        }
    }

    fn one(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let column = self.column();
        if depth > MAX_DEPTH {
            return Err(error(column, format!("nested more than {MAX_DEPTH} deep")));
        }
        if self.keyword("not") {
            return Ok(Expr::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.peek() == Some(&Word::Open) {
            self.at += 1;
            let inner = self.any(depth + 1)?;
            if self.peek() != Some(&Word::Close) {
                return Err(error(column, "\"(\" is not closed"));
            }
            self.at += 1;
            return Ok(inner);
        }
        self.term()
    }

    fn term(&mut self) -> Result<Expr, FilterError> {
        let (name, field) = self.field()?;
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(error(self.column(), format!("more than {MAX_TERMS} tests; use one regular expression for many words")));
        }
        let operator_column = self.column();
        let operator = self.take();
        let column = self.column();
        let value = match self.take() {
            Some(Word::Bare(value) | Word::Quoted(value)) if !value.is_empty() => value,
            Some(Word::Open) => return Err(error(column, "a value with parentheses wants quotes: \"(...)\"")),
            _ => return Err(error(column, "expected a value, e.g. \"...\"")),
        };
        let test = match (field, operator) {
            (Field::Age | Field::Feeds, operator) => {
                let comparison = match operator {
                    Some(Word::Compares(comparison)) => comparison,
                    Some(Word::Is | Word::Has) if field == Field::Feeds => Comparison::Same,
                    _ => return Err(error(operator_column, format!("{name} is compared: {}", example(field)))),
                };
                let wrong = || error(column, format!("{value:?} is none; write e.g. {}", example(field)));
                let number = match field {
                    Field::Age => units::parse_duration(&value).ok().and_then(|age| i64::try_from(age.as_secs()).ok()),
                    _ => value.parse().ok(),
                };
                Test::Counts(comparison, number.ok_or_else(wrong)?)
            }
            (_, Some(Word::Compares(_))) => return Err(error(operator_column, needs_operator(name, field))),
            (_, Some(Word::Is)) => Test::Is(value),
            (_, Some(Word::Matches)) => {
                let regex = regex(&value, self.max_regex);
                Test::Matches(regex.map_err(|why| error(column, format!("bad regular expression: {why}")))?)
            }
            _ => Test::Has(value.to_lowercase()),
        };
        Ok(Expr::Term(field, test))
    }

    /// The field that a test begins with, which an operator follows.
    fn field(&mut self) -> Result<(&'static str, Field), FilterError> {
        let column = self.column();
        let name = match self.take() {
            Some(Word::Bare(name)) => name,
            Some(Word::Quoted(text)) => {
                return Err(error(column, format!("{text:?} alone says nothing; write e.g. title:{text:?}")));
            }
            Some(word) => return Err(error(column, format!("expected a test like tag:news, found {word}"))),
            None => return Err(error(column, "expected a test like tag:news, found the end")),
        };
        let known = FIELDS.iter().find(|(field, _)| *field == name).copied();
        match (known, self.peek().is_some_and(Word::is_operator)) {
            (Some(known), true) => Ok(known),
            (Some((name, field)), false) => Err(error(self.column(), needs_operator(name, field))),
            (None, true) => Err(error(column, no_field(&name))),
            (None, false) => Err(error(column, alone(&name))),
        }
    }

    fn peek(&self) -> Option<&Word> {
        self.words.get(self.at).map(|(_, word)| word)
    }

    fn take(&mut self) -> Option<Word> {
        let word = self.peek().cloned();
        self.at += 1;
        word
    }

    fn column(&self) -> usize {
        self.words.get(self.at).map_or(self.end, |(column, _)| *column)
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Word::Bare(word)) if word.eq_ignore_ascii_case(keyword))
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let is = self.is_keyword(keyword);
        self.at += usize::from(is);
        is
    }
}

fn single(mut parts: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        1 => parts.swap_remove(0),
        _ => many(parts),
    }
}

// === remedies ===

fn example(field: Field) -> &'static str {
    match field {
        Field::Age => "age < 7d",
        _ => "feeds >= 3",
    }
}

fn needs_operator(name: &str, field: Field) -> String {
    match field {
        Field::Age | Field::Feeds => format!("expected \"<\", \"<=\", \">\" or \">=\" after {name}, e.g. {}", example(field)),
        _ => format!("expected \":\", \"=\" or \"~\" after {name}, e.g. {name}:\"...\""),
    }
}

fn no_field(name: &str) -> String {
    let fields = || FIELDS.iter().map(|(field, _)| *field);
    // Habits of search boxes.
    if let Some(field) = name.strip_prefix(['-', '!']).filter(|rest| fields().any(|field| field == *rest)) {
        return format!("no field {name:?}; write not {field}:...");
    }
    let guess = nearest(name, fields()).map(|guess| format!("; did you mean {guess}?")).unwrap_or_default();
    format!("no field {name:?}; there are {}{guess}", fields().collect::<Vec<_>>().join(", "))
}

fn alone(word: &str) -> String {
    match word {
        "&&" | "&" | "+" => format!("{word:?} says nothing; write and, or leave it out"),
        "||" | "|" => format!("{word:?} says nothing; write or"),
        "!" => format!("{word:?} says nothing; write not"),
        _ => format!("{word:?} alone says nothing; write e.g. title:{word:?} or tag:{word:?}"),
    }
}

/// Errors of the regex crate draw the place over several lines; the last one says it in words.
fn last_line(text: &str) -> &str {
    let line = text.lines().last().unwrap_or(text).trim();
    line.strip_prefix("error: ").unwrap_or(line)
}
