//! The feed behind an address that somebody typed: itself, the one that its page names, or one that is found by trying.
//!
//! Trying is for `feed add` alone, where somebody watches: one request after the other, on one host, a known number of them, and an end
//! at the first word of the host against it.

use std::time::Duration;

use anyhow::bail;
use feedmux::config::{self, Config, Secret, address, feeds};
use feedmux::fetcher::Fetcher;
use feedmux::model::{Body, FetchError, Fetched, Parsed, Validators};
use feedmux::parser::{self, ParseError};
use feedmux::scheduler;
use url::Url;

use super::super::out;

/// Feeds that a page names and that are tried, until one is there.
const MAX_NAMED: usize = 4;
/// Anchors that are followed, the most likely first.
const MAX_ANCHORS: usize = 4;

/// Fetches the address. When it is a page, points `feed` to the feed that the page names or, where it names none, to one that is found by
/// trying, and gives the answer of that.
///
/// # Errors
/// One line: what failed, what was tried, what to do.
pub(super) async fn find(fetcher: &Fetcher, config: &Config, feed: &mut config::Feed) -> anyhow::Result<Fetched> {
    let fetched = ask(fetcher, config, feed).await?;
    let Fetched::Body(body) = &fetched else { return Ok(fetched) };
    let typed = feed.url.clone();
    match read(body) {
        Ok(parsed) => {
            if is_page(&parsed) {
                let count = parsed.entries.len();
                out::line(format_args!(
                    "{typed} names no feed, but is a page that marks {count} entries (h-feed): it is read itself"
                ))?;
            }
            Ok(fetched)
        }
        Err(ParseError::Html { feeds, .. }) if !feeds.is_empty() => {
            out::line(format_args!("{typed} is a page; its feed is {}", feeds[0]))?;
            for other in &feeds[1..] {
                out::line(format_args!("    it also names {other}"))?;
            }
            // the first may have gone while the page stayed
            let mut last = None;
            for named in feeds.iter().take(MAX_NAMED) {
                if let Some(error) = last.take() {
                    out::line(format_args!("{error}; taking the next that it names, {named}"))?;
                    pause(config.fetch.per_host_spacing).await;
                }
                point(feed, named)?;
                let fetched = match fetch(fetcher, config, feed).await? {
                    Ok(fetched) => fetched,
                    Err(error) if is_mere_absence(&error) => {
                        last = Some(format!("{}: {error}", feed.url));
                        continue;
                    }
                    Err(error) => return Err(remedied(&feed.url, &error)),
                };
                let Fetched::Body(body) = &fetched else { return Ok(fetched) };
                return match read(body) {
                    Ok(_) => Ok(fetched),
                    Err(ParseError::Html { .. }) => {
                        bail!("{typed} names {} as its feed, which is a page; give the address of the feed itself", feed.url)
                    }
                    Err(error) => bail!("{}: {error}", feed.url),
                };
            }
            bail!(
                "{typed} names feeds that are not there ({}); tell its publisher, or give the address of the feed itself",
                last.unwrap_or_default()
            )
        }
        Err(ParseError::Html { title, .. }) => try_around(fetcher, config, feed, body, title).await,
        Err(error) => bail!("{typed}: {error}"),
    }
}

/// Tries what the anchors of a page suggest, then the usual places.
async fn try_around(
    fetcher: &Fetcher,
    config: &Config,
    feed: &mut config::Feed,
    page: &Body,
    title: Option<String>,
) -> anyhow::Result<Fetched> {
    let typed = feed.url.clone();
    let mut places = parser::feeds_by_anchors(&page.bytes, page.content_type.as_deref(), &page.final_url);
    places.truncate(MAX_ANCHORS);
    let by_anchor = places.len();
    for place in parser::usual_places(&page.final_url) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    out::line(format_args!("{typed} is a page that names no feed; trying {} places", places.len()))?;
    let mut tried: Vec<String> = Vec::new();
    let mut ended = String::new();
    for (at, place) in places.iter().enumerate() {
        let mut guess = feed.clone();
        point(&mut guess, place)?;
        // as polls do: a host is asked no faster because somebody watches
        pause(config.fetch.per_host_spacing).await;
        tried.push(shown(place, &page.final_url));
        let fetched = match fetch(fetcher, config, &guess).await? {
            Ok(fetched) => fetched,
            Err(error) if is_mere_absence(&error) => continue,
            Err(error) => {
                ended = format!(" ({error} ended it)");
                break;
            }
        };
        let Fetched::Body(body) = &fetched else { continue };
        // a home page that answers every address is no feed, nor is a bare `{"items": []}`, and comments are not what was asked for
        let Ok(parsed) = read(body) else { continue };
        let says_nothing = parsed.feed.title.is_none() && parsed.entries.is_empty();
        if says_nothing || is_page(&parsed) || parsed.feed.title.as_deref().is_some_and(parser::says_comments) {
            continue;
        }
        let moved = body.moved_to.as_ref().filter(|moved| Url::parse(place).is_ok_and(|place| moved.origin() == place.origin()));
        point(&mut guess, moved.map_or(place.as_str(), Url::as_str))?;
        let how = if at < by_anchor { "by a link in its text" } else { "by trying" };
        out::line(format_args!("tried {}; found {} {how}", tried.join(", "), guess.url))?;
        *feed = guess;
        return Ok(fetched);
    }
    let title = title.map(|title| format!(" titled \"{}\"", out::plain(&title))).unwrap_or_default();
    bail!(
        "{typed}: this is a web page{title}; it names no feed, and none is at {}{ended}; give the address of the feed itself, if the site has one",
        tried.join(", ")
    )
}

