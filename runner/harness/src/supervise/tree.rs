//! A running program and everything below it.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill, killpg};
use nix::unistd::Pid;

use super::launch::{Launch, Sink};
use super::shared::{Shared, pump};
use super::sweep;
use super::view::View;
use super::winsize::WindowSize;
use crate::report::Stream;

/// How long a killed process may take to be gone. SIGKILL cannot be refused, but a process inside
/// the kernel (a slow disk, state D) dies when it comes out.
const DEATH: Duration = Duration::from_secs(2);
/// How long our own thread may take to close a stream.
const CLOSING: Duration = Duration::from_secs(5);
/// How long a program that ends at end of input may clean up.
const GRACE: Duration = Duration::from_secs(3);

/// A running program. Dropping it ends the program and everything it started.
#[derive(Debug)]
pub struct Tree {
    pid: i32,
    /// The leader of its session, if that is another process.
    leader: Option<i32>,
    shared: Arc<Shared>,
    stdin: Option<File>,
    grace_at_eof: bool,
    over: bool,
}

/// Looks at a tree, or interrupts the waits on it, from any thread and also after its end.
#[derive(Debug, Clone)]
pub struct Remote(Arc<Shared>);

impl Remote {
    /// Sets [`View::cancelled`] and wakes whoever waits. Ending the tree stays with its owner.
    pub fn cancel(&self) {
        self.0.change(|view| view.cancelled = true);
    }

    /// Looks once.
    pub fn look<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        look(&self.0.lock())
    }
}

impl Tree {
    pub(super) fn new(
        pid: i32,
        leader: Option<i32>,
        stdin: Option<File>,
        ends: [Option<OwnedFd>; 2],
        launch: &Launch,
    ) -> Self {
        let shared = Arc::new(Shared::default());
        let streams = [(Stream::Stdout, &launch.stdout), (Stream::Stderr, &launch.stderr)];
        for ((stream, sink), read_end) in streams.into_iter().zip(ends) {
            let Some(read_end) = read_end else {
                // Nothing of it will ever come to us, so nobody has to wait for its end.
                shared.lock().stream_mut(stream).close();
                continue;
            };
            shared.lock().held[stream as usize] = matches!(sink, Sink::Held);
            let (shared, keep) = (shared.clone(), launch.keep);
            let read_end = Arc::new(File::from(read_end));
            shared.ends()[stream as usize] = Arc::downgrade(&read_end);
            thread::spawn(move || pump(&shared, stream, read_end, keep));
        }
        let waiter = shared.clone();
        thread::spawn(move || {
            let ended = sweep::wait_without_reaping(pid);
            waiter.tell_end(ended, Instant::now());
        });
        Self { pid, leader, shared, stdin, grace_at_eof: launch.grace_at_eof, over: false }
    }

    /// The program's process id, which is also its process group's. It stays reserved until the
    /// tree is ended, since we do not reap before: no signal of ours can meet a stranger.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// A handle for other threads.
    #[must_use]
    pub fn remote(&self) -> Remote {
        Remote(self.shared.clone())
    }

    /// Looks once.
    pub fn look<T>(&self, look: impl FnOnce(&View) -> T) -> T {
        look(&self.shared.lock())
    }

