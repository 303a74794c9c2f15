//! The writer: one thread owns the only read-write connection.
//!
//! Jobs come over a bounded channel. The thread takes all that wait, up to a batch, runs each in its own savepoint inside one
//! transaction, commits, and only then answers: an acknowledged write is a committed write, and one wait for the disk serves
//! many jobs. A lone job never waits; batches form while the previous commit runs.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, Params};
use tokio::sync::{mpsc, oneshot};

use super::folds::Folds;
use super::room::Opened;
use super::sequence::Sequence;
use super::trouble::{self, Notes, PROBE_EVERY, Trouble};
use super::{StoreError, index};
use crate::model::Folder;

/// Jobs that may wait; whoever brings more waits too.
const QUEUE: usize = 256;
/// Jobs in one transaction.
const BATCH: usize = 256;
/// Of them those that fold: each takes milliseconds, and whoever writes a row waits for all.
const FOLDING: usize = 64;
/// How long a few rows wait for company before they go into the full-text index.
const LINGER: Duration = Duration::from_millis(500);
/// After a failure, a full disk say.
const LINGER_AFTER_ERROR: Duration = Duration::from_secs(10);
/// So many rows are indexed even if jobs wait, so that a busy hour does not leave search behind for ever.
const BACKLOG: usize = 5_000;

/// What a job works with: the open transaction.
pub(super) struct Tx<'c> {
    pub(super) conn: &'c Connection,
    pub(super) folds: &'c Folds,
    outputs_changed: Cell<bool>,
    queued: Cell<usize>,
}

impl Tx<'_> {
    /// Runs a statement; answers how many rows it touched.
    pub(super) fn run(&self, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
        self.conn.prepare_cached(sql)?.execute(params)
    }

    /// Says that outputs may look different now.
    pub(super) fn outputs_changed(&self) {
        self.outputs_changed.set(true);
    }

    /// Counts rows that wait for the full-text index.
    pub(super) fn queued(&self, rows: usize) {
        self.queued.set(self.queued.get().saturating_add(rows));
    }
}

/// The sending side.
#[derive(Debug)]
pub(super) struct Writer {
    jobs: mpsc::Sender<Message>,
    thread: Mutex<Option<JoinHandle<()>>>,
    notes: Arc<Notes>,
}

enum Message {
    Job(Box<dyn Job>),
    Close,
}