/// Whether the address has nothing, as far as the answer says: then others may be tried. Anything else is a word about us or a host in trouble.
fn is_mere_absence(error: &FetchError) -> bool {
    match error {
        FetchError::Status { code, challenge, .. } => challenge.is_none() && matches!(code, 400 | 404..=406 | 410),
        FetchError::Redirect(_) | FetchError::TooLarge { .. } => true,
        _ => false,
    }
}

async fn pause(spacing: Duration) {
    if !spacing.is_zero() {
        tokio::time::sleep(spacing).await;
    }
}

/// The path where it is on the host of the page, all of the address elsewhere.
fn shown(place: &str, page: &Url) -> String {
    match Url::parse(place) {
        Ok(url) if url.origin() == page.origin() => url[url::Position::BeforePath..].to_owned(),
        _ => place.to_owned(),
    }
}

fn read(body: &Body) -> Result<Parsed, ParseError> {
    parser::parse(&body.bytes, body.content_type.as_deref(), Some(&body.final_url))
}

fn is_page(parsed: &Parsed) -> bool {
    parsed.faults.iter().any(|fault| fault.kind == parser::PAGE_AS_FEED)
}

/// Points `feed` to an address that a page gave. Credentials and headers were for the origin that was typed, and stay there.
fn point(feed: &mut config::Feed, to: &str) -> anyhow::Result<()> {
    let (url, _) = address::parse(to).map_err(|what| anyhow::Error::msg(format!("{to}: {what}")))?;
    if Url::parse(&feed.url).is_ok_and(|typed| typed.origin() != url.origin()) {
        feed.auth = Secret::default();
        feed.headers.clear();
    }
    feed.url = url.into();
    Ok(())
}

/// The answer of the address, or what can be done about it.
async fn ask(fetcher: &Fetcher, config: &Config, feed: &config::Feed) -> anyhow::Result<Fetched> {
    fetch(fetcher, config, feed).await?.map_err(|error| remedied(&feed.url, &error))
}

async fn fetch(fetcher: &Fetcher, config: &Config, feed: &config::Feed) -> anyhow::Result<Result<Fetched, FetchError>> {
    let spec = feeds::spec(config, feed).map_err(|fault| anyhow::Error::msg(fault.to_string()))?;
    Ok(fetcher.get(scheduler::request(&spec, Validators::default())).await)
}

fn remedied(url: &str, error: &FetchError) -> anyhow::Error {
    let remedy = match error {
        FetchError::Blocked { allowable: true, .. } => "name it there and add it again",
        FetchError::Blocked { .. } => "correct the address",
        FetchError::Tls { .. } => "correct the address, with http:// in front of it where this port knows no TLS",
        FetchError::Status { code: 401, .. } => "give user and password in the address, as https://user:password@host/feed",
        FetchError::Status { code: 429 | 500.., .. } => "try again later, or subscribe already with --unseen",
        FetchError::Status { challenge: Some(_), .. } => "it cannot be subscribed to unless the site lets feed readers in",
        _ => "correct the address, or subscribe all the same with --unseen",
    };
    anyhow::anyhow!("{url}: {error}; {remedy}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_wrong_is_told_with_what_can_be_done() {
        let check = |error: FetchError, remedy: &str| {
            let said = remedied("https://nas.example:8080/feed", &error).to_string();
            assert_eq!(said, format!("https://nas.example:8080/feed: {error}; {remedy}"));
        };
        let [host, detail, reason] = ["nas.example:8080", "no TLS", "the address is not public"].map(str::to_owned);
        let blocked = |allowable| FetchError::Blocked { host: host.clone(), reason: reason.clone(), allowable };
        check(blocked(true), "name it there and add it again");
        check(blocked(false), "correct the address");
        check(
            FetchError::Tls { host: host.clone(), detail },
            "correct the address, with http:// in front of it where this port knows no TLS",
        );
        check(FetchError::Refused { host }, "correct the address, or subscribe all the same with --unseen");
    }
}
