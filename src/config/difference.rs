//! What a changed configuration means for a daemon that runs.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Config, Hook, Output, Rule};
use crate::model::FeedSpec;

/// Of each kind of change so many are named; the rest is counted.
const NAMED: usize = 50;

/// What is shown of a hash: enough for the few hooks there may be.
const HASH_CHARS: usize = 8;

/// What another configuration changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// By address.
    pub feeds: Changes,
    /// By name.
    pub outputs: Changes,
    /// By name.
    pub rules: Changes,
    /// By name, or by where they lead.
    pub hooks: Changes,
    /// Sections with limits, which hold at once.
    pub limits: Vec<String>,
    /// Sections that are read at the start only.
    pub later: Vec<String>,
}

/// What is otherwise among things of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// New ones.
    pub added: Named,
    /// Those that are gone.
    pub removed: Named,
    /// Those that differ, each with the keys that do.
    pub changed: Named,
}

/// Some by name, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// All of them.
    pub count: usize,
    /// The first [`NAMED`], in order.
    pub names: Vec<String>,
}

impl Difference {
    /// From the first to the second. What is read at the start only is compared with what was read then.
    pub fn between((config, feeds): (&Config, &[FeedSpec]), (new_config, new_feeds): (&Config, &[FeedSpec])) -> Self {
        let limits = [
            ("poll", config.poll != new_config.poll),
            ("scrape", config.scrape != new_config.scrape),
            ("retention", config.retention != new_config.retention),
            ("run", config.run != new_config.run),
        ];
        let later = [
            ("store", config.store != new_config.store),
            ("http", config.http != new_config.http),
            ("fetch", config.fetch != new_config.fetch),
            ("dedup", config.dedup != new_config.dedup),
            ("log", config.log != new_config.log),
        ];
        Self {
            feeds: Changes::between(feeds, new_feeds, |feed| feed.url.to_string(), of_feeds),
            outputs: Changes::between(&config.outputs, &new_config.outputs, |output| output.name.clone(), of_outputs),
            rules: Changes::between(&config.rules, &new_config.rules, |rule| rule.name.clone(), of_rules),
            hooks: Changes::between(&config.hooks, &new_config.hooks, name_of, of_hooks),
            limits: differing_sections(&limits),
            later: differing_sections(&later),
        }
    }

    /// What changes where only the addresses of feeds are known.
    pub fn of_feeds(listed: &[&str], new: &[FeedSpec]) -> Self {
        let new: Vec<&str> = new.iter().map(|feed| feed.url.as_str()).collect();
        Self { feeds: Changes::between(listed, &new, |url| (*url).to_owned(), |_, _| Vec::new()), ..Self::default() }
    }

    /// Whether nothing is otherwise.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// One line for each change, and what it costs.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, changes) in self.kinds() {
            for (sign, named) in [('+', &changes.added), ('-', &changes.removed), ('~', &changes.changed)] {
                lines.extend(named.names.iter().map(|name| format!("{sign} {kind} {name}")));
                if named.count > named.names.len() {
                    lines.push(format!("{sign} and {} {kind}s more", named.count - named.names.len()));
                }
            }
        }
        lines.extend(self.limits.iter().map(|section| format!("~ [{section}]")));
        lines.extend(self.costs());
        lines
    }

    fn kinds(&self) -> [(&'static str, &Changes); 4] {
        [("feed", &self.feeds), ("output", &self.outputs), ("rule", &self.rules), ("hook", &self.hooks)]
    }

    /// What follows for publishers and readers.
    fn costs(&self) -> Vec<String> {
        let mut costs = Vec::new();
        let mut tell = |holds: bool, what: String| costs.extend(holds.then_some(what));
        let (added, removed) = (self.feeds.added.count, self.feeds.removed.count);
        tell(added > 0, format!("{} for the first time; what is in there already is back-dated", count(added, "feed is polled")));
        tell(removed > 0, format!("{}; the entries stay until retention removes them", count(removed, "feed is no longer polled")));
        tell(self.outputs.removed.count > 0, "readers of an output that is gone are told 404".to_owned());
        let shown = self.outputs.changed.count + self.rules.added.count + self.rules.removed.count + self.rules.changed.count;
        tell(shown > 0, "outputs are made anew at the next request, also of what is stored; items keep their ids".to_owned());
        costs.extend(self.restart());
        costs
    }

    fn restart(&self) -> Option<String> {
        (!self.later.is_empty()).then(|| format!("what changed in [{}] holds after a restart", self.later.join("], [")))
    }
}

