//! What other programs write into OPML beside what OPML says: each attribute's equal among our settings, or why there is none.

use std::borrow::Cow;
use std::time::Duration;

use super::opml::Outline;
use super::{Secret, feeds, units};
use crate::model::ScrapeMode;

/// Whose attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// Ours.
    Feedmux,
    /// Miniflux, which writes settings since 2.2.
    Miniflux,
    /// FreshRSS, which writes settings since 1.20.
    FreshRss,
}

/// The programs, the namespaces of their attributes and the prefixes that they bind to them.
pub(super) const PROGRAMS: [(Program, &str, &str); 3] = [
    (Program::Feedmux, super::opml::NAMESPACE, "feedmux"),
    (Program::Miniflux, "https://miniflux.app/opml", "miniflux"),
    (Program::FreshRss, "https://freshrss.org/opml", "frss"),
];

/// What an attribute does to a feed of ours.
enum Does {
    /// Nothing: told, unless there is nothing to tell.
    Nothing,
    /// Pauses it.
    Pause,
    /// The articles are fetched from their pages, always.
    Scrape,
    /// Sets a header.
    Header(&'static str),
    /// Sets headers, one a line.
    Headers,
    /// Seconds between polls; below 0: paused.
    Rhythm,
}

use Does::{Header, Headers, Nothing, Pause, Rhythm, Scrape};
use Program::{FreshRss, Miniflux};

const RULE: &str = "a [[rule]] with then = \"drop\" leaves entries out";
const SELECTOR: &str =
    "articles are found without selectors; where that goes wrong, a rule for the site goes into scrape.site_rules";
const PROXY: &str = "a proxy is set for all feeds, in [fetch]";
const REDIRECTS: &str = "redirects are followed as for any feed";
const POST: &str = "feeds are asked for with GET only";
const SHOWN: &str = "every output chooses its entries by `where`";

/// Whose, its name, what it does, and why that is not all; `""`: it is all. Facts from the exporters' sources (miniflux
/// `internal/reader/opml`, FreshRSS `app/views/helpers/export/opml.phtml`).
const ATTRIBUTES: [(Program, &str, Does, &str); 36] = [
    (Miniflux, "disabled", Pause, ""),
    (Miniflux, "crawler", Scrape, ""),
    (Miniflux, "userAgent", Header("User-Agent"), ""),
    (Miniflux, "noMediaPlayer", Nothing, ""), // readers play, not we
    (Miniflux, "scraperRules", Nothing, SELECTOR),
    (Miniflux, "rewriteRules", Nothing, "texts are not rewritten"),
    (Miniflux, "urlRewriteRules", Nothing, "addresses are not rewritten"),
    (Miniflux, "blocklistRules", Nothing, RULE),
    (Miniflux, "keeplistRules", Nothing, RULE),
    (Miniflux, "blockFilterEntryRules", Nothing, RULE),
    (Miniflux, "keepFilterEntryRules", Nothing, RULE),
    (Miniflux, "hideGlobally", Nothing, SHOWN),
    (Miniflux, "ignoreHTTPCache", Nothing, "what did not change is never asked for again"),
    (Miniflux, "fetchViaProxy", Nothing, PROXY),
    (Miniflux, "proxyURL", Nothing, PROXY),
    (Miniflux, "allowSelfSignedCertificates", Nothing, "certificates are always looked at"),
    (Miniflux, "disableHTTP2", Nothing, "the version of HTTP is agreed upon with each host"),
    (Miniflux, "ignoreEntryUpdates", Nothing, "what a publisher corrects is corrected"),
    (FreshRss, "ttl", Rhythm, ""),
    (FreshRss, "cssFullContent", Scrape, SELECTOR),
    (FreshRss, "cssFullContentFilter", Nothing, SELECTOR),
    (FreshRss, "cssFullContentConditions", Nothing, "articles are fetched whenever any are"),
    (FreshRss, "cssContentFilter", Nothing, SELECTOR),
    (FreshRss, "filtersActionRead", Nothing, RULE),
    (FreshRss, "priority", Nothing, SHOWN),
    (FreshRss, "opmlUrl", Nothing, "lists are files; fetch it, and name it in subscriptions.files"),
    (FreshRss, "CURLOPT_COOKIE", Header("Cookie"), ""),
    (FreshRss, "CURLOPT_USERAGENT", Header("User-Agent"), ""),
    (FreshRss, "CURLOPT_HTTPHEADER", Headers, ""),
    (FreshRss, "CURLOPT_COOKIEFILE", Nothing, "cookies are not kept"),
    (FreshRss, "CURLOPT_FOLLOWLOCATION", Nothing, REDIRECTS),
    (FreshRss, "CURLOPT_MAXREDIRS", Nothing, REDIRECTS),
    (FreshRss, "CURLOPT_POST", Nothing, POST),
    (FreshRss, "CURLOPT_POSTFIELDS", Nothing, POST),
    (FreshRss, "CURLOPT_PROXY", Nothing, PROXY),
    (FreshRss, "CURLOPT_PROXYTYPE", Nothing, PROXY),
];

/// Kinds of outlines that FreshRSS makes entries of by rules of its own: what is at their addresses is no feed.
const NO_FEEDS: [&str; 5] = ["html+xpath", "xml+xpath", "json+dotpath", "json+dotnotation", "html+xpath+json+dotnotation"];

/// Whether an outline of such a `type`, in lower case, is no feed.
pub(super) fn is_no_feed(kind: &str) -> bool {
    NO_FEEDS.contains(&kind)
}

/// Takes over what an attribute of another program says; what is lost of it goes into `outline.lost`.
pub(super) fn take(program: Program, name: &str, value: &str, outline: &mut Outline) {
    let value = value.trim();
    let is_off = ["", "0", "false"].iter().any(|off| value.eq_ignore_ascii_case(off));
    // what everybody has
    let is_usual = program == FreshRss && name == "priority" && matches!(value, "main" | "10");
    if is_off || is_usual {
        return;
    }
    let known = ATTRIBUTES.iter().find(|(whose, known, ..)| *whose == program && known.eq_ignore_ascii_case(name));
    let lost: Cow<'static, str> = match known {
        None if program == FreshRss && (name.starts_with("xPath") || name.starts_with("json")) => return, // told with the `type`
        None => "there is no such setting here".into(),
        Some((.., does, lost)) => match done(does, value, outline) {
            Ok(()) if lost.is_empty() => return,
            Ok(()) => (*lost).into(),
            Err(what) => what.into(),
        },
    };
    let prefix = PROGRAMS.iter().find(|(whose, ..)| *whose == program).map_or("", |(.., prefix)| prefix);
    // names of no program that we know are as long as whoever wrote them likes
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')).take(40).collect();
    outline.lost.push((format!("{prefix}:{name}"), lost));
}

