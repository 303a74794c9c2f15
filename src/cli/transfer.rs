//! `feedmux import` and `feedmux export`: subscriptions in and out.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::{feeds, lists};
use feedmux::exporter::opml;

use super::{Exit, Global, Setup, input, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Folders become tags. Lists of addresses, one a line, work as well.
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
        let text = String::from_utf8_lossy(&input::file(&self.file)?).into_owned();
        let (listed, mut faults) = lists::parse(&text);
        let store = setup.open()?;
        let now = Clock::system().now();
        let (mut new, mut known) = (0, 0);
        for feed in &listed {
            match feeds::listed_spec(&setup.loaded.config, feed) {
                Ok(spec) => {
                    let settings = feeds::settings_json(feed);
                    let (_, is_new) = store.add_feed(now, spec, settings).await.with_context(|| format!("subscribing to {}", feed.url))?;
                    if is_new { new += 1 } else { known += 1 }
                }
                Err(what) => faults.push(lists::ListFault { line: feed.line, what }),
            }
        }
        store.close().await;
        for fault in &faults {
            tracing::warn!("{}:{}: {}", self.file.display(), fault.line, fault.what);
        }
        out::line(format_args!("{new} feeds added, {known} known already, {} lines not understood", faults.len()))?;
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
        let store = Setup::load(global)?.open_read_only()?;
        let feeds: Vec<_> = store.feeds().await?.into_iter().filter(|feed| feed.subscribed).collect();
        out::bytes(opml::render(&feeds).as_bytes())?;
        Ok(Exit::Done)
    }
}
