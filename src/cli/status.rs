//! `feedmux status` and `feedmux health`: what the running daemon says of itself.

use clap::Args;

use super::{Exit, Global, Setup, Told, out};

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Status {
    pub(crate) async fn run(self, global: &Global) -> anyhow::Result<Exit> {
        let setup = Setup::load(global)?;
        let Some(status) = setup.ask("status").await else { return Err(unreachable(&setup)) };
        if self.json {
            out::json(&status)?;
        } else if let Some(fields) = status.as_object() {
            for (name, value) in fields.iter().filter(|(_, value)| !value.is_null()) {
                let lines = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
                for line in lines {
                    out::line(format_args!("{:<16} {}", name.replace('_', " "), out::words(line)))?;
                }
            }
        }
        Ok(Exit::Done)
    }
}

pub(crate) async fn health(global: &Global) -> anyhow::Result<Exit> {
    let setup = Setup::load(global)?;
    match setup.ask("health").await {
        None => Err(unreachable(&setup)),
        Some(answer) if answer["ok"] == true => {
            out::line("ok")?;
            Ok(Exit::Done)
        }
        Some(answer) => Err(anyhow::Error::msg(answer["error"].as_str().unwrap_or("the daemon is not well").to_owned())),
    }
}

pub(crate) fn unreachable(setup: &Setup) -> anyhow::Error {
    let socket = setup.control_socket();
    let text = if is_denied(setup) {
        format!(
            "{}: permission denied: only its user asks the daemon; for the service `sudo -u feedmux feedmux ...`",
            socket.display()
        )
    } else {
        format!("no daemon answers at {}; start one with `feedmux run`", socket.display())
    };
    Told::error(Exit::Unreachable, text)
}

/// Whether a daemon may be there that answers others, not us.
pub(crate) fn is_denied(setup: &Setup) -> bool {
    let tried = std::os::unix::net::UnixStream::connect(setup.control_socket());
    tried.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}
