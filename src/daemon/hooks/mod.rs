//! `[[hook]]`: takes what the store wrote down to those who asked for it, each hook's events in their order, one at a time, at least once.
//!
//! The outbox is the queue: a wake-up carries nothing, and a crash loses nothing but the answer to what was under way. A hook that fails
//! waits with all that waits for it; the others go on.

mod send;
mod signature;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};
use tokio::task::{self, JoinSet};
use tokio_util::sync::CancellationToken;

use super::DaemonError;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::exporter::Outputs;
use crate::exporter::delivery::{self, Telling, Told};
use crate::fetcher::Fetcher;
use crate::model::{Hash128, HookEvent, HookId, HookState, Waiting};
use crate::store::{Store, StoreError};
use send::{Refusal, Way, wait};

/// How often it is looked whether something waits.
const LOOK: Duration = Duration::from_secs(1);

/// Deliveries under way at once, of different hooks: few, since they take what descriptors polls leave.
const AT_ONCE: usize = 4;

/// When the store does not answer.
const REST: Duration = Duration::from_secs(10);

/// Lost events are told at most so often.
const LOSS_TOLD: Duration = Duration::from_mins(1);

/// What `once` gives hooks after its round; what waits longer is delivered by the next one.
const ONCE_FOR: Duration = Duration::from_mins(1);

/// The hooks of a configuration, written into the store.
pub struct Hooks {
    outputs: Outputs,
    configured: Vec<config::Hook>,
    hooks: Vec<Hook>,
}

struct Hook {
    id: HookId,
    label: String,
    on: Vec<HookEvent>,
    way: Way,
    /// Events that were lost and told of, and when.
    lost: Mutex<(u64, Option<Instant>)>,
}

/// What every delivery is given.
#[derive(Clone)]
pub struct Work {
    /// The outbox.
    pub store: Store,
    /// The way out.
    pub fetcher: Fetcher,
    /// Wall time.
    pub clock: Clock,
}

impl Hooks {
    /// Lets the hooks of `config` hold: what happens from now on is written down for them.
    ///
    /// # Errors
    /// An expression that cannot be understood, or what the disk says.
    pub async fn put(store: &Store, config: &Config) -> Result<Self, DaemonError> {
        let outputs = Outputs::compile(config)?;
        let ids = store.put_hooks(config.hooks.iter().map(config::Hook::spec).collect()).await?;
        let states = store.hooks().await?;
        let lost = |id| states.iter().find(|state| state.id == id).map_or(0, |state| state.dropped);
        let hooks = ids.into_iter().zip(&config.hooks).enumerate().map(|(number, (id, hook))| Hook {
            id,
            label: hook.label(number),
            on: hook.events(),
            way: Way::of(hook),
            lost: Mutex::new((lost(id), None)),
        });
        Ok(Self { hooks: hooks.collect(), configured: config.hooks.clone(), outputs })
    }

    /// How they stand, for people.
    ///
    /// # Errors
    /// What the disk says.
    pub async fn report(&self, store: &Store) -> Result<Vec<Value>, StoreError> {
        Ok(report(&self.configured, &store.hooks().await?))
    }
}

/// How the hooks of a configuration stand: one JSON object each.
pub fn report(hooks: &[config::Hook], states: &[HookState]) -> Vec<Value> {
    let one = |(number, hook): (usize, &config::Hook)| {
        let key = hook.spec().key;
        let mut shown = json!({ "name": hook.label(number), "to": hook.receiver(), "on": hook.on });
        let state = states.iter().find(|state| state.key == key).and_then(|state| serde_json::to_value(state).ok());
        if let (Some(shown), Some(Value::Object(state))) = (shown.as_object_mut(), state) {
            shown.extend(state);
        }
        shown
    };
    hooks.iter().enumerate().map(one).collect()
}

