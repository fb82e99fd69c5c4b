use std::fs;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Preload, Running, Stop};
use harness::report::Stream;
use harness::until::secs;
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

/// Asked in the middle of a record, the import answers at once, and calls no allocator for it.
pub(crate) fn handler_alloc(case: &mut Case) -> CheckResult {
    case.matters(
        "a handler that interrupts malloc and calls malloc waits for a lock of its own thread, or \
         breaks the lists of free memory; it happens once in a million signals, in production",
    );
    let preload = case.preload()?;
    let world = case.world()?;
    world.holds("import");
    let first = case.number(1000..=8999);
    // The last question comes when the number has two digits.
    let count = case.number(11..=14);

    case.step("start an import, with a library that looks on while a handler runs");
    let status = case.folder().join("status");
    let program = case.program().args([count.to_string(), first.to_string()]);
    let import = program.env("STATUS", &status).preloaded(&preload).start()?;
    let answers = Answers { path: status };
    let mut wanted = Vec::new();
    for record in 0..count {
        import.reaches(&world, "import", first + record, secs(3))?;
        if [0, 1, count - 1].contains(&record) {
            case.step(&format!("send SIGUSR1 in the middle of record {}", first + record));
            wanted.push(format!("status: {record} records"));
            import.signal(Signal::SIGUSR1)?;
            answers.are(case, &import, &wanted)?;
        }
        world.lets_go("import", first + record, ActState::Done);
    }

    case.step("wait for its end");
    import.exits_with(0, secs(3))?;
    import.prints(&format!("imported {count} records"), secs(1))?;
    import.leaves_nothing()?;
    let asked = answers_inside_the_allocator(case, &preload, &world)?;
    case.passed(format!(
        "asked three times in the middle of a record it answered at once ({}), and {asked} times more \
         while the import was inside malloc or free; none of its handlers called malloc, calloc, \
         realloc or free",
        wanted.join(", ")
    ))
}

/// The same question, each time that the import itself is inside the allocator: there it may hold a
/// lock of its own as well, and change what a handler is about to read. How often that was.
fn answers_inside_the_allocator(
    case: &Case,
    preload: &Preload,
    world: &World,
) -> Result<usize, Stop> {
    case.step(
        "start it anew, and send it SIGUSR1 whenever its main thread is inside malloc or free",
    );
    case.matters(
        "where the import is when somebody asks is chance: one day it holds the lock, or the answer \
         is half made, and it stands still or does not answer",
    );
    let (records, first) = (4, case.number(1000..=8999));
    let (status, tally) = (case.folder().join("status2"), case.folder().join("asked"));
    let program = case.program().args([records.to_string(), first.to_string()]);
    let program = program.env("STATUS", &status);
    let program = program.asked_in_the_allocator(preload, Signal::SIGUSR1, &status, &tally);
    let import = program.start()?;
    let answers = Answers { path: status };
    let asked = || fs::metadata(&tally).map_or(0, |tally| tally.len());
    let expected = "asked while it is inside malloc or free, it answers, and goes on";
    for record in first..first + records {
        let is_there = |_: &Running| world.acts().iter().any(|act| act.id == record).then_some(());
        if import.answers(expected, secs(3), is_there)?.is_none() {
            let stood_still = match (import.allocated_in_a_handler(), import.ended()) {
                (Some(found), _) => found.replace("signal 10", "SIGUSR1"),
                (None, Some(ended)) => format!("asked inside the allocator it {ended}"),
                (None, None) => {
                    "asked while it was inside malloc or free, it stood still".to_owned()
                }
            };
            let tree = import.snapshot("after the question");
            return Err(case.failure(expected, stood_still).with(tree));
        }
        if record < first + records - 1 {
            world.lets_go("import", record, ActState::Done);
        }
    }
    // It is in its last record now, and not asked any more.
    let all = |_: &Running| (answers.lines().len() as u64 >= asked()).then_some(());
    if import.answers(expected, secs(3), all)?.is_none() {
        let (count, asked) = (answers.lines().len(), asked());
        let observed =
            format!("asked {asked} times inside malloc or free, it answered {count} times");
        return Err(case.failure(expected, observed));
    }
    let is_one = |line: &String| (0..records).any(|n| *line == format!("status: {n} records"));
    let broken = answers.lines().into_iter().find(|line| !is_one(line));
    let observed = format!("asked inside malloc or free, it answered {broken:?}");
    case.expect(broken.is_none(), expected, observed)?;
    world.lets_go("import", first + records - 1, ActState::Done);
    import.exits_with(0, secs(3))?;
    Ok(answers.lines().len())
}

struct Answers {
    path: PathBuf,
}

impl Answers {
    /// The complete lines so far.
    fn lines(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(str::to_owned).collect()
    }

    /// The file has these lines, the last of which it was asked for just now.
    fn are(&self, case: &Case, import: &Running, wanted: &[String]) -> Result<(), Stop> {
        let expected = "asked in the middle of a record, it answers at once and calls no allocator";
        let is_there = |_: &Running| (self.lines().len() >= wanted.len()).then_some(());
        let answer = import.answers(expected, secs(3), is_there)?;
        // The answer is there before the handler has returned, and the end before the last words.
        if import.settles(secs(3))?.is_some() {
            import.ends(secs(3))?;
        }
        let found = import.allocated_in_a_handler();
        let observed = match (found, import.ended()) {
            (Some(found), _) => found.replace("signal 10", "SIGUSR1"),
            (None, Some(ended)) => {
                let said = import.text(Stream::Stderr);
                let said = said.lines().last().map_or(String::new(), |line| format!(": {line}"));
                format!("asked in the middle of a record it {ended}{said}")
            }
            (None, None) if self.lines() == wanted => return Ok(()),
            (None, None) if answer.is_some() => format!(
                "it answered {:?} instead of {:?}",
                self.lines().last().map_or("", |line| line),
                wanted.last().map_or("", |line| line)
            ),
            (None, None) => {
                case.matters(
                    "a record can take an hour: whoever asks and hears nothing takes the import for \
                     dead, and kills it",
                );
                "it did not answer while the record was in hand".to_owned()
            }
        };
        let failure = case.failure(expected, observed);
        let lives = import.ended().is_none();
        Err(if lives { failure.with(import.snapshot("after the question")) } else { failure })
    }
}
