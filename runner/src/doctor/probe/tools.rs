//! Asking tools.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use harness::supervise::{Finished, Launch, Scratch, output};

use crate::doctor::tools::{Linking, Tool};

/// rustup may install a toolchain before it answers.
const ANSWER: Duration = Duration::from_secs(120);

/// Asks a program for its version.
pub(super) fn ask(program: impl AsRef<OsStr>, flag: &str) -> Tool {
    match output(Launch::new(program).arg(flag).dies_with_this_thread(), ANSWER) {
        Ok(done) if done.success() => Tool::Answers(first_line(&done.stdout)),
        Ok(done) => Tool::Broken(complaint(&done)),
        Err(error) if error.kind() == ErrorKind::NotFound => Tool::Missing,
        Err(error) => Tool::Broken(error.to_string()),
    }
}

/// Lets the compiler link a small program.
pub(super) fn link(rustc: &Tool) -> Linking {
    if !matches!(rustc, Tool::Answers(_)) {
        return Linking::NotTried;
    }
    let done = Scratch::new().and_then(|scratch| {
        let source = scratch.path().join("linked.rs");
        fs::write(&source, "fn main() {}\n")?;
        let rustc = Launch::new("rustc").args(["--edition", "2021", "--color", "never", "-o"]);
        let rustc = rustc.arg(scratch.path().join("linked")).arg(source);
        output(rustc.dies_with_this_thread(), ANSWER)
    });
    match done {
        Ok(done) if done.success() => Linking::Works,
        Ok(done) => refusal(&complaint(&done)),
        Err(error) => Linking::Refused(error.to_string()),
    }
}

/// rustc says ``linker `cc` not found`` when there is no such program.
fn refusal(complaint: &str) -> Linking {
    let missing = complaint.strip_prefix("linker `").and_then(|rest| rest.split_once('`'));
    match missing {
        Some((name, rest)) if rest.trim() == "not found" => Linking::NoLinker(name.to_owned()),
        _ => Linking::Refused(complaint.to_owned()),
    }
}

/// The first error, or else the first line of anything.
fn complaint(done: &Finished) -> String {
    let errors = done.stderr.lines().find_map(|line| line.strip_prefix("error: "));
    match errors {
        Some(error) => error.to_owned(),
        None if done.stderr.trim().is_empty() => done.ended.to_string(),
        None => first_line(&done.stderr),
    }
}

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_linker_that_is_missing_is_told_from_one_that_refuses() {
        assert_eq!(refusal("linker `cc` not found"), Linking::NoLinker("cc".to_owned()));
        let refused = "linking with `cc` failed: exit status: 1";
        assert_eq!(refusal(refused), Linking::Refused(refused.to_owned()));
    }

    #[test]
    fn a_tool_that_is_missing_is_told_from_one_that_is_broken() {
        assert_eq!(ask("/no/such/program", "-V"), Tool::Missing);
        assert_eq!(ask("/", "-V"), Tool::Broken("Permission denied (os error 13)".to_owned()));
        assert!(matches!(ask("false", "-V"), Tool::Broken(_)));
        assert!(matches!(ask("rustc", "-V"), Tool::Answers(line) if line.starts_with("rustc 1.")));
    }

    #[test]
    fn this_machine_links() {
        assert_eq!(link(&Tool::Missing), Linking::NotTried);
        assert_eq!(link(&ask("rustc", "-V")), Linking::Works);
    }
}
