//! One article, start to end: robots.txt, fetch, extract, judge, settle. Each run makes one request: when robots.txt has
//! to be asked first, the article goes back to the front of its host's line.

use std::time::Duration;

use serde_json::json;
use url::Url;

use super::events::Event;
use super::outage::Reach;
use super::said::HostSaid;
use super::{WHOLE_FETCH, Work};
use crate::clock::after;
use crate::deduplicator::canonical::{canonical, names_one_article};
use crate::deduplicator::identity::is_foldable;
use crate::extractor::{self, Page, judge};
use crate::fetcher::MAX_HOPS;
use crate::fetcher::robots::Access;
use crate::model::{
    Article, Body, ContentOrigin, DueArticle, FeedSettings, FetchError, Fetched, Kind, Limits, PageOutcome, Place, Request,
    SettledEntry, Settlement, SiteRuleUse, Validators, WaitingEntry, host_of,
};

/// A page is asked for so often at most: a site counts the requests for a page that is gone.
const ATTEMPTS: u32 = 3;
/// Pause before the second attempt; the third waits four times as long.
const RETRY_AFTER: Duration = Duration::from_mins(5);

/// What the scheduler has to know about a scrape that ended.
#[derive(Debug, Default)]
pub(crate) struct ScrapeEnd {
    /// It is not over: one more request, when the host allows.
    pub(crate) again: Option<Box<(DueArticle, Again)>>,
    /// What its host wants.
    pub(crate) said: HostSaid,
}

/// Why a scrape needs one more turn.
#[derive(Debug)]
pub(crate) enum Again {
    /// All seats at the address are taken: the same request.
    Crowded(Place),
    /// robots.txt is known now: the article itself can be asked for.
    Robots(Access),
}

pub(crate) async fn scrape(work: &Work, due: DueArticle, access: Option<Access>) -> ScrapeEnd {
    // Entries of several feeds may wait for one page; the first that asked says how it is asked for.
    let Some(first) = due.waiting.first() else { return ScrapeEnd::default() };
    let settings = work.spec(first.feed, &first.feed_url, first.settings.as_deref()).settings;
    let (outcome, said) = match &due.won {
        Some(_) => (PageOutcome::Known, HostSaid::default()),
        // Attempts are counted when a page is taken: one that ended the process each time shall not do so for ever.
        None if due.attempts >= ATTEMPTS => {
            (PageOutcome::Failed { error: "no attempt to read it came to an end".to_owned() }, HostSaid::default())
        }
        None => match ask(work, &due, &settings, access).await {
            (Asked::Again(again), said) => return ScrapeEnd { again: Some(Box::new((due, again))), said },
            (Asked::Page(body), said) => (extract(work, &due, *body, settings.site_rules).await, said),
            (Asked::Refused(error), said) => (PageOutcome::Failed { error }, said),
            (Asked::Failed { error, counts }, said) => (retry_or_fail(work, &due, error, counts), said),
        },
    };
    settle(work, due, outcome).await;
    ScrapeEnd { again: None, said }
}

enum Asked {
    Again(Again),
    Page(Box<Body>),
    Refused(String),
    Failed {
        error: String,
        /// Whether it is the site's fault.
        counts: bool,
    },
}

