//! `feedmux reload`: the running daemon reads its configuration again; and `check --plan`: what that would change.

use clap::Args;
use feedmux::config::Difference;
use feedmux::model::Origin;

use super::{Exit, Global, Setup, Told, out, status};

#[derive(Debug, Args)]
#[command(after_help = "\
The daemon reads the file that it was started with, with its own --set: other ones here are refused. Feeds, outputs, rules, hooks and limits hold at once and no feed is polled early;
[store], [http], [fetch], [dedup] and [log] after a restart. A file that is wrong changes nothing (exit code 78).

  feedmux check --plan     what a reload would change")]
pub(crate) struct Reload {
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Reload {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let question = format!("reload{}", setup.given(global));
        let Some(answer) = setup.ask(&question).await else { return Err(status::unreachable(&setup)) };
        tell(&difference(answer)?, self.json, "nothing changed")
    }
}

/// What a reload would change; where no daemon runs, what a start would change in the store.
pub(crate) async fn plan(setup: &Setup, global: &Global, json: bool) -> anyhow::Result<Exit> {
    let difference = match setup.ask(&format!("plan{}", setup.given(global))).await {
        Some(answer) => difference(answer)?,
        None if status::is_denied(setup) => return Err(status::unreachable(setup)),
        None if setup.store_path.exists() => {
            let store = setup.open_read_only()?;
            let rows = store.feeds().await?;
            let listed = rows.iter().filter(|row| row.subscribed && row.origin == Origin::Config);
            let listed: Vec<&str> = listed.map(|row| row.listed_url.as_deref().unwrap_or(&row.url)).collect();
            store.close().await;
            tracing::warn!("no daemon runs: this is what a start changes in the store, feeds alone");
            Difference::of_feeds(&listed, &setup.loaded.feeds)
        }
        None => Difference::of_feeds(&[], &setup.loaded.feeds),
    };
    tell(&difference, json, "a reload would change nothing")
}

fn difference(answer: serde_json::Value) -> anyhow::Result<Difference> {
    match answer["error"].as_str() {
        Some(error) if answer["wrong"] == true => Err(Told::error(Exit::Configuration, error)),
        Some(error) => Err(anyhow::Error::msg(error.to_owned())),
        None => Ok(serde_json::from_value(answer)?),
    }
}

fn tell(difference: &Difference, json: bool, nothing: &str) -> anyhow::Result<Exit> {
    if json {
        out::json(difference)?;
    } else if difference.is_empty() {
        out::line(nothing)?;
    } else {
        for line in difference.lines() {
            out::line(out::plain(&line))?;
        }
    }
    Ok(Exit::Done)
}
