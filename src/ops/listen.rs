//! Where the merged feeds are served: TCP addresses, Unix sockets, sockets handed over by systemd.

use std::path::{Path, PathBuf};

use tokio::net::TcpListener;

/// One bound listener.
#[derive(Debug)]
pub enum Bound {
    /// TCP.
    Tcp(TcpListener),
    /// A Unix socket, and its file where we made it.
    Unix(tokio::net::UnixListener, SocketFile),
}

/// The file of a socket, removed when nobody listens there any more: after a stop as after a start that failed.
#[derive(Debug)]
pub struct SocketFile(PathBuf);

impl Drop for SocketFile {
    fn drop(&mut self) {
        // of a socket that systemd made there is no path here
        if !self.0.as_os_str().is_empty() {
            let _ = std::fs::remove_file(&self.0); // what is left behind is replaced at the next start
        }
    }
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
            let listener =
                TcpListener::bind(address).await.map_err(|error| ListenError::new(address, reason(&error, Kind::Tcp)))?;
            bound.push(Bound::Tcp(listener));
        }
    }
    Ok(bound)
}

/// Refuses TCP listeners that others can reach while no token is asked for. `http.listen` was looked at when it was read; what
/// a systemd socket unit listens on (`ListenStream=0.0.0.0:8484`) is known only now.
///
/// # Errors
/// Names the first such listener and the ways to close it.
pub fn refuse_open(bound: &[Bound], has_token: bool) -> Result<(), ListenError> {
    let is_open = |listener: &&Bound| match listener {
        // one that does not say where it listens may listen anywhere
        Bound::Tcp(_) => listener.socket().is_none_or(|address| !address.ip().to_canonical().is_loopback()),
        Bound::Unix(..) => false,
    };
    match bound.iter().find(is_open) {
        Some(open) if !has_token => {
            let what = "can be reached by others, and no token is set; set [http] token or token_file, or listen on 127.0.0.1 \
                        (in a .socket unit: ListenStream=127.0.0.1:8484)";
            Err(ListenError::new(&open.listen(), what))
        }
        _ => Ok(()),
    }
}

/// What a remedy depends on.
#[derive(Clone, Copy)]
enum Kind {
    Tcp,
    Unix,
}

fn reason(error: &std::io::Error, kind: Kind) -> String {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, NotFound, PermissionDenied};
    let what = match (error.kind(), kind) {
        (AddrInUse, Kind::Tcp) => "the address is taken by another program; stop that one or choose another port",
        (AddrInUse, Kind::Unix) => {
            "something is there already; stop the program that listens there, remove the file or choose another path"
        }
        (PermissionDenied, Kind::Tcp) => "not permitted; choose a port above 1023",
        (PermissionDenied, Kind::Unix) => "not permitted; let this user write into the folder or choose another path",
        (NotFound, Kind::Unix) => "the folder does not exist; make it or choose another path",
        (AddrNotAvailable, _) => {
            "this machine does not have the address; choose one that it has, 127.0.0.1 for itself alone or 0.0.0.0 for all"
        }
        _ => return error.to_string(),
    };
    what.to_owned()
}

fn unix(address: &str, path: &str) -> Result<Bound, ListenError> {
    use std::os::unix::fs::FileTypeExt;
    let path = PathBuf::from(path);
    // What a killed process left behind is in the way; a live one holds the store's lock, so this is not its socket.
    if std::fs::symlink_metadata(&path).is_ok_and(|found| found.file_type().is_socket())
        && std::os::unix::net::UnixStream::connect(&path).is_err()
    {
        std::fs::remove_file(&path).map_err(|error| ListenError::new(address, reason(&error, Kind::Unix)))?;
    }
    let listener = tokio::net::UnixListener::bind(&path).map_err(|error| ListenError::new(address, reason(&error, Kind::Unix)))?;
    Ok(Bound::Unix(listener, SocketFile(path)))
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
            bound.push(Bound::Unix(tokio::net::UnixListener::from_std(listener).map_err(io)?, SocketFile(PathBuf::new())));
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
            Self::Unix(listener, _) => {
                let path = listener.local_addr().ok().and_then(|address| address.as_pathname().map(Path::to_owned));
                format!("unix:{}", path.unwrap_or_default().display())
            }
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
    async fn an_open_listener_wants_a_token() {
        let folder = tempfile::tempdir().unwrap();
        let unix = format!("unix:{}", folder.path().join("http.sock").display());
        let local = bind(&["127.0.0.1:0".to_owned(), unix]).await.unwrap();
        assert!(refuse_open(&local, false).is_ok() && refuse_open(&[], false).is_ok());
        let mut open = local;
        open.extend(bind(&["0.0.0.0:0".to_owned()]).await.unwrap());
        assert!(refuse_open(&open, true).is_ok());
        let error = refuse_open(&open, false).unwrap_err().to_string();
        assert!(error.starts_with("http.listen = \"0.0.0.0:") && error.contains("set [http] token"), "{error}");
    }

    #[test]
    fn remedies_fit_the_kind_of_the_address() {
        use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, NotFound, PermissionDenied};
        let check = |error: std::io::ErrorKind, kind: Kind, remedy: &str, not: &str| {
            let said = reason(&error.into(), kind);
            assert!(said.contains(remedy) && !said.contains(not), "{said}");
        };
        check(PermissionDenied, Kind::Tcp, "a port above 1023", "path");
        check(PermissionDenied, Kind::Unix, "another path", "port");
        check(AddrInUse, Kind::Tcp, "another port", "path");
        check(AddrInUse, Kind::Unix, "another path", "port");
        check(NotFound, Kind::Unix, "make it", "port");
        check(AddrNotAvailable, Kind::Tcp, "choose one that it has", "path");
    }

    #[tokio::test]
    async fn the_folder_of_a_socket_must_be_there() {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("unix:{}", folder.path().join("none/http.sock").display());
        let error = bind(&[address]).await.unwrap_err().to_string();
        assert!(error.ends_with("the folder does not exist; make it or choose another path"), "{error}");
    }

    #[tokio::test]
    async fn a_socket_left_by_a_killed_process_is_replaced_and_none_is_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let address = format!("unix:{}", path.display());
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists(), "as after a kill");
        let bound = bind(std::slice::from_ref(&address)).await.unwrap();
        assert!(path.exists() && bind(std::slice::from_ref(&address)).await.is_err(), "it is in use");
        assert_eq!(bound[0].address(), address);
        // One that a service manager hands over has a name, too.
        let handed = std::os::unix::net::UnixListener::bind(folder.path().join("handed.sock")).unwrap();
        handed.set_nonblocking(true).unwrap();
        let handed = Bound::Unix(tokio::net::UnixListener::from_std(handed).unwrap(), SocketFile(PathBuf::new()));
        assert_eq!(handed.address(), format!("unix:{}", folder.path().join("handed.sock").display()));
        drop(bound);
        assert!(!path.exists());
    }
}
