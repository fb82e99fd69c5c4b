//! A warden by itself, for tests of the harness. The runner is its own warden.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::supervise::warden::main_if_asked().unwrap_or_else(|| {
        eprintln!("usage: {} PROGRAM [ARGUMENT..]", harness::supervise::warden::FLAG);
        ExitCode::from(2)
    })
}
