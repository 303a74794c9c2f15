//! Shell completions and the man page, from the same definition as `--help`.

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

pub(crate) fn man() -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    out::bytes(&page)?;
    Ok(Exit::Done)
}
