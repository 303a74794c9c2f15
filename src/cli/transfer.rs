//! `feedmux import` and `feedmux export`: subscriptions in and out.

use std::path::PathBuf;

use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::{feeds, lists};
use feedmux::exporter::{Shelf, opml};

use super::{Exit, Global, Setup, input, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Folders become tags. Lists of addresses, one a line, work as well. What Miniflux and FreshRSS
say of a feed is taken over where feedmux has such a setting; the rest is told.
Examples:
  feedmux import subscriptions.opml
  feedmux import ~/.newsboat/urls")]
pub(crate) struct Import {
    /// OPML, or a list of addresses one a line
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// As OPML 2.0 (the only format so far)
    #[arg(long)]
    opml: bool,
}

impl Import {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let (listed, mut faults) = lists::parse(&input::file(&self.file)?);
        let listed = lists::once(listed);
        let store = setup.open()?;
        let (mut specs, mut paused) = (Vec::with_capacity(listed.len()), Vec::with_capacity(listed.len()));
        for entry in &listed {
            match feeds::spec(&setup.loaded.config, &entry.feed) {
                Ok(spec) => {
                    specs.push((spec, feeds::settings_json(&entry.feed)));
                    paused.push(entry.paused);
                }
                Err(fault) => faults.push(lists::ListFault::of_a_line(entry.line, fault.to_string())),
            }
        }
        let added = store.add_feeds(Clock::system().now(), specs).await?;
        for ((id, is_new), paused) in added.iter().zip(paused) {
            if *is_new && paused {
                store.pause(Clock::system().now(), *id, true).await?;
            }
        }
        let new = added.iter().filter(|(_, is_new)| *is_new).count();
        store.close().await;
        for fault in &faults {
            tracing::warn!("{}:{}: {}", self.file.display(), fault.line, fault.what);
        }
        let warnings = if faults.len() == 1 { "warning" } else { "warnings" };
        let feeds = if new == 1 { "feed" } else { "feeds" };
        out::line(format_args!(
            "{new} {feeds} added, {} known already (they stay as they were), {} {warnings}",
            added.len() - new,
            faults.len()
        ))?;
        Ok(if listed.is_empty() {
            Exit::Nothing
        } else if faults.is_empty() {
            Exit::Done
        } else {
            Exit::Partial
        })
    }
}

impl Export {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let store = setup.open_read_only()?;
        let mut subscriptions = store.subscriptions().await.map_err(anyhow::Error::msg)?;
        opml::declare(&mut subscriptions, setup.loaded.config.declared());
        out::bytes(&opml::write(&subscriptions))?;
        Ok(Exit::Done)
    }
}
