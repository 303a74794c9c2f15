//! JSON that programs print by hand, written again so that it can be read.
//!
//! One pass, nothing recursive: tokens are taken as they come, and commas, colons and brackets are written where they are due, so that
//! what comes out is well formed whatever went in.

use super::slips::{Note, Slip};

/// Depth to which objects and lists are read; a feed needs five, and serde_json refuses a document with more than 127.
pub(super) const MAX_DEPTH: usize = 64;

/// A document that can be read.
#[derive(Debug)]
pub(super) struct Mended {
    pub text: String,
    pub notes: Vec<Note>,
}

/// Where a list or object is.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Name,
    Colon,
    Value,
    Comma,
}

struct Mender<'a> {
    body: &'a str,
    at: usize,
    out: String,
    /// Whether it is an object, and its state.
    open: Vec<(bool, State)>,
    /// How much of `out` is whole, and what is open there, where the document may be cut: after a member of the feed, after an item.
    whole: (usize, usize),
    notes: Vec<Note>,
}

/// Mends the document that begins with the bracket at `start`.
pub(super) fn mend(body: &str, start: usize) -> Mended {
    let mut mender =
        Mender { body, at: start, out: String::with_capacity(body.len() + 16), open: Vec::new(), whole: (0, 0), notes: Vec::new() };
    mender.run();
    Mended { text: mender.out, notes: mender.notes }
}

