//! What the entries that wait for a page make of it, and what that says about the pages of their feeds.

use serde_json::json;

use super::super::health::{self, Turn};
use super::super::{Event, Work};
use super::read::{Pages, recall};
use super::{Ended, Outcome};
use crate::deduplicator::{date, folding};
use crate::extractor::judge;
use crate::extractor::memory::{HostMemory, kept, line_hashes};
use crate::model::{
    Article, ContentOrigin, DueArticle, FeedId, HostLines, PageOutcome, PageVerdict, PageWorth, SettledEntry, Settlement,
    WaitingEntry, host_of,
};

/// Stores how a scrape ended, and settles the entries that waited for it.
pub(super) async fn settle(work: &Work, due: DueArticle, ended: Ended) {
    let DueArticle { id, url, .. } = &due;
    let (id, url) = (*id, url.clone());
    let title = due.waiting.first().map(|entry| entry.title.clone()).unwrap_or_default();
    let feeds = feeds(&due.waiting);
    let settlement = settlement(work, due, ended).await;
    let told = match &settlement.outcome {
        PageOutcome::Retry { error, .. } => format!("{error}; asked again later"),
        PageOutcome::Failed { error } => error.clone(),
        PageOutcome::Kept { reason } => format!("what was won before stays: {reason}"),
        PageOutcome::Won { .. } | PageOutcome::Known => {
            settlement.entries.first().map(|entry| entry.reason.clone()).unwrap_or_default()
        }
    };
    let verdict = match &settlement.outcome {
        PageOutcome::Won { .. } => "won",
        PageOutcome::Known => "known",
        PageOutcome::Kept { .. } => "kept",
        PageOutcome::Retry { .. } => "retry",
        PageOutcome::Failed { .. } => "failed",
    };
    let settled = settlement.entries.len();
    if let Err(error) = work.store.settle(id, settlement).await {
        tracing::error!("the article {url} could not be stored, it is asked for again: {error}");
        return;
    }
    tracing::debug!(article.url = url, settled, "Scraped {url}: {told}");
    work.events.tell(Event::Scraped { title, settled, verdict, outcome: told });
    for (feed, name) in feeds {
        look_after(work, feed, name).await;
    }
}

async fn settlement(work: &Work, due: DueArticle, ended: Ended) -> Settlement {
    let at = work.now();
    let settlement = |outcome, entries| Settlement { at, outcome, entries, lines: None };
    match ended.outcome {
        Outcome::Won(pages) => won(work, due, *pages).await,
        Outcome::Retry { error, at, counts } => settlement(PageOutcome::Retry { error, at, counts }, Vec::new()),
        Outcome::Known => match &due.won {
            Some(_) => settlement(PageOutcome::Known, known(work, due).await),
            None => settlement(PageOutcome::Known, with_feed_text(due.waiting, "the page is not there", None)),
        },
        // Of what was won before nothing is lost; who waits for a first verdict gets it from that.
        Outcome::Failed(error) if due.won.is_some() => {
            let outcome = PageOutcome::Kept { reason: error };
            settlement(outcome, known(work, due).await)
        }
        Outcome::Failed(error) => {
            let entries = with_feed_text(due.waiting, &error, ended.worth);
            settlement(PageOutcome::Failed { error }, entries)
        }
    }
}

/// The verdicts on what was read. What was won from the page before has to be won over: first by the new text as such, then with
/// every entry that shows it.
async fn won(work: &Work, due: DueArticle, pages: Pages) -> Settlement {
    let at = work.now();
    let article = pages.judged();
    let HostLines { host, lines } = &pages.lines;
    let lines = Some(HostLines { host: host.clone(), lines: kept(lines, &line_hashes(article.text.lines())) });
    let mut entries = judged(work, &article, due.waiting.clone(), &pages.memory).await;
    for entry in &mut entries {
        pages.tell(&mut entry.evidence);
    }
    if let Some(old) = &due.won {
        let shown = |entry: &&SettledEntry| {
            due.waiting.iter().any(|waiting| waiting.id == entry.id && waiting.shows == Some(ContentOrigin::Article))
        };
        let loses = entries.iter().filter(shown).find(|entry| is_poor(entry));
        let stays = match (judge::replaces(old, &article, Some(&pages.memory)), loses) {
            (Err(reason), _) => Some(reason),
            (Ok(_), Some(entry)) => Some(entry.reason.clone()),
            (Ok(_), None) => None,
        };
        if let Some(reason) = stays {
            // What would not win today is not worth keeping: a wall, say, that was not known as one.
            let mut old = judged(work, old, due.waiting.clone(), &pages.memory).await;
            old.retain(|entry| shown(&entry));
            if old.is_empty() || !old.iter().all(is_poor) {
                let outcome = PageOutcome::Kept { reason };
                return Settlement { at, outcome, entries: known(work, due).await, lines };
            }
        }
    }
    let (article, canonical_url, foldable) = (Box::new(pages.article), pages.canonical_url, pages.foldable);
    Settlement { at, outcome: PageOutcome::Won { article, canonical_url, foldable }, entries, lines }
}

