//! A line that stands still for long enough.

use std::time::{Duration, Instant};

use harness::check::{Rest, Running, Stop};
use harness::until::{ms, secs, until};

/// So long it stands still for programs that wait for a time. No right one does.
const LONG: Duration = secs(3);

/// Returns when it is known what the program does while a line stands still: it has ended, `is_over`
/// says that there is no more to see, or all its threads sleep and no timer would wake one within 3 s.
/// A program with such a timer may be one that does not wait for the line: it gets its 3 s.
pub(crate) fn stands_still(
    program: &Running,
    is_over: impl Fn() -> bool,
) -> Result<Duration, Stop> {
    let since = Instant::now();
    while since.elapsed() < LONG && !is_over() {
        match program.sleeps_or_ends(LONG)? {
            Rest::Ended(_) => break,
            Rest::Asleep(asleep) if asleep.wakes_in().is_none_or(|time| time >= LONG) => break,
            Rest::Asleep(_) => {
                until(ms(20), || (is_over() || program.ended().is_some()).then_some(()));
            }
        }
    }
    Ok(since.elapsed())
}