impl Writer {
    /// Starts the thread.
    /// `opened`: the file behind `conn`.
    pub(super) fn start(
        conn: Connection,
        opened: Opened,
        folder: Box<dyn Folder>,
        sequence: Arc<Sequence>,
    ) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::Sql(format!("cannot start the writer: {error}"));
        let timer = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(failed)?;
        let (jobs, inbox) = mpsc::channel(QUEUE);
        let notes = Arc::new(Notes::default());
        let own_notes = Arc::clone(&notes);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || Thread { conn, opened, folds: Folds::new(folder), inbox, timer, notes: own_notes, sequence }.serve())
            .map_err(failed)?;
        Ok(Self { jobs, thread: Mutex::new(Some(thread)), notes })
    }

    /// What the disk says lately, if it is nothing good. Never waits for the thread.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        self.notes.trouble(Instant::now())
    }

    /// Runs `work` in a transaction; answers when it is committed. `folds`: whether it asks the folder.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        folds: bool,
        work: impl FnOnce(&Tx) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let task = Task { folds, work: Some(work), outcome: Err(StoreError::Closed), reply };
        self.jobs.send(Message::Job(Box::new(task))).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Lets the thread finish what is queued and waits for its end.
    pub(super) async fn close(&self) {
        let _ = self.jobs.send(Message::Close).await;
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

// === the thread ===

struct Thread {
    conn: Connection,
    opened: Opened,
    folds: Folds,
    inbox: mpsc::Receiver<Message>,
    timer: tokio::runtime::Runtime,
    notes: Arc<Notes>,
    sequence: Arc<Sequence>,
}

/// What waits for the full-text index.
struct Unindexed {
    rows: usize,
    /// When even a few of them are worth a transaction; after an error, when to try again at all.
    ripe_at: Instant,
    failed: bool,
}

impl Unindexed {
    fn add(&mut self, rows: usize) {
        if self.rows == 0 && rows > 0 {
            self.ripe_at = Instant::now() + LINGER;
        }
        self.rows = self.rows.saturating_add(rows);
    }

    /// Whether to index now; `idle`: no job waits.
    fn is_ripe(&self, idle: bool) -> bool {
        let many = !self.failed && (self.rows >= BACKLOG || (idle && self.rows >= index::BATCH));
        self.rows > 0 && (many || (idle && Instant::now() >= self.ripe_at))
    }

    fn step(&mut self, conn: &Connection, notes: &Notes) {
        match index::step(conn) {
            Ok(rows) => {
                notes.committed(true, Instant::now());
                self.rows = if rows < index::BATCH { 0 } else { self.rows.saturating_sub(rows) };
                self.failed = false;
            }
            Err(error) => {
                // Tried every ten seconds, told once: a disk may be full for a night.
                if !self.failed {
                    tracing::warn!(%error, "The full-text index is behind");
                }
                notes.failed(&error, Instant::now());
                (self.failed, self.ripe_at) = (true, Instant::now() + LINGER_AFTER_ERROR);
            }
        }
    }
}

impl Thread {
    fn serve(mut self) {
        let mut batch: Vec<Message> = Vec::with_capacity(BATCH);
        let mut unindexed = Unindexed { rows: index::backlog(&self.conn), ripe_at: Instant::now(), failed: false };
        let mut probe_at = None;
        loop {
            probe_at = self.probe(probe_at);
            if unindexed.is_ripe(self.inbox.is_empty()) {
                unindexed.step(&self.conn, &self.notes);
                self.sequence.committed();
                continue;
            }
            let until = [probe_at, (unindexed.rows > 0).then_some(unindexed.ripe_at)].into_iter().flatten().min();
            let Some(taken) = self.receive(&mut batch, until) else { continue };
            if taken == 0 {
                break;
            }
            let mut jobs = Vec::with_capacity(taken);
            for message in batch.drain(..) {
                match message {
                    Message::Job(job) => jobs.push(job),
                    // What is in the channel is still done; what comes later is told that we are closed.
                    Message::Close => self.inbox.close(),
                }
            }
            while !jobs.is_empty() {
                let rest = jobs.split_off(fitting(jobs.iter().map(|job| job.folds())));
                unindexed.add(self.commit(std::mem::replace(&mut jobs, rest)));
            }
        }
        self.end();
    }

    /// Takes what waits, or waits for it, `until` then at the longest: `None`. 0: nobody will bring anything any more.
    fn receive(&mut self, batch: &mut Vec<Message>, until: Option<Instant>) -> Option<usize> {
        let Some(until) = until else { return Some(self.inbox.blocking_recv_many(batch, BATCH)) };
        let (inbox, wait) = (&mut self.inbox, until.saturating_duration_since(Instant::now()));
        self.timer.block_on(async move { tokio::time::timeout(wait, inbox.recv_many(batch, BATCH)).await }).ok()
    }

    /// While nothing can be stored, tries now and then whether that is over; answers when it tries next. Between two tries whoever has
    /// something to store may try, too.
    fn probe(&self, at: Option<Instant>) -> Option<Instant> {
        let now = Instant::now();
        if !self.notes.trouble(now).is_some_and(|trouble| trouble.blocks()) {
            return None;
        }
        match at {
            None => Some(now + PROBE_EVERY),
            Some(at) if now < at => Some(at),
            Some(_) => match self.opened.check().and_then(|()| trouble::probe(&self.conn)) {
                Ok(()) => {
                    self.notes.probed();
                    None
                }
                Err(error) => {
                    self.notes.tried(&error, Instant::now());
                    Some(Instant::now() + PROBE_EVERY)
                }
            },
        }
    }

    /// One transaction of many jobs; answers how many rows they queued for the full-text index.
    fn commit(&self, mut jobs: Vec<Box<dyn Job>>) -> usize {
        let Self { conn, opened, folds, notes, sequence, .. } = self;
        if jobs.is_empty() {
            return 0;
        }
        let mut queued = 0;
        let before = conn.total_changes();
        let ready = if jobs.iter().any(|job| job.folds()) { folds.warm(conn) } else { Ok(()) };
        let mark = folds.mark();
        let outcome = opened.check().and(ready).and_then(|()| transaction(conn, folds, notes, &mut jobs, &mut queued));
        if outcome.is_ok() {
            folds.commit();
            notes.committed(conn.total_changes() > before, Instant::now());
        }
        if let Err(error) = outcome {
            if !conn.is_autocommit() {
                let _ = conn.execute_batch("ROLLBACK");
            }
            folds.undo(mark);
            notes.failed(&error, Instant::now());
            for job in &mut jobs {
                job.fail(&error);
            }
            queued = 0;
        }
        // Before the answers: who wrote something sees it.
        sequence.committed();
        for job in jobs {
            job.answer();
        }
        queued
    }

    fn end(self) {
        while index::step(&self.conn).is_ok_and(|rows| rows > 0) {}
        let tidy = self.conn.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);");
        if let Err(error) = tidy {
            tracing::debug!(%error, "the log stays for the next start");
        }
    }
}

