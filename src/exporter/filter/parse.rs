//! Text to expression: words, then recursive descent.

use regex::RegexBuilder;

use super::{Expr, Field, FilterError, Test};

/// Longest expression.
const MAX_BYTES: usize = 16 << 10;

/// Deepest nesting of parentheses and `not`.
const MAX_DEPTH: usize = 32;

/// Most words of an expression that are tests.
const MAX_TERMS: usize = 256;

/// Largest compiled regular expression, bytes.
const MAX_REGEX_BYTES: usize = 1 << 20;

const FIELDS: [(&str, Field); 8] = [
    ("tag", Field::Tag),
    ("feed", Field::Feed),
    ("lang", Field::Lang),
    ("title", Field::Title),
    ("text", Field::Text),
    ("author", Field::Author),
    ("url", Field::Url),
    ("source", Field::Source),
];

#[derive(Clone, Debug, PartialEq)]
enum Word {
    Open,
    Close,
    Has,
    Is,
    Matches,
    Bare(String),
    Quoted(String),
}

/// `None` for an empty expression.
pub(super) fn parse(text: &str) -> Result<Option<Expr>, FilterError> {
    if text.len() > MAX_BYTES {
        return Err(error(1, format!("longer than {MAX_BYTES} bytes; use several rules or outputs")));
    }
    let words = words(text)?;
    if words.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser { words: &words, at: 0, end: text.chars().count() + 1, terms: 0 };
    let expr = parser.any(0)?;
    match parser.peek() {
        None => Ok(Some(expr)),
        Some(Word::Close) => Err(error(parser.column(), "\")\" without \"(\"")),
        Some(word) => Err(error(parser.column(), format!("{} does not belong here", named(word)))),
    }
}

fn error(column: usize, message: impl Into<String>) -> FilterError {
    FilterError { column, message: message.into() }
}

// === words ===

fn words(text: &str) -> Result<Vec<(usize, Word)>, FilterError> {
    let mut words = Vec::new();
    let mut chars = text.chars().enumerate().map(|(at, c)| (at + 1, c)).peekable();
    // After an operator a bare value may hold `:`, `=` and `~`, as addresses do.
    let mut value = false;
    while let Some((column, c)) = chars.next() {
        let word = match c {
            _ if c.is_whitespace() => continue,
            '(' => Word::Open,
            ')' => Word::Close,
            ':' if !value => Word::Has,
            '=' if !value => Word::Is,
            '~' if !value => Word::Matches,
            '"' | '\'' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        None => return Err(error(column, format!("{c} is not closed"))),
                        Some((_, end)) if end == c => break Word::Quoted(quoted),
                        // Only the quote is escaped: regular expressions keep their backslashes.
                        Some((_, '\\')) if c == '"' && chars.peek().is_some_and(|(_, next)| *next == '"') => {
                            quoted.extend(chars.next().map(|(_, quote)| quote));
                        }
                        Some((_, other)) => quoted.push(other),
                    }
                }
            }
            _ => {
                let mut bare = String::from(c);
                let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"') || (!value && matches!(c, ':' | '=' | '~'));
                while let Some((_, next)) = chars.next_if(|(_, next)| !ends(*next)) {
                    bare.push(next);
                }
                Word::Bare(bare)
            }
        };
        value = matches!(word, Word::Has | Word::Is | Word::Matches);
        words.push((column, word));
    }
    Ok(words)
}

// === descent ===

struct Parser<'a> {
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
        let column = self.column();
        let field = match self.take() {
            Some(Word::Bare(name)) => {
                let known = FIELDS.iter().find(|(field, _)| *field == name);
                let operator = matches!(self.peek(), Some(Word::Has | Word::Is | Word::Matches));
                match (known, operator) {
                    (Some((_, field)), true) => *field,
                    (Some((field, _)), false) => {
                        return Err(error(
                            self.column(),
                            format!("expected \":\", \"=\" or \"~\" after {field}, e.g. {field}:\"...\""),
                        ));
                    }
                    (None, true) => {
                        let names: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
                        return Err(error(column, format!("no field {name:?}; there are {}", names.join(", "))));
                    }
                    (None, false) => {
                        return Err(error(
                            column,
                            format!("{name:?} alone says nothing; write e.g. title:{name:?} or tag:{name:?}"),
                        ));
                    }
                }
            }
            Some(Word::Quoted(text)) => {
                return Err(error(column, format!("{text:?} alone says nothing; write e.g. title:{text:?}")));
            }
            Some(word) => return Err(error(column, format!("expected a test like tag:news, found {}", named(&word)))),
            None => return Err(error(column, "expected a test like tag:news, found the end")),
        };
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(error(column, format!("more than {MAX_TERMS} tests; use one regular expression for many words")));
        }
        let operator = self.take();
        let column = self.column();
        let value = match self.take() {
            Some(Word::Bare(value) | Word::Quoted(value)) if !value.is_empty() => value,
            Some(Word::Open) => return Err(error(column, "a value with parentheses wants quotes: \"(...)\"")),
            _ => return Err(error(column, "expected a value, e.g. \"...\"")),
        };
        let test = match operator {
            Some(Word::Is) => Test::Is(value),
            Some(Word::Matches) => {
                let regex = RegexBuilder::new(&value).size_limit(MAX_REGEX_BYTES).build();
                Test::Matches(regex.map_err(|e| error(column, format!("bad regular expression: {}", last_line(&e.to_string()))))?)
            }
            _ => Test::Has(value.to_lowercase()),
        };
        Ok(Expr::Term(field, test))
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

fn named(word: &Word) -> String {
    match word {
        Word::Open => "\"(\"".to_owned(),
        Word::Close => "\")\"".to_owned(),
        Word::Has => "\":\"".to_owned(),
        Word::Is => "\"=\"".to_owned(),
        Word::Matches => "\"~\"".to_owned(),
        Word::Bare(text) | Word::Quoted(text) => format!("{text:?}"),
    }
}

/// Errors of the regex crate draw the place over several lines; the last one says it in words.
fn last_line(text: &str) -> &str {
    let line = text.lines().last().unwrap_or(text).trim();
    line.strip_prefix("error: ").unwrap_or(line)
}
