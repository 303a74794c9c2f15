//! `feedmux doctor`: looks at everything that can be wrong with a store, and mends what can be mended without loss.
//!
//! Each check is one function in the table below. It says what it found, and with what a cure could undo it. Cures are taken while no
//! daemon works on the store: what it remembers of it would be wrong afterwards.

mod cure;
mod files;
mod pages;
mod rows;
mod schema;

use std::path::Path;

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Store, StoreError, connect, migrate};
use crate::model::{Examined, Finding};
use cure::Cure;

/// A cure may bring to light what it cures next: an entry whose story is gone gets one, and that its index entry.
const ROUNDS: usize = 4;

/// A finding with what would undo it.
type Ill = (Finding, Option<Cure>);

/// What is looked at.
struct Patient<'a> {
    path: &'a Path,
    /// `None`: it cannot be opened, or is of another version.
    conn: Option<&'a Connection>,
    now: Timestamp,
}

struct Check {
    name: &'static str,
    about: &'static str,
    look: Look,
}

/// What a check looks at.
enum Look {
    /// The files alone.
    Files(fn(&Patient) -> Vec<Ill>),
    /// What is in the store.
    Rows(fn(&Connection, &Patient) -> rusqlite::Result<Vec<Ill>>),
}

/// All of them, in the order in which they are told and cured.
const CHECKS: &[Check] = &[
    Check { name: "files", about: "who may read and write the store and what lies beside it", look: Look::Files(files::rights) },
    Check { name: "leftovers", about: "what killed processes and upgrades left beside it", look: Look::Files(files::leftovers) },
    Check { name: "room", about: "free space on the disk, against what the store takes", look: Look::Files(files::room) },
    Check { name: "log", about: "size of the write-ahead log", look: Look::Files(files::log) },
    Check { name: "pages", about: "every page and index of the file", look: Look::Rows(pages::whole) },
    Check { name: "schema", about: "tables, views, triggers and indexes of this version", look: Look::Rows(schema::complete) },
    Check { name: "references", about: "rows that refer to feeds and hooks", look: Look::Rows(rows::references) },
    Check { name: "orphans", about: "rows whose entry, story or feed does not exist", look: Look::Rows(rows::orphans) },
    Check { name: "search", about: "the full-text index, against the entries", look: Look::Rows(pages::index) },
    Check { name: "counters", about: "numbers that are never given twice", look: Look::Rows(pages::counters) },
    Check { name: "clock", about: "stored times, against the clock", look: Look::Rows(pages::clock) },
    Check { name: "growth", about: "what grows with the years, and free pages", look: Look::Rows(pages::growth) },
];

/// That the store opens at all comes first, and is no function: the others need what it gives.
const OPENS: (&str, &str) = ("store", "whether it opens, and its version");

impl Store {
    /// Looks at the store at `path` without changing anything. `told` is told of each check as it ends.
    pub fn examine(path: &Path, now: Timestamp, told: &mut dyn FnMut(&Examined)) -> Vec<Examined> {
        let mut tell = |examined: Examined| {
            told(&examined);
            examined
        };
        let (opened, conn) = open(path);
        let patient = Patient { path, conn: conn.as_ref(), now };
        let mut all = vec![tell(Examined { check: OPENS.0, about: OPENS.1, findings: opened })];
        for check in CHECKS {
            let ills = patient.look(check);
            all.extend(ills.map(|ills| {
                let findings = ills.into_iter().map(|(finding, _)| finding).collect();
                tell(Examined { check: check.name, about: check.about, findings })
            }));
        }
        all
    }

    /// The same, and mends what can be. Whoever calls this holds the lock of the store ([`Store::lock`]).
    ///
    /// # Errors
    /// The first cure that failed. All others were taken, and all is told.
    pub fn mend(path: &Path, now: Timestamp, told: &mut dyn FnMut(&Examined)) -> Result<Vec<Examined>, StoreError> {
        // What keeps the store from being opened may be what is cured first.
        let files = CHECKS.iter().filter(|check| matches!(check.look, Look::Files(_)));
        let (mut mended, mut failed) = (Vec::new(), None);
        let unopened = Patient { path, conn: None, now };
        for check in files {
            let ills = unopened.look(check).into_iter().flatten();
            for (finding, cure) in ills {
                match cure.and_then(Cure::apply_to_files) {
                    Some(Ok(done)) => mended.push((check.name, Finding { mended: Some(done), ..finding })),
                    Some(Err(error)) => failed = failed.or(Some(error)),
                    None => {}
                }
            }
        }
        if let (_, Some(_)) = open(path) {
            let opened = connect::writer(path).and_then(|conn| {
                for _ in 0..ROUNDS {
                    let cured = cure_rows(&conn, &Patient { path, conn: Some(&conn), now }, &mut failed);
                    if cured.is_empty() {
                        break;
                    }
                    mended.extend(cured);
                }
                cure::finish(&conn)
            });
            failed = failed.or(opened.err());
        }
        let mut left = Self::examine(path, now, &mut |_| {});
        for examined in &mut left {
            let of_this = mended.iter().filter(|(check, _)| *check == examined.check).map(|(_, finding)| finding.clone());
            let of_this: Vec<Finding> = of_this.collect();
            examined.findings.splice(0..0, of_this);
            told(examined);
        }
        failed.map_or(Ok(left), Err)
    }
}

/// One round over all that a connection can cure.
fn cure_rows(conn: &Connection, patient: &Patient, failed: &mut Option<StoreError>) -> Vec<(&'static str, Finding)> {
    let mut cured = Vec::new();
    for check in CHECKS {
        for (finding, cure) in patient.look(check).into_iter().flatten() {
            match cure.map(|cure| cure.apply_to_rows(conn)) {
                Some(Ok(Some(done))) => cured.push((check.name, Finding { mended: Some(done), ..finding })),
                Some(Err(error)) => drop(failed.get_or_insert(error)),
                Some(Ok(None)) | None => {}
            }
        }
    }
    cured
}

impl Patient<'_> {
    /// `None`: it cannot be looked at.
    fn look(&self, check: &Check) -> Option<Vec<Ill>> {
        match check.look {
            Look::Files(look) => Some(look(self)),
            Look::Rows(look) => Some(look(self.conn?, self).unwrap_or_else(|error| {
                let what = format!("it could not be looked at: {error}");
                let is_damaged = matches!(StoreError::from(error), StoreError::Corrupt(_));
                let remedy = if is_damaged { pages::RESTORE } else { "if `pages` is well, report it" };
                vec![(Finding::wrong(what, self.path.display(), remedy), None)]
            })),
        }
    }
}

/// Opens it for reading, as far as this version can read it.
fn open(path: &Path) -> (Vec<Finding>, Option<Connection>) {
    match connect::looker(path) {
        Ok((conn, found)) if found == migrate::version() => (Vec::new(), Some(conn)),
        Ok((_, found)) => {
            let what = format!("it has schema {found}, and this feedmux works with {}", migrate::version());
            (vec![Finding::wrong(what, path.display(), "`feedmux run` brings it up to date when it starts, after a copy")], None)
        }
        Err(missing @ StoreError::Missing { .. }) => (vec![Finding::note(missing.to_string(), path.display(), "")], None),
        Err(error) => (vec![Finding::wrong(error.to_string(), path.display(), "")], None),
    }
}
