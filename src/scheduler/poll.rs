//! One feed's poll, start to end: fetch, parse, plan, store. It always ends in `Store::apply`, with entries or with a
//! failure to count; what brought nothing gets there in company (`quiet`).

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;
use url::Url;

use super::cadence::{self, Next, PollOutcome};
use super::hubs;
use super::moves::{self, Led};
use super::notice;
use super::outage::Reach;
use super::said::HostSaid;
use super::{WHOLE_FETCH, Work, events};
use crate::clock::after;
use crate::deduplicator::{self, Document, EntryPlan, PollInput, Text};
use crate::extractor::{self, judge, sanitize};
use crate::fetcher::MAX_HOPS;
use crate::model::{
    Address, Applied, Body, DueFeed, FeedId, FeedMeta, FeedPatch, FeedSettings, FeedSpec, FetchError, Fetched, Hash128, HubSaid,
    Kind, Limits, Parsed, Place, Plan, PollRecord, Request, Validators, host_of,
};
use crate::parser::{self, ParseError};

/// How texts are treated before they are stored.
pub(super) const TEXT: Text =
    Text { clean: sanitize::clean, text_of: sanitize::text_of, language: extractor::language, carries_whole: judge::carries_whole };

/// A feed that is believed for so long to be as it was; then its document is asked for in full once, because some servers answer
/// 304 to everything.
const FULL_AFTER: Duration = Duration::from_hours(7 * 24);

/// What the scheduler has to know about a poll that ended.
#[derive(Debug, Default)]
pub(crate) struct PollEnd {
    /// Whether the feed was readable and is stored.
    pub(crate) ok: bool,
    /// What it brought.
    pub(crate) applied: Applied,
    /// What its host wants.
    pub(crate) said: HostSaid,
    /// It is not over: one more request, when the host allows.
    pub(crate) again: Option<Again>,
    /// The document is the one of last time: what is still to be stored, in company.
    pub(crate) quiet: Option<Arc<Plan>>,
}

/// Why a poll needs one more turn.
#[derive(Debug)]
pub(crate) enum Again {
    /// All seats at the address are taken: the same request.
    Crowded(Place),
    /// The address is a page that names a feed: that one.
    Named(Named),
}

/// A feed that a page names, found where a feed should have been.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Named {
    /// The page.
    pub(crate) page: String,
    /// The feed.
    pub(crate) feed: Url,
}

/// A request that was made, with what its answer is judged by.
struct Asked {
    at: Timestamp,
    clock: Instant,
    /// No validators went along.
    in_full: bool,
    named: Option<Named>,
}

/// What came of the request, before it is decided what that means.
pub(super) enum Got {
    NotModified {
        validators: Option<Validators>,
        fresh_for: Option<Duration>,
        moved_to: Option<Url>,
    },
    /// The very bytes of last time, from a server that ignores validators.
    SameBody(Box<Body>),
    Feed {
        body: Box<Body>,
        hash: Hash128,
        document: Document,
    },
    /// A page that names this feed.
    Page(Named),
    Unreadable {
        bytes: u64,
        error: String,
    },
    Failed(FetchError),
}

/// Polls one feed, at its own address or at the one that a page there named.
pub(crate) async fn poll(work: &Work, feed: &DueFeed, named: Option<Named>) -> PollEnd {
    let spec = work.spec(feed.id, &feed.url, feed.settings.as_deref());
    let now = work.now();
    let stale = feed.schedule.last_full_at.is_some_and(|full| after(full, FULL_AFTER) <= now);
    let validators = if stale || named.is_some() { Validators::default() } else { feed.schedule.validators.clone() };
    let at = match &named {
        Some(named) => named.feed.clone(),
        // nearly always: an address that was parsed already
        None if feed.at == spec.url.as_str() => spec.url.clone(),
        None => Url::parse(&feed.at).unwrap_or_else(|_| spec.url.clone()),
    };
    let asked = Asked { at: now, clock: Instant::now(), in_full: validators.is_empty(), named };
    let request = request_at(&spec, at, validators);
    let _seat = match work.fetcher.seat(&request.url, request.limits.step).await {
        Ok(seat) => seat,
        Err(place) => return PollEnd { again: Some(Again::Crowded(place)), ..PollEnd::default() },
    };
    let fetched = work.fetcher.get(request).await;
    settle(work, feed, &spec.settings, asked, fetched).await
}

