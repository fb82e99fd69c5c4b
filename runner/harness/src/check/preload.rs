//! Watching a program from inside: a library of ours that is preloaded.
//!
//! It ends a program that calls the allocator in a signal handler, and sends it a signal at a moment
//! that nobody outside can hit; see the package `preload`.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::Path;

use nix::sys::signal::Signal;

use super::case::{Case, beside_us};
use super::program::Program;
use super::running::Running;
use super::stop::Stop;
use crate::report::Stream;
use crate::supervise::{Ended, Launch, output};
use crate::until::secs;

/// What the library says begins with this.
const SAYS: &str = "preload: ";

/// That preloading works here, and with what.
#[derive(Debug)]
pub struct Preload {
    library: String,
}

impl Case {
    /// The library that ends a program which calls the allocator in a signal handler. That it can be
    /// preloaded here, finds what it should and nothing else, is tried first, on a helper.
    ///
    /// # Errors
    /// `Unknown` where it cannot be had: elsewhere than on Linux, with a toolchain that links all
    /// statically, or when it was not built.
    pub fn preload(&self) -> Result<Preload, Stop> {
        let cannot = |why: &str| {
            let reason = format!("calls of malloc in a handler cannot be seen here: {why}");
            Err(Stop::unknown(reason, "cargo run -- doctor"))
        };
        if cfg!(not(target_os = "linux")) {
            return cannot("libraries are preloaded in this way on Linux alone");
        }
        let Ok(built) = beside_us(&format!("{DLL_PREFIX}preload{DLL_SUFFIX}")) else {
            return cannot("this toolchain links all statically, or the library was not built");
        };
        // LD_PRELOAD is a list that is split at spaces and colons, see ld.so(8).
        let link = self.folder().join("preload.so");
        std::os::unix::fs::symlink(&built, &link)?;
        let library = link.to_string_lossy().into_owned();
        let probe = beside_us("preload-probe")?;
        let ended = |mode: &str| -> Result<Ended, Stop> {
            let launch = Launch::new(&probe).arg(mode).env("LD_PRELOAD", &library);
            Ok(output(launch, secs(5))?.ended)
        };
        match (ended("malloc")?, ended("nothing")?) {
            (Ended::Killed(libc::SIGABRT), Ended::Exited(0)) => Ok(Preload { library }),
            (Ended::Exited(0), _) => cannot("a library that is preloaded has no effect"),
            _ => cannot("a program with a library preloaded does not run as it should"),
        }
    }
}

impl Program {
    /// Preloads the library. What it finds ends the program by SIGABRT, and
    /// [`Running::allocated_in_a_handler`] says what it was.
    #[must_use]
    pub fn preloaded(self, preload: &Preload) -> Self {
        self.env("LD_PRELOAD", &preload.library)
    }

    /// Preloads the library, which sends it this signal again and again while its main thread is inside
    /// the allocator, from the time on when it is handled: to be answered in the file `answers`. It is
    /// not sent again before that file has grown; the file `asked` grows by a byte each time.
    #[must_use]
    pub fn asked_in_the_allocator(
        self,
        preload: &Preload,
        signal: Signal,
        answers: &Path,
        asked: &Path,
    ) -> Self {
        let program = self.preloaded(preload).env("PRELOAD_IN_ALLOCATOR", number(signal));
        program.env("PRELOAD_ANSWERS", answers).env("PRELOAD_ASKED", asked)
    }

    /// Preloads the library, which sends it this signal each time that fork(2) has returned to it.
    #[must_use]
    pub fn signalled_at_fork(self, preload: &Preload, signal: Signal) -> Self {
        self.preloaded(preload).env("PRELOAD_AT_FORK", number(signal))
    }
}

fn number(signal: Signal) -> String {
    (signal as i32).to_string()
}

impl Running {
    /// What the preloaded library has found: `malloc was called in the handler of signal 10`.
    #[must_use]
    pub fn allocated_in_a_handler(&self) -> Option<String> {
        let said = self.text(Stream::Stderr);
        said.lines().find_map(|line| line.strip_prefix(SAYS)).map(str::to_owned)
    }
}
