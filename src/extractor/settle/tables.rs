//! What a table is for: data, a listing of code beside its line numbers, or the layout of a page.

use std::collections::HashMap;

use super::super::tokens::{Tag, Token, Tokens};

/// A cell with more characters holds prose: the table is a layout.
const PROSE: usize = 400;

/// What a table is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Use {
    /// Rows and columns that mean something.
    #[default]
    Data,
    /// Lines of code, with their numbers in cells of their own.
    Code,
    /// Places on a page.
    Layout,
}

#[derive(Default)]
struct Seen {
    /// Where its start tag ends.
    place: usize,
    rows: usize,
    cells: usize,
    widest: usize,
    text: usize,
    longest: usize,
    /// Characters of the cell that are not digits.
    worded: bool,
    in_pre: bool,
    headed: bool,
    nested: bool,
    presentation: bool,
    numbers: usize,
    code: usize,
}

impl Seen {
    fn row(&mut self) {
        self.cell();
        self.rows += usize::from(self.cells > 0);
        self.widest = self.widest.max(std::mem::take(&mut self.cells));
    }

    fn cell(&mut self) {
        if std::mem::take(&mut self.in_pre) {
            if self.worded { self.code += 1 } else { self.numbers += 1 }
        }
        self.longest = self.longest.max(std::mem::take(&mut self.text));
        self.worded = false;
    }

    fn settled(mut self) -> Use {
        self.row();
        match () {
            () if self.numbers > 0 && self.code > 0 && !self.nested => Use::Code,
            () if self.presentation || self.nested => Use::Layout,
            () if self.headed => Use::Data,
            () if self.widest <= 1 || self.longest > PROSE => Use::Layout,
            () => Use::Data,
        }
    }
}

/// The uses of all tables of a document, by the place where the start tag ends.
pub(super) fn uses(html: &str) -> HashMap<usize, Use> {
    let mut uses = HashMap::new();
    if !["<table", "<TABLE", "<Table"].iter().any(|start| html.contains(start)) {
        return uses;
    }
    let mut open: Vec<Seen> = Vec::new();
    let mut tokens = Tokens::new(html);
    while let Some(token) = tokens.next() {
        match token {
            Token::Start(tag) if tag.name == "table" => {
                if let Some(outer) = open.last_mut() {
                    outer.nested = true;
                }
                let presentation = matches!(tag.get("role").unwrap_or_default(), "presentation" | "none");
                open.push(Seen { place: tokens.at(), presentation, ..Seen::default() });
            }
            Token::End(name) if name == "table" => {
                if let Some(seen) = open.pop() {
                    uses.insert(seen.place, seen.settled());
                }
            }
            token => {
                if let Some(seen) = open.last_mut() {
                    look(seen, &token);
                }
            }
        }
    }
    uses.extend(open.into_iter().map(|seen| (seen.place, seen.settled())));
    uses
}

fn look(seen: &mut Seen, token: &Token<'_>) {
    match token {
        Token::Text(text) => {
            seen.text += text.trim().len();
            seen.worded |= text.contains(|c: char| !(c.is_ascii_digit() || c.is_whitespace()));
        }
        Token::Start(tag) => match &*tag.name {
            "tr" => seen.row(),
            "td" | "th" => {
                seen.cell();
                seen.cells += 1;
                seen.headed |= tag.name == "th" || tag.get("scope").is_some();
                if is_numbers(tag) {
                    seen.numbers += 1;
                } else if is_code(tag) {
                    seen.code += 1;
                }
            }
            "thead" | "caption" => seen.headed = true,
            "pre" => seen.in_pre = true,
            _ => {}
        },
        _ => {}
    }
}

/// Whether an element is there for the numbers of lines.
pub(super) fn is_numbers(tag: &Tag<'_>) -> bool {
    const NUMBERS: &[&str] = &[
        "gutter",
        "lineno",
        "linenos",
        "line-no",
        "line-number",
        "line-numbers",
        "linenumber",
        "linenumbers",
        "blob-num",
        "lnt",
        "line-num",
    ];
    tag.get("data-line-number").is_some()
        || tag.get("class").is_some_and(|class| {
            class.split_whitespace().any(|word| {
                let word = word.to_ascii_lowercase();
                NUMBERS.contains(&word.as_str())
                    || ["-gutter", "-lineno", "-line-number", "-line-numbers", "-ln-numbers", "-linenumber"]
                        .iter()
                        .any(|end| word.ends_with(end))
            })
        })
}

fn is_code(tag: &Tag<'_>) -> bool {
    let is_word = |word: &str| word == "code" || word.ends_with("-code") || word.starts_with("code-");
    tag.get("class").is_some_and(|class| class.split_whitespace().any(|word| is_word(&word.to_ascii_lowercase())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &[Use]) {
        let mut told: Vec<_> = uses(html).into_iter().collect();
        told.sort_by_key(|(place, _)| *place);
        assert_eq!(told.into_iter().map(|(_, told)| told).collect::<Vec<_>>(), expected, "{html}");
    }

    #[test]
    fn a_table_tells_what_it_is_for() {
        use Use::{Code, Data, Layout};
        check("<p>a", &[]);
        check("<table><tr><td>a<td>1<tr><td>b<td>2</table>", &[Data]);
        check("<table><tr><td>a<tr><td>b</table>", &[Layout]);
        check("<table><tr><th>Only one column<tr><td>b</table>", &[Data]);
        check("<table role=presentation><tr><th>a<td>b</table>", &[Layout]);
        check("<table><tr><td>a<td><table><tr><td>b<td>c</table></table>", &[Layout, Data]);
        check(&format!("<table><tr><td>menu<td><p>{}</table>", "long text ".repeat(60)), &[Layout]);
        check("<table><tr><td class=rouge-gutter><pre>1\n2</pre><td><pre>a\nb</pre></table>", &[Code]);
        check("<table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table>", &[Code]);
        check("<table><tr><td class=blob-num data-line-number=1><td class=blob-code>a</table>", &[Code]);
        check("<table><tr><td>never closed<td>x", &[Data]);
    }
}
