//! A server for tests that speaks TLS and HTTP/2, with certificates of its own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use rcgen::{CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{HandshakeKind, ServerConfig, SupportedProtocolVersion};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio_rustls::TlsAcceptor;
use url::Url;

/// An issuer of certificates.
pub(super) struct Issuer(CertifiedIssuer<'static, KeyPair>);

impl Issuer {
    pub(super) fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed"))
    }

    pub(super) fn root(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    pub(super) fn certificate(&self, names: &[&str]) -> Certificate {
        self.sign(CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).expect("names"))
    }

    /// Of the year 2020.
    pub(super) fn expired(&self, names: &[&str]) -> Certificate {
        let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).expect("names");
        (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2020, 12, 24));
        self.sign(params)
    }

    fn sign(&self, params: CertificateParams) -> Certificate {
        let key = KeyPair::generate().expect("a key");
        let chain = vec![params.signed_by(&key, &self.0).expect("signed").der().clone()];
        Certificate { chain, key: PrivatePkcs8KeyDer::from(key.serialize_der()).into() }
    }
}

pub(super) struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

/// What happened, in order.
#[derive(Default)]
struct Log {
    handshakes: Vec<HandshakeKind>,
    /// Version, host as the request names it, path.
    requests: Vec<String>,
    open: usize,
}

pub(super) struct TlsServer {
    address: SocketAddr,
    log: Arc<Mutex<Log>>,
    hang_up: watch::Sender<()>,
    task: AbortHandle,
}

impl TlsServer {
    /// Offers these protocols, and answers every request with a line of text.
    pub(super) async fn start(certificate: Certificate, protocols: &[&str], tls: &'static SupportedProtocolVersion) -> Self {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ServerConfig::builder_with_provider(provider).with_protocol_versions(&[tls]).expect("a version");
        let mut config =
            builder.with_no_client_auth().with_single_cert(certificate.chain, certificate.key).expect("a good certificate");
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let log = Arc::new(Mutex::new(Log::default()));
        let (hang_up, told) = watch::channel(());
        let (shared, router) = (Arc::clone(&log), Router::new().fallback(answer).with_state(Arc::clone(&log)));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, acceptor.clone(), router.clone(), Arc::clone(&shared), told.clone()));
            }
        });
        Self { address, log, hang_up, task: task.abort_handle() }
    }

    pub(super) fn url(&self, host: &str, path: &str) -> Url {
        Url::parse(&format!("https://{host}:{}{path}", self.address.port())).expect("an address")
    }

    pub(super) fn handshakes(&self) -> Vec<HandshakeKind> {
        self.log.lock().expect("not poisoned").handshakes.clone()
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.log.lock().expect("not poisoned").requests.clone()
    }

    /// Closes the connections that are open, as servers do with idle ones, and waits until they are closed.
    pub(super) async fn hang_up(&self) {
        self.hang_up.send_replace(());
        let closed = async {
            while self.log.lock().expect("not poisoned").open > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), closed).await.expect("all connections closed");
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(stream: TcpStream, acceptor: TlsAcceptor, router: Router, log: Arc<Mutex<Log>>, mut hang_up: watch::Receiver<()>) {
    hang_up.mark_unchanged();
    let Ok(stream) = acceptor.accept(stream).await else { return };
    {
        let mut log = log.lock().expect("not poisoned");
        log.handshakes.extend(stream.get_ref().1.handshake_kind());
        log.open += 1;
    }
    {
        let builder = Builder::new(TokioExecutor::new());
        let mut connection = std::pin::pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(router)));
        tokio::select! {
            _ = connection.as_mut() => {}
            _ = hang_up.changed() => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }
    log.lock().expect("not poisoned").open -= 1;
}

async fn answer(State(log): State<Arc<Mutex<Log>>>, request: Request) -> &'static str {
    let by_header = request.headers().get("host").and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(|authority| authority.as_str()).or(by_header).unwrap_or("no host");
    let line = format!("{:?} {host} {}", request.version(), request.uri().path());
    log.lock().expect("not poisoned").requests.push(line);
    "<rss/>"
}
