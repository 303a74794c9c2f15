//! HTTP: feeds, pages, OPML, health. Reads the shelf, writes nothing, redirects nowhere, fetches nothing. What hubs say is another
//! matter (`websub`), and so are the two forms that add and remove feeds (`manage`).
//!
//! A request passes: host (421), method (405), token (401), query (400), then the document is answered from memory as
//! long as the store did not move (304 where the reader has it), or made once and kept.

mod cache;
mod coding;
mod delta;
mod document;
mod door;
mod feeds;
mod manage;
mod pages;
mod refusal;
mod secure;
mod serve;
#[cfg(test)]
mod tests;
mod visit;
mod websub;
mod wishes;

use std::pin::Pin;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{any, get};
use jiff::Timestamp;

pub use door::Hosts;
pub use pages::Neighbours;
pub use serve::serve;
pub use websub::Desk;

use self::cache::Cache;
pub use self::cache::Version;
use self::document::Document;
use self::refusal::{Refusal, plain};
use self::secure::secure;
use self::visit::Visit;
use super::outputs::{Mistake, Output, Outputs};
use super::{Query, Shelf, opml};
use crate::clock::Clock;
use crate::config::{Config, Secret};

/// How long a reader need not ask again, where it needs a token. Short, since a poll that asks is answered with a 304 in no time.
const CLOSED: &str = "private, max-age=60";
const LIST_CACHE: &str = "private, no-cache";

/// Documents of feeds made at once.
const MAKING: usize = 4;

/// What the handlers share.
pub struct App<S> {
    shelf: S,
    clock: Clock,
    setup: RwLock<Arc<Setup>>,
    feeds: Cache,
    pages: pages::Pages,
    measures: OnceLock<Measures>,
}

/// Numbers for Prometheus as they are now, in the text format of OpenMetrics.
pub type Measures = Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, String>> + Send>> + Send + Sync>;

/// What comes from the configuration.
struct Setup {
    outputs: Outputs,
    token: Secret,
    config: Config,
    /// How often it was read: documents of before are old.
    generation: u64,
}

type Answer = Result<Response<Body>, Refusal>;

impl<S: Shelf> App<S> {
    /// The answers of `config` over `shelf`.
    ///
    /// # Errors
    /// What is wrong with an output or rule.
    pub fn new(shelf: S, config: &Config, clock: Clock) -> Result<Arc<Self>, Mistake> {
        let setup = RwLock::new(Arc::new(Setup::new(config, 0)?));
        let (feeds, pages, measures) = (Cache::new(MAKING), pages::Pages::new(), OnceLock::new());
        Ok(Arc::new(Self { shelf, clock, setup, feeds, pages, measures }))
    }

    /// Lets `/metrics` answer. Once; later calls change nothing.
    pub fn measure(&self, measures: Measures) {
        let _ = self.measures.set(measures);
    }

    /// Answers by `config` from now on. Answers under way end as they began.
    ///
    /// # Errors
    /// What is wrong with an output or rule; nothing was changed then.
    pub fn reload(&self, config: &Config) -> Result<(), Mistake> {
        let mut setup = self.setup.write().unwrap_or_else(PoisonError::into_inner);
        *setup = Arc::new(Setup::new(config, setup.generation + 1)?);
        Ok(())
    }

    /// What the documents are made from: while it stays, they do.
    ///
    /// # Errors
    /// What the shelf says.
    pub async fn version(&self) -> Result<Version, String> {
        let (setup, now) = (self.setup(), self.clock.now());
        let moment = setup.outputs.iter().find_map(|output| setup.outputs.moment(output, &Query::default(), now));
        self.version_at(&setup, moment).await
    }

    async fn version_at(&self, setup: &Setup, moment: Option<Timestamp>) -> Result<Version, String> {
        Ok(Version { change_seq: self.shelf.change_seq().await?, generation: setup.generation, moment })
    }

    /// The document at `key` of `cache`, made where the kept one is of another version. `moment`: of which time it is, where that decides.
    async fn kept(
        &self,
        (cache, key): (&Cache, String),
        (visit, moment): (&Visit, Option<Timestamp>),
        make: impl Future<Output = Result<Document, Refusal>> + Send,
    ) -> Result<Arc<Document>, Refusal> {
        let version = async || self.version_at(&visit.setup, moment).await.map_err(Refusal::store);
        if let Some(document) = cache.get(&key, version().await?) {
            return Ok(document);
        }
        let _turn = cache.turn(&key).await?;
        // Read before what it is made from: what changes meanwhile makes this document old, never a newer one missing.
        let version = version().await?;
        if let Some(document) = cache.get(&key, version) {
            return Ok(document);
        }
        Ok(cache.put(key, version, make.await?, visit.now))
    }

