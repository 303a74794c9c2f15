//! A server for tests that sends exactly the bytes it is told, broken framing and pauses included.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use url::Url;

/// What the server does with a request; after the last act it waits for the next one on the same connection.
#[derive(Clone)]
pub(super) enum Act {
    Send(Vec<u8>),
    /// The same bytes, again and again, with a pause after each.
    Drip(Vec<u8>, Duration),
    Hang,
    Close,
}

/// Requests as they came.
type Seen = Arc<Mutex<Vec<String>>>;

pub(super) struct Server {
    pub(super) address: SocketAddr,
    seen: Seen,
    connections: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Server {
    /// Answers each request with what `answer` makes of its path.
    pub(super) async fn start(answer: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Seen::default();
        let connections = Arc::new(AtomicUsize::new(0));
        let (answer, log, count) = (Arc::new(answer), Arc::clone(&seen), Arc::clone(&connections));
        let task = tokio::spawn(async move {
            let mut open = tokio::task::JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                open.spawn(async move { serve(stream, &*answer, &log).await });
            }
        });
        Self { address, seen, connections, task: task.abort_handle() }
    }

    /// One answer for every request, then the connection is closed.
    pub(super) async fn always(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |_| vec![Act::Send(bytes.clone()), Act::Close]).await
    }

    pub(super) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).expect("a path")
    }

    pub(super) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, answer: &(impl Fn(&str) -> Vec<Act> + ?Sized), seen: &Seen) -> Option<()> {
    loop {
        let head = read_request(&mut stream).await?;
        let path = head.split(' ').nth(1)?.to_owned();
        seen.lock().expect("not poisoned").push(head);
        for act in answer(&path) {
            match act {
                Act::Send(bytes) => stream.write_all(&bytes).await.ok()?,
                Act::Drip(bytes, pause) => loop {
                    stream.write_all(&bytes).await.ok()?;
                    tokio::time::sleep(pause).await;
                },
                Act::Hang => std::future::pending().await,
                Act::Close => return None,
            }
        }
    }
}

/// The head, and the body that it announces.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some(head + &String::from_utf8_lossy(&body))
}

/// A whole answer with its length; `lines` are further header lines.
pub(super) fn reply(status: &str, lines: &[&str], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let mut bytes = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n", body.len()).into_bytes();
    for line in lines {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}
