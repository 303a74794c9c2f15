//! Configuration to running program: builds every part in the order of the data flow, and stops them in reverse.
//! `run`, `demo` and the end-to-end tests start exactly this.

mod answers;
pub mod doctor;
pub mod hooks;
mod metrics;
pub mod publish;
pub mod related;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use answers::Answers;
use metrics::Metrics;

use crate::clock::Clock;
use crate::config::{Config, Dedup, Difference, Http};
use crate::deduplicator::folding::Folding;
use crate::exporter::Mistake;
use crate::exporter::http::{self, App, Desk, Hosts};
use crate::fetcher::{Fetcher, FetcherError};
use crate::model::{FeedId, FeedSpec, Folder};
use crate::ops::listen::{self, Bound, ListenError};
use crate::ops::{control, descriptors, notify};
use crate::scheduler::{Events, Reload, Scheduler, Summary};
use crate::store::{InstanceLock, Store, StoreError};
use hooks::Hooks;

/// Answers under way get this long to end when the daemon stops.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Why the daemon did not start.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A listener.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The way out.
    #[error(transparent)]
    Fetcher(#[from] FetcherError),
    /// An output or rule.
    #[error("{0}")]
    Output(#[from] Mistake),
}

/// What a daemon is built from.
pub struct Parts<'a> {
    /// The configuration as it holds.
    pub config: Config,
    /// Its feeds.
    pub feeds: Vec<FeedSpec>,
    /// The SQLite file.
    pub store: &'a Path,
    /// Where `status` and `health` are answered; `None`: nowhere.
    pub control_socket: Option<&'a Path>,
    /// Wall time.
    pub clock: Clock,
    /// Who wants to know what happens.
    pub events: Events,
}

/// The store with this process as its only instance, its configured feeds written, and the way out.
pub struct Base {
    /// The store.
    pub store: Store,
    /// The way out.
    pub fetcher: Fetcher,
    /// Configured feeds by number.
    pub specs: HashMap<FeedId, FeedSpec>,
    /// Held as long as the process works on the store.
    pub lock: InstanceLock,
}

impl Base {
    /// Opens the locked store, writes the configured feeds into it, opens the way out.
    ///
    /// # Errors
    /// When the store does not open, or `[fetch]` cannot be followed.
    pub async fn open(
        lock: InstanceLock,
        config: &Config,
        feeds: Vec<FeedSpec>,
        path: &Path,
        clock: &Clock,
    ) -> Result<Self, DaemonError> {
        let limit = descriptors::limit();
        let fetcher = Fetcher::within(descriptors::share(limit, config.http.listen.len()).outgoing, &config.fetch, clock.clone())?;
        if fetcher.at_once() < config.poll.concurrency {
            let (at_once, wanted) = (fetcher.at_once(), config.poll.concurrency);
            tracing::warn!(
                "At most {at_once} polls and scrapes at once, not poll.concurrency = {wanted}: this process may open {limit} files"
            );
        }
        let store = Store::open(path, folder(&config.dedup))?;
        let ids = store.put_feeds(clock.now(), feeds.clone()).await?;
        let specs = ids.into_iter().zip(feeds).collect();
        Ok(Self { store, fetcher, specs, lock })
    }
}

/// What decides about stories, as the configuration wants it.
pub fn folder(dedup: &Dedup) -> Box<dyn Folder> {
    Box::new(Folding::new(dedup.near, dedup.window, usize::try_from(dedup.memory).unwrap_or(usize::MAX)))
}

/// A question on the control socket about the configuration file.
pub struct Asked {
    /// Which.
    pub what: Question,
    /// What stood behind it: what whoever asks takes its configuration from, if it is said.
    pub given: String,
    /// Where the answer goes: a [`Difference`], or `{"error", "exit"}`.
    pub answer: oneshot::Sender<serde_json::Value>,
}

/// What may be asked about the configuration file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What a reload would change.
    Plan,
    /// To let it hold.
    Reload,
}

