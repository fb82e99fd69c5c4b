//! What the program says.

use harness::check::{Running, Stop};
use harness::until::secs;

/// One line of the program's.
pub(super) struct Line {
    pub(super) process: f64,
    /// The sum of what was said of the processors.
    pub(super) together: f64,
}

pub(super) fn mean(lines: &[Line]) -> Line {
    let count = lines.len() as f64;
    let process = lines.iter().map(|line| line.process).sum::<f64>() / count;
    let together = lines.iter().map(|line| line.together).sum::<f64>() / count;
    Line { process, together }
}

/// Waits for line `number` on the process, counted from 1.
pub(super) fn line(program: &Running, number: usize) -> Result<Line, Stop> {
    program.prints_nth(
        number,
        "a line with figures, every INTERVAL_MS milliseconds",
        secs(2),
        parse,
    )
}

fn parse(line: &str) -> Option<Line> {
    let (process, processors) = line.split_once(": ")?.1.split_once(" %, processors")?;
    let each = processors.split_whitespace().map(str::parse::<f64>).collect::<Result<Vec<_>, _>>();
    Some(Line { process: process.parse().ok()?, together: each.ok()?.iter().sum() })
}

/// How many of its lines have come.
pub(super) fn count(program: &Running) -> usize {
    program.stdout_lines().iter().filter_map(|line| parse(line)).count()
}
