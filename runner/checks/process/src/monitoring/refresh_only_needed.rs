mod cost;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::until::secs;

use super::decoys;
use cost::cost;

/// Processes that are added to the machine.
const ADDED: u32 = 40;
/// Threads of one process that is added after them.
const THREADS: u32 = 150;
/// Reads of a look for each process that is added. Who asks for all needs five and more, who asks
/// for one none; those that begin and end meanwhile elsewhere on the machine are few beside these.
const ALLOWED: f64 = 0.25;

/// A look at one process costs the same whoever else is on the machine.
pub(crate) fn refresh_only_needed(case: &mut Case) -> CheckResult {
    case.matters(
        "whoever goes by the figures of a moment ago restarts what is well again, and leaves alone \
         what is not",
    );
    case.step("watch a process");
    let more = case.number(15..=30);
    let decoy = case.decoy()?.args(["--mib", "20", "--more-mib", &more.to_string()]);
    let mut watched = decoys::start(decoy.with_stdin())?;
    decoys::is_ready(&watched)?;
    let pid = watched.pid();
    let program = case.program().arg(pid.to_string()).env("INTERVAL_MS", "5").start()?;
    let line = lines(&program, pid, 3)?;
    let mib = size(pid);
    let observed = format!("pid {pid} has {mib} MiB, and {line:?} was said");
    case.expect(says(&line, mib), "its memory is said", observed)?;

    case.step("have it take more memory, stop it, and look whether both are seen");
    let bigger = grow(&mut watched)?;
    let frozen = watched.freeze()?;
    // One line may have been on its way.
    let line = lines(&program, pid, 3)?;
    let observed = format!("pid {pid} was stopped, and {line:?} was said three lines later");
    case.expect(line.starts_with("Stopped, "), "every line is fresh", observed)?;
    let observed = format!(
        "pid {pid} had {mib} MiB, has {bigger} by now, and {line:?} was said three lines later"
    );
    case.expect(says(&line, bigger), "every line is fresh", observed)?;
    drop(frozen);

    case.matters(
        "what grows with the machine costs nothing on the desk where it is written, and a processor \
         on the host where hundreds of it run",
    );
    case.step(&format!("count the reads of a look, then with {ADDED} more processes, then with {THREADS} more threads"));
    let reads = costs_the_same(case, &program, pid)?;

    case.matters("a process that is still shown when it is gone is one that nobody starts again");
    case.step("end the process");
    drop(watched);
    is_said_to_be_gone(case, &program, pid)?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "a look took {:.0} reads, {:.0} with {ADDED} more processes on the machine, and {:.0} with \
         {THREADS} more threads; {more} MiB more, the stop and the end of the process were said at once",
        reads[0], reads[1], reads[2]
    ))
}

/// Has the process take more memory, and says how much it has then, in MiB.
fn grow(watched: &mut Running) -> Result<u64, Stop> {
    watched.write_line("take it")?;
    watched.prints("has more", secs(10)).map_err(|_| {
        let reason = "a helper process cannot take more memory";
        Stop::unknown(reason, "free some memory, and run it again")
    })?;
    Ok(decoys::settled(|| process::resident(watched.pid())).unwrap_or(0) >> 20)
}

/// What the process has in memory, in MiB.
fn size(pid: i32) -> u64 {
    process::resident(pid).unwrap_or(0) >> 20
}

fn says(figures: &str, mib: u64) -> bool {
    let said = figures.rsplit_once(", ").and_then(|(_, size)| size.strip_suffix(" MiB"));
    said.and_then(|said| said.parse().ok()).is_some_and(|said: u64| said.abs_diff(mib) <= 1)
}

/// Counts the reads of a look, with more and more others on the machine.
fn costs_the_same(case: &Case, program: &Running, pid: i32) -> Result<[f64; 3], Stop> {
    let alone = cost(program, pid)?;
    let crowd = decoys::start(case.decoy()?.args(["--crowd", &ADDED.to_string()]))?;
    decoys::is_ready(&crowd)?;
    let crowded = cost(program, pid)?;
    let threads = decoys::start(case.decoy()?.args(["--threads", &THREADS.to_string()]))?;
    decoys::is_ready(&threads)?;
    let threaded = cost(program, pid)?;

    // Who else has come or gone meanwhile is counted, too.
    let each = (crowded.reads - alone.reads) / (crowded.processes - alone.processes).max(20.0);
    let of_processes = each * (threaded.processes - crowded.processes);
    let each_thread = (threaded.reads - crowded.reads - of_processes) / f64::from(THREADS);
    let threads = if each_thread > 4.0 { "more for its threads" } else { "none for its threads" };
    // Where others left meanwhile, the difference says nothing, and the mean has to do.
    let mean = crowded.reads / crowded.processes;
    let shown = if each > 1.0 { each } else { mean };
    let observed = format!(
        "a look took {:.0} reads, and with {ADDED} more processes {:.0}: {shown:.1} for each process on \
         the machine, and {threads}",
        alone.reads, crowded.reads
    );
    let expected = "the number of reads does not depend on how many processes there are";
    // A slope can be hidden by others who leave; that fewer reads are made than there are processes
    // cannot be true of who reads something of each.
    let few = crowded.reads < crowded.processes;
    case.expect(few && each < ALLOWED && each_thread < ALLOWED, expected, observed)?;
    Ok([alone.reads, crowded.reads, threaded.reads])
}

/// The line in hand when it ended may come as well.
fn is_said_to_be_gone(case: &Case, program: &Running, pid: i32) -> Result<(), Stop> {
    let expected = "the first look after its end says that the process is gone";
    let so_far = count(program, pid);
    let gone = format!("pid {pid} is gone");
    let more = program.until(expected, secs(2), |program| {
        let more = count(program, pid) - so_far;
        match program.stdout_lines().contains(&gone) || program.ended().is_some() || more >= 5 {
            true => Ok(more),
            false => Err(format!("pid {pid} is gone by then, and nothing more was said")),
        }
    })?;
    let last = program.stdout_lines().pop().unwrap_or_default();
    let observed = format!("pid {pid} is gone by then, and {last:?} was said {more} lines later");
    case.expect(more < 5, expected, observed)?;
    program.prints(&gone, secs(1))
}

/// Waits for `more` lines on the process, and says what stands in the last of them.
fn lines(program: &Running, pid: i32, more: usize) -> Result<String, Stop> {
    let figures = |line: &str| line.strip_prefix(&format!("pid {pid}: ")).map(str::to_owned);
    let what = "a line with figures, every INTERVAL_MS milliseconds";
    program.prints_nth(count(program, pid) + more, what, secs(8), figures)
}

fn count(program: &Running, pid: i32) -> usize {
    let prefix = format!("pid {pid}: ");
    program.stdout_lines().iter().filter(|line| line.starts_with(&prefix)).count()
}
