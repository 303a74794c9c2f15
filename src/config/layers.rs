//! File, environment and `--set` laid over each other, each checked for itself so that an error names its place.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Config;
use super::error::{ConfigError, LISTS, Place, Places};
use super::explain::{explain, explain_syntax, is_plain_word};
use super::literal::Literal;
use super::locate::read_limited;

/// Where secrets may stand, and so where `KEY_file` is understood.
pub(super) const SECRETS: [(&str, &str); 4] = [("http", "token"), ("output", "token"), ("hook", "secret"), ("feed", "auth")];

/// Largest file that holds one secret.
const MAX_SECRET_BYTES: u64 = 64 << 10;

/// Variables that set keys: `FEEDMUX__POLL__INTERVAL`.
const ENV_PREFIX: &str = "FEEDMUX__";

/// What was said so far; later layers win. Tables are united key by key, lists and values replaced.
#[derive(Default)]
pub(super) struct Layers<'a> {
    merged: DeTable<'a>,
    places: Places,
}

impl<'a> Layers<'a> {
    /// Adds the file; `text` is its whole text.
    pub(super) fn add_file(&mut self, path: &Path, text: &'a str) -> Result<(), ConfigError> {
        let layer = Layer::new(From::File(path), text);
        let table = DeTable::parse(text).map_err(|error| explain_syntax(&error, path, text))?;
        let texts = texts(table.get_ref(), text);
        self.add(&layer, table)?;
        for (key, literal) in texts {
            self.places.put_text(&key, literal);
        }
        Ok(())
    }

    /// Adds all variables `FEEDMUX__SECTION__KEY`.
    pub(super) fn add_env(&mut self, env: &'a BTreeMap<String, String>) -> Result<(), ConfigError> {
        for (name, value) in env {
            if let Some(key) = name.strip_prefix(ENV_PREFIX) {
                self.add_variable(name, key, value)?;
            }
        }
        Ok(())
    }

    fn add_variable(&mut self, name: &'a str, key: &str, text: &'a str) -> Result<(), ConfigError> {
        let layer = Layer::new(From::Env(name), "");
        // keys get spans of their own behind those of the value, so that an error finds the one it is about
        let nested = |value: Spanned<DeValue<'a>>| {
            let behind = text.len() + 1;
            let nested = key.rsplit("__").enumerate().fold(value, |inner, (level, part)| {
                let at = behind + 2 * level;
                let table = DeTable::from_iter([(Spanned::new(at..at + 1, Cow::Owned(part.to_lowercase())), inner)]);
                Spanned::new(at + 1..at + 2, DeValue::Table(table))
            });
            let span = nested.span();
            Spanned::new(span, if let DeValue::Table(table) = nested.into_inner() { table } else { DeTable::new() })
        };
        let as_text = || nested(Spanned::new(0..text.len(), DeValue::String(Cow::Borrowed(text))));
        let Ok(parsed) = DeValue::parse(text) else { return self.add(&layer, as_text()) };
        // a token of digits or a name server "9.9" parse as numbers: what does not fit its key gets its second chance as text
        let scalar = !matches!(parsed.get_ref(), DeValue::Table(_) | DeValue::Array(_));
        match self.add(&layer, nested(parsed)) {
            Err(error) if scalar => self.add(&layer, as_text()).map_err(|_| error),
            done => done,
        }
    }

    /// Adds one `--set SECTION.KEY=TOML_VALUE`.
    pub(super) fn add_set(&mut self, text: &'a str) -> Result<(), ConfigError> {
        let Some((key, value)) = text.split_once('=').map(|(key, value)| (key.trim(), value.trim())) else {
            return Err(ConfigError::new(None, "--set without \"=\"; write --set 'SECTION.KEY=VALUE'"));
        };
        let table = DeTable::parse(text).map_err(|_| {
            let place = Some(Place::Set(key.to_owned()));
            if DeTable::parse(&format!("{key}=0")).is_err() || !key.contains('.') {
                return ConfigError::new(place, "is not a key; write --set 'SECTION.KEY=VALUE'");
            }
            let shown = if is_plain_word(value) && !names_secret(key) { value } else { "…" };
            ConfigError::new(place, format!("the value is not TOML; texts need quotes: --set '{key}=\"{shown}\"'"))
        })?;
        self.add(&Layer::new(From::Set(key), ""), table)
    }

    /// The configuration as it stands, and where its keys stand.
    pub(super) fn finish(self) -> Result<(Config, Places), ConfigError> {
        // every layer was read alone before, so that no error is left for here
        let config = Config::deserialize(toml::de::Deserializer::from(Spanned::new(0..0, self.merged)))
            .map_err(|error| ConfigError::new(None, error.message()))?;
        Ok((config, self.places))
    }

    fn add(&mut self, layer: &Layer<'_>, mut table: Spanned<DeTable<'a>>) -> Result<(), ConfigError> {
        layer.check_shape(table.get_ref())?;
        layer.read_secrets(table.get_mut())?;
        if let Err(error) = Config::deserialize(toml::de::Deserializer::from(table.clone())) {
            return Err(explain(&error, table.get_ref(), |offset| layer.place(offset)));
        }
        merge(&mut self.merged, table.into_inner(), "", &mut |key, offset, replaces| {
            self.places.put(key, layer.place(offset), replaces);
        });
        Ok(())
    }
}

