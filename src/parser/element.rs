//! The inside of one element, read as what its place demands: plain characters, HTML, a name.

use std::sync::LazyLock;

use regex::Regex;

use super::faults::{Notes, Repair};
use super::map::MAX_NAME;
use super::references;
use super::text;
use super::tokens::{Tag, Token, Tokens, local};

/// Bytes of a text about a person that are looked at.
const MAX_PERSON: usize = 4 << 10;

/// Mail addresses with what people put around them.
static MAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[<(\[]*(?:mailto:)?([^\s()<>\[\],;:]+@[^\s()<>\[\],;:]+)[>)\]]*").ok());

/// An element with everything between its tags.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub tag: Tag<'a>,
    /// As written.
    pub inner: &'a str,
}

impl<'a> Element<'a> {
    /// Its characters, references resolved, tags left out, trimmed.
    pub(super) fn characters(&self) -> String {
        let mut out = String::new();
        for token in Tokens::new(self.inner) {
            match token {
                Token::Text(part) => out.push_str(&references::resolve(part)),
                Token::CData(part) => out.push_str(part),
                _ => {}
            }
        }
        trimmed(out)
    }

    /// Its value of the attribute `name`, references resolved, trimmed; `None` if empty.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        attribute(&self.tag, name)
    }

    /// Its first child of that local name.
    pub(super) fn child(&self, name: &str) -> Option<Element<'a>> {
        let mut tokens = Tokens::new(self.inner);
        while let Some(token) = tokens.next() {
            let Token::Start(tag) = token else { continue };
            if !local(tag.name).eq_ignore_ascii_case(name) {
                continue;
            }
            let from = tokens.at;
            let mut to = from;
            while let Some(token) = (!tag.empty).then(|| tokens.next()).flatten() {
                if matches!(token, Token::End(end) if end.eq_ignore_ascii_case(tag.name)) {
                    break;
                }
                to = tokens.at;
            }
            return Some(Element { tag, inner: tokens.slice(from, to) });
        }
        None
    }

    /// Its content as HTML. Whether the markup in it was escaped, bare, both, in a CDATA section, in base64 or mere text is
    /// told from what stands there first and from `type` and `mode` second: publishers mix them up.
    pub(super) fn html(&self, notes: &mut Notes<'a>) -> String {
        let declared = self.attribute("type").map(|kind| kind.to_ascii_lowercase()).unwrap_or_default();
        // Media RSS says `plain` where Atom says `text`
        let is_known = |kind: &str| kind.contains('/') || ["", "text", "html", "xhtml", "plain"].contains(&kind);
        if !is_known(&declared) {
            notes.add(Repair::Type, self.tag.attribute("type").unwrap_or_default());
        }
        let mode = self.attribute("mode").map(|mode| mode.to_ascii_lowercase()).unwrap_or_default();
        let bare =
            self.inner.contains('<') && Tokens::new(self.inner).any(|token| matches!(token, Token::Start(_) | Token::End(_)));
        if bare {
            let is_declared = self.tag.attribute("xmlns").is_some_and(|space| space.ends_with("1999/xhtml"));
            let is_xhtml = is_declared || declared.contains("xml") || declared == "xhtml" || mode == "xml";
            let html = self.bare_html(!is_xhtml);
            if is_xhtml {
                return without_div(&html).to_owned();
            }
            notes.add(Repair::Markup, self.tag.name);
            return html;
        }
        let text = self.characters();
        let is_markup = declared.contains("html") || declared.contains("xml");
        if (mode == "base64" || !(declared.is_empty() || is_markup || declared.starts_with("text")))
            && let Some(decoded) = base64(&text)
        {
            return decoded;
        }
        // RSS has no `type`: its texts are HTML. Atom without one says text, and often lies
        let is_text =
            matches!(declared.as_str(), "text" | "text/plain") || (declared.is_empty() && local(self.tag.name) == "content");
        if !is_text {
            return text;
        }
        // a title that says text is one about tags; bodies say so by default of their program
        let is_titles_word = !declared.is_empty() && local(self.tag.name).eq_ignore_ascii_case("title");
        if is_titles_word || !text::looks_like_html(&text) {
            return text::to_html(&text);
        }
        notes.add(Repair::Untrue, self.tag.name);
        text
    }

    /// Tags as written (prefixes taken off), texts beside them escaped or not as they have to be.
    /// What is escaped in it may have been escaped once too often, where `may_be_escaped`; in XHTML it is text about tags.
    fn bare_html(&self, may_be_escaped: bool) -> String {
        let escaped = may_be_escaped && Tokens::new(self.inner).any(
            |token| matches!(token, Token::Text(part) if part.contains("&lt;") && text::looks_like_html(&references::resolve(part))),
        );
        let mut out = String::with_capacity(self.inner.len());
        let mut tokens = Tokens::new(self.inner);
        loop {
            let from = tokens.at;
            let Some(token) = tokens.next() else { break };
            match token {
                Token::Text(part) if escaped => out.push_str(&references::resolve(part)),
                Token::Text(part) => out.push_str(part),
                Token::CData(part) if escaped || (may_be_escaped && text::looks_like_html(part)) => out.push_str(part),
                Token::CData(part) => out.push_str(&text::escape(part)),
                Token::Start(tag) => {
                    let written = tokens.slice(from, tokens.at);
                    let name = local(tag.name);
                    out.push('<');
                    out.push_str(name);
                    let rest = written.get(1 + tag.name.len()..).unwrap_or(">");
                    if tag.empty && !text::is_void(name) {
                        out.push_str(rest.trim_end_matches('>').trim_end_matches('/'));
                        out.extend(["></", name, ">"]);
                    } else {
                        out.push_str(rest);
                    }
                }
                Token::End(name) => out.extend(["</", local(name), ">"]),
                Token::Other => {}
            }
        }
        out.trim().to_owned()
    }

    /// A name out of an author element: Atom's `name` or `email`, RSS's `mail (Name)` and `Name <mail>`.
    pub(super) fn person(&self) -> Option<String> {
        let part = |name: &str| self.child(name).map(|child| child.characters()).filter(|text| !text.is_empty());
        let text = part("name").or_else(|| part("email")).or_else(|| part("uri")).unwrap_or_else(|| self.characters());
        person(&text)
    }
}