fn done(does: &Does, value: &str, outline: &mut Outline) -> Result<(), &'static str> {
    match does {
        Nothing => {}
        Pause => outline.paused = true,
        Scrape => outline.settings.scrape.mode = outline.settings.scrape.mode.or(Some(ScrapeMode::Always)),
        Header(name) => header(name, value, outline)?,
        Headers => {
            for line in value.lines().filter(|line| !line.trim().is_empty()) {
                let (name, value) = line.split_once(':').ok_or("a line of it is no header")?;
                header(name.trim(), value.trim(), outline)?;
            }
        }
        Rhythm => {
            let seconds: i64 = value.parse().map_err(|_| "it is no number of seconds")?;
            outline.paused |= seconds < 0;
            // muted feeds keep their rhythm, as a negative number; 1 is "the default, muted"
            let interval = Duration::from_secs(seconds.unsigned_abs());
            if (Duration::from_mins(1)..=units::MAX_DURATION).contains(&interval) {
                outline.settings.interval = outline.settings.interval.or(Some(interval));
            }
        }
    }
    Ok(())
}

/// Sets a header, unless it may not be sent: that would cost the feed, not the header.
fn header(name: &str, value: &str, outline: &mut Outline) -> Result<(), &'static str> {
    feeds::header(name, value).map_err(|_| "a header of it is feedmux's own to send, or cannot be sent")?;
    outline.settings.headers.insert(name.to_owned(), Secret::new(value));
    Ok(())
}
