//! The pool that grew smaller: solved
//!
//! A standard signal is not a message, it is a bit: pending or not (signal(7)). The second worker to
//! end finds it set already, and when the supervisor comes to look there is one SIGCHLD for three
//! workers. So a SIGCHLD says that at least one child has changed, and the only way to learn how many
//! is to ask until there is no other. `if` becomes `while`.

use std::process::{self, Command};
use std::{env, io};

use nix::errno::Errno;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGTERM};
use signal_hook::iterator::Signals;

fn main() -> io::Result<()> {
    let mut words = env::args().skip(1);
    let size = words.next().and_then(|size| size.parse().ok()).unwrap_or(6);
    let mut command: Vec<String> = words.collect();
    if command.is_empty() {
        command = ["sleep", "600"].map(String::from).to_vec();
    }

    // Before the first start, or a worker that ends at once would end unheard. `Signals` has a
    // handler that sets a bit of its own and writes a byte into a socket, on which the loop below
    // sleeps: here everything may be done, as this is no handler.
    let mut signals = Signals::new([SIGCHLD, SIGTERM])?;
    let mut pool = (0..size).map(|_| start(&command)).collect::<io::Result<Vec<_>>>()?;
    println!("ready: {size} workers of {}", process::id());

    for signal in &mut signals {
        if signal == SIGTERM {
            break;
        }
        // Until nobody is left who has ended. It may be that nobody is found at all: a worker that
        // ended during the last round was reaped in it, and its signal comes now. That is no error.
        //
        // Counting the signals does not help, as those that merged are not there to be counted;
        // neither does `si_pid`, which signal-hook's `WithOrigin` brings, as it is the pid of one.
        while let Some(ended) = ended()? {
            replace(&mut pool, ended, &command)?;
        }
    }

    for &worker in &pool {
        kill(worker, Signal::SIGTERM)?;
        waitpid(worker, None)?;
    }
    println!("stopped");
    Ok(())
}

/// Starts a worker. The kernel remembers it for us, and wait(2) tells how it ended.
fn start(command: &[String]) -> io::Result<Pid> {
    let worker = Command::new(&command[0]).args(&command[1..]).spawn()?;
    Ok(Pid::from_raw(worker.id() as i32))
}

/// Asks for a worker that has ended, without waiting for one that has not.
///
/// WNOHANG: without it the loop above would sleep here as soon as nobody else has ended, and SIGTERM
/// would have to wait for the next bad picture. And StillAlive has to end the loop, as it is an `Ok`:
/// `while let Ok(_) = waitpid(..)` turns round and round until there is no child left.
///
/// The first argument, `None` (-1 in wait(2)), means any child. That is right where all children
/// belong to this loop; beside a `Child` whose `wait` is called elsewhere it takes what that one waits
/// for (exercise reaper_steals). With a list of `Child` one asks each: `try_wait` on all of them, at
/// every SIGCHLD.
///
/// SIG_IGN for SIGCHLD leaves no zombies and no status, and sends no signal: the pool would never hear
/// of a worker's end.
///
/// signal(7) under "Queueing and delivery semantics", wait(2) under NOTES; a signalfd(2) merges them,
/// too, and a pidfd for each worker (pidfd_open(2)) does not.
fn ended() -> nix::Result<Option<WaitStatus>> {
    match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
        Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => Ok(None),
        ended => ended.map(Some),
    }
}

/// Starts another worker in the place of one that has ended.
fn replace(pool: &mut [Pid], ended: WaitStatus, command: &[String]) -> io::Result<()> {
    let Some(place) = pool.iter_mut().find(|worker| Some(**worker) == ended.pid()) else {
        return Ok(());
    };
    let (worker, other) = (*place, start(command)?);
    match ended {
        WaitStatus::Exited(_, status) => print!("worker {worker} ended with status {status}"),
        WaitStatus::Signaled(_, signal, _) => {
            print!("worker {worker} ended by signal {}", signal as i32)
        }
        other => print!("worker {worker}: {other:?}"),
    }
    println!(", {other} takes its place");
    *place = other;
    Ok(())
}