/// Plans and stores the answer that `feed add` got, as the poll that it is: a new feed gets one request, not two; publishers
/// count them.
pub(crate) async fn conclude(work: &Work, feed: &DueFeed, answer: Fetched) -> PollEnd {
    let spec = work.spec(feed.id, &feed.url, feed.settings.as_deref());
    let asked = Asked { at: work.now(), clock: Instant::now(), in_full: true, named: None };
    let mut end = settle(work, feed, &spec.settings, asked, Ok(answer)).await;
    match end.quiet.take() {
        Some(plan) => store(work, feed, plan, end).await,
        None => end,
    }
}

async fn settle(
    work: &Work,
    feed: &DueFeed,
    settings: &FeedSettings,
    asked: Asked,
    fetched: Result<Fetched, FetchError>,
) -> PollEnd {
    let said = HostSaid::of(&fetched);
    let host = asked.named.as_ref().map_or_else(|| feed.host.clone(), |named| host_of(named.feed.as_str()));
    let is_networks = work.blames_network(&host, Reach::of(&fetched));
    let got = read(work, feed, &asked, fetched).await;
    let is_quiet = super::quiet::may_wait(&got, &feed.schedule.validators);
    let now = work.now();
    let next = |outcome: PollOutcome<'_>| cadence::next_poll(&outcome, &feed.schedule, settings, now, cadence::seed_of(&feed.url));
    let record = |outcome: &str, status, bytes| PollRecord {
        at: asked.at,
        status,
        outcome: outcome.to_owned(),
        bytes,
        duration: Duration::ZERO,
    };

    let mut plan = match got {
        Got::Page(named) => return PollEnd { said, again: Some(Again::Named(named)), ..PollEnd::default() },
        Got::NotModified { validators, fresh_for, moved_to } => {
            let next = next(PollOutcome::Same { fresh_for });
            let address = address(work, feed, &asked, moved_to.as_ref()).await;
            let patch = FeedPatch { validators, address, ..patch(&next, Some(304)) };
            Plan::of_feed(patch, record("not-modified", Some(304), 0))
        }
        Got::SameBody(body) => {
            let next = next(PollOutcome::Same { fresh_for: body.fresh_for });
            let address = address(work, feed, &asked, body.moved_to.as_ref()).await;
            let patch = FeedPatch { validators: Some(body.validators), full: true, address, ..patch(&next, Some(200)) };
            Plan::of_feed(patch, record("unchanged", Some(200), body.wire_bytes))
        }
        Got::Feed { body, hash, document } => {
            let parsed = document.parsed();
            let meta = meta(parsed);
            let is_cut = parsed.faults.iter().any(|fault| fault.kind == parser::TRUNCATED);
            let status = Some(if body.is_delta { 226 } else { 200 });
            let address = address(work, feed, &asked, body.moved_to.as_ref()).await;
            let is_kept = moves::keeps_entries(&address, asked.named.is_some());
            let (hub, planned) = if is_kept {
                let source = Source { id: feed.id, url: &feed.url, first: feed.first };
                let hub = hubs::said(work, feed, &body, &parsed.feed, !is_cut && !body.is_delta);
                (hub, plan_entries(work, &source, settings, document, now).await)
            } else {
                (HubSaid::Nobody, Ok(EntryPlan::default()))
            };
            match planned {
                Ok(entries) => {
                    let rhythm = meta.rhythm;
                    let next = next(PollOutcome::Read { new: entries.new.len(), fresh_for: body.fresh_for, rhythm });
                    // What of a cut document could be read is kept, but its validators would say that we have all of it.
                    let is_stored = !is_cut && is_kept;
                    let validators = if is_stored { body.validators } else { Validators::default() };
                    let full = is_stored && !body.is_delta;
                    let body_hash = full.then_some(hash);
                    let patch = FeedPatch {
                        validators: Some(validators),
                        body_hash,
                        // of another feed that a page names in its place nothing is taken, its title neither
                        meta: is_kept.then_some(meta),
                        full,
                        address,
                        hub,
                        ..patch(&next, status)
                    };
                    let outcome = if entries.new.is_empty() && entries.changed.is_empty() { "unchanged" } else { "new" };
                    let EntryPlan { new, changed, seen, attached, decisions } = entries;
                    let plan = Plan::of_feed(patch, record(outcome, status, body.wire_bytes));
                    Plan { new, changed, seen, attached, decisions, ..plan }
                }
                // Our own trouble, not the publisher's: nothing is counted, the next poll brings the same entries.
                Err(error) => {
                    tracing::error!(feed.id = feed.id.0, feed.url, "Feed {}: its poll could not be planned: {error}", feed.url);
                    return PollEnd { said, ..PollEnd::default() };
                }
            }
        }
        Got::Unreadable { bytes, error } => {
            let next = next(PollOutcome::Unreadable);
            let error = shown(error);
            // The validators of a body that is no feed are never sent back: the next request is unconditional.
            let patch =
                FeedPatch { error: Some(error), validators: Some(Validators::default()), full: true, ..patch(&next, Some(200)) };
            Plan::of_feed(patch, record("unreadable", Some(200), bytes))
        }
        Got::Failed(error) => {
            let next = match uncounted(&error, is_networks) {
                Some(why) => next(PollOutcome::NotCounted(why)),
                None => next(PollOutcome::Failed(&error)),
            };
            // A 304 nobody asked for means that our validators and the server's do not go together; a 226 that is no part of a
            // feed, that it does not know what we offered with them.
            let validators = matches!(error.status(), Some(304 | 226)).then(Validators::default);
            let text = match &asked.named {
                Some(Named { page, feed }) => format!("{page} is a page that names {feed} as its feed: {error}"),
                None if matches!(error, FetchError::Blocked { allowable: true, .. }) => {
                    format!("{error}; with a new one, restart feedmux and `feedmux feed poll {}`", feed.id.0)
                }
                None => error.to_string(),
            };
            let ok = false;
            let patch = FeedPatch { error: Some(shown(text)), validators, full: asked.in_full, ok, ..patch(&next, error.status()) };
            Plan::of_feed(patch, record("failed", error.status(), 0))
        }
    };
    plan.signs = notice::signs(feed, &plan, now);
    plan.poll.duration = asked.clock.elapsed();
    let end = PollEnd { said, ..PollEnd::default() };
    let plan = Arc::new(plan);
    if is_quiet { PollEnd { ok: true, quiet: Some(plan), ..end } } else { store(work, feed, plan, end).await }
}

