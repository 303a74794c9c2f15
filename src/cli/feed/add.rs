//! `feedmux feed add`: subscribes, with one request where the address is a feed.

use anyhow::{Context, bail};
use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::{self, feeds, overrides};
use feedmux::fetcher::Fetcher;
use feedmux::model::{FeedId, TakeFeeds};
use feedmux::scheduler::{Events, Scheduler};

use super::super::{Exit, Global, Setup, out};
use super::find::find;
use super::locked;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  feedmux feed add https://blog.rust-lang.org/ --tag rust
  feedmux feed add https://example.org/feed.xml --with interval=15m --with scrape=never")]
pub(crate) struct Add {
    /// A feed, or a page: the feed that it names, links to or has in one of the usual places is found
    url: String,
    /// Tag; repeatable
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// A title of your own
    #[arg(long)]
    title: Option<String>,
    /// Leads a story that several feeds report; higher first
    #[arg(long, default_value_t = 0, allow_hyphen_values = true)]
    priority: i64,
    /// A setting of this feed alone, e.g. interval=15m, scrape=never, timeout=40s
    #[arg(long = "with", value_name = "NAME=VALUE")]
    with: Vec<String>,
    /// Subscribes without a request, for a feed that does not answer now
    #[arg(long)]
    unseen: bool,
}

impl Add {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let (config, clock) = (&setup.loaded.config, Clock::system());
        let mut feed = self.feed()?;
        let fetcher = Fetcher::new(&config.fetch, clock.clone())?;
        // Also takes credentials out of the address: they are stored apart, and never shown.
        feeds::tidy(&mut feed).map_err(|fault| anyhow::Error::msg(fault.to_string()))?;
        let answer = if self.unseen { None } else { Some(find(&fetcher, config, &mut feed).await?) };
        let spec = feeds::spec(config, &feed).map_err(|fault| anyhow::Error::msg(fault.to_string()))?;
        let store = setup.open()?;
        let (id, new) = store.add_feed(clock.now(), spec.clone(), feeds::settings_json(&feed)).await?;
        match new {
            true => out::line(format_args!("subscribed to {} {}", id.0, spec.url))?,
            false => out::line(format_args!("subscribed already to {} {}{}", id.0, spec.url, self.left_out(id)))?,
        }

        // The answer that told us that this is a feed is its first poll: publishers count a second request.
        if let (Some(answer), true) = (answer, new) {
            let now = clock.now();
            let ask = TakeFeeds {
                now,
                limit: 1,
                busy: Vec::new(),
                closed_hosts: Vec::new(),
                per_host: 1,
                round: Some(now),
                all: true,
                only: vec![id],
            };
            if let Some(due) = store.take_due_feeds(ask).await?.pop() {
                let scheduler =
                    Scheduler::new(store.clone(), fetcher, clock, config.clone(), [(id, spec)].into(), Events::default());
                let applied = scheduler.conclude(&due, answer).await;
                let fetches = match locked(&setup.store_path)? {
                    true => "the running daemon fetches",
                    false => "`feedmux once` or `feedmux run` fetches",
                };
                out::line(match applied.new {
                    0 => "no entries that are not stored already".to_owned(),
                    1 => format!("1 entry; {fetches} its article"),
                    n => format!("{n} entries; {fetches} their articles"),
                })?;
                let faults = store.faults_of(id).await?.len();
                if faults > 0 {
                    let what = if faults == 1 { "a fault in its document is" } else { "faults in its document are" };
                    let count = if faults == 1 { String::new() } else { format!("{faults} ") };
                    out::line(format_args!("{count}{what} mended at every poll; `feedmux feed show {}` lists them", id.0))?;
                }
            }
        }
        store.close().await;
        Ok(Exit::Done)
    }

    /// What was typed and does not hold for a feed that is there already.
    fn left_out(&self, id: FeedId) -> String {
        let options = [
            ("--tag", !self.tags.is_empty()),
            ("--title", self.title.is_some()),
            ("--priority", self.priority != 0),
            ("--with", !self.with.is_empty()),
        ];
        let given: Vec<&str> = options.into_iter().filter(|(_, given)| *given).map(|(name, _)| name).collect();
        match given.is_empty() {
            true => String::new(),
            false => format!("; {} not taken over: `feedmux feed rm {}`, then add it again", given.join(", "), id.0),
        }
    }

    /// What was typed, as a `[[feed]]` would say it.
    fn feed(&self) -> anyhow::Result<config::Feed> {
        if std::path::Path::new(&self.url).is_file() {
            bail!("{0} is a file; `feedmux import {0}` subscribes to what it lists", self.url);
        }
        let url = if self.url.contains("://") { self.url.clone() } else { format!("https://{}", self.url) };
        let mut feed = config::Feed {
            url,
            tags: self.tags.clone(),
            title: self.title.clone(),
            priority: self.priority,
            ..config::Feed::default()
        };
        for setting in &self.with {
            let (name, value) = setting.split_once('=').with_context(|| format!("--with {setting}: expected NAME=VALUE"))?;
            overrides::set(&mut feed, name, value).map_err(|what| anyhow::Error::msg(format!("--with {setting}: {what}")))?;
        }
        Ok(feed)
    }
}
