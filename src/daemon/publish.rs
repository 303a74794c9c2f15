//! What goes out by itself: outputs as files (`http.export_dir`), and a word to the hub that they changed (`http.hub`, WebSub).

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::Http;
use crate::exporter::files::{self, Written};
use crate::exporter::http::App;
use crate::fetcher::Fetcher;
use crate::model::{Hash128, Limits};
use crate::store::Store;

/// How often it is looked whether something changed: what a round of polls brings goes out together.
const LOOK: Duration = Duration::from_secs(10);

/// The hub is told at most so often; after a failure it waits as long, then longer.
const TELL: Duration = Duration::from_secs(60);

/// Longest wait after failures of the hub, ...
const MAX_WAIT: Duration = Duration::from_hours(6);

/// ... and of our own disk: nobody else is bothered, and readers of the files wait for what is new.
const MAX_WAIT_FOR_DISK: Duration = Duration::from_mins(5);

/// Redirects on the way to the hub.
const HOPS: u8 = 3;

/// Time for the hub to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// Writes the files once. Outputs with a token are left out: a static server would not ask for it.
///
/// # Errors
/// What the store or the disk says.
pub async fn export(app: &App<Store>, folder: &Path) -> Result<usize, String> {
    let documents = app.documents().await?;
    write(folder, documents).await
}

async fn write(folder: &Path, documents: Vec<Written>) -> Result<usize, String> {
    let folder = folder.to_owned();
    tokio::task::spawn_blocking(move || files::write(&folder, &documents)).await.map_err(|error| error.to_string())?
}

/// Watches the outputs until `stop`, if there is anybody to publish them to.
pub(super) async fn publish(app: Arc<App<Store>>, fetcher: Fetcher, http: Http, stop: CancellationToken) {
    let hub = Url::parse(&http.hub).ok();
    if hub.is_none() && http.export_dir.as_os_str().is_empty() {
        return;
    }
    let mut seen = None;
    let mut hashes: HashMap<String, Hash128> = HashMap::new();
    let mut news = News::default();
    let mut files = Pace::default();
    while stop.run_until_cancelled(tokio::time::sleep(LOOK)).await.is_some() {
        let version = app.version().await.ok();
        if version.is_some() && version != seen && files.is_due() {
            let written = round(&app, &http, &mut hashes, &mut news).await;
            if let Err(error) = &written {
                tracing::warn!("The outputs could not be published: {error}");
            } else {
                seen = version;
            }
            files.ended(written.is_ok(), Duration::ZERO, MAX_WAIT_FOR_DISK);
        }
        if let Some(hub) = hub.as_ref().filter(|_| news.is_due()) {
            let told = fetcher.post(hub, &news.form(), Limits { hops: HOPS, body_bytes: 0, step: ANSWER, total: ANSWER }).await;
            if let Err(error) = &told {
                tracing::warn!("The hub {hub} was not told of changes: {error}");
            }
            news.ended(told.is_ok());
        }
    }
}

/// Notes which documents are others than the last time, and writes the files.
async fn round(app: &App<Store>, http: &Http, hashes: &mut HashMap<String, Hash128>, news: &mut News) -> Result<(), String> {
    let documents = app.documents().await?;
    let base = http.public_url.trim_end_matches('/');
    // Before the files: a disk that is full is no reason not to tell the hub.
    for document in &documents {
        let hash = Hash128::of(&document.bytes);
        if hashes.insert(document.path.clone(), hash) != Some(hash) {
            news.topics.insert(format!("{base}/{}", document.path));
        }
    }
    if !http.export_dir.as_os_str().is_empty() {
        write(&http.export_dir, documents).await?;
    }
    Ok(())
}

/// How long something is left alone after it was done, in looks; ever longer while it fails.
#[derive(Debug, Default)]
struct Pace {
    waited: u32,
    wait: u32,
}

impl Pace {
    /// Whether enough time has passed. Counts one look.
    fn is_due(&mut self) -> bool {
        self.waited = self.waited.saturating_add(1);
        self.waited > self.wait
    }

    fn ended(&mut self, well: bool, rest: Duration, longest: Duration) {
        let (least, most) = (looks(TELL), looks(longest));
        self.waited = 0;
        self.wait = if well { looks(rest) } else { self.wait.saturating_mul(2).clamp(least, most) };
    }
}

/// What the hub has to be told.
#[derive(Debug, Default)]
struct News {
    topics: HashSet<String>,
    pace: Pace,
}

impl News {
    /// Whether there is something to tell and enough time has passed. Counts one look.
    fn is_due(&mut self) -> bool {
        self.pace.is_due() && !self.topics.is_empty()
    }

    /// One request tells of all of them: hubs take `hub.url` several times (PubSubHubbub 0.4 section 7.1; W3C WebSub leaves the shape open).
    fn form(&self) -> Vec<(&str, &str)> {
        let mut topics: Vec<&str> = self.topics.iter().map(String::as_str).collect();
        topics.sort_unstable();
        std::iter::once(("hub.mode", "publish")).chain(topics.into_iter().map(|topic| ("hub.url", topic))).collect()
    }

    fn ended(&mut self, well: bool) {
        self.pace.ended(well, TELL, MAX_WAIT);
        if well {
            self.topics.clear();
        }
    }
}

fn looks(wait: Duration) -> u32 {
    u32::try_from(wait.as_secs() / LOOK.as_secs()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Looks until it is due.
    fn looks_until_due(news: &mut News) -> u32 {
        (1..10_000).find(|_| news.is_due()).unwrap()
    }

    #[test]
    fn the_hub_is_told_at_once_then_not_more_often_than_it_likes() {
        let mut news = News::default();
        assert!(!news.is_due(), "nothing to tell");
        news.topics.insert("b".to_owned());
        assert_eq!(looks_until_due(&mut news), 1);
        news.topics.insert("a".to_owned());
        assert_eq!(news.form(), [("hub.mode", "publish"), ("hub.url", "a"), ("hub.url", "b")]);
        news.ended(true);
        assert!(news.topics.is_empty());
        news.topics.insert("a".to_owned());
        assert_eq!(looks_until_due(&mut news), 7, "after a minute");
    }

    #[test]
    fn a_disk_that_was_full_for_a_day_is_tried_within_minutes() {
        let mut files = Pace::default();
        for _ in 0..20 {
            files.ended(false, Duration::ZERO, MAX_WAIT_FOR_DISK);
        }
        assert_eq!(files.wait, looks(MAX_WAIT_FOR_DISK));
        files.ended(true, Duration::ZERO, MAX_WAIT_FOR_DISK);
        assert!(files.is_due());
    }

    #[test]
    fn a_hub_that_fails_is_asked_ever_more_seldom_and_nothing_is_forgotten() {
        let mut news = News::default();
        news.topics.insert("a".to_owned());
        for expected in [1, 7, 13, 25, 49] {
            assert_eq!(looks_until_due(&mut news), expected);
            news.ended(false);
        }
        for _ in 0..20 {
            news.ended(false);
        }
        assert_eq!(news.pace.wait, looks(MAX_WAIT));
        assert_eq!(news.form(), [("hub.mode", "publish"), ("hub.url", "a")]);
    }
}
