//! Waiting until a program has come to rest, and saying what it rests in.

use std::fmt;
use std::time::{Duration, Instant};

use super::running::Running;
use super::stop::Stop;
use crate::process::{self, Call, Sleep, Thread};
use crate::supervise::Ended;
use crate::until::ms;

/// Two looks this far apart that find the same make a rest.
const APART: Duration = ms(20);
/// So many threads are spoken of, the main one among them.
const TOLD: usize = 3;

/// What a program comes to when it is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rest {
    /// Its end.
    Ended(Ended),
    /// Sleep of all its threads.
    Asleep(Asleep),
}

/// Threads of one process, all asleep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asleep {
    /// The threads, the main one first, and how long each sleeps if nobody wakes it.
    pub threads: Vec<(Thread, Sleep)>,
}

impl Asleep {
    fn look(pid: i32) -> Option<Self> {
        let threads = process::threads(pid).into_iter();
        let threads: Option<Vec<_>> = threads
            .map(|thread| {
                let is_called = thread.status.pending & !thread.status.blocked != 0;
                let sleep = process::sleep(pid, &thread).filter(|_| !is_called)?;
                Some((thread, sleep))
            })
            .collect();
        threads.filter(|threads| !threads.is_empty()).map(|threads| Self { threads })
    }

    fn is_same(&self, other: &Self) -> bool {
        self.threads.iter().map(|(thread, _)| thread).eq(other.threads.iter().map(|(t, _)| t))
    }

    /// When the first of them wakes, whatever happens outside; `None` if none ever does.
    #[must_use]
    pub fn wakes_in(&self) -> Option<Duration> {
        match self.threads.iter().map(|(_, sleep)| *sleep).min() {
            Some(Sleep::AtMost(time)) => Some(time),
            Some(Sleep::Forever) | None => None,
        }
    }

    /// The call that the main thread sleeps in.
    #[must_use]
    pub fn main_call(&self) -> Option<&Call> {
        self.threads.first()?.0.call.as_ref()
    }

    /// The thread that sleeps in a call that `wanted` says yes to.
    #[must_use]
    pub fn find(&self, wanted: impl Fn(&Call) -> bool) -> Option<&Thread> {
        let mut threads = self.threads.iter().map(|(thread, _)| thread);
        threads.find(|thread| thread.call.as_ref().is_some_and(&wanted))
    }
}

/// `the main thread sleeps in epoll_wait, for 600 s, thread 4712 in read(0)`.
impl fmt::Display for Asleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (thread, sleep)) in self.threads.iter().take(TOLD).enumerate() {
            let call = thread.call.as_ref().map_or("a call".to_owned(), Call::describe);
            match index {
                0 => write!(f, "the main thread sleeps in {call}")?,
                _ => write!(f, ", thread {} in {call}", thread.tid)?,
            }
            match sleep {
                Sleep::AtMost(time) if *time < ms(1000) => {
                    write!(f, " for {} ms", time.as_millis())?;
                }
                Sleep::AtMost(time) => write!(f, " for {:.0} s", time.as_secs_f64())?,
                Sleep::Forever => {}
            }
        }
        match self.threads.len().saturating_sub(TOLD) {
            0 => Ok(()),
            more => write!(f, ", and {more} more threads"),
        }
    }
}

impl Running {
    /// Waits until it has ended, or none of its threads runs: each sleeps, no signal waits for one,
    /// and none has run for 20 ms. A program that wakes itself more often than that rests between
    /// two of its looks; [`Asleep::wakes_in`] says so.
    ///
    /// # Errors
    /// [`Stop::Failed`] if one of its threads was running all the time.
    pub fn sleeps_or_ends(&self, within: Duration) -> Result<Rest, Stop> {
        let mut before: Option<(Instant, Asleep)> = None;
        self.until("the program comes to rest", within, |running| {
            if let Some(ended) = running.ended() {
                return Ok(Rest::Ended(ended));
            }
            let now = Asleep::look(running.pid()).ok_or("it was running")?;
            if now.wakes_in().is_some_and(|time| time < APART) {
                return Ok(Rest::Asleep(now));
            }
            match &before {
                Some((since, same)) if same.is_same(&now) => {
                    if since.elapsed() >= APART {
                        return Ok(Rest::Asleep(now));
                    }
                }
                _ => before = Some((Instant::now(), now)),
            }
            Err("it had only just come to rest".to_owned())
        })
    }
}
