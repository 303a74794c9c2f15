//! The text of pages that a script builds: it waits in JSON that is no JSON-LD, for the script to show it.
//!
//! Frameworks name such JSON differently and shape it as they like, so nothing is known about it but this: the story is
//! the longest prose under a key that names text. Everything is bounded: bytes, values looked at, depth by `serde_json`.

use serde_json::{Map, Value};

use super::blocks::ends_sentence;
use super::values::{body_lines, json};

/// Bytes of such scripts of one page together.
pub(crate) const MAX_STATE: usize = 2 << 20;
/// Scripts of one page.
pub(crate) const MAX_SCRIPTS: usize = 24;
/// Values that are looked at, those inside of text counted once for each text around them.
const MAX_VALUES: usize = 200_000;
/// Assignments in one script that are tried.
const MAX_ASSIGNMENTS: usize = 8;
/// Bytes of text that are read, those inside of other text once for each text around them. Editors put a story into one or two.
const MAX_READ: usize = 4 * MAX_STATE;
/// Characters of a text from which it can be a story.
const MIN_TEXT: usize = 400;
/// Bytes of a text behind which no more paragraphs are added to it.
const MAX_TEXT: usize = 1 << 20;
/// Texts inside of each other.
const MAX_INSIDE: usize = 32;

/// Keys that hold text: a story, its paragraphs, or what is in them.
const TEXTS: &[&str] = &[
    "articlebody",
    "body",
    "bodyhtml",
    "body_html",
    "bodytext",
    "body_text",
    "bodies",
    "content",
    "contents",
    "contenthtml",
    "content_html",
    "html",
    "text",
    "paragraph",
    "paragraphs",
    "blocks",
    "elements",
    "components",
    "children",
    "story",
    "storybody",
    "story_body",
    "value",
    "data",
    "rendered",
    "document",
    "json",
    "main",
    "copy",
];
/// Keys of what is another article, or a thing of its own, where it stands between paragraphs.
const APART: &[&str] =
    &["headline", "url", "href", "slug", "src", "author", "datePublished", "publishedAt", "published_at", "teaser"];

/// Whether a script holds state: by its type, or because it sets a variable to an object.
pub(crate) fn is_state(kind: Option<&str>, content: &str) -> bool {
    match kind.map(|kind| kind.trim().to_ascii_lowercase()) {
        Some(kind) if kind.starts_with("application/json") => true,
        Some(kind) if !kind.is_empty() && !kind.contains("javascript") && kind != "module" => false,
        _ => content.len() >= MIN_TEXT && starts(content).next().is_some(),
    }
}

/// The longest prose that the scripts hold, one paragraph a line.
pub(crate) fn body(scripts: &[String]) -> Option<String> {
    let mut search = Search::default();
    for script in scripts {
        for value in values(script) {
            search.look(&value);
        }
    }
    Some(search.best).filter(|best| best.chars().count() >= MIN_TEXT)
}

/// The JSON in a script: all of it, or what it sets variables to.
fn values(script: &str) -> Vec<Value> {
    let script = script.trim().trim_start_matches("<!--").trim();
    if script.starts_with(['{', '[']) {
        return first_value(script).into_iter().collect();
    }
    let quoted = |text: &str| {
        let text = text.strip_prefix("JSON.parse(")?.trim_start();
        let inner = first_value(text).filter(Value::is_string)?;
        first_value(inner.as_str()?)
    };
    starts(script).filter_map(|text| quoted(text).or_else(|| first_value(text))).collect()
}

/// Where a script sets something to an object, an array or parsed JSON.
fn starts(script: &str) -> impl Iterator<Item = &str> {
    let behind = script.match_indices('=').filter_map(|(at, _)| script.get(at + 1..)).map(str::trim_start);
    behind.filter(|rest| ["{\"", "[{\"", "JSON.parse(\""].iter().any(|start| rest.starts_with(start))).take(MAX_ASSIGNMENTS)
}

/// `undefined` is no JSON, but scripts write it.
fn first_value(text: &str) -> Option<Value> {
    json(text).or_else(|| text.contains(":undefined").then(|| json(&text.replace(":undefined", ":null")))?)
}

struct Search {
    /// Values that may still be looked at.
    left: usize,
    /// Bytes of text that may still be read.
    unread: usize,
    best: String,
}

impl Default for Search {
    fn default() -> Self {
        Self { left: MAX_VALUES, unread: MAX_READ, best: String::new() }
    }
}

