//! A file that takes as long to open as we like.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use harness::check::Case;
use nix::fcntl::OFlag;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

/// A FIFO without a reader: who opens it for writing sleeps in open(2) until we read (fifo(7)).
pub(super) struct Fifo {
    pub(super) path: PathBuf,
}

impl Fifo {
    pub(super) fn new(case: &Case) -> nix::Result<Self> {
        let path = case.folder().join(case.word());
        mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        Ok(Self { path })
    }

    /// Lets the writer go on. Reading never sleeps: without a writer it finds the end, and
    /// [`io::ErrorKind::WouldBlock`] while one has written nothing.
    pub(super) fn reader(&self) -> io::Result<File> {
        OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(&self.path)
    }
}
