//! `feedmux hook`: how the hooks of the configuration stand, and a test for one.

use clap::Subcommand;
use feedmux::clock::Clock;
use feedmux::daemon::hooks;
use feedmux::fetcher::Fetcher;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Subcommand)]
pub(crate) enum Hook {
    /// The hooks that are configured: what waits for each, and what it failed of
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Delivers a test event, signed like any other, and prints what came back; then what waits is tried at once
    Test {
        /// Its name, or its number in the configuration, from 1
        #[arg(value_name = "NAME|N")]
        hook: String,
    },
}

impl Hook {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        match self {
            Self::List { json } => list(&setup, json).await,
            Self::Test { hook } => test(&setup, &hook).await,
        }
    }
}

async fn list(setup: &Setup, json: bool) -> anyhow::Result<Exit> {
    if setup.loaded.config.hooks.is_empty() {
        out::aside("no hooks yet; a [[hook]] in the configuration is one (docs/hooks.md)");
        return Ok(Exit::Done);
    }
    let states = if setup.store_path.exists() { setup.open_read_only()?.hooks().await? } else { Vec::new() };
    for hook in hooks::report(&setup.loaded.config.hooks, &states) {
        if json {
            out::json(&hook)?;
            continue;
        }
        out::line(out::plain(hook["name"].as_str().unwrap_or_default()))?;
        for (name, value) in hook.as_object().into_iter().flatten().filter(|(name, value)| *name != "name" && !value.is_null()) {
            out::line(format_args!("    {:<14} {}", name.replace('_', " "), out::words(value)))?;
        }
    }
    Ok(Exit::Done)
}

async fn test(setup: &Setup, what: &str) -> anyhow::Result<Exit> {
    let config = &setup.loaded.config;
    let by_number =
        what.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).filter(|number| *number < config.hooks.len());
    let Some(number) = by_number.or_else(|| config.hooks.iter().position(|hook| hook.name == what)) else {
        return Err(Told::error(Exit::Nothing, format!("no hook is called \"{what}\"; `feedmux hook list` shows all")));
    };
    let hook = &config.hooks[number];
    let clock = Clock::system();
    let fetcher = Fetcher::new(&config.fetch, clock.clone())?;
    let answer = hooks::test(hook, &hook.label(number), &setup.outputs, &fetcher, &clock).await.map_err(anyhow::Error::msg)?;
    out::line(out::plain(&answer))?;
    if setup.store_path.exists() {
        let store = setup.open()?;
        let key = hook.spec().key;
        if let Some(state) = store.hooks().await?.into_iter().find(|state| state.key == key) {
            store.revive_hook(state.id).await?;
        }
        store.close().await;
    }
    Ok(Exit::Done)
}
