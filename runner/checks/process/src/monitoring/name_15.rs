mod processes;

use harness::check::{Case, CheckResult, Running};
use harness::process;
use harness::until::secs;

use super::decoys;
use processes::{Other, others, start, tree};

/// A program is found by the whole name of its file, and nobody else is.
pub(crate) fn name_15(case: &mut Case) -> CheckResult {
    case.matters(
        "a watchdog that does not find what runs starts it again, and two of a kind book twice; one \
         that finds somebody else does not start what is missing, or ends the wrong process",
    );
    case.step("start two processes of one program, one with threads, one under a title of its own");
    let name = format!("{}-{}-eu", case.word(), case.word());
    let title = format!("{}: idle", case.word());
    let plain = start(case.decoy_called(&name)?.args(["--threads", "3"]))?;
    let renamed = start(case.decoy_called(&name)?.arg0(&title))?;

    case.step(
        "start others that look like it: by a part of the name, by an argument, by their folder",
    );
    let others = others(case, &name)?;
    let everybody = [&plain, &renamed].into_iter().chain(others.iter().map(|other| &other.who));
    everybody.into_iter().try_for_each(decoys::is_ready)?;

    case.step("look for the program");
    let program = case.program().arg(&name).start()?;
    program.ends(secs(3))?;
    let line = program.prints_like("a line on the program", secs(1), |line| {
        line.strip_prefix(&format!("{name}: ")).map(str::to_owned)
    })?;
    let found: Vec<i32> =
        line.split([' ', ',']).filter_map(|word| word.parse().ok()).collect::<Vec<_>>();
    let has = |who: &Running| found.contains(&who.pid());

    let processes = tree(&name, [&plain, &renamed], &others);
    let expected = "those who run the file of that name are found, and nobody else";
    if let Some(observed) = stranger(&plain, &others, &found) {
        return Err(case.failure(expected, observed).with(processes));
    }
    let missing = match (has(&plain), has(&renamed)) {
        (true, true) => None,
        (false, false) => Some("neither was found"),
        (false, true) => Some("the first was not found"),
        (true, false) => Some("the second was not found"),
    };
    if let Some(missing) = missing {
        let observed = format!(
            "{line:?} was said, and two run the file `{name}`, pid {} and, under the title `{title}`, \
             pid {}: {missing}",
            plain.pid(),
            renamed.pid()
        );
        return Err(case.failure(expected, observed).with(processes));
    }
    let (first, second) = (plain.pid().min(renamed.pid()), plain.pid().max(renamed.pid()));
    let wanted = format!("2 running, pid {first} {second}");
    case.expect(line == wanted, &format!("the line says {wanted:?}"), format!("it says {line:?}"))?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.step("look for a program that nobody runs");
    let another = case.word();
    let program = case.program().arg(&another).start()?;
    program.prints(&format!("{another}: not running"), secs(3))?;
    program.exits_with(1, secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "both processes that run `{name}` were found, pid {first} and {second}, though the kernel's \
         name for them ends after 15 bytes; {} that only look like it were not, nor threads",
        others.len()
    ))
}

/// What was counted and does not run the program.
fn stranger(plain: &Running, others: &[Other], found: &[i32]) -> Option<String> {
    let other = others.iter().find(|other| found.contains(&other.who.pid()));
    let other = other.map(|Other { who, is }| format!("pid {} was counted, which {is}", who.pid()));
    other.or_else(|| {
        let threads = process::threads(plain.pid()).into_iter().map(|thread| thread.tid);
        let thread = threads.skip(1).find(|thread| found.contains(thread))?;
        Some(format!("pid {thread} was counted, which is a thread of pid {}", plain.pid()))
    })
}
