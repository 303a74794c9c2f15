//! feedmux: many feeds in, one merged feed out, every story once.
//!
//! ```text
//! config -> scheduler -> fetcher -> parser -> extractor -> deduplicator -> store -> exporter
//!             ^  due feeds                                      |            |         RSS / Atom / JSON Feed
//!             +------- next_poll_at, next_scrape_at ------------+------------+         over HTTP
//!                                (the store is the schedule)
//! ```
//!
//! Decisions are pure functions over plain data (`model`), with `now` as an argument; I/O stays at the rim:
//! `fetcher` is the only door out, `store` the only place with SQL. `docs/ARCHITECTURE.md` walks through it.

pub mod clock;
pub mod config;
pub mod daemon;
pub mod deduplicator;
pub mod demo;
pub mod error;
pub mod exporter;
pub mod extractor;
pub mod fetcher;
pub mod model;
pub mod ops;
pub mod parser;
pub mod scheduler;
pub mod store;
