//! The body of an answer: decoded while it streams, under limits of size, time and the memory that all bodies share.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_compression::tokio::bufread::{BrotliDecoder, DeflateDecoder, GzipDecoder, ZlibDecoder, ZstdDecoder};
use async_compression::zstd::DParameter;
use bytes::{BufMut, Bytes};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, BufReader, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use tokio_util::io::StreamReader;

use super::errors::last_words;
use super::headers;
use crate::model::{FetchError, Kind, Stage};

/// Content codings on top of each other.
const MAX_CODINGS: usize = 2;

/// A body grows by this much at a time, and takes that share of the memory before it does: small steps, so that a large
/// body does not stand in the way of small ones.
const STEP_BYTES: usize = 64 << 10;

/// How far the wire, or one coding under another, may be ahead of what was decoded from it. No coding makes a body larger, so what
/// lies between are buffers; but empty gzip members decode to nothing, cost time each, and pack a thousandfold under a second gzip.
const MAX_AHEAD: u64 = 512 << 10;

/// 8 MiB, what RFC 8878 3.1.1.1.2 asks of every decoder; a frame may ask for 2 GiB.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Output of a decoder on its way into the next.
const DECODER_BUFFER: usize = 16 << 10;

/// What is read, and what that must stay under.
pub(super) struct Bounds {
    pub(super) kind: Kind,
    /// Decoded bytes.
    pub(super) bytes: u64,
    /// Between two pieces.
    pub(super) step: Duration,
    /// Of the whole fetch, to say what it was when memory comes too late.
    pub(super) total: Duration,
    /// End of the whole fetch.
    pub(super) deadline: Instant,
}

/// A whole body.
pub(super) struct Whole {
    pub(super) bytes: Bytes,
    pub(super) wire_bytes: u64,
    pub(super) held: Option<OwnedSemaphorePermit>,
}

/// `fetch.memory` in KiB permits. Cheap to clone.
#[derive(Clone)]
pub(super) struct Memory {
    free: Arc<Semaphore>,
    /// One permit. Bodies that each hold a part could wait for each other until their deadlines: who holds a part and cannot grow
    /// takes this and grows beyond the budget, so that one always comes to its end and gives back what it held. It goes with the
    /// bytes, so all bodies together stay under the budget and one body more.
    finisher: Arc<Semaphore>,
    /// The largest body that fits when it is alone.
    largest: u64,
    /// Bytes of each body that are not counted, whole steps: a few large bodies that drip must not keep small feeds waiting.
    small: usize,
}

impl Memory {
    pub(super) fn new(bytes: u64) -> Self {
        const LEAST_STEPS: usize = 4;
        const MOST_STEPS: usize = 1 << 24;
        const SMALL_SHARE: usize = 8;
        const MOST_SMALL_STEPS: usize = 4;
        let steps = usize::try_from(bytes).unwrap_or(usize::MAX) / STEP_BYTES;
        let steps = steps.clamp(LEAST_STEPS, MOST_STEPS);
        let free = Arc::new(Semaphore::new(steps * STEP_BYTES / 1024));
        let small = (steps / SMALL_SHARE).min(MOST_SMALL_STEPS) * STEP_BYTES;
        Self { small, free, finisher: Arc::new(Semaphore::new(1)), largest: (steps * STEP_BYTES) as u64 - 1 }
    }

    /// Permits not in use, KiB.
    #[cfg(test)]
    pub(super) fn free_kib(&self) -> usize {
        self.free.available_permits()
    }

    /// Whether nobody is beyond the budget.
    #[cfg(test)]
    pub(super) fn is_within_budget(&self) -> bool {
        self.finisher.available_permits() == 1
    }
}

