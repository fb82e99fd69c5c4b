//! `dev test`: the README's test command. It names and installs what it needs, runs every test,
//! proves the course, and closes with one line that counts both.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};
use faultlings::course::Course;
use faultlings::engine::cargo;
use harness::report::Stream;
use harness::supervise::{Ended, Followed, Launch, Sink, follow, output};

use crate::check::{Options, Tally, prove_course};
use crate::docker;

/// Compiles everything first, on a slow machine too.
const TIME: Duration = Duration::from_secs(60 * 60);

/// Tools beyond cargo and a linker, as the toolchain's components are called.
const COMPONENTS: [(&str, &str); 2] = [("fmt", "rustfmt"), ("clippy", "clippy")];

pub(crate) fn run(course: &Course) -> Result<ExitCode> {
    for (subcommand, component) in COMPONENTS {
        need(course, subcommand, component)?;
    }
    install_brokers(course)?;
    let cargo = || cargo(&course.root);
    let mut tally = tests(cargo(), &["--no-fail-fast"])?;
    // Left out there, since not everybody who tests has these servers; here they are installed.
    tally += tests(cargo(), &["--test", "servers", "--", "--ignored", "--test-threads", "1"])?;
    println!();
    tally += prove_course(course, &Options::default())?;
    match docker::prove(course) {
        Ok(more) => tally += more,
        // A machine that can neither pull images nor make them; `--docker` alone fails there.
        Err(error) => println!("brokers in containers are left out: {error:#}"),
    }
    Ok(closing(tally))
}

/// `dev test --docker`: only what [`run`] does in containers.
pub(crate) fn in_docker(course: &Course) -> Result<ExitCode> {
    Ok(closing(docker::prove(course)?))
}

fn closing(tally: Tally) -> ExitCode {
    println!("{} passed, {} failed", tally.passed, tally.failed);
    ExitCode::from(u8::from(tally.failed > 0))
}

/// Installs a component of the toolchain if it is not there.
fn need(course: &Course, subcommand: &str, component: &str) -> Result<()> {
    let there = output(cargo(&course.root).args([subcommand, "--version"]), TIME)?.success();
    println!("needs {component}: {}", if there { "there" } else { "installing it" });
    if there {
        return Ok(());
    }
    match output(Launch::new("rustup").args(["component", "add", component]), TIME) {
        Ok(added) if added.success() => Ok(()),
        Ok(added) => bail!("`rustup component add {component}` failed: {}", added.stderr.trim()),
        Err(_) => bail!(
            "{component} is missing, and so is rustup; type `apt-get install {}`",
            debian(component)
        ),
    }
}

/// Brings the servers that the later chapters' programs talk to.
fn install_brokers(course: &Course) -> Result<()> {
    println!("needs Kafka, RabbitMQ and NATS:");
    let tree = cargo(&course.root)
        .args(["run", "-q", "-p", "brokers", "--", "install"])
        .stdout(Sink::Inherited)
        .stderr(Sink::Inherited)
        .start()?;
    match follow(&tree, TIME, |_, _| {}) {
        Followed::Ended(Ended::Exited(0)) => Ok(()),
        _ => bail!("not all brokers could be had; the lines above say what to type"),
    }
}

/// How Debian calls a component.
fn debian(component: &str) -> &str {
    if component == "clippy" { "rust-clippy" } else { component }
}

/// `cargo test --workspace` with these words behind it, its output as it comes. Always the whole
/// workspace: what is built of a part of it has other features, and is built anew.
pub(crate) fn tests(cargo: Launch, words: &[&str]) -> Result<Tally> {
    told(cargo.args(["test", "--workspace"]).args(words), counts)
}

/// `dev check`, as a process of its own.
pub(crate) fn checks(check: Launch) -> Result<Tally> {
    told(check, total)
}

/// Runs something whose output is shown as it comes, and adds up what it counts.
fn told(launch: Launch, counts: impl Fn(&str) -> Option<(usize, usize)>) -> Result<Tally> {
    let tree = launch.start()?;
    let mut tally = Tally::default();
    let followed = follow(&tree, TIME, |stream, line| {
        match stream {
            Stream::Stdout => println!("{line}"),
            Stream::Stderr => eprintln!("{line}"),
        }
        if let Some((passed, failed)) = counts(line) {
            tally.passed += passed;
            tally.failed += failed;
        }
    });
    match followed {
        Followed::Ended(Ended::Exited(0)) => {}
        // What crashed, or did not build, has no closing line of its own.
        Followed::Ended(_) => tally.failed = tally.failed.max(1),
        Followed::Cancelled | Followed::TooLong => {
            bail!("the tests did not come to an end within an hour")
        }
    }
    Ok(tally)
}

/// The numbers of a test binary's closing line: `test result: ok. 3 passed; 0 failed; ..`.
fn counts(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut numbers = rest.split("; ").filter_map(|part| part.split(' ').next()?.parse().ok());
    Some((numbers.next()?, numbers.next()?))
}

/// The numbers of the last line of `dev check`: `12 passed, 0 failed`.
fn total(line: &str) -> Option<(usize, usize)> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some((passed.parse().ok()?, failed.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{counts, total};

    #[test]
    fn reads_the_last_line_of_a_proof() {
        assert_eq!(total("12 passed, 3 failed"), Some((12, 3)));
        assert_eq!(total("ok    a program that failed"), None);
    }

    #[test]
    fn reads_closing_lines_alone() {
        assert_eq!(
            counts("test result: ok. 13 passed; 0 failed; 0 ignored; 0 measured"),
            Some((13, 0))
        );
        assert_eq!(counts("test result: FAILED. 1 passed; 2 failed; 0 ignored"), Some((1, 2)));
        assert_eq!(counts("running 3 tests"), None);
    }
}
