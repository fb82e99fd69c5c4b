//! The stop script that ended the wrong process
//!
//! A service leaves its process id in a file, so that the stop script can say
//! `kill $(cat service.pid)`. The file used to be written by a small helper script that the service
//! started first, and in which stood `echo $PPID`: the process that started me, that is, the
//! service. When the helper was given up, its line was translated into Rust word for word and moved
//! into the service. At the next release the stop script ended the shell in which the release was
//! running. The old service went on serving.
//!
//! What it does: writes a process id into PID_FILE, prints `ready`, and answers each line of its
//! standard input with `handled LINE`. At the line `stop`, or when the input ends, it removes
//! PID_FILE and ends with status 0.
//!
//! What it should do: all that, with the right process in the file: one number and a newline, as a
//! stop script wants it.
//!
//! By hand, in one terminal and then in another:
//!
//! ```text
//! cargo run -q -p intro --bin its_own_pid
//! ps -o pid,ppid,stat,args -p "$(cat /tmp/service.pid)"
//! ```
//!
//! PID_FILE is `service.pid` in the folder for temporary files unless you set it.

use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let pid_file = match env::var_os("PID_FILE") {
        Some(file) => PathBuf::from(file),
        None => env::temp_dir().join("service.pid"),
    };

    // TODO: whose process id is this?
    let pid = parent_id();
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
