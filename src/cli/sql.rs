//! `feedmux sql`: read-only SQL on the documented views.

use std::io::{IsTerminal, Read};
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{Exit, Global, Setup, out};

/// Rows that a query may give.
const ROWS: usize = 1_000_000;
/// A query that takes longer is stopped.
const PATIENCE: Duration = Duration::from_secs(60);
/// A query read from stdin, bytes.
const QUERY_BYTES: u64 = 1 << 20;

#[derive(Debug, Args)]
#[command(after_help = "\
Views: feeds, entries, stories, polls, decisions, days; full text: entries_fts (rowid = entries.id).
Examples:
  feedmux sql 'SELECT title, state, last_error FROM feeds WHERE failures > 0'
  feedmux sql --format csv 'SELECT title, url FROM stories WHERE feeds > 2' > stories.csv")]
pub(crate) struct Sql {
    /// The query; without one it is read from stdin
    #[arg(allow_hyphen_values = true)]
    query: Option<String>,
    /// Shape of the answer
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

impl Sql {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let query = match self.query {
            Some(query) => query,
            None => {
                if std::io::stdin().is_terminal() {
                    anyhow::bail!("no query: give one as argument or on stdin, e.g. feedmux sql 'SELECT title FROM feeds'");
                }
                let mut query = String::new();
                std::io::stdin().lock().take(QUERY_BYTES).read_to_string(&mut query)?;
                query
            }
        };
        if query.trim().is_empty() {
            anyhow::bail!("the query is empty");
        }
        let store = Setup::load(global)?.open_read_only()?;
        let table = store.sql(&query, ROWS, PATIENCE).await?;
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match self.format {
            Format::Table => {
                let heading: Vec<&str> = table.columns.iter().map(String::as_str).collect();
                let rows: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(text).collect()).collect();
                out::table(&heading, &rows)?;
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(Vec::new());
                writer.write_record(&table.columns)?;
                for row in &table.rows {
                    writer.write_record(row.iter().map(text))?;
                }
                out::bytes(&writer.into_inner()?)?;
            }
            Format::Json => {
                for row in table.rows {
                    out::json(&table.columns.iter().cloned().zip(row).collect::<serde_json::Map<_, _>>())?;
                }
            }
        }
        Ok(Exit::Done)
    }
}
