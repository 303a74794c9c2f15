//! Lines that are never part of a story, told by what they say: labels, teasers, prompts. In many languages, of no site.
//!
//! A label that is none costs a paragraph of the story, one that is missed costs a line too much, so the tables hold what is sure:
//!
//! - Advertising, widgets and headings are the *whole* line, a colon or full stop aside. A story has lines of one word as well: headings
//!   between its paragraphs ("Opinion"), answers in a talk ("Ja.", "Close."), names ("Ilan"). So a word that is an everyday word, a name or
//!   a form of politeness in *any* language is in no table alone, whatever it means on a button in its own: not `gem` (Danish: keep), not
//!   `mere` (Danish: more), not `pub` (French: advertising), not `vir` (Slovene: source; before a colon it is one). Few are worth it all the
//!   same, because pages have them so much oftener than stories: `print`, `share`, `video`. The page's language does not choose the table:
//!   pages lie about it and mix them.
//! - A teaser leads elsewhere with a colon, an arrow or a bar, or is the whole line. "Watch the river closely" is neither.
//! - A prompt is the beginning of a line up to a word's end, and is written as an imperative with what it is about: "sign up for", not
//!   "sign up".
//!
//! All of them are one tree of characters, so that a line of a story costs the few characters after which no phrase goes on.

mod asia;
mod europe;
mod folded;
mod germanic;
mod near_east;
mod notation;
mod romance;
mod slavic;
mod table;

use std::sync::LazyLock;

use notation::expand;
use table::Table;

/// A longer line is a story's own, whatever it begins with. Bytes.
const MAX_LABEL: usize = 480;

/// What a line is. The numbers are a feature of the learned model; where phrases of two kinds fit, the smaller one stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Label {
    /// The whole line says that advertising follows.
    Advertising = 1,
    /// The whole line belongs to a button, a credit, a counter.
    Widget,
    /// The whole line is the heading of a list of other articles.
    Section,
    /// The line begins with a word that leads elsewhere.
    Teaser,
    /// The line asks for something.
    Prompt,
}

/// What the sites of one language write, in the notation of [`expand`].
struct Words {
    /// BCP 47. Says whose the phrases are; only the tests ask.
    #[cfg_attr(not(test), expect(dead_code))]
    language: &'static str,
    advertising: &'static str,
    widgets: &'static str,
    sections: &'static str,
    teasers: &'static str,
    prompts: &'static str,
}

impl Words {
    fn kinds(&self) -> [(Label, &'static str); 5] {
        [
            (Label::Advertising, self.advertising),
            (Label::Widget, self.widgets),
            (Label::Section, self.sections),
            (Label::Teaser, self.teasers),
            (Label::Prompt, self.prompts),
        ]
    }
}

/// What `line` is, if it is none of the story's.
pub(crate) fn label(line: &str) -> Option<Label> {
    if line.len() > MAX_LABEL {
        return None;
    }
    TABLE.find(folded::trim(line))
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let kinds = languages().flat_map(Words::kinds);
    Table::of(kinds.flat_map(|(label, phrases)| expand(phrases).into_iter().map(move |phrase| (label, phrase))))
});

fn languages() -> impl Iterator<Item = &'static Words> {
    [germanic::WORDS, romance::WORDS, slavic::WORDS, europe::WORDS, near_east::WORDS, asia::WORDS].into_iter().flatten()
}

#[cfg(test)]
mod tests;
