//! `feedmux output`: what a reader would get, to stdout.

use clap::{Subcommand, ValueEnum};
use feedmux::exporter::{self, MAX_LIMIT_RENDER, Outputs, Query};
use serde_json::json;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Subcommand)]
pub(crate) enum Output {
    /// The outputs that are configured; "all" always is
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// One output as a reader would get it
    Render {
        /// Its name
        name: String,
        /// The format
        #[arg(long, value_enum, default_value_t = Format::Atom)]
        format: Format,
        /// At most so many items; default: what the output says
        #[arg(long)]
        limit: Option<usize>,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Format {
    Rss,
    Atom,
    Json,
}

impl From<Format> for exporter::Format {
    fn from(format: Format) -> Self {
        match format {
            Format::Rss => Self::Rss,
            Format::Atom => Self::Atom,
            Format::Json => Self::Json,
        }
    }
}

impl Output {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let config = &setup.loaded.config;
        let outputs = Outputs::compile(config).map_err(anyhow::Error::msg)?;
        match self {
            Self::List { json } => {
                for output in outputs.iter() {
                    let address = format!("{}/feeds/{}.atom", outputs.base(), output.name);
                    if json {
                        out::json(&json!({ "name": output.name, "address": address, "items": output.items }))?;
                    } else {
                        out::line(format_args!("{:<16} {address}", output.name))?;
                    }
                }
                Ok(Exit::Done)
            }
            Self::Render { name, format, limit } => {
                let Some(output) = outputs.get(&name) else {
                    return Err(Told::error(
                        Exit::Nothing,
                        format!("no output is called \"{name}\"; `feedmux output list` shows all"),
                    ));
                };
                let store = setup.open_read_only()?;
                let query = Query { limit: limit.map(|limit| limit.min(MAX_LIMIT_RENDER)), ..Query::default() };
                let (document, _) = outputs.render(&store, output, format.into(), &query).await.map_err(anyhow::Error::msg)?;
                out::bytes(&document)?;
                Ok(Exit::Done)
            }
        }
    }
}
