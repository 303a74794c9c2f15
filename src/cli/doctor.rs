//! `feedmux doctor`: what is wrong, and what to do about it.

use clap::Args;
use feedmux::clock::Clock;
use feedmux::daemon::doctor::{self, House};
use feedmux::model::Examined;
use feedmux::store::Store;
use serde_json::json;

use super::{Exit, Global, Setup, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is changed without --fix. With it, what can be mended without loss is mended; stop feedmux before, because what it
remembers of the store would be wrong afterwards (exit code 75 while it runs).

Exit codes: 0 all is well, or was mended; 1 something needs a person.")]
pub(crate) struct Doctor {
    /// Mends what can be mended without loss
    #[arg(long)]
    fix: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let (path, now) = (setup.store_path.clone(), Clock::system().now());
        let fix = self.fix && path.exists();
        let lock = if fix { Some(Store::lock(&path)?) } else { None };
        if out::shows_bar(global) && !self.json {
            out::aside("Reading the whole store: seconds, or minutes where it is large");
        }
        let silent = self.json;
        let work = move || {
            // A reader that closed its end is told at the end.
            let mut tell = |examined: &Examined| drop((!silent).then(|| lines(examined)));
            if fix { Store::mend(&path, now, &mut tell) } else { Ok(Store::examine(&path, now, &mut tell)) }
        };
        let mut all = tokio::task::spawn_blocking(work).await??;
        let config = &setup.loaded.config;
        let house = House { config, feeds: &setup.loaded.feeds, store: &setup.store_path, locked: lock.is_some() };
        for examined in doctor::examine(house).await {
            if !self.json {
                lines(&examined)?;
            }
            all.push(examined);
        }
        let open = all.iter().flat_map(|examined| &examined.findings).filter(|finding| finding.is_open()).count();
        if self.json {
            out::json(&json!({ "ok": open == 0, "open": open, "checks": all }))?;
        } else {
            out::line(match open {
                0 => "all is well".to_owned(),
                1 => "1 thing needs a person".to_owned(),
                _ => format!("{open} things need a person"),
            })?;
        }
        Ok(if open == 0 { Exit::Done } else { Exit::Failure })
    }
}

/// What a check found, for people.
fn lines(examined: &Examined) -> anyhow::Result<()> {
    let Examined { check, about, findings } = examined;
    if findings.is_empty() {
        return out::line(format_args!("ok      {check:<12} {about}"));
    }
    for finding in findings {
        let (word, rest) = match &finding.mended {
            Some(done) => ("mended", done.as_str()),
            None if finding.wrong => ("WRONG", finding.remedy.as_str()),
            None => ("note", finding.remedy.as_str()),
        };
        out::line(out::plain(&format!("{word:<7} {check:<12} {}: {}", finding.at, finding.what)))?;
        if !rest.is_empty() {
            out::line(out::plain(&format!("{:<20} -> {rest}", "")))?;
        }
    }
    Ok(())
}
