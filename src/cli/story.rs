//! `feedmux story`: who tells a story, why they are one, and what people say of that.

use clap::{Args, Subcommand};
use feedmux::clock::Clock;
use feedmux::daemon::related::related;
use feedmux::model::{EntryId, Related, StoryId};
use feedmux::store::{EntryRow, Store, StoryView};
use serde::Serialize;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = "\
Examples:
  feedmux story 4711               the story of entry 4711: who tells it, and why they are one
  feedmux story split 4712         entry 4712 is another story; it stays out
  feedmux story join 4711 4720     both are one story; they stay one"
)]
pub(crate) struct Story {
    #[command(subcommand)]
    change: Option<Change>,
    /// Number, public id or address of one of its entries
    #[arg(value_name = "ENTRY_ID|URL")]
    what: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// Takes an entry out of its story, for good; with it goes what came into the story with it by `join`
    Split {
        /// Number, public id or address
        #[arg(value_name = "ENTRY_ID|URL")]
        entry: String,
    },
    /// Makes two stories one, for good: it keeps the id and the place of the first
    Join {
        /// An entry of the story that stays
        #[arg(value_name = "ENTRY_ID|URL")]
        entry: String,
        /// An entry of the story that goes into it
        #[arg(value_name = "OTHER")]
        other: String,
    },
}

impl Story {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let now = Clock::system().now();
        match self.change {
            None => {
                let store = setup.open_read_only()?;
                let entry = one(&store, self.what.as_deref().unwrap_or_default()).await?;
                return show(&store, entry.story, self.json).await;
            }
            Some(Change::Split { entry }) => {
                let store = setup.open()?;
                let entry = one(&store, &entry).await?;
                let was = store.split(now, entry.id).await?;
                store.close().await;
                let Some(was) = was else {
                    return Err(Told::error(Exit::Nothing, format!("entry {} is alone in its story", entry.id.0)));
                };
                let (id, title) = (entry.id.0, out::plain(&entry.title));
                out::line(format_args!("entry {id} \"{title}\" is a story of its own now and stays out of story {}", was.0))?;
                out::line(format_args!("undo: feedmux story join {} {id}", was.0))?;
            }
            Some(Change::Join { entry, other }) => {
                let store = setup.open()?;
                let (entry, other) = (one(&store, &entry).await?, one(&store, &other).await?);
                let story = store.join(now, entry.id, other.id).await?;
                store.close().await;
                let Some(story) = story else {
                    let text = format!("entries {} and {} are one story already", entry.id.0, other.id.0);
                    return Err(Told::error(Exit::Nothing, text));
                };
                out::line(format_args!("entries {} and {} are one story now, {}, and stay one", entry.id.0, other.id.0, story.0))?;
                out::line(format_args!("undo: feedmux story split {}", other.story.0))?;
            }
        }
        Ok(Exit::Done)
    }
}

/// As JSON.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    story: StoryView,
    /// Stories that are probably about the same event.
    related: Vec<Related>,
}

/// The one entry that `what` means.
async fn one(store: &Store, what: &str) -> anyhow::Result<EntryRow> {
    let mut found = store.find_entry(what).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Told::error(Exit::Nothing, format!("no entry has the number, id or address \"{what}\""))),
        _ => {
            let names: Vec<String> =
                found.iter().map(|entry| format!("{} ({})", entry.id.0, out::plain(&entry.feed_title))).collect();
            Err(Told::error(
                Exit::Failure,
                format!("several entries have that address: {}; name one by its number", names.join(", ")),
            ))
        }
    }
}

async fn show(store: &Store, id: StoryId, json: bool) -> anyhow::Result<Exit> {
    let Some(story) = store.story(id).await? else {
        return Err(Told::error(Exit::Nothing, format!("there is no story {}", id.0)));
    };
    let related = related(store, id).await?;
    if json {
        out::json(&Shown { story, related })?;
        return Ok(Exit::Done);
    }
    let title = story.members.first().map_or("", |lead| lead.title.as_str());
    out::line(format_args!("story {}  {}", id.0, out::plain(title)))?;
    for member in &story.members {
        let leads = if member.id == story.lead { "  leads" } else { "" };
        out::line(format_args!("  entry {}  {}  {}{leads}", member.id.0, member.first_seen, out::plain(&member.feed_title)))?;
        if member.title != title {
            out::line(format_args!("      {}", out::plain(&member.title)))?;
        }
        out::line(format_args!("      {}", member.url.as_deref().unwrap_or("no link")))?;
        let fold = story.folds.iter().find(|fold| fold.entry == member.id);
        if let Some(fold) = fold {
            let EntryId(with) = fold.with;
            let why = if fold.by_hand {
                "by hand".to_owned()
            } else {
                out::plain(fold.reason.as_deref().unwrap_or("it came by an entry that was taken out since"))
            };
            out::line(format_args!("      with entry {with}: {why}"))?;
        }
    }
    for other in &related {
        let feeds = if other.feeds == 1 { "1 feed".to_owned() } else { format!("{} feeds", other.feeds) };
        let lang = other.lang.as_deref().map(|lang| format!(", {}", out::plain(lang))).unwrap_or_default();
        out::line(format_args!("related: story {} ({feeds}{lang})  {}", other.story.0, out::plain(&other.title)))?;
        out::line(format_args!("      {}", other.url.as_deref().unwrap_or("no link")))?;
        out::line(format_args!("      both name {}", out::plain(&other.words.join(", "))))?;
    }
    Ok(Exit::Done)
}
