//! A name server for tests that answers as it is told, differently each time if need be; and a canary for addresses that must not
//! be contacted. The tests of the whole daemon use this file too.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, UdpSocket};
use tokio::task::AbortHandle;

/// One name: its answers, taken in turn, and how many were given.
struct Script {
    name: String,
    answers: Vec<Vec<Ipv4Addr>>,
    given: usize,
}

/// A name server that knows the A records of some names, for no second longer than the answer takes (TTL 0), and says of all
/// others that they do not exist.
pub(crate) struct Names {
    pub(crate) address: SocketAddr,
    scripts: Arc<Mutex<Vec<Script>>>,
    task: AbortHandle,
}

impl Names {
    /// Always the same answers.
    pub(crate) async fn start(names: &[(&str, &[Ipv4Addr])]) -> Self {
        let scripts: Vec<(&str, Vec<Vec<Ipv4Addr>>)> = names.iter().map(|(name, ips)| (*name, vec![ips.to_vec()])).collect();
        Self::scripted(&scripts).await
    }

    /// The answers of each name in turn, from the first again after the last.
    pub(crate) async fn scripted(names: &[(&str, Vec<Vec<Ipv4Addr>>)]) -> Self {
        let script =
            |(name, answers): &(&str, Vec<Vec<Ipv4Addr>>)| Script { name: (*name).to_owned(), answers: answers.clone(), given: 0 };
        let scripts = Arc::new(Mutex::new(names.iter().map(script).collect::<Vec<_>>()));
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
        let address = socket.local_addr().expect("an address");
        let shared = Arc::clone(&scripts);
        let task = tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                let answer = answer(&buffer[..length], &mut shared.lock().expect("not poisoned"));
                if let Some(answer) = answer {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Self { address, scripts, task: task.abort_handle() }
    }

    /// How often the addresses of `name` were given out.
    pub(crate) fn given(&self, name: &str) -> usize {
        let scripts = self.scripts.lock().expect("not poisoned");
        scripts.iter().find(|script| script.name == name).map_or(0, |script| script.given)
    }
}

impl Drop for Names {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// RFC 1035 4.1, one question.
fn answer(query: &[u8], scripts: &mut [Script]) -> Option<Vec<u8>> {
    let mut name = String::new();
    let mut at = 12;
    while *query.get(at)? > 0 {
        let end = at + 1 + usize::from(query[at]);
        name.push_str(&String::from_utf8_lossy(query.get(at + 1..end)?));
        name.push('.');
        at = end;
    }
    let question = query.get(12..at + 5)?;
    let known = scripts.iter_mut().find(|known| name.trim_end_matches('.').eq_ignore_ascii_case(&known.name));
    let code = if known.is_some() { 0x80 } else { 0x83 };
    let ips = match known {
        Some(script) if question.ends_with(&[0, 1, 0, 1]) => {
            script.given += 1;
            script.answers.get((script.given - 1) % script.answers.len().max(1)).cloned().unwrap_or_default()
        }
        _ => Vec::new(),
    };
    let mut out = query.get(..2)?.to_vec();
    out.extend_from_slice(&[0x81, code, 0, 1, 0, u8::try_from(ips.len()).ok()?, 0, 0, 0, 0]);
    out.extend_from_slice(question);
    for ip in ips {
        out.extend_from_slice(&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        out.extend_from_slice(&ip.octets());
    }
    Some(out)
}

/// Listens where nobody may come, and counts who does.
pub(crate) struct Canary {
    visits: Arc<AtomicUsize>,
    task: AbortHandle,
}

impl Canary {
    pub(crate) async fn listen(ip: impl Into<IpAddr>, port: u16) -> Self {
        let listener = TcpListener::bind((ip.into(), port)).await.expect("a loopback address beside 127.0.0.1");
        let visits = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&visits);
        let task = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        Self { visits, task: task.abort_handle() }
    }

    pub(crate) fn visits(&self) -> usize {
        self.visits.load(Ordering::Relaxed)
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.task.abort();
    }
}
