//! Standard output. A reader that closed its end (`| head`) has seen enough: the command ends quietly.

use std::io::{ErrorKind, IsTerminal, Write};

use serde_json::Value;

use super::Global;

/// The reader closed its end. `main` ends quietly with success.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output any more")]
pub(crate) struct Closed;

/// Writes bytes as they are.
pub(crate) fn bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Closed.into()),
        other => Ok(other?),
    }
}

/// Writes one line.
pub(crate) fn line(text: impl std::fmt::Display) -> anyhow::Result<()> {
    bytes(format!("{text}\n").as_bytes())
}

/// Says that something is done and how; with `--quiet` only failures are said.
pub(crate) fn done(global: &Global, text: impl std::fmt::Display) -> anyhow::Result<()> {
    if global.quiet { Ok(()) } else { line(text) }
}

/// `1 feed`, `2 feeds`.
pub(crate) fn count(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A remark beside what is written, for people: on stderr, where nobody parses it.
pub(crate) fn aside(text: impl std::fmt::Display) {
    // Nobody has to read it.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Whether a person watches who did not ask for silence or for log lines.
pub(crate) fn shows_bar(global: &Global) -> bool {
    std::io::stderr().is_terminal() && !global.quiet && global.verbose == 0
}

/// Writes a JSON value on one line.
pub(crate) fn json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    line(serde_json::to_string(value)?)
}

/// Text from a feed for a terminal: control characters could move the cursor or retitle the window, and marks of writing
/// direction could turn what stands behind them.
pub(crate) fn plain(text: &str) -> String {
    let hostile = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if hostile(c) { ' ' } else { c }).collect()
}

/// A JSON value for people.
pub(crate) fn words(value: &Value) -> String {
    match value {
        Value::String(text) => plain(text),
        Value::Array(list) => list.iter().map(words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let told = fields.iter().filter(|(_, value)| !value.is_null());
            told.map(|(name, value)| format!("{}: {}", name.replace('_', " "), words(value))).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// Columns are aligned up to so many characters; a longer cell stands out by itself. (Formatting refuses widths beyond 65,535.)
const WIDEST: usize = 200;

/// Rows in aligned columns, with a heading.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(heading.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0).min(WIDEST)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let mut text = String::new();
    for row in std::iter::once(heading.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()).chain(rows.iter().cloned()) {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    bytes(text.as_bytes())
}
