//! The deployment that hung at "stopping"
//!
//! A deployment stops the old worker before it starts the new one. In the beginning it did so by
//! `kill -9`, and with each deployment the orders were lost that the worker had in hand. So it came
//! to ask by SIGTERM, and to wait. That went well until a worker hung in its own clean-up. The
//! deployment waited for it from nine in the evening until six in the morning, and in all that time
//! there was neither an old worker nor a new one.
//!
//! What it does: takes orders on its standard input. `start ARGS` starts a worker with these
//! arguments, `stop` stops it; at the end of the input a worker that is still there is stopped, too.
//!
//! ```text
//! started 4712
//! stopping 4712, it has 30000 ms
//! stopped: exit status: 0               it came to its own end
//! stopped: signal: 9 (SIGKILL)          it did not
//! ```
//!
//! What `stop` should do: ask the worker to end, and answer as soon as it has. A worker that is at
//! work when its time is over is ended by force. After the answer nothing of it is left, not even a
//! zombie; and while it waits, this program leaves the processor to the worker.
//!
//! By hand, typing `start 600`, `stop`; and, with CHILD=sh, `start ./deaf`, `stop`, where `deaf` has
//! this line in it: trap "" TERM; exec sleep 600
//!
//! ```text
//! GRACE_MS=3000 cargo run -q -p processes --bin stop_escalation
//! ```
//!
//! CHILD is the worker, `sleep` unless set. GRACE_MS is its time to end, 30000 ms unless set.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;
use std::{env, io};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn main() -> io::Result<()> {
    let command = env::var_os("CHILD").unwrap_or_else(|| "sleep".into());
    let grace = env::var("GRACE_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(30_000);
    let grace = Duration::from_millis(grace);
    let mut worker: Option<Child> = None;

    println!("ready");
    for line in io::stdin().lines() {
        let line = line?;
        let mut words = line.split_whitespace();
        match (words.next(), worker.take()) {
            (Some("start"), None) => {
                let child = Command::new(&command).args(words).stdin(Stdio::null()).spawn()?;
                println!("started {}", child.id());
                worker = Some(child);
            }
            (Some("stop"), Some(child)) => println!("stopped: {}", stop(child, grace)?),
            (_, unchanged) => {
                println!("not possible now: {line}");
                worker = unchanged;
            }
        }
    }
    if let Some(child) = worker {
        println!("stopped: {}", stop(child, grace)?);
    }
    Ok(())
}

/// Stops a worker, and says how it ended.
fn stop(mut worker: Child, grace: Duration) -> io::Result<ExitStatus> {
    println!("stopping {}, it has {} ms", worker.id(), grace.as_millis());
    kill(Pid::from_raw(worker.id() as i32), Signal::SIGTERM)?;
    // TODO: it has `grace`, says the line above. What if it takes longer?
    worker.wait()
}
