//! Signals become one `CancellationToken`; a second signal ends the process at once.

use tokio_util::sync::CancellationToken;

/// Exit code of a process that was told twice to stop (128 + SIGINT, as shells count).
const TOLD_TWICE: i32 = 130;

/// A token that is cancelled by SIGTERM or SIGINT (ctrl-c).
///
/// # Errors
/// When the system refuses signal handlers.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    let mut signals = Signals::new()?;
    // A closing terminal or a habit must not end the daemon.
    let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            tracing::warn!("SIGHUP: the configuration is read at start only; restart feedmux to apply a changed one");
        }
    });
    tokio::spawn(async move {
        signals.next().await;
        told.cancel();
        signals.next().await;
        std::process::exit(TOLD_TWICE);
    });
    Ok(stop)
}

struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
