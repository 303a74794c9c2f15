//! Shell completions and the man pages, from the same definition as `--help`.

use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, CommandFactory};

use super::{Cli, Exit, out};

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completions {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "feedmux", &mut script);
        out::bytes(&script)?;
        Ok(Exit::Done)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// Writes a page for each command into this folder, which is made if it is missing, instead of the first to stdout
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl Man {
    pub(crate) fn run(self) -> anyhow::Result<Exit> {
        match self.dir {
            Some(dir) => {
                let written = std::fs::create_dir_all(&dir).and_then(|()| clap_mangen::generate_to(Cli::command(), &dir));
                written.with_context(|| dir.display().to_string())?;
            }
            None => {
                let mut page = Vec::new();
                clap_mangen::Man::new(Cli::command()).render(&mut page)?;
                out::bytes(&page)?;
            }
        }
        Ok(Exit::Done)
    }
}
