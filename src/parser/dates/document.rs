//! The dates of one document, read when all of them are known: what one of them proves holds for the others.

use crate::error::Fault;
use crate::model::ParsedEntry;
use crate::parser::map::MAX_FAULTS;
use crate::parser::text;

/// The dates of an entry as they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::parser) struct Written {
    /// When it appeared.
    pub published: Option<String>,
    /// When it was changed.
    pub updated: Option<String>,
}

/// Reads what is `written`, one for each of `entries`, into them.
pub(in crate::parser) fn settle(entries: &mut [ParsedEntry], written: &[Written], faults: &mut Vec<Fault>) {
    for (entry, written) in entries.iter_mut().zip(written) {
        for (text, at) in [(&written.published, &mut entry.published), (&written.updated, &mut entry.updated)] {
            let Some(text) = text else { continue };
            *at = super::parse(text);
            if at.is_none() && faults.len() < MAX_FAULTS {
                let name = entry.guid.as_ref().or(entry.link.as_ref()).and_then(|name| text::line(name, 80));
                let name = name.unwrap_or_else(|| "without a name".to_owned());
                let shown = text::line(text, 60).unwrap_or_default();
                faults.push(Fault::new("date", format!("entry {name}: '{shown}' is no date; it is ignored")));
            }
        }
    }
}
