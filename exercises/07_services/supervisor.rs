//! The barrier that stayed shut
//!
//! A supervisor keeps the program alive that lifts the barrier of a car park: when it ends, it is
//! started again. Three calls to the person on duty, in one summer:
//!
//! - The barrier stayed shut. The program had crashed five times in eleven weeks, always after days
//!   of work, and after the fifth time the supervisor gave up.
//! - A technician stopped the supervisor while it paused after a crash, and opened the motor's case.
//!   Half a minute later the program was started, and the barrier moved.
//! - After a crash the new program could not open the camera. A helper of the old one had it open:
//!   the program was gone, the helper was not. It was the same after a stop.
//!
//! What it does: runs COMMAND, and runs it again PAUSE_MS after it has ended. It gives up, with
//! status 3, when COMMAND has ended five times in a row sooner than FAST_MS after its start: then
//! something is wrong that no restart mends. At SIGTERM or SIGINT it stops COMMAND, and ends with
//! status 0.
//!
//! ```text
//! ready
//! started, pid 4712
//! ended, exit status: 1
//! next start in 1000 ms
//! given up                                            with status 3
//! stopping
//! stopped                                             with status 0
//! ```
//!
//! What it should do: just that. A run of FAST_MS or more shows that the program works, so only fast
//! ends after it count. A stop is heard at any time, also in a pause, and nothing is started after
//! it. When COMMAND is stopped or has ended, all that it has started is asked to end as well, by
//! SIGTERM, and what is still there after GRACE_MS is killed, before anything is started again.
//!
//! By hand, and what to type in another terminal (FAST_MS and PAUSE_MS are 1000 unless set, GRACE_MS
//! 10 000):
//!
//! ```text
//! PAUSE_MS=30000 cargo run -q -p services --bin supervisor -- sh -c 'sleep 1000 & sleep 5'
//! pkill -TERM -x supervisor; ps -o pid,ppid,pgid,args -C sleep
//! ```

use std::process::{Child, Command, ExitCode, ExitStatus};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};
use std::{env, io, thread};

use nix::sys::signal::{Signal, kill};
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

    // TODO: three faults, one for each call. The verdict lists the rules that do not hold yet.
    let mut fast_ends = 0;
    loop {
        let begun = Instant::now();
        let mut child = Command::new(&command[0]).args(&command[1..]).spawn()?;
        println!("started, pid {}", child.id());
        let Some(status) = watch(&mut child, &signals)? else {
            stop(&mut child, grace)?;
            return Ok(ExitCode::SUCCESS);
        };
        println!("ended, {status}");

        if begun.elapsed() < fast {
            fast_ends += 1;
        }
        if fast_ends == MOST_FAST_ENDS {
            println!("given up");
            return Ok(ExitCode::from(3));
        }
        println!("next start in {} ms", pause.as_millis());
        thread::sleep(pause);
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

/// Asks the child to end, waits for as long as it may take, then kills it.
fn stop(child: &mut Child, grace: Duration) -> io::Result<()> {
    println!("stopping");
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM)?;
    let deadline = Instant::now() + grace;
    while child.try_wait()?.is_none() {
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    println!("stopped");
    Ok(())
}

/// The signals that concern us, as messages: one for each time that the signal was seen.
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
