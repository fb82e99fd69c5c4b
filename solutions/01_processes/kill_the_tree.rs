//! The cancelled job that went on working: solved
//!
//! A process id names one process, and kill(2) with it reaches one process; that the process has
//! children is nothing that the kernel looks at. But kill(2) can also be given a group. So the job
//! gets a process group of its own from the start, and is ended as a group.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::{env, io};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

fn main() -> io::Result<ExitCode> {
    let script = env::args().nth(1).unwrap_or_else(|| "sleep 600; echo delivered".to_string());
    // process_group(0): "a new group, numbered after the child". It is set in the child before the
    // script runs, so everything that the script starts is born into it. Setting it from here once
    // `spawn` has returned is too late: the child has executed `sh` by then, and setpgid(2) refuses
    // (EACCES).
    //
    // The price is at the terminal: Ctrl-C goes to the foreground group alone, which the job now is
    // not in. A program that wants that has to hand SIGINT on.
    let mut job =
        Command::new("sh").arg("-c").arg(script).stdin(Stdio::null()).process_group(0).spawn()?;
    println!("job started, pid {}", job.id());

    if order()? == Order::Cancel {
        end(&mut job)?;
        println!("job cancelled");
        Ok(ExitCode::SUCCESS)
    } else {
        let status = status_for_caller(job.wait()?);
        println!("job ended with status {status}");
        Ok(ExitCode::from(status))
    }
}

/// Ends every process of the job.
fn end(job: &mut Child) -> io::Result<()> {
    // The group's number is the job's pid, as the job was made its leader. `Child::kill` would still
    // mean the leader only: having a group changes nothing about that.
    //
    // Never `kill(0, ..)`: 0 is the caller's own group, and the caller is in it. timeout(1) from
    // GNU does that, but it moves into a group of its own first and ignores the signal itself.
    //
    // SIGKILL, as the promise is that nothing runs any more; SIGTERM can be ignored. Kinder is
    // SIGTERM to the group, a limited wait, then SIGKILL to the group.
    let group = i32::try_from(job.id()).map_err(io::Error::other)?;
    killpg(Pid::from_raw(group), Signal::SIGKILL)?;

    // Signal first, wait afterwards. Once the leader has been waited for, its number is free when
    // the group is empty, and a killpg could hit a stranger. The wait reaps the leader; the others
    // are not our children, and init, or the nearest subreaper, reaps them.
    job.wait()?;

    // What this does not reach is a process that has left the group, by setsid(2) or setpgid(2):
    // daemons do, and so do interactive shells with their jobs. Who must reach those too puts the
    // job into a cgroup (cgroups(7), `cgroup.kill`; systemd does this for every service), into a
    // PID namespace (pid_namespaces(7): everything ends with its init), or makes itself the
    // subreaper (prctl(2), PR_SET_CHILD_SUBREAPER) and ends whatever it is handed.
    //
    // kill(2), setpgid(2), credentials(7) under "Process group ID and session ID"
    Ok(())
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
