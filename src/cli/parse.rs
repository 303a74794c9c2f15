//! `feedmux parse`: what our parser makes of a feed, and what its publisher could mend.

use std::path::PathBuf;

use clap::Args;
use feedmux::extractor::sanitize;
use feedmux::model::{Parsed, ParsedEntry};
use feedmux::parser::{self, ParseError};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Exit, Global, input, out};

/// Entries in the list for people.
const ENTRIES_SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  feedmux parse feed.xml
  feedmux parse https://example.org/feed.xml --json
  feedmux parse public/feed.xml --url https://example.org/feed.xml --strict")]
pub(crate) struct Parse {
    /// The feed
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    what: Option<String>,
    /// The same as JSON
    #[arg(long, conflicts_with = "batch")]
    json: bool,
    /// Where a file comes from: relative addresses are read against it
    #[arg(long, value_name = "URL", conflicts_with = "batch")]
    url: Option<Url>,
    /// Exit code 4 if anything had to be mended, for a script that publishes
    #[arg(long, conflicts_with = "batch")]
    strict: bool,
    /// One JSON object {"id","path","url"?,"content_type"?} a line on stdin, what was read a line on stdout
    #[arg(long, conflicts_with = "what")]
    batch: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: Value,
    path: PathBuf,
    url: Option<String>,
    content_type: Option<String>,
}

impl Parse {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let Some(what) = self.what else {
            input::lines::<Asked>(|asked| {
                let mut answer = json!({ "id": asked.id });
                let url = asked.url.as_deref().and_then(|url| Url::parse(url).ok());
                let told = match input::file(&asked.path) {
                    Ok(bytes) => tell(&parser::parse(&bytes, asked.content_type.as_deref(), url.as_ref())),
                    Err(error) => refused(&format!("{error:#}")),
                };
                if let (Some(answer), Value::Object(told)) = (answer.as_object_mut(), told) {
                    answer.extend(told);
                }
                answer
            })?;
            return Ok(Exit::Done);
        };
        let document = input::document(global, &what, feedmux::model::Kind::Feed).await?;
        let (content_type, url) = (document.content_type.as_deref(), document.url.as_ref().or(self.url.as_ref()));
        let parsed = parser::parse(&document.bytes, content_type, url);
        if self.json {
            out::line(serde_json::to_string_pretty(&tell(&parsed))?)?;
        }
        match parsed {
            Ok(parsed) => {
                if !self.json {
                    show(&parsed)?;
                }
                Ok(if self.strict && !parsed.faults.is_empty() { Exit::Partial } else { Exit::Done })
            }
            Err(_) if self.json => Ok(Exit::Failure),
            Err(error) => anyhow::bail!("{what}: {error}"),
        }
    }
}

/// The feed, what is wrong with it, and its entries, for people.
fn show(parsed: &Parsed) -> anyhow::Result<()> {
    let feed = &parsed.feed;
    let or_none = |text: &Option<String>| text.as_deref().map_or_else(|| "none".to_owned(), out::plain);
    for (name, value) in [("title", &feed.title), ("site", &feed.link), ("language", &feed.language)] {
        out::line(format_args!("{name:<9} {}", or_none(value)))?;
    }
    out::line(format_args!("entries   {}", parsed.entries.len()))?;
    if parsed.faults.is_empty() {
        out::line("faults    none that had to be mended (this is no validator)\n")?;
    } else {
        let kinds = parsed.faults.len();
        out::line(format_args!("faults    {kinds}, read as follows; the document itself is unchanged\n"))?;
        for fault in &parsed.faults {
            out::line(format_args!("  {:<10} {}", fault.kind, out::plain(&fault.detail)))?;
        }
        out::line("")?;
    }
    let day = |entry: &ParsedEntry| {
        entry.published.or(entry.updated).map_or_else(|| "undated".to_owned(), |at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
    };
    let row = |entry: &ParsedEntry| {
        vec![day(entry), out::plain(entry.title.as_deref().unwrap_or("without a title")), or_none(&entry.link)]
    };
    out::table(&["DATE", "TITLE", "LINK"], &parsed.entries.iter().take(ENTRIES_SHOWN).map(row).collect::<Vec<_>>())?;
    if parsed.entries.len() > ENTRIES_SHOWN {
        out::line(format_args!("and {} more; --json shows all of them, with their texts", parsed.entries.len() - ENTRIES_SHOWN))?;
    }
    Ok(())
}

fn refused(error: &str) -> Value {
    json!({ "ok": false, "error": error, "faults": [], "feed": {}, "entries": [] })
}

/// The document as the daemon reads it; HTML is shown as it would be stored.
fn tell(parsed: &Result<Parsed, ParseError>) -> Value {
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return refused(&error.to_string()),
    };
    let mut told = parser::to_json(parsed);
    for (entry, parsed) in told["entries"].as_array_mut().into_iter().flatten().zip(&parsed.entries) {
        let base = parsed.base.as_deref().and_then(|base| Url::parse(base).ok());
        for field in ["summary", "content"] {
            if let Some(html) = entry[field].as_str() {
                entry[field] = sanitize::clean(html, base.as_ref()).into_string().into();
            }
        }
    }
    told["ok"] = true.into();
    told["faults"] = json!(parsed.faults);
    told
}
