//! `feedmux demo`: the real daemon on a small web of its own. Needs no network and leaves nothing behind.

use std::net::Ipv4Addr;
use std::time::Duration;

use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::{self, Config, feeds, units};
use feedmux::daemon::{Daemon, DaemonError, Parts};
use feedmux::demo;
use feedmux::ops::shutdown;
use feedmux::scheduler::{Event, Events};
use tokio::sync::mpsc;

use super::{Exit, Global, out, setup};

/// The same web at each demo.
const SEED: u64 = 1;

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the merged feed is served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8484")]
    listen: String,
    /// Ends by itself after this long, e.g. 30s
    #[arg(long = "for", value_name = "DURATION", value_parser = units::parse_duration)]
    duration: Option<Duration>,
}

impl Demo {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let stop = shutdown::on_signal()?.stop;
        let clock = Clock::system();
        let folder = tempfile::Builder::new().prefix("feedmux-demo-").tempdir()?;
        let store = folder.path().join("feedmux.db");
        let web = demo::start(Ipv4Addr::LOCALHOST.into(), clock.now(), SEED).await?;
        let config = config(global, &self.listen)?;
        let spec = |feed: demo::Subscription| {
            let tags = feed.tags.iter().map(|tag| (*tag).to_owned()).collect();
            let feed = config::Feed { url: feed.url, tags, title: Some(feed.title.to_owned()), ..config::Feed::default() };
            feeds::spec(&config, &feed).map_err(|fault| anyhow::Error::msg(fault.to_string()))
        };
        let subscriptions: Vec<_> = web.subscriptions().into_iter().map(spec).collect::<anyhow::Result<_>>()?;

        let (events, told) = Events::channel();
        let outlets = subscriptions.len();
        let daemon = Daemon::start(Parts { config, feeds: subscriptions, store: &store, control_socket: None, clock, events })
            .await
            .map_err(|error| match error {
                DaemonError::Listen(taken) => {
                    anyhow::anyhow!(
                        "{taken} (a demo or daemon of feedmux, perhaps): `feedmux demo --listen 127.0.0.1:0` takes a free one"
                    )
                }
                other => other.into(),
            })?;
        introduce(&daemon.addresses[0], &store, outlets)?;
        let outcome = tokio::select! {
            () = stop.cancelled() => Ok(()),
            () = tokio::time::sleep(self.duration.unwrap_or(Duration::MAX)) => Ok(()),
            outcome = tell(told) => outcome,
        };
        daemon.stop().await;
        web.stop().await;
        outcome?;
        out::line("\nThe demo's store is removed. `feedmux feed add URL` and `feedmux run` do the same for feeds of your own.")?;
        Ok(Exit::Done)
    }
}

/// The default configuration with a clock that runs faster, allowed to speak with this machine only.
fn config(global: &Global, listen: &str) -> anyhow::Result<Config> {
    let mut sources = setup::sources(global);
    sources.file = Some("/dev/null".into());
    sources.env.clear();
    let quick = [
        "poll.interval='3s'",
        "poll.backoff='6s'",
        "poll.max_interval='30s'",
        "poll.timeout='2s'",
        "fetch.per_host_spacing='100ms'",
        "fetch.allow_private=['127.0.0.0/8']",
        "scrape.hold='5s'",
    ];
    let mut sets: Vec<String> = quick.iter().map(|set| (*set).to_owned()).collect();
    sets.push(format!("http.listen=['{listen}']"));
    sets.append(&mut sources.sets);
    sources.sets = sets;
    let loaded = config::load(&sources)?;
    super::log::start(global, "error", loaded.config.log.format);
    Ok(loaded.config)
}

fn introduce(address: &str, store: &std::path::Path, outlets: usize) -> anyhow::Result<()> {
    let store = store.display();
    // As it was called: whoever tries it by `cargo run` has not installed it.
    let called = std::env::args_os().next().filter(|name| name.to_string_lossy().contains('/'));
    let feedmux = called.unwrap_or_else(|| "feedmux".into());
    let feedmux = feedmux.display();
    out::line(format_args!(
        "\
feedmux reads a small web of {outlets} outlets on this machine, which publish while you watch.

  subscribe   {address}/feeds/all.atom   (also .rss and .json)
  look        {address}/
  ask         {feedmux} --set store.path=\"'{store}'\" search Brücke
              {feedmux} --set store.path=\"'{store}'\" sql 'SELECT title, feeds FROM stories ORDER BY feeds DESC LIMIT 5'
              sqlite3 {store} 'SELECT title, state, last_error FROM feeds'

ctrl-c ends it. What happens:
"
    ))
}

/// A line for each thing that happens; polls that bring nothing are summed up.
async fn tell(mut told: mpsc::Receiver<Event>) -> anyhow::Result<()> {
    let mut quiet = 0;
    while let Some(event) = told.recv().await {
        let line = match event {
            Event::Polled { name, applied, error: None, .. } if applied.new + applied.changed > 0 => {
                let folded = if applied.folded > 0 {
                    format!(", {} told by another feed before: folded", applied.folded)
                } else {
                    String::new()
                };
                format!("polled   {name}: {} new{folded}", applied.new)
            }
            Event::Polled { error: None, .. } => {
                quiet += 1;
                if quiet % 20 != 0 {
                    continue;
                }
                format!("polled   20 times with nothing new ({quiet} in all)")
            }
            Event::Polled { name, error: Some(error), .. } => format!("failed   {name}: {error}"),
            Event::Scraped { title, outcome, .. } if title.is_empty() => format!("scraped  an entry without a title: {outcome}"),
            Event::Scraped { title, outcome, .. } => format!("scraped  {title}: {outcome}"),
            Event::Pages { name, reason, .. } => format!("pages    {name}: {reason}"),
        };
        out::line(out::plain(&line))?;
    }
    Ok(())
}
