//! A whole copy of the store, made while others work on it: page by page into a file of our own, looked through, then put in its
//! place in one step. What has the name that was asked for is whole, whenever the process or the machine ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, Transaction};
use serde::Serialize;

use super::room::{Pages, folder, free};
use super::values::count;
use super::{StoreError, connect};

/// Pages in one step, 1 MiB of the usual size. After each we rest as long as it took: half of the disk is for others.
const PAGES: i32 = 256;
/// ... but no longer than this.
const REST: Duration = Duration::from_millis(50);
/// Steps in a row that may find the store locked, a rest apart, before we give up.
const BUSY_STEPS: u32 = 200;
/// Room that is left on the disk beside the copy.
const SPARE: u64 = 1 << 20;
/// Where the header of a file says how it is written: by a log beside it (2), or alone (1).
const WRITTEN_HOW: u64 = 18;
const ALONE: [u8; 2] = [1, 1];
/// How the work on a copy ends that was looked at and is not right.
const DAMAGED: &str = "the copy was not kept; `feedmux doctor` says what is wrong with the store";

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copying {
    /// Pages that are copied, and all of them.
    Pages(u64, u64),
    /// All are; the copy is looked through.
    Checking,
}

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Copied {
    /// Its file, bytes.
    pub bytes: u64,
    /// Version of its schema.
    pub schema: i64,
    /// Feeds, also those that are not subscribed to any more.
    pub feeds: u64,
    /// Entries.
    pub entries: u64,
    /// References to rows that do not exist, in the store as in the copy.
    pub dangling: u64,
}

/// Copies what `moment` sees, a transaction that only reads, to `part` and gives it the name `part` was opened for: all of it is of one
/// moment, and no commit of the daemon has the work begin again. `go_on` is told of each step and says whether to do another.
///
/// # Errors
/// [`StoreError::NoRoom`], [`StoreError::Refused`] when `go_on` said no, what the disks say, or what is wrong with the copy. Nothing
/// has changed under the name then.
pub(super) fn copy(moment: Transaction, part: Part, go_on: &mut dyn FnMut(Copying) -> bool) -> Result<Copied, StoreError> {
    let there = Inventory::of(&moment)?;
    part.check_room(&moment)?;
    let mut into = part.connection()?;
    fill(&moment, &mut into, go_on).map_err(|error| part.cannot(error))?;
    into.close().map_err(|(_, error)| part.cannot(error.into()))?;
    moment.finish()?;
    // A file that is written alone can be read from anywhere, also where nothing may be written beside it.
    let alone = part.file.write_all_at(&ALONE, WRITTEN_HOW);
    part.renew_hooks().map_err(|error| part.cannot(error))?;
    alone
        .and_then(|()| part.file.sync_all())
        .map_err(|error| StoreError::io(&part.path, error, "the copy was not kept; try again"))?;
    if !go_on(Copying::Checking) {
        return Err(cut_short());
    }
    let copied = part.check(&there)?;
    part.publish()?;
    Ok(copied)
}

fn fill(source: &Connection, into: &mut Connection, go_on: &mut dyn FnMut(Copying) -> bool) -> Result<(), StoreError> {
    let work = Backup::new(source, into)?;
    let (mut busy, pages) = (0, |n: i32| u64::try_from(n).unwrap_or(0));
    loop {
        let begun = Instant::now();
        let step = work.step(PAGES)?;
        let progress = work.progress();
        let all = pages(progress.pagecount);
        if !go_on(Copying::Pages(all.saturating_sub(pages(progress.remaining)), all)) {
            return Err(cut_short());
        }
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => busy = 0,
            _ if busy < BUSY_STEPS => busy += 1,
            _ => return Err(StoreError::Busy("it could not be read for a copy".to_owned())),
        }
        std::thread::sleep(if busy > 0 { REST } else { begun.elapsed().min(REST) });
    }
}

fn cut_short() -> StoreError {
    StoreError::Refused("the copy was cut short; nothing was kept of it".to_owned())
}

// === what is in a store ===

/// Rows of every table, and what else must be the same in a copy.
#[derive(Debug, PartialEq, Eq)]
struct Inventory {
    schema: i64,
    tables: Vec<(String, i64)>,
    dangling: i64,
}

impl Inventory {
    fn of(conn: &Connection) -> Result<Self, StoreError> {
        let schema = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
        // Without virtual tables, which have no pages: theirs are tables themselves.
        let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name")?;
        let names = names.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        let rows = |name: String| {
            let sql = format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\""));
            conn.query_row(&sql, [], |row| row.get(0)).map(|rows| (name, rows))
        };
        let tables = names.into_iter().map(rows).collect::<Result<_, _>>()?;
        let dangling = conn.query_row("SELECT count(*) FROM pragma_foreign_key_check", [], |row| row.get(0))?;
        Ok(Self { schema, tables, dangling })
    }

    fn rows(&self, table: &str) -> u64 {
        self.tables.iter().find(|(name, _)| name == table).map_or(0, |(_, rows)| count(*rows))
    }
}

// === the file it is made in ===

/// Never through a link: its end could be anything.
fn open_here(path: &Path) -> std::io::Result<File> {
    let no_link = rustix::fs::OFlags::NOFOLLOW.bits().cast_signed();
    let mut how = OpenOptions::new();
    how.read(true).write(true).create(true).truncate(false).mode(connect::FILE_MODE).custom_flags(no_link).open(path)
}

