//! All feeds that the configuration names: `[[feed]]` first, then the lists, each address once.

use std::collections::HashMap;
use std::path::Path;

use super::error::{ConfigError, Place, Places, one_line};
use super::locate::read_limited;
use super::{Config, Feed, feeds, lists};
use crate::model::FeedSpec;

/// What the configuration subscribes to.
pub(super) struct Gathered {
    /// Every feed.
    pub(super) specs: Vec<FeedSpec>,
    /// Those of the lists, as they say it.
    pub(super) listed: Vec<Feed>,
    pub(super) warnings: Vec<String>,
}

/// Resolves every feed. What is wrong with a `[[feed]]` or a list as a whole is an error, with a line of a list a warning.
pub(super) fn gather(config: &Config, places: &Places) -> Result<Gathered, ConfigError> {
    let mut roll = Roll::default();
    for (number, feed) in config.feeds.iter().enumerate() {
        let spec = feeds::spec(config, feed).map_err(|fault| places.error(&format!("feed.{number}.{}", fault.key), fault.what))?;
        let key = format!("feed.{number}");
        let place = places.get(&format!("{key}.url")).or_else(|| places.get(&key));
        let place = place.map_or_else(|| "[[feed]]".to_owned(), Place::to_string);
        if let Some(what) = roll.add(place.clone(), spec, Source::Table) {
            roll.warnings.push(one_line(&format!("{place}: {what}")));
        }
    }
    for (number, path) in config.subscriptions.files.iter().enumerate() {
        let bytes = read_limited(path, lists::MAX_LIST_BYTES).map_err(|error| {
            let what = match error.kind() {
                std::io::ErrorKind::FileTooLarge => format!("is larger than {} MiB; split it", lists::MAX_LIST_BYTES >> 20),
                _ => format!("cannot be read: {error}; correct the path or its rights"),
            };
            places.error(&format!("subscriptions.files.{number}"), format!("\"{}\" {what}", path.display()))
        })?;
        roll.add_list(config, path, &bytes)?;
    }
    Ok(Gathered { specs: roll.specs, listed: roll.listed, warnings: roll.warnings })
}

#[derive(Clone, Copy, PartialEq)]
enum Source {
    Table,
    List,
}

#[derive(Default)]
struct Roll {
    specs: Vec<FeedSpec>,
    listed: Vec<Feed>,
    warnings: Vec<String>,
    /// Address to its number in `specs`, and where it was named.
    known: HashMap<String, (usize, String, Source)>,
}

impl Roll {
    /// A list that was cut off, or is another file by now, must not end the subscriptions that stood in it.
    fn add_list(&mut self, config: &Config, path: &Path, bytes: &[u8]) -> Result<(), ConfigError> {
        let (listed, faults) = lists::parse(bytes);
        let place = |line: usize| Place::File { path: path.to_owned(), line: Some(line) };
        let at = |line: usize| place(line).to_string();
        if let Some(fault) = faults.iter().find(|fault| fault.is_of_the_list || listed.is_empty()) {
            return Err(ConfigError::new(Some(place(fault.line)), one_line(&format!("{}; mend the list", fault.what))));
        }
        let mut warnings: Vec<(usize, String)> = faults.into_iter().map(|fault| (fault.line, fault.what)).collect();
        for lists::ListedFeed { line, feed, .. } in listed {
            match feeds::spec(config, &feed) {
                Ok(spec) => match self.add(at(line), spec, Source::List) {
                    Some(what) => warnings.push((line, what)),
                    None => self.listed.push(feed),
                },
                Err(fault) => warnings.push((line, fault.to_string())),
            }
        }
        warnings.sort_by_key(|(line, _)| *line);
        self.warnings.extend(warnings.into_iter().map(|(line, what)| one_line(&format!("{}: {what}", at(line)))));
        Ok(())
    }

    /// Takes a feed in; what is wrong when its address is known already.
    fn add(&mut self, place: String, spec: FeedSpec, source: Source) -> Option<String> {
        let Some((number, first, declared)) = self.known.get(spec.url.as_str()) else {
            self.known.insert(spec.url.as_str().to_owned(), (self.specs.len(), place, source));
            self.specs.push(spec);
            return None;
        };
        let (mut what, number) = (format!("{} is listed already ({first}); the first one counts", spec.url), *number);
        // readers export a feed once for each folder that it is in
        if let (Source::List, Source::List, Some(kept)) = (source, *declared, self.specs.get_mut(number)) {
            let tags = feeds::tags(kept.tags.iter().chain(&spec.tags).map(String::as_str));
            if tags != kept.tags {
                what.push_str(", with the tags of both");
                kept.tags = tags;
            }
        }
        Some(what)
    }
}
