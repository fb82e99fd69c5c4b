//! The deployment that hung at "stopping": solved
//!
//! SIGTERM is a request: a process may handle it, ignore it, or be unable to get to it. SIGKILL is
//! none, and leaves no time for anything. So both, in that order, with a limited time in between; and
//! at the end a wait without limit, as after SIGKILL it is the kernel that keeps the promise.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, io, thread};

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
    // To the number of a child that has not been waited for: it is there, if only as a zombie, so the
    // number cannot be anybody else's. After a wait it could. `Child::kill` knows whether it has waited,
    // but sends SIGKILL alone.
    kill(Pid::from_raw(worker.id() as i32), Signal::SIGTERM)?;

    // std has no wait with a time limit. To ask again and again is the plain way, and portable. The
    // pauses begin small, so that a quick end is answered quickly, and grow, so that a slow one costs
    // little; without any pause the loop would take a processor from the worker that is to finish.
    // One sleep over the whole of `grace` would make every stop as slow as the worst.
    let deadline = Instant::now() + grace;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = worker.try_wait()? {
            return Ok(status);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(50));
    }

    // It has had its time. A child that ends just now is no error: to a zombie SIGKILL does nothing.
    worker.kill()?;
    // And not without this: killed is not reaped. It also brings the true status, which is that of a
    // worker that made it in the last moment, or signal 9.
    //
    // Other ways to wait with a limit: on Linux a pidfd, which poll(2) takes together with a timeout
    // (pidfd_open(2), `rustix::process::pidfd_open`); `tokio::time::timeout` around tokio's
    // `Child::wait`; a SIGCHLD and sigtimedwait(2). How long is for the caller to say: systemd takes
    // 90 s unless told otherwise (TimeoutStopSec), Kubernetes 30 s, `docker stop` 10 s.
    //
    // signal(7), kill(2), wait(2); std::process::Child::try_wait
    worker.wait()
}