/// A daemon at work.
pub struct Daemon {
    /// Where it listens, as `http://ADDRESS` or `unix:PATH`.
    pub addresses: Vec<String>,
    /// Its store.
    pub store: Store,
    /// What only whoever holds the configuration can answer.
    pub asked: mpsc::Receiver<Asked>,
    /// Cancelled when the scheduler has ended: before `stop` that is a defect, and nothing is polled any more.
    pub scheduler_ended: CancellationToken,
    control_socket: Option<PathBuf>,
    app: Arc<App<Store>>,
    /// With the listeners that are bound.
    http: Http,
    started_with: Config,
    feeds: Vec<FeedSpec>,
    reloads: mpsc::Sender<Reload>,
    hooks: watch::Sender<Arc<Hooks>>,
    stop: CancellationToken,
    stop_serving: CancellationToken,
    scheduler: JoinHandle<Summary>,
    servers: Vec<JoinHandle<()>>,
    _lock: InstanceLock,
}

impl Daemon {
    /// Binds the listeners, opens the store, starts to serve and to poll. Nothing is changed when something fails
    /// before that.
    ///
    /// # Errors
    /// Names what could not be bound or opened.
    pub async fn start(parts: Parts<'_>) -> Result<Self, DaemonError> {
        let Parts { mut config, feeds, store: store_path, control_socket, clock, events } = parts;
        let lock = Store::lock(store_path)?;
        let bound = listen::bind(&config.http.listen).await?;
        listen::refuse_open(&bound, !config.http.token.is_empty())?;
        let Base { store, fetcher, specs, lock } = Base::open(lock, &config, feeds.clone(), store_path, &clock).await?;
        let started_with = config.clone();
        let addresses: Vec<String> = bound.iter().map(Bound::address).collect();
        // Self links name the ports that were really given, not `:0`.
        config.http.listen = bound.iter().map(Bound::listen).collect();

        let (hooks, hooks_now) = watch::channel(Arc::new(Hooks::put(&store, &config).await?));
        let stop = CancellationToken::new();
        let stop_serving = CancellationToken::new();
        let app = App::new(store.clone(), &config, clock.clone())?;
        let shelf = store.clone();
        app.relate(Box::new(move |story| {
            let shelf = shelf.clone();
            Box::pin(async move { related::related(&shelf, story).await.map_err(|error| error.to_string()) })
        }));
        let metrics = Arc::new(Metrics::new());
        let (measured, shelf, reading) = (Arc::clone(&metrics), store.clone(), clock.clone());
        app.measure(Box::new(move || {
            let (metrics, shelf, now) = (Arc::clone(&measured), shelf.clone(), reading.now());
            Box::pin(async move { metrics.text(&shelf, now).await })
        }));
        let counted = Arc::clone(&metrics);
        let events = events.counted_by(move |event| counted.count(event));
        let counting = |routes: Router| routes.layer(from_fn_with_state(Arc::clone(&metrics), metrics::answered));
        let (desk, pushes) = Desk::new(store.clone(), &config, clock.clone());
        let sockets: Vec<_> = bound.iter().filter_map(Bound::socket).collect();
        let readers = descriptors::share(descriptors::limit(), bound.len()).readers;
        let mut servers = Vec::new();
        for listener in bound {
            let stop = stop_serving.clone();
            servers.push(match listener {
                Bound::Tcp(tcp) => {
                    let routes = http::router(app.clone(), desk.clone(), Hosts::of(&config.http, &sockets));
                    tokio::spawn(http::serve(tcp, counting(routes), readers, stop))
                }
                Bound::Unix(unix, file) => {
                    let routes = http::router(app.clone(), desk.clone(), Hosts::any());
                    let serving = http::serve(unix, counting(routes), readers, stop);
                    tokio::spawn(async move {
                        serving.await;
                        drop(file);
                    })
                }
            });
        }

        let scheduler_ended = CancellationToken::new();
        let (beat, beats) = watch::channel(0);
        let (asks, asked) = mpsc::channel(1);
        if let Some(path) = control_socket {
            match control::bind(path) {
                Ok(listener) => {
                    let answers = Answers {
                        store: store.clone(),
                        path: store_path.to_owned(),
                        addresses: addresses.clone(),
                        hooks: hooks_now.clone(),
                        clock: clock.clone(),
                        scheduler_ended: scheduler_ended.clone(),
                        asks,
                    };
                    servers.push(tokio::spawn(answers.serve(listener, stop_serving.clone())));
                }
                Err(error) => tracing::warn!("no control socket at {}, `status` and `health` cannot ask: {error}", path.display()),
            }
        }
        servers.push(tokio::spawn(notify::feed_watchdog(store.clone(), beats, stop_serving.clone())));
        servers.push(tokio::spawn(notify::tell_status(store.clone(), stop_serving.clone())));
        let (reloads, reloaded) = mpsc::channel(1);
        let http = config.http.clone();
        servers.push(tokio::spawn(publish::publish(Arc::clone(&app), fetcher.clone(), http.clone(), stop_serving.clone())));
        let work = hooks::Work { store: store.clone(), fetcher: fetcher.clone(), clock: clock.clone() };
        servers.push(tokio::spawn(hooks::deliver(work, hooks_now, stop_serving.clone())));
        let scheduler = Scheduler::new(store.clone(), fetcher, clock, config, specs, events);
        let work = scheduler.run(stop.clone(), beat, reloaded, pushes);
        let ended = scheduler_ended.clone().drop_guard();
        let scheduler = tokio::spawn(async move {
            let _ended = ended; // also when it panics
            work.await
        });
        let control_socket = control_socket.map(Path::to_owned);
        Ok(Self {
            addresses,
            store,
            asked,
            scheduler_ended,
            control_socket,
            app,
            http,
            started_with,
            feeds,
            reloads,
            hooks,
            stop,
            stop_serving,
            scheduler,
            servers,
            _lock: lock,
        })
    }

