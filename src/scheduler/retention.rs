//! When retention walks over the store, in which steps, and what holds for which feed.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Scheduler;
use super::work::Settings;
use crate::clock::between;
use crate::config;
use crate::model::units::mib;
use crate::model::{FeedId, FeedRow, Keep, Retention, Sweep};
use crate::store::StoreError;

/// The first walk begins so soon after a start, and after one that a full disk ended, ...
const FIRST: Duration = Duration::from_mins(1);
/// ... a walk so long after the end of the one before, ...
const EVERY: Duration = Duration::from_hours(1);
/// ... a step so long after the one before that removed something, ...
const AFTER_REMOVAL: Duration = Duration::from_millis(500);
/// ... or only looked.
const AFTER_LOOK: Duration = Duration::from_millis(100);
/// Entries that one step removes: it must not make polls wait for long.
const STEP: usize = 50;
/// A clock that was set ahead by mistake must not let everything expire before anybody notices.
const AFTER_JUMP: Duration = Duration::from_hours(24);

/// How far it is.
pub(super) struct Walk {
    /// When the next step is due.
    pub(super) next: Instant,
    at: Sweep,
    keep: Option<Arc<Retention>>,
    removed: u64,
}

impl Walk {
    pub(super) fn new(now: Instant) -> Self {
        Self { next: now + FIRST, at: Sweep::default(), keep: None, removed: 0 }
    }

    /// The clock was set.
    pub(super) fn jumped(&mut self, now: Instant) {
        self.next = self.next.max(now + AFTER_JUMP);
    }
}

impl Scheduler {
    /// Removes some of what retention does not keep. Says whether the walk over the store is over.
    pub(super) async fn expire(&mut self) -> bool {
        let (is_over, pause) = match self.step_of_retention().await {
            Ok(pause) => (pause.is_none(), pause.unwrap_or(EVERY)),
            // That is told already. Soon after it is over there is room to make, or the disk is full again first.
            Err(_) if self.cannot_store() => (true, FIRST),
            Err(error) => {
                tracing::error!("retention could not remove old entries: {error}");
                (true, EVERY)
            }
        };
        self.walk.next = Instant::now() + pause;
        if is_over {
            (self.walk.at, self.walk.keep, self.walk.removed) = (Sweep::default(), None, 0);
        }
        is_over
    }

    /// A whole walk, unless the last one was a short time ago: cron may start a round every few minutes.
    pub(super) async fn expire_once(&mut self) {
        let last = self.work.store.expired_at().await.ok().flatten();
        if last.is_some_and(|last| last <= self.work.now() && between(last, self.work.now()) < EVERY) {
            return;
        }
        while !self.expire().await {}
    }

    /// Answers when to take the next step; `None`: there is none.
    async fn step_of_retention(&mut self) -> Result<Option<Duration>, StoreError> {
        let keep = match &self.walk.keep {
            Some(keep) => Arc::clone(keep),
            None => {
                let keep = Arc::new(self.retention().await?);
                self.walk.keep = Some(Arc::clone(&keep));
                keep
            }
        };
        let before = self.walk.at;
        let swept = self.work.store.expire(self.work.now(), Arc::clone(&keep), before, STEP).await?;
        self.walk.removed += swept.removed;
        self.walk.at = swept.at;
        let was_stories = matches!(before, Sweep::Stories(_));
        if was_stories && matches!(swept.at, Sweep::Decisions(_)) {
            if self.walk.removed > 0 {
                tracing::info!(entries.removed = self.walk.removed, "Retention removed {} entries", self.walk.removed);
            }
            // The last step measured before it removed anything.
            if swept.beyond > 0 && swept.removed == 0 {
                tracing::warn!(
                    "The store takes {} more than retention.size allows, and all that is left is in its feeds, or was two days ago",
                    mib(swept.beyond)
                );
            }
        }
        if (before, swept.at) == (Sweep::Over, Sweep::Over) {
            return Ok(None);
        }
        Ok(Some(if swept.removed > 0 { AFTER_REMOVAL } else { AFTER_LOOK }))
    }

