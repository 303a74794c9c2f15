//! What is wrong with a JSON Feed that is JSON, told so that its publisher can act on it.

use crate::error::Fault;
use crate::parser::text;

/// Characters of the document that one fault shows.
const SHOWN: usize = 40;

/// Something that JSON Feed does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// A script or a guard around the object.
    Wrapped,
    /// No `version`.
    NoVersion,
    /// A `version` that is none of JSON Feed's.
    Version,
    /// `items` that is no list.
    Items,
    /// An item that is no object.
    Item,
    /// An item without `id`.
    NoId,
    /// An `id` that is a number.
    NumberId,
    /// `tags` that are no list of strings.
    Tags,
    /// Authors that are no objects.
    Author,
    /// An attachment without an address.
    Attachment,
}

/// The flaws of one document.
#[derive(Debug, Default)]
pub(super) struct Flaws(Vec<(Flaw, String, usize)>);

impl Flaws {
    /// Notes a flaw with a piece of the document that has it.
    pub(super) fn add(&mut self, flaw: Flaw, sample: &str) {
        match self.0.iter_mut().find(|(known, ..)| *known == flaw) {
            Some((.., times)) => *times += 1,
            None => self.0.push((flaw, text::line(sample, SHOWN).unwrap_or_default(), 1)),
        }
    }

    /// One fault for each, in the order in which they were met.
    pub(super) fn told(self) -> impl Iterator<Item = Fault> {
        self.0.into_iter().map(|(flaw, it, times)| {
            let times = if times == 1 { String::new() } else { format!(" ({times} times)") };
            Fault::new(flaw.kind(), format!("{}{times}", flaw.told(&it)))
        })
    }
}

impl Flaw {
    fn kind(self) -> &'static str {
        match self {
            Self::Wrapped => "junk",
            Self::NoVersion | Self::Version => "root",
            Self::Items | Self::Item => "structure",
            Self::NoId | Self::NumberId => "id",
            Self::Tags | Self::Author => "type",
            Self::Attachment => "address",
        }
    }

    fn told(self, it: &str) -> String {
        match self {
            Self::Wrapped => format!("'{it}' stands before the feed and is skipped; let the document begin with {{"),
            Self::NoVersion => "there is no version; write \"version\": \"https://jsonfeed.org/version/1.1\"".to_owned(),
            Self::Version => format!(
                "'{it}' is no version of JSON Feed, it is read as 1.1; write \"version\": \"https://jsonfeed.org/version/1.1\""
            ),
            Self::Items => "items is no list, its values are read as the items; write \"items\": [...]".to_owned(),
            Self::Item => format!("'{it}' is no item and is left out; items are objects"),
            Self::NoId => format!("{it} has no id; give each item one that never changes"),
            Self::NumberId => format!("the id {it} is a number and is read as a text; write \"id\": \"{it}\""),
            Self::Tags => format!("the tags '{it}' are no list of texts; write \"tags\": [\"...\", \"...\"]"),
            Self::Author => format!("the author '{it}' is no object; write \"authors\": [{{\"name\": \"...\"}}]"),
            Self::Attachment => {
                format!("{it} has an attachment without an address, which is left out; write \"url\": \"https://...\"")
            }
        }
    }
}
