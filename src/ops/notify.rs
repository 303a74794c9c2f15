//! systemd: ready, status, stopping, and a watchdog that is fed only while the work really goes on.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::store::{Store, StoreError};

/// The service is up: the store is migrated, the listeners listen.
pub fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The configuration is read again; [`ready`] ends it.
pub fn reloading() {
    let mut states = vec![NotifyState::Reloading];
    states.extend(NotifyState::monotonic_usec_now().ok());
    send(&states);
}

/// The service has begun to stop.
pub fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("stopping: finishing polls and scrapes")]);
}

/// Feeds the watchdog at half its interval, each time after the scheduler has moved (`beat` counts its rounds) and the
/// writer thread has answered. An answer, not a successful write: a full disk must not cause restarts.
pub async fn feed_watchdog(store: Store, mut beat: watch::Receiver<u64>, stop: CancellationToken) {
    let Some(interval) = sd_notify::watchdog_enabled() else { return };
    let pause = (interval / 2).max(Duration::from_millis(100));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        if beat.changed().await.is_err() || matches!(store.ping_writer().await, Err(StoreError::Closed)) {
            return;
        }
        send(&[NotifyState::Watchdog]);
    }
}

fn send(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told: {error}");
    }
}
