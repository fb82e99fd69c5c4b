//! The smallest check executable: one check, which wants a program that prints `done` and ends.
//! What stands behind `prints_done PROGRAM SEED` goes to the program.

use std::process::ExitCode;

use harness::check::{Case, CheckResult};
use harness::until::secs;

mod all {
    use super::{Case, CheckResult, secs};

    pub(super) fn prints_done(case: &mut Case) -> CheckResult {
        case.matters("a program that does not end keeps whoever waits for it");
        case.step("run the program");
        let program = case.program().args(std::env::args().skip(4)).start()?;
        program.prints("done", secs(2))?;
        program.exits_with(0, secs(2))?;
        program.leaves_nothing()?;
        case.passed("it printed done, ended with status 0 and left nothing")
    }
}

fn main() -> ExitCode {
    harness::check::main(harness::checks![all::{ prints_done }])
}
