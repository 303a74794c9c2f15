//! deduplicator
