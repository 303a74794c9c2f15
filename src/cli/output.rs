//! `feedmux output`: what a reader would get, to stdout.

use clap::{Subcommand, ValueEnum};
use feedmux::config::ConfigError;
use feedmux::exporter::{self, Outputs};
use serde_json::json;

use super::{Exit, Global, Setup, out};

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
        let outputs = Outputs::compile(&setup.loaded.config).map_err(ConfigError::from)?;
        match self {
            Self::List { json } => {
                for output in outputs.list() {
                    if json {
                        out::json(&json!({ "name": output.name, "where": output.filter }))?;
                    } else {
                        out::line(format_args!("{:<16} {}", output.name, output.filter))?;
                    }
                }
                Ok(Exit::Done)
            }
            Self::Render { name, format, limit } => {
                let store = setup.open_read_only()?;
                match exporter::render(&store, &outputs, &setup.loaded.config, &name, format.into(), limit).await? {
                    Some(document) => {
                        out::bytes(&document)?;
                        Ok(Exit::Done)
                    }
                    None => {
                        tracing::error!("no output is called \"{name}\"; `feedmux output list` shows all");
                        Ok(Exit::Nothing)
                    }
                }
            }
        }
    }
}
