//! The user's own SELECT, on a connection of its own that cannot write.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::ErrorCode;
use rusqlite::types::ValueRef;
use serde_json::Value;

use super::{StoreError, connect};

/// Instructions between two looks at the clock.
const INSTRUCTIONS: i32 = 10_000;

/// What a SELECT answers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Names.
    pub columns: Vec<String>,
    /// Values; a blob is its hexadecimal text.
    pub rows: Vec<Vec<Value>>,
    /// Whether there would have been more rows.
    pub truncated: bool,
}

/// Runs `text`. A connection of its own: a user's `BEGIN` or `PRAGMA` must not outlive the question.
pub(super) fn run(path: &Path, text: &str, max_rows: usize, deadline: Duration) -> Result<Table, StoreError> {
    let conn = connect::reader(path)?;
    let wrong = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => {
            StoreError::Query(format!("stopped after {} s; ask for less or narrow it with WHERE", deadline.as_secs_f32()))
        }
        Some(ErrorCode::ReadOnly) => StoreError::Query("the store is read-only here; only SELECT works".to_owned()),
        _ if matches!(error, rusqlite::Error::MultipleStatement) => {
            StoreError::Query("one statement at a time; `sqlite3 -readonly FILE` runs several".to_owned())
        }
        _ => StoreError::Query(error.to_string()),
    };
    let end = Instant::now().checked_add(deadline);
    conn.progress_handler(INSTRUCTIONS, Some(move || end.is_some_and(|end| Instant::now() >= end))).map_err(wrong)?;
    let mut statement = conn.prepare(text).map_err(wrong)?;
    let columns: Vec<String> = statement.column_names().into_iter().map(str::to_owned).collect();
    let mut table = Table { columns, ..Table::default() };
    let mut rows = statement.query([]).map_err(wrong)?;
    while let Some(row) = rows.next().map_err(wrong)? {
        if table.rows.len() >= max_rows {
            table.truncated = true;
            break;
        }
        let values = (0..table.columns.len()).map(|column| row.get_ref(column).map(value)).collect::<Result<_, _>>();
        table.rows.push(values.map_err(wrong)?);
    }
    Ok(table)
}

fn value(value: ValueRef) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
        ValueRef::Blob(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into(),
    }
}
