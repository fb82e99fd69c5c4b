//! From a command to what it does and its exit status.

use std::process::ExitCode;

use harness::supervise::{Scratch, remove_stale_scratch, sweep};

use super::{bench, pull, serve, status};
use crate::args::{Command, USAGE};
use crate::context::Context;
use crate::install;
use crate::told::Teller;

/// Exit status: a broker is missing.
pub(super) const MISSING: u8 = 1;
/// Exit status: wrong words, or a machine on which nothing can be begun.
pub(super) const WRONG: u8 = 2;

/// Does it.
#[must_use]
pub fn run(command: Command) -> ExitCode {
    let teller = match command {
        Command::Serve { .. } | Command::Status { json: true, .. } => Teller::Program,
        Command::Bench { .. } => Teller::Nobody,
        _ => Teller::Person,
    };
    // Where orphans cannot be adopted, wardens still end what they started.
    let _ = sweep::adopt_orphans();
    remove_stale_scratch();
    let scratch = match Scratch::new() {
        Ok(scratch) => scratch,
        Err(error) => {
            eprintln!("no temporary folder under {}: {error}", std::env::temp_dir().display());
            return ExitCode::from(WRONG);
        }
    };
    let context = Context::new(teller, scratch.path());
    match command {
        Command::Serve { root, brokers } => serve::serve(root.as_deref(), &brokers, &context),
        Command::Install(brokers) => ok_or_missing(install::install(&brokers, &context)),
        Command::Status { brokers, .. } => ok_or_missing(status::status(&brokers, &context)),
        Command::Pull(brokers) => ok_or_missing(pull::pull(&brokers, &context)),
        Command::Bench { brokers, times } => ok_or_missing(bench::bench(&brokers, times, &context)),
        Command::Help => {
            println!("{USAGE}");
            ExitCode::SUCCESS
        }
    }
}

fn ok_or_missing(all: bool) -> ExitCode {
    if all { ExitCode::SUCCESS } else { ExitCode::from(MISSING) }
}
