//! The worker that was started 1440 times: solved
//!
//! What sysinfo calls the name of a process is the kernel's command name, and that has room for 15
//! bytes. `settlement-worker-eu` has 20. So it is compared with what the kernel knows in full: the
//! file that the process executes.

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;

use sysinfo::{Error, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

fn main() -> Result<ExitCode, Error> {
    let name = env::args_os().nth(1).unwrap_or_else(|| OsString::from("settlement-worker-eu"));
    let shown = name.display();

    let pids = running(&name)?;
    if pids.is_empty() {
        println!("{shown}: not running");
        return Ok(ExitCode::FAILURE);
    }
    let list = pids.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    println!("{shown}: {} running, pid {list}", pids.len());
    Ok(ExitCode::SUCCESS)
}

/// The process ids of those who run the program of this name, in ascending order.
fn running(name: &OsString) -> Result<Vec<u32>, Error> {
    let mut system = System::new()?;
    // `exe` has to be asked for, or it stays `None` and nobody is found at all. `Always`, because a
    // process may execute another program and keep its pid; `OnlyIfNotSet`, the default of many
    // calls, would go on telling the first one. In a `System` that lives for one look it is the same.
    let what = ProcessRefreshKind::nothing().without_tasks().with_exe(UpdateKind::Always);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, what);

    let found = system.processes().values().filter(|process| {
        // The file's own name, in full. `ends_with` on the text of the path would find
        // `my-settlement-worker-eu`, `contains` whatever lies in a folder of that name.
        //
        // Cutting the wanted name to 15 bytes as well finds `settlement-worker-us`, too; that is what
        // pgrep(1) does without `-f`. `pgrep -f`, or a search in `cmd`, finds everybody who has the
        // word among the arguments, often the searcher. And `cmd()[0]` is what the starter, or the
        // process itself, has put there: `postgres: checkpointer`, `-bash`, `sh` for busybox.
        //
        // What `exe` cannot do: it is None for processes that we may not look into, those of other
        // users unless we are root, and for kernel threads. Of a script it says the interpreter. And
        // it is no proof of identity: anybody may call a file so. Who starts a worker keeps its
        // `Child`, or lets systemd keep it; a lock on a pid file says it across restarts.
        //
        // proc_pid_exe(5), proc_pid_comm(5), proc_pid_cmdline(5); sysinfo::Process::exe
        process.exe().and_then(|file| file.file_name()) == Some(name)
    });

    let mut pids: Vec<_> = found.map(|process| process.pid().as_u32()).collect();
    pids.sort_unstable();
    Ok(pids)
}
