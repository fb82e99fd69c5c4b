use std::fs;

use harness::check::{Case, CheckResult, Stop};
use harness::supervise::Ended;
use harness::until::secs;

/// Whoever hears nothing but the exit status learns whether every file was saved.
pub(crate) fn exit_status(case: &mut Case) -> CheckResult {
    case.matters(
        "cron, systemd, make, `&&` and every CI server look at the exit status alone; a job that \
         always ends with 0 has never failed as far as they know",
    );

    case.step("back up three files that are there");
    let files = files(case, 3)?;
    night(case, "all-there", &files, &[])?;

    case.step("back up three files of which the second is missing");
    let mut with_a_gap = files.clone();
    with_a_gap[1] = case.word();
    night(case, "one-missing", &with_a_gap, &with_a_gap[1..2])?;

    case.step("back up 256 files that are all missing");
    case.matters(
        "of what a program hands to exit(3) its parent gets the lowest eight bits: some numbers of \
         failures look like another, and 256 of them like none",
    );
    let prefix = case.word();
    let missing: Vec<_> = (0..256).map(|number| format!("{prefix}-{number}")).collect();
    night(case, "all-missing", &missing, &missing)?;

    case.passed(
        "status 0 when all 3 files were saved, 1 when 1 of 3 was not, and still 1 when 256 were \
         not; what could be saved was saved each time",
    )
}

/// Files with fresh names and contents, in the folder in which the program runs.
fn files(case: &Case, count: usize) -> Result<Vec<String>, Stop> {
    let names: Vec<_> = (0..count).map(|_| case.word()).collect();
    for name in &names {
        case.file(name, case.word())?;
    }
    Ok(names)
}

/// One run of the backup into a folder of its own.
fn night(case: &Case, folder: &str, files: &[String], missing: &[String]) -> Result<(), Stop> {
    let backup = case.folder().join(folder);
    let program = case.program().args(files).env("BACKUP_DIR", &backup).start()?;
    let ended = program.ends(secs(5))?;

    for name in files.iter().filter(|name| !missing.contains(name)) {
        let saved = fs::read(backup.join(name)).ok() == fs::read(case.folder().join(name)).ok();
        let expected = "every file that can be read is saved, whatever becomes of the others";
        case.expect(saved, expected, format!("`{name}` was not saved, and the program {ended}"))?;
    }

    let wanted = i32::from(!missing.is_empty());
    let expected = match wanted {
        0 => "the program exits with status 0 when every file was saved",
        _ => "the program exits with status 1 when at least one file was not saved",
    };
    let observed = match missing.len() {
        0 => format!("all files were saved, and the program {ended}"),
        1 => format!("1 of {} files was not saved, and the program {ended}", files.len()),
        count => format!("{count} files were not saved, and the program {ended}"),
    };
    case.expect(ended == Ended::Exited(wanted), expected, observed)?;

    let summary = format!("{} saved, {} failed", files.len() - missing.len(), missing.len());
    program.prints(&summary, secs(1))
}
