//! Markup cut into tokens without a tree: linear time, no allocation a foreign document could blow up.
//!
//! Follows the tokenizer of the HTML standard (13.2.5) where it decides what is a tag; comments, declarations and
//! processing instructions are swallowed. Text and attribute values keep their character references.

use std::borrow::Cow;

/// More attributes on one tag are ignored: tree builders look for duplicates by comparing each with each.
pub(crate) const MAX_ATTRIBUTES: usize = 64;
/// A longer attribute value is dropped: inlined pictures and state of scripts.
pub(crate) const MAX_VALUE: usize = 16 << 10;
/// A longer tag name names nothing we know.
const MAX_NAME: usize = 64;

/// A piece of a document.
#[derive(Debug, PartialEq)]
pub(crate) enum Token<'a> {
    /// Characters, references unresolved. Neighbouring texts may come in pieces.
    Text(&'a str),
    /// `<name ...>`.
    Start(Tag<'a>),
    /// `</name>`, lower case.
    End(Cow<'a, str>),
    /// An element whose content is not markup (`script`, `style`, `title` ...), with that content.
    Raw(Tag<'a>, &'a str),
}

/// A start tag.
#[derive(Debug, PartialEq)]
pub(crate) struct Tag<'a> {
    /// Lower case.
    pub(crate) name: Cow<'a, str>,
    /// First of each name; names in lower case, values with references unresolved.
    pub(crate) attributes: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The value of the attribute `name`, references unresolved.
    #[inline]
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|&(_, value)| value)
    }
}

/// The tokens of a document.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// Tags come without attributes: nobody asks for them.
    bare: bool,
}

