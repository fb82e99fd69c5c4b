//! What `dev bench` prints.

use std::fmt;
use std::time::Duration;

/// The middle of them; zero if there are none.
pub(super) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// One kind of save, each time the median.
#[derive(Debug, Default)]
pub(super) struct Row {
    pub(super) what: &'static str,
    pub(super) kit: Duration,
    pub(super) floor: Option<Duration>,
    pub(super) rustlings: Option<Duration>,
    /// The highest ratios to the two that are wanted.
    pub(super) limits: (Option<f64>, Option<f64>),
}

pub(super) fn heading() -> String {
    format!(
        "{:<28}{:>10}{:>14}{:>7}{:>14}{:>7}",
        "medians", "faultlings", "bare rustc", "ratio", "rustlings", "ratio"
    )
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<28}{:>10}", self.what, ms(self.kit))?;
        for other in [self.floor, self.rustlings] {
            match other {
                Some(other) => write!(f, "{:>14}{:>7.2}", ms(other), ratio(self.kit, other))?,
                None => write!(f, "{:>14}{:>7}", "", "")?,
            }
        }
        Ok(())
    }
}

impl Row {
    /// What is wanted of this row and is not so.
    pub(super) fn misses(&self) -> Vec<String> {
        let sides = [
            (self.floor, self.limits.0, "bare rustc"),
            (self.rustlings, self.limits.1, "rustlings"),
        ];
        let missed = sides.into_iter().filter_map(|(other, limit, name)| {
            missed(self.what, ratio(self.kit, other?), limit?, name)
        });
        missed.collect()
    }
}

/// A sentence if the ratio is above what is wanted.
pub(super) fn missed(what: &str, ratio: f64, limit: f64, other: &str) -> Option<String> {
    (ratio > limit).then(|| format!("{what}: {ratio:.2} of {other}, wanted at most {limit:.2}"))
}

/// The same of a time.
pub(super) fn too_long(what: &str, time: Duration, wanted: Duration) -> String {
    format!("{what}: {}, wanted at most {}", ms(time), ms(wanted))
}

pub(super) fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

/// Milliseconds with one digit behind the point.
pub(super) fn ms(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// Seconds with one digit behind the point.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Row, median};

    fn ms(count: u64) -> Duration {
        Duration::from_millis(count)
    }

    #[test]
    fn the_median_is_not_moved_by_one_that_hangs() {
        assert_eq!(median(vec![ms(9000), ms(1), ms(2)]), ms(2));
        assert_eq!(median(Vec::new()), ms(0));
    }

    #[test]
    fn a_row_says_which_of_its_limits_is_missed() {
        let row = Row {
            what: "a save",
            kit: ms(150),
            floor: Some(ms(100)),
            rustlings: Some(ms(500)),
            limits: (Some(1.4), Some(0.5)),
        };
        assert_eq!(row.misses(), ["a save: 1.50 of bare rustc, wanted at most 1.40"]);
        assert!(row.to_string().contains("150.0 ms      100.0 ms   1.50      500.0 ms   0.30"));
        assert!(Row { rustlings: None, floor: None, ..row }.misses().is_empty());
    }
}
