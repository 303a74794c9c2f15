//! `feedmux feed`: subscriptions.

mod add;
mod find;
mod test;

use std::collections::HashSet;
use std::path::Path;

use clap::{Args, Subcommand};
use feedmux::clock::Clock;
use feedmux::deduplicator::{asking, policy};
use feedmux::model::{FeedId, FeedRow, NoticeKind};
use feedmux::scheduler::cadence::words;
use feedmux::scheduler::health::{self, Health};
use feedmux::store::{Store, StoreError};
use jiff::Timestamp;
use serde_json::json;

use super::{Exit, Global, Setup, Told, once, out, setup};

/// Polls that `show` lists.
const POLLS_SHOWN: usize = 10;

#[derive(Debug, Subcommand)]
pub(crate) enum Feed {
    /// Subscribes; the feed behind a web page is found
    Add(add::Add),
    /// All subscriptions and how they stand
    List(List),
    /// One subscription: how it stands, when it is polled next and why, its last polls
    Show {
        /// Number, address, or a part of title or address
        feed: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Unsubscribes; what was stored stays
    Rm {
        /// Number, address, or a part of title or address
        feed: String,
    },
    /// Stops polling until `resume`
    Pause {
        /// Number, address, or a part of title or address
        feed: String,
    },
    /// Polls again
    Resume {
        /// Number, address, or a part of title or address
        feed: String,
    },
    /// Polls now, whatever the interval; Retry-After, 410 and pause still hold
    Poll {
        /// Number, address, or a part of title or address
        feed: String,
    },
    /// Fetches, parses and extracts three entries step by step; writes nothing
    Test(test::Test),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those that fail, refuse us or are gone
    #[arg(long)]
    failing: bool,
    /// Only those that bring nothing for much longer than they used to
    #[arg(long)]
    silent: bool,
    /// Only those that are polled elsewhere than where they are listed
    #[arg(long)]
    moved: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl Feed {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        match self {
            Self::Add(add) => add.run(global).await,
            Self::Test(test) => test.run(global).await,
            Self::List(list) => list.run(global).await,
            Self::Show { feed, json } => show(global, &feed, json).await,
            Self::Poll { feed } => poll(global, &feed).await,
            Self::Rm { feed } => {
                change(global, &feed, "no longer subscribed to", async |store, feed| {
                    store.remove_feed(Clock::system().now(), feed.id).await
                })
                .await
            }
            Self::Pause { feed } => {
                change(global, &feed, "paused", async |store, feed| store.pause(Clock::system().now(), feed.id, true).await).await
            }
            Self::Resume { feed } => {
                change(global, &feed, "polled again", async |store, feed| store.pause(Clock::system().now(), feed.id, false).await)
                    .await
            }
        }
    }
}

impl List {
    async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let store = Setup::load(global)?.open_read_only()?;
        let open = store.notices(true).await?;
        let silent: HashSet<FeedId> =
            open.iter().filter(|notice| notice.kind == NoticeKind::Silent).map(|notice| notice.feed).collect();
        let all = !(self.failing || self.silent || self.moved);
        let wanted = |feed: &FeedRow| {
            let is_moved = feed.listed_url.is_some() || feed.merged_into.is_some();
            all || (self.failing && feed.state.is_trouble())
                || (self.silent && silent.contains(&feed.id))
                || (self.moved && is_moved)
        };
        let mut feeds = store.feeds().await?;
        feeds.retain(|feed| feed.subscribed && wanted(feed));
        if feeds.is_empty() {
            let asked = [(self.failing, "failing"), (self.silent, "silent"), (self.moved, "moved")];
            let asked: Vec<&str> = asked.into_iter().filter(|(asked, _)| *asked).map(|(_, word)| word).collect();
            let text = match all {
                true => "no feeds yet; `feedmux feed add URL` subscribes".to_owned(),
                false => format!("no feed is {}", asked.join(" or ")),
            };
            return Err(Told::error(Exit::Nothing, text));
        }
        if self.json {
            feeds.iter().try_for_each(out::json)?;
            return Ok(Exit::Done);
        }
        let row = |feed: &FeedRow| {
            let (id, entries) = (feed.id.0.to_string(), feed.entries.to_string());
            let trouble = feed.last_error.clone().unwrap_or_default();
            vec![
                id,
                feed.state.as_str().to_owned(),
                entries,
                when(feed.next_poll_at),
                feed.title.clone(),
                feed.listed_url.as_ref().map_or_else(|| feed.url.clone(), |listed| format!("{} (listed as {listed})", feed.url)),
                trouble,
            ]
        };
        let rows: Vec<Vec<String>> = feeds.iter().map(row).collect();
        out::table(&["ID", "STATE", "ENTRIES", "NEXT POLL", "TITLE", "ADDRESS", "TROUBLE"], &rows)?;
        Ok(Exit::Done)
    }
}