impl<'a> Mender<'a> {
    fn run(&mut self) {
        let bytes = self.body.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                // the form feed is a blank, too, for whoever is no JSON
                byte if byte.is_ascii_whitespace() => self.at += 1,
                b'"' => self.string(),
                b'{' | b'[' => self.begin(*byte == b'{'),
                b'}' | b']' => {
                    self.end(*byte == b'}');
                    if self.open.is_empty() {
                        return;
                    }
                }
                b',' => self.comma(),
                b':' => self.colon(),
                b'/' => self.comment(),
                _ => self.word(),
            }
        }
        self.note(Slip::Cut);
        let (length, depth) = self.whole;
        self.out.truncate(length);
        for (is_object, _) in self.open.iter().take(depth).rev() {
            self.out.push(if *is_object { '}' } else { ']' });
        }
    }

    fn note(&mut self, slip: Slip) {
        match self.notes.iter_mut().find(|note| note.slip == slip) {
            Some(note) => note.times += 1,
            None => self.notes.push(Note { slip, at: self.at, times: 1 }),
        }
    }

    /// Writes what is due before a value, and says whether what comes is the name of a member.
    fn place(&mut self, may_be_name: bool) -> bool {
        let Some((is_object, state)) = self.open.last().copied() else { return false };
        if matches!(state, State::Value) {
            self.note(Slip::NoComma);
        }
        if matches!(state, State::Value | State::Comma) {
            self.out.push(',');
        }
        let mut is_name = false;
        match state {
            State::Name => {
                self.note(Slip::NoColon);
                self.out.push(':');
            }
            State::Start | State::Value | State::Comma if is_object => {
                is_name = may_be_name;
                if !is_name {
                    self.note(Slip::Name);
                    self.out.push_str("\"\":");
                }
            }
            _ => {}
        }
        self.set(if is_name { State::Name } else { State::Value });
        is_name
    }

    fn set(&mut self, state: State) {
        if let Some((_, held)) = self.open.last_mut() {
            *held = state;
        }
    }

    /// After a value: a document that is cut later is whole up to here.
    fn done(&mut self) {
        if matches!(self.open.as_slice(), [(true, State::Value)] | [(true, _), (false, State::Value | State::Start)]) {
            self.whole = (self.out.len(), self.open.len());
        }
    }

    fn begin(&mut self, is_object: bool) {
        self.place(false);
        if self.open.len() >= MAX_DEPTH {
            self.note(Slip::Depth);
            self.out.push_str("null");
            self.skip();
            return;
        }
        self.out.push(if is_object { '{' } else { '[' });
        self.open.push((is_object, State::Start));
        self.at += 1;
        if self.open.len() == 1 {
            self.whole = (self.out.len(), 1);
        }
        self.done();
    }

    /// Leaves out the list or object that begins here.
    fn skip(&mut self) {
        let mut depth = 0usize;
        let mut inside = false;
        let bytes = self.body.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' if inside => self.at += 1,
                b'"' => inside = !inside,
                b'{' | b'[' if !inside => depth += 1,
                b'}' | b']' if !inside => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        // what was escaped may be longer than a byte
        self.at = self.body.ceil_char_boundary(self.at);
    }

    fn end(&mut self, is_object: bool) {
        let Some(depth) = self.open.iter().rposition(|(open, _)| *open == is_object) else {
            self.note(Slip::Stray);
            self.at += 1;
            return;
        };
        while self.open.len() > depth {
            let Some((was_object, state)) = self.open.last().copied() else { break };
            if self.open.len() > depth + 1 {
                self.note(Slip::Bracket);
            }
            match state {
                State::Comma => self.note(Slip::ExtraComma),
                State::Name | State::Colon => {
                    self.note(Slip::NoValue);
                    self.out.push_str(if state == State::Name { ":null" } else { "null" });
                }
                State::Start | State::Value => {}
            }
            self.out.push(if was_object { '}' } else { ']' });
            self.open.pop();
            self.done();
        }
        self.at += 1;
    }

    fn comma(&mut self) {
        match self.open.last().map(|(_, state)| *state) {
            Some(State::Value) => self.set(State::Comma),
            Some(state @ (State::Name | State::Colon)) => {
                self.note(Slip::NoValue);
                self.out.push_str(if state == State::Name { ":null" } else { "null" });
                self.set(State::Comma);
            }
            _ => self.note(Slip::ExtraComma),
        }
        self.at += 1;
    }

    fn colon(&mut self) {
        if self.open.last().is_some_and(|(_, state)| *state == State::Name) {
            self.out.push(':');
            self.set(State::Colon);
        } else {
            self.note(Slip::Stray);
        }
        self.at += 1;
    }

    fn comment(&mut self) {
        let rest = &self.body[self.at..];
        let length = match rest.as_bytes().get(1) {
            Some(b'/') => rest.find('\n').unwrap_or(rest.len()),
            Some(b'*') => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => {
                self.note(Slip::Stray);
                self.at += 1;
                return;
            }
        };
        self.note(Slip::Comment);
        self.at += length;
    }

    /// A number, a literal, or something that has no quotes.
    fn word(&mut self) {
        let rest = &self.body[self.at..];
        let ends = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ':' | '[' | ']' | '{' | '}' | '"');
        let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
        if self.place(true) {
            self.note(Slip::Name);
            self.quoted(word);
        } else {
            let literal = match word {
                "true" | "false" | "null" => Some(word),
                "True" | "TRUE" => Some("true"),
                "False" | "FALSE" => Some("false"),
                "undefined" | "None" | "NULL" | "Null" | "nil" | "NaN" | "nan" | "Infinity" | "-Infinity" => Some("null"),
                // one that is too big for any number may be a name
                word if serde_json::from_str::<serde_json::Number>(word).is_ok() => Some(word),
                _ => None,
            };
            if literal != Some(word) {
                self.note(if word.starts_with(|c: char| matches!(c, '0'..='9' | '+' | '-' | '.')) {
                    Slip::Number
                } else {
                    Slip::Word
                });
            }
            match literal {
                Some(literal) => self.out.push_str(literal),
                None => self.quoted(word),
            }
            self.done();
        }
        self.at += word.len();
    }

    fn quoted(&mut self, word: &str) {
        self.out.push('"');
        for c in word.chars().filter(|c| !c.is_control()) {
            if c == '\\' {
                self.out.push('\\');
            }
            self.out.push(c);
        }
        self.out.push('"');
    }

    fn string(&mut self) {
        let is_name = self.place(true);
        self.out.push('"');
        self.at += 1;
        loop {
            let rest = &self.body[self.at..];
            let plain = rest.find(|c: char| matches!(c, '"' | '\\' | '\0'..='\u{1f}')).unwrap_or(rest.len());
            self.out.push_str(&rest[..plain]);
            self.at += plain;
            match rest.as_bytes().get(plain) {
                None => return, // cut: what is not whole is taken back
                Some(b'"') if is_name || self.is_end() => break,
                Some(b'"') => {
                    self.note(Slip::Quote);
                    self.out.push_str("\\\"");
                    self.at += 1;
                }
                Some(b'\\') => self.escape(),
                Some(control) => {
                    self.note(Slip::Control);
                    self.out.push_str(match control {
                        b'\n' => "\\n",
                        b'\t' => "\\t",
                        _ => " ",
                    });
                    self.at += 1;
                }
            }
        }
        self.out.push('"');
        self.at += 1;
        if !is_name {
            self.done();
        }
    }

    /// Whether the quote here ends its string. In `"he said "hi" there"` the inner ones are followed by nothing that JSON knows.
    fn is_end(&self) -> bool {
        let rest = self.body[self.at + 1..].trim_ascii_start();
        rest.is_empty() || rest.starts_with([',', ':', '}', ']', '"', '/'])
    }

    fn escape(&mut self) {
        let rest = &self.body[self.at..];
        let Some(c) = rest[1..].chars().next() else {
            self.at = self.body.len();
            return;
        };
        let mut length = 1 + c.len_utf8();
        match c {
            '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' => self.out.push_str(&rest[..2]),
            'u' => {
                let unit = |from: usize| u16::from_str_radix(hex(rest.get(from..from + 4)?)?, 16).ok();
                length = 6;
                match unit(2) {
                    Some(0xd800..=0xdbff) if rest[6..].starts_with("\\u") && matches!(unit(8), Some(0xdc00..=0xdfff)) => {
                        length = 12;
                        self.out.push_str(&rest[..12]);
                    }
                    Some(0xd800..=0xdfff) => {
                        self.note(Slip::Surrogate);
                        self.out.push_str("\\ufffd");
                    }
                    Some(_) => self.out.push_str(&rest[..6]),
                    None => {
                        self.note(Slip::Escape);
                        self.out.push_str("\\\\u");
                        length = 2;
                    }
                }
            }
            'x' if rest.get(2..4).and_then(hex).is_some() => {
                self.note(Slip::Escape);
                self.out.extend(["\\u00", &rest[2..4]]);
                length = 4;
            }
            // a line that is continued in JavaScript, and a quote that PHP escapes
            '\n' | '\'' => {
                self.note(Slip::Escape);
                self.out.push_str(if c == '\'' { "'" } else { "" });
            }
            // the backslash of a path: what follows it is looked at again
            _ => {
                self.note(Slip::Escape);
                self.out.push_str("\\\\");
                length = 1;
            }
        }
        self.at += length;
    }
}

fn hex(digits: &str) -> Option<&str> {
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then_some(digits)
}

#[cfg(test)]
#[path = "mend_tests.rs"]
mod tests;
