//! What was wrong with a document and mended, told so that its publisher can act on it.
//!
//! Whoever mends something notes it with the piece of the document that was wrong: the piece is the sample that is shown, and
//! where it lies in the text gives the line. A repair that had to be made a thousand times is one fault.

use super::text;
use crate::error::Fault;

/// Faults told of one document.
pub const MAX_FAULTS: usize = 50;
/// Faults of one kind that differ in what they show.
const MAX_SAMPLES: usize = 8;
/// Characters of the document that one fault shows.
const MAX_SAMPLE: usize = 60;

/// Something that was mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repair {
    /// Blanks before the XML declaration.
    Blank,
    /// Text or markup before the document.
    Before,
    /// Text or markup behind its end.
    After,
    /// `<rss>` without a version.
    NoVersion,
    /// `<rss>` with a version that RSS never had.
    Version,
    /// `<channel>` without `<rss>`.
    NoRoot,
    /// `<feed>` without Atom's namespace.
    NoNamespace,
    /// A prefix that everybody knows and nobody declared.
    Undeclared,
    /// A prefix that nobody knows and nobody declared.
    Unknown,
    /// A vocabulary whose address is spelt differently.
    Misspelt,
    /// `<TITLE>`.
    Case,
    /// `&` that begins no reference.
    Ampersand,
    /// `&nbsp;`, which XML does not know.
    Entity,
    /// `&foo;`, which nobody knows, or only the DTD.
    Foreign,
    /// `&#146;`, meant in windows-1252.
    Windows,
    /// `&#0;` and others that stand for nothing.
    NoCharacter,
    /// Characters that XML does not allow: control characters, mostly.
    Control,
    /// `<` that begins no tag.
    LessThan,
    /// HTML tags in a text that is not XHTML.
    Markup,
    /// Tags that are not closed in order inside a text.
    Nesting,
    /// An element without its end.
    Unclosed,
    /// An end without its beginning.
    Stray,
    /// Items behind `</channel>`.
    Outside,
    /// `<a b=c>`.
    Unquoted,
    /// HTML that calls itself plain text.
    Untrue,
    /// A `type` that Atom does not know.
    Type,
    /// A relative address where RSS wants a whole one.
    Relative,
    /// An address that leads nowhere on the web.
    Address,
    /// Media without an address.
    NoAddress,
}

impl Repair {
    /// Whether each sample is a fault of its own: two undeclared prefixes are two things to do.
    fn is_by_sample(self) -> bool {
        matches!(self, Self::Undeclared | Self::Unknown | Self::Misspelt | Self::Version | Self::Nesting)
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Blank | Self::Before | Self::After => "junk",
            Self::NoVersion | Self::Version | Self::NoRoot => "root",
            Self::NoNamespace | Self::Undeclared | Self::Unknown | Self::Misspelt => "namespace",
            Self::Ampersand | Self::Entity | Self::Foreign | Self::Windows | Self::NoCharacter => "reference",
            Self::Control => "character",
            Self::Case | Self::LessThan | Self::Markup | Self::Unquoted => "markup",
            Self::Nesting | Self::Unclosed | Self::Stray | Self::Outside => "structure",
            Self::Untrue | Self::Type => "type",
            Self::Relative | Self::Address | Self::NoAddress => "address",
        }
    }

    /// What it was, what was done, what to do.
    fn told(self, it: &str) -> String {
        match self {
            Self::Blank => {
                "something stands before <?xml, for which strict readers refuse the document; let it begin with <?xml".to_owned()
            }
            Self::Before => {
                format!("'{it}' stands before the document and is skipped; let nothing, not even a blank line, come before it")
            }
            Self::After => format!("'{it}' stands behind the end of the feed and is not read; let the document end there"),
            Self::NoVersion => "<rss> has no version; write <rss version=\"2.0\">".to_owned(),
            Self::Version => format!("<rss> never had the version {it}, it is read as 2.0; write <rss version=\"2.0\">"),
            Self::NoRoot => {
                "<channel> has no <rss> around it; write <rss version=\"2.0\"> before it and </rss> behind it".to_owned()
            }
            Self::NoNamespace => "<feed> names no namespace; write <feed xmlns=\"http://www.w3.org/2005/Atom\">".to_owned(),
            Self::Undeclared => {
                let address = super::spaces::address_of(it).unwrap_or("...");
                format!(
                    "the prefix '{it}' is not declared, it is read as the usual one; add xmlns:{it}=\"{address}\" to the root element"
                )
            }
            Self::Unknown => format!(
                "the prefix '{it}' is not declared and nobody knows it, its elements are skipped; declare it or leave them out"
            ),
            Self::Misspelt => {
                let meant = super::spaces::spelt(it).unwrap_or("the one of its specification");
                format!(
                    "no vocabulary has the name '{it}', it is taken for {meant}; names of namespaces are compared letter by letter"
                )
            }
            Self::Case => format!("'{it}' is read although its case is wrong; write names as the specification spells them"),
            Self::Ampersand => format!("the & in '{it}' begins no character reference and is read as text; write &amp;"),
            Self::Entity => format!("XML does not know '{it}', it is read as in HTML; write the character itself or its number"),
            Self::Foreign => format!(
                "'{it}' is known neither to XML nor to HTML and stays as it is, entities of a DTD are not expanded; write the text itself"
            ),
            Self::Windows => {
                format!("'{it}' is a control character, it is read as windows-1252 means it; write the character itself")
            }
            Self::NoCharacter => format!("'{it}' stands for no character and is left out"),
            Self::Control => "control characters are not allowed in XML and are left out".to_owned(),
            Self::LessThan => format!("the < in '{it}' begins no tag and is read as text; write &lt;"),
            Self::Markup => {
                format!("<{it}> holds HTML tags as they are; write &lt;b&gt; for <b>, or put the text into a CDATA section")
            }
            Self::Nesting if text::is_void(it) => format!("<{it}> is not closed; write <{it}/>"),
            Self::Nesting => format!("<{it}> is not closed inside its text; write </{it}> before what is around it ends"),
            Self::Unclosed => format!("<{it}> is not closed, it ends before the next element; write </{it}>"),
            Self::Stray => format!("</{it}> closes nothing and is skipped"),
            Self::Outside => format!("<{it}> stands behind the end of the channel; put it before </channel>"),
            Self::Unquoted => format!("in <{it}> the value of an attribute has no quotes; write name=\"value\""),
            Self::Untrue => format!("<{it}> holds HTML and does not say so, it is read as HTML; write type=\"html\""),
            Self::Type => format!("Atom knows no type '{it}', it is read by what stands there; write text, html or xhtml"),
            Self::Relative => {
                format!(
                    "'{it}' is no whole address, it is read as relative to the feed's own; write all of it, with https:// or http://"
                )
            }
            Self::Address => format!("'{it}' is no address of the web and is left out; it has to begin with https:// or http://"),
            Self::NoAddress => format!("<{it}> has no address and is left out; write url=\"https://...\""),
        }
    }
}

