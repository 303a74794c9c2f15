//! The `feedmux` binary: reads the command line, runs the command, turns errors into exit codes.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Exit, Told};
use feedmux::config::ConfigError;
use feedmux::daemon::DaemonError;
use feedmux::ops::{allocator, descriptors};
use feedmux::store::StoreError;

/// Batch commands read foreign pages here: their trees are at most 512 deep, but dropping and walking them still recurses.
const THREAD_STACK: usize = 8 << 20;

/// What waits for the network is on one thread: all that computes has threads of its own (`scheduler/cpu.rs`, the writer, blocking ones),
/// and a second one would be woken for each answer only to find that the first is there.
const NETWORK_THREADS: usize = 1;

/// Readers of the store are bounded by permits of their own, below this; each thread more keeps memory of its own.
const BLOCKING_THREADS: usize = 8;

fn main() -> ExitCode {
    let cli = Cli::parse();
    if cli.works_for_long() {
        allocator::settle();
    }
    descriptors::raise();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .worker_threads(NETWORK_THREADS)
        .thread_stack_size(THREAD_STACK)
        .max_blocking_threads(BLOCKING_THREADS)
        .build();
    let outcome = match runtime {
        Ok(runtime) => runtime.block_on(cli::dispatch(cli)),
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(error) => report(&error).into(),
    }
}

/// Says on one line what went wrong, and gives the exit code for it.
fn report(error: &anyhow::Error) -> Exit {
    if cli::is_closed_output(error) {
        return Exit::Done;
    }
    // Where nobody can be told, the exit code still says it.
    let _ = writeln!(std::io::stderr(), "feedmux: {}", cli::one_line(&format!("{error:#}")));
    if let Some(told) = error.downcast_ref::<Told>() {
        return told.exit;
    }
    if error.downcast_ref::<ConfigError>().is_some() {
        return Exit::Configuration;
    }
    let store = error.downcast_ref::<StoreError>().or_else(|| match error.downcast_ref::<DaemonError>() {
        Some(DaemonError::Store(error)) => Some(error),
        _ => None,
    });
    match store {
        Some(StoreError::Locked { .. } | StoreError::Busy(_)) => Exit::Locked,
        _ => Exit::Failure,
    }
}
