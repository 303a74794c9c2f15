//! What a changed configuration means for a daemon that runs.

use std::collections::HashMap;

use super::Config;
use crate::model::FeedSpec;

/// What another configuration changes, as one line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    added: usize,
    removed: usize,
    changed: usize,
    /// What else holds at once and is another.
    others: Vec<&'static str>,
    /// Sections that are read at the start only.
    later: Vec<&'static str>,
}

impl Difference {
    /// From the first to the second. What is read at the start only is compared with what was read then.
    pub fn between((config, feeds): (&Config, &[FeedSpec]), (new_config, new_feeds): (&Config, &[FeedSpec])) -> Self {
        let by_url = |feeds: &[FeedSpec]| feeds.iter().map(|feed| (feed.url.clone(), feed.clone())).collect::<HashMap<_, _>>();
        let (old, new) = (by_url(feeds), by_url(new_feeds));
        let later = [
            ("store", config.store != new_config.store),
            ("http", config.http != new_config.http),
            ("fetch", config.fetch != new_config.fetch),
            ("dedup", config.dedup != new_config.dedup),
            ("log", config.log != new_config.log),
        ];
        Self {
            added: new.keys().filter(|url| !old.contains_key(url)).count(),
            removed: old.keys().filter(|url| !new.contains_key(url)).count(),
            changed: new.iter().filter(|(url, feed)| old.get(url).is_some_and(|old| old != *feed)).count(),
            others: names(&[
                ("outputs", config.outputs != new_config.outputs),
                ("rules", config.rules != new_config.rules),
                ("hooks", config.hooks != new_config.hooks),
            ]),
            later: names(&later),
        }
    }
}

fn names(differ: &[(&'static str, bool)]) -> Vec<&'static str> {
    differ.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect()
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { added, removed, changed, others, later } = self;
        write!(f, "{added} feeds added, {removed} removed, {changed} with other settings")?;
        if !others.is_empty() {
            write!(f, "; other {}", others.join(", "))?;
        }
        if !later.is_empty() {
            write!(f, "; what changed in [{}] holds after a restart", later.join("], ["))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::feeds;

    fn check(change: impl FnOnce(&mut Config, &mut Vec<FeedSpec>), expected: &str) {
        let config = Config::default();
        let spec = |name: &str| feeds::plain_spec(&config, format!("https://{name}.example/feed").parse().unwrap());
        let old = (config.clone(), vec![spec("a"), spec("b")]);
        let mut new = old.clone();
        change(&mut new.0, &mut new.1);
        assert_eq!(Difference::between((&old.0, &old.1), (&new.0, &new.1)).to_string(), expected);
    }

    #[test]
    fn changes_are_counted_and_what_needs_a_restart_is_named() {
        check(|_, _| {}, "0 feeds added, 0 removed, 0 with other settings");
        check(|_, feeds| drop(feeds.pop()), "0 feeds added, 1 removed, 0 with other settings");
        check(|_, feeds| feeds[0].url.set_path("/new"), "1 feeds added, 1 removed, 0 with other settings");
        check(|_, feeds| feeds[0].priority = 7, "0 feeds added, 0 removed, 1 with other settings");
        check(
            |config, _| config.rules.push(crate::config::Rule::default()),
            "0 feeds added, 0 removed, 0 with other settings; other rules",
        );
        check(
            |config, _| {
                config.rules.push(crate::config::Rule::default());
                config.hooks.push(crate::config::Hook::default());
            },
            "0 feeds added, 0 removed, 0 with other settings; other rules, hooks",
        );
        check(
            |config, _| config.http.listen.push("unix:/x".to_owned()),
            "0 feeds added, 0 removed, 0 with other settings; what changed in [http] holds after a restart",
        );
        check(
            |config, _| config.fetch.proxy = "http://proxy.lan:3128".to_owned(),
            "0 feeds added, 0 removed, 0 with other settings; what changed in [fetch] holds after a restart",
        );
    }
}
