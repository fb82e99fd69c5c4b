use std::fs;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::process;
use harness::until::secs;

use super::decoys;

const MIB: u64 = 1 << 20;
const LIMIT: u64 = 70;

/// Sizes are said in MiB, and the limit is compared with them.
pub(crate) fn units(case: &mut Case) -> CheckResult {
    case.matters(
        "a number in another unit than its label is believed: limits that never hold restart \
         healthy services, and limits that always hold let a machine run out of memory",
    );
    case.step("start two workers, one of about 55 MiB and one of about 85");
    let (small, big) = (case.number(50..=58), case.number(80..=90));
    let start =
        |mib: u64| decoys::start(case.decoy()?.args(["--mib", &mib.to_string(), "--threads", "4"]));
    let (small, big) = (start(small)?, start(big)?);
    for worker in [&small, &big] {
        decoys::is_ready(worker)?;
        decoys::comes_to_rest(worker)?;
    }

    case.step(&format!("have the small one judged, by a limit of {LIMIT} MiB"));
    let program = run(case, &[&small])?;
    let size = is_judged(case, &program, &small)?;
    program.exits_with(0, secs(2))?;
    program.leaves_nothing()?;

    case.step("have both judged");
    let program = run(case, &[&small, &big])?;
    is_judged(case, &program, &small)?;
    let size_of_big = is_judged(case, &program, &big)?;
    program.exits_with(1, secs(2))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "workers of {} and {} MiB were said to be of {} and {} MiB, the machine to have {} MiB, and \
         only the second worker to be over the limit of {LIMIT}",
        size.real, size_of_big.real, size.said, size_of_big.said, size.total
    ))
}

fn run(case: &Case, workers: &[&Running]) -> Result<Running, Stop> {
    let pids = workers.iter().map(|worker| worker.pid().to_string());
    let program = case.program().args(pids).env("LIMIT_MIB", LIMIT.to_string()).start()?;
    program.ends(secs(3))?;
    Ok(program)
}

struct Size {
    real: u64,
    said: u64,
    total: u64,
}

fn is_judged(case: &Case, program: &Running, worker: &Running) -> Result<Size, Stop> {
    let pid = worker.pid();
    let prefix = format!("pid {pid}: ");
    let line = program.prints_like(&format!("a line on pid {pid}"), secs(1), |line| {
        line.strip_prefix(&prefix).map(str::to_owned)
    })?;
    let bytes = decoys::settled(|| process::resident(pid));
    let (Some(bytes), Some(space)) = (bytes, process::virtual_size(pid)) else {
        return Err(Stop::unknown("proc(5) does not say how big a process is", "mount /proc"));
    };
    let real = bytes / MIB;
    let mut numbers = line.split(' ').filter_map(|word| word.parse::<u64>().ok());
    let (Some(said), Some(total)) = (numbers.next(), numbers.next()) else {
        let observed = format!("the line on pid {pid} was {line:?}");
        return Err(case.failure("a line says two sizes, as in `71 MiB of 24105 MiB`", observed));
    };

    let expected = "the size of a process is said in MiB, and judged in MiB";
    let in_memory = format!("pid {pid} has {real} MiB in memory");
    let is = |other: u64| said.abs_diff(other) <= 1;
    let other = match () {
        () if is(real) => None,
        () if is(bytes / 1_000_000) => Some("which is how many millions of bytes that are"),
        () if is(space / MIB) => Some("which is the size of its address space"),
        () => None,
    };
    if let Some(other) = other {
        return Err(case.failure(expected, format!("{in_memory}, and {said} was said, {other}")));
    }
    let over = line.ends_with(", over the limit");
    let observed = match over {
        true => format!("{in_memory}, and was called over the limit of {LIMIT} MiB: {line:?}"),
        false => format!("{in_memory}, and was not called over the limit of {LIMIT} MiB: {line:?}"),
    };
    case.expect(over == (real > LIMIT), expected, observed)?;
    case.expect(is(real), expected, format!("{in_memory}, and {line:?} was said"))?;
    let labelled = line.starts_with(&format!("{said} MiB of {total} MiB, "));
    case.expect(labelled, expected, format!("{in_memory}, and {line:?} was said"))?;
    // It sleeps, and nothing is added to it: the size is the same at each look.
    let observed = format!(
        "pid {pid} has {} KiB in memory, that is {:.2} MiB, and {line:?} was said, more than it has",
        bytes / 1024,
        bytes as f64 / MIB as f64
    );
    case.expect(said <= real, "what is less than a MiB is dropped", observed)?;
    let observed = format!("{in_memory}, and {line:?} was said, less than it has");
    case.expect(said == real, "what is less than a MiB is dropped", observed)?;

    let machine = memory_of_the_machine()? / MIB;
    let observed = format!("the machine has {machine} MiB, and {line:?} was said");
    case.expect(total == machine, "the machine's memory is said in MiB", observed)?;
    Ok(Size { real, said, total })
}

/// `MemTotal` in proc_meminfo(5), whose "kB" are KiB.
fn memory_of_the_machine() -> Result<u64, Stop> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = kib.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| Stop::unknown("/proc/meminfo does not say MemTotal", "mount /proc"))
}
