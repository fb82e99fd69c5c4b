//! The executable that checks of one family share.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;

use super::case::Case;
use super::guard::bound_the_tree;
use super::reaper::reap_orphans;
use super::stop::{CheckResult, Stop};
use super::story::say;
use crate::report::{Report, Unknown, Verdict};
use crate::supervise::sweep;

/// A check function.
pub type Check = fn(&mut Case) -> CheckResult;

/// Lists check functions under their own names, which are the exercises': `checks![intro::{exit_status}]`.
#[macro_export]
macro_rules! checks {
    ($($chapter:ident :: { $($name:ident),* $(,)? }),* $(,)?) => {
        &[$($((stringify!($name), $chapter::$name as $crate::check::Check),)*)*]
    };
}

/// `main` of a check executable. `--list` prints the names; `NAME PROGRAM [SEED]` runs one check
/// and speaks [`Report`]s on standard output. The exit status says only whether a verdict was
/// given: 0 yes, 2 the arguments are wrong.
#[must_use]
pub fn main(checks: &[(&str, Check)]) -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--list"] => checks.iter().for_each(|(name, _)| println!("{name}")),
        [name, program, ref rest @ ..] => {
            let seed = rest.first().and_then(|seed| seed.parse().ok());
            let Some((_, check)) = checks.iter().find(|(known, _)| *known == name) else {
                eprintln!("no check is called `{name}`: `--list` names them all");
                return ExitCode::from(2);
            };
            say(&Report::Verdict(run(
                *check,
                program.into(),
                seed.unwrap_or_else(|| fastrand::u64(..1_000_000)),
            )));
        }
        _ => {
            eprintln!("usage: --list, or NAME PROGRAM [SEED]");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}

fn run(check: Check, program: PathBuf, seed: u64) -> Verdict {
    if sweep::adopt_orphans().is_err() {
        let reason = "checks look into /proc and adopt what a program leaves behind, which takes Linux 3.4 or newer";
        let next = "run the kit on Linux, in a virtual machine or a container".to_owned();
        return Verdict::Unknown(Unknown { reason: reason.to_owned(), next });
    }
    // The panic message itself goes to our standard error, which is not the learner's.
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut case = Case::new(&program, seed)?;
        bound_the_tree(case.story.clone());
        reap_orphans();
        let result = check(&mut case);
        case.story.show_output();
        result
    }));
    match ended {
        Ok(Ok(passed)) => Verdict::Passed(passed),
        Ok(Err(Stop::Failed(failure))) => Verdict::Failed(*failure),
        Ok(Err(Stop::Unknown(unknown))) => Verdict::Unknown(unknown),
        Err(_) => unknown(format!("the check itself crashed (seed {seed})")),
    }
}

fn unknown(reason: String) -> Verdict {
    Verdict::Unknown(Unknown { reason, next: "cargo run -- doctor".to_owned() })
}
