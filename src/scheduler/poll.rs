//! One feed's poll, start to end: fetch, parse, plan, store. It always ends in `Store::apply`, with entries or with
//! a failure to count.

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::cadence::{self, Next, PollOutcome};
use super::events::Event;
use super::{HOPS, Work};
use crate::deduplicator::{self, EntryPlan, PollInput};
use crate::fetcher::FetchError;
use crate::model::{
    Applied, Body, DueFeed, FeedMeta, FeedPatch, FeedSettings, Fetched, Hash128, Kind, Limits, Parsed, Plan, PollRecord, Request, Validators,
};
use crate::parser;

/// What the scheduler has to know about a poll that ended.
#[derive(Debug)]
pub(crate) struct PollEnd {
    /// Whether the feed was readable.
    pub(crate) ok: bool,
    /// New entries.
    pub(crate) applied: Applied,
    /// The host asked for quiet.
    pub(crate) hold: Option<Duration>,
}

/// What came of the request, before it is decided what that means.
enum Got {
    NotModified { validators: Option<Validators>, fresh_for: Option<Duration> },
    Unchanged { body: Box<Body> },
    Feed { body: Box<Body>, hash: Hash128, parsed: Parsed },
    Failed { error: FetchError },
    Unreadable { status: u16, bytes: u64, error: String },
}

pub(crate) async fn poll(work: &Work, feed: DueFeed) -> PollEnd {
    let started = work.clock.now();
    let clock = tokio::time::Instant::now();
    let settings = work.settings_of(&feed);
    let got = fetch(work, &feed, &settings).await;
    let now = work.clock.now();
    let took = clock.elapsed();

    let record = |outcome: &str, status, bytes| PollRecord { at: started, status, outcome: outcome.to_owned(), bytes, duration: took };
    let (mut plan, hold) = match got {
        Got::NotModified { validators, fresh_for } => {
            let next = next(&feed, &settings, &PollOutcome::Unchanged { fresh_for }, now);
            let patch = FeedPatch { validators, status: Some(304), ..patch(&next) };
            (Plan::of_feed(patch, record("not-modified", Some(304), 0)), None)
        }
        Got::Unchanged { body } => {
            let next = next(&feed, &settings, &PollOutcome::Unchanged { fresh_for: body.fresh_for }, now);
            let patch = FeedPatch { validators: Some(body.validators), status: Some(200), ..patch(&next) };
            (Plan::of_feed(patch, record("unchanged", Some(200), body.wire_bytes)), None)
        }
        Got::Feed { body, hash, parsed } => match plan_entries(work, &feed, &settings, parsed, now).await {
            Ok((entries, meta)) => {
                let outcome = PollOutcome::Read { new: entries.new.len(), fresh_for: body.fresh_for, ttl: meta.ttl };
                let next = next(&feed, &settings, &outcome, now);
                let patch = FeedPatch {
                    validators: Some(body.validators),
                    body_hash: Some(hash),
                    meta: Some(meta),
                    status: Some(200),
                    ..patch(&next)
                };
                let word = if entries.new.is_empty() && entries.changed.is_empty() { "unchanged" } else { "new" };
                let plan = Plan {
                    new: entries.new,
                    changed: entries.changed,
                    seen: entries.seen,
                    decisions: entries.decisions,
                    ..Plan::of_feed(patch, record(word, Some(200), body.wire_bytes))
                };
                (plan, None)
            }
            Err(error) => failure(&feed, &settings, Some(200), body.wire_bytes, &error, &PollOutcome::Failed, now, record),
        },
        Got::Failed { error } => {
            let outcome = outcome_of(&error);
            failure(&feed, &settings, error.status(), 0, &error.to_string(), &outcome, now, record)
        }
        Got::Unreadable { status, bytes, error } => {
            failure(&feed, &settings, Some(status), bytes, &error, &PollOutcome::Failed, now, record)
        }
    };
    plan.poll.duration = clock.elapsed();
    store(work, &feed, plan, hold).await
}
