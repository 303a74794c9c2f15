//! Parsing and extracting take 1 to 50 ms of CPU each: they run beside the reactor, on as many threads as there are cores.
//!
//! Threads of their own instead of the runtime's blocking pool, because the allocator keeps what each thread freed: over
//! the pool's many threads a morning of articles left 75 MB behind.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{mpsc, oneshot};

/// Jobs that may wait for a core; more wait in front of the channel.
const JOBS_WAITING: usize = 16;
/// Trees of foreign pages are at most 512 deep, but dropping and walking them still recurses (html5ever).
const STACK_BYTES: usize = 8 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// A handle on the threads; they end when the last one is dropped.
#[derive(Clone, Debug)]
pub(crate) struct Cpu(mpsc::Sender<Job>);

/// The work panicked or the process is ending: the poll or scrape it belonged to fails, nothing else.
#[derive(Debug, thiserror::Error)]
#[error("internal error while reading the document, please report it")]
pub(crate) struct CpuError;

impl Cpu {
    pub(crate) fn new() -> Self {
        let (sender, jobs) = mpsc::channel::<Job>(JOBS_WAITING);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            let jobs = Arc::clone(&jobs);
            let work = move || {
                while let Some(job) = next(&jobs) {
                    job();
                }
            };
            let thread = std::thread::Builder::new().name(format!("cpu-{number}")).stack_size(STACK_BYTES).spawn(work);
            if let Err(error) = thread {
                tracing::error!("no thread to read documents on: {error}");
            }
        }
        Self(sender)
    }

    /// Runs `work` on one of the threads.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CpuError> {
        let (answer, answered) = oneshot::channel();
        let job = Box::new(move || {
            // A panic drops `answer`: whoever waits for it gets the error, and the thread goes on.
            if let Ok(done) = catch_unwind(AssertUnwindSafe(work)) {
                let _ = answer.send(done);
            }
        });
        self.0.send(job).await.map_err(|_| CpuError)?;
        answered.await.map_err(|_| CpuError)
    }
}

fn next(jobs: &Mutex<mpsc::Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_done_and_a_panic_fails_its_own_work_only() {
        let cpu = Cpu::new();
        for _ in 0..8 {
            assert!(cpu.run::<()>(|| panic!("a defect")).await.is_err());
        }
        assert_eq!(cpu.run(|| 6 * 7).await.unwrap(), 42);
    }
}
