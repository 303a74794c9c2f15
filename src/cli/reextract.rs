//! `feedmux reextract`: articles through the present extractor, once more.

use std::time::Duration;

use clap::{ArgGroup, Args};
use feedmux::clock::{Clock, before};
use feedmux::config::units::parse_duration;

use super::feed::locked;
use super::{Exit, Global, Setup, Told, out, setup};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which").required(true).args(["feed", "all"]))]
pub(crate) struct Reextract {
    /// The articles of this feed: its number, address, or a part of its title
    #[arg(long, value_name = "X")]
    feed: Option<String>,
    /// The articles of every feed
    #[arg(long)]
    all: bool,
    /// Of entries that were first seen so long ago at most, e.g. 36h, 30d
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = parse_duration)]
    since: Duration,
}

impl Reextract {
    /// Makes the pages due; whoever polls the store asks for them, in the lines of their hosts.
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let store = setup.open()?;
        let feed = match &self.feed {
            Some(what) => Some(setup::one_feed(&store, what).await?),
            None => None,
        };
        let now = Clock::system().now();
        let marked = store.reextract(now, feed.as_ref().map(|feed| feed.id), before(now, self.since)).await?;
        store.close().await;
        if marked == 0 {
            return Err(Told::error(Exit::Nothing, "no entry of that time has an article page that was read or tried"));
        }
        let by =
            if locked(&setup.store_path)? { "by the running daemon, as their hosts allow" } else { "by the next `feedmux once`" };
        let what = feed.map_or_else(|| "all feeds".to_owned(), |feed| out::plain(&feed.title));
        out::line(format_args!("{what}: {marked} article pages are read again {by}; each text stays until a better one is won"))?;
        Ok(Exit::Done)
    }
}
