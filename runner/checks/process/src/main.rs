//! The checks of the process part: one function an exercise, one module a chapter.

use std::process::ExitCode;

mod intro;
mod processes;
mod pipes;
mod descriptors;
mod signals;
mod shutdown;

fn main() -> ExitCode {
    harness::check::main(harness::checks![
        intro::{},
        processes::{},
        pipes::{},
        descriptors::{},
        signals::{},
        shutdown::{},
    ])
}