/// Delivers until `stop`; then what is under way may end, and nothing further begins.
pub(super) async fn deliver(work: Work, mut hooks: watch::Receiver<Arc<Hooks>>, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    let mut busy: HashMap<task::Id, HookId> = HashMap::new();
    while !stop.is_cancelled() {
        let now = Arc::clone(&hooks.borrow_and_update());
        let due = if now.hooks.is_empty() { Vec::new() } else { work.store.due_hooks(work.clock.now()).await.unwrap_or_default() };
        for number in 0..now.hooks.len() {
            let id = now.hooks[number].id;
            if due.contains(&id) && !busy.values().any(|one| *one == id) {
                let (work, slots, stop, hooks, now) =
                    (work.clone(), Arc::clone(&slots), stop.clone(), hooks.clone(), Arc::clone(&now));
                let begun = under_way.spawn(async move {
                    let is_current = || !stop.is_cancelled() && Arc::ptr_eq(&hooks.borrow(), &now);
                    drain(&work, &now, number, &slots, is_current).await;
                });
                busy.insert(begun.id(), id);
            }
        }
        tokio::select! {
            () = stop.cancelled() => break,
            changed = hooks.changed() => if changed.is_err() { break },
            () = tokio::time::sleep(LOOK), if !now.hooks.is_empty() => {}
        }
        while let Some(ended) = under_way.try_join_next_with_id() {
            let task = match ended {
                Ok((task, ())) => task,
                Err(error) => {
                    tracing::error!("A delivery ended with a defect of feedmux, please report it: {error}");
                    error.id()
                }
            };
            busy.remove(&task);
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// Delivers all that waits now, for a process that ends then. After `stop` what is under way gets `drain_for`; cut short, it is delivered again.
pub async fn once(work: &Work, hooks: &Hooks, stop: &CancellationToken, drain_for: Duration) {
    let slots = Semaphore::new(AT_ONCE);
    let due = work.store.due_hooks(work.clock.now()).await.unwrap_or_default();
    let drains = (0..hooks.hooks.len()).filter(|number| due.contains(&hooks.hooks[*number].id));
    let all = futures_util::future::join_all(drains.map(|number| drain(work, hooks, number, &slots, || !stop.is_cancelled())));
    let stopped = async {
        stop.cancelled().await;
        tokio::time::sleep(drain_for).await;
    };
    tokio::select! {
        _ = all => {}
        () = stopped => {}
        () = tokio::time::sleep(ONCE_FOR) => {
            tracing::warn!("Hooks take longer than {ONCE_FOR:?}: what still waits is delivered after the next round");
        }
    }
}

/// Sends a test to `hook`, which is called `label`. Gives what its receiver answered.
///
/// # Errors
/// One line: what it failed of.
pub async fn test(hook: &config::Hook, label: &str, outputs: &Outputs, fetcher: &Fetcher, clock: &Clock) -> Result<String, String> {
    let now = clock.now();
    let hash = Hash128::of(format!("{label}\n{}\n{}", now.as_nanosecond(), std::process::id()).as_bytes());
    let id = format!("msg_test_{}", hash.urn().trim_start_matches("urn:uuid:"));
    let told = delivery::test(outputs, &id, label, now);
    Way::of(hook).send(fetcher, clock, &id, &told).await.map_err(|refusal| refusal.error)
}

/// Delivers what waits for one hook until nothing does, it fails, or `goes_on` says no.
async fn drain(work: &Work, hooks: &Hooks, number: usize, slots: &Semaphore, goes_on: impl Fn() -> bool) {
    while goes_on() {
        match step(work, hooks, number, slots, &goes_on).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(_) if !goes_on() => return,
            Err(error) => {
                tracing::warn!("What waits for hooks cannot be read or written: {error}");
                tokio::time::sleep(REST).await;
                return;
            }
        }
    }
}

/// Whether there may be more.
async fn step(work: &Work, hooks: &Hooks, number: usize, slots: &Semaphore, goes_on: impl Fn() -> bool) -> Result<bool, String> {
    let Some(hook) = hooks.hooks.get(number) else { return Ok(false) };
    let Some(waiting) = work.store.first_waiting(hook.id).await.map_err(told)? else { return Ok(false) };
    let Some(body) = made(work, hooks, number, hook, &waiting).await? else {
        work.store.pass_over(hook.id, waiting.n).await.map_err(told)?;
        return Ok(true);
    };
    let sent = {
        let _slot = slots.acquire().await; // never closed
        hook.way.send(&work.fetcher, &work.clock, &waiting.id, &body).await
    };
    match sent {
        Ok(_) => {
            taken(work, hook, &waiting).await;
            Ok(true)
        }
        // Another address may stand in the configuration by now, and must not be blamed for what this one says.
        Err(_) if !goes_on() => Ok(false),
        Err(refusal) if refusal.is_final => {
            let label = &hook.label;
            tracing::warn!(hook = label, "Hook {label} ended, its receiver wants nothing any more: {}", refusal.error);
            work.store.end_hook(work.clock.now(), hook.id, refusal.error).await.map_err(told)?;
            Ok(false)
        }
        Err(refusal) => {
            failed(work, hook, &waiting, refusal).await?;
            Ok(false)
        }
    }
}

async fn made(work: &Work, hooks: &Hooks, number: usize, hook: &Hook, waiting: &Waiting) -> Result<Option<Told>, String> {
    let (Some(what), Some(output)) = (waiting.what, hooks.outputs.hook(number)) else { return Ok(None) };
    let telling = Telling { hook: output, on: &hook.on, id: &waiting.id, at: waiting.at };
    delivery::tell(&work.store, &hooks.outputs, telling, what, work.clock.now()).await
}

/// Writes down that an event was taken. While that fails nothing else is delivered, or a full disk would have the receiver get the same
/// event for ever.
async fn taken(work: &Work, hook: &Hook, waiting: &Waiting) {
    let label = &hook.label;
    loop {
        match work.store.delivered(work.clock.now(), hook.id, waiting.n).await {
            Ok(lost) => {
                if waiting.failures > 0 {
                    tracing::info!(hook = label, "Hook {label} takes events again, after {} failures", waiting.failures);
                }
                return tell_of_loss(hook, lost);
            }
            Err(StoreError::Closed) => return,
            Err(error) => {
                tracing::warn!(hook = label, "Hook {label} took an event, and that cannot be written down: {error}");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

async fn failed(work: &Work, hook: &Hook, waiting: &Waiting, refusal: Refusal) -> Result<(), String> {
    let (label, Refusal { error, retry_after, .. }) = (&hook.label, refusal);
    let wait = wait(waiting.failures, retry_after);
    if waiting.failures == 0 {
        tracing::warn!(hook = label, "Hook {label} does not take events: {error}. It is tried again, the first time in {wait:?}");
    } else {
        tracing::debug!(hook = label, "Hook {label} failed {} times: {error}; again in {wait:?}", waiting.failures + 1);
    }
    let lost = work.store.delivery_failed(work.clock.now(), hook.id, error, wait).await.map_err(told)?;
    tell_of_loss(hook, lost);
    Ok(())
}

fn tell_of_loss(hook: &Hook, lost: u64) {
    let mut before = hook.lost.lock().unwrap_or_else(PoisonError::into_inner);
    if lost > before.0 && before.1.is_none_or(|at| at.elapsed() >= LOSS_TOLD) {
        let (label, more) = (&hook.label, lost - before.0);
        tracing::warn!(
            hook = label,
            "Hook {label}: {more} events are lost, since they could not be delivered for too long or too many waited"
        );
        *before = (lost, Some(Instant::now()));
    }
}

fn told(error: StoreError) -> String {
    error.to_string()
}
