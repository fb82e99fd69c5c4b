//! What the threads of one running program share, and the threads that read what it writes.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::view::{Ended, View};
use crate::report::Stream;
use crate::until::pause;

/// How long our own threads may take to read what an ended program has left in its pipes. Somebody
/// whom it started may write on and on, so that they are never empty.
const LEFT: Duration = Duration::from_millis(200);

/// A running program, as all its threads see it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    view: Mutex<View>,
    pub(super) changed: Condvar,
    /// The ends that are read. Their owners are the reading threads, which let go of them only with
    /// the view locked.
    ends: Mutex<[Weak<File>; 2]>,
}

impl Shared {
    pub(super) fn lock(&self) -> MutexGuard<'_, View> {
        // A poisoned lock means that a pump panicked; the view is still whole.
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self, how: impl FnOnce(&mut View)) {
        how(&mut self.lock());
        self.changed.notify_all();
    }

    pub(super) fn ends(&self) -> MutexGuard<'_, [Weak<File>; 2]> {
        self.ends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of the program's end, but not before what it had written by then: else whoever looks
    /// sees a program that ended without a word.
    pub(super) fn tell_end(&self, ended: Ended, at: Instant) {
        loop {
            let mut view = self.lock();
            if !self.has_unread(&view) || at.elapsed() > LEFT {
                view.ended = Some((ended, at));
                drop(view);
                return self.changed.notify_all();
            }
            drop(view);
            pause(Duration::from_millis(1));
        }
    }

    /// Whether a stream that is read has something that was not. With the view locked, nobody is in
    /// the middle of reading.
    fn has_unread(&self, view: &View) -> bool {
        let ends = self.ends();
        let is_unread = |(end, is_held): (&Weak<File>, &bool)| {
            !is_held && end.upgrade().is_some_and(|end| is_readable(&end, PollTimeout::ZERO))
        };
        ends.iter().zip(&view.held).any(is_unread)
    }
}

/// Reads one stream for as long as anybody can write to it.
pub(super) fn pump(shared: &Shared, stream: Stream, read_end: Arc<File>, keep: usize) {
    let index = stream as usize;
    let mut view = shared.lock();
    while view.held[index] && !view.shut[index] {
        view = shared.changed.wait(view).unwrap_or_else(PoisonError::into_inner);
    }
    let mut is_open = !view.shut[index];
    drop(view);
    let mut buffer = vec![0; 64 * 1024];
    while is_open {
        // An interrupted poll(2) is one more turn.
        if !is_readable(&read_end, PollTimeout::NONE) {
            continue;
        }
        let mut view = shared.lock();
        match (&*read_end).read(&mut buffer) {
            Ok(0) => is_open = false,
            // What is thrown away is nothing new to whoever waits: a flood must not wake them.
            Ok(count) => {
                let is_kept = view.stream_mut(stream).take(&buffer[..count], keep);
                drop(view);
                if is_kept {
                    shared.changed.notify_all();
                }
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Nothing more is to be had from it: a terminal whose other side is closed gives EIO.
            Err(_) => is_open = false,
        }
    }
    shared.change(|view| {
        // Before it is said to be closed.
        drop(read_end);
        view.held[index] = false;
        view.stream_mut(stream).close();
    });
}

/// Whether a read(2) would give something, end of file and errors included; waits until then for this
/// time.
fn is_readable(end: &File, within: PollTimeout) -> bool {
    let mut wanted = [PollFd::new(end.as_fd(), PollFlags::POLLIN)];
    poll(&mut wanted, within).map_or_else(|error| error != Errno::EINTR, |ready| ready > 0)
}