    /// Lets the feeds, limits, outputs, rules and hooks of another configuration hold from now on: no feed is polled early, and what is in
    /// flight ends as it began. Says what changed.
    ///
    /// # Errors
    /// What the store says, or what is wrong with an output, rule or hook; the feeds are as they were then.
    pub async fn reload(&mut self, config: Config, feeds: Vec<FeedSpec>) -> Result<Difference, DaemonError> {
        let difference = self.difference(&config, &feeds);
        let as_bound = Config { http: self.http.clone(), ..config.clone() };
        self.app.reload(&as_bound)?;
        (self.started_with.outputs, self.started_with.rules) = (config.outputs.clone(), config.rules.clone());
        let limits = (config.poll.clone(), config.scrape.clone(), config.retention.clone(), config.run.clone());
        let (done, answer) = oneshot::channel();
        // A scheduler that has ended is told by `scheduler_ended`.
        let _ = self.reloads.send(Reload { config, feeds: feeds.clone(), done }).await;
        answer.await.unwrap_or(Err(StoreError::Closed))?;
        self.feeds = feeds;
        let now = &mut self.started_with;
        (now.poll, now.scrape, now.retention, now.run) = limits;
        self.hooks.send_replace(Arc::new(Hooks::put(&self.store, &as_bound).await?));
        self.started_with.hooks = as_bound.hooks;
        Ok(difference)
    }

    /// What another configuration would change.
    pub fn difference(&self, config: &Config, feeds: &[FeedSpec]) -> Difference {
        Difference::between((&self.started_with, &self.feeds), (config, feeds))
    }

    /// Stops in order: no new polls, what is in flight gets `run.drain`, the listeners close, the store commits and
    /// closes. Gives what the scheduler did.
    pub async fn stop(self) -> Summary {
        let Self { store, control_socket, stop, stop_serving, scheduler, servers, .. } = self;
        stop.cancel();
        let summary = scheduler.await.unwrap_or_else(|error| {
            tracing::error!("the scheduler ended with a defect of feedmux, please report it: {error}");
            Summary::default()
        });
        stop_serving.cancel();
        // Each ends by itself on the token; a reader that does not take its answer must not keep the store from closing.
        let ended = async {
            for server in servers {
                let _ = server.await;
            }
        };
        if tokio::time::timeout(LAST_ANSWERS, ended).await.is_err() {
            tracing::debug!("an answer was cut short");
        }
        if let Some(path) = control_socket {
            let _ = std::fs::remove_file(path); // what is left behind is replaced at the next start
        }
        store.close().await;
        summary
    }
}
