//! A supervisor in a process of its own.
//!
//! The runner may be killed with SIGKILL, and then none of its clean-up runs. So it starts what it
//! starts through a warden: a small process that ends the whole tree as soon as its standard input
//! ends, which the kernel sees to when the runner dies, however it dies. A warden also makes a
//! temporary folder for what it runs (`TMPDIR`) and removes it.
//!
//! The runner's own executable serves as the warden ([`FLAG`] is its first argument), so there is
//! nothing more to build and nothing to look for.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use super::launch::{Input, Launch, Sink};
use super::scratch::Scratch;
use super::view::{Ended, View};
use super::{Session, sweep};

/// First argument of a process that is to be a warden.
pub const FLAG: &str = "--warden";

/// The exit status of a warden whose command could not be started, as in a shell.
pub const NOT_STARTED: u8 = 127;

/// A warden has no deadline of its own; whoever started it has.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// A launch of `program` under a warden. `executable` is a program whose `main` begins with
/// [`main_if_asked`]; add the program's arguments with [`Launch::arg`]. The warden ends with the
/// program's status, or 128 and the signal's number, as a shell tells it.
pub fn launch(executable: impl AsRef<OsStr>, program: impl AsRef<OsStr>) -> Launch {
    Launch::new(executable).arg(FLAG).arg(program).ends_at_eof()
}

/// This very executable, even when its file was replaced by a newer build.
#[must_use]
pub fn this_executable() -> OsString {
    if cfg!(target_os = "linux") {
        return "/proc/self/exe".into();
    }
    std::env::current_exe()
        .map_or_else(|_| std::env::args_os().next().unwrap_or_default(), Into::into)
}

/// Serves as a warden if the first argument says so; the caller then ends with the code.
#[must_use]
pub fn main_if_asked() -> Option<ExitCode> {
    let mut args = std::env::args_os().skip(1);
    if args.next()? != FLAG {
        return None;
    }
    Some(serve(args.collect()))
}

fn serve(command: Vec<OsString>) -> ExitCode {
    // Where orphans cannot be adopted, the group is swept all the same.
    let _ = sweep::adopt_orphans();
    let Some((program, args)) = command.split_first() else { return ExitCode::from(2) };
    let scratch = match Scratch::new() {
        Ok(scratch) => scratch,
        Err(error) => {
            eprintln!("no temporary folder under {}: {error}", std::env::temp_dir().display());
            return ExitCode::from(NOT_STARTED);
        }
    };
    let started = Launch::new(program)
        .args(args)
        .env("TMPDIR", scratch.path())
        .stdin(Input::Null)
        .stdout(Sink::Inherited)
        .stderr(Sink::Inherited)
        .session(Session::OwnGroup)
        .dies_with_this_thread()
        .start();
    let mut tree = match started {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("cannot start {}: {error}", program.display());
            return ExitCode::from(NOT_STARTED);
        }
    };
    let remote = tree.remote();
    thread::spawn(move || {
        // Nothing is ever sent: the read returns when the other end is closed.
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        remote.cancel();
    });
    let over =
        |view: &View| view.ended.map(|(ended, _)| Some(ended)).or(view.cancelled.then_some(None));
    let ended = tree.wait(Instant::now() + A_YEAR, over).flatten();
    tree.end();
    drop(scratch);
    match ended {
        Some(Ended::Exited(code)) => ExitCode::from(u8::try_from(code).unwrap_or(1)),
        Some(Ended::Killed(signal)) => ExitCode::from(u8::try_from(128 + signal).unwrap_or(1)),
        None => ExitCode::from(1),
    }
}