impl<'a> Tokens<'a> {
    /// Reads `text` from its beginning.
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0, bare: false }
    }

    /// Reads `text` as far as names of tags and texts go.
    pub(crate) fn bare(text: &'a str) -> Self {
        Self { bare: true, ..Self::new(text) }
    }

    /// Where the next token begins, in bytes.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes on reading at a place where a token begins.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Skips to behind the end tag that closes an element `name` which was just opened, nested ones counted.
    /// Stays where it is and answers `false` when there is none.
    pub(crate) fn skip_element(&mut self, name: &str) -> bool {
        let (mut at, mut depth) = (self.at, 1usize);
        let bytes = self.text.as_bytes();
        while let Some(found) = find(bytes, at, b'<') {
            at = found + 1;
            let closing = bytes.get(at) == Some(&b'/');
            let start = at + usize::from(closing);
            if !starts_with_name(bytes, start, name) {
                continue;
            }
            // What stands within a tag begins none.
            let Some(end) = find(bytes, start + name.len(), b'>') else {
                let closes = closing && depth == 1;
                self.at = if closes { bytes.len() } else { self.at };
                return closes;
            };
            at = end + 1;
            if closing {
                depth -= 1;
            } else if bytes.get(end.saturating_sub(1)) != Some(&b'/') {
                depth += 1;
            }
            if depth == 0 {
                self.at = at;
                return true;
            }
        }
        false
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn skip_comment(&mut self) {
        let (bytes, body) = (self.text.as_bytes(), self.at + 4);
        if bytes.get(body) == Some(&b'>') {
            self.at = body + 1;
        } else if bytes.get(body..body + 2) == Some(b"->") {
            self.at = body + 2;
        } else {
            let mut at = body;
            self.at = loop {
                match find(bytes, at, b'>') {
                    None => break bytes.len(),
                    Some(end) if bytes.get(body..end).is_some_and(|c| c.ends_with(b"--") || c.ends_with(b"--!")) => break end + 1,
                    Some(end) => at = end + 1,
                }
            };
        }
    }

    fn skip_to_gt(&mut self) {
        self.at = find(self.text.as_bytes(), self.at, b'>').map_or(self.text.len(), |end| end + 1);
    }

    /// Reads a tag whose name starts here; `None` when the document ends within it.
    fn tag(&mut self) -> Option<Tag<'a>> {
        let bytes = self.text.as_bytes();
        let (end, _, has_capitals) = name_end(bytes, self.at, false)?;
        let name = lower(self.slice(self.at, end), has_capitals);
        let mut attributes: Vec<(Cow<'a, str>, &'a str)> = Vec::new();
        let mut at = end;
        loop {
            at = position(bytes, at, |b| !(b.is_ascii_whitespace() || b == b'/'))?;
            if bytes.get(at) == Some(&b'>') {
                self.at = at + 1;
                return Some(Tag { name, attributes });
            }
            let (key_end, is_plain, has_capitals) = name_end(bytes, at, true)?;
            let key = self.slice(at, key_end);
            at = behind_space(bytes, key_end)?;
            let mut value = (at, at);
            if bytes.get(at) == Some(&b'=') {
                at = behind_space(bytes, at + 1)?;
                match bytes.get(at) {
                    Some(&quote @ (b'"' | b'\'')) => {
                        let end = find(bytes, at + 1, quote)?;
                        value = (at + 1, end);
                        at = end + 1;
                    }
                    _ => {
                        let end = position(bytes, at, |b| b.is_ascii_whitespace() || b == b'>')?;
                        value = (at, end);
                        at = end;
                    }
                }
            }
            let value = self.slice(value.0, value.1);
            if !self.bare && attributes.len() < MAX_ATTRIBUTES && value.len() <= MAX_VALUE && is_plain && key.len() <= MAX_NAME {
                let key = lower(key, has_capitals);
                if !attributes.iter().any(|(other, _)| *other == key) {
                    attributes.push((key, value));
                }
            }
        }
    }

    /// The content of a raw element up to its end tag, which is consumed.
    fn raw(&mut self, name: &str) -> &'a str {
        let (bytes, from) = (self.text.as_bytes(), self.at);
        let mut at = from;
        while let Some(found) = find(bytes, at, b'<') {
            at = found + 1;
            if bytes.get(at) == Some(&b'/') && starts_with_name(bytes, at + 1, name) {
                self.at = found;
                self.skip_to_gt();
                return self.slice(from, found);
            }
        }
        self.at = self.text.len();
        self.slice(from, self.at)
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let from = self.at;
            match self.rest() {
                [] => return None,
                [b'<', b'!', b'-', b'-', ..] => self.skip_comment(),
                [b'<', b'!' | b'?', ..] => self.skip_to_gt(),
                [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                    self.at += 2;
                    let Some(tag) = self.tag() else {
                        self.at = self.text.len();
                        return None;
                    };
                    if plain_name(&tag.name) {
                        return Some(Token::End(tag.name));
                    }
                }
                [b'<', b'/', _, ..] => self.skip_to_gt(),
                [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => {
                    self.at += 1;
                    let Some(tag) = self.tag() else {
                        self.at = self.text.len();
                        return None;
                    };
                    if is_raw(&tag.name) {
                        let content = self.raw(&tag.name.clone());
                        return Some(Token::Raw(tag, content));
                    }
                    if plain_name(&tag.name) {
                        return Some(Token::Start(tag));
                    }
                }
                _ => {
                    self.at = find(self.text.as_bytes(), from + 1, b'<').unwrap_or(self.text.len());
                    return Some(Token::Text(self.slice(from, self.at)));
                }
            }
        }
    }
}

/// Elements whose content is not markup. `noscript` is not among them: to a program without scripts it is markup.
fn is_raw(name: &str) -> bool {
    matches!(name, "script" | "style" | "textarea" | "title" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext")
}

fn plain_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
    !name.is_empty() && name.len() <= MAX_NAME && name.bytes().all(plain)
}

fn lower(name: &str, has_capitals: bool) -> Cow<'_, str> {
    if has_capitals { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) }
}

/// Where a name that begins at `from` ends, whether it is plain, and whether it has capitals. That of an attribute ends at an
/// equals sign as well, which in the first place belongs to the name (13.2.5.32).
fn name_end(bytes: &[u8], from: usize, of_attribute: bool) -> Option<(usize, bool, bool)> {
    let (mut is_plain, mut has_capitals) = (true, false);
    for (at, byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b':' | b'.' => {}
            b'A'..=b'Z' => has_capitals = true,
            b'/' | b'>' | b' ' | b'\t' | b'\n' | b'\x0c' | b'\r' => return Some((at, is_plain && at > from, has_capitals)),
            b'=' if of_attribute && at > from => return Some((at, is_plain, has_capitals)),
            _ => is_plain = false,
        }
    }
    None
}

