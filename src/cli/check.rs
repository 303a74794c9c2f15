//! `feedmux check`: whether the configuration is right and the store opens. Changes nothing.

use anyhow::Context;
use clap::Args;
use feedmux::scheduler::site_rules;

use super::{Exit, Global, Setup, out, reload};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// What `feedmux reload` would change
    #[arg(long)]
    plan: bool,
    /// The plan as one JSON object
    #[arg(long, requires = "plan")]
    json: bool,
}

impl Check {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        if self.plan { reload::plan(&setup, self.json).await } else { check(&setup).await }
    }
}

async fn check(setup: &Setup) -> anyhow::Result<Exit> {
    let file = setup.loaded.file.as_ref().map_or_else(|| "defaults".to_owned(), |path| path.display().to_string());
    let folder = &setup.loaded.config.scrape.site_rules;
    let (_, told) = site_rules::load(folder).with_context(|| format!("[scrape] site_rules {}", folder.display()))?;
    for warning in &told {
        tracing::warn!("{warning}");
    }
    let store = if setup.store_path.exists() {
        setup.open_read_only()?.close().await;
        "opens"
    } else {
        "will be made"
    };
    out::line(format_args!(
        "{file}: ok, {} feeds, {} warnings; store {} {store}",
        setup.loaded.feeds.len(),
        setup.loaded.warnings.len() + told.len(),
        setup.store_path.display(),
    ))?;
    Ok(Exit::Done)
}
