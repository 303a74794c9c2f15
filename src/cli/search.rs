//! `feedmux search`: full-text search of what is stored.

use std::io::IsTerminal;

use clap::Args;
use feedmux::model::SearchQuery;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  feedmux search climate summit            both words
  feedmux search '\"climate summit\" -coal'  the phrase, without the word
  feedmux search 'Klima*'                  words that begin so")]
pub(crate) struct Search {
    /// Words, "phrases", prefix*, -without
    #[arg(required = true, allow_hyphen_values = true)]
    words: Vec<String>,
    /// At most so many
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

impl Search {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let store = Setup::load(global)?.open_read_only()?;
        let hits = store.search(SearchQuery::new(&self.words.join(" "), self.limit)).await?;
        if hits.is_empty() {
            return Err(Told::error(Exit::Nothing, "nothing matches"));
        }
        let bold = std::io::stdout().is_terminal();
        for hit in hits {
            if self.json {
                out::json(&hit)?;
                continue;
            }
            let title = out::plain(&hit.title);
            let title = if bold { format!("\x1b[1m{title}\x1b[0m") } else { title };
            out::line(format_args!("{}  {title}", hit.entry_id.0))?;
            out::line(format_args!(
                "    {} · {} · {}",
                out::plain(&hit.feed_title),
                hit.published,
                hit.url.as_deref().unwrap_or("no address")
            ))?;
            out::line(format_args!("    {}", out::plain(&hit.snippet.text)))?;
        }
        Ok(Exit::Done)
    }
}
