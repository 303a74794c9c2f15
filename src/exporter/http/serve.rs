//! Listening: bounded connections, and none that lingers.

use std::fmt::Debug;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::CancellationToken;

/// A connection on which we wrote nothing for this long is closed, whatever arrives on it: an idle one as well as a
/// request that drips in byte by byte, and a reader that does not take its answer.
const QUIET: Duration = Duration::from_secs(10);

/// Serves `router` on so many `connections` at once until `stop`, then finishes the answers under way; further connections wait to be
/// accepted. The caller decides how long it waits for the end.
pub async fn serve<L>(listener: L, router: Router, connections: usize, stop: CancellationToken)
where
    L: Listener,
    L::Addr: Debug,
{
    let slots = Arc::new(Semaphore::new(connections));
    let (left, few) = (Arc::clone(&slots), connections / 4);
    // Where few are left, no reader keeps one for its next question.
    let router = router.layer(map_response(move |mut response: Response| {
        if left.available_permits() <= few {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        std::future::ready(response)
    }));
    let bounded = Bounded { listener, slots, quiet: QUIET };
    axum::serve(bounded, router).with_graceful_shutdown(stop.cancelled_owned()).await.ok(); // never an error, says its page
}

struct Bounded<L> {
    listener: L,
    slots: Arc<Semaphore>,
    quiet: Duration,
}

impl<L: Listener> Listener for Bounded<L> {
    type Io = Timed<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok(); // never closed
        let (io, address) = self.listener.accept().await;
        (Timed { io, quiet: self.quiet, deadline: Box::pin(sleep(self.quiet)), is_new: true, _slot: slot }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection with a deadline that only writing moves.
struct Timed<T> {
    io: T,
    quiet: Duration,
    deadline: Pin<Box<Sleep>>,
    /// Nothing was read yet.
    is_new: bool,
    _slot: Option<OwnedSemaphorePermit>,
}

impl<T> Timed<T> {
    fn in_time(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.deadline.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn wrote(&mut self, written: &Poll<io::Result<usize>>) {
        if matches!(written, Poll::Ready(Ok(1..))) {
            let later = Instant::now() + self.quiet;
            self.deadline.as_mut().reset(later);
        }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Timed<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.in_time(cx)?;
        let before = buf.filled().len();
        let read = Pin::new(&mut self.io).poll_read(cx, buf);
        // HTTP/2 without TLS, which no reader speaks: its pings would be answers that keep a connection for ever.
        if self.is_new && matches!(read, Poll::Ready(Ok(()))) {
            self.is_new = false;
            if buf.filled().get(before..).is_some_and(|begin| begin.starts_with(b"PRI")) {
                return Poll::Ready(Err(io::ErrorKind::Unsupported.into()));
            }
        }
        read
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Timed<T> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.in_time(cx)?;
        let written = Pin::new(&mut self.io).poll_write(cx, buf);
        self.wrote(&written);
        written
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bufs: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.in_time(cx)?;
        let written = Pin::new(&mut self.io).poll_write_vectored(cx, bufs);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    fn timed(io: tokio::io::DuplexStream) -> Timed<tokio::io::DuplexStream> {
        Timed { io, quiet: QUIET, deadline: Box::pin(sleep(QUIET)), is_new: true, _slot: None }
    }

    #[tokio::test(start_paused = true)]
    async fn what_drips_in_does_not_keep_a_connection() {
        let (ours, mut theirs) = duplex(64);
        let mut ours = timed(ours);
        let drip = tokio::spawn(async move {
            while theirs.write_all(b"x").await.is_ok() {
                tokio::time::sleep(QUIET * 7 / 60).await;
            }
        });
        let mut read = 0;
        let error = loop {
            match ours.read_u8().await {
                Ok(_) => read += 1,
                Err(error) => break error,
            }
        };
        assert_eq!((error.kind(), read), (io::ErrorKind::TimedOut, 9));
        drop(ours);
        drip.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_is_taken_slowly_goes_on_and_one_that_is_not_taken_ends() {
        let (ours, mut theirs) = duplex(1);
        let mut ours = timed(ours);
        let reader = tokio::spawn(async move {
            for _ in 0..10 {
                tokio::time::sleep(QUIET - Duration::from_secs(1)).await;
                theirs.read_u8().await.unwrap();
            }
            theirs
        });
        let error = ours.write_all(&[0; 100]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        drop(reader.await.unwrap());
    }
}