impl fmt::Display for Difference {
    /// One line for the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Changes { added, removed, changed } = &self.feeds;
        let feeds = if added.count == 1 { "feed" } else { "feeds" };
        write!(f, "{} {feeds} added, {} removed, {} with other settings", added.count, removed.count, changed.count)?;
        let others = self.kinds().into_iter().skip(1).filter(|(_, changes)| **changes != Changes::default());
        let others: Vec<String> = others.map(|(kind, _)| format!("{kind}s")).collect();
        if !others.is_empty() {
            write!(f, "; other {}", others.join(", "))?;
        }
        self.restart().map_or(Ok(()), |restart| write!(f, "; {restart}"))
    }
}

fn differing_sections(sections: &[(&str, bool)]) -> Vec<String> {
    sections.iter().filter(|(_, differs)| *differs).map(|(name, _)| (*name).to_owned()).collect()
}

fn count(n: usize, what: &str) -> String {
    let (noun, rest) = what.split_once(' ').unwrap_or((what, ""));
    if n == 1 { format!("1 {noun} {rest}") } else { format!("{n} {noun}s {}", rest.replacen("is ", "are ", 1)) }
}

impl Changes {
    fn between<T: PartialEq>(
        old: &[T],
        new: &[T],
        name: impl Fn(&T) -> String,
        keys: impl Fn(&T, &T) -> Vec<&'static str>,
    ) -> Self {
        let by_name = |all: &[T]| all.iter().enumerate().map(|(at, one)| (name(one), at)).collect::<HashMap<_, _>>();
        let (before, after) = (by_name(old), by_name(new));
        let mut changes = Self::default();
        for one in new {
            let name = name(one);
            match before.get(&name).and_then(|at| old.get(*at)) {
                None => changes.added.add(name),
                Some(old) if old != one => changes.changed.add(format!("{name}: {}", keys(old, one).join(", "))),
                Some(_) => {}
            }
        }
        for one in old {
            let name = name(one);
            if !after.contains_key(&name) {
                changes.removed.add(name);
            }
        }
        changes
    }
}

impl Named {
    fn add(&mut self, name: String) {
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(name);
        }
    }
}

// === which keys differ ===

/// The names of the fields that differ; a field that is called otherwise in the configuration says how.
macro_rules! differing {
    ($old:expr, $new:expr, $($field:ident $(as $name:literal)?),+) => {{
        let (old, new) = ($old, $new);
        let all = [$((old.$field != new.$field, [$($name,)? stringify!($field)][0])),+];
        all.into_iter().filter(|(differs, _)| *differs).map(|(_, name)| name).collect()
    }};
}

fn of_feeds(old: &FeedSpec, new: &FeedSpec) -> Vec<&'static str> {
    let mut keys: Vec<_> = differing!(old, new, title, tags, priority, headers, auth, hearsay as "what its list says of it");
    let (old, new) = (&old.settings, &new.settings);
    let settings: Vec<_> = differing!(
        old, new, interval as "poll.interval", max_interval as "poll.max_interval", adaptive as "poll.adaptive", timeout as "poll.timeout",
        backoff as "poll.backoff", max_body as "fetch.max_body", robots as "fetch.robots", scrape as "scrape.mode", hold as "scrape.hold",
        backfill as "scrape.backfill", site_rules as "scrape.site_rules", switches as "scrape.lists, .quotes or .captions",
        keep as "retention"
    );
    keys.extend(settings);
    keys
}

fn of_outputs(old: &Output, new: &Output) -> Vec<&'static str> {
    differing!(old, new, filter as "where", stories, items, order, resurface, content, title, token)
}

fn of_rules(old: &Rule, new: &Rule) -> Vec<&'static str> {
    differing!(old, new, when, then, find, replace)
}

fn of_hooks(old: &Hook, new: &Hook) -> Vec<&'static str> {
    differing!(old, new, on, filter as "where", content, url, exec, secret)
}

