//! `feedmux rule`: what rules do, tried on the entries that are stored.

use std::collections::HashMap;

use clap::Subcommand;
use feedmux::clock::{Clock, before};
use feedmux::config::{self, units};
use feedmux::exporter::rules::Rules;
use feedmux::model::{Depth, EntryId, Item, ItemQuery};
use feedmux::store::Store;
use jiff::Timestamp;
use serde_json::json;

use super::{Exit, Global, Setup, Told, out};

/// Entries read at once.
const BATCH: usize = 1_000;

/// Feeds that are named.
const FEEDS_TOLD: usize = 10;

#[derive(Debug, Subcommand)]
pub(crate) enum Rule {
    /// The rules of the configuration, in the order in which they are followed
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Which stored entries a rule holds for; changes nothing
    Test {
        /// Name of a configured rule, or an expression as in `when`: 'title ~ "(?i)sponsored" and not tag:local'
        #[arg(value_name = "NAME|EXPRESSION")]
        what: String,
        /// How far back
        #[arg(long, default_value = "30d", value_parser = units::parse_duration)]
        since: std::time::Duration,
        /// Samples to show, the newest
        #[arg(long, default_value_t = 10)]
        limit: usize,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// What was found.
#[derive(Default)]
struct Tried {
    looked_at: usize,
    held: usize,
    /// Those that it would hold for, had no rule before it dropped them.
    dropped_before: usize,
    feeds: HashMap<String, usize>,
    /// The entry, its title, and the title that the rules make of it where that is another.
    samples: Vec<(Item, Option<String>)>,
}

impl Rule {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let configured = &setup.loaded.config.rules;
        match self {
            Self::List { json } => {
                for (rule, compiled) in configured.iter().zip(setup.outputs.rules().iter()) {
                    if json {
                        out::json(&json!({ "name": rule.name, "when": rule.when, "does": compiled.does() }))?;
                    } else {
                        out::line(format_args!("{}  {} when {}", rule.name, compiled.does(), rule.when.trim()))?;
                    }
                }
                Ok(Exit::Done)
            }
            Self::Test { what, since, limit, json } => {
                let rules = chosen(configured, &what)?;
                let now = Clock::system().now();
                let store = setup.open_read_only()?;
                let tried = tried(&store, &rules, before(now, since), now, limit).await?;
                if json {
                    let samples = tried.samples.iter().map(|(item, retitled)| {
                        json!({ "entry": item.entry, "feed": item.source.title, "title": item.title, "url": item.url, "becomes": retitled })
                    });
                    out::json(
                        &json!({ "entries": tried.looked_at, "held": tried.held, "dropped_before": tried.dropped_before, "feeds": tried.feeds, "samples": samples.collect::<Vec<_>>() }),
                    )?;
                } else {
                    tell(&tried, &units::duration_text(since))?;
                }
                Ok(if tried.held == 0 { Exit::Nothing } else { Exit::Done })
            }
        }
    }
}

/// The rules up to the one that is meant, which is the last: it sees what those before it did, as in an output.
fn chosen(configured: &[config::Rule], what: &str) -> anyhow::Result<Rules> {
    let named = configured.iter().position(|rule| rule.name == what);
    let mut rules = named.and_then(|at| configured.get(..=at)).unwrap_or(configured).to_vec();
    if named.is_none() {
        rules.push(config::Rule { when: what.to_owned(), ..config::Rule::default() });
    }
    Rules::compile(&rules).map_err(|(_, error)| {
        let names: Vec<&str> = configured.iter().map(|rule| rule.name.as_str()).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        Told::error(Exit::Failure, format!("{what:?} is no rule's name ({names}), and as an expression: {error}"))
    })
}

async fn tried(store: &Store, rules: &Rules, since: Timestamp, now: Timestamp, limit: usize) -> anyhow::Result<Tried> {
    let mut tried = Tried::default();
    let meant = rules.iter().last();
    let mut before: Option<(Timestamp, EntryId)> = None;
    loop {
        let ask = ItemQuery { limit: BATCH, before, since: Some(since), depth: Depth::Text, ..ItemQuery::default() };
        let items = store.items(ask).await?;
        let Some(last) = items.last() else { return Ok(tried) };
        before = Some((last.received, last.entry));
        for item in items {
            tried.looked_at += 1;
            let ruled = rules.apply(&item, now);
            if !ruled.by.last().zip(meant).is_some_and(|(rule, meant)| std::ptr::eq(*rule, meant)) {
                tried.dropped_before += usize::from(ruled.dropped && meant.is_some_and(|meant| meant.asks_for(&item, now)));
                continue;
            }
            tried.held += 1;
            *tried.feeds.entry(item.source.title.clone()).or_default() += 1;
            if tried.samples.len() < limit {
                let retitled = (ruled.item.title != item.title).then(|| ruled.item.title.clone());
                drop(ruled);
                tried.samples.push((item, retitled));
            }
        }
    }
}

fn tell(tried: &Tried, since: &str) -> anyhow::Result<()> {
    let before = match tried.dropped_before {
        0 => String::new(),
        n => format!("; {n} more are dropped by a rule before it"),
    };
    out::line(format_args!("holds for {} of {} entries of the last {since}{before}", tried.held, tried.looked_at))?;
    let mut feeds: Vec<(&String, &usize)> = tried.feeds.iter().collect();
    feeds.sort_by_key(|(title, held)| (std::cmp::Reverse(**held), *title));
    for (title, held) in feeds.iter().take(FEEDS_TOLD) {
        out::line(format_args!("  {held:>6}  {}", out::plain(title)))?;
    }
    if feeds.len() > FEEDS_TOLD {
        out::line(format_args!("          and {} more feeds", feeds.len() - FEEDS_TOLD))?;
    }
    for (item, retitled) in &tried.samples {
        let day = item.received.strftime("%Y-%m-%d");
        out::line(format_args!("{day}  {:>7}  {}: {}", item.entry.0, out::plain(&item.source.title), out::plain(&item.title)))?;
        if let Some(title) = retitled {
            out::line(format_args!("                     becomes: {}", out::plain(title)))?;
        }
    }
    Ok(())
}
