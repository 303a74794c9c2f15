//! `feedmux backup`: a copy of the store, also while the daemon works on it.

use std::path::PathBuf;

use clap::Args;
use feedmux::config::units;
use feedmux::ops::shutdown;
use feedmux::store::{Copying, Store};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Exit, Global, Setup, out};

#[derive(Debug, Args)]
#[command(after_help = "\
The copy is one file of one moment, and is read through before it gets its name: until then a file that was there stays.
To go back to it: stop feedmux, remove feedmux.db-wal and feedmux.db-shm, copy it over feedmux.db, start feedmux.

Examples:
  feedmux backup /mnt/backup/feedmux-$(date +%F).db
  feedmux backup --force /mnt/backup/feedmux.db      replaces the one of yesterday")]
pub(crate) struct Backup {
    /// Where the copy goes
    file: PathBuf,
    /// Replaces a file that is there
    #[arg(long)]
    force: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Backup {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let stop = shutdown::on_signal()?.stop;
        let style = ProgressStyle::with_template("{bar:30} {percent}% {elapsed} {msg}")?;
        let bar = if out::shows_bar(global) { ProgressBar::new(0).with_style(style) } else { ProgressBar::hidden() };
        let (path, file, shown) = (setup.store_path.clone(), self.file.clone(), bar.clone());
        let mut go_on = move |step: Copying| {
            match step {
                Copying::Pages(done, all) => {
                    shown.set_length(all);
                    shown.set_position(done);
                }
                Copying::Checking => shown.set_message("reading it through"),
            }
            !stop.is_cancelled()
        };
        let work = tokio::task::spawn_blocking(move || Store::backup(&path, &file, self.force, &mut go_on));
        let copied = work.await;
        bar.finish_and_clear();
        let copied = copied??;
        if copied.dangling > 0 {
            tracing::warn!("the store, and so its copy, has {} references to nothing: see `feedmux doctor`", copied.dangling);
        }
        if self.json {
            out::json(&copied)?;
        } else {
            let (file, size) = (self.file.display(), units::mib(copied.bytes));
            let (feeds, entries) = (out::count(copied.feeds, "feed", "feeds"), out::count(copied.entries, "entry", "entries"));
            out::done(global, format_args!("{file}: {feeds}, {entries}, {size}, read through and whole"))?;
        }
        Ok(Exit::Done)
    }
}
