//! `feedmux explain`: every decision about an entry.

use clap::Args;
use feedmux::clock::Clock;
use feedmux::deduplicator::canonical::canonical;
use feedmux::model::ItemQuery;
use feedmux::store::{Edit, edits};
use serde_json::json;

use super::{Exit, Global, Setup, Told, out};

/// Characters of a line of the text that are shown.
const LINE_WIDTH: usize = 160;

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Number, public id or address of an entry
    #[arg(value_name = "ENTRY_ID|URL")]
    what: String,
    /// One JSON object an entry
    #[arg(long)]
    json: bool,
}

impl Explain {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let store = setup.open_read_only()?;
        let now = Clock::system().now();
        let mut entries = store.find_entry(&self.what).await?;
        if entries.is_empty() {
            // What a browser shows is often the address without the feed's tracking.
            entries = store.find_entry(&canonical(&self.what)).await?;
        }
        if entries.is_empty() {
            let text = format!("no entry has the number, id or address \"{}\"; `feedmux search` finds entries by words", self.what);
            return Err(Told::error(Exit::Nothing, text));
        }
        for entry in entries {
            let decisions = store.decisions_about(entry.id).await?;
            let versions = store.versions_of(entry.id).await?;
            let ask = ItemQuery { entries: vec![entry.id], limit: 1, ..ItemQuery::default() };
            // Nothing as long as it waits for its page.
            let item = store.items(ask).await?.pop();
            let judged = item.as_ref().map(|item| setup.outputs.judge(item, now));
            let rules = judged.iter().flat_map(|(ruled, _)| &ruled.by).map(|rule| format!("{:?} {}", rule.name(), rule.does()));
            let rules: Vec<String> = rules.collect();
            let outputs = judged.iter().flat_map(|(_, passing)| passing).map(|output| output.name.as_str());
            let outputs: Vec<&str> = outputs.collect();
            let is_muted = judged.as_ref().is_some_and(|(ruled, _)| ruled.item.muted);
            if self.json {
                let shown =
                    json!({ "entry": entry, "decisions": decisions, "versions": versions, "rules": rules, "outputs": outputs });
                out::json(&shown)?;
                continue;
            }
            out::line(format_args!("entry {}  {}", entry.id.0, out::plain(&entry.title)))?;
            out::line(format_args!("  feed   {}", out::plain(&entry.feed_title)))?;
            let is_partial = entry.content_origin == "article" && entry.page.as_ref().is_some_and(|page| page.partial);
            let how_much = if is_partial { " (paywalled: its beginning only)" } else { "" };
            let members = store.story(entry.story).await?.map_or(1, |story| story.members.len());
            let with = if members > 1 { format!(" (of {members} entries: feedmux story {})", entry.id.0) } else { String::new() };
            out::line(format_args!(
                "  story  {}{with}, {}, text from the {}{how_much}",
                entry.story.0, entry.state, entry.content_origin
            ))?;
            out::line(format_args!("  link   {}", entry.url.as_deref().unwrap_or("none")))?;
            if item.is_some() {
                let names = if outputs.is_empty() { "none".to_owned() } else { outputs.join(", ") };
                let how = if is_muted { ", in stories that others tell" } else { "" };
                out::line(format_args!("  in     outputs: {names}{how}"))?;
            }
            for rule in rules {
                out::line(format_args!("  rule   {rule}"))?;
            }
            if let Some(canonical) = &entry.canonical_url {
                out::line(format_args!("  known by its address as {canonical}"))?;
            }
            if let Some(page) = &entry.page {
                let how = page.error.as_deref().or(page.method.as_deref()).unwrap_or("not asked yet");
                let again = if page.again { "; it is read again" } else { "" };
                let tries = if page.attempts == 1 { "1 attempt".to_owned() } else { format!("{} attempts", page.attempts) };
                out::line(format_args!("  page   {} after {tries}: {}{again}", page.state, out::plain(how)))?;
            }
            if let Some(published) = entry.published {
                out::line(format_args!("  dated  {published} by its {}", if entry.page_dated { "page" } else { "feed" }))?;
            }
            if let Some(page) = &entry.page {
                let says = [("published", &page.published), ("changed", &page.updated), ("in", &page.section)];
                let says = says.iter().filter_map(|(what, text)| Some(format!("{what} {}", text.as_deref()?)));
                let says = says.collect::<Vec<_>>().join(", ");
                if !says.is_empty() {
                    out::line(format_args!("  says   {}", out::plain(&says)))?;
                }
            }
            out::line(format_args!("  {}  first seen", entry.first_seen))?;
            for decision in decisions {
                out::line(format_args!("  {}  {:<14} {}", decision.at, decision.kind, out::plain(&decision.reason)))?;
                if !decision.evidence.is_null() {
                    out::line(format_args!("      {}", decision.evidence))?;
                }
            }
            for edit in edits(&versions, store.shown(entry.id).await?.as_ref()) {
                tell(&edit)?;
            }
        }
        Ok(Exit::Done)
    }
}

fn tell(edit: &Edit<'_>) -> anyhow::Result<()> {
    out::line(format_args!("  {}  was edited; before", edit.at))?;
    if let Some((before, after)) = edit.title {
        out::line(format_args!("    - {}\n    + {}", out::plain(before), out::plain(after)))?;
    }
    for (sign, lines) in [('-', &edit.gone), ('+', &edit.new)] {
        for line in lines {
            let beginning: String = line.chars().take(LINE_WIDTH).collect();
            out::line(format_args!("    {sign} {}", out::plain(&beginning)))?;
        }
    }
    Ok(())
}
