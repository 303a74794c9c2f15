//! One article, start to end: robots.txt, fetch, extract, judge, settle. Each run makes one request: when robots.txt has
//! to be asked first, the article goes back to the front of its host's line.

mod read;
mod verdicts;

use std::time::Duration;

use jiff::Timestamp;
use url::Url;

use super::outage::Reach;
use super::said::HostSaid;
use super::{WHOLE_FETCH, Work};
use crate::clock::after;
use crate::fetcher::MAX_HOPS;
use crate::fetcher::robots::Access;
use crate::model::{
    Body, DueArticle, FeedSettings, FetchError, Fetched, Kind, Limits, PageWorth, Place, Request, Validators, host_of, host_of_url,
};
use read::{Pages, read};
use verdicts::settle;

/// A page is asked for so often at most: a site counts the requests for a page that is gone.
const ATTEMPTS: u32 = 3;
/// Pause before the second attempt; the third waits four times as long.
const RETRY_AFTER: Duration = Duration::from_mins(5);
/// Statuses of a site that does not let us read it; they may pass, but seldom do.
const REFUSALS: [u16; 4] = [401, 402, 403, 406];

/// What the scheduler has to know about a scrape that ended.
#[derive(Debug, Default)]
pub(crate) struct ScrapeEnd {
    /// It is not over: one more request, when the host allows.
    pub(crate) again: Option<Box<(DueArticle, Turn, Again)>>,
    /// What its host wants.
    pub(crate) said: HostSaid,
}

impl ScrapeEnd {
    fn again(due: DueArticle, turn: Turn, why: Again, said: HostSaid) -> Self {
        Self { again: Some(Box::new((due, turn, why))), said }
    }
}

/// Why a scrape needs one more turn.
#[derive(Debug)]
pub(crate) enum Again {
    /// All seats at the address are taken: the same request.
    Crowded(Place),
    /// The next request: the page after its robots.txt, or the next page of the article.
    Next,
}

/// What a scrape brings along to its next request.
#[derive(Debug, Default)]
pub(crate) struct Turn {
    /// What robots.txt said, if that was asked a moment ago.
    access: Option<Access>,
    /// The pages of the article that came.
    pages: Option<Box<Pages>>,
}

impl Turn {
    /// Whose line the next request waits in, where it is not that of the article's address.
    pub(crate) fn host(&self) -> Option<String> {
        self.pages.as_ref()?.next.as_ref().map(host_of_url)
    }

    /// Whether pages came already: then they are settled rather than asked for once more.
    pub(crate) fn has_pages(&self) -> bool {
        self.pages.is_some()
    }
}

/// How a scrape ended.
struct Ended {
    outcome: Outcome,
    /// Where no page came, what that says of the feed's pages.
    worth: Option<PageWorth>,
}

enum Outcome {
    Known,
    Won(Box<Pages>),
    Retry { error: String, at: Timestamp, counts: bool },
    Failed(String),
}

/// One request of a scrape, with all that follows from its answer.
pub(crate) async fn scrape(work: &Work, due: DueArticle, turn: Turn) -> ScrapeEnd {
    // Entries of several feeds may wait for one page; the first that asked says how it is asked for.
    let Some(first) = due.waiting.first() else { return ScrapeEnd::default() };
    let spec = work.spec(first.feed, &first.feed_url, first.settings.as_deref());
    let over = |outcome, worth| Ended { outcome, worth };
    let (ended, said) = match turn.pages {
        // However many attempts it took: it is there.
        None if due.won.is_some() && !due.again => (over(Outcome::Known, None), HostSaid::default()),
        // Attempts are counted when a page is taken: one that ended the process each time shall not do so for ever.
        None if due.attempts >= ATTEMPTS => {
            let error = "no attempt to read it came to an end".to_owned();
            (over(Outcome::Failed(error), Some(PageWorth::Failed)), HostSaid::default())
        }
        pages => {
            let url = pages.as_ref().and_then(|pages| pages.next.clone()).or_else(|| Url::parse(&due.url).ok());
            let Some(url) = url else {
                let error = format!("{} is no address", due.url);
                settle(work, due, over(Outcome::Failed(error), None)).await;
                return ScrapeEnd::default();
            };
            let (asked, said) = ask(work, url.clone(), &spec.settings, turn.access).await;
            let ended = match asked {
                Asked::Crowded(place) => {
                    return ScrapeEnd::again(due, Turn { access: None, pages }, Again::Crowded(place), said);
                }
                Asked::Robots(access) => {
                    return ScrapeEnd::again(due, Turn { access: Some(access), pages }, Again::Next, said);
                }
                Asked::Page(body) => match read(work, &due, (url, *body), &spec.settings, pages).await {
                    Ok(pages) => over(Outcome::Won(pages), None),
                    Err((error, pages)) => won_or(pages, error, |error| over(Outcome::Failed(error), None)),
                },
                Asked::Refused(error) => won_or(pages, error, |error| over(Outcome::Failed(error), Some(PageWorth::Refused))),
                Asked::Failed { error, counts, refused } => {
                    let worth = if refused { PageWorth::Refused } else { PageWorth::Failed };
                    won_or(pages, error, |error| over(retry_or_fail(work, &due, error, counts), Some(worth)))
                }
            };
            match ended.outcome {
                Outcome::Won(pages) if pages.next.is_some() => {
                    return ScrapeEnd::again(due, Turn { access: None, pages: Some(pages) }, Again::Next, said);
                }
                outcome => (Ended { outcome, ..ended }, said),
            }
        }
    };
    settle(work, due, ended).await;
    ScrapeEnd { again: None, said }
}

