//! `feedmux feed test`: one feed, step by step, without writing anything.

use anyhow::Context;
use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::{self, Config, feeds};
use feedmux::extractor::{self, Page, judge, sanitize};
use feedmux::fetcher::Fetcher;
use feedmux::model::{FeedSettings, Fetched, Kind, ParsedEntry, Request, SiteRuleUse, Validators};
use feedmux::{parser, scheduler};
use url::Url;

use super::super::extract::disbelieved;
use super::super::setup::Reading;
use super::super::{Exit, Global, Setup, out};

/// Entries whose articles are fetched.
const ENTRIES: usize = 3;
/// Of an article are shown so many lines, and of a line so many characters.
const LINES: usize = 3;
const LINE_WIDTH: usize = 100;

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// The feed
    url: String,
}

impl Test {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let config = &setup.loaded.config;
        let feed = config::Feed { url: self.url.clone(), ..config::Feed::default() };
        let spec = feeds::spec(config, &feed).map_err(|fault| anyhow::Error::msg(fault.to_string()))?;
        // What the configuration says of this feed holds here too.
        let spec = setup.loaded.feeds.iter().find(|listed| listed.url == spec.url).cloned().unwrap_or(spec);
        let fetcher = Fetcher::new(&config.fetch, Clock::system())?;
        let fetched = fetcher.get(scheduler::request(&spec, Validators::default())).await;
        let Fetched::Body(body) = fetched.with_context(|| format!("fetch  {}", spec.url))? else { return Ok(Exit::Failure) };
        let kind = body.content_type.as_deref().unwrap_or("no content type");
        out::line(format_args!("fetch    {} bytes, {kind}, from {}", body.bytes.len(), body.final_url))?;
        let none = || "none".to_owned();
        let (etag, modified) =
            (body.validators.etag.clone().unwrap_or_else(none), body.validators.last_modified.clone().unwrap_or_else(none));
        out::line(format_args!("         ETag {}, Last-Modified {}", out::plain(&etag), out::plain(&modified)))?;

        let parsed = parser::parse(&body.bytes, body.content_type.as_deref(), Some(&body.final_url))
            .context("parse (`feedmux feed add` also looks for the feed behind a page)")?;
        let title = parsed.feed.title.as_deref().unwrap_or("without a title");
        out::line(format_args!("parse    {}, {} entries", out::plain(title), parsed.entries.len()))?;
        for fault in &parsed.faults {
            out::line(format_args!("         {}: {}", fault.kind, out::plain(&fault.detail)))?;
        }
        let reading = Reading::of(config)?;
        for entry in parsed.entries.iter().take(ENTRIES) {
            out::line("")?;
            article(config, &fetcher, (&reading, &spec.settings), entry).await?;
        }
        Ok(Exit::Done)
    }
}

async fn article(
    config: &Config,
    fetcher: &Fetcher,
    (reading, settings): (&Reading, &FeedSettings),
    entry: &ParsedEntry,
) -> anyhow::Result<()> {
    out::line(format_args!("entry    {}", out::plain(entry.title.as_deref().unwrap_or("without a title"))))?;
    let html = entry.content.as_deref().or(entry.summary.as_deref()).unwrap_or_default();
    let text = sanitize::text_of(html);
    let whole = judge::carries_whole(entry.summary.as_deref(), entry.content.as_deref());
    out::line(format_args!(
        "         {} characters of text{}",
        text.chars().count(),
        if whole { ", the whole article" } else { "" }
    ))?;
    let Some(url) = entry.link.as_deref().and_then(|link| Url::parse(link).ok()) else { return out::line("         no link") };
    let request =
        Request { kind: Kind::Page, ..scheduler::request(&feeds::plain_spec(config, url.clone()), Validators::default()) };
    let body = match fetcher.get(request).await {
        Ok(Fetched::Body(body)) => body,
        Ok(Fetched::NotModified { .. }) => return out::line("page     304 to an unconditional request"),
        Err(error) => return out::line(format_args!("page     {error}")),
    };
    reading.warn(&body.final_url);
    let title = entry.title.as_deref().unwrap_or_default();
    let page = Page {
        bytes: &body.bytes,
        content_type: body.content_type.as_deref(),
        url: Some(&body.final_url),
        fragment: url.fragment(),
        feed_title: Some(title),
        feed_text: Some(&text),
        site_rules: Some(&reading.rules).filter(|_| settings.site_rules != SiteRuleUse::Never),
        force_rules: settings.site_rules == SiteRuleUse::Force,
        memory: None,
        switches: settings.switches,
    };
    let won = extractor::extract(&page);
    let article = &won.article;
    let characters = article.text.chars().count();
    out::line(format_args!(
        "page     {} bytes; {characters} characters won by {}, quality {:.2}",
        body.bytes.len(),
        article.method,
        article.quality
    ))?;
    for line in article.text.lines().take(LINES) {
        let beginning: String = line.chars().take(LINE_WIDTH).collect();
        let more = if beginning.len() < line.len() { "…" } else { "" };
        out::line(format_args!("         {}{more}", out::plain(&beginning)))?;
    }
    if let Some(error) = &won.error {
        out::line(format_args!("         {error}"))?;
    }
    if let Some(found) = won.disbelieved {
        out::line(format_args!("         {} (scrape.site_rules = \"force\" believes them)", disbelieved(found)))?;
    }
    let verdict = judge::judge(&judge::FeedText { title, html, text: &text }, &won.judged(), None);
    out::line(format_args!("judge    the {} wins: {}", verdict.origin.as_str(), verdict.reason))
}
