//! What most commands begin with: the configuration, and the store it names.

use std::path::{Path, PathBuf};

use anyhow::Context;
use feedmux::config::{self, Config, ConfigError, Loaded, Sources, feeds};
use feedmux::daemon::folder;
use feedmux::exporter::Outputs;
use feedmux::extractor::SiteRules;
use feedmux::model::{FeedRow, Switches};
use feedmux::scheduler::site_rules;
use feedmux::store::Store;
use serde_json::json;
use url::Url;

use super::{Exit, Global, Told, log};

/// The store of a configuration in /etc that names none: that of `StateDirectory=feedmux`.
const SERVICE_STORE: &str = "/var/lib/feedmux/feedmux.db";

/// The configuration as it holds, and where the store is.
pub(crate) struct Setup {
    pub(crate) loaded: Loaded,
    pub(crate) outputs: Outputs,
    pub(crate) store_path: PathBuf,
}

/// How the configuration wants articles to be read.
pub(crate) struct Reading {
    /// Of feeds that say nothing of their own.
    pub(crate) switches: Switches,
    pub(crate) rules: SiteRules,
    folder: PathBuf,
    warnings: Vec<String>,
}

impl Reading {
    pub(crate) fn of(config: &Config) -> anyhow::Result<Self> {
        let folder = config.scrape.site_rules.clone();
        let (rules, warnings) = site_rules::load(&folder).context("[scrape] site_rules")?;
        Ok(Self { switches: feeds::settings(config, &config::Feed::default()).switches, rules, folder, warnings })
    }

    /// Says what is wrong with the rules for a page's site: whoever tries them looks here.
    pub(crate) fn warn(&self, url: &Url) {
        for warning in site_rules::about(&self.warnings, &self.folder, url) {
            tracing::warn!("{warning}");
        }
    }
}

impl Setup {
    /// Reads the configuration for a command that answers and ends.
    pub(crate) fn load(global: &Global) -> anyhow::Result<Self> {
        Self::load_at(global, "warn")
    }

    /// Reads the configuration for work that tells what it does.
    pub(crate) fn load_working(global: &Global) -> anyhow::Result<Self> {
        Self::load_at(global, "info")
    }

    /// Reads the configuration and starts logging as it says. Its warnings go to the log.
    fn load_at(global: &Global, level: &str) -> anyhow::Result<Self> {
        let sources = sources(global);
        let loaded = config::load(&sources)?;
        log::start(global, level, loaded.config.log.format);
        for warning in &loaded.warnings {
            tracing::warn!("{warning}");
        }
        let outputs = compile(&loaded)?;
        let store_path = match &loaded.file {
            // The service finds its folder through systemd; a shell beside it has to find the same one.
            Some(file) if file.starts_with("/etc/feedmux") && loaded.config.store.path.as_os_str().is_empty() => {
                SERVICE_STORE.into()
            }
            _ => config::store_path(&loaded.config, &sources.env)?,
        };
        Ok(Self { loaded, outputs, store_path: real(&store_path) })
    }

    /// How articles are read, for commands that need no store.
    pub(crate) fn reading(global: &Global) -> anyhow::Result<Reading> {
        let config = config::load(&sources(global))?.config;
        log::start(global, "warn", config.log.format);
        Reading::of(&config)
    }

    /// Reads the configuration once more, for a daemon that runs.
    /// The file has to be the one it was started with: one that is being written anew is missing for a moment, and the empty
    /// configuration instead would drop every feed.
    pub(crate) fn reload(&self, global: &Global) -> anyhow::Result<Loaded> {
        let sources = sources(global);
        let loaded = config::load(&Sources { file: self.loaded.file.clone().or(sources.file), ..sources })?;
        for warning in &loaded.warnings {
            tracing::warn!("{warning}");
        }
        compile(&loaded)?;
        Ok(loaded)
    }

    /// What `--config` and `--set` say, behind a question whose answer comes from the daemon's own; else nothing.
    pub(crate) fn given(&self, global: &Global) -> String {
        let file = global.config.as_ref().and(self.whole_path());
        if file.is_none() && global.sets.is_empty() { String::new() } else { format!(" {}", json!([file, global.sets])) }
    }

    /// Whether who asks means this daemon's configuration: one with other options would take the answer for one about theirs.
    pub(crate) fn is_asked_as_started(&self, global: &Global, given: &str) -> anyhow::Result<()> {
        let Ok((file, sets)) = serde_json::from_str::<(Option<PathBuf>, Vec<String>)>(given) else { return Ok(()) };
        let own = self.whole_path();
        if (file.is_none() || file == own) && (sets.is_empty() || sets == global.sets) {
            return Ok(());
        }
        let own = own.map_or_else(|| "no file".to_owned(), |file| file.display().to_string());
        let what = format!("the daemon reads {own}, with the --set that it was started with; leave out --config and --set here");
        Err(anyhow::Error::msg(what))
    }

    /// The configuration file, however it was named.
    fn whole_path(&self) -> Option<PathBuf> {
        self.loaded.file.as_ref().map(|file| file.canonicalize().unwrap_or_else(|_| file.clone()))
    }

    /// Opens the store for reading and writing; it is made if there is none. Works beside a running daemon.
    pub(crate) fn open(&self) -> anyhow::Result<Store> {
        Ok(Store::open(&self.store_path, folder(&self.loaded.config.dedup))?)
    }

    /// Opens the store for a command that only looks.
    pub(crate) fn open_read_only(&self) -> anyhow::Result<Store> {
        Ok(Store::open_read_only(&self.store_path)?)
    }

    /// Asks the running daemon.
    pub(crate) async fn ask(&self, question: &str) -> Option<serde_json::Value> {
        feedmux::ops::control::ask(&self.control_socket(), question).await
    }

    /// Where the daemon on this store answers.
    pub(crate) fn control_socket(&self) -> PathBuf {
        feedmux::ops::control::socket_path(&self.store_path)
    }
}

/// The file itself where `path` is a symbolic link, also to one that is not made yet: its lock, log and control socket are beside it, and
/// who comes by another name has to find the same ones.
fn real(path: &Path) -> PathBuf {
    let led_to = || Some(path.parent()?.join(std::fs::read_link(path).ok()?));
    path.canonicalize().ok().or_else(led_to).unwrap_or_else(|| path.to_owned())
}

/// Expressions of outputs and rules; the one that is wrong is told with its line and column.
fn compile(loaded: &Loaded) -> Result<Outputs, ConfigError> {
    Outputs::compile(&loaded.config).map_err(|mistake| loaded.places.error_in(&mistake.key, mistake.column, mistake.what))
}

/// Where this process takes its configuration from.
pub(crate) fn sources(global: &Global) -> Sources {
    // Variables that are no UTF-8 cannot be ours.
    let env = std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?))).collect();
    Sources { file: global.config.clone(), sets: global.sets.clone(), env }
}

/// The one feed that `what` means: its number, its address, or a part of its title or address.
pub(crate) async fn one_feed(store: &Store, what: &str) -> anyhow::Result<FeedRow> {
    let mut found = store.find_feed(what).await.with_context(|| format!("looking for \"{what}\""))?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Told::error(Exit::Nothing, format!("no feed matches \"{what}\"; `feedmux feed list` shows all"))),
        _ => {
            let names: Vec<String> = found.iter().take(5).map(|feed| format!("{} {}", feed.id.0, feed.url)).collect();
            let text = format!("\"{what}\" matches {} feeds ({}); name one by its number", found.len(), names.join(", "));
            Err(Told::error(Exit::Failure, text))
        }
    }
}