/// Publishers choose addresses, and so how long an error is.
fn shown(mut error: String) -> String {
    const LONGEST: usize = 1000;
    error.truncate(error.floor_char_boundary(LONGEST));
    error
}

/// Why a failure is not the publisher's, if it is not.
fn uncounted(error: &FetchError, is_networks: bool) -> Option<&'static str> {
    if is_networks {
        Some("the network seems to be down")
    } else if error.is_ours() {
        Some("this machine could not ask")
    } else {
        None
    }
}

/// What the answer says about where the feed is.
async fn address(work: &Work, feed: &DueFeed, asked: &Asked, moved_to: Option<&Url>) -> Address {
    let (to, led) = match (&asked.named, moved_to) {
        (Some(named), moved_to) => (moved_to.unwrap_or(&named.feed), Led::Named),
        (None, Some(moved_to)) => (moved_to, Led::Redirected),
        // Where it moved to somebody else may have come since.
        (None, None) if feed.at != feed.url => return moves::joins(feed, standing_at(work, feed, &feed.at).await),
        (None, None) => return Address::Here,
    };
    moves::address(feed, to.as_str(), led, standing_at(work, feed, to.as_str()).await)
}

/// Another subscription there, if both see the same: with credentials of its own a feed is its own, whatever its address.
async fn standing_at(work: &Work, feed: &DueFeed, to: &str) -> Option<FeedId> {
    let is_own = |spec: &FeedSpec| spec.auth.is_some() || !spec.headers.is_empty();
    if is_own(&work.spec(feed.id, &feed.url, feed.settings.as_deref())) {
        return None;
    }
    let other = work.store.feed_at(to.to_owned(), feed.id).await.unwrap_or_else(|error| {
        tracing::warn!(feed.id = feed.id.0, feed.url, "Feed {}: cannot see who else is at {to}: {error}", feed.url);
        None
    })?;
    (!work.settings().specs.get(&other).is_some_and(|spec| is_own(spec))).then_some(other)
}

/// The GET for a feed where it is listed, with what belongs to it.
pub fn request(spec: &FeedSpec, validators: Validators) -> Request {
    request_at(spec, spec.url.clone(), validators)
}

/// The same at an address that it led to: what the user said to the one is not said to another.
fn request_at(spec: &FeedSpec, url: Url, validators: Validators) -> Request {
    let FeedSettings { timeout, max_body, .. } = spec.settings;
    let limits = Limits { hops: MAX_HOPS, body_bytes: max_body, step: timeout, total: timeout.saturating_mul(WHOLE_FETCH) };
    let is_home = url.origin() == spec.url.origin();
    let (headers, auth) = if is_home { (spec.headers.clone(), spec.auth.clone()) } else { (Vec::new(), None) };
    Request { url, kind: Kind::Feed, validators, headers, auth, limits }
}

