//! The pool that grew smaller
//!
//! Pictures are converted by a pool of workers. Now and then a picture is too much for one of them,
//! and then the supervisor writes a line and starts another in its place. That had been tried often,
//! and it worked each time. In the first winter the machine ran short of memory, and three of six
//! workers were ended at the same moment. There was one line in the log, and from that night on the
//! pool had four workers. By spring it had one.
//!
//! What it does: starts SIZE workers, and waits for signals. When workers have ended (SIGCHLD) it
//! says how, and starts others in their places; at SIGTERM it ends them all, and itself. What it
//! should print, with one line for each worker that has ended:
//!
//! ```text
//! ready: 6 workers of 4711
//! worker 4712 ended by signal 9, 4718 takes its place
//! worker 4713 ended with status 3, 4719 takes its place
//! stopped
//! ```
//!
//! By hand (a worker is `sleep 600` unless you name another command), and then from another terminal
//! all at once, while the supervisor cannot look; 4711 stands for the number that it prints:
//!
//! ```text
//! cargo run -q -p processes --bin sigchld_coalesced -- 6 sleep 600
//! kill -STOP 4711; pkill -KILL -P 4711; kill -CONT 4711
//! ps -o pid,stat,args --ppid 4711
//! ```

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

    // Before the first start, or a worker that ends at once would end unheard.
    let mut signals = Signals::new([SIGCHLD, SIGTERM])?;
    let mut pool = (0..size).map(|_| start(&command)).collect::<io::Result<Vec<_>>>()?;
    println!("ready: {size} workers of {}", process::id());

    for signal in &mut signals {
        if signal == SIGTERM {
            break;
        }
        // TODO: a worker has ended, says the signal. One?
        if let Some(ended) = ended()? {
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
