//! What the daemon answers on its control socket.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;

use super::hooks::Hooks;
use super::{Asked, Question};
use crate::clock::{self, Clock};
use crate::model::FeedRow;
use crate::ops::control;
use crate::store::{Store, StoreError};

/// Feeds in trouble that `status` tells of; `feed list --failing` has them all.
const TROUBLE_TOLD: usize = 10;

/// The writer answers so soon when it is well. It waits longer for a lock of others than whoever asks for its health does.
const WRITER_ANSWERS: Duration = Duration::from_secs(4);

/// Who answers.
pub(super) struct Answers {
    pub(super) store: Store,
    /// The SQLite file.
    pub(super) path: PathBuf,
    /// Where it listens.
    pub(super) addresses: Vec<String>,
    pub(super) hooks: watch::Receiver<Arc<Hooks>>,
    pub(super) clock: Clock,
    pub(super) scheduler_ended: CancellationToken,
    /// To who holds the configuration.
    pub(super) asks: mpsc::Sender<Asked>,
}

impl Answers {
    /// Answers until `stop`.
    pub(super) async fn serve(self, listener: tokio::net::UnixListener, stop: CancellationToken) {
        let since = self.clock.now();
        control::serve(listener, stop, async |question| match question.split_once(' ').map_or(&*question, |(word, _)| word) {
            "status" => self.status(since).await.unwrap_or_else(|error| json!({ "error": error.to_string() })),
            "health" if self.scheduler_ended.is_cancelled() => {
                json!({ "ok": false, "error": "nothing is polled any more; restart feedmux and report it" })
            }
            "health" => health(&self.store, self.clock.now()).await,
            "plan" => self.ask(Question::Plan, &question).await,
            "reload" => self.ask(Question::Reload, &question).await,
            _ => json!({ "error": "understood: status, health, plan, reload" }),
        })
        .await;
    }

    async fn ask(&self, what: Question, question: &str) -> serde_json::Value {
        let given = question.split_once(' ').map_or_else(String::new, |(_, given)| given.to_owned());
        let (answer, answered) = oneshot::channel();
        let nobody = || json!({ "error": "this daemon has no configuration file to read again" });
        match self.asks.send(Asked { what, given, answer }).await {
            Ok(()) => answered.await.unwrap_or_else(|_| nobody()),
            Err(_) => nobody(),
        }
    }

    async fn status(&self, since: Timestamp) -> Result<serde_json::Value, StoreError> {
        let (store, now) = (&self.store, self.clock.now());
        let feeds: Vec<_> = store.feeds().await?.into_iter().filter(|feed| feed.subscribed).collect();
        let in_trouble: Vec<&FeedRow> = feeds.iter().filter(|feed| feed.state.is_trouble()).collect();
        let told = in_trouble
            .iter()
            .take(TROUBLE_TOLD)
            .map(|feed| format!("{}: {}", feed.url, feed.last_error.as_deref().unwrap_or("gone")));
        let stats = store.stats().await?;
        let trouble = store.trouble();
        let hooks = Arc::clone(&self.hooks.borrow());
        let hooks = hooks.report(store).await?;
        Ok(json!({
            "version": env!("CARGO_PKG_VERSION"),
            "pid": std::process::id(),
            "running_since": since,
            "store": self.path,
            "listening_on": self.addresses,
            "feeds": feeds.len(),
            "feeds_in_trouble": in_trouble.len(),
            "trouble": told.collect::<Vec<_>>(),
            "entries": stats.entries.values().sum::<u64>(),
            "entries_waiting_for_pages": stats.entries.get("pending").copied().unwrap_or(0),
            "pages_won": stats.articles.get("won").copied().unwrap_or(0),
            "pages_failed": stats.articles.get("failed").copied().unwrap_or(0),
            "stories": stats.stories,
            "stories_folded": stats.folded_stories,
            "store_bytes": stats.bytes,
            "store_error": trouble.as_ref().map(|trouble| trouble.error.to_string()),
            "store_error_since": trouble.as_ref().map(|trouble| before(now, trouble.since)),
            "store_writes_failed": trouble.as_ref().map_or(0, |trouble| trouble.failed),
            "hooks": hooks,
            "next_poll_at": feeds.iter().filter_map(|feed| feed.next_poll_at).min(),
        }))
    }
}

/// Whether entries can be stored. A full disk refuses them and may still take an empty transaction, so the writer is asked for both.
async fn health(store: &Store, now: Timestamp) -> serde_json::Value {
    if let Some(trouble) = store.trouble() {
        let since = before(now, trouble.since);
        return json!({ "ok": false, "error": format!("{} (since {since})", trouble.error), "since": since });
    }
    match tokio::time::timeout(WRITER_ANSWERS, store.ping_writer()).await {
        Ok(Ok(())) => json!({ "ok": true }),
        Ok(Err(error)) => json!({ "ok": false, "error": error.to_string() }),
        Err(_) => {
            json!({ "ok": false, "error": "the store does not take anything at the moment; is it locked by another process?" })
        }
    }
}

/// Whole milliseconds, as all times that are told.
fn before(now: Timestamp, ago: Duration) -> Timestamp {
    clock::before(now, Duration::from_millis(u64::try_from(ago.as_millis()).unwrap_or(u64::MAX)))
}
