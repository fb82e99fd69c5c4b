use std::fs;

use harness::check::{Case, CheckResult, Program, Running, Stop};
use harness::evidence::Evidence;
use harness::process;
use harness::until::secs;

use super::decoys;

/// A program is found by the whole name of its file, and nobody else is.
pub(crate) fn name_15(case: &mut Case) -> CheckResult {
    case.matters(
        "a watchdog that does not find what runs starts it again, and two of a kind book twice; one \
         that finds somebody else does not start what is missing, or ends the wrong process",
    );
    case.step("start two processes of one program, one of them under a title of its own");
    let name = format!("{}-{}-eu", case.word(), case.word());
    let title = format!("{}: idle", case.word());
    let plain = start(case.decoy_called(&name)?)?;
    let renamed = start(case.decoy_called(&name)?.arg0(&title))?;

    case.step("start three others: a namesake up to byte 18, one with the name as its argument, one in a folder of that name");
    let sibling = format!("{}us", name.trim_end_matches("eu"));
    let editor = case.word();
    fs::create_dir(case.folder().join("opt"))?;
    fs::create_dir(case.folder().join("opt").join(&name))?;
    let (another, helper) = (case.word(), format!("opt/{name}/helper"));
    let others = [
        Other { who: start(case.decoy_called(&sibling)?)?, is: format!("runs `{sibling}`") },
        Other {
            who: start(case.decoy_called(&editor)?.arg(&name))?,
            is: format!("runs `{editor}` and has the name among its arguments"),
        },
        Other {
            who: start(case.decoy_called(&helper)?)?,
            is: "runs `helper`, which lies in a folder of that name".to_owned(),
        },
    ];
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
    if let Some(Other { who, is }) = others.iter().find(|other| has(&other.who)) {
        let observed = format!("pid {} was counted, which {is}", who.pid());
        return Err(case.failure(expected, observed).with(processes));
    }
    let title = [(&plain, String::new()), (&renamed, format!(", under the title `{title}`"))];
    if let Some((who, title)) = title.iter().find(|(who, _)| !has(who)) {
        let observed = format!(
            "{line:?} was said, and two run the file `{name}`: pid {} does{title}",
            who.pid()
        );
        return Err(case.failure(expected, observed).with(processes));
    }
    let (first, second) = (plain.pid().min(renamed.pid()), plain.pid().max(renamed.pid()));
    let wanted = format!("2 running, pid {first} {second}");
    case.expect(line == wanted, &format!("the line says {wanted:?}"), format!("it says {line:?}"))?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.step("look for a program that nobody runs");
    let program = case.program().arg(&another).start()?;
    program.prints(&format!("{another}: not running"), secs(3))?;
    program.exits_with(1, secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "both processes that run `{name}` were found, pid {first} and {second}, though the kernel's \
         name for them ends after 15 bytes; three that only look like it were not"
    ))
}

/// A process that must not be found.
struct Other {
    who: Running,
    is: String,
}

/// The processes as the kernel names them, and what they run.
fn tree(name: &str, runners: [&Running; 2], others: &[Other]) -> Evidence {
    let runs = runners.map(|who| (who.pid(), format!("runs `{name}`")));
    let others = others.iter().map(|other| (other.who.pid(), other.is.clone()));
    let notes: Vec<_> = runs.into_iter().chain(others).collect();
    let pids: Vec<_> = notes.iter().map(|(pid, _)| *pid).collect();
    let mut tree = process::snapshot("by the kernel's names", &pids);
    for (row, (_, note)) in tree.rows.iter_mut().zip(notes) {
        (row.doing, row.note) = (None, Some(note));
    }
    Evidence::Processes(tree)
}

/// A folder for temporary files may be mounted `noexec`, and then no file in it can be run.
fn start(decoy: Program) -> Result<Running, Stop> {
    decoys::start(decoy).map_err(|_| {
        let reason = "no program can be started from the folder for temporary files";
        Stop::unknown(reason, "set TMPDIR to a folder on a disk that allows it, and run it again")
    })
}
