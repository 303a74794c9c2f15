//! The store as the exporter sees it.

use super::Shelf;
use crate::model::{FeedRow, Item, ItemQuery};
use crate::store::{Store, StoreError};

impl Shelf for Store {
    async fn items(&self, query: ItemQuery) -> Result<Vec<Item>, String> {
        Self::items(self, query).await.map_err(told)
    }

    async fn change_seq(&self) -> Result<u64, String> {
        Self::change_seq(self).await.map_err(told)
    }

    async fn feeds(&self) -> Result<Vec<FeedRow>, String> {
        Self::feeds(self).await.map_err(told)
    }

    async fn ready(&self) -> Result<(), String> {
        self.ping_writer().await.map_err(told)
    }
}

fn told(error: StoreError) -> String {
    error.to_string()
}
