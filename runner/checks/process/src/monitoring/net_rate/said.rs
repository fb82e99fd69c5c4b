//! What the program says, and what may be said.

use std::time::Instant;

use harness::check::{Case, Running, Stop};
use harness::until::secs;

use super::burst::Burst;
use super::{EXPECTED, INTERVAL_MS};

/// `start`: the program was started between these two moments. `before`: another burst, and what was
/// said of that.
pub(super) fn is_rate(
    case: &Case,
    said: f64,
    burst: &Burst,
    start: (Instant, Instant),
    before: Option<(&Burst, f64)>,
) -> Result<(), Stop> {
    let (lowest, highest) = burst.rates();
    let bytes = burst.bytes();
    let since = |from: Instant, to: Instant| (to - from).as_secs_f64();
    let is = |value: f64| said > value * 0.8 && said < value * 1.25;
    let factor = before.map(|(before, said)| (before, said / before.bytes()));
    let what = match factor {
        _ if is(bytes) => ", which are the bytes between its two looks".to_owned(),
        _ if is(bytes * 1000.0 / INTERVAL_MS as f64) => {
            ", which is the rate if INTERVAL_MS had passed".to_owned()
        }
        _ if said * since(start.0, burst.said.at) > bytes * 0.95
            && said * since(start.1, burst.released.at) < bytes * 1.25 =>
        {
            ", which is the rate if all the time since its start had passed".to_owned()
        }
        Some((before, factor)) if is(bytes * factor) => format!(
            ", {factor:.1} times the bytes, as it was of those that came in within {} ms",
            before.shortest().as_millis()
        ),
        _ => format!(", {:.1} times the bytes", said / bytes),
    };
    let observed = format!(
        "{bytes:.0} bytes came in within {} ms, {:.0} a second, and {said:.0} bytes/s was said{what}",
        burst.longest().as_millis(),
        bytes / burst.longest().as_secs_f64(),
    );
    case.expect(said > lowest && said < highest, EXPECTED, observed)
}

pub(super) fn line(program: &Running, number: usize) -> Result<f64, Stop> {
    program.prints_nth(number, "a line with a rate, every INTERVAL_MS milliseconds", secs(2), read)
}

/// Lines with a rate so far.
pub(super) fn count(program: &Running) -> usize {
    program.stdout_lines().iter().filter_map(|line| read(line)).count()
}

fn read(line: &str) -> Option<f64> {
    line.strip_prefix("lo: ")?.strip_suffix(" bytes/s")?.parse().ok()
}