/// Without a name: whom it delivers to. Of the address, which may be a secret, only a hash tells two at one place apart.
fn name_of(hook: &Hook) -> String {
    if !hook.name.is_empty() {
        return hook.name.clone();
    }
    let hash: String = hook.spec().target.urn().trim_start_matches("urn:uuid:").chars().take(HASH_CHARS).collect();
    format!("{} ({hash})", hook.receiver())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::feeds;

    fn changed(change: impl FnOnce(&mut Config, &mut Vec<FeedSpec>)) -> Difference {
        let config = Config { outputs: vec![output("news")], rules: vec![rule("no-ads")], ..Config::default() };
        let spec = |name: &str| feeds::plain_spec(&config, format!("https://{name}.example/feed").parse().unwrap());
        let old = (config.clone(), vec![spec("a"), spec("b")]);
        let mut new = old.clone();
        change(&mut new.0, &mut new.1);
        Difference::between((&old.0, &old.1), (&new.0, &new.1))
    }

    fn output(name: &str) -> Output {
        Output { name: name.to_owned(), ..Output::default() }
    }

    fn rule(name: &str) -> Rule {
        Rule { name: name.to_owned(), ..Rule::default() }
    }

    #[test]
    fn the_log_counts_changes_and_names_what_needs_a_restart() {
        let check = |change: fn(&mut Config, &mut Vec<FeedSpec>), expected: &str| assert_eq!(changed(change).to_string(), expected);
        check(|_, _| {}, "0 feeds added, 0 removed, 0 with other settings");
        check(|_, feeds| drop(feeds.pop()), "0 feeds added, 1 removed, 0 with other settings");
        check(|_, feeds| feeds[0].url.set_path("/new"), "1 feed added, 1 removed, 0 with other settings");
        check(|_, feeds| feeds[0].priority = 7, "0 feeds added, 0 removed, 1 with other settings");
        check(
            |config, _| (config.rules, config.outputs) = (vec![], vec![]),
            "0 feeds added, 0 removed, 0 with other settings; other outputs, rules",
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

    #[test]
    fn people_are_told_each_change_and_what_follows() {
        let check = |change: fn(&mut Config, &mut Vec<FeedSpec>), expected: &[&str]| assert_eq!(changed(change).lines(), expected);
        check(|_, _| {}, &[]);
        check(
            |_, feeds| feeds[0].url.set_path("/new"),
            &[
                "+ feed https://a.example/new",
                "- feed https://a.example/feed",
                "1 feed is polled for the first time; what is in there already is back-dated",
                "1 feed is no longer polled; the entries stay until retention removes them",
            ],
        );
        check(
            |_, feeds| {
                feeds[1].tags.push("x".to_owned());
                feeds[1].settings.backfill = 5;
            },
            &["~ feed https://b.example/feed: tags, scrape.backfill"],
        );
        check(|config, _| (config.poll.concurrency, config.retention.size) = (7, 1 << 30), &["~ [poll]", "~ [retention]"]);
        check(
            |config, _| {
                config.outputs[0].filter = "lang:de".to_owned();
                config.rules.insert(0, rule("more"));
            },
            &[
                "~ output news: where",
                "+ rule more",
                "outputs are made anew at the next request, also of what is stored; items keep their ids",
            ],
        );
    }

    #[test]
    fn a_hook_without_a_name_is_called_by_whom_it_delivers_to_and_shows_no_secret() {
        let hook = |key: &str| Hook { url: format!("https://chat.example/{key}"), ..Hook::default() };
        let lines = changed(|config, _| config.hooks = vec![hook("s3cret"), hook("another s3cret")]).lines();
        assert!(lines.len() == 2 && lines.iter().all(|line| line.starts_with("+ hook chat.example (")), "{lines:?}");
        assert!(lines[0] != lines[1] && !lines.concat().contains("s3cret"), "{lines:?}");
        let named =
            |config: &mut Config, _: &mut Vec<FeedSpec>| config.hooks.push(Hook { name: "chat".to_owned(), ..hook("s3cret") });
        assert_eq!(changed(named).lines(), ["+ hook chat"]);
    }

    #[test]
    fn a_long_list_is_cut_and_counted() {
        let many = |config: &mut Config, _: &mut Vec<FeedSpec>| config.outputs.extend((0..60).map(|n| output(&format!("o{n}"))));
        let lines = changed(many).lines();
        assert_eq!((lines.len(), lines[50].as_str()), (51, "+ and 10 outputs more"));
    }
}