fn names_secret(key: &str) -> bool {
    key.contains("header") || SECRETS.iter().any(|(_, secret)| key.ends_with(secret))
}

/// What is said in a language of its own, and can be wrong inside.
const EXPRESSIONS: [(&str, &str); 5] =
    [("rule", "when"), ("rule", "find"), ("output", "where"), ("output", "title"), ("hook", "where")];

fn texts(table: &DeTable<'_>, file: &str) -> Vec<(String, Literal)> {
    let mut texts = Vec::new();
    for (list, key) in EXPRESSIONS {
        let Some(DeValue::Array(items)) = table.get(list).map(Spanned::get_ref) else { continue };
        for (number, item) in items.iter().enumerate() {
            let DeValue::Table(item) = item.get_ref() else { continue };
            let span = item.get(key).map(Spanned::span);
            let literal = span.and_then(|span| Literal::new(file, span.start, span.end));
            texts.extend(literal.map(|literal| (format!("{list}.{number}.{key}"), literal)));
        }
    }
    texts
}

/// One source of values.
struct Layer<'l> {
    from: From<'l>,
    /// Byte offsets at which lines end.
    line_ends: Vec<usize>,
}

#[derive(Clone, Copy)]
enum From<'l> {
    File(&'l Path),
    Env(&'l str),
    Set(&'l str),
}

impl<'l> Layer<'l> {
    fn new(from: From<'l>, text: &str) -> Self {
        Self { from, line_ends: text.match_indices('\n').map(|(offset, _)| offset).collect() }
    }

    fn place(&self, offset: usize) -> Place {
        match self.from {
            From::File(path) => {
                Place::File { path: path.to_owned(), line: Some(self.line_ends.partition_point(|end| *end < offset) + 1) }
            }
            From::Env(name) => Place::Env(name.to_owned()),
            From::Set(key) => Place::Set(key.to_owned()),
        }
    }

    /// Tells `[feed]` from `[[feed]]` before serde does: it would read a list as a table's values in their order.
    fn check_shape(&self, table: &DeTable<'_>) -> Result<(), ConfigError> {
        for (key, value) in table {
            let name = key.get_ref();
            let wrong = |what: String| Err(ConfigError::new(Some(self.place(key.span().start)), what));
            match value.get_ref() {
                DeValue::Array(items) if LISTS.contains(&&**name) => {
                    if items.iter().any(|item| !item.get_ref().is_table()) {
                        return wrong(format!("[[{name}]] is a list of tables; write [[{name}]] above the keys of each"));
                    }
                }
                DeValue::Table(_) if !LISTS.contains(&&**name) => {}
                // unknown names are serde's to report
                _ if !SECTIONS.contains(&&**name) && !LISTS.contains(&&**name) => {}
                _ if LISTS.contains(&&**name) => return wrong(format!("[{name}] may repeat; write [[{name}]]")),
                DeValue::Array(_) => return wrong(format!("[[{name}]] stands only once; write [{name}]")),
                _ => return wrong(format!("[{name}] is a table; write [{name}] and its keys below")),
            }
        }
        Ok(())
    }

    /// Puts the text of the file that `token_file` names in the place of `token`.
    fn read_secrets(&self, table: &mut DeTable<'_>) -> Result<(), ConfigError> {
        for (section, key) in SECRETS {
            match table.get_mut(section).map(Spanned::get_mut) {
                Some(DeValue::Table(table)) => self.read_secret(section, table, key)?,
                Some(DeValue::Array(items)) => {
                    for item in items.iter_mut() {
                        if let DeValue::Table(table) = item.get_mut() {
                            self.read_secret(section, table, key)?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_secret(&self, section: &str, table: &mut DeTable<'_>, key: &str) -> Result<(), ConfigError> {
        let file_key = format!("{key}_file");
        let Some((at, path)) = table.remove_entry(file_key.as_str()) else { return Ok(()) };
        let shown = if LISTS.contains(&section) { format!("[[{section}]] {file_key}") } else { format!("[{section}] {file_key}") };
        let wrong = |what: String| ConfigError::new(Some(self.place(at.span().start)), format!("{shown} {what}"));
        if table.contains_key(key) {
            return Err(wrong(format!("and {key} are both given; keep one")));
        }
        let path = path.get_ref().as_str().ok_or_else(|| wrong("expected a path in quotes".to_owned()))?;
        // what stands in a file means files beside it; variables and options mean the working directory, as everywhere else
        let path = match self.from {
            From::File(file) => file.parent().unwrap_or(Path::new("")).join(path),
            From::Env(_) | From::Set(_) => path.into(),
        };
        let bytes = read_limited(&path, MAX_SECRET_BYTES)
            .map_err(|error| wrong(format!("cannot read \"{}\": {error}; correct the path or its rights", path.display())))?;
        let text = String::from_utf8(bytes).map_err(|_| wrong(format!("\"{}\" is not UTF-8 text", path.display())))?;
        let secret = text.trim_end_matches(['\n', '\r']);
        if secret.is_empty() {
            // an empty token would open the door that it was meant to close
            return Err(wrong(format!("\"{}\" is empty; write the secret into it", path.display())));
        }
        let value = Spanned::new(at.span(), DeValue::String(Cow::Owned(secret.to_owned())));
        table.insert(Spanned::new(at.span(), Cow::Owned(key.to_owned())), value);
        Ok(())
    }
}

/// The tables that stand once.
const SECTIONS: [&str; 10] = ["store", "http", "poll", "fetch", "scrape", "dedup", "retention", "run", "subscriptions", "log"];

/// Lays `upper` over `lower`, telling `seen` of each key: its dotted name, its byte offset, whether what was below it is gone.
/// Recursion is bounded: the TOML parser refuses more than 80 levels.
fn merge<'a>(lower: &mut DeTable<'a>, upper: DeTable<'a>, prefix: &str, seen: &mut dyn FnMut(String, usize, bool)) {
    for (key, value) in upper {
        let name = format!("{prefix}{}", key.get_ref());
        let offset = key.span().start;
        let span = value.span();
        match (lower.get_mut(&**key.get_ref()).map(Spanned::get_mut), value.into_inner()) {
            (Some(DeValue::Table(below)), DeValue::Table(above)) => {
                seen(name.clone(), offset, false);
                merge(below, above, &format!("{name}."), seen);
            }
            (_, value) => {
                seen(name.clone(), offset, true);
                list(&value, &name, seen);
                lower.remove(&**key.get_ref());
                lower.insert(key, Spanned::new(span, value));
            }
        }
    }
}

fn list(value: &DeValue<'_>, name: &str, seen: &mut dyn FnMut(String, usize, bool)) {
    match value {
        DeValue::Table(table) => {
            for (key, value) in table {
                let name = format!("{name}.{}", key.get_ref());
                seen(name.clone(), key.span().start, false);
                list(value.get_ref(), &name, seen);
            }
        }
        DeValue::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                let name = format!("{name}.{number}");
                seen(name.clone(), item.span().start, false);
                list(item.get_ref(), &name, seen);
            }
        }
        _ => {}
    }
}
