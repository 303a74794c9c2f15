//! Parsing and extracting take 1 to 50 ms of CPU each: they run beside the reactor, no more at once than there are cores.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// Permits for CPU work, one a core: bounds the memory of parsers as well.
#[derive(Clone, Debug)]
pub(crate) struct Cpu(Arc<Semaphore>);

/// The work panicked or the process is ending: the poll or scrape it belonged to fails, nothing else.
#[derive(Debug, thiserror::Error)]
#[error("internal error while reading the document: {0}")]
pub(crate) struct CpuError(String);

impl Cpu {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from))))
    }

    /// Runs `work` on a blocking thread when a core is free.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, CpuError> {
        let _permit = self.0.acquire().await.map_err(|error| CpuError(error.to_string()))?;
        tokio::task::spawn_blocking(work).await.map_err(|error| CpuError(error.to_string()))
    }
}
