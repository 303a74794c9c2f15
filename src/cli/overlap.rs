//! `feedmux overlap`: which feeds mostly repeat which others, and how much later.

use std::time::Duration;

use clap::Args;
use feedmux::clock::Clock;
use feedmux::config::units::parse_duration;
use feedmux::store::Overlap as Pair;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Args)]
pub(crate) struct Overlap {
    /// Of entries that were first seen so long ago at most
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = parse_duration)]
    since: Duration,
    /// Only pairs with so many entries in common
    #[arg(long, value_name = "N", default_value_t = 3)]
    least: u64,
    /// Pairs that are shown
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// One JSON object a pair
    #[arg(long)]
    json: bool,
}

impl Overlap {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let store = Setup::load(global)?.open_read_only()?;
        let by = SignedDuration::try_from(self.since).ok();
        let since = by.and_then(|by| Clock::system().now().checked_sub(by).ok()).unwrap_or(Timestamp::MIN);
        let pairs = store.overlaps(since, self.least.max(1)).await?;
        if pairs.is_empty() {
            let text = format!("no two feeds have {} entries of one story in common in that time", self.least.max(1));
            return Err(Told::error(Exit::Nothing, text));
        }
        for pair in pairs.iter().take(self.limit) {
            if self.json {
                let mut told = json!(pair);
                told["share"] = json!((pair.share() * 1000.0).round() / 1000.0);
                out::json(&told)?;
            } else {
                out::line(in_words(pair))?;
            }
        }
        Ok(Exit::Done)
    }
}

/// "82 % of B (41 of 50) is in A, median 3 h later".
fn in_words(pair: &Pair) -> String {
    let percent = (pair.share() * 100.0).round();
    let (title, other) = (out::plain(&pair.title), out::plain(&pair.other_title));
    let when = if pair.delay >= 0 { "later" } else { "earlier" };
    let delay = pair.delay.unsigned_abs();
    let delay = match delay {
        0..60 => format!("{delay} s"),
        60..5400 => format!("{} min", (delay + 30) / 60),
        5400..172_800 => format!("{} h", (delay + 1800) / 3600),
        _ => format!("{} d", (delay + 43_200) / 86_400),
    };
    let when = if pair.delay == 0 { "at the same time".to_owned() } else { format!("median {delay} {when}") };
    format!("{percent} % of {title} ({} of {}) is in {other}, {when}", pair.shared, pair.entries)
}

#[cfg(test)]
mod tests {
    use feedmux::model::FeedId;

    use super::*;

    #[test]
    fn a_pair_reads_as_a_sentence() {
        let pair = |delay| Pair {
            feed: FeedId(2),
            title: "B".to_owned(),
            other: FeedId(1),
            other_title: "A".to_owned(),
            entries: 50,
            shared: 41,
            later: 40,
            delay,
        };
        assert_eq!(in_words(&pair(10_800)), "82 % of B (41 of 50) is in A, median 3 h later");
        assert_eq!(in_words(&pair(-90)), "82 % of B (41 of 50) is in A, median 2 min earlier");
        assert_eq!(in_words(&pair(0)), "82 % of B (41 of 50) is in A, at the same time");
    }
}
