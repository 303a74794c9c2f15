//! HTML to lines of plain text, straight from the tokens; and what is alike of two texts.

use super::depth::safe;
use super::references::decode;
use super::tokens::{Token, Tokens};

/// Between the cells of a table row.
const CELL: &str = " | ";
/// Bytes of a cell that still look like data and not like a layout.
const SHORT_CELL: usize = 100;

/// One paragraph, heading, list item or table row a line; white space collapsed. Captions are left out unless they are all.
pub(crate) fn plain_lines(html: &str) -> String {
    let mut text = String::new();
    each_line(html, &mut |line| {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(line);
        true
    });
    text
}

/// Looks at a line and says whether it wants the next one.
pub(crate) type Show<'s> = dyn FnMut(&str) -> bool + 's;

/// Shows these lines one by one, for as long as they are wanted. None is blank.
pub(crate) fn each_line(html: &str, show: &mut Show<'_>) {
    if !lines(html, true, show) {
        lines(html, false, show);
    }
}

/// Answers whether there was any.
fn lines(html: &str, skip_captions: bool, show: &mut Show<'_>) -> bool {
    let mut tokens = Tokens::bare(html);
    let mut lines = Lines::new(show);
    // One search in vain for an end is enough: the time stays linear.
    let (mut captions_end, mut links_end) = (true, true);
    // Whether a `figure` has just begun: the link that is its own content leads to a player.
    let mut in_figure = false;
    while lines.wanted
        && let Some(token) = tokens.next()
    {
        match token {
            Token::Text(text) => {
                in_figure &= text.trim().is_empty();
                lines.text(&decode(text));
            }
            Token::Raw(..) => {}
            Token::Start(tag) => match &*tag.name {
                "figcaption" if skip_captions && captions_end => {
                    lines.end();
                    captions_end = tokens.skip_element("figcaption");
                }
                "a" if skip_captions && in_figure && links_end => links_end = tokens.skip_element("a"),
                "td" | "th" => lines.cell(),
                "tr" | "table" => lines.row(),
                "pre" => {
                    lines.end();
                    lines.pre += 1;
                }
                name if breaks(name) => {
                    in_figure = name == "figure";
                    lines.block();
                }
                _ => {}
            },
            Token::End(name) => match &*name {
                "tr" | "table" => lines.row(),
                "pre" => {
                    lines.end();
                    lines.pre = lines.pre.saturating_sub(1);
                }
                name if breaks(name) => lines.block(),
                _ => {}
            },
        }
    }
    lines.end();
    lines.are_some
}

struct Lines<'s> {
    show: &'s mut Show<'s>,
    wanted: bool,
    are_some: bool,
    line: String,
    space: bool,
    cell: bool,
    in_cell: bool,
    cell_start: usize,
    pre: usize,
}

impl<'s> Lines<'s> {
    fn new(show: &'s mut Show<'s>) -> Self {
        let line = String::new();
        Self { show, wanted: true, are_some: false, line, space: false, cell: false, in_cell: false, cell_start: 0, pre: 0 }
    }

    fn text(&mut self, mut text: &str) {
        loop {
            let (word, rest) = text.split_at(text.bytes().position(|byte| !byte.is_ascii_graphic()).unwrap_or(text.len()));
            if !word.is_empty() {
                self.begin();
                self.line.push_str(word);
            }
            let Some(c) = rest.chars().next() else { return };
            text = &rest[c.len_utf8()..];
            if c == '\n' && self.pre > 0 {
                self.end();
            } else if c.is_whitespace() {
                self.space = true;
            } else if safe(c).is_some() && !is_invisible(c) {
                self.begin();
                self.line.push(c);
            }
        }
    }

    /// Writes what parts the next character from the last one.
    fn begin(&mut self) {
        if !self.line.is_empty() {
            if self.cell {
                self.line.push_str(CELL);
            } else if self.space {
                self.line.push(' ');
            }
        }
        (self.space, self.cell) = (false, false);
    }