fn behind_space(bytes: &[u8], from: usize) -> Option<usize> {
    position(bytes, from, |b| !b.is_ascii_whitespace())
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, bytes.get(from..)?).map(|at| from + at)
}

fn position(bytes: &[u8], from: usize, found: impl Fn(u8) -> bool) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&b| found(b)).map(|at| from + at)
}

fn starts_with_name(bytes: &[u8], at: usize, name: &str) -> bool {
    bytes.get(at..at + name.len()).is_some_and(|have| have.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(at + name.len()).is_none_or(|&b| b.is_ascii_whitespace() || b == b'/' || b == b'>')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: &str) {
        let told: Vec<String> = Tokens::new(input)
            .map(|token| match token {
                Token::Text(text) => text.to_owned(),
                Token::Start(tag) => {
                    format!("<{}{}>", tag.name, tag.attributes.iter().map(|(k, v)| format!(" {k}=[{v}]")).collect::<String>())
                }
                Token::End(name) => format!("</{name}>"),
                Token::Raw(tag, content) => format!("<{}:{content}>", tag.name),
            })
            .collect();
        assert_eq!(told.join("|"), expected, "{input}");
    }

    #[test]
    fn tags_and_texts() {
        check("a<p>b</p>c", "a|<p>|b|</p>|c");
        check("<P CLASS=x>", "<p class=[x]>");
        check("<br/><img src=a/b.png>", "<br>|<img src=[a/b.png]>");
        check("1 < 2 <3", "1 |< 2 |<3");
        check("a</>b</ x>c", "a|b|c");
        check("<p", "");
        check("<p title='", "");
        check("", "");
    }

    #[test]
    fn attributes_as_the_standard_reads_them() {
        check(r#"<a title="a > b" href='x"y'>"#, r#"<a title=[a > b] href=[x"y]>"#);
        check("<a b = c d>", "<a b=[c] d=[]>");
        check("<a x=1 X=2>", "<a x=[1]>");
        check("<a/onclick=x/y>", "<a onclick=[x/y]>");
        check("<a <b=1 \"=2 c=3>", "<a c=[3]>");
    }

    #[test]
    fn what_is_not_content_is_swallowed() {
        check("a<!-- <p> -->b<!-->c<!--->d<!--x--!>e", "a|b|c|d|e");
        check("<!DOCTYPE html><?xml x?>a<![CDATA[b]]>c", "a|c");
        check("a<!-- never closed <p>", "a");
    }

    #[test]
    fn raw_elements_hold_no_markup() {
        check("<script>if (a<b) '<p>'</SCRIPT >x", "<script:if (a<b) '<p>'>|x");
        check("<style></styles></style>x", "<style:</styles>>|x");
        check("<title>a<b>c", "<title:a<b>c>");
    }

    #[test]
    fn a_subtree_can_be_skipped() {
        let mut tokens = Tokens::new("<svg><g><svg></svg><svg/></g></svg >x");
        assert!(matches!(tokens.next(), Some(Token::Start(_))));
        assert!(tokens.skip_element("svg"));
        assert_eq!(tokens.next(), Some(Token::Text("x")));
        for (page, expected) in [("<svg><g>", None), ("<svg><svg <svg </svg>x", None), ("<svg><svg <svg></svg></svg>x", Some("x"))]
        {
            let mut tokens = Tokens::new(page);
            tokens.next();
            assert_eq!(tokens.skip_element("svg"), expected.is_some(), "{page}");
            assert!(expected.is_none() || tokens.next() == expected.map(Token::Text), "{page}");
        }
    }

    #[test]
    fn a_tag_has_at_most_so_many_attributes() {
        let flood: String = (0..1000).map(|i| format!(" a{i}=1")).collect();
        let html = format!("<p{flood}>");
        let Some(Token::Start(tag)) = Tokens::new(&html).next() else { panic!("no tag") };
        assert_eq!(tag.attributes.len(), MAX_ATTRIBUTES);
    }
}
