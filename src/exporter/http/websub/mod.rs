//! The callbacks that hubs (WebSub) come to: they verify that a subscription is wanted, and push what is new.
//!
//! No token is asked for: the address itself is the secret, a hub cannot bring another one, and what it pushes is signed. These
//! routes alone ask the store for more than a shelf has.

mod pace;
mod signature;
mod verify;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Response, StatusCode, Uri, header};
use axum::routing::get;
use tokio::sync::{Semaphore, mpsc};
use tokio::time::{Instant, timeout};

use self::pace::Pace;
use self::verify::{Verdict, renew_after, verdict};
use super::plain;
use crate::clock::{Clock, after};
use crate::config::Config;
use crate::model::{Push, Subscription, SubscriptionState};
use crate::store::Store;

/// Pushes that are read, wait or are being stored at once, each at most `fetch.max_body`; who comes then waits, ...
const PUSHES: usize = 4;
/// ... and after this long is asked to come again.
const PATIENCE: Duration = Duration::from_secs(5);
/// A body takes so long at most.
const BODY_TIME: Duration = Duration::from_secs(8);
/// When a hub that found no place shall come again, seconds.
const COME_AGAIN: &str = "60";

/// Where hubs are received.
pub struct Desk {
    store: Store,
    clock: Clock,
    max_body: usize,
    seats: Arc<Semaphore>,
    pace: Mutex<Pace>,
    pushes: mpsc::Sender<Push>,
}

impl Desk {
    /// A desk, and the end at which authentic pushes come out. `None` where hubs cannot reach us: `http.public_url` is not set.
    pub fn new(store: Store, config: &Config, clock: Clock) -> (Option<Arc<Self>>, mpsc::Receiver<Push>) {
        // never full: whoever sends holds one of as many seats
        let (pushes, pushed) = mpsc::channel(PUSHES);
        let max_body = usize::try_from(config.fetch.max_body).unwrap_or(usize::MAX);
        let desk = Self { store, clock, max_body, seats: Arc::new(Semaphore::new(PUSHES)), pace: Mutex::default(), pushes };
        ((!config.http.public_url.is_empty()).then(|| Arc::new(desk)), pushed)
    }
}

/// The callbacks.
pub(super) fn routes(desk: Arc<Desk>) -> Router {
    Router::new().route("/websub/{callback}", get(question).post(push)).with_state(desk)
}

/// "Did you really ask for this?"
async fn question(State(desk): State<Arc<Desk>>, Path(callback): Path<String>, uri: Uri) -> Response<Body> {
    let known = match desk.known(callback).await {
        Ok(known) => known,
        Err(answer) => return answer,
    };
    let (now, callback) = (desk.clock.now(), known.callback.clone());
    let (stored, answer) = match verdict(uri.query().unwrap_or_default(), &known) {
        Verdict::Subscribed { challenge, lease } => {
            tracing::info!(
                feed.id = known.feed.0,
                lease_s = lease.as_secs(),
                "Feed {}: {} tells what is new",
                known.feed_name,
                known.hub
            );
            let (until, renew) = (after(now, lease), after(now, renew_after(lease)));
            (desk.store.subscribed(callback, until, renew).await, echo(challenge))
        }
        Verdict::Unsubscribed { challenge } => (desk.store.unsubscribed(callback).await, echo(challenge)),
        Verdict::Denied => {
            tracing::info!(feed.id = known.feed.0, "Feed {}: {} does not want to tell what is new", known.feed_name, known.hub);
            (desk.store.denied(now, callback).await, plain(StatusCode::OK, "a pity"))
        }
        Verdict::Refused => (Ok(()), nothing_here()),
    };
    match stored {
        Ok(()) => answer,
        Err(error) => broken(&error),
    }
}

/// "Here is what is new." A hub gets a 2xx whatever it sends, as long as it is known: to tell it that its signature is wrong would
/// help those only who try to find a right one.
async fn push(State(desk): State<Arc<Desk>>, Path(callback): Path<String>, headers: HeaderMap, body: Body) -> Response<Body> {
    let known = match desk.known(callback).await {
        Ok(known) if known.state == SubscriptionState::Ending => return plain(StatusCode::GONE, "not wanted any more"),
        Ok(known) => known,
        Err(answer) => return answer,
    };
    // What cannot be stored is better kept by the hub, which brings it again.
    if desk.store.halted().is_some() {
        return busy();
    }
    if !desk.pace.lock().unwrap_or_else(PoisonError::into_inner).takes(known.feed, Instant::now()) {
        return busy();
    }
    let Ok(Ok(seat)) = timeout(PATIENCE, Arc::clone(&desk.seats).acquire_owned()).await else { return busy() };
    let ignored = |why: &str| {
        tracing::debug!(feed.id = known.feed.0, "Feed {}: a push of {} is ignored: {why}", known.feed_name, known.hub);
        taken()
    };
    let body = match timeout(BODY_TIME, to_bytes(body, desk.max_body)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return ignored("larger than fetch.max_body, or broken off"),
        Err(_) => return ignored("it came too slowly"),
    };
    let signatures = headers.get_all("x-hub-signature").iter().filter_map(|value| value.to_str().ok());
    if !signature::is_right(&known.secret, &body, signatures) {
        return ignored("no right signature of SHA-256 or better");
    }
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    match desk.pushes.try_send(Push { to: known, body, content_type, held: Box::new(seat) }) {
        Ok(()) => taken(),
        Err(_) => busy(),
    }
}

impl Desk {
    async fn known(&self, callback: String) -> Result<Subscription, Response<Body>> {
        match self.store.subscription(callback).await {
            Ok(Some(known)) => Ok(known),
            Ok(None) => Err(nothing_here()),
            Err(error) => Err(broken(&error)),
        }
    }
}

// === answers ===

/// The challenge and nothing else, not even a line's end: hubs compare bytes.
fn echo(challenge: String) -> Response<Body> {
    let mut answer = plain(StatusCode::OK, "");
    *answer.body_mut() = Body::from(challenge);
    answer
}

fn taken() -> Response<Body> {
    plain(StatusCode::ACCEPTED, "thanks")
}

fn nothing_here() -> Response<Body> {
    plain(StatusCode::NOT_FOUND, "not asked for")
}

fn busy() -> Response<Body> {
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, "too much at once; come again");
    answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(COME_AGAIN));
    answer
}

fn broken(error: &crate::store::StoreError) -> Response<Body> {
    tracing::warn!(%error, "A hub could not be answered");
    busy()
}
