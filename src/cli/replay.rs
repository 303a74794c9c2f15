//! `feedmux replay`: recorded entries through deduplication, exactly as the daemon's polls would.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::feeds;
use feedmux::daemon;
use feedmux::model::{EntryId, FeedId, ParsedEntry};
use feedmux::scheduler::replay;
use feedmux::store::Store;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Exit, Global, Setup, input, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Example, another strictness on your own history; \"moved\" are entries that keep other company then:
  feedmux sql --format json 'SELECT id, feed_url AS feed, url, guid, title, published_at AS published, first_seen_at AS seen,
      lang, content_text AS text, story_id AS story FROM entries ORDER BY id' |
    feedmux replay --set dedup.near='\"strict\"' -")]
pub(crate) struct Replay {
    /// JSON lines {"id","feed","url","guid","title","published","seen","lang","text" or "html"}, "story" to compare; - is stdin
    #[arg(value_name = "FILE.jsonl|-")]
    file: PathBuf,
    /// Keep the store in this file; default: a temporary one
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Recorded {
    id: Value,
    feed: String,
    url: Option<String>,
    guid: Option<String>,
    title: Option<String>,
    published: Option<String>,
    seen: Option<Timestamp>,
    lang: Option<String>,
    text: Option<String>,
    html: Option<String>,
    /// The story it is of where it comes from.
    story: Option<Value>,
}

impl Replay {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let folder = tempfile::Builder::new().prefix("feedmux-replay-").tempdir()?;
        let path = self.store.unwrap_or_else(|| folder.path().join("feedmux.db"));
        let store = Store::open(&path, daemon::folder(&setup.loaded.config.dedup))?;
        let mut recorded: Vec<Recorded> = Vec::new();
        let keep = |line| {
            recorded.push(line);
            Ok(())
        };
        if self.file.as_os_str() == "-" {
            input::each_line(std::io::stdin().lock(), keep)?;
        } else {
            input::each_line(std::io::Cursor::new(input::file(&self.file)?), keep)?;
        }
        let now = Clock::system().now();
        let mut numbers: HashMap<String, FeedId> = HashMap::new();
        let mut replayed: Vec<Option<EntryId>> = Vec::with_capacity(recorded.len());
        for line in &recorded {
            let feed = match numbers.get(&line.feed) {
                Some(feed) => *feed,
                None => {
                    let spec = feeds::plain_spec(&setup.loaded.config, address(&line.feed)?);
                    let (feed, _) = store.add_feed(now, spec, None).await?;
                    numbers.insert(line.feed.clone(), feed);
                    feed
                }
            };
            replayed.push(replay(&store, feed, &line.feed, line.entry(), line.seen.unwrap_or(now)).await?);
        }
        let mut stories = Vec::with_capacity(replayed.len());
        for entry in replayed {
            stories.push(match entry {
                Some(entry) => store.story_of(entry).await?.map(|story| story.0),
                None => None,
            });
        }
        store.close().await;
        let was: Vec<Option<String>> = recorded.iter().map(|line| line.story.as_ref().map(Value::to_string)).collect();
        let is: Vec<Option<String>> = stories.iter().map(|story| story.map(|story| story.to_string())).collect();
        let (company_then, company_now) = (company(&was, &recorded), company(&is, &recorded));
        let mut moves = 0;
        for (nth, line) in recorded.iter().enumerate() {
            let mut told = json!({ "id": line.id, "story": stories[nth] });
            if was[nth].is_some() {
                let (then, now) = (company_then.get(&was[nth]), company_now.get(&is[nth]));
                told["moved"] = json!(then != now);
                if then != now {
                    moves += 1;
                    (told["title"], told["with"], told["was_with"]) = (json!(line.title), json!(now), json!(then));
                }
            }
            out::json(&told)?;
        }
        if !global.quiet && was.iter().any(Option::is_some) {
            out::aside(format_args!("{moves} of {} entries are in a story with others than recorded", recorded.len()));
        }
        Ok(Exit::Done)
    }
}

/// The entries of each story.
fn company<'a>(stories: &'a [Option<String>], recorded: &'a [Recorded]) -> HashMap<&'a Option<String>, Vec<&'a Value>> {
    let mut company: HashMap<_, Vec<&Value>> = HashMap::new();
    for (story, line) in stories.iter().zip(recorded) {
        company.entry(story).or_default().push(&line.id);
    }
    company
}

impl Recorded {
    fn entry(&self) -> ParsedEntry {
        let escaped = |text: &String| text.replace('&', "&amp;").replace('<', "&lt;").replace('\n', "<br>");
        ParsedEntry {
            guid: self.guid.clone(),
            link: self.url.clone(),
            title: self.title.clone(),
            published: self.published.as_deref().and_then(feedmux::parser::dates::parse),
            content: self.html.clone().or_else(|| self.text.as_ref().map(escaped)),
            language: self.lang.clone(),
            ..ParsedEntry::default()
        }
    }
}

/// Recordings name feeds by address or by any name.
fn address(feed: &str) -> anyhow::Result<Url> {
    if input::is_address(feed) {
        return Url::parse(feed).with_context(|| format!("feed {feed}"));
    }
    let mut url = Url::parse("https://replay.invalid/").context("a constant address")?;
    url.set_path(feed);
    Ok(url)
}
