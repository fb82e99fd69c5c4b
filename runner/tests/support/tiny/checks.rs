//! The checks of a course that exists in tests alone.

use std::process::ExitCode;

mod tiny {
    use harness::check::{Case, CheckResult};
    use harness::supervise::Ended;
    use harness::until::secs;

    pub(crate) fn greets(case: &mut Case) -> CheckResult {
        case.matters("whoever waits for a greeting waits for ever");
        case.step("start the program");
        let program = case.program().start()?;
        program.prints("hello", secs(5))?;
        program.ends(secs(5))?;
        case.passed("it printed hello")
    }

    pub(crate) fn stays_quiet(case: &mut Case) -> CheckResult {
        case.matters("a caller takes any other status for a failure");
        case.step("start the program");
        let ended = case.program().start()?.ends(secs(5))?;
        let observed = format!("it {ended}");
        case.expect(ended == Ended::Exited(0), "the program exits with status 0", observed)?;
        case.passed("it exited with status 0")
    }
}

fn main() -> ExitCode {
    harness::check::main(harness::checks![tiny::{greets, stays_quiet}])
}
