//! The one text file: where it is looked for, how it is read, what is wrong with it.
//!
//! `load` lays the layers over each other (file, environment, `--set`), each read for itself so that an error names its place,
//! looks at the values, and resolves the feeds out of `[[feed]]` and the lists. Nothing here opens a connection.

pub mod address;
mod check;
mod difference;
mod error;
mod explain;
pub mod feeds;
mod foreign;
mod hooks;
mod layers;
mod listen;
pub mod lists;
mod literal;
mod locate;
mod opml;
pub mod overrides;
mod private;
mod secret;
mod sections;
mod subscriptions;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use check::MAX_ITEMS;
pub use difference::Difference;
pub use error::{ConfigError, Place, Places};
pub use explain::nearest;
pub use hooks::MAX_HOOKS;
pub use listen::Listen;
pub use private::Private;
pub use secret::Secret;
pub use sections::*;
pub use tables::*;

pub use crate::model::units;

use crate::model::FeedSpec;

/// The commented default configuration, as it is installed.
pub const DEFAULT_FILE: &str = include_str!("../../config/feedmux.toml");

/// Name of the store where no path says otherwise.
const STORE_NAME: &str = "feedmux.db";

/// Largest list of hosts (`fetch.allow_private_file`), bytes.
const MAX_HOSTS_BYTES: u64 = 1 << 20;

/// What the configuration is made from. The environment is an argument, so that nothing here asks the process.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// `--config FILE`.
    pub file: Option<PathBuf>,
    /// Each `--set SECTION.KEY=TOML_VALUE`.
    pub sets: Vec<String>,
    /// All variables; those that matter are picked.
    pub env: BTreeMap<String, String>,
}

/// A configuration that was read, checked and resolved.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// All sections. Paths are resolved, hosts of `allow_private_file` are in `allow_private`, credentials are out of the addresses.
    pub config: Config,
    /// The file that was found; `None`: there is none.
    pub file: Option<PathBuf>,
    /// All configured feeds, each address once.
    pub feeds: Vec<FeedSpec>,
    /// Bad lines and duplicates, one line each with file and line.
    pub warnings: Vec<String>,
    /// Where each key was said, for errors that only others can find (`places.error("output.0.where", "…")`).
    pub places: Places,
}

/// Reads the configuration and everything that it names.
///
/// Paths in the file are relative to the file, those of variables and `--set` to the working directory.
///
/// # Errors
/// The first thing that is wrong, as one line: place, key, what, remedy.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    let found = locate::find(sources.file.as_deref(), &sources.env)?;
    let mut layers = layers::Layers::default();
    if let Some(found) = &found {
        layers.add_file(&found.path, &found.text)?;
    }
    layers.add_env(&sources.env)?;
    for set in &sources.sets {
        layers.add_set(set)?;
    }
    let (mut config, places) = layers.finish()?;
    resolve_paths(&mut config, &places);
    add_hosts(&mut config, &places)?;
    find_site_rules(&config, &places)?;
    check::check(&config, &places)?;
    config.poll.max_interval = config.poll.max_interval.max(config.poll.interval);
    config.http.public_url.truncate(config.http.public_url.trim_end_matches('/').len());
    let subscriptions::Gathered { specs: feeds, listed, mut warnings } = subscriptions::gather(&config, &places)?;
    config.listed = listed;
    warnings.extend(check::short_tokens(&config, &places));
    warnings.extend(check::short_retention(&config, &places));
    for (number, feed) in config.feeds.iter_mut().enumerate() {
        feeds::tidy(feed).map_err(|fault| places.error(&format!("feed.{number}.{}", fault.key), fault.what))?;
    }
    Ok(Loaded { config, file: found.map(|found| found.path), feeds, warnings, places })
}

/// The SQLite file: `store.path`, else `feedmux.db` in `$STATE_DIRECTORY` (the first, where systemd gives several), else in
/// `$XDG_DATA_HOME/feedmux`, else in `~/.local/share/feedmux`.
///
/// # Errors
/// When nothing says where.
pub fn store_path(config: &Config, env: &BTreeMap<String, String>) -> Result<PathBuf, ConfigError> {
    if !config.store.path.as_os_str().is_empty() {
        return Ok(config.store.path.clone());
    }
    let state = env.get("STATE_DIRECTORY").and_then(|list| list.split(':').find(|folder| !folder.is_empty())).map(PathBuf::from);
    let folder = state.or_else(|| locate::xdg(env, "XDG_DATA_HOME", ".local/share").map(|base| base.join("feedmux")));
    folder.map(|folder| folder.join(STORE_NAME)).ok_or_else(|| {
        ConfigError::new(None, "[store] path is not set, and neither is STATE_DIRECTORY, XDG_DATA_HOME or HOME; set one of them")
    })
}

fn resolve_paths(config: &mut Config, places: &Places) {
    let resolve = |key: &str, path: &mut PathBuf| {
        if let (Some(Place::File { path: file, .. }), false) = (places.get(key), path.as_os_str().is_empty()) {
            *path = file.parent().unwrap_or(Path::new("")).join(&path);
        }
    };
    resolve("store.path", &mut config.store.path);
    resolve("http.export_dir", &mut config.http.export_dir);
    resolve("fetch.allow_private_file", &mut config.fetch.allow_private_file);
    resolve("scrape.site_rules", &mut config.scrape.site_rules);
    for (number, path) in config.subscriptions.files.iter_mut().enumerate() {
        resolve(&format!("subscriptions.files.{number}"), path);
    }
}

/// Adds the hosts of `fetch.allow_private_file` to `allow_private`, so that one list is left to ask.
fn add_hosts(config: &mut Config, places: &Places) -> Result<(), ConfigError> {
    let path = &config.fetch.allow_private_file;
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let bytes = locate::read_limited(path, MAX_HOSTS_BYTES).map_err(|error| {
        let what = format!("\"{}\" cannot be read: {error}; correct the path or its rights", path.display());
        places.error("fetch.allow_private_file", what)
    })?;
    for (number, line) in String::from_utf8_lossy(&bytes).lines().enumerate() {
        let place = || Place::File { path: path.clone(), line: Some(number + 1) };
        if Private::read(line).map_err(|what| ConfigError::new(Some(place()), what))?.is_some() {
            config.fetch.allow_private.push(line.to_owned());
        }
    }
    Ok(())
}

/// Whether there is a folder where `scrape.site_rules` says; what is in it is told when it is read.
fn find_site_rules(config: &Config, places: &Places) -> Result<(), ConfigError> {
    let path = &config.scrape.site_rules;
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    let found = std::fs::read_dir(path).map(drop);
    found.map_err(|error| {
        let what = format!("\"{}\" cannot be read: {error}; name a folder of HOST.txt files, or leave it empty", path.display());
        places.error("scrape.site_rules", what)
    })
}

#[cfg(test)]
mod tests;
