//! What the TOML reader and serde say, said again in the words of the configuration: the key, the remedy, nothing secret.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::error::{ConfigError, LISTS, Place, shown_key};
use super::layers::SECRETS;

/// How alike two names must be for a "did you mean", Jaro-Winkler: `intervall`, `max-interval` and `treshold` pass.
const ALIKE: f64 = 0.8;

/// Text that is no TOML at all.
pub(super) fn explain_syntax(error: &Error, path: &Path, text: &str) -> ConfigError {
    let start = error.span().map_or(text.len(), |span| span.start).min(text.len());
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    let place = Place::File { path: path.to_owned(), line: Some(line) };
    ConfigError::new(Some(place), format!("column {column}: is not TOML: {}", syntax(error, text)))
}

/// The mistakes that people make in TOML in words of their own; the rest as the reader says it (it never quotes the text).
fn syntax(error: &Error, text: &str) -> String {
    let found = error.span().and_then(|span| text.get(span)).unwrap_or("");
    let message = error.message();
    let starts = |starts: &[&str]| starts.iter().any(|start| message.starts_with(start));
    if message == "duplicate key" && is_plain_word(found) {
        format!("duplicate key \"{found}\"; keep one")
    } else if message.starts_with("invalid boolean") {
        "write true or false, without quotes".to_owned()
    } else if starts(&["string values must be quoted", "invalid float", "invalid integer", "invalid datetime"]) {
        "neither number, true nor false; texts, durations and sizes need quotes: \"…\"".to_owned()
    } else if message.starts_with("key with no value") {
        "a key without \"=\" and value; write KEY = VALUE".to_owned()
    } else {
        message.to_owned()
    }
}

/// A text that may be repeated in an error: short and without anything that could belong to credentials.
pub(super) fn is_plain_word(text: &str) -> bool {
    !text.is_empty() && text.len() <= 60 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.:/ ".contains(c))
}

/// Something in `table` that is no configuration; `place` turns a byte offset into where that is.
pub(super) fn explain(error: &Error, table: &DeTable<'_>, place: impl Fn(usize) -> Place) -> ConfigError {
    let Some((key, at)) = error.span().and_then(|span| key_at(table, &span)) else {
        return ConfigError::new(Some(place(error.span().map_or(0, |span| span.start))), humane(error.message()));
    };
    let what = match unknown_name(error.message()) {
        Some((name, known)) => unknown_key(&key, &name, &known),
        None => format!("{}: {}", shown_key(&key), humane(error.message())),
    };
    ConfigError::new(Some(place(at)), what)
}

/// The dotted name of the key that `span` belongs to, and where that key starts.
///
/// Headers and the tables they open lie apart in the text, so all nodes are compared; an exact hit wins over the smallest one around.
fn key_at(table: &DeTable<'_>, span: &Range<usize>) -> Option<(String, usize)> {
    let mut best: Option<(usize, String, usize)> = None;
    let mut open: Vec<(String, usize, &Spanned<DeValue<'_>>)> = Vec::new();
    let mut consider = |name: &str, at: usize, candidate: Range<usize>| {
        let around = candidate.start <= span.start && span.end <= candidate.end;
        let excess = candidate.len().saturating_sub(span.len());
        if around && best.as_ref().is_none_or(|(least, ..)| excess < *least) {
            best = Some((excess, name.to_owned(), at));
        }
    };
    for (key, value) in table {
        consider(key.get_ref(), key.span().start, key.span());
        open.push((key.get_ref().to_string(), key.span().start, value));
    }
    while let Some((name, at, value)) = open.pop() {
        consider(&name, at, value.span());
        match value.get_ref() {
            DeValue::Table(table) => {
                for (key, value) in table {
                    let name = format!("{name}.{}", key.get_ref());
                    consider(&name, key.span().start, key.span());
                    open.push((name, key.span().start, value));
                }
            }
            DeValue::Array(items) => {
                open.extend(items.iter().enumerate().map(|(number, item)| (format!("{name}.{number}"), item.span().start, item)));
            }
            _ => {}
        }
    }
    best.map(|(_, name, at)| (name, at))
}

/// The name and the known ones out of "unknown field `x`, expected one of `a`, `b`" (serde's wording, held by a test).
fn unknown_name(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (name, rest) = rest.rsplit_once("`, expected ")?;
    // the name itself may hold backticks: what is expected never holds the separator
    let known = rest.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some((name.to_owned(), known))
}

fn unknown_key(key: &str, name: &str, known: &[String]) -> String {
    let parent = key.strip_suffix(name).unwrap_or(key).trim_end_matches('.');
    if parent.is_empty() {
        let shown: Vec<String> = known.iter().map(|section| shown_key(section)).collect();
        let header =
            if known.iter().any(|section| LISTS.contains(&section.as_str()) && section == name) { "table" } else { "section" };
        let guess = nearest(name, known.iter().map(String::as_str));
        let remedy =
            guess.map_or_else(|| format!("there are {}", shown.join(" ")), |guess| format!("did you mean {}?", shown_key(&guess)));
        return format!("{name} is not a {header}; {remedy}");
    }
    let section = parent.split('.').next().unwrap_or("");
    let files = SECRETS.iter().filter(|(owner, secret)| *owner == section && known.iter().any(|k| k == secret));
    let known: Vec<String> = known.iter().cloned().chain(files.map(|(_, secret)| format!("{secret}_file"))).collect();
    let remedy = nearest(name, known.iter().map(String::as_str))
        .map_or_else(|| format!("its keys are {}", known.join(", ")), |guess| format!("did you mean \"{guess}\"?"));
    format!("{} is not a key; {remedy}", shown_key(key))
}

/// The known name that was probably meant.
pub fn nearest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    // a name of many kilobytes resembles none, and comparing is quadratic
    let name = Some(name).filter(|name| name.len() <= 60)?.to_lowercase().replace('-', "_");
    known
        // Jaro does not see letters changed over in short words: `ulr`
        .map(|known| (if strsim::osa_distance(&name, known) == 1 { 1.0 } else { strsim::jaro_winkler(&name, known) }, known))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, known)| known.to_owned())
}

/// Serde's sentence turned around, Rust's names replaced, texts left out: a text in the wrong place may be a secret.
fn humane(message: &str) -> String {
    if let Some((name, known)) = message.strip_prefix("unknown variant `").and_then(|rest| rest.rsplit_once("`, expected ")) {
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        let guess = nearest(name, known.iter().copied()).map(|guess| format!("; did you mean \"{guess}\"?")).unwrap_or_default();
        return format!("\"{name}\" is none of {}{guess}", known.join(", "));
    }
    let mistyped = ["invalid type: ", "invalid value: ", "invalid length "].iter().find_map(|start| message.strip_prefix(start));
    let Some((got, expected)) = mistyped.and_then(|rest| rest.rsplit_once(", expected ")) else { return message.to_owned() };
    let got = match got.split_once(' ') {
        Some(("string", _)) => "a text",
        _ if got == "map" => "a table",
        _ if got == "sequence" => "a list",
        _ => got,
    };
    let expected = match expected {
        "a string" | "path string" => "a text in quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list in [ ]",
        "a map" => "a table in { }",
        "usize" | "u32" | "u64" => "a whole number from 0",
        "i64" => "a whole number",
        other => other,
    };
    format!("expected {expected}, got {}", got.replace('`', ""))
}
