//! The HTTP client: how it is built, how long connecting and the first byte may take.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use rustls::ClientConfig;
use tokio::time::Instant;
use tower::{Layer, Service};
use url::Url;

use super::errors::{explain, last_words};
use super::resolver::Resolver;
use super::route;
use super::sockets::{IDLE_FOR, IDLE_PER_HOST};
use crate::model::{FetchError, Stage};

/// What one HTTP/2 stream and one connection may send unasked: it lies outside `fetch.memory`.
const STREAM_WINDOW: u32 = 256 << 10;
const CONNECTION_WINDOW: u32 = 1 << 20;

/// For a connection that outlives the request it was opened for (the request found an idle one meanwhile).
const ORPHAN_CONNECT: Duration = Duration::from_secs(60);

/// The one client, in two copies that differ in what they keep.
pub(super) struct Clients {
    /// Keeps connections for the next request.
    pub(super) keeping: reqwest::Client,
    /// Closes each connection after its request.
    pub(super) closing: reqwest::Client,
}

impl Clients {
    /// # Errors
    /// One line: a proxy address that cannot be used.
    pub(super) fn new(user_agent: &str, proxy: Option<&Url>, names: &Resolver, tls: &ClientConfig) -> Result<Self, String> {
        let client = |idle| client(user_agent, proxy, names.clone(), tls.clone(), idle);
        Ok(Self { keeping: client(IDLE_PER_HOST)?, closing: client(0)? })
    }
}

/// No redirects, cookies, referer, retries or decoding of its own, no proxy from the environment.
fn client(
    user_agent: &str,
    proxy: Option<&Url>,
    names: Resolver,
    tls: ClientConfig,
    idle_per_host: usize,
) -> Result<reqwest::Client, String> {
    let builder = reqwest::Client::builder()
        .user_agent(user_agent)
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .dns_resolver(names)
        .connector_layer(PaceLayer)
        .pool_max_idle_per_host(idle_per_host)
        .pool_idle_timeout(IDLE_FOR)
        .http2_initial_stream_window_size(STREAM_WINDOW)
        .http2_initial_connection_window_size(CONNECTION_WINDOW)
        // a feed behind a sloppy server is still a feed; as a client we have no second parser to disagree with
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true);
    let builder = match proxy {
        Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy.clone()).map_err(|error| last_words(&error.without_url()))?),
        None => builder,
    };
    builder.build().map_err(|error| last_words(&error.without_url()))
}

/// Sends `request` and waits for the head of the answer: at most `step` for the connection, and `step` again from there.
///
/// # Errors
/// As [`FetchError`] says; the text names host and port, never path, query or credentials.
pub(super) async fn head(
    client: &reqwest::Client,
    request: reqwest::Request,
    step: Duration,
) -> Result<reqwest::Response, FetchError> {
    let url = request.url().clone();
    let pace = Arc::new(Pace::new(step));
    let sending = PACE.scope(Arc::clone(&pace), client.execute(request));
    tokio::pin!(sending);
    loop {
        let (stage, deadline) = pace.present();
        tokio::select! {
            biased;
            answer = &mut sending => return answer.map_err(|error| explain(error, &url, step, route::machine)),
            () = tokio::time::sleep_until(deadline) => {
                // connecting may have ended meanwhile, and the next stage has its own time
                if pace.present() == (stage, deadline) {
                    return Err(FetchError::Timeout { stage, after: step });
                }
            }
        }
    }
}

tokio::task_local! {
    /// Of the request that this task sends: the connector is told nothing but an address.
    static PACE: Arc<Pace>;
}

/// What a request waits for now, and until when.
struct Pace {
    step: Duration,
    present: Mutex<(Stage, Instant)>,
}

impl Pace {
    fn new(step: Duration) -> Self {
        Self { step, present: Mutex::new((Stage::FirstByte, Instant::now() + step)) }
    }

    fn present(&self) -> (Stage, Instant) {
        *self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, stage: Stage) {
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = (stage, Instant::now() + self.step);
    }
}

/// Tells [`Pace`] when connecting begins and ends. The client has one connect timeout for all, but feeds have each their own, and
/// a silent server has to be let go one `step` after it was reached.
#[derive(Clone)]
struct PaceLayer;

impl<S> Layer<S> for PaceLayer {
    type Service = Paced<S>;

    fn layer(&self, inner: S) -> Paced<S> {
        Paced(inner)
    }
}

#[derive(Clone)]
struct Paced<S>(S);

type BoxError = Box<dyn Error + Send + Sync>;

impl<S, R> Service<R> for Paced<S>
where
    S: Service<R, Error = BoxError>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, target: R) -> Self::Future {
        let pace = PACE.try_with(Arc::clone).ok();
        let connecting = self.0.call(target);
        Box::pin(async move {
            if let Some(pace) = &pace {
                pace.enter(Stage::Connect);
            }
            let limit = pace.as_ref().map_or(ORPHAN_CONNECT, |pace| pace.step);
            let connected = tokio::time::timeout(limit, connecting).await.map_err(|_| BoxError::from(ConnectTimeout))?;
            if let Some(pace) = &pace {
                pace.enter(Stage::FirstByte);
            }
            connected
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no connection in time")]
pub(super) struct ConnectTimeout;
