//! The store as the exporter sees it.

use std::collections::HashMap;

use super::Shelf;
use super::opml::Subscription;
use crate::config::{Feed, feeds};
use crate::model::{FeedId, FeedRow, Item, ItemQuery, Notice, SearchHit, SearchQuery};
use crate::store::{ManagedFeed, Store, StoreError};

impl Shelf for Store {
    async fn items(&self, query: ItemQuery) -> Result<Vec<Item>, String> {
        Self::items(self, query).await.map_err(told)
    }

    async fn search(&self, query: SearchQuery) -> Result<Vec<SearchHit>, String> {
        Self::search(self, query).await.map_err(told)
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
        self.ping_writer().await.map_err(told)
    }
}

fn told(error: StoreError) -> String {
    error.to_string()
}
