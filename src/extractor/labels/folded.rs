//! Lines as the tables compare them.

use std::str::Chars;

use unicode_normalization::char::decompose_compatible;

/// Characters that one is made of: letters of all languages here have up to three, longer ones are ligatures of whole phrases.
const PARTS: usize = 4;

/// Without what decorates a line: arrows, dashes, brackets, emoji. A quote stays, because what somebody says is no label.
pub(super) fn trim(line: &str) -> &str {
    line.trim_matches(|c: char| {
        if c.is_ascii() {
            return !(c.is_ascii_alphanumeric() || matches!(c, '"' | ')' | '.' | '!' | '?'));
        }
        let says = matches!(c, '“' | '„' | '©' | '？' | '؟');
        // Vowels, tones and killers of vowels that are written as marks; not the full stops among them.
        let mark = matches!(c, '\u{0900}'..='\u{0963}' | '\u{0966}'..='\u{0DFF}' | '\u{0E30}'..='\u{0E4E}');
        !(says || mark || c.is_alphanumeric())
    })
}

/// The characters of a line, made the same where writers differ: case (İ, I and ı; σ and ς), accents (Greek and French capitals lose
/// them), vowel marks, lengthened letters and the two keyboards of Arabic letters, full-width forms, quotes and dashes. A run of spaces is
/// one, none before a colon; a number is `#`.
#[derive(Clone)]
pub(super) struct Folded<'a> {
    chars: Chars<'a>,
    /// What the last character is made of, and how much of it has been taken.
    parts: [char; PARTS],
    taken: usize,
    made: usize,
    /// Looked at, not taken yet.
    ahead: Option<char>,
}

impl<'a> Folded<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        Self { chars: line.chars(), parts: ['\0'; PARTS], taken: 0, made: 0, ahead: None }
    }

    /// The next character that is seen, decomposed.
    fn take(&mut self) -> Option<char> {
        if let Some(c) = self.ahead.take() {
            return Some(c);
        }
        loop {
            if let Some(c) = self.parts.get(self.taken..self.made).and_then(|parts| parts.first()) {
                self.taken += 1;
                if !is_silent(*c) {
                    return Some(*c);
                }
                continue;
            }
            let c = self.chars.next()?;
            if c.is_ascii() {
                return Some(c);
            }
            (self.taken, self.made) = (0, 0);
            decompose_compatible(c, |part| {
                if let Some(free) = self.parts.get_mut(self.made) {
                    *free = part;
                    self.made += 1;
                }
            });
        }
    }
}

impl Iterator for Folded<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let c = self.take()?;
        if c.is_ascii_alphabetic() {
            return Some(c.to_ascii_lowercase());
        }
        if c.is_whitespace() {
            return loop {
                match self.take() {
                    Some(c) if c.is_whitespace() => {}
                    Some(':') => break Some(':'),
                    next => {
                        self.ahead = next;
                        break next.map(|_| ' ');
                    }
                }
            };
        }
        if c.is_numeric() {
            return loop {
                match self.take() {
                    Some(c) if c.is_numeric() || matches!(c, '.' | ',' | '٬' | '٫') => {}
                    next => {
                        self.ahead = next;
                        break Some('#');
                    }
                }
            };
        }
        Some(same(c))
    }
}

/// Marks that a writer may leave out, and characters that nobody sees.
fn is_silent(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FE0E}' | '\u{FE0F}'
        | '\u{0300}'..='\u{0308}' | '\u{030A}'..='\u{031A}' | '\u{031C}'..='\u{0322}' | '\u{0324}'..='\u{036F}' // not those that only Vietnamese has: ảnh is a picture, anh a man
        | '\u{0640}' | '\u{064B}'..='\u{065F}' | '\u{0670}' // Arabic
        | '\u{0591}'..='\u{05BD}' | '\u{05BF}' | '\u{05C1}' | '\u{05C2}' | '\u{05C4}' | '\u{05C5}' | '\u{05C7}' // Hebrew
        | '\u{093C}' | '\u{09BC}') // dots below letters of Hindi and Bengali
}

/// One character for those that stand for each other.
fn same(c: char) -> char {
    match c {
        '’' | '‘' | 'ʼ' | '`' => '\'',
        '‐' | '–' | '—' | '―' | '−' => '-',
        'ı' => 'i',
        'ς' => 'σ',
        'ی' | 'ى' => 'ي',
        'ک' => 'ك',
        // What becomes more than one character has been decomposed by now.
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}