/// Reads the body of `response` to its end.
///
/// # Errors
/// `TooLarge`, `Timeout` (`Idle`, `Memory`), or `Broken`: cut, mis-framed, mis-compressed. Then nothing of it counts.
/// A robots.txt is cut at its limit instead (RFC 9309 2.5).
pub(super) async fn read(response: reqwest::Response, bounds: &Bounds, memory: &Memory) -> Result<Whole, FetchError> {
    let limit = bounds.bytes.min(memory.largest);
    let codings = headers::codings(response.headers());
    if codings.len() > MAX_CODINGS {
        return Err(FetchError::Broken(format!("{} content codings on top of each other", codings.len())));
    }
    let cut = bounds.kind == Kind::Robots;
    if codings.is_empty() && !cut && response.content_length().is_some_and(|announced| announced > limit) {
        return Err(FetchError::TooLarge { limit });
    }
    let count = Arc::new(Count::default());
    let wire = wire(response, bounds.step, Arc::clone(&count));
    let mut source = decoded(wire, codings, bounds.kind, &count).await.map_err(unwrap)?;

    let mut bytes: Vec<u8> = Vec::new();
    let mut share = Share { memory, small: 0, held: None, beyond: None };
    loop {
        if share.bytes() <= bytes.len() {
            share.grow(bounds).await?;
        }
        let beyond_limit = usize::try_from(limit + 1).unwrap_or(usize::MAX);
        let room = share.bytes().min(beyond_limit).saturating_sub(bytes.len());
        // Doubling, as `reserve` does, would hold up to twice of what is counted.
        bytes.reserve_exact(room.max(bytes.len() / 8));
        if source.read_buf(&mut (&mut bytes).limit(room)).await.map_err(unwrap)? == 0 {
            break;
        }
        count.decoded.store(bytes.len() as u64, Ordering::Relaxed);
        if bytes.len() as u64 > limit {
            if !cut {
                return Err(FetchError::TooLarge { limit });
            }
            bytes.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            break;
        }
    }
    bytes.shrink_to_fit();
    share.shrink(bytes.len());
    let wire_bytes = count.wire.load(Ordering::Relaxed);
    let bytes = match share.beyond {
        None => bytes.into(),
        Some(Beyond { permit, .. }) => Bytes::from_owner(Finished { bytes, _permit: permit }),
    };
    Ok(Whole { bytes, wire_bytes, held: share.held })
}

/// A body that went beyond the budget: the next one may when this one is gone.
struct Finished {
    bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Finished {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Bytes so far.
#[derive(Default)]
struct Count {
    wire: AtomicU64,
    decoded: AtomicU64,
}

impl Count {
    fn check(&self, seen: u64) -> io::Result<()> {
        if seen > self.decoded.load(Ordering::Relaxed) + MAX_AHEAD {
            return Err(io::Error::other(FetchError::Broken("compressed data without content".to_owned())));
        }
        Ok(())
    }
}

type Source = Box<dyn AsyncBufRead + Send + Unpin>;

fn wire(response: reqwest::Response, step: Duration, count: Arc<Count>) -> Source {
    let pieces = futures_util::stream::try_unfold(response, move |response| piece(response, step, Arc::clone(&count)));
    Box::new(StreamReader::new(Box::pin(pieces)))
}

/// The next bytes as they come. Errors travel inside `io::Error`, because decoders pass those on as they are.
async fn piece(
    mut response: reqwest::Response,
    step: Duration,
    count: Arc<Count>,
) -> io::Result<Option<(Bytes, reqwest::Response)>> {
    let late = |_| io::Error::other(FetchError::Timeout { stage: Stage::Idle, after: step });
    let broken = |error: reqwest::Error| io::Error::other(FetchError::Broken(last_words(&error.without_url())));
    let next = tokio::time::timeout(step, response.chunk()).await.map_err(late)?.map_err(broken)?;
    let Some(bytes) = next else { return Ok(None) };
    count.check(count.wire.fetch_add(bytes.len() as u64, Ordering::Relaxed))?;
    Ok(Some((bytes, response)))
}

/// Takes the codings off, the last applied first, and gzip that nobody declared: servers hand out `.xml.gz` files and pack twice.
async fn decoded(mut source: Source, mut codings: Vec<String>, kind: Kind, count: &Arc<Count>) -> io::Result<Source> {
    let mut layers = 0;
    loop {
        let head;
        (head, source) = peek(source).await?;
        let coding = match codings.pop() {
            Some(coding) => coding,
            None if layers < MAX_CODINGS && kind != Kind::Robots && head.starts_with(&[0x1f, 0x8b, 8]) => "gzip".to_owned(),
            None => return Ok(source),
        };
        if head.is_empty() {
            return Ok(source);
        }
        source = layer(source, &coding, &head, count)?;
        layers += 1;
    }
}

fn layer(source: Source, coding: &str, head: &[u8], count: &Arc<Count>) -> io::Result<Source> {
    Ok(match coding {
        "gzip" | "x-gzip" => {
            let mut decoder = GzipDecoder::new(source);
            decoder.multiple_members(true); // RFC 1952 2.2
            metered(decoder, count)
        }
        "deflate" if is_zlib(head) => metered(ZlibDecoder::new(source), count),
        "deflate" => metered(DeflateDecoder::new(source), count), // what some servers take the word for
        "br" => metered(BrotliDecoder::new(source), count),
        "zstd" => {
            let mut decoder = ZstdDecoder::with_params(source, &[DParameter::window_log_max(ZSTD_WINDOW_LOG)]);
            decoder.multiple_members(true); // RFC 8878 3.1
            metered(decoder, count)
        }
        unknown => {
            let shown: String = unknown.chars().filter(|c| !c.is_control()).take(40).collect();
            return Err(io::Error::other(FetchError::Broken(format!("unknown content coding \"{shown}\""))));
        }
    })
}

fn metered(decoder: impl AsyncRead + Send + Unpin + 'static, count: &Arc<Count>) -> Source {
    let metered = Metered { inner: decoder, seen: 0, count: Arc::clone(count) };
    Box::new(BufReader::with_capacity(DECODER_BUFFER, metered))
}

/// Fails when too much comes through it for what was decoded in the end.
struct Metered<R> {
    inner: R,
    seen: u64,
    count: Arc<Count>,
}

impl<R: AsyncRead + Unpin> AsyncRead for Metered<R> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.count.check(self.seen)?;
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(cx, buf);
        self.seen += (buf.filled().len() - before) as u64;
        polled
    }
}

