//! The program `brokers`: reads the words, does what they ask, turns an error into one sentence.

use std::process::ExitCode;

use brokers::{args, commands};
use harness::supervise::warden;

/// Exit status of words that say nothing to it.
const WRONG_WORDS: u8 = 2;

fn main() -> ExitCode {
    if let Some(code) = warden::main_if_asked() {
        return code;
    }
    match args::parse(std::env::args_os().skip(1)) {
        Ok(command) => commands::run(command),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(WRONG_WORDS)
        }
    }
}
