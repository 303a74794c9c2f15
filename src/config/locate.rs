//! Where the configuration file is looked for.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::error::{ConfigError, Place};

/// Its name wherever a folder is searched.
const FILE_NAME: &str = "feedmux.toml";

/// Largest configuration file; ten thousand feeds with all their settings fit. More of them belong into lists.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// The file that was found and its text.
pub(super) struct Found {
    pub path: PathBuf,
    pub text: String,
}

/// Looks in the order of the manual: `--config`, `$FEEDMUX_CONFIG` (both must exist), then the folders of
/// `$CONFIGURATION_DIRECTORY` (systemd gives a list with colons), `$XDG_CONFIG_HOME/feedmux` and `/etc/feedmux`.
pub(super) fn find(named: Option<&Path>, env: &BTreeMap<String, String>) -> Result<Option<Found>, ConfigError> {
    let by_variable = env.get("FEEDMUX_CONFIG").filter(|value| !value.is_empty()).map(Path::new);
    for (path, by) in [(named, "--config"), (by_variable, "$FEEDMUX_CONFIG")] {
        if let Some(path) = path {
            return match read(path)? {
                Some(found) => Ok(Some(found)),
                None => Err(ConfigError::new(
                    Some(Place::File { path: path.to_owned(), line: None }),
                    format!("there is no such file; correct {by} (/dev/null is the empty configuration)"),
                )),
            };
        }
    }
    for folder in folders(env) {
        if let Some(found) = read(&folder.join(FILE_NAME))? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn folders(env: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    if let Some(list) = env.get("CONFIGURATION_DIRECTORY") {
        folders.extend(list.split(':').filter(|folder| !folder.is_empty()).map(PathBuf::from));
    }
    folders.extend(xdg(env, "XDG_CONFIG_HOME", ".config").map(|base| base.join("feedmux")));
    folders.push(PathBuf::from("/etc/feedmux"));
    folders
}

/// A base directory of the XDG specification: the variable if it is an absolute path (others must be ignored), else below `$HOME`.
pub(super) fn xdg(env: &BTreeMap<String, String>, variable: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| env.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(variable).or_else(|| absolute("HOME").map(|home| home.join(below_home)))
}

fn read(path: &Path) -> Result<Option<Found>, ConfigError> {
    let whole = |what: String| ConfigError::new(Some(Place::File { path: path.to_owned(), line: None }), what);
    match read_limited(path, MAX_FILE_BYTES) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => Ok(Some(Found { path: path.to_owned(), text: without_bom(text) })),
            Err(error) => {
                let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                let place = Place::File { path: path.to_owned(), line: Some(line) };
                Err(ConfigError::new(Some(place), "is not UTF-8 from here on; save the file as UTF-8"))
            }
        },
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            Err(whole(format!("is larger than {} MiB; put feeds into a list ([subscriptions] files)", MAX_FILE_BYTES >> 20)))
        }
        Err(error) if error.kind() == ErrorKind::IsADirectory => Err(whole(format!("is a folder; name the file, {FILE_NAME}"))),
        Err(error) => Err(whole(format!("cannot be read: {error}; make it readable or name another with --config"))),
    }
}

fn without_bom(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// All bytes of a file, or [`ErrorKind::FileTooLarge`]; reads at most one byte more than `limit`, so that `/dev/zero` ends too.
pub(super) fn read_limited(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
