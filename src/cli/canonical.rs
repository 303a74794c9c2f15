//! `feedmux canonical`: what our canonicaliser makes of an address.

use clap::Args;
use feedmux::deduplicator::canonical::canonical;
use serde::Deserialize;
use serde_json::json;

use super::{Exit, input, out};

#[derive(Debug, Args)]
pub(crate) struct Canonical {
    /// The address
    #[arg(required_unless_present = "batch")]
    url: Option<String>,
    /// One JSON object {"id","url"} a line on stdin, {"id","canonical"} a line on stdout
    #[arg(long, conflicts_with = "url")]
    batch: bool,
}

#[derive(Deserialize)]
struct Asked {
    id: serde_json::Value,
    url: String,
}

impl Canonical {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self.url {
            Some(url) => out::line(canonical(&url))?,
            None => input::lines::<Asked>(|asked| json!({ "id": asked.id, "canonical": canonical(&asked.url) }))?,
        }
        Ok(Exit::Done)
    }
}
