//! The command line: one file a subcommand. Help, man page and shell completions come from the definitions here.

mod backup;
mod canonical;
mod check;
mod completions;
mod demo;
mod doctor;
mod explain;
mod extract;
mod feed;
mod hook;
mod input;
mod log;
mod once;
mod out;
mod output;
mod overlap;
mod parse;
mod reextract;
mod reload;
mod replay;
mod rule;
mod run;
mod search;
mod setup;
mod sql;
mod status;
mod story;
mod transfer;
mod vacuum;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

pub(crate) use setup::Setup;

/// How a command ended, as the exit code tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is done.
    Done = 0,
    /// It failed.
    Failure = 1,
    /// Nothing matched.
    Nothing = 3,
    /// Some feeds failed.
    Partial = 4,
    /// The daemon is not reachable.
    Unreachable = 69,
    /// The store is locked by another feedmux.
    Locked = 75,
    /// The configuration is wrong.
    Configuration = 78,
}

/// An ending with its own exit code and a line that says why.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub(crate) struct Told {
    /// The exit code.
    pub(crate) exit: Exit,
    text: String,
}

impl Told {
    /// An error that ends the command with `exit`.
    pub(crate) fn error(exit: Exit, text: impl Into<String>) -> anyhow::Error {
        Self { exit, text: text.into() }.into()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A feed aggregator daemon: many feeds in, one merged feed out, every story once.
#[derive(Debug, Parser)]
#[command(
    name = "feedmux",
    version,
    arg_required_else_help = true,
    propagate_version = true,
    after_help = "\
Examples:
  feedmux demo                                  see it at work, no network needed
  feedmux feed add https://blog.rust-lang.org/  subscribe; a page's feed is found
  feedmux run                                   poll, scrape, fold and serve http://127.0.0.1:8484/feeds/all.atom
  feedmux search 'climate \"carbon price\"'
  feedmux sql \"SELECT title, url FROM entries ORDER BY first_seen_at DESC LIMIT 10\"

Exit codes: 0 ok, 1 failure, 2 usage, 3 nothing matched, 4 partial, 69 daemon not reachable, 75 store locked, 78 configuration error."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// Whether what the command keeps in memory matters.
    pub(crate) fn works_for_long(&self) -> bool {
        matches!(self.command, Command::Run | Command::Once(_) | Command::Demo(_))
    }
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// Configuration file; /dev/null is the empty one
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Sets one key, e.g. --set poll.interval='"5m"'
    #[arg(long = "set", global = true, value_name = "SECTION.KEY=TOML_VALUE")]
    pub(crate) sets: Vec<String>,
    /// Says more; twice: everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Says only what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The daemon, in the foreground: polls, scrapes, folds, stores and serves
    Run,
    /// One round: polls what is due, scrapes, folds, exits (for cron)
    Once(once::Once),
    /// Shows the whole product at work on a small web of its own; needs no network
    Demo(demo::Demo),
    /// Subscriptions: add, list, look at, change
    #[command(subcommand)]
    Feed(feed::Feed),
    /// Subscribes to the feeds of an OPML file or a list of addresses
    Import(transfer::Import),
    /// Writes the subscriptions as OPML to stdout
    Export(transfer::Export),
    /// What a reader would get
    #[command(subcommand)]
    Output(output::Output),
    /// Who is told of events, and how that goes
    #[command(subcommand)]
    Hook(hook::Hook),
    /// What the rules of the configuration do to stored entries
    #[command(subcommand)]
    Rule(rule::Rule),
    /// Full-text search of what is stored
    Search(search::Search),
    /// Read-only SQL on the views feeds, entries, stories, polls, decisions, days
    Sql(sql::Sql),
    /// Every decision about an entry, and what it rests on
    Explain(explain::Explain),
    /// A story: who tells it and why they are one; splits and joins
    Story(story::Story),
    /// Which feeds mostly repeat which others, and how much later
    Overlap(overlap::Overlap),
    /// Runs articles through the present extractor again; what was won stays until something better is
    Reextract(reextract::Reextract),
    /// What the running daemon is doing
    Status(status::Status),
    /// Whether the running daemon is well (for health checks)
    Health,
    /// Whether the configuration is right and the store opens; changes nothing
    Check(check::Check),
    /// Lets a changed configuration hold in the running daemon, and says what changed
    Reload(reload::Reload),
    /// Copies the store to a file, also while the daemon works on it
    Backup(backup::Backup),
    /// Gives free pages of the store back to the disk
    Vacuum(vacuum::Vacuum),
    /// What is wrong with store, machine and way out, and what to do about it
    Doctor(doctor::Doctor),
    /// What our parser makes of a feed
    Parse(parse::Parse),
    /// What our extractor makes of an article page
    Extract(extract::Extract),
    /// What our canonicaliser makes of an address
    Canonical(canonical::Canonical),
    /// Runs recorded entries through deduplication and prints each entry's story
    Replay(replay::Replay),
    /// Prints shell completions
    Completions(completions::Completions),
    /// Prints the man page
    Man(completions::Man),
}

/// Runs the command that was typed.
pub(crate) async fn dispatch(cli: Cli) -> anyhow::Result<Exit> {
    let global = cli.global;
    match cli.command {
        Command::Run => run::run(&global).await,
        Command::Once(once) => once.run(&global).await,
        Command::Demo(demo) => demo.run(&global).await,
        Command::Feed(feed) => feed.run(&global).await,
        Command::Import(import) => import.run(&global).await,
        Command::Export(export) => export.run(&global).await,
        Command::Output(output) => output.run(&global).await,
        Command::Hook(hook) => hook.run(&global).await,
        Command::Rule(rule) => rule.run(&global).await,
        Command::Search(search) => search.run(&global).await,
        Command::Sql(sql) => sql.run(&global).await,
        Command::Explain(explain) => explain.run(&global).await,
        Command::Story(story) => story.run(&global).await,
        Command::Overlap(overlap) => overlap.run(&global).await,
        Command::Reextract(reextract) => reextract.run(&global).await,
        Command::Status(status) => status.run(&global).await,
        Command::Health => status::health(&global).await,
        Command::Check(check) => check.run(&global).await,
        Command::Reload(reload) => reload.run(&global).await,
        Command::Backup(backup) => backup.run(&global).await,
        Command::Vacuum(vacuum) => vacuum.run(&global).await,
        Command::Doctor(doctor) => doctor.run(&global).await,
        Command::Parse(parse) => parse.run(&global).await,
        Command::Extract(extract) => extract.run(&global).await,
        Command::Canonical(canonical) => canonical.run(),
        Command::Replay(replay) => replay.run(&global).await,
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}

/// Whether a command ended because nobody reads its output any more.
pub(crate) fn is_closed_output(error: &anyhow::Error) -> bool {
    error.downcast_ref::<out::Closed>().is_some()
}

/// An error for a terminal: one line, nothing in it that could move the cursor.
pub(crate) fn one_line(text: &str) -> String {
    out::plain(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