async fn show(global: &Global, what: &str, json: bool) -> anyhow::Result<Exit> {
    let store = Setup::load(global)?.open_read_only()?;
    let feed = setup::one_feed(&store, what).await?;
    let polls = store.polls(feed.id, POLLS_SHOWN).await?;
    let texts = store.texts_of(feed.id).await?;
    let faults = store.faults_of(feed.id).await?;
    let identity = policy::identity(&store.names_of(feed.id).await?);
    let history = store.page_history(feed.id).await?;
    let notices = store.open_notices_of(feed.id).await?;
    let (results, broken) = store.page_results(feed.id).await?;
    let health = health::health(&results, broken);
    let habits = asking::in_words(&history);
    if json {
        let polls: Vec<_> =
            polls.iter().map(|poll| json!({ "at": poll.at, "status": poll.status, "outcome": poll.outcome })).collect();
        let faults: Vec<_> = faults.iter().map(|(kind, detail)| json!({ "kind": kind, "detail": detail })).collect();
        let pages = json!({ "health": health, "history": history, "asked": habits });
        let shown = json!({
            "feed": feed, "identity": identity, "texts": texts, "pages": pages, "faults": faults, "notices": notices, "polls": polls,
        });
        out::json(&shown)?;
        return Ok(Exit::Done);
    }
    let now = Clock::system().now();
    let or_none = |text: Option<&String>| text.map_or_else(|| "none".to_owned(), Clone::clone);
    let lines = [
        ("feed", format!("{} {}", feed.id.0, feed.title)),
        ("address", feed.url.clone()),
        (
            "listed as",
            feed.listed_url.as_ref().map_or_else(
                || "the same".to_owned(),
                |url| format!("{url} (it moved; `feedmux feed resume {}` begins there again)", feed.id.0),
            ),
        ),
        ("site", or_none(feed.site_url.as_ref())),
        ("tags", feed.tags.join(", ")),
        ("state", if feed.subscribed { feed.state.as_str() } else { "not subscribed to any more" }.to_owned()),
        ("trouble", or_none(feed.last_error.as_ref())),
        ("last poll", when_and_span(feed.last_polled_at, now)),
        ("next poll", format!("{}: {}", when_and_span(feed.next_poll_at, now), or_none(feed.next_poll_reason.as_ref()))),
        ("last new", when_and_span(feed.last_new_at, now)),
        ("entries", feed.entries.to_string()),
        ("identity", identity.map_or_else(|| "no entry was stored yet".to_owned(), |identity| identity.to_string())),
        (
            "texts",
            format!(
                "{} from article pages, {} from the feed, {} waiting, {} pages failed",
                texts.article, texts.feed, texts.waiting, texts.failed
            ),
        ),
        ("reading", reading(&health)),
        ("pages", habits[0].clone()),
        ("", habits[1].clone()),
    ];
    for (name, value) in lines {
        out::line(format_args!("{name:<10} {}", out::plain(&value)))?;
    }
    if !notices.is_empty() {
        out::line("\nWrong with it, as the feed \"status\" tells:")?;
        for notice in &notices {
            let since = when_and_span(Some(notice.begun_at), now);
            out::line(format_args!("  {:<12} since {since}: {}", notice.kind.as_str(), out::plain(&notice.detail)))?;
        }
    }
    if !faults.is_empty() {
        out::line("\nWrong with its document, and mended at every poll (its publisher may like to know):")?;
        for (kind, detail) in &faults {
            out::line(format_args!("  {kind:<10} {}", out::plain(detail)))?;
        }
    }
    out::line("")?;
    let row = |poll: &feedmux::model::PollRecord| {
        let status = poll.status.map(|status| status.to_string()).unwrap_or_default();
        vec![
            when(Some(poll.at)),
            status,
            poll.outcome.clone(),
            format!("{} B", poll.bytes),
            format!("{} ms", poll.duration.as_millis()),
        ]
    };
    out::table(&["POLLED", "STATUS", "OUTCOME", "BODY", "TOOK"], &polls.iter().map(row).collect::<Vec<_>>())?;
    Ok(Exit::Done)
}