async fn ask(work: &Work, due: &DueArticle, settings: &FeedSettings, access: Option<Access>) -> (Asked, HostSaid) {
    let mut said = HostSaid::default();
    let Ok(url) = Url::parse(&due.url) else { return (Asked::Refused(format!("{} is no address", due.url)), said) };
    let _seat = match work.fetcher.seat(&url, settings.timeout).await {
        Ok(seat) => seat,
        Err(place) => return (Asked::Again(Again::Crowded(place)), said),
    };
    if settings.robots {
        match access.or_else(|| work.robots.cached(&url)) {
            None => {
                let access = work.robots.ask(&url, settings.timeout).await;
                match &access {
                    Access::Allowed { crawl_delay } => said.crawl_delay = *crawl_delay,
                    Access::Disallowed => {}
                    Access::Unknown(error) => said = HostSaid::of_error(error),
                }
                return (Asked::Again(Again::Robots(access)), said);
            }
            Some(Access::Allowed { crawl_delay }) => said.crawl_delay = crawl_delay,
            Some(Access::Disallowed) => {
                return (Asked::Refused("robots.txt does not allow it (fetch.robots)".to_owned()), said);
            }
            Some(Access::Unknown(error)) => {
                let counts = work.counts(&url, &error);
                return (Asked::Failed { error: format!("robots.txt: {error}"), counts }, said);
            }
        }
    }
    let limits = Limits {
        hops: MAX_HOPS,
        body_bytes: settings.max_body,
        step: settings.timeout,
        total: settings.timeout.saturating_mul(WHOLE_FETCH),
    };
    let request = Request { url, kind: Kind::Page, validators: Validators::default(), headers: Vec::new(), auth: None, limits };
    let url = request.url.clone();
    let fetched = work.fetcher.get(request).await;
    if fetched.is_ok() {
        work.blames_network(&host_of(url.as_str()), Reach::Answered);
    }
    let said = HostSaid { crawl_delay: said.crawl_delay, ..HostSaid::of(&fetched) };
    let asked = match fetched {
        Ok(Fetched::Body(body)) => Asked::Page(body),
        Ok(Fetched::NotModified { .. }) => {
            Asked::Failed { error: "status 304 to an unconditional request".to_owned(), counts: true }
        }
        Err(FetchError::Blocked { host, reason }) => Asked::Refused(format!("{host} is not contacted: {reason}")),
        Err(FetchError::Status { code: code @ (404 | 410 | 451), .. }) => Asked::Refused(format!("status {code}")),
        Err(error) => Asked::Failed { counts: work.counts(&url, &error), error: error.to_string() },
    };
    (asked, said)
}

fn retry_or_fail(work: &Work, due: &DueArticle, error: String, counts: bool) -> PageOutcome {
    let attempt = due.attempts + 1;
    if counts && attempt >= ATTEMPTS {
        return PageOutcome::Failed { error };
    }
    let at = after(work.now(), RETRY_AFTER * 4_u32.pow(attempt - 1));
    PageOutcome::Retry { error, at, counts }
}

async fn extract(work: &Work, due: &DueArticle, body: Body, used: SiteRuleUse) -> PageOutcome {
    let hints = due.waiting.first().map(|entry| (entry.title.clone(), entry.text.clone())).unwrap_or_default();
    let asked = due.canonical_url.clone();
    // Only where it tells the article from others of the page: otherwise entries about other parts wait for it, too.
    let fragment = Url::parse(&due.url).ok().and_then(|url| url.fragment().map(str::to_owned)).filter(|_| asked.contains('#'));
    let now = work.settings();
    let won = work.cpu.run(move || {
        let page = Page {
            bytes: &body.bytes,
            content_type: body.content_type.as_deref(),
            url: Some(&body.final_url),
            fragment: fragment.as_deref(),
            feed_title: Some(&hints.0),
            feed_text: Some(&hints.1),
            site_rules: Some(&now.site_rules).filter(|_| used != SiteRuleUse::Never),
            force_rules: used == SiteRuleUse::Force,
        };
        let extraction = extractor::extract(&page);
        let mut reached = body.final_url.clone();
        if extraction.is_section {
            reached.set_fragment(fragment.as_deref());
        }
        let canonical_url = believed(&asked, &reached, extraction.article.canonical.as_deref());
        (extraction, canonical_url)
    });
    match won.await {
        Ok((extraction, canonical_url)) => {
            let foldable = is_foldable(canonical_url.as_deref().unwrap_or(&due.canonical_url));
            PageOutcome::Won { article: Box::new(extraction.article), canonical_url, foldable }
        }
        Err(error) => PageOutcome::Failed { error: error.to_string() },
    }
}

