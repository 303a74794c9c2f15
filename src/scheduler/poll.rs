//! One feed's poll, start to end: fetch, parse, plan, store. It always ends in `Store::apply`, with entries or with a
//! failure to count.

use std::time::Duration;

use jiff::Timestamp;

use super::cadence::{self, Next, PollOutcome};
use super::events::Event;
use super::{WHOLE_FETCH, Work};
use crate::config::{self, Config, feeds};
use crate::deduplicator::{self, EntryPlan, PollInput, Text};
use crate::extractor::{self, judge, sanitize};
use crate::fetcher::MAX_HOPS;
use crate::model::{
    Applied, Body, DueFeed, EntryId, FeedId, FeedMeta, FeedPatch, FeedSettings, FeedSpec, FeedState, FetchError, Fetched, Hash128,
    Kind, Limits, Parsed, ParsedEntry, Plan, PollRecord, Request, Schedule, ScrapeMode, Validators,
};
use crate::parser;
use crate::store::{Store, StoreError};

/// How texts are treated before they are stored.
const TEXT: Text =
    Text { clean: sanitize::clean, text_of: sanitize::text_of, language: extractor::language, carries_whole: judge::carries_whole };

/// What the scheduler has to know about a poll that ended.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PollEnd {
    /// Whether the feed was readable and is stored.
    pub(crate) ok: bool,
    /// What it brought.
    pub(crate) applied: Applied,
    /// The host asked for quiet until then.
    pub(crate) hold_until: Option<Timestamp>,
}

/// What came of the request, before it is decided what that means.
enum Got {
    NotModified {
        validators: Option<Validators>,
        fresh_for: Option<Duration>,
    },
    /// The very bytes of last time, from a server that ignores validators.
    SameBody(Box<Body>),
    Feed {
        body: Box<Body>,
        hash: Hash128,
        parsed: Parsed,
    },
    Unreadable {
        bytes: u64,
        error: String,
    },
    Failed(FetchError),
}

/// Polls one feed.
pub(crate) async fn poll(work: &Work, feed: DueFeed) -> PollEnd {
    let began = (work.clock.now(), tokio::time::Instant::now());
    let spec = work.spec(feed.id, &feed.url, feed.settings.as_deref());
    let fetched = work.fetcher.get(request(&spec, feed.schedule.validators.clone())).await;
    conclude(work, &feed, &spec.settings, began, fetched).await
}

/// Plans and stores what a request brought. Apart from [`poll`] because `feed add` has made the first request already:
/// a new feed gets one request, not two; publishers count them.
pub(crate) async fn conclude(
    work: &Work,
    feed: &DueFeed,
    settings: &FeedSettings,
    (at, clock): (Timestamp, tokio::time::Instant),
    fetched: Result<Fetched, FetchError>,
) -> PollEnd {
    let got = read(work, feed, fetched).await;
    let now = work.clock.now();
    let next = |outcome: PollOutcome<'_>| cadence::next_poll(&outcome, &feed.schedule, settings, now, cadence::seed_of(&feed.url));
    let record =
        |outcome: &str, status, bytes| PollRecord { at, status, outcome: outcome.to_owned(), bytes, duration: Duration::ZERO };

    let (next, mut plan) = match got {
        Got::NotModified { validators, fresh_for } => {
            let next = next(PollOutcome::Same { fresh_for });
            let patch = FeedPatch { validators, ..patch(&next, Some(304)) };
            (next, Plan::of_feed(patch, record("not-modified", Some(304), 0)))
        }
        Got::SameBody(body) => {
            let next = next(PollOutcome::Same { fresh_for: body.fresh_for });
            let patch = FeedPatch { validators: Some(body.validators), ..patch(&next, Some(200)) };
            (next, Plan::of_feed(patch, record("unchanged", Some(200), body.wire_bytes)))
        }
        Got::Feed { body, hash, parsed } => {
            let meta = meta(&parsed);
            let is_cut = parsed.faults.iter().any(|fault| fault.kind == parser::TRUNCATED);
            match plan_entries(work, feed, settings, parsed, now).await {
                Ok(entries) => {
                    let next = next(PollOutcome::Read { new: entries.new.len(), fresh_for: body.fresh_for, ttl: meta.ttl });
                    // What of a cut document could be read is kept, but its validators would say that we have all of it.
                    let (validators, body_hash) = if is_cut { Default::default() } else { (body.validators, Some(hash)) };
                    let validators = Some(validators);
                    let patch = FeedPatch { validators, body_hash, meta: Some(meta), ..patch(&next, Some(200)) };
                    let outcome = if entries.new.is_empty() && entries.changed.is_empty() { "unchanged" } else { "new" };
                    let EntryPlan { new, changed, seen, decisions } = entries;
                    let plan = Plan::of_feed(patch, record(outcome, Some(200), body.wire_bytes));
                    (next, Plan { new, changed, seen, decisions, ..plan })
                }
                // Our own trouble, not the publisher's: nothing is counted, the next poll brings the same entries.
                Err(error) => {
                    tracing::error!(feed.id = feed.id.0, feed.url, "Feed {}: its poll could not be planned: {error}", feed.url);
                    return PollEnd::default();
                }
            }
        }
        Got::Unreadable { bytes, error } => {
            let next = next(PollOutcome::Unreadable);
            // The validators of a body that is no feed are never sent back: the next request is unconditional.
            let patch = FeedPatch { error: Some(error), validators: Some(Validators::default()), ..patch(&next, Some(200)) };
            (next, Plan::of_feed(patch, record("unreadable", Some(200), bytes)))
        }
        Got::Failed(error) => {
            let next = next(PollOutcome::Failed(&error));
            // A 304 nobody asked for means that our validators and the server's do not go together.
            let validators = (error.status() == Some(304)).then(Validators::default);
            let patch = FeedPatch { error: Some(error.to_string()), validators, ..patch(&next, error.status()) };
            (next, Plan::of_feed(patch, record("failed", error.status(), 0)))
        }
    };
    plan.poll.duration = clock.elapsed();
    store(work, feed, plan, next.hold_until).await
}

