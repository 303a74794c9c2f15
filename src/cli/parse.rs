//! `feedmux parse`: what our parser makes of a feed.

use std::path::PathBuf;

use clap::Args;
use feedmux::extractor::sanitize;
use feedmux::parser;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Exit, Global, input, out};

#[derive(Debug, Args)]
pub(crate) struct Parse {
    /// The feed
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    what: Option<String>,
    /// One JSON object {"id","path","url"?,"content_type"?} a line on stdin, what was read a line on stdout
    #[arg(long, conflicts_with = "what")]
    batch: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: Value,
    path: PathBuf,
    url: Option<String>,
    content_type: Option<String>,
}

impl Parse {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let Some(what) = self.what else {
            input::lines::<Asked>(|asked| {
                let mut answer = json!({ "id": asked.id });
                let url = asked.url.as_deref().and_then(|url| Url::parse(url).ok());
                let told = match input::file(&asked.path) {
                    Ok(bytes) => tell(&bytes, asked.content_type.as_deref(), url.as_ref()),
                    Err(error) => refused(&format!("{error:#}")),
                };
                if let (Some(answer), Value::Object(told)) = (answer.as_object_mut(), told) {
                    answer.extend(told);
                }
                answer
            })?;
            return Ok(Exit::Done);
        };
        let document = input::document(global, &what, feedmux::model::Kind::Feed).await?;
        let told = tell(&document.bytes, document.content_type.as_deref(), document.url.as_ref());
        out::line(serde_json::to_string_pretty(&told)?)?;
        Ok(if told["ok"] == true { Exit::Done } else { Exit::Failure })
    }
}

fn refused(error: &str) -> Value {
    json!({ "ok": false, "error": error, "faults": [], "feed": {}, "entries": [] })
}

/// The document as the daemon reads it; HTML is shown as it would be stored.
fn tell(bytes: &[u8], content_type: Option<&str>, url: Option<&Url>) -> Value {
    let parsed = match parser::parse(bytes, content_type, url) {
        Ok(parsed) => parsed,
        Err(error) => return refused(&error.to_string()),
    };
    let mut told = parser::to_json(&parsed);
    for (entry, parsed) in told["entries"].as_array_mut().into_iter().flatten().zip(&parsed.entries) {
        let base = parsed.base.as_deref().and_then(|base| Url::parse(base).ok());
        for field in ["summary", "content"] {
            if let Some(html) = entry[field].as_str() {
                entry[field] = sanitize::clean(html, base.as_ref()).into_string().into();
            }
        }
    }
    told["ok"] = true.into();
    told["faults"] = json!(parsed.faults);
    told
}