/// A file beside the one that was asked for, ours alone; removed when this is dropped.
pub(super) struct Part {
    file: File,
    path: PathBuf,
    to: PathBuf,
    is_published: bool,
}

impl Part {
    /// The file for a copy that will be called `to`, empty. `wait`: until another process that makes the same copy is done.
    ///
    /// # Errors
    /// What the folder of `to` says; [`StoreError::Busy`] where another process makes that copy.
    pub(super) fn open(to: &Path, wait: bool) -> Result<Self, StoreError> {
        let remedy = "check that the folder exists and may be written, or name another file";
        let folder = folder(to).canonicalize().map_err(|error| StoreError::io(folder(to), error, remedy))?;
        let Some(name) = to.file_name() else { return Err(StoreError::io(to, "it is a folder", "name a file in it")) };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".part");
        let (path, to) = (folder.join(hidden), folder.join(name));
        let failed = |error: std::io::Error| StoreError::io(&path, error, remedy);
        let file = loop {
            let file = open_here(&path).map_err(failed)?;
            match (file.try_lock(), wait) {
                (Ok(()), _) => {}
                (Err(TryLockError::WouldBlock), true) => file.lock().map_err(failed)?,
                (Err(TryLockError::WouldBlock), false) => {
                    return Err(StoreError::Busy(format!("another process makes {} just now", to.display())));
                }
                (Err(TryLockError::Error(error)), _) => return Err(failed(error)),
            }
            // While we waited, what we opened may have become the other's copy: that must not be touched.
            let (ours, there) = (file.metadata().map_err(failed)?, std::fs::symlink_metadata(&path));
            if there.is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())) {
                // What a killed process left is ours to empty; what stands elsewhere too, or is no file, is not.
                if !ours.is_file() || ours.nlink() > 1 {
                    return Err(StoreError::io(&path, "it is not what feedmux left there", "remove it"));
                }
                break file;
            }
        };
        file.set_len(0).map_err(failed)?;
        Ok(Self { file, path, to, is_published: false })
    }

    fn connection(&self) -> Result<Connection, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let conn = Connection::open_with_flags(&self.path, flags).map_err(|error| connect::cannot(&self.path, error))?;
        // Nobody sees it before it is whole.
        conn.pragma_update(None, "journal_mode", "off")?;
        conn.pragma_update(None, "synchronous", "off")?;
        Ok(conn)
    }

    /// Takes out what begins the ids of events: a store that starts from this copy chooses anew, whenever and how often one does. Else its
    /// next events would have ids of events that others were told of after the copy.
    fn renew_hooks(&self) -> Result<(), StoreError> {
        let conn = self.connection()?;
        let is_there = "SELECT 1 FROM sqlite_schema WHERE name = 'hook'"; // not in an early store
        if conn.prepare(is_there)?.exists([])? {
            conn.execute("UPDATE hook SET salt = ''", [])?;
        }
        Ok(())
    }

    fn check_room(&self, source: &Connection) -> Result<(), StoreError> {
        let Pages { size, all, .. } = Pages::of(source)?;
        let needs = all.saturating_mul(size).saturating_add(SPARE);
        match free(&self.path) {
            Some(free) if free < needs => Err(self.no_room(needs, free)),
            _ => Ok(()),
        }
    }

    fn no_room(&self, needs: u64, free: u64) -> StoreError {
        StoreError::NoRoom { path: self.to.display().to_string(), needs, free }
    }

    /// What went wrong while pages were written.
    fn cannot(&self, error: StoreError) -> StoreError {
        let so_far = self.file.metadata().map_or(0, |meta| meta.len());
        match error {
            StoreError::Full(_) => self.no_room(so_far.saturating_add(SPARE), free(&self.path).unwrap_or(0)),
            StoreError::ReadOnly(detail) => StoreError::io(&self.to, detail, "the copy was not kept; look at both disks"),
            other => other,
        }
    }

    /// Reads the file as whoever restores it will.
    fn check(&self, there: &Inventory) -> Result<Copied, StoreError> {
        let wrong = |what: String| StoreError::io(&self.to, what, DAMAGED);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
        let conn = Connection::open_with_flags(&self.path, flags).map_err(|error| connect::cannot(&self.path, error))?;
        let whole: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if whole != "ok" {
            return Err(wrong(whole));
        }
        let here = Inventory::of(&conn)?;
        if here != *there {
            return Err(wrong(format!("it does not hold what the store holds ({here:?}, not {there:?})")));
        }
        let bytes = self.file.metadata().map_or(0, |meta| meta.len());
        let (feeds, entries) = (here.rows("feed"), here.rows("entry"));
        Ok(Copied { bytes, schema: here.schema, feeds, entries, dangling: count(here.dangling) })
    }

    fn publish(mut self) -> Result<(), StoreError> {
        let folder = folder(&self.to);
        let placed = std::fs::rename(&self.path, &self.to).and_then(|()| File::open(folder)?.sync_all());
        placed.map_err(|error| StoreError::io(&self.to, error, "the copy was not kept; try again"))?;
        self.is_published = true;
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_published {
            let _ = std::fs::remove_file(&self.path); // a next one would empty it
        }
    }
}