    fn setup(&self) -> Arc<Setup> {
        Arc::clone(&self.setup.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Setup {
    fn new(config: &Config, generation: u64) -> Result<Self, Mistake> {
        Ok(Self { outputs: Outputs::compile(config)?, token: config.http.token.clone(), config: config.clone(), generation })
    }

    /// Keys of pages that show entries of all feeds: where only `all` has a token, they must not tell what it hides.
    fn keys(&self) -> [&Secret; 1] {
        let all = self.outputs.get("all").map(|all| &all.token);
        [if self.token.is_empty() { all.unwrap_or(&self.token) } else { &self.token }]
    }

    /// Keys of one output: its own, and the one of the house.
    fn keys_of<'a>(&'a self, output: &'a Output) -> [&'a Secret; 2] {
        [&output.token, &self.token]
    }
}

/// The routes. `desk`: where hubs are received, if they can reach us; `hosts`: whose names a listener answers to; one router for each
/// kind of listener.
pub fn router<S: Shelf>(app: Arc<App<S>>, desk: Option<Arc<Desk>>, hosts: Hosts) -> Router {
    let routes = Router::new()
        .route("/", get(pages::front::<S>))
        .route("/feeds/{file}", get(feeds::feed::<S>))
        .route("/opml", get(subscriptions::<S>))
        .route("/stories/{id}", get(pages::story::<S>))
        .route("/entries/{id}", get(pages::entry::<S>))
        .route("/search", get(pages::search::<S>))
        .route("/manage/add", any(manage::add::<S>))
        .route("/manage/remove", any(manage::remove::<S>))
        .route("/style.css", get(pages::style::<S>))
        .route("/healthz", get(async || plain(StatusCode::OK, "ok")))
        .route("/readyz", get(ready::<S>))
        .route("/metrics", get(metrics::<S>))
        .fallback(async || plain(StatusCode::NOT_FOUND, "nothing here; the front page / lists what there is"))
        .method_not_allowed_fallback(async || plain(StatusCode::METHOD_NOT_ALLOWED, "only GET and HEAD"))
        .with_state(app);
    let routes = match desk {
        Some(desk) => routes.merge(websub::routes(desk)),
        None => routes,
    };
    routes.layer(from_fn_with_state(Arc::new(hosts), guard))
}

/// Refuses requests that mean another host, and puts the headers of every answer on this one.
async fn guard(State(hosts): State<Arc<Hosts>>, request: Request, next: Next) -> Response<Body> {
    let response = if hosts.meant(request.headers(), request.uri()) {
        next.run(request).await
    } else {
        plain(
            StatusCode::MISDIRECTED_REQUEST,
            "this host name is not ours; http.public_url in the configuration names a further one",
        )
    };
    secure(response)
}

async fn subscriptions<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit) -> Answer {
    let mut list = app.shelf.subscriptions().await.map_err(Refusal::store)?;
    opml::declare(&mut list, visit.setup.config.declared());
    Ok(visit.answer(&Document::new("text/x-opml; charset=utf-8", LIST_CACHE, opml::write(&list))).await)
}

/// What is wrong is told only to those who may see the rest.
async fn ready<S: Shelf>(State(app): State<Arc<App<S>>>, uri: Uri, headers: HeaderMap) -> Response<Body> {
    let visit = Visit::of(&app, uri, headers);
    match app.shelf.ready().await {
        Ok(()) => plain(StatusCode::OK, "ready"),
        Err(why) if visit.opens(&visit.setup.keys()) => plain(StatusCode::SERVICE_UNAVAILABLE, format!("not ready: {why}")),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    }
}

async fn metrics<S: Shelf>(State(app): State<Arc<App<S>>>, visit: Visit) -> Answer {
    let measures = app.measures.get().ok_or_else(|| Refusal::missing("nothing is measured here"))?;
    let text = measures().await.map_err(Refusal::store)?;
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(visit.answer(&Document::new(kind, LIST_CACHE, text.into_bytes())).await)
}