/// The GET for a feed, with what belongs to it.
pub fn request(spec: &FeedSpec, validators: Validators) -> Request {
    let FeedSettings { timeout, max_body, .. } = spec.settings;
    let limits = Limits { hops: MAX_HOPS, body_bytes: max_body, step: timeout, total: timeout.saturating_mul(WHOLE_FETCH) };
    let (url, headers, auth) = (spec.url.clone(), spec.headers.clone(), spec.auth.clone());
    Request { url, kind: Kind::Feed, validators, headers, auth, limits }
}

async fn read(work: &Work, feed: &DueFeed, fetched: Result<Fetched, FetchError>) -> Got {
    let body = match fetched {
        Err(error) => return Got::Failed(error),
        Ok(Fetched::NotModified { validators, fresh_for, .. }) => return Got::NotModified { validators, fresh_for },
        Ok(Fetched::Body(body)) => body,
    };
    let known = feed.schedule.body_hash;
    let bytes = body.wire_bytes;
    let parsed = work.cpu.run(move || {
        let hash = Hash128::of(&body.bytes);
        if known == Some(hash) {
            return Got::SameBody(body);
        }
        match parser::parse(&body.bytes, body.content_type.as_deref(), Some(&body.final_url)) {
            Ok(parsed) if parsed.entries.is_empty() && parsed.faults.iter().any(|fault| fault.kind == parser::TRUNCATED) => {
                Got::Unreadable { bytes, error: "the document is cut off before its first entry".to_owned() }
            }
            Ok(parsed) => Got::Feed { body, hash, parsed },
            Err(error) => Got::Unreadable { bytes, error: error.to_string() },
        }
    });
    parsed.await.unwrap_or_else(|error| Got::Unreadable { bytes, error: error.to_string() })
}

async fn plan_entries(
    work: &Work,
    feed: &DueFeed,
    settings: &FeedSettings,
    parsed: Parsed,
    now: Timestamp,
) -> Result<EntryPlan, String> {
    for fault in &parsed.faults {
        tracing::debug!(feed.id = feed.id.0, feed.url, "Feed {}: {}", feed.url, fault.detail);
    }
    let known = work.store.known(feed.id, deduplicator::keys_of(&parsed)).await.map_err(|error| error.to_string())?;
    let (feed_url, first, settings) = (feed.url.clone(), feed.first, settings.clone());
    let input = PollInput { feed: feed.id, feed_url, first, settings, parsed, known, now, text: TEXT };
    work.cpu.run(move || deduplicator::plan(&input)).await.map_err(|error| error.to_string())
}

