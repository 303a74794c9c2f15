//! `feedmux once`: one round, then exit. For cron.

use clap::Args;
use feedmux::clock::Clock;
use feedmux::daemon::hooks::{self, Hooks};
use feedmux::daemon::{Base, publish};
use feedmux::exporter::http::App;
use feedmux::model::FeedId;
use feedmux::ops::shutdown;
use feedmux::scheduler::{Event, Events, Round, Scheduler, Summary};
use feedmux::store::Store;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;

use super::{Exit, Global, Setup, out, setup};

#[derive(Debug, Args)]
pub(crate) struct Once {
    /// This feed alone: its number, address, or a part of its title
    #[arg(long, value_name = "X")]
    feed: Option<String>,
    /// Also feeds that are not due; Retry-After, 410 and pause still hold
    #[arg(long)]
    all: bool,
}

impl Once {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        // On a terminal the bar tells what happens; log lines would tear it.
        let setup = if out::shows_bar(global) {
            Setup::load(&Global { quiet: true, ..global.clone() })?
        } else {
            Setup::load_working(global)?
        };
        round(&setup, self.feed.as_deref(), self.all, out::shows_bar(global)).await
    }
}

/// Polls what is due (or one feed), scrapes, settles, and says how it went.
pub(crate) async fn round(setup: &Setup, feed: Option<&str>, all: bool, progress: bool) -> anyhow::Result<Exit> {
    let clock = Clock::system();
    let stop = shutdown::on_signal()?.stop;
    let config = setup.loaded.config.clone();
    let lock = Store::lock(&setup.store_path)?;
    let base = Base::open(lock, &config, setup.loaded.feeds.clone(), &setup.store_path, &clock).await?;
    let hooks = Hooks::put(&base.store, &config).await?;
    let only = match feed {
        None => Vec::new(),
        Some(what) => vec![setup::one_feed(&base.store, what).await?.id],
    };
    let (events, told) = Events::channel();
    let bar = if progress { Some(bar(&base, &only, all, &clock).await?) } else { None };
    let watching = tokio::spawn(watch(told, bar));
    let work = hooks::Work { store: base.store.clone(), fetcher: base.fetcher.clone(), clock: clock.clone() };
    let scheduler = Scheduler::new(base.store.clone(), base.fetcher, clock.clone(), config, base.specs, events);
    // On the thread that its requests are on.
    let summary = tokio::spawn(scheduler.once(Round { all, only }, stop.clone())).await??;
    watching.await?;
    let held = if stop.is_cancelled() { 0 } else { base.store.settle_all_pending(clock.now()).await? };
    tracing::debug!("{held} entries go on with their feed's text, because their pages did not come in this round");
    hooks::once(&work, &hooks, &stop, setup.loaded.config.run.drain).await;
    let folder = &setup.loaded.config.http.export_dir;
    if !folder.as_os_str().is_empty() {
        let app = App::new(base.store.clone(), &setup.loaded.config, clock.clone())?;
        let written = publish::export(&app, folder).await.map_err(anyhow::Error::msg)?;
        tracing::info!("{written} files written to {}", folder.display());
    }
    base.store.close().await;
    drop(base.lock);
    if progress {
        out::line(told_in_words(&summary))?;
    } else {
        tracing::info!("{}", told_in_words(&summary));
    }
    Ok(if summary.cut > 0 {
        Exit::Failure
    } else if summary.failed > 0 {
        Exit::Partial
    } else {
        Exit::Done
    })
}

fn told_in_words(summary: &Summary) -> String {
    let Summary { polls, failed, new, scrapes, cut } = summary;
    let count = |count: usize, one: &str, several: &str| format!("{count} {}", if count == 1 { one } else { several });
    let (polls, new, pages) =
        (count(*polls, "poll", "polls"), count(*new, "new entry", "new entries"), count(*scrapes, "page", "pages"));
    let mut words = format!("{polls} ({failed} failed), {new}, {pages}");
    if *cut > 0 {
        words.push_str(&format!("; {cut} cut short"));
    }
    words
}

async fn bar(base: &Base, only: &[FeedId], all: bool, clock: &Clock) -> anyhow::Result<ProgressBar> {
    let now = clock.now();
    let due = base.store.feeds().await?.into_iter().filter(|feed| {
        feed.subscribed
            && (only.is_empty() || only.contains(&feed.id))
            && (all || !only.is_empty() || feed.next_poll_at.is_some_and(|at| at <= now))
    });
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} feeds {elapsed} {msg}")?;
    Ok(ProgressBar::new(due.count() as u64).with_style(style))
}

/// Moves the bar. What fails is in the log, where the poll ended.
async fn watch(mut told: mpsc::Receiver<Event>, bar: Option<ProgressBar>) {
    let (mut new, mut pages, mut failed) = (0, 0, 0);
    while let Some(event) = told.recv().await {
        let Some(bar) = &bar else { continue };
        match event {
            Event::Polled { name, error, applied, .. } => {
                new += applied.new;
                if let Some(error) = error {
                    failed += 1;
                    bar.println(out::plain(&format!("{name}: {error}")));
                }
                bar.inc(1);
            }
            Event::Scraped { .. } => pages += 1,
            Event::Pages { name, broken: true, reason, .. } => {
                bar.println(out::plain(&format!("{name}: its article pages give less than before: {reason}")));
            }
            Event::Pages { .. } => {}
        }
        bar.set_message(format!("{new} new entries, {pages} pages, {failed} failed"));
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Summary, told_in_words};

    #[test]
    fn a_round_is_told_in_words() {
        let check = |[polls, failed, new, scrapes, cut]: [usize; 5], expected: &str| {
            assert_eq!(told_in_words(&Summary { polls, failed, new, scrapes, cut }), expected);
        };
        check([0; 5], "0 polls (0 failed), 0 new entries, 0 pages");
        check([1, 0, 1, 1, 0], "1 poll (0 failed), 1 new entry, 1 page");
        check([3, 1, 2, 5, 1], "3 polls (1 failed), 2 new entries, 5 pages; 1 cut short");
    }
}
