use std::fs;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::report::Stream;
use harness::until::secs;
use harness::world::ActState;
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
    case.passed(format!(
        "asked three times in the middle of a record it answered at once ({}), and none of its \
         handlers called malloc, calloc, realloc or free",
        wanted.join(", ")
    ))
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
            (None, None) => "it did not answer while the record was in hand".to_owned(),
        };
        let failure = case.failure(expected, observed);
        let lives = import.ended().is_none();
        Err(if lives { failure.with(import.snapshot("after the question")) } else { failure })
    }
}
