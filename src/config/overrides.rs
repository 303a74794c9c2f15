//! What one feed may say differently, by names: the attributes `feedmux:NAME` of OPML and the keys of a managed feed's settings.

use super::Feed;
use super::units::{duration_text, parse_duration, parse_size, size_text};
use crate::model::{ScrapeMode, SiteRuleUse};

/// All names, in the order in which they are written.
pub const NAMES: [&str; 16] = [
    "interval",
    "max_interval",
    "adaptive",
    "timeout",
    "backoff",
    "max_body",
    "robots",
    "scrape",
    "hold",
    "backfill",
    "site_rules",
    "lists",
    "quotes",
    "captions",
    "retention",
    "per_feed",
];

/// What `feed` says differently, as name and text; [`set`] reads it back.
pub fn of(feed: &Feed) -> Vec<(&'static str, String)> {
    NAMES.into_iter().filter_map(|name| get(feed, name).map(|text| (name, text))).collect()
}

fn get(feed: &Feed, name: &str) -> Option<String> {
    match name {
        "interval" => feed.interval.or(feed.poll.interval).map(duration_text),
        "max_interval" => feed.poll.max_interval.map(duration_text),
        "adaptive" => feed.poll.adaptive.map(|yes| yes.to_string()),
        "timeout" => feed.poll.timeout.map(duration_text),
        "backoff" => feed.poll.backoff.map(duration_text),
        "max_body" => feed.fetch.max_body.map(size_text),
        "robots" => feed.fetch.robots.map(|yes| yes.to_string()),
        "scrape" => feed.scrape.mode.map(|mode| scrape_text(mode).to_owned()),
        "hold" => feed.scrape.hold.map(duration_text),
        "backfill" => feed.scrape.backfill.map(|n| n.to_string()),
        "site_rules" => feed.scrape.site_rules.map(|used| rules_text(used).to_owned()),
        "lists" => feed.scrape.lists.map(|yes| yes.to_string()),
        "quotes" => feed.scrape.quotes.map(|yes| yes.to_string()),
        "captions" => feed.scrape.captions.map(|yes| yes.to_string()),
        "retention" => feed.retention.entries.map(duration_text),
        "per_feed" => feed.retention.per_feed.map(|n| n.to_string()),
        _ => None,
    }
}

/// Sets what `name` stands for from its text.
///
/// # Errors
/// Says what was expected of the value, or that there is no such name.
pub fn set(feed: &mut Feed, name: &str, text: &str) -> Result<(), String> {
    let wrong = |what: String| format!("{name}: {what}");
    match name {
        "interval" => feed.interval = Some(parse_duration(text).map_err(wrong)?),
        "max_interval" => feed.poll.max_interval = Some(parse_duration(text).map_err(wrong)?),
        "adaptive" => feed.poll.adaptive = Some(truth(text).map_err(wrong)?),
        "timeout" => feed.poll.timeout = Some(parse_duration(text).map_err(wrong)?),
        "backoff" => feed.poll.backoff = Some(parse_duration(text).map_err(wrong)?),
        "max_body" => feed.fetch.max_body = Some(parse_size(text).map_err(wrong)?),
        "robots" => feed.fetch.robots = Some(truth(text).map_err(wrong)?),
        "scrape" => {
            let mode =
                [ScrapeMode::Auto, ScrapeMode::Always, ScrapeMode::Never].into_iter().find(|mode| scrape_text(*mode) == text);
            feed.scrape.mode = Some(mode.ok_or_else(|| wrong(format!("\"{text}\" is none of auto, always, never")))?);
        }
        "hold" => feed.scrape.hold = Some(parse_duration(text).map_err(wrong)?),
        "backfill" => feed.scrape.backfill = Some(whole(text).map_err(wrong)?),
        "site_rules" => {
            let used =
                [SiteRuleUse::Auto, SiteRuleUse::Force, SiteRuleUse::Never].into_iter().find(|used| rules_text(*used) == text);
            feed.scrape.site_rules = Some(used.ok_or_else(|| wrong(format!("\"{text}\" is none of auto, force, never")))?);
        }
        "lists" => feed.scrape.lists = Some(truth(text).map_err(wrong)?),
        "quotes" => feed.scrape.quotes = Some(truth(text).map_err(wrong)?),
        "captions" => feed.scrape.captions = Some(truth(text).map_err(wrong)?),
        "retention" => feed.retention.entries = Some(parse_duration(text).map_err(wrong)?),
        "per_feed" => feed.retention.per_feed = Some(whole(text).map_err(wrong)?),
        _ => return Err(format!("{name} is not a setting; there are {}", NAMES.join(", "))),
    }
    Ok(())
}

fn whole(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("\"{text}\" is no whole number"))
}

fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("\"{text}\" is neither true nor false"))
}

fn scrape_text(mode: ScrapeMode) -> &'static str {
    match mode {
        ScrapeMode::Auto => "auto",
        ScrapeMode::Always => "always",
        ScrapeMode::Never => "never",
    }
}

fn rules_text(used: SiteRuleUse) -> &'static str {
    match used {
        SiteRuleUse::Auto => "auto",
        SiteRuleUse::Force => "force",
        SiteRuleUse::Never => "never",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_the_same() {
        let values = [
            "1h30m", "2d", "false", "5s", "10m", "1MiB", "false", "never", "0s", "7", "force", "false", "false", "true", "30d",
            "500",
        ];
        let mut feed = Feed::default();
        for (name, value) in NAMES.into_iter().zip(values) {
            set(&mut feed, name, value).unwrap();
        }
        let written = of(&feed);
        assert_eq!(written, NAMES.into_iter().zip(values.map(str::to_owned)).collect::<Vec<_>>());
        assert_eq!(of(&Feed::default()), []);
    }

    #[test]
    fn a_wrong_value_is_told() {
        fn check(name: &str, value: &str, expected: &str) {
            assert_eq!(set(&mut Feed::default(), name, value).unwrap_err(), expected);
        }
        check("interval", "often", "interval: expected a duration like \"90s\", \"30m\" or \"7d\", got \"often\"");
        check("scrape", "yes", "scrape: \"yes\" is none of auto, always, never");
        check("site_rules", "true", "site_rules: \"true\" is none of auto, force, never");
        check("lists", "no", "lists: \"no\" is neither true nor false");
        check("robots", "yes", "robots: \"yes\" is neither true nor false");
        check("backfill", "-1", "backfill: \"-1\" is no whole number");
        check(
            "colour",
            "red",
            "colour is not a setting; there are interval, max_interval, adaptive, timeout, backoff, max_body, robots, scrape, hold, backfill, site_rules, lists, quotes, captions, retention, per_feed",
        );
    }
}
