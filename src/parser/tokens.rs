//! Markup cut to tokens, whatever it looks like: nothing is an error here, what is no markup is text.
//!
//! Borrowing, iterative and linear: failed attempts at a tag cost patience, and without patience the cheap rule holds.

/// Longest attribute value looked at; a quote that is still open after it was no quote.
const MAX_VALUE: usize = 64 << 10;
/// Attributes of one tag that are looked at.
const MAX_ATTRIBUTES: usize = 64;
/// Longest entry in the internal subset of a DOCTYPE that is skipped as one.
const MAX_DOCTYPE: usize = 256 << 10;

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// As written, references not resolved.
    Text(&'a str),
    /// The inside of a CDATA section.
    CData(&'a str),
    /// An opening tag.
    Start(Tag<'a>),
    /// The qualified name in a closing tag.
    End(&'a str),
    /// Comment, instruction or DOCTYPE: of no meaning to us.
    Other,
}

/// An opening tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tag<'a> {
    /// Qualified name, as written.
    pub name: &'a str,
    /// Everything behind the name, without the closing `/`.
    pub(super) rest: &'a str,
    /// Whether it closes itself.
    pub empty: bool,
    /// Whether a value stands without quotes.
    pub loose: bool,
}

impl<'a> Tag<'a> {
    /// Name and raw value of each attribute. Values need no quotes; a name alone has an empty value.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '"' || c == '\'' || c == ',');
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=').unwrap_or(rest.len());
            let (name, after) = rest.split_at(end);
            let Some(value) = after.trim_start().strip_prefix('=') else {
                rest = after;
                return Some((name, ""));
            };
            let value = value.trim_start();
            let (value, after) = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
            };
            rest = after;
            Some((name, value))
        })
        .take(MAX_ATTRIBUTES)
    }

    /// Raw value of the attribute `name`, compared without case; of `xlink:href` and the like by the whole name.
    pub(super) fn attribute(&self, name: &str) -> Option<&'a str> {
        // most tags have none, and are asked for several
        if self.rest.is_empty() {
            return None;
        }
        self.attributes().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// The name behind the prefix.
pub(super) fn local(name: &str) -> &str {
    // names are short: a search that is made for long texts costs more than it saves
    let at = name.bytes().rposition(|b| b == b':').map_or(0, |at| at + 1);
    name.get(at..).unwrap_or(name)
}

/// A position in markup; gives token after token.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// Byte offset of the next token, always at a char boundary. May be set back to a place where a token began.
    pub(super) at: usize,
    /// Bytes that may still be read in vain.
    pub(super) patience: usize,
    /// Endings that are not there from some place on: each is searched in vain once, unless the place is set back.
    missing: Vec<(&'static str, usize)>,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, patience: text.len().saturating_mul(4).saturating_add(1 << 16), missing: Vec::new() }
    }

    /// The text between two offsets; empty where they make none.
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Whether all of the text was read.
    pub(super) fn is_done(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Whether `piece`, read last, ends only because the text does.
    pub(super) fn is_cut(&self, piece: &str) -> bool {
        self.is_done() && piece.as_bytes().as_ptr_range().end == self.text.as_bytes().as_ptr_range().end
    }

    fn until(&mut self, start: &'static str, end: &'static str) -> Option<&'a str> {
        let rest = self.text.get(self.at + start.len()..)?;
        if self.missing.iter().any(|(known, from)| *known == end && *from <= self.at) {
            return None;
        }
        let Some(found) = memchr::memmem::find(rest.as_bytes(), end.as_bytes()) else {
            self.missing.retain(|(known, _)| *known != end);
            self.missing.push((end, self.at));
            return None;
        };
        self.at += start.len() + found + end.len();
        Some(&rest[..found])
    }

    fn doctype(&mut self, rest: &'a str) -> usize {
        let head = &rest[..floor(rest, MAX_DOCTYPE)];
        let close = head.find('>').unwrap_or(head.len());
        match head[..close].find('[') {
            Some(open) if self.patience > 0 => {
                self.patience = self.patience.saturating_sub(head.len());
                let mut from = open;
                while let Some(bracket) = head[from..].find(']') {
                    let after = from + bracket + 1;
                    let tail = head[after..].trim_start();
                    if tail.starts_with('>') {
                        return head.len() - tail.len() + 1;
                    }
                    from = after;
                }
                (close + 1).min(rest.len())
            }
            _ => (close + 1).min(rest.len()),
        }
    }

    /// The tag that begins with the `<` at the present place, if it is one.
    fn tag(&mut self, rest: &'a str) -> Option<Token<'a>> {
        let bytes = rest.as_bytes();
        let closing = bytes.get(1) == Some(&b'/');
        let name_at = if closing { 2 } else { 1 };
        let first = bytes.get(name_at)?;
        if !(first.is_ascii_alphabetic() || *first == b'_' || *first == b':' || *first >= 0x80) {
            return None;
        }
        let mut i = name_at;
        while bytes.get(i).is_some_and(|b| !b.is_ascii_whitespace() && !matches!(b, b'>' | b'/' | b'<' | b'"' | b'\'' | b'=')) {
            i += 1;
        }
        let name = rest.get(name_at..i)?;
        let rest_at = i;
        let (mut after_equals, mut loose) = (false, false);
        loop {
            match bytes.get(i) {
                None | Some(b'<') => {
                    self.patience = self.patience.saturating_sub(i);
                    return None;
                }
                Some(b'>') => break,
                Some(quote @ (b'"' | b'\'')) if after_equals && !closing && self.patience > 0 => {
                    let window = &bytes[i + 1..bytes.len().min(i + 1 + MAX_VALUE)];
                    match window.iter().position(|b| b == quote) {
                        Some(length) => i += length + 1,
                        None => self.patience = self.patience.saturating_sub(window.len()),
                    }
                    after_equals = false;
                }
                Some(b'=') => after_equals = true,
                Some(b) if b.is_ascii_whitespace() => {}
                Some(_) => {
                    loose |= after_equals;
                    after_equals = false;
                }
            }
            i += 1;
        }
        self.at += i + 1;
        if closing {
            return Some(Token::End(name));
        }
        let inside = rest.get(rest_at..i)?;
        // `<a href=http://x/>` is not empty by its slash, but no feed element has such a value without quotes
        let (inside, empty) = inside.trim_end().strip_suffix('/').map_or((inside, false), |inside| (inside, true));
        Some(Token::Start(Tag { name, rest: inside, empty, loose }))
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        if rest.starts_with('<') {
            if rest.starts_with("<![CDATA[") || rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<![cdata[")) {
                if let Some(inside) = self.until("<![CDATA[", "]]>") {
                    return Some(Token::CData(inside));
                }
                self.at = self.text.len();
                return Some(Token::CData(&rest[9..]));
            }
            if rest.starts_with("<!--") {
                if self.until("<!--", "-->").is_some() {
                    return Some(Token::Other);
                }
                self.at += rest.find('>').map_or(rest.len(), |end| end + 1);
                return Some(Token::Other);
            }
            if rest.starts_with("<?") {
                if self.until("<?", "?>").is_none() {
                    self.at += rest.find('>').map_or(rest.len(), |end| end + 1);
                }
                return Some(Token::Other);
            }
            if rest.starts_with("<!") && rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) {
                self.at += self.doctype(rest);
                return Some(Token::Other);
            }
            if let Some(token) = self.tag(rest) {
                return Some(token);
            }
        }
        // a `<` that begins no tag is text
        let skip = usize::from(rest.starts_with('<'));
        let end = memchr::memchr(b'<', &rest.as_bytes()[skip..]).map_or(rest.len(), |end| end + skip);
        self.at += end;
        Some(Token::Text(&rest[..end]))
    }
}