/// `text` without blanks at its ends; copied only where there are any.
fn trimmed(text: String) -> String {
    let inner = text.trim();
    if inner.len() == text.len() { text } else { inner.to_owned() }
}

/// The value of an attribute, references resolved, trimmed; `None` if empty.
pub(super) fn attribute(tag: &Tag<'_>, name: &str) -> Option<String> {
    let value = references::resolve(tag.attribute(name)?);
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// The name in a text about a person, its mail address where there is no name; at most [`MAX_NAME`] characters.
pub(super) fn person(text: &str) -> Option<String> {
    let mut name = whole_person(text)?;
    if let Some((at, _)) = name.char_indices().nth(MAX_NAME) {
        name.truncate(at);
    }
    Some(name)
}

fn whole_person(text: &str) -> Option<String> {
    // `Name <mail@host>` is no markup
    let line = text::plain(&text[..text.floor_char_boundary(MAX_PERSON)]);
    if !line.contains('@') {
        return (!line.is_empty()).then_some(line);
    }
    let pattern = MAIL.as_ref()?;
    let name = pattern.replace_all(&line, " ");
    let name = text::one_line(&name);
    let name = name.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '-' | '"' | '/'));
    let name = name.strip_prefix('(').and_then(|name| name.strip_suffix(')')).unwrap_or(name).trim();
    if name.is_empty() {
        pattern.captures(&line).and_then(|found| found.get(1)).map(|mail| mail.as_str().to_owned())
    } else {
        Some(name.to_owned())
    }
}

