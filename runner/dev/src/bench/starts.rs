//! How long brokers take from their start to the first handshake: measured by the program that starts
//! them, which prints a line for each.

use std::time::Duration;

use anyhow::{Context, Result};
use faultlings::course::Course;
use faultlings::engine::cargo;
use harness::supervise::{Sink, output};

/// Five starts of each, after a first build.
const TIME: Duration = Duration::from_secs(30 * 60);

/// What of it is too slow.
pub(super) fn of_brokers(course: &Course) -> Result<Option<String>> {
    println!("\nfrom a broker's start to its first handshake");
    let measured = output(
        cargo(&course.root)
            .args(["run", "-q", "-p", "brokers", "--", "bench"])
            .stdout(Sink::Inherited)
            .stderr(Sink::Inherited),
        TIME,
    )
    .context("cannot start cargo, which runs `brokers bench`")?;
    Ok((!measured.success()).then(|| "a broker's start, see above".to_owned()))
}
