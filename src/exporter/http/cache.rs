//! Documents by address, kept as long as nothing moved.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::MutexGuard;

use super::Refusal;
use super::document::Document;

/// Documents kept.
const MAX_DOCUMENTS: usize = 64;

/// Bytes kept, whatever for.
const MAX_BYTES: usize = 32 << 20;

/// Below the time after which a connection that says nothing is closed: who waits in vain is told so.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a document was made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Version {
    /// Of the store.
    pub(super) change_seq: u64,
    /// Of the configuration.
    pub(super) generation: u64,
    /// When, where time decides.
    pub(super) moment: Option<Timestamp>,
}

/// Documents by address.
#[derive(Debug)]
pub(super) struct Cache {
    kept: Mutex<Kept>,
    /// An address goes by its hash: one that takes long keeps few others waiting, and strangers with ever new queries wait for each other.
    lanes: Vec<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Each with the version it was made from and its last use.
    documents: HashMap<String, (Version, u64, Arc<Document>)>,
    uses: u64,
}

impl Cache {
    /// An empty one, for which so many documents are made at once. Of one address one at a time: readers that come together wait for one
    /// rendering.
    pub(super) fn new(lanes: usize) -> Self {
        Self { kept: Mutex::default(), lanes: (0..lanes).map(|_| tokio::sync::Mutex::default()).collect() }
    }

    /// Waits until a document may be made for `key`, and for as long as the turn is held.
    ///
    /// # Errors
    /// When that would take longer than whoever asks may be kept waiting.
    pub(super) async fn turn(&self, key: &str) -> Result<Option<MutexGuard<'_, ()>>, Refusal> {
        let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(key);
        let lane = hash.checked_rem(self.lanes.len() as u64).and_then(|lane| self.lanes.get(usize::try_from(lane).ok()?));
        match lane {
            Some(lane) => Ok(Some(tokio::time::timeout(PATIENCE, lane.lock()).await.map_err(|_| Refusal::busy())?)),
            None => Ok(None),
        }
    }

    /// The document at `key`, if it was made from this version.
    pub(super) fn get(&self, key: &str, version: Version) -> Option<Arc<Document>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.make_room(); // documents grow when they are packed
        kept.uses += 1;
        let now = kept.uses;
        let (of, used, document) = kept.documents.get_mut(key)?;
        *used = now;
        (*of == version).then(|| Arc::clone(document))
    }

    /// Keeps `document`, made `now`, and gives what to answer with; what was not asked for the longest time makes room.
    pub(super) fn put(&self, key: String, version: Version, document: Document, now: Timestamp) -> Arc<Document> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let used = kept.uses;
        let before = kept.documents.get(&key).map(|(_, _, before)| &**before);
        let document = Arc::new(document.after(before, now));
        kept.documents.insert(key, (version, used, Arc::clone(&document)));
        kept.make_room();
        document
    }
}

impl Kept {
    fn make_room(&mut self) {
        while self.documents.len() > MAX_DOCUMENTS || self.size() > MAX_BYTES {
            // A feed without a query is what readers come back for; strangers with ever new queries do not push it out.
            let oldest =
                self.documents.iter().min_by_key(|(key, (_, used, _))| (key.ends_with('?'), *used)).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            self.documents.remove(&oldest);
        }
    }

    fn size(&self) -> usize {
        self.documents.values().map(|(_, _, document)| document.size()).sum()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};

    use super::*;

    fn of(change_seq: u64) -> Version {
        Version { change_seq, ..Version::default() }
    }

    #[tokio::test]
    async fn the_cache_is_bounded_and_keeps_what_is_asked_for() {
        let cache = Cache::new(1);
        let put = |key: String, bytes: usize| {
            cache.put(key, of(1), Document::new("text/plain", "no-cache", vec![0; bytes]), Timestamp::UNIX_EPOCH)
        };
        put("kept".to_owned(), 1);
        for n in 0..200 {
            put(format!("{n}"), 1);
            assert!(cache.get("kept", of(1)).is_some());
        }
        assert_eq!(cache.kept.lock().unwrap().documents.len(), MAX_DOCUMENTS);
        assert!(cache.get("kept", of(2)).is_none(), "another version");
        let huge = put("huge".to_owned(), MAX_BYTES);
        assert_eq!(cache.kept.lock().unwrap().documents.len(), 1, "it pushed out the rest");
        huge.answer(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, "zstd".parse().unwrap())]), Timestamp::UNIX_EPOCH).await;
        assert!(cache.get("huge", of(1)).is_none(), "packed it is more than there is room for");
    }
}
