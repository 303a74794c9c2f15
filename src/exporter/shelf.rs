//! The store as the exporter sees it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Shelf;
use super::opml::Subscription;
use super::page::Evidence;
use crate::config::{Feed, feeds};
use crate::model::{
    EntryId, FeedId, FeedRow, FeedSpec, Glance, Item, ItemQuery, Notice, Reach, SearchHit, SearchQuery, StoryId, Words,
};
use crate::store::{Fold, ManagedFeed, Overlap, Store, StoreError};

impl Shelf for Store {
    async fn items(&self, query: ItemQuery) -> Result<Vec<Item>, String> {
        Self::items(self, query).await.map_err(told)
    }

    async fn find(&self, query: SearchQuery, reach: Reach) -> Result<Vec<EntryId>, String> {
        Self::find(self, query, reach).await.map_err(told)
    }

    async fn hits(&self, words: Words, entries: Vec<EntryId>) -> Result<Vec<SearchHit>, String> {
        Self::hits(self, words, entries).await.map_err(told)
    }

    async fn rows(&self) -> Result<std::ops::Range<i64>, String> {
        Self::rows(self).await.map_err(told)
    }

    async fn change_seq(&self) -> Result<u64, String> {
        Self::change_seq(self).await.map_err(told)
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, String> {
        Self::feeds(self).await.map_err(told)
    }

    async fn notices(&self, open: bool) -> Result<Vec<Notice>, String> {
        Self::notices(self, open).await.map_err(told)
    }

    async fn notice(&self, id: i64) -> Result<Option<Notice>, String> {
        Self::notice(self, id).await.map_err(told)
    }

    async fn subscriptions(&self) -> Result<Vec<Subscription>, String> {
        let rows = Self::feeds(self).await.map_err(told)?;
        let managed = self.managed_feeds().await.map_err(told)?;
        let managed: HashMap<FeedId, ManagedFeed> = managed.into_iter().map(|feed| (feed.id, feed)).collect();
        let subscription = |row: &FeedRow| {
            let mut subscription = Subscription::from(row);
            if let Some(ManagedFeed { priority, settings, title, .. }) = managed.get(&row.id) {
                let mut feed = Feed { priority: *priority, title: title.clone(), ..Feed::default() };
                // Settings that cannot be read are told at each poll; the address is worth writing without them.
                let _ = settings.as_deref().map(|json| feeds::apply_settings_json(&mut feed, json));
                subscription.set(&feed);
            }
            subscription
        };
        Ok(rows.iter().filter(|row| row.subscribed).map(subscription).collect())
    }

    async fn ready(&self) -> Result<(), String> {
        // A full disk takes the empty transaction of a ping.
        match halted(self) {
            Some(why) => Err(why),
            None => self.ping_writer().await.map_err(told),
        }
    }

    async fn glance(&self, now: Timestamp, rows: usize, days: usize) -> Result<Glance, String> {
        let glance = Self::glance(self, now, rows, days).await.map_err(told)?;
        Ok(Glance { halted: halted(self), ..glance })
    }

    async fn overlaps(&self, since: Timestamp, least: u64) -> Result<Vec<Overlap>, String> {
        Self::overlaps(self, since, least).await.map_err(told)
    }

    async fn folds(&self, story: StoryId, n: usize) -> Result<Vec<Fold>, String> {
        Self::folds(self, story, n).await.map_err(told)
    }

    async fn evidence(&self, entry: EntryId) -> Result<Option<Evidence>, String> {
        let Some(row) = self.entry(entry).await.map_err(told)? else { return Ok(None) };
        let decisions = self.decisions_about(entry).await.map_err(told)?;
        let versions = self.versions_of(entry).await.map_err(told)?;
        let shown = self.shown(entry).await.map_err(told)?;
        Ok(Some(Evidence { row, decisions, versions, shown }))
    }

    async fn subscribe(&self, now: Timestamp, spec: FeedSpec, settings_json: Option<String>) -> Result<(FeedId, bool), String> {
        self.add_feed(now, spec, settings_json).await.map_err(told)
    }

    async fn unsubscribe(&self, now: Timestamp, feed: FeedId) -> Result<(), String> {
        self.remove_feed(now, feed).await.map_err(told)
    }
}

/// Why nothing can be stored now.
fn halted(store: &Store) -> Option<String> {
    store.halted().map(|trouble| trouble.error.to_string())
}

fn told(error: StoreError) -> String {
    error.to_string()
}