/// The greatest char boundary of `text` that is not behind `at`.
pub(super) fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        Tokens::new(text)
            .map(|token| match token {
                Token::Text(text) => format!("'{text}'"),
                Token::CData(text) => format!("[{text}]"),
                Token::Start(tag) => {
                    let attributes: String = tag.attributes().map(|(name, value)| format!(" {name}={value}")).collect();
                    format!("<{}{attributes}{}>", tag.name, if tag.empty { "/" } else { "" })
                }
                Token::End(name) => format!("</{name}>"),
                Token::Other => "!".to_owned(),
            })
            .collect()
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(show(text), expected, "{text}");
    }

    #[test]
    fn markup_is_cut_to_tokens() {
        check("<a>x</a>", "<a>'x'</a>");
        check("<a b='1' c=\"2\"/>", "<a b=1 c=2/>");
        check("<?xml version=\"1.0\"?><!DOCTYPE r [<!ENTITY a \"]\"> ]><r/>", "!!<r/>");
        check("<!-- <a> --><![CDATA[<b>]]>", "![<b>]");
        check("</ns:a >", "</ns:a>");
    }

    #[test]
    fn values_need_no_quotes_and_may_hold_angles() {
        check("<a b=1 c>", "<a b=1 c=>");
        check("<a b='x > y <z'>", "<a b=x > y <z>");
        check("<a b = 'x'\n c='y'>", "<a b=x c=y>");
    }

    #[test]
    fn what_is_no_tag_is_text() {
        check("a < b", "'a ''< b'");
        check("<3 <b>x", "'<3 '<b>'x'");
        check("x <y and <b>z</b>", "'x ''<y and '<b>'z'</b>");
        check("<a", "'<a'");
        check("<", "'<'");
        check("<a b=\"x><c>", "<a b=x><c>");
    }

    #[test]
    fn what_does_not_end_ends_with_the_text() {
        check("<![CDATA[cut", "[cut]");
        check("<!-- open <a> b", "!' b'");
        check("<!DOCTYPE x", "!");
    }

    #[test]
    fn hostile_markup_takes_linear_time() {
        let start = std::time::Instant::now();
        for piece in ["<a x=\"<a\" ", "<a b='", "<!--", "<![CDATA[", "<?", "<", "<a ", "<!x[", "<!x[>", "&", "<a b=\"\" "] {
            let text = piece.repeat(400_000 / piece.len());
            assert!(Tokens::new(&text).count() > 0);
        }
        assert!(start.elapsed().as_secs() < 20);
    }
}
