//! The barrier that stayed shut: solved
//!
//! Three rules for whoever restarts others. A limit on restarts needs something that resets it. Each
//! place where a supervisor waits has to hear the stop, the pause included. And what is stopped is
//! everything that was started, not its first process.

use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, io, thread};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use signal_hook::consts::{SIGCHLD, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// So many fast ends in a row, and a restart is no cure.
const MOST_FAST_ENDS: u32 = 5;

fn main() -> io::Result<ExitCode> {
    let fast = time("FAST_MS", 1000);
    let pause = time("PAUSE_MS", 1000);
    let grace = time("GRACE_MS", 10_000);
    let mut command: Vec<String> = env::args().skip(1).collect();
    if command.is_empty() {
        command = ["sh", "-c", "sleep 1000 & sleep 5"].map(String::from).to_vec();
    }

    let signals = listen()?;
    println!("ready");

    let mut fast_ends = 0;
    loop {
        let begun = Instant::now();
        // A group of its own, from before it executes: all that it starts is born into the group
        // (`kill_the_tree`). Ctrl-C in the terminal no longer reaches it, so we hand SIGINT on, as
        // a stop; were it still in our group, it would get two.
        let mut child = Command::new(&command[0]).args(&command[1..]).process_group(0).spawn()?;
        println!("started, pid {}", child.id());
        let Some(status) = watch(&mut child, &signals)? else {
            println!("stopping");
            end(&mut child, grace)?;
            println!("stopped");
            return Ok(ExitCode::SUCCESS);
        };
        // Taken now: the time that its helpers are given is not time for which it has worked.
        let ran = begun.elapsed();
        println!("ended, {status}");
        // Its helpers may be at work yet, with its port, its camera, its lock.
        end(&mut child, grace)?;

        // "In a row": one run that was long enough, and the count begins anew. Reset at each start,
        // it never reaches five; never reset, it counts the crashes of a lifetime. systemd says the
        // same thing as a rate: more than StartLimitBurst= starts in StartLimitIntervalSec=.
        //
        // How long it ran, not how it ended: a program that exits with 0 at once is restarted for
        // ever otherwise.
        fast_ends = if ran < fast { fast_ends + 1 } else { 0 };
        if fast_ends == MOST_FAST_ENDS {
            println!("given up");
            return Ok(ExitCode::from(3));
        }
        println!("next start in {} ms", pause.as_millis());
        if !has_passed(pause, &signals) {
            println!("stopped");
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Waits until the child has ended, and says how; or until somebody wants us to stop: `None`.
fn watch(child: &mut Child, signals: &Receiver<i32>) -> io::Result<Option<ExitStatus>> {
    for signal in signals {
        if signal != SIGCHLD {
            break;
        }
        // SIGCHLD says that a child changed, not which, nor how often: so ask.
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
    }
    Ok(None)
}

/// Waits for that time, and says `true`; or `false`, at once, if somebody wants us to stop.
///
/// `thread::sleep` begins again where a signal has interrupted it, and the message waits in the
/// channel meanwhile. Waiting on the channel is the same pause with an ear. It makes no difference
/// whether the stop came before or during it: a message is not lost, as a signal to a handler that
/// sets a flag just before a sleep would be.
///
/// A fixed pause is enough for one program. Who restarts many that depend on each other doubles it
/// each time up to a limit, and adds some chance, so that they do not all come back at once.
fn has_passed(pause: Duration, signals: &Receiver<i32>) -> bool {
    let end = Instant::now() + pause;
    loop {
        match signals.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => return true,
            // Nobody of ours is left to end; a SIGCHLD can still come late. It is not the stop, and
            // it is no reason to cut the pause short.
            Ok(SIGCHLD) => {}
            Ok(_) | Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

/// Asks all of the child's group to end, waits for as long as they may take, then kills what is
/// left. The child itself may be among them, or have ended.
fn end(child: &mut Child, grace: Duration) -> io::Result<()> {
    let group = Pid::from_raw(child.id().cast_signed());
    signal_all(group, Signal::SIGTERM)?;
    let deadline = Instant::now() + grace;
    loop {
        // The child first: as long as nobody has waited for it, its zombie is in the group.
        let is_waited_for = child.try_wait()?.is_some();
        // "Signal 0" asks, and sends nothing.
        if is_waited_for && killpg(group, None) == Err(Errno::ESRCH) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            break;
        }
        // Here polling is right: it has an end, and nobody tells us of a process that is not our
        // child. What is below it, and outlives it, is given to init (`PR_SET_CHILD_SUBREAPER`
        // would make us the one that it is given to; systemd, tini and this kit do that).
        thread::sleep(Duration::from_millis(10));
    }
    // To the group, also when the child itself is gone: its helpers have had their time as well.
    // Then wait, or the last thing that we leave is a zombie.
    signal_all(group, Signal::SIGKILL)?;
    child.wait()?;
    Ok(())
}

/// Signals every process of the group. That there is none left is what we want, not an error.
///
/// A group keeps its number as long as it has a member, and so does a child that nobody has waited
/// for. When both are gone the number is free, and could be a stranger's by the next call; it takes
/// a round through all process ids. waitid(2) with WNOWAIT, which learns of an end and leaves the
/// zombie in place, closes that gap.
fn signal_all(group: Pid, signal: Signal) -> io::Result<()> {
    match killpg(group, signal) {
        Ok(()) | Err(Errno::ESRCH) => Ok(()),
        Err(errno) => Err(errno.into()),
    }
}

/// The signals that concern us, as messages: one for each time that the signal was seen.
///
/// A helper that leaves the group, by setsid(2), is reached by none of this. systemd, Docker and
/// Kubernetes put a service into a cgroup for that reason: cgroups(7), `cgroup.kill`.
///
/// kill(2), setpgid(2), credentials(7), signal(7); systemd.unit(5) under StartLimitIntervalSec=
fn listen() -> io::Result<Receiver<i32>> {
    let mut signals = Signals::new([SIGCHLD, SIGINT, SIGTERM])?;
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        for signal in signals.forever() {
            if tell.send(signal).is_err() {
                break;
            }
        }
    });
    Ok(told)
}

/// A time in milliseconds from the environment.
fn time(name: &str, default: u64) -> Duration {
    let set = env::var(name).ok().and_then(|text| text.parse().ok());
    Duration::from_millis(set.unwrap_or(default))
}
