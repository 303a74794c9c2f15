//! What the parser mends before anything else reads it, as functions of plain types: the way in for `fuzz/`, which is to hold both
//! repairs to their promises. Decides nothing of its own.

use url::Url;

use super::sniff::{self, Shape};
use super::{json, text, translate};
use crate::error::Fault;

/// A document that was written again.
#[derive(Clone, Debug)]
pub struct Repaired {
    /// Well formed, whatever it was made of.
    pub text: String,
    /// How many entries stand in it; none are counted in JSON.
    pub entries: usize,
    /// What was wrong.
    pub faults: Vec<Fault>,
}

/// Markup of any kind as one Atom document; `url` is where it came from.
pub fn xml(document: &str, url: Option<&Url>) -> Repaired {
    let (text, _) = text::without_controls(document);
    let start = if let Shape::Xml(at) = sniff::shape(&text) { at } else { 0 };
    let translation = translate::translate(&text, start, url);
    Repaired { text: translation.atom, entries: translation.asides.len(), faults: translation.faults }
}

/// Text with a bracket in it as JSON from that bracket on, `None` if there is none.
pub fn json(document: &str) -> Option<Repaired> {
    let (text, faults) = json::mended(document, document.find(['{', '['])?);
    Some(Repaired { text, entries: 0, faults })
}
