//! Waiting with a deadline, the only way a check waits.

use std::thread;
use std::time::{Duration, Instant};

/// How often a condition is looked at. The kernel's answers in `/proc` cost microseconds; a learner
/// who waits for a verdict notices tens of milliseconds.
const INTERVAL: Duration = Duration::from_millis(1);

/// That many seconds.
#[must_use]
pub const fn secs(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// That many milliseconds.
#[must_use]
pub const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

/// Looks until there is an answer or `within` is over, and once more after that, so that a machine
/// which kept us from looking is not held against the program.
pub fn until<T>(within: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        let late = Instant::now() >= deadline;
        if let Some(answer) = look() {
            return Some(answer);
        }
        if late {
            return None;
        }
        pause(INTERVAL);
    }
}

/// The kit's only sleep: between two looks.
#[expect(
    clippy::disallowed_methods,
    reason = "the pause between two looks of a wait with a deadline"
)]
pub(crate) fn pause(duration: Duration) {
    thread::sleep(duration);
}

#[cfg(test)]
mod tests {
    use super::{ms, until};

    #[test]
    fn looks_at_least_once_and_once_more_at_the_end() {
        let mut looks = 0;
        let answer = until(ms(0), || {
            looks += 1;
            None::<()>
        });
        assert_eq!((answer, looks), (None, 1));
        assert_eq!(until(ms(0), || Some(7)), Some(7));
    }
}
