//! Log lines go to stderr: plain under the journal (which has its own clock), coloured on a terminal only.

use std::io::IsTerminal;

use feedmux::config::LogFormat;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Format, Full, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry::LookupSpan;

use super::Global;

/// Starts logging; `usual` is the level without `-v` and `-q`: the daemon tells what it does, a command only what is wrong.
/// `RUST_LOG` replaces it.
pub(crate) fn start(global: &Global, usual: &str, format: LogFormat) {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => usual,
        (_, 1) => "feedmux=debug,info",
        _ => "debug",
    };
    // html5ever tells each token of each page: 88 MB of foreign text in 40 s. A certificate that is not believed is told by its feed.
    let quiet = "html5ever=off,markup5ever=off,selectors=off,rusqlite_migration=warn,rustls_platform_verifier=off";
    let asked = std::env::var("RUST_LOG").ok().and_then(|asked| targets(&asked));
    let filter = asked.or_else(|| targets(&format!("{level},{quiet}"))).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
    // A line that cannot be written (a full disk, a reader that went) would be complained of on stderr, and that would be a panic.
    let lines = lines.log_internal_errors(false);
    let for_journal = Format::default().with_target(false).without_time().with_level(false).with_ansi(false);
    let terminal = std::io::stderr().is_terminal();
    let journal = std::env::var_os("JOURNAL_STREAM").is_some() && !terminal;
    let lines = match format {
        LogFormat::Json => lines.json().boxed(),
        LogFormat::Auto if journal => lines.with_ansi(false).event_format(Journal(for_journal)).boxed(),
        LogFormat::Auto => lines.with_ansi(terminal).boxed(),
        LogFormat::Text => lines.with_ansi(false).boxed(),
    };
    let outcome = tracing_subscriber::registry().with(lines).with(filter).try_init();
    // Already started: the demo starts logging before its daemon does.
    drop(outcome);
}

/// What levels and `target=level`, parted by commas, let through; `None` where there is nothing or something else among them. `Targets`
/// takes an empty part for a level, and a word of any signs for a target, after which nothing else is told.
fn targets(line: &str) -> Option<Targets> {
    let parts = line.split(',').map(|part| part.trim().trim_end_matches('=')).filter(|part| !part.is_empty());
    let line = parts.collect::<Vec<_>>().join(",");
    let is_sound = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "_:-=".contains(c)) && !part.starts_with('=');
    line.split(',').all(is_sound).then(|| line.parse().ok()).flatten().filter(|_| !line.is_empty())
}

/// Lines as the journal wants them: it has a clock of its own, and takes the priority from the front (sd-daemon(3)), so that
/// `journalctl -p warning` shows what is wrong.
struct Journal(Format<Full, ()>);

impl<S, N> FormatEvent<S, N> for Journal
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> std::fmt::Result {
        let priority = match *event.metadata().level() {
            Level::ERROR => 3,
            Level::WARN => 4,
            Level::INFO => 6,
            Level::DEBUG | Level::TRACE => 7,
        };
        write!(writer, "<{priority}>")?;
        self.0.format_event(context, writer, event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_logged_is_understood_or_left_as_usual() {
        // The levels that our own code and another target get; `None`: the usual ones.
        let check = |line: &str, expected: Option<(Option<Level>, Option<Level>)>| {
            let most = |targets: &Targets, target| {
                [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR]
                    .into_iter()
                    .find(|level| targets.would_enable(target, level))
            };
            assert_eq!(targets(line).map(|targets| (most(&targets, "feedmux"), most(&targets, "hyper"))), expected, "{line:?}");
        };
        let (debug, info) = (Some(Level::DEBUG), Some(Level::INFO));
        check("info", Some((info, info)));
        check("feedmux=debug,info", Some((debug, info)));
        check("info,feedmux=debug", Some((debug, info)));
        for line in ["info,", ",info", "info,,", " info , ", "INFO"] {
            check(line, Some((info, info)));
        }
        check("debug, hyper=off", Some((debug, None)));
        check("feedmux=", Some((Some(Level::TRACE), None)));
        check("off", Some((None, None)));
        for line in ["", " ", ",", "=", "/x", "\"info\"", "info,=debug", "a=b=c", "feedmux=bogus", "feedmux[span{x=1}]=trace"] {
            check(line, None);
        }
    }
}