/// How the reading of a feed's article pages goes, in a line.
fn reading(health: &Health) -> String {
    if health.pages == 0 {
        return "no article page was read yet".to_owned();
    }
    let percent = |share: f32| format!("{:.0} %", share * 100.0);
    let mut line =
        format!("{} of the last {} article pages, {} characters in the middle", percent(health.read), health.pages, health.chars);
    if let Some(broken) = &health.broken {
        line.push_str(&format!("; less than before since {}: {}", when(Some(broken.at)), broken.reason));
    }
    line
}

/// Polls one feed: by the daemon if one is at work on the store, else here.
async fn poll(global: &Global, what: &str) -> anyhow::Result<Exit> {
    let setup = Setup::load(global)?;
    let store = setup.open()?;
    let feed = setup::one_feed(&store, what).await?;
    store.poll_now(Clock::system().now(), feed.id).await?; // also says why not: paused, gone
    let due = setup::one_feed(&store, &feed.id.0.to_string()).await?.next_poll_at;
    store.close().await;
    let now = Clock::system().now();
    if let Some(at) = due.filter(|at| *at > now) {
        let reason = feed.next_poll_reason.unwrap_or_default();
        out::line(format_args!("{} is polled at {}, not before: {reason}", out::plain(&feed.title), when_and_span(Some(at), now)))?;
        return Ok(Exit::Done);
    }
    if locked(&setup.store_path)? {
        out::line(format_args!("{} is due: the running daemon polls it within seconds", out::plain(&feed.title)))?;
        return Ok(Exit::Done);
    }
    let exit = once::round(&setup, Some(&feed.id.0.to_string()), false, out::shows_bar(global)).await?;
    let store = setup.open_read_only()?;
    for poll in store.polls(feed.id, 1).await? {
        out::line(format_args!("{}: {}", out::plain(&feed.title), poll.outcome))?;
    }
    Ok(exit)
}

/// Whether a daemon is at work on the store.
pub(super) fn locked(store: &Path) -> anyhow::Result<bool> {
    match Store::lock(store) {
        Ok(_) => Ok(false),
        Err(StoreError::Locked { .. }) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

/// Changes one subscription and says so.
async fn change(
    global: &Global,
    what: &str,
    done: &str,
    work: impl AsyncFn(&Store, &FeedRow) -> Result<(), StoreError>,
) -> anyhow::Result<Exit> {
    let store = Setup::load(global)?.open()?;
    let feed = setup::one_feed(&store, what).await?;
    if !feed.subscribed {
        let text = format!("{} ({}) is not subscribed to any more; `feedmux feed add` subscribes again", feed.title, feed.url);
        return Err(Told::error(Exit::Nothing, text));
    }
    work(&store, &feed).await?;
    out::line(format_args!("{} ({}): {done}", out::plain(&feed.title), feed.url))?;
    store.close().await;
    Ok(Exit::Done)
}

/// A time for people, and how far away it is: `2026-11-27 12:00:00Z, in 41 min`.
fn when_and_span(at: Option<Timestamp>, now: Timestamp) -> String {
    let Some(at) = at else { return "never".to_owned() };
    let span = |from, to| words(feedmux::clock::between(from, to));
    let away = if at > now { format!("in {}", span(now, at)) } else { format!("{} ago", span(at, now)) };
    format!("{}, {away}", when(Some(at)))
}

/// A time for people, to the second.
fn when(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
}
