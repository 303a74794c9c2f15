//! `feedmux vacuum`: free pages go back to the disk.

use std::time::Duration;

use clap::Args;
use feedmux::ops::shutdown;
use feedmux::store::{Shrunk, Store, StoreError};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Global, Setup, Told, out};

/// How often the clock beside the bar moves.
const TICK: Duration = Duration::from_millis(200);

#[derive(Debug, Args)]
#[command(after_help = "\
While feedmux runs it gives back free pages in small steps, as it does by itself when much is free. While nothing runs it writes the
file anew without gaps: that takes twice the room of what is in it meanwhile, and a file that was made by an early version learns
to give back single pages.")]
pub(crate) struct Vacuum {
    /// Writes the file anew also where steps would do; not while feedmux runs (exit code 75)
    #[arg(long)]
    full: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Vacuum {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let path = setup.store_path.clone();
        if !path.exists() {
            return Err(StoreError::Missing { path: path.display().to_string() }.into());
        }
        let stop = shutdown::on_signal()?.stop;
        let bar = if out::shows_bar(global) { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_style(ProgressStyle::with_template("{spinner} {elapsed} {msg}")?);
        bar.enable_steady_tick(TICK);
        let shown = bar.clone();
        let work = move || match Store::lock(&path) {
            Ok(alone) => {
                shown.set_message("writing the file anew");
                Store::vacuum(&path, &alone, move || !stop.is_cancelled())
            }
            Err(locked @ StoreError::Locked { .. }) if self.full => Err(locked),
            Err(locked @ StoreError::Locked { .. }) => {
                let mut go_on = |free| {
                    shown.set_message(format!("{free} pages to give back"));
                    !stop.is_cancelled()
                };
                Store::shrink(&path, &mut go_on)?.ok_or(locked)
            }
            Err(error) => Err(error),
        };
        let shrunk = tokio::task::spawn_blocking(work).await;
        bar.finish_and_clear();
        let Shrunk { before, after, anew } = shrunk?.map_err(|error| match error {
            StoreError::Locked { .. } if !self.full => {
                let why = "and the file was made by a version that could not give back single pages yet";
                Told::error(Exit::Locked, format!("{error}: it writes the file anew once, {why}"))
            }
            other => other.into(),
        })?;
        if self.json {
            out::json(&serde_json::json!({ "before": before, "after": after, "anew": anew }))?;
        } else {
            let mib = |bytes: u64| format!("{:.1} MiB", in_mib(bytes));
            let how = if anew { "written anew" } else { "free pages given back" };
            let what = format_args!("{}: {} before, {} after, {how}", setup.store_path.display(), mib(before), mib(after));
            out::done(global, what)?;
        }
        Ok(Exit::Done)
    }
}

#[allow(clippy::cast_precision_loss)] // for people, one digit
fn in_mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
