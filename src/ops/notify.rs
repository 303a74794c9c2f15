//! systemd: ready, status, stopping, and a watchdog that is fed only while the work really goes on.

use std::time::Duration;

use sd_notify::NotifyState;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::store::{Pulse, Store, StoreError, Trouble};

/// How often it is looked whether there is something else to say.
const STATUS_EVERY: Duration = Duration::from_secs(5);

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

/// Says how it goes, as `systemctl status` shows it, when that changes.
pub async fn tell_status(store: Store, stop: CancellationToken) {
    if std::env::var_os("NOTIFY_SOCKET").is_none() {
        return;
    }
    let mut told = String::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(STATUS_EVERY) => {}
        }
        // A store that does not answer is told by the writer's trouble or by the watchdog.
        let Ok(pulse) = store.pulse().await else { continue };
        let line = line(&pulse, store.trouble().as_ref());
        if line != told {
            send(&[NotifyState::Status(&line)]);
            told = line;
        }
    }
}

/// One line for people.
fn line(pulse: &Pulse, trouble: Option<&Trouble>) -> String {
    let mut line = format!("{} feeds, {} in trouble", pulse.feeds, pulse.in_trouble);
    if pulse.waiting > 0 {
        line.push_str(&format!(", {} entries wait for their pages", pulse.waiting));
    }
    if let Some(at) = pulse.next_poll {
        line.push_str(&format!(", next poll at {}", at.strftime("%H:%M:%S UTC")));
    }
    if let Some(trouble) = trouble {
        line.push_str(&format!("; the store takes nothing: {}", trouble.error));
    }
    line
}

fn send(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "systemd was not told: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_matters() {
        let pulse = Pulse { feeds: 212, in_trouble: 3, waiting: 0, next_poll: None };
        assert_eq!(line(&pulse, None), "212 feeds, 3 in trouble");
        let pulse = Pulse { waiting: 7, next_poll: Some("2026-11-28T10:00:04.5Z".parse().unwrap()), ..pulse };
        assert_eq!(line(&pulse, None), "212 feeds, 3 in trouble, 7 entries wait for their pages, next poll at 10:00:04 UTC");
        let full = Trouble { error: StoreError::Full("disk".to_owned()), since: Duration::from_secs(9), failed: 2 };
        assert!(line(&pulse, Some(&full)).contains("; the store takes nothing: "));
    }
}
