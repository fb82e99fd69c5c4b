//! The stop script that ended the wrong process: solved
//!
//! One name changes: `std::process::id()` instead of `parent_id()`.

use std::path::PathBuf;
use std::{env, fs, io, process};

fn main() -> io::Result<()> {
    let pid_file = match env::var_os("PID_FILE") {
        Some(file) => PathBuf::from(file),
        None => env::temp_dir().join("service.pid"),
    };

    // Every process has two numbers of this kind: its own (getpid(2), here `process::id`), and that
    // of the process that it is a child of (getppid(2), `parent_id`). `$PPID` in a helper script
    // was right, as the helper's parent was the service. In the service itself the same words mean
    // whoever started the service: a shell, systemd, `cargo`.
    //
    // Ask the process itself, as here. What people do instead, and what it gives them:
    // - run `sh -c 'echo $$'`: the shell's own id, and the shell has ended before it is read;
    // - look for their own name in the process list: with two instances, somebody else's id;
    // - `thread::current().id()`: a number that only Rust's standard library knows.
    let pid = process::id();

    // Written before `ready` is printed: who waits for that line may read the file at once.
    //
    // A pid file is a promise that ends with the process, but the file does not. After a crash it
    // names a process that is gone, and some day a stranger who got the number. So services hold a
    // lock on their pid file for as long as they live, and supervisors such as systemd need none:
    // they started the process and know its number. pidfd_open(2) is a handle that cannot come to
    // mean a stranger.
    fs::write(&pid_file, format!("{pid}\n"))?;

    println!("ready");
    serve()?;
    fs::remove_file(&pid_file)
}

/// Answers requests until it is told to stop.
fn serve() -> io::Result<()> {
    for line in io::stdin().lines() {
        let request = line?;
        if request == "stop" {
            break;
        }
        println!("handled {request}");
    }
    Ok(())
}