/// RFC 1950 2.2: method 8 and a checksum over the first two bytes.
fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

/// The first bytes, which stay in the source.
async fn peek(mut source: Source) -> io::Result<(Vec<u8>, Source)> {
    const MAGIC: u64 = 4;
    let mut head = Vec::new();
    (&mut source).take(MAGIC).read_to_end(&mut head).await?;
    Ok((head.clone(), Box::new(io::Cursor::new(head).chain(source))))
}

fn unwrap(error: io::Error) -> FetchError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<FetchError>()) {
        Some(ours) => ours.clone(),
        None => FetchError::Broken(format!("compression: {}", last_words(&error))),
    }
}

/// What a body holds of the memory of all.
struct Share<'a> {
    memory: &'a Memory,
    small: usize,
    held: Option<OwnedSemaphorePermit>,
    beyond: Option<Beyond>,
}

/// What the finisher holds beyond the budget.
struct Beyond {
    permit: OwnedSemaphorePermit,
    bytes: usize,
}

impl Share<'_> {
    fn bytes(&self) -> usize {
        self.within() + self.beyond.as_ref().map_or(0, |beyond| beyond.bytes)
    }

    fn within(&self) -> usize {
        self.small + self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) * 1024
    }

    /// Waits for one step more: of the memory, or, for one that already holds some, for being the finisher. The finisher never waits.
    async fn grow(&mut self, bounds: &Bounds) -> Result<(), FetchError> {
        const STEP_KIB: u32 = (STEP_BYTES / 1024) as u32;
        if self.small < self.memory.small {
            self.small += STEP_BYTES;
            return Ok(());
        }
        if let Some(beyond) = &mut self.beyond {
            beyond.bytes += STEP_BYTES;
            return Ok(());
        }
        let more = Arc::clone(&self.memory.free).acquire_many_owned(STEP_KIB);
        let finisher = Arc::clone(&self.memory.finisher).acquire_owned();
        let waiting = async {
            tokio::select! {
                biased;
                more = more => more.map(Step::Within),
                permit = finisher, if self.held.is_some() => permit.map(Step::Beyond),
            }
        };
        let late = |_| FetchError::Timeout { stage: Stage::Memory, after: bounds.total };
        let step = tokio::time::timeout_at(bounds.deadline, waiting).await.map_err(late)?;
        match (step.map_err(|_| FetchError::Broken("the fetcher is closed".to_owned()))?, &mut self.held) {
            (Step::Within(more), Some(held)) => held.merge(more),
            (Step::Within(more), held) => *held = Some(more),
            (Step::Beyond(permit), _) => self.beyond = Some(Beyond { permit, bytes: STEP_BYTES }),
        }
        Ok(())
    }

    /// Gives back what `bytes` do not need.
    fn shrink(&mut self, bytes: usize) {
        if bytes <= self.within() {
            self.beyond = None;
        }
        if let Some(held) = &mut self.held {
            drop(held.split(held.num_permits().saturating_sub(bytes.saturating_sub(self.small).div_ceil(1024))));
        }
    }
}

enum Step {
    Within(OwnedSemaphorePermit),
    Beyond(OwnedSemaphorePermit),
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
