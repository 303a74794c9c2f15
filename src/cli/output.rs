//! `feedmux output`: what a reader would get, to stdout.

use clap::{Subcommand, ValueEnum};
use feedmux::clock::Clock;
use feedmux::exporter::{self, Query, Where};
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
        /// Only what this lets pass, in the language of `where`: 'tag:rust and age < 7d'
        #[arg(long = "where", value_name = "EXPRESSION")]
        filter: Option<Where>,
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
        let outputs = &setup.outputs;
        match self {
            Self::List { json } => {
                for output in outputs.iter() {
                    let address = |format: exporter::Format| format!("{}/feeds/{}.{}", outputs.base(), output.name, format.name());
                    let addresses = exporter::Format::ALL.map(address);
                    if json {
                        let shown = json!({ "name": output.name, "addresses": addresses, "where": output.condition, "items": output.items, "token": !output.token.is_empty() });
                        out::json(&shown)?;
                        continue;
                    }
                    let token = if output.token.is_empty() { "" } else { ", asks for its token" };
                    let shows = if output.condition.is_empty() { "everything" } else { &output.condition };
                    out::line(format_args!("{}  {shows}{token}", output.name))?;
                    for address in addresses {
                        out::line(format_args!("    {address}"))?;
                    }
                }
                Ok(Exit::Done)
            }
            Self::Render { name, format, limit, filter } => {
                let Some(output) = outputs.get(&name) else {
                    return Err(Told::error(
                        Exit::Nothing,
                        format!("no output is called \"{name}\"; `feedmux output list` shows all"),
                    ));
                };
                let store = setup.open_read_only()?;
                let query = Query { limit, filter, ..Query::default() };
                let page = outputs.page(&store, output, &query, Clock::system().now()).await.map_err(anyhow::Error::msg)?;
                let channel = outputs.channel(output, &query, &page);
                out::bytes(&exporter::render(format.into(), &channel, &page.shown))?;
                Ok(Exit::Done)
            }
        }
    }
}
