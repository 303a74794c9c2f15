//! Where the merged feeds are served: TCP addresses, Unix sockets, sockets handed over by systemd.

use std::path::PathBuf;

use tokio::net::TcpListener;

/// One bound listener.
#[derive(Debug)]
pub enum Bound {
    /// TCP.
    Tcp(TcpListener),
    /// A Unix socket.
    Unix(tokio::net::UnixListener, PathBuf),
}

/// An address that could not be bound: the address, the reason, the remedy.
#[derive(Debug, thiserror::Error)]
#[error("http.listen = \"{address}\": {reason}")]
pub struct ListenError {
    address: String,
    reason: String,
}

impl ListenError {
    fn new(address: &str, reason: impl Into<String>) -> Self {
        Self { address: address.to_owned(), reason: reason.into() }
    }
}

/// Binds everything that `http.listen` names.
///
/// # Errors
/// Names the first address that cannot be bound and says what to do.
pub async fn bind(addresses: &[String]) -> Result<Vec<Bound>, ListenError> {
    let mut bound = Vec::new();
    for address in addresses {
        if address == "systemd" {
            bound.extend(from_systemd(address)?);
        } else if let Some(path) = address.strip_prefix("unix:") {
            bound.push(unix(address, path)?);
        } else {
            let listener = TcpListener::bind(address).await.map_err(|error| ListenError::new(address, reason(&error)))?;
            bound.push(Bound::Tcp(listener));
        }
    }
    Ok(bound)
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::AddrInUse => "the address is taken by another program; stop that one or choose another port".to_owned(),
        std::io::ErrorKind::PermissionDenied => "not permitted; choose a port above 1023".to_owned(),
        std::io::ErrorKind::AddrNotAvailable => "this machine does not have the address".to_owned(),
        _ => error.to_string(),
    }
}

fn unix(address: &str, path: &str) -> Result<Bound, ListenError> {
    use std::os::unix::fs::FileTypeExt;
    let path = PathBuf::from(path);
    // What a killed process left behind is in the way; a live one holds the store's lock, so this is not its socket.
    if std::fs::symlink_metadata(&path).is_ok_and(|found| found.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(&path).is_err()
    {
        std::fs::remove_file(&path).map_err(|error| ListenError::new(address, reason(&error)))?;
    }
    let listener = tokio::net::UnixListener::bind(&path).map_err(|error| ListenError::new(address, reason(&error)))?;
    Ok(Bound::Unix(listener, path))
}

fn from_systemd(address: &str) -> Result<Vec<Bound>, ListenError> {
    let mut handed = listenfd::ListenFd::from_env();
    let io = |error: std::io::Error| ListenError::new(address, error.to_string());
    let mut bound = Vec::new();
    for index in 0..handed.len() {
        if let Ok(Some(listener)) = handed.take_tcp_listener(index) {
            listener.set_nonblocking(true).map_err(io)?;
            bound.push(Bound::Tcp(TcpListener::from_std(listener).map_err(io)?));
            continue;
        }
        if let Ok(Some(listener)) = handed.take_unix_listener(index) {
            listener.set_nonblocking(true).map_err(io)?;
            bound.push(Bound::Unix(tokio::net::UnixListener::from_std(listener).map_err(io)?, PathBuf::new()));
        }
    }
    if bound.is_empty() {
        return Err(ListenError::new(address, "systemd handed over no socket; start the service by its .socket unit"));
    }
    Ok(bound)
}

impl Bound {
    /// The address as `http.listen` would name it, with the port that was really given.
    pub fn listen(&self) -> String {
        match self {
            Self::Tcp(_) => self.address().trim_start_matches("http://").to_owned(),
            Self::Unix(..) => self.address(),
        }
    }

    /// The bound address, if it is TCP.
    pub fn socket(&self) -> Option<std::net::SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(..) => None,
        }
    }

    /// What to print and to build self links from: `http://127.0.0.1:8484` or `unix:PATH`.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map_or_else(|_| "http://localhost".to_owned(), |address| format!("http://{address}"))
            }
            Self::Unix(_, path) => format!("unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_taken_port_is_named_with_the_remedy() {
        let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = first.local_addr().unwrap().to_string();
        let error = bind(std::slice::from_ref(&address)).await.unwrap_err().to_string();
        assert!(error.contains(&address) && error.contains("choose another port"), "{error}");
    }

    #[tokio::test]
    async fn a_socket_left_by_a_killed_process_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("unix:{}", folder.path().join("http.sock").display());
        drop(bind(std::slice::from_ref(&address)).await.unwrap());
        assert!(bind(std::slice::from_ref(&address)).await.is_ok());
    }
}
