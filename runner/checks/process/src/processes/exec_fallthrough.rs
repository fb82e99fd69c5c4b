use std::fs;

use harness::check::{Case, CheckResult, Stop};
use harness::until::secs;

/// A step that cannot be run is reported as such, and every other step is run once.
pub(crate) fn exec_fallthrough(case: &mut Case) -> CheckResult {
    case.matters(
        "a child whose exec failed is a copy of its parent in the middle of its work; if it goes on, \
         that work is done twice: fees are charged, mails are sent, files are written again",
    );
    // A step notes that it ran, and whether the closing held its lock at that moment.
    let note = "echo \"$1 $(test -e \"$LOCK\" && echo locked || echo unlocked)\" >> ran\n";
    case.file("step", note)?;
    let step = || format!("sh step {}", case.word());

    case.step("run a closing whose second step is not installed");
    // By its path: a folder of PATH that may not be searched would make EACCES of it (exec(3)).
    let steps = [step(), format!("./{}", case.word()), step()];
    closing(case, &steps, [0, 127, 0])?;

    case.step("run a closing whose first step is a file that cannot be executed");
    case.matters("who reads `127` installs the program again, and it was there all the time");
    let notes = case.word();
    case.file(&notes, "not a program")?;
    let steps = [format!("./{notes}"), step(), step()];
    closing(case, &steps, [126, 0, 0])?;

    case.passed(
        "both steps that could not be run were reported, one with 127 and one with 126; the four \
         others ran once each, under the lock",
    )
}

fn closing(case: &Case, steps: &[String; 3], ended: [i32; 3]) -> Result<(), Stop> {
    let lock = case.folder().join("closing.lock");
    let program = case.program().args(steps).env("LOCK", &lock).start()?;
    program.ends(secs(3))?;

    let ran = fs::read_to_string(case.folder().join("ran")).unwrap_or_default();
    for step in steps.iter().filter_map(|step| step.strip_prefix("sh step ")) {
        let times = ran.lines().filter(|line| line.starts_with(step)).count();
        let expected = "each step that can be run is run once";
        let observed = format!("`sh step {step}` was run {times} times");
        case.expect(times == 1, expected, observed)?;
        let expected = "the lock is there for as long as the closing runs";
        let observed = format!("`sh step {step}` ran while the lock was gone");
        case.expect(!ran.contains(&format!("{step} unlocked")), expected, observed)?;
    }

    let wanted = steps.iter().zip(ended).map(|(step, status)| format!("{step}: status {status}"));
    let mut wanted: Vec<_> = wanted.collect();
    wanted.push("closing: 2 of 3 steps done".to_owned());
    let expected = "there is one line for each step, with the status that it ended with";
    program.printed(&wanted, expected, |seen| in_words(seen, steps, &wanted))?;
    let observed = format!("{} is still there", lock.display());
    case.expect(!lock.exists(), "the lock is given back", observed)?;
    program.exits_with(1, secs(1))?;
    program.leaves_nothing()
}

fn in_words(seen: &[String], steps: &[String], wanted: &[String]) -> String {
    let text = seen.join("\n");
    let beginning = |step: &&String| text.matches(&format!("{step}: ")).count();
    if let Some(step) = steps.iter().find(|step| beginning(step) > 1) {
        return format!("`{step}: ` stands {} times in the output", beginning(&step));
    }
    match seen.iter().zip(wanted).find(|(seen, wanted)| seen != wanted) {
        Some((seen, wanted)) => format!("it printed {seen:?} in the place of {wanted:?}"),
        None => format!("it printed {} lines", seen.len()),
    }
}