    /// What holds for each feed.
    async fn retention(&self) -> Result<Retention, StoreError> {
        let managed = self.work.store.managed_feeds().await?;
        let managed: HashMap<FeedId, Option<String>> = managed.into_iter().map(|feed| (feed.id, feed.settings)).collect();
        let rows = self.work.store.feeds().await?;
        self.work.store.count_out(retention(&self.work.settings(), &rows, &managed)).await
    }
}

fn retention(settings: &Settings, rows: &[FeedRow], managed: &HashMap<FeedId, Option<String>>) -> Retention {
    let usual = config::feeds::settings(&settings.config, &config::Feed::default()).keep;
    let of = |row: &FeedRow| -> Keep {
        if let Some(spec) = settings.specs.get(&row.id) {
            return spec.settings.keep;
        }
        // Also of one that is not subscribed to any more: its tags are still known.
        let mut feed = config::Feed { tags: row.tags.clone(), ..config::Feed::default() };
        if let Some(json) = managed.get(&row.id).and_then(Option::as_deref)
            && config::feeds::apply_settings_json(&mut feed, json).is_err()
        {
            return usual; // its polls say so
        }
        config::feeds::settings(&settings.config, &feed).keep
    };
    let feeds = rows.iter().map(|row| (row.id, of(row))).filter(|(_, keep)| *keep != usual).collect();
    Retention { usual, feeds, first_kept: HashMap::new(), bytes: settings.config.retention.size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::model::{FeedState, Origin};

    const DAY: Duration = Duration::from_hours(24);

    fn row(id: i64, tags: &[&str]) -> FeedRow {
        FeedRow {
            id: FeedId(id),
            url: format!("https://example.org/{id}"),
            listed_url: None,
            merged_into: None,
            title: String::new(),
            site_url: None,
            tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
            origin: Origin::Managed,
            subscribed: id != 9,
            state: FeedState::Active,
            last_status: None,
            last_error: None,
            failures: 0,
            last_polled_at: None,
            next_poll_at: None,
            next_poll_reason: None,
            interval_s: None,
            last_new_at: None,
            entries: 0,
        }
    }

    #[test]
    fn a_feed_is_kept_as_it_says_else_as_its_tags_say_else_as_all_are() {
        let mut config = Config::default();
        config.retention.tags = [("news".to_owned(), 30 * DAY), ("papers".to_owned(), 900 * DAY)].into();
        config.retention.size = 7;
        let said = config::Feed {
            url: "https://example.org/1".to_owned(),
            tags: vec!["news".to_owned()],
            retention: config::RetentionOverride { entries: Some(DAY), per_feed: Some(50) },
            ..config::Feed::default()
        };
        let specs = HashMap::from([(FeedId(1), config::feeds::spec(&config, &said).unwrap())]);
        let settings = Settings::new(config, specs);
        let rows =
            [row(1, &[]), row(2, &["news"]), row(3, &["news", "papers"]), row(4, &["other"]), row(5, &["news"]), row(9, &["news"])];
        let managed = HashMap::from([(FeedId(5), Some("{\"retention\":\"2d\",\"per_feed\":\"9\"}".to_owned()))]);
        let all = retention(&settings, &rows, &managed);
        let keep = |age, at_most| Keep { age, at_most };
        assert_eq!((all.usual, all.bytes), (keep(365 * DAY, 0), 7));
        let mut feeds: Vec<_> = all.feeds.into_iter().map(|(id, keep)| (id.0, keep)).collect();
        feeds.sort_unstable_by_key(|(id, _)| *id);
        let expected =
            [(1, keep(DAY, 50)), (2, keep(30 * DAY, 0)), (3, keep(900 * DAY, 0)), (5, keep(2 * DAY, 9)), (9, keep(30 * DAY, 0))];
        assert_eq!(feeds, expected);
    }
}
