//! The inline elements that are open while a page is cut: each goes on in the next block, if there is text for it.

use super::depth::Rules;
use super::line::{Line, Style};
use super::page::PageRules;
use super::tokens::Tag;

/// Bytes of start tags that a page's blocks repeat, because an inline element goes on in the next block. Beyond, it ends with
/// its block: 2 MB of `abbr` with titles around 20,000 lines would be 40 GB.
pub(crate) const MAX_REPEATED: usize = 1 << 20;

struct Inline {
    name: String,
    /// Its start tag, where it is kept.
    written: String,
    /// Whether the line that is read has that tag, and whether one before had it.
    begun: bool,
    repeats: bool,
    /// Whether a holder stands for it.
    holds: bool,
    style: Style,
}

/// The open inline elements, outermost first.
#[derive(Default)]
pub(crate) struct Inlines {
    list: Vec<Inline>,
    /// How many of them the line that is read knows of.
    begun: usize,
    /// Bytes of start tags that were repeated.
    repeated: usize,
}

impl Inlines {
    /// What a text would stand in now.
    pub(crate) fn style(&self) -> Style {
        self.list.last().map(|open| open.style).unwrap_or_default()
    }

    /// Opens an element; `holds`: whether a holder stands for it.
    pub(crate) fn open(&mut self, tag: &Tag<'_>, host: Option<&str>, holds: bool) {
        let name = &*tag.name;
        let mut written = String::new();
        if is_kept(name) {
            written.push('<');
            written.push_str(name);
            if matches!(name, "a" | "q" | "abbr" | "time") {
                PageRules::default().attributes(tag, &mut written);
            }
            written.push('>');
        }
        let mut style = self.style();
        match name {
            "a" => {
                style.linked = true;
                style.within |= tag.get("href").is_some_and(|href| is_within(href, host));
            }
            "b" | "strong" => style.bold = true,
            "i" | "em" => style.italic = true,
            _ => {}
        }
        self.list.push(Inline { name: name.to_owned(), written, begun: false, repeats: false, holds, style });
    }

    /// Writes the start tags of those around the text that comes now.
    pub(crate) fn begin(&mut self, line: &mut Line) {
        for open in self.list.iter_mut().skip(self.begun).filter(|open| !open.written.is_empty()) {
            if std::mem::replace(&mut open.repeats, true) {
                self.repeated += open.written.len();
            }
            open.begun = self.repeated <= MAX_REPEATED;
            if open.begun {
                line.push_tag(&open.written);
            }
        }
        self.begun = self.list.len();
    }

    /// Closes the innermost one of that name; answers whether a holder stands for it.
    pub(crate) fn close(&mut self, name: &str, line: &mut Line) -> bool {
        let Some(at) = self.list.iter().rposition(|open| open.name == name) else { return false };
        let closed = self.list.remove(at);
        self.begun = self.begun.min(self.list.len());
        if closed.begun {
            write_end(&closed.name, line);
        }
        closed.holds
    }

    /// Closes in `line` what goes on in the next one.
    pub(crate) fn end_line(&mut self, line: &mut Line) {
        for open in self.list.iter_mut().take(self.begun).rev().filter(|open| open.begun) {
            write_end(&open.name, line);
            open.begun = false;
        }
        self.begun = 0;
    }
}

fn write_end(name: &str, line: &mut Line) {
    line.html.push_str("</");
    line.html.push_str(name);
    line.html.push('>');
}

/// Whether a link stays on the site, as far as it tells: relative, or with the host of the page.
fn is_within(href: &str, host: Option<&str>) -> bool {
    let href = href.trim();
    let is_absolute = href.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) || href.starts_with("//");
    if !is_absolute {
        return !href.starts_with('#') && !href.contains(':');
    }
    let Some((_, rest)) = href.split_once("//") else { return false };
    let named = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let bare = |host: &str| host.trim_start_matches("www.").to_ascii_lowercase();
    host.is_some_and(|host| bare(host) == bare(named))
}

/// Whether an element stands within a line.
pub(crate) fn is_inline(name: &str) -> bool {
    // A `match` compares lengths and words; a list would be searched from its beginning for each tag.
    matches!(
        name,
        "a" | "abbr"
            | "acronym"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "ins"
            | "kbd"
            | "mark"
            | "nobr"
            | "picture"
            | "q"
            | "rp"
            | "rt"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
    ) || name.contains('-') // Elements of a page's own are inline in browsers, unless its style says otherwise.
}

fn is_kept(name: &str) -> bool {
    is_inline(name)
        && !name.contains('-')
        && !matches!(name, "span" | "font" | "picture" | "data" | "nobr" | "big" | "acronym" | "tt")
}
