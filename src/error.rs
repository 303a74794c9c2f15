//! The vocabulary for what is wrong with foreign data: recorded with the feed and shown to people.

use serde::Serialize;

/// Something that was not as it should be and was survived: a date that could not be read, a charset that lied.
///
/// Broken input is normal input: a parser answers with what it could read *and* a list of these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Short and stable, for filters: `date`, `charset`, `entry-limit`.
    pub kind: &'static str,
    /// One line for people: the thing, the place, what was done about it.
    pub detail: String,
}

impl Fault {
    /// A fault of the kind `kind`, told to people as `detail`.
    pub fn new(kind: &'static str, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into() }
    }
}