async fn read(work: &Work, feed: &DueFeed, asked: &Asked, fetched: Result<Fetched, FetchError>) -> Got {
    let body = match fetched {
        Err(error) => return Got::Failed(error),
        Ok(Fetched::NotModified { validators, fresh_for, moved_to }) => {
            return Got::NotModified { validators, fresh_for, moved_to };
        }
        Ok(Fetched::Body(body)) => body,
    };
    let known = feed.schedule.body_hash;
    let bytes = body.wire_bytes;
    let named = asked.named.clone();
    let own = [feed.at.clone(), feed.url.clone()];
    let parsed = work.cpu.run(move || {
        let hash = Hash128::of(&body.bytes);
        if known == Some(hash) {
            return Got::SameBody(body);
        }
        match parser::parse(&body.bytes, body.content_type.as_deref(), Some(&body.final_url)) {
            Ok(parsed) if parsed.entries.is_empty() && parsed.faults.iter().any(|fault| fault.kind == parser::TRUNCATED) => {
                let error = format!("the document is cut off before its first entry, after {} bytes", body.bytes.len());
                Got::Unreadable { bytes, error }
            }
            Ok(parsed) => Got::Feed { body, hash, document: Document::of(parsed) },
            Err(error) => match (&error, named) {
                (ParseError::Html { feeds, .. }, None) if let Some(feed) = elsewhere(feeds, &own, &body.final_url) => {
                    Got::Page(Named { page: body.final_url.to_string(), feed })
                }
                (_, Some(Named { page, feed })) => {
                    Got::Unreadable { bytes, error: format!("{page} is a page that names {feed} as its feed: {error}") }
                }
                _ => Got::Unreadable { bytes, error: error.to_string() },
            },
        }
    });
    parsed.await.unwrap_or_else(|error| Got::Unreadable { bytes, error: error.to_string() })
}

/// The first of the feeds that a page names. Not where it names the address that was asked among them: then the page stands in place of
/// the feed for a while, as in maintenance, and the next one that it names has the comments.
fn elsewhere(feeds: &[String], own: &[String; 2], page: &Url) -> Option<Url> {
    let is_own = |feed: &Url| feed == page || own.iter().any(|own| own == feed.as_str());
    let feeds: Vec<Url> = feeds.iter().filter_map(|feed| Url::parse(feed).ok()).collect();
    if feeds.iter().any(is_own) { None } else { feeds.into_iter().next() }
}

/// Whose document is planned.
pub(super) struct Source<'a> {
    pub(super) id: FeedId,
    /// Where it is listed.
    pub(super) url: &'a str,
    /// Whether no poll of it ever succeeded.
    pub(super) first: bool,
}

/// What the entries of a document mean beside those that are stored.
pub(super) async fn plan_entries(
    work: &Work,
    feed: &Source<'_>,
    settings: &FeedSettings,
    document: Document,
    now: Timestamp,
) -> Result<EntryPlan, String> {
    for fault in &document.parsed().faults {
        tracing::debug!(feed.id = feed.id.0, feed.url, "Feed {}: {}", feed.url, fault.detail);
    }
    let known = work.store.known(feed.id, document.keys()).await.map_err(|error| error.to_string())?;
    let (feed_url, first, settings) = (feed.url.to_owned(), feed.first, settings.clone());
    let input = PollInput { feed: feed.id, feed_url, first, settings, document, known, now, text: TEXT };
    work.cpu.run(move || deduplicator::plan(&input)).await.map_err(|error| error.to_string())
}

/// Stores what came of a poll, and tells of it.
async fn store(work: &Work, feed: &DueFeed, plan: Arc<Plan>, end: PollEnd) -> PollEnd {
    let stored = work.store.apply(feed.id, Arc::clone(&plan)).await;
    match events::polled(work, feed, &plan, stored) {
        Some(applied) => PollEnd { ok: plan.feed.error.is_none(), applied, ..end },
        None => end,
    }
}

pub(super) fn patch(next: &Next, status: Option<u16>) -> FeedPatch {
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
        full: false,
        address: Address::Unknown,
        hub: HubSaid::Unknown,
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
        rhythm: feed.rhythm,
        faults: parsed.faults.clone(),
    }
}