async fn store(work: &Work, feed: &DueFeed, plan: Plan, hold_until: Option<Timestamp>) -> PollEnd {
    let (failure, outcome, took) = (plan.feed.error.clone(), plan.poll.outcome.clone(), plan.poll.duration);
    let (failures, reason, status) = (plan.feed.failures, plan.feed.reason.clone(), plan.feed.status);
    let meta = plan.feed.meta.as_ref().and_then(|meta| meta.title.as_ref());
    let name = feed.title.as_ref().or(meta).unwrap_or(&feed.url).clone();
    let applied = match work.store.apply(feed.id, plan).await {
        Ok(applied) => applied,
        // Nothing was acknowledged: validators stay as they were, so the next poll brings the same entries again.
        Err(error) => {
            tracing::error!(feed.id = feed.id.0, feed.url, "Feed {name}: its poll could not be stored: {error}");
            return PollEnd { hold_until, ..PollEnd::default() };
        }
    };
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match &failure {
        // Said when it begins; `feeds` and the back-off tell the rest.
        Some(error) if failures <= 1 => {
            tracing::warn!(feed.id = feed.id.0, feed.url, status, duration_ms, "Feed {name}: {error}; {reason}");
        }
        Some(error) => {
            tracing::debug!(feed.id = feed.id.0, feed.url, status, duration_ms, failures, "Feed {name}: {error}; {reason}")
        }
        None if feed.schedule.failures > 0 || feed.schedule.state == FeedState::Blocked => {
            tracing::info!(feed.id = feed.id.0, feed.url, "Feed {name}: well again after {} failures", feed.schedule.failures);
        }
        None => {}
    }
    if applied.new > 0 {
        tracing::info!(feed.id = feed.id.0, feed.url, entries.new = applied.new, duration_ms, "Feed {name}: {} new", applied.new);
    } else {
        tracing::debug!(feed.id = feed.id.0, feed.url, duration_ms, "Feed {name}: {outcome}");
    }
    let ok = failure.is_none();
    work.events.tell(Event::Polled { feed: feed.id, name, outcome, error: failure, applied, took });
    PollEnd { ok, applied, hold_until }
}

fn patch(next: &Next, status: Option<u16>) -> FeedPatch {
    FeedPatch {
        state: next.state,
        status,
        error: None,
        failures: next.failures,
        next_poll_at: next.at,
        hold_until: next.hold_until,
        reason: next.reason.clone(),
        interval: next.interval,
        validators: None,
        body_hash: None,
        meta: None,
        ok: next.failures == 0,
    }
}

fn meta(parsed: &Parsed) -> FeedMeta {
    let feed = &parsed.feed;
    FeedMeta {
        title: feed.title.clone(),
        site_url: feed.link.clone(),
        language: feed.language.clone(),
        description: feed.description.clone(),
        icon: feed.icon.clone(),
        ttl: feed.ttl,
    }
}

impl Plan {
    /// A plan that changes no entry.
    pub(crate) fn of_feed(feed: FeedPatch, poll: PollRecord) -> Self {
        Self { feed, new: Vec::new(), changed: Vec::new(), seen: Vec::new(), poll, decisions: Vec::new() }
    }
}

/// Plans and stores one recorded entry as the poll at `seen` that it was, without its page; gives the entry that it became or
/// was already. `None`: it had been removed for good.
///
/// # Errors
/// What the store says.
pub async fn replay(
    store: &Store,
    feed: FeedId,
    feed_url: &str,
    entry: ParsedEntry,
    seen: Timestamp,
) -> Result<Option<EntryId>, StoreError> {
    let parsed = Parsed { entries: vec![entry], ..Parsed::default() };
    let known = store.known(feed, deduplicator::keys_of(&parsed)).await?;
    let settings = FeedSettings { scrape: ScrapeMode::Never, ..feeds::settings(&Config::default(), &config::Feed::default()) };
    let next = cadence::next_poll(&PollOutcome::Same { fresh_for: None }, &Schedule::default(), &settings, seen, 0);
    let input = PollInput { feed, feed_url: feed_url.to_owned(), first: false, settings, parsed, known, now: seen, text: TEXT };
    let EntryPlan { new, changed, seen: stored, decisions } = deduplicator::plan(&input);
    let was = changed.first().map(|entry| entry.id).or_else(|| stored.first().map(|(id, _)| *id));
    let name = new.first().and_then(|entry| entry.keys.first()).copied();
    let record = PollRecord { at: seen, status: None, outcome: "replayed".to_owned(), bytes: 0, duration: Duration::ZERO };
    store.apply(feed, Plan { new, changed, seen: stored, decisions, ..Plan::of_feed(patch(&next, None), record) }).await?;
    match (was, name) {
        (None, Some(name)) => Ok(store.known(feed, vec![name]).await?.aliases.get(&name).copied()),
        (was, _) => Ok(was),
    }
}
