//! Values that have the right type and still make no sense.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use url::Url;

use super::error::{ConfigError, Places};
use super::hooks;
use super::private::Private;
use super::{Config, Listen, Output, Stories, Then};
use crate::model::{LEFT_AFTER, Order};

/// Items in one page of an output, and in one answer over HTTP.
pub const MAX_ITEMS: usize = 1_000;

/// Most polls at once, requests to one host at once, bytes of one body.
const MAX_CONCURRENCY: usize = 1_024;
const MAX_PER_HOST: usize = 64;
const MAX_BODY: u64 = 1 << 30;

/// Least size that the store may be held to, bytes: an empty one takes a third of it.
const MIN_STORE: u64 = 1 << 20;

/// Longest name of an output, and longest contact in the User-Agent.
const MAX_NAME_BYTES: usize = 64;
const MAX_CONTACT_BYTES: usize = 200;

/// Characters of the shortest token that nobody guesses: 64 bits even where they are hexadecimal.
const MIN_TOKEN_CHARS: usize = 16;

/// Looks at every value that can be wrong in itself. Feeds are looked at where they are resolved, expressions where they are compiled.
pub(super) fn check(config: &Config, places: &Places) -> Result<(), ConfigError> {
    durations(config, places)?;
    numbers(config, places)?;
    http(config, places)?;
    fetch(config, places)?;
    rules(config, places)?;
    outputs(config, places)?;
    hooks::check(&config.hooks, places)
}

pub(super) type Checked = Result<(), ConfigError>;

fn durations(config: &Config, places: &Places) -> Checked {
    let positive = [
        ("poll.interval", config.poll.interval),
        ("poll.max_interval", config.poll.max_interval),
        ("poll.timeout", config.poll.timeout),
        ("poll.backoff", config.poll.backoff),
        ("dedup.window", config.dedup.window),
        ("retention.entries", config.retention.entries),
    ];
    for (key, value) in positive {
        if value == Duration::ZERO {
            return Err(places.error(key, "is 0; give at least \"1s\""));
        }
    }
    if let Some((tag, _)) = config.retention.tags.iter().find(|(_, age)| **age == Duration::ZERO) {
        return Err(places.error(&format!("retention.tags.{tag}"), "is 0; give at least \"1s\""));
    }
    if config.poll.max_interval < config.poll.interval && places.is_given("poll.max_interval") {
        return Err(places.error("poll.max_interval", "is shorter than interval; make it at least as long"));
    }
    Ok(())
}

fn numbers(config: &Config, places: &Places) -> Checked {
    let ranges = [
        ("poll.concurrency", config.poll.concurrency, MAX_CONCURRENCY),
        ("fetch.per_host_in_flight", config.fetch.per_host_in_flight, MAX_PER_HOST),
    ];
    for (key, value, most) in ranges {
        if !(1..=most).contains(&value) {
            return Err(places.error(key, format!("is {value}; give a number from 1 to {most}")));
        }
    }
    if (1..MIN_STORE).contains(&config.retention.size) {
        let what = format!(
            "is {} bytes, less than an empty store takes; give at least \"1MiB\", or \"\" for no limit",
            config.retention.size
        );
        return Err(places.error("retention.size", what));
    }
    if config.fetch.max_body == 0 || config.fetch.max_body > MAX_BODY {
        return Err(places.error("fetch.max_body", format!("is {} bytes; give from 1B to 1GiB", config.fetch.max_body)));
    }
    if config.fetch.memory < config.fetch.max_body {
        let key = if places.is_given("fetch.memory") { "fetch.memory" } else { "fetch.max_body" };
        return Err(places.error(key, "does not fit: memory holds at least one body, so memory must not be less than max_body"));
    }
    Ok(())
}