    fn cell(&mut self) {
        (self.cell, self.in_cell, self.cell_start) = (true, true, self.line.len());
    }

    fn row(&mut self) {
        self.end();
        self.in_cell = false;
    }

    /// Blocks in a cell stay on its line while they are short; a layout table holds whole articles in one cell.
    fn block(&mut self) {
        if self.in_cell && self.line.len() - self.cell_start.min(self.line.len()) < SHORT_CELL {
            self.space = true
        } else {
            self.end()
        }
    }

    fn end(&mut self) {
        if !self.line.is_empty() {
            self.are_some = true;
            self.wanted = self.wanted && (self.show)(&self.line);
            self.line.clear();
        }
        (self.space, self.cell, self.cell_start) = (false, false, 0);
    }
}

/// Whether there is nothing but white space; tells it from the first other character.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(char::is_whitespace)
}

/// How many characters a text shows, if it shows them as they stand: nothing in it is hidden or a control character, and its white
/// space is single spaces between others. So is nearly all text, and what is known of all of it need not be asked of each character.
pub(crate) fn collapsed(text: &str) -> Option<usize> {
    let (mut shown, mut was_space) = (0, true);
    for c in text.chars() {
        let is_space = c == ' ';
        let is_shown = c.is_ascii_graphic() || c > '\u{a0}' && !c.is_whitespace() && !is_invisible(c) && safe(c) == Some(c);
        if !(is_shown || is_space && !was_space) {
            return None;
        }
        shown += usize::from(is_shown);
        was_space = is_space;
    }
    (!was_space).then_some(shown)
}

/// Letters and digits in lower case: two texts that differ in quotes and spaces are the same.
pub(crate) fn fold(text: &str) -> String {
    String::from_utf8(fold_bytes(text)).unwrap_or_default()
}

/// The same as bytes, to be hashed.
pub(crate) fn fold_bytes(text: &str) -> Vec<u8> {
    // For each `char` a `String` asks how many bytes it is; nearly all are one.
    let mut folded: Vec<u8> = Vec::with_capacity(text.len());
    let write = |folded: &mut Vec<u8>, c: char| folded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(b @ (b'a'..=b'z' | b'0'..=b'9')) => folded.push(b),
            Ok(b @ b'A'..=b'Z') => folded.push(b.to_ascii_lowercase()),
            Ok(b'\0'..=b'\x7f') => {}
            // What most pages have besides needs no search in the tables of Unicode.
            _ if matches!(c, 'ß'..='ö' | 'ø'..='ÿ' | 'а'..='џ') || is_uncased(c) => write(&mut folded, c),
            _ if is_word(c) => c.to_lowercase().for_each(|lower| write(&mut folded, lower)),
            _ => {}
        }
    }
    folded
}

/// Letters and digits, as [`char::is_alphanumeric`] has them: quotes and dashes are the most of what is neither nor ASCII.
#[inline]
pub(crate) fn is_word(c: char) -> bool {
    is_letter(c)
        || c.is_ascii_digit()
        || !matches!(c, '\0'..='\u{a9}' | '«' | '»' | '·' | '\u{2000}'..='\u{206f}') && c.is_alphanumeric()
}

/// Letters without capitals that need no search in the tables of Unicode: Chinese, Japanese, Korean.
#[inline]
pub(crate) fn is_uncased(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Letters that need none either: these, and those of most other pages.
#[inline]
pub(crate) fn is_letter(c: char) -> bool {
    is_uncased(c)
        || matches!(c, 'a'..='z' | 'A'..='Z' | 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24f}' | 'Ѐ'..='\u{481}' | '\u{620}'..='\u{64a}')
}

/// Soft hyphens and zero-width characters: they would tear words apart for search and comparison.
#[inline]
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}

