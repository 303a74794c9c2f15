//! `feedmux run`: the daemon, in the foreground.

use feedmux::clock::Clock;
use feedmux::config::{ConfigError, Difference};
use feedmux::daemon::{Asked, Daemon, Parts, Question};
use feedmux::ops::{notify, shutdown};
use feedmux::scheduler::Events;
use serde_json::json;

use super::{Exit, Global, Setup};

pub(crate) async fn run(global: &Global) -> anyhow::Result<Exit> {
    // First of all: a signal that comes while a long list is read must not end the process.
    let shutdown::Told { stop, mut reload } = shutdown::on_signal()?;
    let setup = Setup::load_working(global)?;
    let feeds = setup.loaded.feeds.len();
    let mut daemon = Daemon::start(Parts {
        config: setup.loaded.config.clone(),
        feeds: setup.loaded.feeds.clone(),
        store: &setup.store_path,
        control_socket: Some(&setup.control_socket()),
        clock: Clock::system(),
        events: Events::default(),
    })
    .await?;
    for address in &daemon.addresses {
        tracing::info!("Serving {address}/feeds/all.atom (also .rss and .json)");
    }
    if feeds == 0 && daemon.store.feeds().await?.is_empty() {
        tracing::warn!("No feeds yet: `feedmux feed add URL` subscribes, also while this runs");
    }
    notify::ready(&format!("{feeds} feeds configured"));
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            () = daemon.scheduler_ended.cancelled() => {
                daemon.stop().await;
                anyhow::bail!("the scheduler ended by itself, a defect of feedmux: please report it");
            }
            Some(()) = reload.recv() => {
                // It is in the log.
                let _ = apply_changes(&setup, global, &mut daemon).await;
            }
            Some(Asked { what, given, answer }) = daemon.asked.recv() => {
                let said = match (setup.is_asked_as_started(global, &given), what) {
                    (Err(other), _) => Err(other),
                    (Ok(()), Question::Plan) => setup.reload(global).map(|loaded| daemon.difference(&loaded.config, &loaded.feeds)),
                    (Ok(()), Question::Reload) => apply_changes(&setup, global, &mut daemon).await,
                };
                // Who asked may have gone.
                let _ = answer.send(said.map_or_else(|error| told(&error), |said| json!(said)));
            }
        }
    }
    notify::stopping();
    tracing::info!("Stopping: polls in flight get {:?} to end", setup.loaded.config.run.drain);
    let summary = daemon.stop().await;
    if summary.cut > 0 {
        tracing::warn!("{} polls or scrapes were cut short; they are due again at their next time", summary.cut);
    }
    Ok(Exit::Done)
}

/// Reads the configuration again. What is wrong with it is said, and the old one goes on.
async fn apply_changes(setup: &Setup, global: &Global, daemon: &mut Daemon) -> anyhow::Result<Difference> {
    notify::reloading();
    let changed = match setup.reload(global) {
        Ok(loaded) => daemon.reload(loaded.config, loaded.feeds).await.map_err(anyhow::Error::from),
        Err(error) => Err(error),
    };
    match &changed {
        Ok(changes) => {
            tracing::info!("The configuration was read again: {changes}");
            notify::ready("configuration read again");
        }
        Err(error) => {
            tracing::error!("The configuration stays as it was: {error:#}");
            notify::ready("configuration is wrong and stays as it was: see the log");
        }
    }
    changed
}

fn told(error: &anyhow::Error) -> serde_json::Value {
    json!({ "error": format!("{error:#}"), "wrong": error.downcast_ref::<ConfigError>().is_some() })
}
