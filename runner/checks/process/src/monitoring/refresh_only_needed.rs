use std::fs;
use std::time::Instant;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::until::{secs, until};

use super::decoys;

/// Processes that are added to the machine.
const ADDED: u32 = 40;
/// Threads of one process that is added after them.
const THREADS: u32 = 150;
/// Lines over which reads are counted.
const LOOKS: usize = 6;
/// Reads of a look for each process that is added. Who asks for all needs five and more, who asks
/// for one none; those that begin and end meanwhile elsewhere on the machine are few beside these.
const ALLOWED: f64 = 0.25;

/// A look at one process costs the same whoever else is on the machine.
pub(crate) fn refresh_only_needed(case: &mut Case) -> CheckResult {
    case.matters(
        "what grows with the machine costs nothing on the desk where it is written, and a processor \
         on the host where hundreds of it run",
    );
    case.step("watch a process");
    let watched = decoys::start(case.decoy()?.args(["--mib", "20"]))?;
    decoys::is_ready(&watched)?;
    let pid = watched.pid();
    let program = case.program().arg(pid.to_string()).env("INTERVAL_MS", "5").start()?;
    let line = lines(&program, pid, 3)?;
    let mib = process::resident(pid).unwrap_or(0) >> 20;
    let said = line.rsplit_once(", ").and_then(|(_, size)| size.strip_suffix(" MiB")?.parse().ok());
    let observed = format!("pid {pid} has {mib} MiB, and {line:?} was said");
    let is_said = said.is_some_and(|said: u64| said.abs_diff(mib) <= 1);
    case.expect(is_said, "its memory is said", observed)?;

    case.step("stop the process, and look whether that is seen");
    let frozen = watched.freeze()?;
    // One line may have been on its way.
    let line = lines(&program, pid, 3)?;
    let observed = format!("pid {pid} was stopped, and {line:?} was said three lines later");
    case.expect(line.starts_with("Stopped, "), "every line is fresh", observed)?;
    drop(frozen);

    case.step(&format!("count the reads of a look, then with {ADDED} more processes, then with {THREADS} more threads"));
    let alone = cost(&program, pid)?;
    let crowd = decoys::start(case.decoy()?.args(["--crowd", &ADDED.to_string()]))?;
    decoys::is_ready(&crowd)?;
    let crowded = cost(&program, pid)?;
    let threads = decoys::start(case.decoy()?.args(["--threads", &THREADS.to_string()]))?;
    decoys::is_ready(&threads)?;
    let threaded = cost(&program, pid)?;

    // Who else has come or gone meanwhile is counted, too.
    let each = (crowded.reads - alone.reads) / (crowded.processes - alone.processes).max(20.0);
    let of_processes = each * (threaded.processes - crowded.processes);
    let each_thread = (threaded.reads - crowded.reads - of_processes) / f64::from(THREADS);
    let threads = match each_thread {
        each if each > 1.5 => format!("{each:.1} for each thread"),
        _ => "none for its threads".to_owned(),
    };
    let observed = format!(
        "a look took {:.0} reads, and with {ADDED} more processes {:.0}: {each:.1} for each process on \
         the machine, and {threads}",
        alone.reads, crowded.reads
    );
    let expected = "the number of reads does not depend on how many processes there are";
    // A slope can be hidden by others who leave; that fewer reads are made than there are processes
    // cannot be true of who reads something of each.
    let few = crowded.reads < crowded.processes;
    case.expect(few && each < ALLOWED && each_thread < ALLOWED, expected, observed)?;

    case.step("end the process");
    drop(watched);
    program.prints(&format!("pid {pid} is gone"), secs(2))?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "a look took {:.0} reads, {:.0} with {ADDED} more processes on the machine, and {:.0} with \
         {THREADS} more threads",
        alone.reads, crowded.reads, threaded.reads
    ))
}

/// Waits for `more` lines on the process, and says what stands in the last of them.
fn lines(program: &Running, pid: i32, more: usize) -> Result<String, Stop> {
    let prefix = format!("pid {pid}: ");
    let figures = |line: &str| line.strip_prefix(&prefix).map(str::to_owned);
    let so_far = program.stdout_lines().iter().filter_map(|line| figures(line)).count();
    let what = "a line with figures, every INTERVAL_MS milliseconds";
    program.prints_nth(so_far + more, what, secs(3), figures)
}

/// What a look costs, and how many processes there are meanwhile, in the mean.
struct Cost {
    reads: f64,
    processes: f64,
}

fn cost(program: &Running, pid: i32) -> Result<Cost, Stop> {
    // Behind a line the program sleeps: so no look is counted by half.
    lines(program, pid, 1)?;
    let printed = || program.stdout_lines().len();
    let (before, reads_before) = (printed(), reads(program, pid)?);
    let began = Instant::now();
    let mut processes = Vec::new();
    until(secs(6), || {
        processes.push(count_processes());
        let looks = printed() - before;
        // Where a look takes that long it has many reads, and two looks say enough.
        let enough = if began.elapsed() < secs(1) { LOOKS } else { 2 };
        (looks >= enough || program.ended().is_some()).then_some(())
    });
    if printed() - before < 2 {
        // It has ended, or come to a halt, which this says.
        lines(program, pid, 2)?;
    }
    let (looks, reads) = (printed() - before, reads(program, pid)? - reads_before);
    Ok(Cost {
        reads: reads as f64 / looks as f64,
        processes: processes.iter().sum::<usize>() as f64 / processes.len() as f64,
    })
}

fn reads(program: &Running, pid: i32) -> Result<u64, Stop> {
    if let Some(count) = process::read_calls(program.pid()) {
        return Ok(count);
    }
    // Of a program that has ended nothing is counted, and this says so.
    lines(program, pid, 1)?;
    let reason = "the kernel does not count the program's reads (`syscr` in /proc/PID/io)";
    Err(Stop::unknown(reason, "run it on a kernel with CONFIG_TASK_IO_ACCOUNTING"))
}

/// How many processes there are at the moment.
fn count_processes() -> usize {
    let is_pid = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = fs::read_dir("/proc").into_iter().flatten().flatten();
    names.filter(|entry| entry.file_name().to_str().is_some_and(is_pid)).count()
}
