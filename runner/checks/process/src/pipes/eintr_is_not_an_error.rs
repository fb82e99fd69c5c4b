use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::Evidence;
use harness::process::{self, Set, signal_sets};
use harness::until::secs;
use nix::sys::signal::Signal;

/// Where nothing died, and nothing was said.
const UNANSWERED: &str = "a question is asked when somebody wants to know, and a count that answers \
                          at its next input, whenever that comes, has not answered";

/// A question that comes while it waits for input is answered at once, and changes nothing else.
pub(crate) fn eintr_is_not_an_error(case: &mut Case) -> CheckResult {
    case.matters(
        "a call that a signal interrupts did not fail; a program that takes it for a failure, or for \
         the end, dies of the first question, resize or child that happens to come at a quiet moment",
    );
    let mut count = Count { program: case.program().with_stdin().start()?, shelves: 0, pieces: 0 };
    count.program.prints("ready", secs(3))?;

    case.step("send some shelves, wait until it waits for more, and ask");
    for _ in 0..case.number(2..=5) {
        count.sends_shelf(case.number(1..=9999))?;
    }
    count.is_asked(case, 1, "asked while it waited for input")?;

    case.step("send half a number, ask, and send the other half");
    let (whole, half) = (case.number(1000..=9999), case.number(1..=9));
    let text = format!("{whole}{half}");
    count.program.sends("half a number", whole.to_string().as_bytes())?;
    count.is_asked(case, 2, "asked in the middle of a line")?;
    count.program.write_line(&half.to_string())?;
    count.shelves += 1;
    count.pieces += text.parse::<u64>().unwrap_or(0);
    count.is_asked(case, 3, "asked after a line that had come in two halves")?;

    case.step("ask twice more, with nothing in between");
    count.is_asked(case, 4, "asked a second time without input in between")?;
    count.is_asked(case, 5, "asked a third time without input in between")?;

    case.step("send one more shelf and end the input");
    count.sends_shelf(case.number(1..=9999))?;
    count.program.close_stdin();
    count.program.ends(secs(3))?;
    let last = format!("stocktaking: {}", count.in_words());
    let observed = match count.program.stdout_lines().get(6) {
        Some(line) => format!("at the end of its input it said {line:?}"),
        None => "at the end of its input it said nothing".to_owned(),
    };
    let holds = count.program.stdout_lines().get(6..).is_some_and(|rest| rest == [last.clone()]);
    case.expect(holds, &format!("the last line is {last:?}"), observed)?;
    count.program.exits_with(0, secs(1))?;
    count.program.leaves_nothing()?;

    case.passed(format!(
        "asked 5 times while it slept in read(2), once in the middle of a line, it answered each time \
         at once, and counted all {} shelves",
        count.shelves,
    ))
}

/// The program, and what it has been told so far.
struct Count {
    program: Running,
    shelves: u64,
    pieces: u64,
}

impl Count {
    fn sends_shelf(&mut self, pieces: u64) -> Result<(), Stop> {
        self.program.write_line(&pieces.to_string())?;
        self.shelves += 1;
        self.pieces += pieces;
        Ok(())
    }

    fn in_words(&self) -> String {
        format!("{} shelves, {} pieces", self.shelves, self.pieces)
    }

    /// It waits for input, is asked, and answers, as its line of this number.
    fn is_asked(&self, case: &Case, number: usize, when: &str) -> Result<(), Stop> {
        self.program.has_read_its_input(secs(3)).observing("before it was asked")?;
        self.program.signal(Signal::SIGUSR1)?;
        let expected = "a question is answered at once, and the count goes on";
        let next = |program: &Running| program.stdout_lines().get(number).cloned();
        let line = self.program.answers(expected, secs(3), next)?;
        let wanted = format!("so far: {}", self.in_words());
        if line.as_ref() == Some(&wanted) {
            return Ok(());
        }
        // It may have more to say, or end.
        self.program.settles(secs(2))?;
        let tree = self.program.snapshot("after it was asked");
        let status = process::status(self.program.pid());
        let is_pending = status.as_ref().is_some_and(|it| it.is_pending(Signal::SIGUSR1 as i32));
        let observed = match (line, self.program.ended()) {
            (Some(line), Some(ended)) => format!("{when} it said {line:?} and {ended}"),
            (None, Some(ended)) => format!("{when} it {ended}"),
            (Some(line), None) => format!("{when} it said {line:?}, and the count was {wanted:?}"),
            (None, None) if is_pending => {
                case.matters(UNANSWERED);
                format!("{when} it did not even take the signal")
            }
            (None, None) => {
                case.matters(UNANSWERED);
                format!("{when} it took the signal, said nothing, and sleeps again")
            }
        };
        let stop = case.failure(expected, observed);
        Err(match status {
            _ if self.program.ended().is_some() => stop,
            Some(status) if is_pending => {
                let caught: &[(Signal, &[Set])] = &[(Signal::SIGUSR1, &[Set::Caught])];
                let sets = signal_sets("of the program, after it was asked", &status, caught);
                stop.with(tree).with(Evidence::Signals(sets))
            }
            _ => stop.with(tree),
        })
    }
}