    /// Looks at each change until `look` has an answer or `deadline` is over, and once more then.
    pub fn wait<T>(
        &self,
        deadline: Instant,
        mut look: impl FnMut(&View) -> Option<T>,
    ) -> Option<T> {
        let mut view = self.shared.lock();
        loop {
            if let Some(answer) = look(&view) {
                return Some(answer);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            view = self
                .shared
                .changed
                .wait_timeout(view, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Sends a signal to the program alone.
    ///
    /// # Errors
    /// Those of kill(2); a program that has ended takes the signal without effect.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        kill(Pid::from_raw(self.pid), signal).map_err(Into::into)
    }

    /// Begins to read a stream that was held.
    pub fn release(&self, stream: Stream) {
        self.shared.change(|view| view.held[stream as usize] = false);
    }

    /// Closes the reading end of a held stream: once this has returned, the program's next write(2)
    /// gives EPIPE.
    pub fn close(&self, stream: Stream) {
        if !self.look(|view| view.is_held(stream)) {
            return;
        }
        self.shared.change(|view| view.shut[stream as usize] = true);
        // The end is the reading thread's, which on a busy machine has to get a processor first.
        let closed = |view: &View| view.stream(stream).is_closed().then_some(());
        self.wait(Instant::now() + CLOSING, closed);
    }

    /// Writes to the program's input.
    ///
    /// # Errors
    /// `BrokenPipe` when it was closed, by either side.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write_all(bytes)
    }

    /// Gives the program's terminal another size, which sends SIGWINCH to its foreground group.
    ///
    /// # Errors
    /// `Unsupported` if it has none of ours.
    pub fn resize(&self, rows: u16, columns: u16) -> io::Result<()> {
        let terminal = self.stdin.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        WindowSize { rows, columns }.set(terminal)
    }

    /// Gives the program end of file on its input.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Whether we hold the other end of the program's input.
    #[must_use]
    pub fn has_stdin(&self) -> bool {
        self.stdin.is_some()
    }

    /// Ends the program, its group and the orphans, in an order that leaves no gap: stop the group,
    /// so that nothing forks while we kill; kill it; reap; then the orphans that came to us.
    pub fn end(&mut self) {
        if self.over {
            return;
        }
        self.over = true;
        self.stdin = None;
        if self.grace_at_eof {
            self.wait(Instant::now() + GRACE, |view| view.ended.map(drop));
        }
        let group = Pid::from_raw(self.pid);
        // ESRCH: the group is empty already.
        let _ = killpg(group, Signal::SIGSTOP);
        let _ = killpg(group, Signal::SIGKILL);
        let _ = kill(group, Signal::SIGKILL);
        self.wait(Instant::now() + DEATH, |view| view.ended.map(drop));
        sweep::end_orphans(DEATH);
        sweep::reap_own(self.pid);
        if let Some(leader) = self.leader {
            let _ = kill(Pid::from_raw(leader), Signal::SIGKILL);
            // It only sleeps, so it is dead in a moment.
            sweep::wait_without_reaping(leader);
            sweep::reap_own(leader);
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        self.end();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::{Ended, Input, Launch};

    /// However late the threads come to read: 64 KiB are as much as a pipe holds.
    #[test]
    fn whoever_sees_the_end_sees_what_was_written_before() {
        for _ in 0..50 {
            let line = "head -c 65536 /dev/zero; echo last >&2";
            let tree = Launch::new("sh").args(["-c", line]).start().unwrap();
            let seen = |view: &super::View| {
                view.ended.map(|_| (view.stdout.bytes().len(), view.stderr.text()))
            };
            let seen = tree.wait(Instant::now() + Duration::from_secs(10), seen);
            assert_eq!(seen, Some((65_536, "last\n".to_owned())));
        }
    }

    /// What it has started writes on for ever.
    #[test]
    fn an_end_is_told_while_somebody_else_goes_on_writing() {
        let tree = Launch::new("sh").args(["-c", "yes & exit 3"]).start().unwrap();
        let ended = tree.wait(Instant::now() + Duration::from_secs(10), |view| view.ended);
        assert_eq!(ended.unwrap().0, Ended::Exited(3));
    }

    #[test]
    fn a_program_on_a_terminal_is_typed_to_and_sees_its_size() {
        let launch = Launch::new("sh")
            .args(["-c", "tty >/dev/null && stty size && read line && echo \"got $line\""]);
        let mut tree = launch.stdin(Input::Terminal { rows: 24, columns: 80 }).start().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let shows = |tree: &super::Tree, words: &str| {
            tree.wait(deadline, |view| view.stdout.text().contains(words).then_some(())).is_some()
        };
        assert!(shows(&tree, "24 80"));
        tree.write(b"hello\n").unwrap();
        assert!(shows(&tree, "got hello"));
        assert_eq!(tree.wait(deadline, |view| view.ended).unwrap().0, Ended::Exited(0));
    }
}
