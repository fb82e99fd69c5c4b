//! The cancelled job that went on working
//!
//! On a build server somebody pressed Cancel, the job's page said `cancelled`, and the next job
//! took its place. Two hours later a release was delivered that nobody had built: it was the
//! cancelled job's. Only its shell had been ended. The compiler and the upload that the shell had
//! started had not noticed.
//!
//! What it does: runs a job, that is, a script for `sh`, as one child process, and takes orders on
//! its standard input. `cancel` ends the job, `wait` (or the end of the input) waits until it ends
//! by itself. It then says what happened, and ends:
//!
//! ```text
//! job cancelled                       with status 0
//! job ended with status 7             with the same status
//! ```
//!
//! What it should do: just that; but after `job cancelled` nothing of the job may be running, how
//! many processes it may have started, and however politely one of them would have to be asked.
//!
//! By hand, typing `cancel` in the first terminal, and then looking from the second:
//!
//! ```text
//! cargo run -q -p processes --bin kill_the_tree -- 'sleep 600; echo delivered'
//! ps -o pid,ppid,pgid,stat,args -C sleep
//! ```
//!
//! The script above is the default. A script may say `"$CHILD"`, as every variable of the
//! environment is handed on to it.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::{env, io};

fn main() -> io::Result<ExitCode> {
    let script = env::args().nth(1).unwrap_or_else(|| "sleep 600; echo delivered".to_string());
    // The job gets no standard input: the orders on it are for this program.
    let mut job = Command::new("sh").arg("-c").arg(script).stdin(Stdio::null()).spawn()?;
    println!("job started, pid {}", job.id());

    if order()? == Order::Cancel {
        // TODO: look from another terminal at what this leaves.
        job.kill()?;
        job.wait()?;
        println!("job cancelled");
        Ok(ExitCode::SUCCESS)
    } else {
        let status = status_for_caller(job.wait()?);
        println!("job ended with status {status}");
        Ok(ExitCode::from(status))
    }
}

#[derive(PartialEq)]
enum Order {
    Cancel,
    Wait,
}

/// Reads lines until one is an order.
fn order() -> io::Result<Order> {
    for line in io::stdin().lines() {
        match line?.as_str() {
            "cancel" => return Ok(Order::Cancel),
            "wait" => break,
            other => println!("no such order: {other}"),
        }
    }
    Ok(Order::Wait)
}

/// The status as a shell gives it: what the job said, or 128 and the signal that ended it.
fn status_for_caller(status: ExitStatus) -> u8 {
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    u8::try_from(status).unwrap_or(u8::MAX)
}
