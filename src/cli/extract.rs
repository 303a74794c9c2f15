//! `feedmux extract`: what our extractor makes of an article page.

use std::path::PathBuf;

use clap::Args;
use feedmux::extractor::{self, Page};
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use super::{Exit, Global, input, out};

#[derive(Debug, Args)]
pub(crate) struct Extract {
    /// The page
    #[arg(value_name = "FILE|URL", required_unless_present = "batch")]
    what: Option<String>,
    /// One JSON object {"id","path","url"?,"feed_title"?,"feed_summary"?} a line on stdin, what was won a line on stdout
    #[arg(long, conflicts_with = "what")]
    batch: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: Value,
    path: PathBuf,
    url: Option<String>,
    feed_title: Option<String>,
    feed_summary: Option<String>,
}

impl Extract {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let Some(what) = self.what else {
            input::lines::<Asked>(|asked| {
                let url = asked.url.as_deref().and_then(|url| Url::parse(url).ok());
                match input::file(&asked.path) {
                    Ok(bytes) => tell(
                        &asked.id,
                        &Page {
                            bytes: &bytes,
                            content_type: None,
                            url: url.as_ref(),
                            fragment: url.as_ref().and_then(Url::fragment),
                            feed_title: asked.feed_title.as_deref(),
                            feed_text: asked.feed_summary.as_deref(),
                            ..Page::default()
                        },
                    ),
                    Err(error) => json!({ "id": asked.id, "error": format!("{error:#}") }),
                }
            })?;
            return Ok(Exit::Done);
        };
        let fragment = Url::parse(&what).ok().and_then(|url| url.fragment().map(str::to_owned));
        let document = input::document(global, &what, feedmux::model::Kind::Page).await?;
        let told = tell(
            &Value::String(what),
            &Page {
                bytes: &document.bytes,
                content_type: document.content_type.as_deref(),
                url: document.url.as_ref(),
                fragment: fragment.as_deref(),
                ..Page::default()
            },
        );
        out::line(serde_json::to_string_pretty(&told)?)?;
        Ok(if told["error"].is_null() { Exit::Done } else { Exit::Failure })
    }
}

fn tell(id: &Value, page: &Page<'_>) -> Value {
    extractor::answer(id, &extractor::extract(page))
}
