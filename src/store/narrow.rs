//! What an entry `e` is asked beside its words, in SQL: by outputs and by searches alike.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::Value;

/// A condition, and its values in the order of its `?`.
pub(super) type Condition = (String, Vec<Value>);

/// Lets `conn` compare texts in any case, by `small(text)`: SQLite itself knows case in ASCII alone.
pub(super) fn teach(conn: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    conn.create_scalar_function("small", 1, flags, |call| Ok(call.get_raw(0).as_str_or_null()?.map(str::to_lowercase)))
}

/// That one of `tags` is its own or its feed's. A feed that stands for another one has that one's tags as well.
pub(super) fn tagged(tags: &[String]) -> Condition {
    let any = format!("small(t.value) IN ({})", vec!["?"; tags.len()].join(", "));
    let condition = format!(
        "(e.feed_id IN (SELECT id.value FROM feed f, json_each(f.tags) t, json_each(json_array(f.id, f.merged_into)) id WHERE {any})
            OR (e.tags <> '[]' AND EXISTS (SELECT 1 FROM json_each(e.tags) t WHERE {any})))"
    );
    let values: Vec<Value> = tags.iter().map(|tag| tag.to_lowercase().into()).collect();
    (condition, [values.clone(), values].concat())
}

/// That outputs show it in one of `langs`; `de` is `de-AT` too.
pub(super) fn speaks(langs: &[String]) -> Condition {
    let shown =
        "coalesce(CASE e.content_origin WHEN 'article' THEN (SELECT a.lang FROM article a WHERE a.id = e.article_id) END, e.lang)";
    any(langs.iter().map(|lang| {
        // The hyphen keeps "fi" from finding "fil".
        let lang: Value = format!("{}-", lang.replace('_', "-").to_lowercase()).into();
        (format!("substr(lower({shown}) || '-', 1, length(?)) = ?"), vec![lang.clone(), lang])
    }))
}

/// That one of `columns` contains one of `parts`, in any case.
pub(super) fn contains(columns: &[&str], parts: &[String]) -> Condition {
    let pairs = columns.iter().flat_map(|column| parts.iter().map(move |part| (column, part)));
    any(pairs.map(|(column, part)| (format!("instr(small({column}), ?) > 0"), vec![part.to_lowercase().into()])))
}

fn any(conditions: impl Iterator<Item = Condition>) -> Condition {
    let (tests, values): (Vec<String>, Vec<Vec<Value>>) = conditions.unzip();
    (format!("({})", tests.join(" OR ")), values.concat())
}
