//! Forcing the moment: back-pressure, stopping, signals that are known to have arrived.

use std::time::Duration;

use nix::sys::signal::Signal;

use super::running::Running;
use super::stop::Stop;
use crate::process::{self, Call};
use crate::report::Stream;
use crate::supervise::Ended;
use crate::until::{secs, until};

/// A program that SIGSTOP holds. Signals that come meanwhile are collected, not taken: standard
/// ones merge into one of a kind (signal(7)). Dropping it lets the program go on.
#[derive(Debug)]
pub struct Frozen<'a>(&'a Running);

impl Running {
    /// Waits until a thread of it sleeps inside write(2) on a stream that is held, see
    /// [`super::Program::hold`]: seen twice in a row, so that it is not just passing through.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it does not come there within the time.
    pub fn is_held_in_write(&self, stream: Stream, within: Duration) -> Result<(), Stop> {
        let fd = match stream {
            Stream::Stdout => 1,
            Stream::Stderr => 2,
        };
        let mut before = None;
        self.until_its_end(
            &format!("the program fills the pipe on descriptor {fd}"),
            within,
            |running| {
                let writer = process::threads(running.pid()).into_iter().find(|thread| {
                    thread.status.state == 'S'
                        && thread.call.as_ref().is_some_and(|call| call.is_write_to(fd))
                });
                let seen =
                    running.ended().map_or("it has not written that much".to_owned(), |ended| {
                        format!("it {ended}")
                    });
                let writer = writer.ok_or(seen)?;
                let same = before.as_ref() == Some(&writer);
                before = Some(writer);
                if same { Ok(()) } else { Err("it was inside write for a moment".to_owned()) }
            },
        )?;
        self.story.happened(&self.name, format!("held inside write({fd}): the pipe is full"));
        Ok(())
    }

    /// Begins to read a held stream.
    pub fn release(&self, stream: Stream) {
        if self.tree.look(|view| view.is_held(stream)) {
            self.story.happened("check", format!("reads its {} from now on", name(stream)));
            self.tree.release(stream);
            self.story.let_go();
        }
    }

    /// Closes the reading end of a held stream unread: its next write gives EPIPE and SIGPIPE.
    pub fn close(&self, stream: Stream) {
        if self.tree.look(|view| view.is_held(stream)) {
            self.story.happened("check", format!("closed the reading end of its {}", name(stream)));
            self.tree.close(stream);
            self.story.let_go();
        }
    }

    /// Waits until a signal that was sent is no longer pending: a handler took it, or it ended the
    /// program. That the handler has returned is not said by this.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it stays pending, which a blocked signal does.
    pub fn takes(&self, signal: Signal, within: Duration) -> Result<(), Stop> {
        self.until(&format!("the program takes {signal}"), within, |running| match process::status(
            running.pid(),
        ) {
            Some(status) if status.is_pending(signal as i32) => {
                Err(format!("{signal} was still pending"))
            }
            _ => Ok(()),
        })
    }

    /// Waits until its main thread sleeps inside a call that `wanted` says yes to.
    ///
    /// # Errors
    /// [`Stop::Failed`] with the last thing seen.
    pub fn sleeps_in(
        &self,
        what: &str,
        within: Duration,
        wanted: impl Fn(&Call) -> bool,
    ) -> Result<(), Stop> {
        self.until_its_end(&format!("the program comes to sleep in {what}"), within, |running| {
            let threads = process::threads(running.pid());
            let main = threads.first().ok_or("it was gone")?;
            match &main.call {
                Some(call) if main.status.state == 'S' && wanted(call) => Ok(()),
                Some(call) => Err(format!("it was in {}", call.describe())),
                None => Err("it was running".to_owned()),
            }
        })
    }

    /// Waits until a thread of it sleeps inside read(2) on its standard input: then it has read all
    /// that was written there, and did with it what it does before it reads on.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it does not come there within the time.
    pub fn has_read_its_input(&self, within: Duration) -> Result<(), Stop> {
        self.until_its_end("the program reads all of its input", within, |running| {
            let threads = process::threads(running.pid());
            let reads = |thread: &process::Thread| {
                thread.status.state == 'S'
                    && thread.call.as_ref().is_some_and(|call| call.is_read_from(0))
            };
            let ended = || running.ended().map(|ended| format!("it {ended}"));
            match threads.iter().any(reads) {
                true => Ok(()),
                false => Err(ended().unwrap_or("it did not wait for more".to_owned())),
            }
        })
    }

    /// Waits until it has nothing to do for now: each of its threads sleeps, and none has run between
    /// two looks; or it has ended, which is the answer then. What it was told before that it has
    /// heard by now.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it stays busy.
    pub fn settles(&self, within: Duration) -> Result<Option<Ended>, Stop> {
        let mut before = Vec::new();
        self.until("the program comes to rest", within, |running| {
            let ended = running.ended();
            let now = process::threads(running.pid());
            let asleep = !now.is_empty() && now.iter().all(|thread| thread.status.state == 'S');
            let settled = asleep && now == before;
            before = now;
            if ended.is_some() || settled { Ok(ended) } else { Err("it was busy".to_owned()) }
        })
    }

    /// Stops it with SIGSTOP and waits until it stands.
    ///
    /// # Errors
    /// `Unknown` if it does not stand within 2 s, since no program can refuse SIGSTOP.
    pub fn freeze(&self) -> Result<Frozen<'_>, Stop> {
        self.signal(Signal::SIGSTOP)?;
        let frozen = Frozen(self);
        let stands = || {
            process::status(self.pid())
                .is_none_or(|status| "TtZ".contains(status.state))
                .then_some(())
        };
        until(secs(2), stands).ok_or_else(|| {
            Stop::unknown("the program did not stop at SIGSTOP", "cargo run -- doctor")
        })?;
        Ok(frozen)
    }
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        // The program may be gone, which needs no SIGCONT.
        let _ = self.0.signal(Signal::SIGCONT);
    }
}

fn name(stream: Stream) -> &'static str {
    match stream {
        Stream::Stdout => "stdout",
        Stream::Stderr => "stderr",
    }
}
