//! The text of a block while it is being read, as markup and as plain text.

use super::references::decode;
use super::text::{collapsed, is_invisible};

/// What has been read since the last block.
#[derive(Default)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) space: bool,
    pub(crate) html_space: bool,
    /// The element around the first character.
    pub(crate) element: usize,
    /// Characters without the spaces between words.
    pub(crate) chars: usize,
    pub(crate) counts: Counts,
}

/// Characters that stand in something.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) linked: usize,
    pub(crate) within: usize,
    pub(crate) bold: usize,
    pub(crate) italic: usize,
    pub(crate) links: u16,
}

/// What a text stands in.
#[derive(Clone, Copy, Default)]
pub(crate) struct Style {
    pub(crate) linked: bool,
    pub(crate) within: bool,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
}

impl Line {
    /// Adds characters; markup keeps its references, the text has them resolved.
    pub(crate) fn push(&mut self, raw: &str, style: &Style, keep_spaces: bool) {
        if raw.is_empty() {
            return;
        }
        if keep_spaces {
            self.html.push_str(&raw.replace('<', "&lt;"));
            self.add(&decode(raw), style);
            return;
        }
        let shown = raw.trim_matches(' ');
        if memchr::memchr2(b'<', b'&', raw.as_bytes()).is_none()
            && let Some(chars) = collapsed(shown)
        {
            let (leads, trails) = (raw.starts_with(' '), raw.ends_with(' '));
            if !self.text.is_empty() {
                self.html.push_str(if self.html_space || leads { " " } else { "" });
                self.text.push_str(if self.space || leads { " " } else { "" });
            }
            self.html.push_str(shown);
            self.text.push_str(shown);
            (self.html_space, self.space) = (trails, trails);
            return self.count(chars, style);
        }
        self.push_html(raw);
        let decoded = decode(raw);
        self.space |= decoded.starts_with(char::is_whitespace);
        for word in decoded.split_whitespace() {
            if std::mem::take(&mut self.space) && !self.text.is_empty() {
                self.text.push(' ');
            }
            self.add(word, style);
            self.space = true;
        }
        self.space &= decoded.ends_with(char::is_whitespace);
    }

    fn push_html(&mut self, raw: &str) {
        let is_space = |c: char| c.is_ascii_whitespace();
        self.html_space |= raw.starts_with(is_space);
        let mut begun = !self.text.is_empty();
        for word in raw.split_ascii_whitespace() {
            if std::mem::take(&mut self.html_space) && begun {
                self.html.push(' ');
            }
            if word.contains('<') {
                self.html.push_str(&word.replace('<', "&lt;"))
            } else {
                self.html.push_str(word)
            }
            (begun, self.html_space) = (true, true);
        }
        self.html_space &= raw.ends_with(is_space);
    }

    fn add(&mut self, word: &str, style: &Style) {
        if word.is_ascii() {
            self.text.push_str(word);
            return self.count(word.len(), style);
        }
        let visible = word.chars().filter(|c| !is_invisible(*c));
        self.text.extend(visible.clone());
        self.count(visible.count(), style);
    }

    /// Counts characters that were added.
    fn count(&mut self, added: usize, style: &Style) {
        self.chars += added;
        for (count, counts) in [
            (&mut self.counts.linked, style.linked),
            (&mut self.counts.within, style.within),
            (&mut self.counts.bold, style.bold),
            (&mut self.counts.italic, style.italic),
        ] {
            *count += if counts { added } else { 0 };
        }
    }

    /// A line of code ends.
    pub(crate) fn new_line(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
            self.html.push('\n');
        }
    }

    /// Writes a tag; white space before it stays before it.
    pub(crate) fn push_tag(&mut self, written: &str) {
        if std::mem::take(&mut self.html_space) && !self.text.is_empty() {
            self.html.push(' ');
        }
        self.html.push_str(written);
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Style};

    #[test]
    fn characters_that_nobody_sees_are_neither_text_nor_counted() {
        let check = |raw: &str, text: &str, chars: usize| {
            let mut line = Line::default();
            line.push(raw, &Style { bold: true, ..Style::default() }, false);
            assert_eq!((line.text.as_str(), line.chars, line.counts.bold), (text, chars, chars), "{raw:?}");
        };
        check("so\u{ad}ft words", "soft words", 9);
        check("&ldquo;so&shy;ft&rdquo; words", "“soft” words", 11);
        check("Grö\u{ad}ße &amp; \u{200b}", "Größe & ", 6);
        check("今日\u{feff}は &amp;", "今日は &", 4);
        check("plain &amp; plain", "plain & plain", 11);
    }
}
