//! Texts of a TOML file as they are written, so that a mistake inside one has its line and column in the file.

/// Longest that is kept as written; of a longer one the place of its beginning is told.
const MAX_BYTES: usize = 32 << 10;

/// A TOML string with its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    /// Where its first quote stands, from 1.
    line: usize,
    column: usize,
    written: String,
}

impl Literal {
    /// The string that begins at byte `start` of `file` and ends before `end`.
    pub(super) fn new(file: &str, start: usize, end: usize) -> Option<Self> {
        let (before, written) = (file.get(..start)?, file.get(start..end)?);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        written.starts_with(['"', '\'']).then(|| Self {
            line,
            column,
            written: if written.len() <= MAX_BYTES { written.to_owned() } else { String::new() },
        })
    }

    /// Line and column in the file of the `nth` character of what the string says; both counted from 1.
    pub(super) fn place_of(&self, nth: usize) -> (usize, usize) {
        let (mut line, mut column) = (self.line, self.column);
        let mut chars = self.written.chars().peekable();
        let mut step = |c: char| {
            if c == '\n' {
                (line, column) = (line + 1, 1);
            } else {
                column += 1;
            }
            (line, column)
        };
        let Some(quote) = chars.next() else { return (self.line, self.column) };
        let mut at = step(quote);
        let many = self.written.starts_with(&quote.to_string().repeat(3));
        if many {
            for c in chars.by_ref().take(2) {
                at = step(c);
            }
            // a line end behind the opening quotes is not part of the text
            for end in ['\r', '\n'] {
                if let Some(c) = chars.next_if_eq(&end) {
                    at = step(c);
                }
            }
        }
        let mut said = 1;
        while said < nth {
            let Some(c) = chars.next() else { break };
            at = step(c);
            if c == '\\' && quote == '"' {
                let escape = chars.peek().copied();
                let length = match escape {
                    Some('x') => 3,
                    Some('u') => 5,
                    Some('U') => 9,
                    _ => 1,
                };
                if escape.is_some_and(char::is_whitespace) {
                    // the line goes on behind the white space
                    while let Some(c) = chars.next_if(|c| c.is_whitespace()) {
                        at = step(c);
                    }
                    continue;
                }
                for c in chars.by_ref().take(length) {
                    at = step(c);
                }
            }
            said += 1;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `file` holds one string; the character that is `said` there as the `nth`.
    fn check(file: &str, nth: usize, expected: (usize, usize)) {
        let start = file.find(['"', '\'']).unwrap();
        let end = file.rfind(['"', '\'']).unwrap() + 1;
        assert_eq!(Literal::new(file, start, end).unwrap().place_of(nth), expected, "{file:?} {nth}");
    }

    #[test]
    fn a_character_stands_where_it_was_written() {
        check("a = 'xy'", 1, (1, 6));
        check("a = 'xy'", 2, (1, 7));
        check("a = 'xy'", 3, (1, 8));
        check("a = 'xy'", 99, (1, 9));
        check("b = 1\na = \"ü\\\"y\"", 2, (2, 7));
        check("b = 1\na = \"ü\\\"y\"", 3, (2, 9));
        check(r#"a = "\u00e9y""#, 2, (1, 12));
        check(r#"a = "\U0001f600y""#, 2, (1, 16));
        check(r"a = '\u00e9y'", 2, (1, 7));
    }

    #[test]
    fn texts_of_several_lines() {
        check("a = '''\nxy\nz'''", 1, (2, 1));
        check("a = '''\r\nxy\nz'''", 4, (3, 1));
        check("a = '''xy\nz'''", 4, (2, 1));
        check("a = \"\"\"\nx \\\n   yz\"\"\"", 4, (3, 5));
    }

    #[test]
    fn the_end_of_a_text_is_a_place() {
        check("a = ''", 1, (1, 6));
        assert_eq!(Literal::new("a = 5", 4, 5), None);
        assert_eq!(Literal::new(&format!("'{}'", "x".repeat(MAX_BYTES)), 0, MAX_BYTES + 2).unwrap().place_of(7), (1, 1));
    }
}
