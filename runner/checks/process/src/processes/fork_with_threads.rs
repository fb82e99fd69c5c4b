use std::fs;
use std::io::Read;

use harness::check::{Case, CheckResult, Running, Seen, Stop};
use harness::process;
use harness::report::Stream;
use harness::until::secs;

use super::fifo::Fifo;

/// A save comes to its end, whatever the other thread had in its hands at the moment of the fork.
pub(crate) fn fork_with_threads(case: &mut Case) -> CheckResult {
    case.matters(
        "a lock that another thread held at the fork is held in the child for ever: once in some \
         thousand forks a child hangs, with its descriptors open and its work undone",
    );
    for (stream, name) in [(Stream::Stdout, "stdout"), (Stream::Stderr, "stderr")] {
        case.step(&format!("order a save while the log thread is held inside a write to {name}"));
        let saver = Saver::start(case, Some(stream))?;
        saver.service.is_held_in_write(stream, secs(3))?;
        saves_while_held(case, saver, name)?;
    }
    case.step("order a save to a file that nobody reads yet, and another one");
    case.matters("a service that writes its copy itself serves nobody as long as the disk takes");
    goes_on_meanwhile(case)?;

    case.passed(
        "two copies were written while a thread was held inside a write to stdout and to stderr, and \
         reported when those were read on; one that had to wait for its disk kept nobody waiting",
    )
}

const WAITS: &str = "the service itself sleeps in futex for a lock, without a child";

struct Saver {
    service: Running,
    copy: String,
}

impl Saver {
    /// The service with three records, and with its log thread either busy and held, or quiet.
    fn start(case: &Case, held: Option<Stream>) -> Result<Self, Stop> {
        let pause = if held.is_some() { "0" } else { "100000" };
        let program = case.program().env("LOG_MS", pause).with_stdin();
        let program = held.into_iter().fold(program, |program, stream| program.hold(stream));
        let mut records: Vec<_> =
            (0..3).map(|_| format!("{}={}", case.word(), case.number(1..=9999))).collect();
        records.sort();
        let mut service = program.start()?;
        records.iter().try_for_each(|record| service.write_line(&format!("put {record}")))?;
        Ok(Self { service, copy: records.join("\n") + "\n" })
    }

    fn order(&mut self, case: &Case) -> Result<String, Stop> {
        let path = case.folder().join(case.word()).display().to_string();
        self.service.write_line(&format!("save {path}"))?;
        Ok(path)
    }

    /// The copy is on the disk, and the service has said so.
    fn is_saved(&self, case: &Case, path: &str, when: &str) -> Result<(), Stop> {
        let done = format!("{path}: saved, 3 records");
        let expected = format!("the service says {done:?} {when}");
        self.service.until(&expected, secs(3), |service| {
            let lines = service.stdout_lines();
            match lines.iter().rfind(|line| line.starts_with(&format!("{path}: "))) {
                Some(line) if *line == done => Ok(()),
                Some(line) => Err(format!("{when} it said {line:?}")),
                None => Err(format!("{when} it did not say how the save ended")),
            }
        })?;
        let copy = fs::read_to_string(path).unwrap_or_default();
        let observed = format!("it said `saved`, and the file has {copy:?}");
        case.expect(copy == self.copy, "the file has the three records", observed)
    }
}

/// The save is ordered while a thread holds the stream's lock. Then the stream is read on.
fn saves_while_held(case: &Case, mut saver: Saver, name: &str) -> Result<(), Stop> {
    let path = saver.order(case)?;
    let expected = format!("a copy is written, also while nobody reads {name}");
    let seen = saver.service.until(&expected, secs(3), written_or_stuck(&path, &saver.copy))?;
    seen.map_err(|stuck| {
        if stuck == WAITS {
            case.matters(
                "a service that waits for whoever reads its log takes no orders meanwhile, and writes \
                 no copy",
            );
        }
        let observed = format!("{stuck}; another thread was inside a write to {name}");
        let tree = saver.service.snapshot(&format!("while nobody reads {name}"));
        case.failure(&expected, observed).with(tree)
    })?;
    saver.service.release(if name == "stdout" { Stream::Stdout } else { Stream::Stderr });
    saver.is_saved(case, &path, "when the log is read on")?;
    saver.service.close_stdin();
    saver.service.exits_with(0, secs(3))?;
    saver.service.leaves_nothing()
}

/// The copy is there and its writer has ended; or who will never write it, and why.
fn written_or_stuck(path: &str, copy: &str) -> impl FnMut(&Running) -> Seen<Result<(), String>> {
    let mut before = None;
    move |service| {
        let is_written = fs::read_to_string(path).is_ok_and(|text| text == copy);
        if let Some(stuck) = stuck_child(service) {
            let file = if is_written { "complete" } else { "not begun" };
            return Ok(Err(format!("{stuck}; its file was {file}")));
        }
        let is_alone = service.children().iter().all(|(_, status)| status.is_zombie());
        if is_written && is_alone {
            return Ok(Ok(()));
        }
        // Seen twice without having run in between, and by then without a child that could write.
        let main = process::threads(service.pid()).into_iter().next();
        let waits = main.filter(|main| main.sleeps_without_timer() && is_in_futex(main));
        if is_alone && waits.is_some() && before == waits {
            return Ok(Err(WAITS.into()));
        }
        before = waits;
        Err("the copy was not complete".to_owned())
    }
}

fn is_in_futex(thread: &process::Thread) -> bool {
    thread.call.as_ref().is_some_and(|call| call.describe().starts_with("futex"))
}

/// A child with one thread, asleep in a futex without a timer: the memory is its own, so there is
/// nobody who could wake it.
fn stuck_child(service: &Running) -> Option<String> {
    let stuck = service.children().into_iter().find(|(pid, _)| {
        let threads = process::threads(*pid);
        matches!(&threads[..], [main] if main.sleeps_without_timer() && is_in_futex(main))
    });
    stuck.map(|(pid, _)| {
        format!("the child, pid {pid}, sleeps in futex for a lock, and has one thread")
    })
}

/// The first save has to wait for a reader of its file, the second has not.
fn goes_on_meanwhile(case: &Case) -> Result<(), Stop> {
    let mut saver = Saver::start(case, None)?;
    let fifo = Fifo::new(case)?;
    saver.service.write_line(&format!("save {}", fifo.path.display()))?;
    let path = saver.order(case)?;
    saver.is_saved(case, &path, "while another one is waiting for its disk")?;

    let mut reader = fifo.reader()?;
    let mut copy = Vec::new();
    saver.service.until("the save that had to wait is finished", secs(3), |_| {
        // WouldBlock: the writer has not come to write yet.
        let _ = reader.read_to_end(&mut copy);
        if copy == saver.copy.as_bytes() { Ok(()) } else { Err(format!("{copy:?} was written")) }
    })?;
    saver.service.prints(&format!("{}: saved, 3 records", fifo.path.display()), secs(2))?;
    saver.service.close_stdin();
    saver.service.exits_with(0, secs(3))?;
    saver.service.leaves_nothing()
}