/// How many jobs, from the first, go into one transaction.
fn fitting(folds: impl Iterator<Item = bool>) -> usize {
    let folding = folds.scan(0, |folding, folds| {
        *folding += usize::from(folds);
        Some(*folding)
    });
    folding.take_while(|folding| *folding <= FOLDING).count()
}

fn transaction(
    conn: &Connection,
    folds: &Folds,
    notes: &Notes,
    jobs: &mut [Box<dyn Job>],
    queued: &mut usize,
) -> Result<(), StoreError> {
    run(conn, "BEGIN IMMEDIATE")?;
    let mut outputs_changed = false;
    for job in jobs {
        let tx = Tx { conn, folds, outputs_changed: Cell::new(false), queued: Cell::new(0) };
        if savepoint(&tx, notes, job.as_mut())? {
            outputs_changed |= tx.outputs_changed.get();
            *queued += tx.queued.get();
        }
    }
    folds.spill(conn)?;
    if outputs_changed {
        run(conn, "UPDATE counter SET value = value + 1 WHERE name = 'change_seq'")?;
    }
    run(conn, "COMMIT")?;
    Ok(())
}

fn run(conn: &Connection, sql: &str) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute([])
}

/// Does a job in a savepoint of its own; says whether it is done. `Err`: the transaction is lost.
fn savepoint(tx: &Tx, notes: &Notes, job: &mut dyn Job) -> Result<bool, StoreError> {
    let Tx { conn, folds, .. } = tx;
    let mark = folds.mark();
    run(conn, "SAVEPOINT job")?;
    let done = catch_unwind(AssertUnwindSafe(|| job.run(tx))).unwrap_or_else(|panic| {
        let error = StoreError::Panicked(message(&*panic));
        job.fail(&error);
        Err(error)
    });
    if let Err(error) = &done {
        // A full disk may end the whole transaction, not only the statement: then nothing of this batch is stored.
        if conn.is_autocommit() {
            return Err(error.clone());
        }
        notes.failed(error, Instant::now());
        run(conn, "ROLLBACK TO job")?;
        folds.undo(mark);
    }
    run(conn, "RELEASE job")?;
    Ok(done.is_ok())
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panic".to_owned())
}

/// A job without its type.
trait Job: Send {
    /// Whether it asks the folder.
    fn folds(&self) -> bool;
    fn run(&mut self, tx: &Tx) -> Result<(), StoreError>;
    /// Whatever it answered, it did not happen.
    fn fail(&mut self, error: &StoreError);
    fn answer(self: Box<Self>);
}

struct Task<W, T> {
    folds: bool,
    work: Option<W>,
    outcome: Result<T, StoreError>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<W, T> Job for Task<W, T>
where
    W: FnOnce(&Tx) -> Result<T, StoreError> + Send,
    T: Send,
{
    fn folds(&self) -> bool {
        self.folds
    }

    fn run(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let Some(work) = self.work.take() else { return Ok(()) };
        self.outcome = work(tx);
        self.outcome.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    fn fail(&mut self, error: &StoreError) {
        // A job's own error says more than that of the batch, but only if it ran.
        if self.outcome.is_ok() || self.outcome.as_ref().is_err_and(|own| *own == StoreError::Closed) {
            self.outcome = Err(error.clone());
        }
    }

    fn answer(self: Box<Self>) {
        // The caller may have gone; what it asked for is done all the same.
        let _ = self.reply.send(self.outcome);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_folds_shares_a_transaction_with_a_few() {
        let check = |jobs: &[(bool, usize)], expected: usize| {
            let folds = jobs.iter().flat_map(|(folds, n)| std::iter::repeat_n(*folds, *n));
            assert_eq!(fitting(folds), expected, "{jobs:?}");
        };
        check(&[(false, BATCH)], BATCH);
        check(&[(true, FOLDING)], FOLDING);
        check(&[(true, FOLDING + 1)], FOLDING);
        check(&[(true, 60), (false, 9), (true, 4), (false, 5), (true, 1)], 78);
    }
}