impl Search {
    /// Whether a text may be read, which is counted.
    fn reads(&mut self, text: &str) -> bool {
        let reads = text.len() <= self.unread;
        self.unread = self.unread.saturating_sub(text.len());
        reads
    }

    fn look(&mut self, root: &Value) {
        let mut todo = vec![root];
        while let Some(value) = todo.pop() {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            match value {
                Value::Array(items) => todo.extend(items.iter().rev()),
                Value::Object(fields) => {
                    for (key, value) in fields.iter().rev() {
                        if is_text(key) {
                            self.weigh(value);
                        }
                        if !value.is_string() {
                            todo.push(value);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn weigh(&mut self, value: &Value) {
        let mut lines = Vec::new();
        let mut bytes = 0;
        self.gather(value, 0, &mut lines, &mut bytes);
        let text = lines.join("\n");
        if text.len() > self.best.len() && is_prose(&text) {
            self.best = text;
        }
    }

    /// The paragraphs of a text, whatever it is nested in.
    fn gather(&mut self, value: &Value, inside: usize, lines: &mut Vec<String>, bytes: &mut usize) {
        if self.left == 0 || inside > MAX_INSIDE || *bytes > MAX_TEXT {
            return;
        }
        self.left -= 1;
        match value {
            Value::String(text) if self.reads(text) => {
                let text = body_lines(text);
                if !text.is_empty() {
                    *bytes += text.len();
                    lines.push(text);
                }
            }
            Value::Array(items) if items.iter().any(is_inline) => {
                let mut line = String::new();
                items.iter().for_each(|item| self.run(item, inside + 1, &mut line));
                self.gather(&Value::String(line), inside + 1, lines, bytes);
            }
            Value::Array(items) => {
                items.iter().filter(|item| !is_apart(item)).for_each(|item| self.gather(item, inside + 1, lines, bytes))
            }
            Value::Object(fields) => self.fields(fields, inside, lines, bytes),
            _ => {}
        }
    }

    /// The runs of one paragraph: their own spaces are between them.
    fn run(&mut self, value: &Value, inside: usize, line: &mut String) {
        if self.left == 0 || inside > MAX_INSIDE || line.len() > MAX_TEXT {
            return;
        }
        self.left -= 1;
        match value {
            Value::String(text) if self.reads(text) => line.push_str(text),
            Value::Array(items) => items.iter().for_each(|item| self.run(item, inside + 1, line)),
            Value::Object(fields) => {
                if let Some((_, value)) = fields.iter().find(|(key, value)| is_text(key) && (value.is_string() || value.is_array()))
                {
                    self.run(value, inside + 1, line);
                }
            }
            _ => {}
        }
    }

    /// Of the same text given in several fields the first that has any.
    fn fields(&mut self, fields: &Map<String, Value>, inside: usize, lines: &mut Vec<String>, bytes: &mut usize) {
        for (_, value) in fields.iter().filter(|(key, _)| is_text(key)) {
            let before = lines.len();
            self.gather(value, inside + 1, lines, bytes);
            if lines.len() > before {
                return;
            }
        }
    }
}

fn is_text(key: &str) -> bool {
    key.len() <= 16 && TEXTS.contains(&key.to_ascii_lowercase().as_str())
}

/// A run of text inside a paragraph, as editors store it.
fn is_inline(item: &Value) -> bool {
    let kind = ["nodeType", "type", "_type"].iter().find_map(|key| item.get(key)?.as_str());
    kind.is_some_and(|kind| matches!(kind, "text" | "#text" | "span" | "textRun"))
}

/// Another article between paragraphs.
fn is_apart(item: &Value) -> bool {
    item.as_object().is_some_and(|fields| APART.iter().filter(|key| fields.contains_key(**key)).count() >= 2)
}

/// Whether most of a text is in sentences; styles, tables and code are not.
fn is_prose(text: &str) -> bool {
    let length = |text: &str| text.chars().count();
    let whole = length(text);
    let said: usize = text.lines().filter(|line| ends_sentence(line) && is_said(line)).map(length).sum();
    whole >= MIN_TEXT && said * 2 >= whole
}

/// Scripts without spaces between words have few letters of ASCII.
fn is_said(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let marks = line.chars().filter(|c| matches!(c, '{' | '}' | '<' | '>' | ';' | '=' | '\\' | '|')).count();
    marks * 50 <= line.chars().count() && letters * 10 >= line.chars().count() * 6 && (words >= 5 || !line.is_ascii())
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