/// The inside of the one `div` that Atom demands around XHTML.
fn without_div(html: &str) -> &str {
    let trimmed = html.trim();
    let Some(Token::Start(tag)) = Tokens::new(trimmed).next() else { return html };
    if !tag.name.eq_ignore_ascii_case("div") || !trimmed.ends_with("</div>") {
        return html;
    }
    let mut tokens = Tokens::new(trimmed);
    let (mut depth, mut from) = (0usize, 0);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(tag) if tag.name.eq_ignore_ascii_case("div") && !tag.empty => {
                depth += 1;
                if from == 0 {
                    from = tokens.at;
                }
            }
            Token::End(name) if name.eq_ignore_ascii_case("div") => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let whole = tokens.is_done();
                    return if whole { tokens.slice(from, trimmed.len() - "</div>".len()) } else { html };
                }
            }
            _ => {}
        }
    }
    html
}

/// Base64 (RFC 4648 4, blanks ignored) that holds UTF-8 text.
fn base64(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    let text = String::from_utf8(out).ok().filter(|text| !text.trim().is_empty())?;
    Some(text::without_controls(&text).0.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(markup: &str) -> Element<'_> {
        let mut tokens = Tokens::new(markup);
        let Some(Token::Start(tag)) = tokens.next() else { panic!("{markup}") };
        let end = markup.rfind("</").unwrap_or(markup.len());
        Element { tag, inner: &markup[tokens.at..end] }
    }

    fn html(markup: &str, expected: &str) {
        assert_eq!(element(markup).html(&mut Notes::new(markup)), expected, "{markup}");
    }

    #[test]
    fn html_is_found_however_it_is_wrapped() {
        html("<description>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</description>", "<p>a &amp; b</p>");
        html("<description><![CDATA[<p>a &amp; b</p>]]></description>", "<p>a &amp; b</p>");
        html("<description>a <b>bold</b> word<br/>two &amp; three</description>", "a <b>bold</b> word<br/>two &amp; three");
        html("<content type='xhtml'><div xmlns='x'><p>a &lt; b</p></div></content>", "<p>a &lt; b</p>");
        html("<content type='xhtml'><h:div><h:p>a<h:a id='x'/></h:p></h:div></content>", "<p>a<a id='x'></a></p>");
        html("<content type='xhtml'><div>a</div><div>b</div></content>", "<div>a</div><div>b</div>");
        html("<content type='application/octet-stream'>PHA+aGk8L3A+</content>", "<p>hi</p>");
        html("<content mode='base64' type='text/html'>PHA+\naGk8L3A+</content>", "<p>hi</p>");
    }

    #[test]
    fn plain_text_is_told_from_html() {
        html("<content type='text'>a &lt; b\nc</content>", "a &lt; b<br>c");
        html("<content>it says text &lt;b&gt;but lies&lt;/b&gt;</content>", "it says text <b>but lies</b>");
        html("<description>a &lt; b</description>", "a < b");
    }

    #[test]
    fn names_are_found() {
        for (text, expected) in [
            ("Ada Lovelace", "Ada Lovelace"),
            ("ada@example.org (Ada Lovelace)", "Ada Lovelace"),
            ("Ada Lovelace <ada@example.org>", "Ada Lovelace"),
            ("mailto:ada@example.org", "ada@example.org"),
            ("ada@example.org", "ada@example.org"),
            ("“ada@example.org", "“ada@example.org"),
            ("Ada (ada@example.org)", "Ada"),
        ] {
            assert_eq!(person(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(element("<author><name>Ada</name><email>a@example.org</email></author>").person().as_deref(), Some("Ada"));
        assert_eq!(element("<author><email>a@example.org</email></author>").person().as_deref(), Some("a@example.org"));
        assert_eq!(element("<author> </author>").person(), None);
    }
}
