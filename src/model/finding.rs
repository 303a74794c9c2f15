//! What a look at the whole installation finds.

use serde::Serialize;

/// One thing that is not as it should be, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Whether a person is needed, as long as it is not mended.
    pub wrong: bool,
    /// What: one line.
    pub what: String,
    /// Where: a file, a table, a host.
    pub at: String,
    /// What to do; empty: nothing.
    pub remedy: String,
    /// What was done about it.
    pub mended: Option<String>,
}

impl Finding {
    /// Something that needs a person.
    pub fn wrong(what: impl Into<String>, at: impl ToString, remedy: impl Into<String>) -> Self {
        Self { wrong: true, what: what.into(), at: at.to_string(), remedy: remedy.into(), mended: None }
    }

    /// Something worth knowing.
    pub fn note(what: impl Into<String>, at: impl ToString, remedy: impl Into<String>) -> Self {
        Self { wrong: false, ..Self::wrong(what, at, remedy) }
    }

    /// Whether a person is still needed.
    pub fn is_open(&self) -> bool {
        self.wrong && self.mended.is_none()
    }
}

/// What one check found; nothing: all is well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Examined {
    /// Its name.
    pub check: &'static str,
    /// What it looks at.
    pub about: &'static str,
    /// What it found.
    pub findings: Vec<Finding>,
}
