//! Log lines go to stderr: plain under the journal (which has its own clock), coloured on a terminal only.

use std::io::IsTerminal;

use feedmux::config::LogFormat;
use tracing_subscriber::EnvFilter;

use super::Global;

/// Starts logging; `usual` is the level without `-v` and `-q`: the daemon tells what it does, a command only what is wrong.
/// `RUST_LOG` refines it.
pub(crate) fn start(global: &Global, usual: &str, format: LogFormat) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => usual,
        (_, 1) => "feedmux=debug,info",
        _ => "feedmux=trace,debug",
    };
    // html5ever tells each token of each page: 88 MB of foreign text in 40 s. A certificate that is not believed is told by its feed.
    let quiet = "html5ever=off,markup5ever=off,selectors=off,rusqlite_migration=warn,rustls_platform_verifier=off";
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("{level},{quiet}")));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let terminal = std::io::stderr().is_terminal();
    let journal = std::env::var_os("JOURNAL_STREAM").is_some() && !terminal;
    let outcome = match format {
        LogFormat::Json => lines.json().try_init(),
        LogFormat::Auto if journal => lines.without_time().with_ansi(false).try_init(),
        LogFormat::Auto => lines.with_ansi(terminal).try_init(),
        LogFormat::Text => lines.with_ansi(false).try_init(),
    };
    // Already started: the demo starts logging before its daemon does.
    drop(outcome);
}
