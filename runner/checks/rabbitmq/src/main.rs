//! The checks of the RabbitMQ chapters: one function an exercise, one module a chapter.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::check::main(harness::checks![])
}