fn is_poor(entry: &SettledEntry) -> bool {
    entry.verdict.is_some_and(|verdict| verdict.worth == PageWorth::Poor)
}

/// The first verdicts of who waits for one, on what was won before.
async fn known(work: &Work, mut due: DueArticle) -> Vec<SettledEntry> {
    due.waiting.retain(|entry| entry.shows.is_none());
    if due.waiting.is_empty() {
        return Vec::new();
    }
    let memory = recall(work, &due, host_of(&due.url)).await;
    let article = due.won.unwrap_or_default();
    judged(work, &article, due.waiting, &memory).await
}

async fn judged(work: &Work, article: &Article, waiting: Vec<WaitingEntry>, memory: &HostMemory) -> Vec<SettledEntry> {
    let (article, memory) = (article.clone(), memory.clone());
    let fallback = waiting.clone();
    let now = work.now();
    let verdicts = work.cpu.run(move || {
        let print = folding::print_of(&article.text);
        let verdict = |entry: WaitingEntry| {
            let feed = judge::FeedText { title: &entry.title, html: entry.html.as_str(), text: &entry.text };
            let verdict = judge::judge(&feed, &article, Some(&memory));
            let counted = counted(&entry, verdict.worth, article.text.chars().count());
            // What is no article has no date of one.
            let published = article.published.as_deref().filter(|_| verdict.worth != PageWorth::Poor);
            SettledEntry {
                id: entry.id,
                content_origin: verdict.origin,
                reason: verdict.reason,
                evidence: verdict.evidence,
                published: date(published.and_then(|date| date.parse().ok()), now),
                verdict: Some(counted),
                print: (verdict.origin == ContentOrigin::Article).then(|| print.clone()),
            }
        };
        waiting.into_iter().map(verdict).collect()
    });
    verdicts.await.unwrap_or_else(|error| with_feed_text(fallback, &error.to_string(), None))
}

/// `worth`: what that says of the feed's pages; nothing where the trouble is ours.
fn with_feed_text(waiting: Vec<WaitingEntry>, why: &str, worth: Option<PageWorth>) -> Vec<SettledEntry> {
    let settled = |entry: WaitingEntry| SettledEntry {
        id: entry.id,
        content_origin: ContentOrigin::Feed,
        reason: format!("the feed's text stays: {why}"),
        evidence: json!(null),
        published: None,
        verdict: worth.map(|worth| counted(&entry, worth, 0)),
        print: None,
    };
    waiting.into_iter().map(settled).collect()
}

fn counted(entry: &WaitingEntry, worth: PageWorth, chars: usize) -> PageVerdict {
    let whole = judge::carries_whole(None, Some(entry.html.as_str()));
    PageVerdict { worth, whole, chars: u32::try_from(chars).unwrap_or(u32::MAX) }
}

/// The feeds of the entries, each once, with what people call them.
fn feeds(waiting: &[WaitingEntry]) -> Vec<(FeedId, String)> {
    let mut feeds: Vec<(FeedId, String)> = Vec::new();
    for entry in waiting {
        if feeds.iter().all(|(feed, _)| *feed != entry.feed) {
            feeds.push((entry.feed, entry.feed_title.clone()));
        }
    }
    feeds
}

/// Tells, once, when the pages of a feed break and when they are well again.
async fn look_after(work: &Work, feed: FeedId, name: String) {
    let (results, broken) = match work.store.page_results(feed).await {
        Ok(found) => found,
        Err(error) => return tracing::warn!(feed.id = feed.0, "Feed {name}: the results of its pages cannot be read: {error}"),
    };
    let now = work.now();
    let (broken, reason) = match health::turn(&health::health(&results, broken), &results, now) {
        None => return,
        Some(Turn::Broke(broken)) => (Some(broken.clone()), broken.reason),
        Some(Turn::Recovered(reason)) => (None, reason),
    };
    let is_broken = broken.is_some();
    match work.store.set_broken(now, feed, broken, reason.clone()).await {
        Ok(true) if is_broken => {
            tracing::warn!(feed.id = feed.0, "Feed {name}: its article pages give less than before: {reason}");
        }
        Ok(true) => tracing::info!(feed.id = feed.0, "Feed {name}: its article pages are well again: {reason}"),
        Ok(false) => return,
        Err(error) => return tracing::warn!(feed.id = feed.0, "Feed {name}: how its pages stand cannot be stored: {error}"),
    }
    work.events.tell(Event::Pages { feed, name, broken: is_broken, reason });
}