/// The article's address after redirects and `rel=canonical`. A page may speak for its own registrable domain only:
/// otherwise anybody could fold his page into another's story. A redirect that we followed ourselves is believed.
fn believed(asked: &str, final_url: &Url, claimed: Option<&str>) -> Option<String> {
    let reached = canonical(final_url.as_str());
    let claimed = claimed.map(canonical).filter(|claimed| host_of(claimed) == host_of(&reached) && names_one_article(claimed));
    let address = claimed.unwrap_or(reached);
    (address != asked && names_one_article(&address)).then_some(address)
}

async fn settle(work: &Work, due: DueArticle, outcome: PageOutcome) {
    let title = due.waiting.first().map(|entry| entry.title.clone()).unwrap_or_default();
    let entries = match (&outcome, &due.won) {
        (PageOutcome::Won { article, .. }, _) => judged(work, article, due.waiting).await,
        (PageOutcome::Known, Some(article)) => judged(work, article, due.waiting).await,
        (PageOutcome::Retry { .. }, _) => Vec::new(),
        (PageOutcome::Failed { error }, _) => with_feed_text(due.waiting, error),
        (PageOutcome::Known, None) => with_feed_text(due.waiting, "the page is not there"),
    };
    let told = match &outcome {
        PageOutcome::Retry { error, .. } => format!("{error}; asked again later"),
        PageOutcome::Failed { error } => error.clone(),
        PageOutcome::Won { .. } | PageOutcome::Known => entries.first().map(|entry| entry.reason.clone()).unwrap_or_default(),
    };
    let settled = entries.len();
    let settlement = Settlement { at: work.now(), outcome, entries };
    if let Err(error) = work.store.settle(due.id, settlement).await {
        tracing::error!("the article {} could not be stored, it is asked for again: {error}", due.url);
        return;
    }
    tracing::debug!(article.url = due.url, settled, "Scraped {}: {told}", due.url);
    work.events.tell(Event::Scraped { title, settled, outcome: told });
}

async fn judged(work: &Work, article: &Article, waiting: Vec<WaitingEntry>) -> Vec<SettledEntry> {
    let article = article.clone();
    let fallback = waiting.clone();
    let verdicts = work.cpu.run(move || {
        let verdict = |entry: WaitingEntry| {
            let feed = judge::FeedText { title: &entry.title, html: entry.html.as_str(), text: &entry.text };
            let verdict = judge::judge(&feed, &article);
            SettledEntry { id: entry.id, content_origin: verdict.origin, reason: verdict.reason, evidence: verdict.evidence }
        };
        waiting.into_iter().map(verdict).collect()
    });
    verdicts.await.unwrap_or_else(|error| with_feed_text(fallback, &error.to_string()))
}

fn with_feed_text(waiting: Vec<WaitingEntry>, why: &str) -> Vec<SettledEntry> {
    let settled = |entry: WaitingEntry| SettledEntry {
        id: entry.id,
        content_origin: ContentOrigin::Feed,
        reason: format!("the feed's text stays: {why}"),
        evidence: json!(null),
    };
    waiting.into_iter().map(settled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(asked: &str, reached: &str, claimed: Option<&str>, expected: Option<&str>) {
        let believed = believed(&canonical(asked), &Url::parse(reached).unwrap(), claimed);
        assert_eq!(believed, expected.map(canonical), "asked {asked}, reached {reached}, claimed {claimed:?}");
    }

    #[test]
    fn a_page_speaks_for_its_own_domain_only() {
        let article = "https://news.example.org/2026/the-bridge-is-to-be-repaired";
        check(article, article, None, None);
        check(article, article, Some(article), None);
        check("https://t.example/a1b2c3", article, None, Some(article));
        check(article, article, Some("https://other.example/2026/a-famous-story-of-others"), None);
        check(
            article,
            article,
            Some("https://example.org/2026/the-bridge-is-to-be-repaired-4711"),
            Some("https://example.org/2026/the-bridge-is-to-be-repaired-4711"),
        );
        check(article, article, Some("https://news.example.org/"), None);
    }
}