/// The fault of control characters, the first of which stood at `at` in what is `text` without them.
pub(super) fn control(text: &str, at: usize) -> Option<Fault> {
    let mut notes = Notes::new(text);
    notes.add(Repair::Control, text.get(at..at).unwrap_or_default());
    notes.told().next()
}

#[derive(Debug)]
struct Note<'a> {
    repair: Repair,
    first: &'a str,
    times: usize,
}

/// The repairs of one document.
#[derive(Debug)]
pub(super) struct Notes<'a> {
    text: &'a str,
    notes: Vec<Note<'a>>,
}

impl<'a> Notes<'a> {
    /// Notes about `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, notes: Vec::new() }
    }

    /// Notes that `piece` was mended.
    pub(super) fn add(&mut self, repair: Repair, piece: &'a str) {
        let mut alike = 0;
        for note in &mut self.notes {
            if note.repair == repair {
                if !repair.is_by_sample() || note.first == piece {
                    note.times += 1;
                    return;
                }
                alike += 1;
            }
        }
        if alike < MAX_SAMPLES && self.notes.len() < MAX_FAULTS {
            self.notes.push(Note { repair, first: piece, times: 1 });
        }
    }

    /// What was noted, without places.
    #[cfg(test)]
    pub(super) fn repairs(&self) -> Vec<Repair> {
        self.notes.iter().map(|note| note.repair).collect()
    }

    /// The line in which `piece` begins, counted from 1; `None` if it is no piece of the document.
    fn line_of(&self, piece: &str) -> Option<usize> {
        let at = piece.as_ptr().addr().checked_sub(self.text.as_ptr().addr())?;
        let before = self.text.as_bytes().get(..at)?;
        Some(1 + memchr::memchr_iter(b'\n', before).count())
    }

    /// One fault for each, in the order in which they were met.
    pub(super) fn told(&self) -> impl Iterator<Item = Fault> {
        self.notes.iter().map(|note| {
            let line = self.line_of(note.first).map(|line| format!("line {line}")).unwrap_or_default();
            let place = match (line.as_str(), note.times) {
                ("", 1) => String::new(),
                ("", times) => format!(" ({times} times)"),
                (line, 1) => format!(" ({line})"),
                (line, times) => format!(" ({times} times, first in {line})"),
            };
            Fault::new(note.repair.kind(), format!("{}{place}", note.repair.told(&cut(note.first))))
        })
    }
}

/// The beginning of a piece on one line, as written.
fn cut(piece: &str) -> String {
    let line = text::one_line(piece.get(..piece.floor_char_boundary(MAX_SAMPLE * 8)).unwrap_or_default());
    match line.char_indices().nth(MAX_SAMPLE) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repair_is_told_once_with_its_first_line() {
        let text = "<rss>\n\n<title>Tom & Jerry</title>\n<title>Punch & Judy</title>";
        let mut notes = Notes::new(text);
        let at = |word: &str| &text[text.find(word).unwrap()..][..word.len()];
        notes.add(Repair::Ampersand, at("Tom & Jerry"));
        notes.add(Repair::Ampersand, at("Punch & Judy"));
        notes.add(Repair::NoVersion, at("<rss>"));
        notes.add(Repair::Undeclared, "dc");
        notes.add(Repair::Undeclared, "media");
        let told: Vec<_> = notes.told().map(|fault| (fault.kind, fault.detail)).collect();
        let expected = [
            (
                "reference",
                "the & in 'Tom & Jerry' begins no character reference and is read as text; write &amp; (2 times, first in line 3)",
            ),
            ("root", "<rss> has no version; write <rss version=\"2.0\"> (line 1)"),
            (
                "namespace",
                "the prefix 'dc' is not declared, it is read as the usual one; add xmlns:dc=\"http://purl.org/dc/elements/1.1/\" to the root element",
            ),
            (
                "namespace",
                "the prefix 'media' is not declared, it is read as the usual one; add xmlns:media=\"http://search.yahoo.com/mrss/\" to the root element",
            ),
        ];
        assert_eq!(told.iter().map(|(kind, detail)| (*kind, detail.as_str())).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn samples_are_short_and_on_one_line() {
        assert_eq!(cut(" a\n\tb "), "a b");
        assert_eq!(cut(&"x".repeat(5_000_000)).chars().count(), MAX_SAMPLE + 1);
        assert_eq!(cut(&"\n".repeat(1000)), "");
    }
}
