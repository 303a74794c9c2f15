//! Signals become one `CancellationToken` and reloads; a second signal to stop ends the process at once.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Exit code of a process that was told twice to stop (128 + SIGINT, as shells count).
const TOLD_TWICE: i32 = 130;

/// What signals say.
pub struct Told {
    /// Cancelled by SIGTERM or SIGINT (ctrl-c).
    pub stop: CancellationToken,
    /// One message for each SIGHUP; those that come while one is worked on are one.
    pub reload: mpsc::Receiver<()>,
}

/// Listens to signals from now on.
///
/// # Errors
/// When the system refuses signal handlers.
pub fn on_signal() -> std::io::Result<Told> {
    let stop = CancellationToken::new();
    let told = stop.clone();
    let mut signals = Signals::new()?;
    // Also where nobody reloads: a closing terminal or a habit must not end a process in its work.
    let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    let (reload, reloads) = mpsc::channel(1);
    tokio::spawn(async move {
        while hangup.recv().await.is_some() {
            let _ = reload.try_send(());
        }
    });
    tokio::spawn(async move {
        signals.next().await;
        told.cancel();
        signals.next().await;
        std::process::exit(TOLD_TWICE);
    });
    Ok(Told { stop, reload: reloads })
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
