//! The watchman who read everybody's diary
//!
//! On a host with 3000 containers each had a small watchman beside it, which looked ten times a
//! second after one process. Half of the machine was busy with that. A watchman alone on a desk took
//! hardly anything; on the host each of them read, at each look, what the kernel had to say about
//! the processes of all the others.
//!
//! What it does: says what a process is doing and how much memory it has, a line every INTERVAL_MS
//! milliseconds, until it is gone:
//!
//! ```text
//! pid 4711: Sleeping, 12 MiB
//! pid 4711: Stopped, 12 MiB
//! pid 4711 is gone
//! ```
//!
//! What it should do: just that, with both figures fresh in each line, at a cost that does not depend
//! on who else is on the machine.
//!
//! By hand; the second command counts the system calls of a second:
//!
//! ```text
//! cargo run -q -p monitoring --bin refresh_only_needed -- $$
//! timeout 1 strace -c -f target/debug/refresh_only_needed $$
//! ```
//!
//! INTERVAL_MS is 100 unless you set it.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::{Pid, System};

fn main() -> Result<(), Box<dyn Error>> {
    let pid: Pid = env::args().nth(1).ok_or("usage: refresh_only_needed PID")?.parse()?;
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(100);

    let mut system = System::new_all()?;
    loop {
        // TODO: what is read here, and how much of it is used below?
        system.refresh_all();

        let Some(process) = system.process(pid) else {
            println!("pid {pid} is gone");
            return Ok(());
        };
        println!("pid {pid}: {}, {} MiB", process.status(), process.memory() / 1024 / 1024);
        thread::sleep(Duration::from_millis(interval));
    }
}
