//! `feedmux extract`: what our extractor makes of an article page.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use clap::Args;
use feedmux::extractor::memory::HostMemory;
use feedmux::extractor::{self, Extraction, Page};
use feedmux::model::host_of;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::setup::Reading;
use super::{Exit, Global, Setup, input, out};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  feedmux extract https://example.org/2026/an-article
  feedmux extract saved.html --url https://example.org/2026/an-article
  feedmux extract page.html --set scrape.lists=false   as [scrape] lists, quotes and captions say")]
pub(crate) struct Extract {
    /// The page
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    what: Option<String>,
    /// Where the page in FILE is from
    #[arg(long, conflicts_with = "batch")]
    url: Option<Url>,
    /// One JSON object {"id","path","url"?,"feed_title"?,"feed_summary"?} a line on stdin, what was won a line on stdout
    #[arg(long, conflicts_with = "what")]
    batch: bool,
    /// With --batch: also use what the other pages of a host in this run have in common
    #[arg(long, requires = "batch")]
    learn: bool,
    /// Believe site rules against all doubts, as scrape.site_rules = "force" does for a feed
    #[arg(long, conflicts_with = "batch")]
    force_rules: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: Value,
    path: PathBuf,
    url: Option<String>,
    feed_title: Option<String>,
    feed_summary: Option<String>,
}

impl Asked {
    fn answer(&self, memory: Option<&HostMemory>, reading: &Reading) -> Value {
        match self.extract(memory, reading) {
            Ok(won) => extractor::answer(&self.id, &won),
            Err(error) => json!({ "id": self.id, "error": format!("{error:#}") }),
        }
    }

    fn extract(&self, memory: Option<&HostMemory>, reading: &Reading) -> anyhow::Result<Extraction> {
        let bytes = input::file(&self.path)?;
        let url = self.url();
        Ok(extractor::extract(&Page {
            bytes: &bytes,
            url: url.as_ref(),
            fragment: url.as_ref().and_then(Url::fragment),
            feed_title: self.feed_title.as_deref(),
            feed_text: self.feed_summary.as_deref(),
            memory,
            site_rules: Some(&reading.rules),
            switches: reading.switches,
            ..Page::default()
        }))
    }

    fn url(&self) -> Option<Url> {
        Url::parse(self.url.as_deref()?).ok()
    }

    fn host(&self) -> Option<String> {
        self.url().map(|url| host_of(url.as_str()))
    }
}

/// Reads all pages twice: first for what the pages of each host have in common, then for their articles.
fn learn(reading: &Reading) -> anyhow::Result<()> {
    let mut asked = Vec::new();
    input::each_line(std::io::stdin().lock(), |one: Asked| {
        asked.push(one);
        Ok(())
    })?;
    let pages: Vec<(Option<String>, Vec<u64>)> =
        asked.iter().map(|one| (one.host(), one.extract(None, reading).map(|won| won.lines).unwrap_or_default())).collect();
    let mut hosts: HashMap<&str, HashMap<u64, u16>> = HashMap::new();
    for (host, lines) in &pages {
        let known = hosts.entry(host.as_deref().unwrap_or_default()).or_default();
        for line in lines {
            let stories = known.entry(*line).or_default();
            *stories = stories.saturating_add(1);
        }
    }
    for (one, (host, lines)) in asked.iter().zip(&pages) {
        let own: HashSet<u64> = lines.iter().copied().collect();
        let known = host.as_deref().and_then(|host| hosts.get(host));
        let others = known.into_iter().flatten().map(|(line, stories)| (*line, stories - u16::from(own.contains(line))));
        out::json(&one.answer(Some(&HostMemory::new(others.filter(|(_, stories)| *stories > 0))), reading))?;
    }
    Ok(())
}

/// Why what was won is not what site rules found.
pub(crate) fn disbelieved(found: usize) -> String {
    format!("site rules found {found} characters, not taken: they disagree with what is found without them")
}

impl Extract {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let reading = Setup::reading(global)?;
        let Some(what) = self.what else {
            if self.learn {
                learn(&reading)?;
            } else {
                input::lines::<Asked>(|asked| asked.answer(None, &reading))?;
            }
            return Ok(Exit::Done);
        };
        let asked = self.url.or_else(|| Url::parse(&what).ok());
        let document = input::document(global, &what, feedmux::model::Kind::Page).await?;
        let url = document.url.as_ref().or(asked.as_ref());
        if let Some(url) = url {
            reading.warn(url);
        }
        let won = extractor::extract(&Page {
            bytes: &document.bytes,
            content_type: document.content_type.as_deref(),
            url,
            fragment: asked.as_ref().and_then(Url::fragment),
            site_rules: Some(&reading.rules),
            force_rules: self.force_rules,
            switches: reading.switches,
            ..Page::default()
        });
        if let Some(found) = won.disbelieved {
            tracing::warn!("{}; --force-rules believes them", disbelieved(found));
        }
        let told = extractor::answer(&Value::String(what), &won);
        out::line(serde_json::to_string_pretty(&told)?)?;
        Ok(if told["error"].is_null() { Exit::Done } else { Exit::Failure })
    }
}