fn http(config: &Config, places: &Places) -> Checked {
    for (number, text) in config.http.listen.iter().enumerate() {
        let key = format!("http.listen.{number}");
        let listen: Listen = text.parse().map_err(|what: String| places.error(&key, what))?;
        if !listen.is_local() && config.http.token.is_empty() {
            return Err(
                places.error(&key, format!("{text} can be reached by others, and no token is set; set [http] token or token_file"))
            );
        }
    }
    for (key, value) in [("http.public_url", &config.http.public_url), ("http.hub", &config.http.hub)] {
        if !value.is_empty() {
            web_address(value).map_err(|what| places.error(key, what))?;
        }
    }
    if !config.http.hub.is_empty() && config.http.public_url.is_empty() {
        return Err(
            places.error("http.hub", "fetches what changed from us, and has no address for that; set [http] public_url, too")
        );
    }
    if !config.http.hub.is_empty() && !config.http.token.is_empty() {
        return Err(places.error("http.hub", "could not read what asks for a token; leave out [http] token or hub"));
    }
    if !config.http.export_dir.as_os_str().is_empty() && !config.http.token.is_empty() {
        let what =
            "would write in the clear what [http] token keeps; leave out one of them, or give single outputs a token instead";
        return Err(places.error("http.export_dir", what));
    }
    Ok(())
}

fn fetch(config: &Config, places: &Places) -> Checked {
    let fetch = &config.fetch;
    for (number, entry) in fetch.allow_private.iter().enumerate() {
        Private::read(entry).map_err(|what| places.error(&format!("fetch.allow_private.{number}"), what))?;
    }
    if !fetch.dns_server.is_empty()
        && fetch.dns_server.parse::<IpAddr>().is_err()
        && fetch.dns_server.parse::<SocketAddr>().is_err()
    {
        return Err(
            places.error("fetch.dns_server", format!("\"{}\" is no address; write \"9.9.9.9\" or \"[::1]:53\"", fetch.dns_server))
        );
    }
    if !fetch.proxy.is_empty() {
        // not quoted: a proxy may have a password
        let what = "is no proxy; write it like \"http://proxy.example.org:3128\" (http and https only)";
        let host = Url::parse(&fetch.proxy).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        host.ok_or_else(|| places.error("fetch.proxy", what))?;
    }
    let contact = &fetch.user_agent_contact;
    let sendable = |c: char| (c.is_ascii_graphic() || c == ' ') && !"()\\".contains(c);
    if contact.len() > MAX_CONTACT_BYTES || !contact.chars().all(sendable) {
        return Err(
            places.error("fetch.user_agent_contact", "is sent in a header; use up to 200 ASCII characters without parentheses")
        );
    }
    Ok(())
}

fn web_address(text: &str) -> Result<(), String> {
    let wrong = || "is no address; write it like \"https://feeds.example.org\"".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("shows a user name or password to every reader; leave them out".to_owned());
    }
    Ok(())
}

fn rules(config: &Config, places: &Places) -> Checked {
    let mut names = Names::default();
    for (number, rule) in config.rules.iter().enumerate() {
        let key = |key: &str| format!("rule.{number}.{key}");
        names.add("rule", number, &rule.name, places)?;
        if rule.when.trim().is_empty() {
            // an empty expression lets everything pass: as a rule it would empty every output
            return Err(
                places.error(&key("when"), "is empty and would hold for everything; write e.g. when = 'title:\"sponsored\"'")
            );
        }
        if !places.is_given(&key("then")) {
            return Err(places.error(
                &key("then"),
                "is missing; write what happens: \"drop\", \"mute\", \"title\", \"tag:NAME\" or \"boost:5\"",
            ));
        }
        match (&rule.then, rule.find.is_empty(), rule.replace.is_empty()) {
            (Then::Title, true, _) => {
                return Err(places.error(&key("find"), "is empty; write what is replaced in titles, e.g. find = '^BREAKING: '"));
            }
            (Then::Title, ..) | (_, true, true) => {}
            _ => return Err(places.error(&key("then"), "is not \"title\", and only that goes with find and replace")),
        }
    }
    Ok(())
}

