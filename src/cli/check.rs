//! `feedmux check`: whether the configuration is right and the store opens. Changes nothing.

use std::os::unix::fs::PermissionsExt as _;

use anyhow::Context;
use clap::Args;
use feedmux::fetcher::guard::{self, Policy};
use feedmux::scheduler::site_rules;

use super::{Exit, Global, Setup, out, reload};

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// What `feedmux reload` would change; while a daemon runs, by the file that it was started with
    #[arg(long)]
    plan: bool,
    /// The plan as one JSON object
    #[arg(long, requires = "plan")]
    json: bool,
}

impl Check {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        if self.plan { reload::plan(&setup, global, self.json).await } else { check(&setup, global).await }
    }
}

async fn check(setup: &Setup, global: &Global) -> anyhow::Result<Exit> {
    let file = setup.loaded.file.as_ref().map_or_else(|| "defaults".to_owned(), |path| path.display().to_string());
    let folder = &setup.loaded.config.scrape.site_rules;
    let (_, told) = site_rules::load(folder).with_context(|| format!("[scrape] site_rules {}", folder.display()))?;
    let told: Vec<String> = told.into_iter().chain(refused(setup)?).collect();
    for warning in &told {
        tracing::warn!("{warning}");
    }
    let store = if setup.store_path.exists() {
        setup.open_read_only()?.close().await;
        "opens"
    } else {
        "will be made"
    };
    let count = |n: usize, one, many| out::count(u64::try_from(n).unwrap_or(u64::MAX), one, many);
    let feeds = count(setup.loaded.feeds.len(), "feed", "feeds");
    let warnings = count(setup.loaded.warnings.len() + told.len(), "warning", "warnings");
    out::done(global, format_args!("{file}: ok, {feeds}, {warnings}; store {} {store}", setup.store_path.display()))?;
    Ok(Exit::Done)
}

/// Feeds and hooks that would not be asked, as far as their addresses alone tell it, and programs that are not there.
fn refused(setup: &Setup) -> anyhow::Result<Vec<String>> {
    let config = &setup.loaded.config;
    let policy = Policy::parse(&config.fetch.allow_private).map_err(anyhow::Error::msg)?;
    let feeds = setup.loaded.feeds.iter().map(|feed| (feed.url.to_string(), Some(feed.url.clone())));
    let hooks = config.hooks.iter().enumerate().map(|(number, hook)| (format!("hook {}", hook.label(number)), hook.address()));
    let blocked = |(what, url): (String, Option<url::Url>)| Some(format!("{what}: {}", guard::check_url(&url?, &policy).err()?));
    let missing = config.hooks.iter().enumerate().filter_map(|(number, hook)| {
        let program = hook.exec.first()?;
        let can_run = std::fs::metadata(program).is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0);
        (!can_run).then(|| format!("hook {}: {program} is no program that could be started", hook.label(number)))
    });
    Ok(feeds.chain(hooks).filter_map(blocked).chain(missing).collect())
}