/// Named one by one: here an element that nobody knows stands in a line, as browsers have it, for the text of a feed is no page of
/// which a block too many would do no harm. Cells, rows and code, of which each has its own way, are not among them.
fn breaks(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "br"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "head"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "section"
            | "summary"
            | "tbody"
            | "tfoot"
            | "thead"
            | "ul"
            | "video"
            | "audio"
    )
}

#[cfg(test)]
mod tests {
    use super::{collapsed, each_line, fold, is_letter, is_uncased, is_word, plain_lines};

    fn check(html: &str, expected: &str) {
        assert_eq!(plain_lines(html), expected, "{html}");
    }

    #[test]
    fn a_block_is_a_line() {
        check("<h2>A</h2><p>b <b>c</b>d</p><ul><li>e<li>f</ul>g", "A\nb cd\ne\nf\ng");
        check("<p>a<br>b</p>", "a\nb");
        check("<div><div>  a\n b&nbsp; c </div></div>", "a b c");
        check("<pre>x\n  y</pre>", "x\ny");
        check("a<span>b</span>", "ab");
    }

    #[test]
    fn a_table_row_is_a_line() {
        check("<table><tr><th>Team</th><th>Points</th></tr><tr><td><p>A</p></td><td>3</td></tr></table>", "Team | Points\nA | 3");
        let long = "word ".repeat(30);
        let long = long.trim();
        check(&format!("<table><tr><td><p>{long}</p><p>{long}</p></td></tr></table>"), &format!("{long}\n{long}"));
        check("<table><tr><td></td><td>x</td></tr></table>", "x");
    }

    #[test]
    fn lines_are_shown_for_as_long_as_they_are_wanted() {
        for html in ["<p>a<p>b<p>c<p>d", "<pre>a\nb\nc\nd</pre>", "<figcaption>a<p>b<p>c</figcaption>"] {
            let mut shown = Vec::new();
            each_line(html, &mut |line| {
                shown.push(line.to_owned());
                line != "b"
            });
            assert_eq!(shown, ["a", "b"], "{html}");
        }
    }

    #[test]
    fn what_is_not_shown_is_not_text() {
        check("<style>p{}</style><p>a</p><script>b</script><!-- c -->", "a");
        check("<figure><img alt=x><figcaption>A photo</figcaption></figure><p>a</p>", "a");
        check("<figure><img><figcaption>A photo</figcaption></figure>", "A photo");
        check("<p>a</p><figure><a href=x>A film</a></figure>", "a");
        check("<figure><a href=x>A film</a></figure>", "A film");
        check("<figure><blockquote><a href=x>A</a> b</blockquote></figure>", "A b");
        check("so\u{ad}ft&shy;ly\u{200b}", "softly");
    }

    #[test]
    fn text_that_shows_as_it_stands() {
        let check = |text: &str, expected: Option<usize>| assert_eq!(collapsed(text), expected, "{text:?}");
        check("ab c – d’é", Some(7));
        check("今日 は", Some(3));
        for text in
            ["", " a", "a ", "a  b", "a\nb", "a\tb", "a\u{a0}b", "so\u{ad}ft", "a\u{7f}", "a\u{85}b", "a\u{2028}b", "a\u{3000}b"]
        {
            check(text, None);
        }
    }

    #[test]
    fn the_letters_that_need_no_search_are_letters() {
        for c in '\0'..=char::MAX {
            assert!(!is_letter(c) || c.is_alphabetic() && !c.is_numeric(), "{c}");
            assert!(!is_uncased(c) || c.to_lowercase().eq([c]) && !c.is_uppercase(), "{c}");
            assert_eq!(is_word(c), c.is_alphanumeric(), "{c:?}");
            let folded: String = c.to_lowercase().filter(|_| c.is_alphanumeric()).collect();
            assert_eq!(fold(c.encode_utf8(&mut [0; 4])), folded, "{c:?}");
        }
    }

    #[test]
    fn references_are_resolved_once() {
        check("<p>&lt;b&gt; &amp;amp; &Aring;&#x1f;</p>", "<b> &amp; Å");
    }
}
