mod service;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;

use super::decoys;
use service::{Listed, listed_by_the_kernel, process_of};

const MIB: u64 = 1 << 20;

/// Each process of a service is listed once, and nothing else is.
pub(crate) fn top_without_threads(case: &mut Case) -> CheckResult {
    case.matters(
        "memory that is counted once for each thread makes a service look too big for its limit, the \
         more so the more it has to do, and it is ended for it",
    );
    case.step("start a service: a process, two workers with threads, and a child of one worker");
    let (small, big) = (case.number(20..=30), case.number(40..=50));
    let workers = [
        format!("--mib {big} --threads {} --crowd 1 --linger 60", case.number(5..=9)),
        format!("--mib {small} --threads {} --linger 60", case.number(3..=6)),
    ];
    let decoy = case.decoy()?.args(["--child", &workers[0], "--child", &workers[1]]);
    let service = decoys::start(decoy)?;
    decoys::is_ready(&service)?;
    let processes = listed_by_the_kernel(&service, (small + big) * MIB)?;

    case.step("have it listed");
    let program = case.program().arg(service.pid().to_string()).start()?;
    program.ends(secs(3))?;
    let said = program.prints_like("a line on the service", secs(1), |line| {
        line.strip_prefix("service: ").map(str::to_owned)
    })?;
    let lines: Vec<_> = program.stdout_lines().iter().filter_map(|line| read(line)).collect();

    are_listed_once(case, &service, &processes, &lines)?;
    have_their_memory(case, &processes, &lines, &said)?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    let count = processes.len();
    let sum = total(&processes);
    case.passed(format!(
        "{count} processes of one name with {sum} MiB were listed once each, and none of their threads"
    ))
}

fn are_listed_once(
    case: &Case,
    service: &Running,
    processes: &[Listed],
    lines: &[Line],
) -> Result<(), Stop> {
    let expected = "each process of the service is listed once, and nothing else is";
    let count = processes.len();
    let missing: Vec<_> = processes
        .iter()
        .filter(|process| lines.iter().filter(|line| line.pid == process.pid).count() != 1)
        .collect();
    if let Some(Listed { pid, what, .. }) = missing.first() {
        let observed = match missing.len() {
            1 => format!("pid {pid}, {what}, is not among the {count} processes of the service"),
            some if some == count => {
                format!("none of the {count} processes of the service is listed")
            }
            some => format!(
                "{some} of the {count} processes of the service are missing, among them pid {pid}, \
                 {what}"
            ),
        };
        let thread = lines.iter().find_map(|line| Some((line.pid, process_of(line.pid)?)));
        let instead = match (thread, lines.len()) {
            (Some((thread, pid)), 1) => {
                format!("; the one line, pid {thread}, is of a thread of pid {pid}")
            }
            (Some((thread, pid)), _) => {
                format!("; a line on pid {thread} is of a thread of pid {pid}")
            }
            (None, _) => String::new(),
        };
        let observed = observed + &instead;
        return Err(case.failure(expected, observed).with(service.snapshot("of the service")));
    }
    let threads = lines.iter().filter(|line| process_of(line.pid).is_some()).count();
    let observed = format!(
        "{} lines were printed: {threads} of them are of threads of the service's {count} processes",
        lines.len()
    );
    if threads > 0 {
        return Err(case.failure(expected, observed).with(service.snapshot("of the service")));
    }
    let observed =
        format!("{} lines were printed, and the service has {count} processes", lines.len());
    case.expect(lines.len() == count, expected, observed)
}

/// `said` is the last line.
fn have_their_memory(
    case: &Case,
    processes: &[Listed],
    lines: &[Line],
    said: &str,
) -> Result<(), Stop> {
    for Listed { pid, bytes, .. } in processes {
        let said = lines.iter().find(|line| line.pid == *pid).map_or(0, |line| line.mib);
        let observed = format!("pid {pid} has {} MiB, and {said} MiB was said", bytes / MIB);
        case.expect(said.abs_diff(bytes / MIB) <= 1, "its memory is said", observed)?;
    }
    let is_sorted = lines.is_sorted_by(|a, b| a.mib >= b.mib);
    case.expect(is_sorted, "the biggest process comes first", "it did not")?;
    let count = processes.len();
    let sum = total(processes);
    let said_sum = said.strip_prefix(&format!("{count} processes, "));
    let said_sum = said_sum.and_then(|sum| sum.strip_suffix(" MiB")?.parse::<u64>().ok());
    let observed = format!("they have {sum} MiB together, and {said:?} was said");
    let is_sum = said_sum.is_some_and(|said| said.abs_diff(sum) <= 2);
    case.expect(is_sum, "the last line counts each process once", observed)
}

/// In MiB.
fn total(processes: &[Listed]) -> u64 {
    processes.iter().map(|process| process.bytes).sum::<u64>() / MIB
}

struct Line {
    pid: i32,
    mib: u64,
}

fn read(line: &str) -> Option<Line> {
    let (pid, rest) = line.strip_prefix("pid ")?.split_once(": ")?;
    let (mib, _name) = rest.split_once(" MiB, ")?;
    Some(Line { pid: pid.parse().ok()?, mib: mib.parse().ok()? })
}