fn outputs(config: &Config, places: &Places) -> Checked {
    let mut names = Names::default();
    for (number, output) in config.outputs.iter().enumerate() {
        let key = |key: &str| format!("output.{number}.{key}");
        names.add("output", number, &output.name, places)?;
        // part of addresses and file names, and some file systems do not tell `A` from `a`
        let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        if output.name.len() > MAX_NAME_BYTES || !output.name.chars().all(safe) {
            let what = format!("\"{}\" becomes part of an address; use up to {MAX_NAME_BYTES} of a-z 0-9 _ -", output.name);
            return Err(places.error(&key("name"), what));
        }
        if output.name == "status" {
            return Err(places.error(&key("name"), "\"status\" is the feed about your feeds; choose another"));
        }
        if !(1..=MAX_ITEMS).contains(&output.items) {
            return Err(places.error(&key("items"), format!("is {}; give a number from 1 to {MAX_ITEMS}", output.items)));
        }
        resurface(output).map_err(|what| places.error(&key("resurface"), what))?;
    }
    Ok(())
}

/// Tokens that are short: said aloud, for nothing slows down who tries one after the other.
pub(super) fn short_tokens(config: &Config, places: &Places) -> Vec<String> {
    let outputs = config.outputs.iter().enumerate().map(|(number, output)| (format!("output.{number}.token"), &output.token));
    let tokens = outputs.chain([("http.token".to_owned(), &config.http.token)]);
    let short = tokens.filter(|(_, token)| !token.is_empty() && token.expose().chars().count() < MIN_TOKEN_CHARS);
    let what = format!("has less than {MIN_TOKEN_CHARS} characters and could be guessed; take what `openssl rand -hex 16` prints");
    short.map(|(key, _)| places.error(&key, &what).to_string()).collect()
}

/// Entries that are to go before they count as gone from their feed: said aloud, for they stay longer than asked.
pub(super) fn short_retention(config: &Config, places: &Places) -> Vec<String> {
    let tags = config.retention.tags.iter().map(|(tag, age)| (format!("retention.tags.{tag}"), *age));
    let feeds = config.feeds.iter().enumerate();
    let feeds = feeds.filter_map(|(number, feed)| Some((format!("feed.{number}.retention.entries"), feed.retention.entries?)));
    let all = tags.chain(feeds).chain([("retention.entries".to_owned(), config.retention.entries)]);
    let what = "is shorter than the 2d after which an entry counts as gone from its feed; it holds as \"2d\"";
    all.filter(|(_, age)| *age < LEFT_AFTER).map(|(key, _)| places.error(&key, what).to_string()).collect()
}

/// Where it could not do anything it is refused, for people would wait for stories that never come up.
fn resurface(output: &Output) -> Result<(), String> {
    let number = output.resurface;
    let what = match (number, output.stories, output.order) {
        (0, ..) => return Ok(()),
        (1, ..) => "is 1, where every story begins; give 0 (never) or the number of feeds, from 2, at which a story comes up again",
        (_, Stories::Show | Stories::First, _) => "moves folded stories only; set stories = \"fold\" or leave it out",
        (_, _, Order::Published) => {
            "does nothing where order = \"published\": that date stays; set order = \"received\" or leave it out"
        }
        _ => return Ok(()),
    };
    Err(what.to_owned())
}

/// Names that must be given and stand only once.
#[derive(Default)]
struct Names(BTreeMap<String, usize>);

impl Names {
    fn add(&mut self, list: &str, number: usize, name: &str, places: &Places) -> Checked {
        let key = format!("{list}.{number}.name");
        if name.trim().is_empty() {
            return Err(places.error(&key, "is empty; give it a name"));
        }
        match self.0.insert(name.to_owned(), number) {
            None => Ok(()),
            Some(first) => {
                let first = places.get(&format!("{list}.{first}.name")).map(|place| format!(" ({place})")).unwrap_or_default();
                Err(places.error(&key, format!("\"{name}\" is taken{first}; choose another")))
            }
        }
    }
}
