//! Expression to words.

use super::{Comparison, FilterError};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Open,
    Close,
    Has,
    Is,
    Matches,
    Compares(Comparison),
    Bare(String),
    Quoted(String),
}

impl Word {
    /// Whether it stands between a field and a value.
    pub(super) fn is_operator(&self) -> bool {
        matches!(self, Self::Has | Self::Is | Self::Matches | Self::Compares(_))
    }
}

impl std::fmt::Display for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = match self {
            Self::Open => "(",
            Self::Close => ")",
            Self::Has => ":",
            Self::Is => "=",
            Self::Matches => "~",
            Self::Compares(Comparison::Less) => "<",
            Self::Compares(Comparison::AtMost) => "<=",
            Self::Compares(Comparison::AtLeast) => ">=",
            Self::Compares(_) => ">",
            Self::Bare(text) | Self::Quoted(text) => return write!(f, "{text:?}"),
        };
        write!(f, "\"{sign}\"")
    }
}

/// The words of `text`, each with its column in characters, from 1.
pub(super) fn words(text: &str) -> Result<Vec<(usize, Word)>, FilterError> {
    let mut words = Vec::new();
    let mut chars = text.chars().enumerate().map(|(at, c)| (at + 1, c)).peekable();
    // After an operator a bare value may hold `:`, `=`, `~`, `<` and `>`, as addresses do.
    let mut value = false;
    while let Some((column, c)) = chars.next() {
        let word = match c {
            _ if c.is_whitespace() => continue,
            '(' => Word::Open,
            ')' => Word::Close,
            ':' if !value => Word::Has,
            '=' if !value => Word::Is,
            '~' if !value => Word::Matches,
            '<' | '>' if !value => Word::Compares(match (c, chars.next_if(|(_, next)| *next == '=').is_some()) {
                ('<', false) => Comparison::Less,
                ('<', true) => Comparison::AtMost,
                (_, false) => Comparison::More,
                (_, true) => Comparison::AtLeast,
            }),
            '"' | '\'' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        None => return Err(FilterError { column, message: format!("{c} is not closed") }),
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
                let ends = |c: char| {
                    c.is_whitespace() || matches!(c, '(' | ')' | '"') || (!value && matches!(c, ':' | '=' | '~' | '<' | '>'))
                };
                while let Some((_, next)) = chars.next_if(|(_, next)| !ends(*next)) {
                    bare.push(next);
                }
                Word::Bare(bare)
            }
        };
        value = word.is_operator();
        words.push((column, word));
    }
    Ok(words)
}