/// Ends a scrape of several pages with those that came.
pub(crate) async fn conclude(work: &Work, due: DueArticle, turn: Turn) {
    if let Some(mut pages) = turn.pages {
        pages.lacks_next("its host wants quiet, or feedmux stops");
        settle(work, due, Ended { outcome: Outcome::Won(pages), worth: None }).await;
    }
}

/// A failure in the middle keeps what was won. Where it is the page that was to have all of the article, that is not the end of it.
fn won_or(pages: Option<Box<Pages>>, error: String, failed: impl FnOnce(String) -> Ended) -> Ended {
    match pages {
        None => failed(error),
        Some(mut pages) => {
            if !pages.lacks_whole(&error) {
                pages.lacks_next(&error);
            }
            Ended { outcome: Outcome::Won(pages), worth: None }
        }
    }
}

enum Asked {
    /// All seats at the address are taken.
    Crowded(Place),
    /// Robots.txt is known now: the page itself can be asked for.
    Robots(Access),
    Page(Box<Body>),
    Refused(String),
    Failed {
        error: String,
        /// Whether it is the site's fault.
        counts: bool,
        /// Whether it said no: it may well say so to every page.
        refused: bool,
    },
}

async fn ask(work: &Work, url: Url, settings: &FeedSettings, access: Option<Access>) -> (Asked, HostSaid) {
    let mut said = HostSaid::default();
    let _seat = match work.fetcher.seat(&url, settings.timeout).await {
        Ok(seat) => seat,
        Err(place) => return (Asked::Crowded(place), said),
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
                return (Asked::Robots(access), said);
            }
            Some(Access::Allowed { crawl_delay }) => said.crawl_delay = crawl_delay,
            Some(Access::Disallowed) => {
                return (Asked::Refused("robots.txt does not allow it (fetch.robots)".to_owned()), said);
            }
            Some(Access::Unknown(error)) => {
                let counts = work.counts(&url, &error);
                return (Asked::Failed { error: format!("robots.txt: {error}"), counts, refused: false }, said);
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
            Asked::Failed { error: "status 304 to an unconditional request".to_owned(), counts: true, refused: false }
        }
        Err(FetchError::Blocked { host, reason, .. }) => Asked::Refused(format!("{host} is not contacted: {reason}")),
        Err(FetchError::Status { code: code @ (404 | 410 | 451), .. }) => Asked::Refused(format!("status {code}")),
        Err(error) => {
            let refused = error.status().is_some_and(|status| REFUSALS.contains(&status));
            Asked::Failed { counts: work.counts(&url, &error), error: error.to_string(), refused }
        }
    };
    (asked, said)
}

fn retry_or_fail(work: &Work, due: &DueArticle, error: String, counts: bool) -> Outcome {
    let attempt = due.attempts + 1;
    if counts && attempt >= ATTEMPTS {
        return Outcome::Failed(error);
    }
    let at = after(work.now(), RETRY_AFTER * 4_u32.pow(attempt - 1));
    Outcome::Retry { error, at, counts }
}

#[cfg(test)]
mod tests;
