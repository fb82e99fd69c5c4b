mod mounts;
mod ways;

use std::fs;
use std::os::unix::fs::MetadataExt;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;

use mounts::{Mount, read, recorded};
use ways::{OTHER_WAYS, once};

/// What is mounted in several places is added up once, and what only looks the same is added.
pub(crate) fn disk_once(case: &mut Case) -> CheckResult {
    case.matters(
        "space that is counted twice is promised twice, and whoever comes second finds the disk full",
    );
    case.step("add up a recorded machine of fourteen mounts and nine file systems");
    let recorded = recorded(case);
    let lines = recorded.iter().map(|Mount { id, name, place, total, free }| {
        format!("{id} {name} {place} {total} {free}\n")
    });
    let file = case.file("mounts", lines.collect::<String>())?;
    let program = case.program().arg(file).start()?;
    program.ends(secs(3))?;
    is_added_up(case, &program, &recorded)?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.step("add up this machine");
    let program = case.program().start()?;
    program.ends(secs(3))?;
    let here: Vec<Mount> = program.stdout_lines().iter().filter_map(|line| read(line)).collect();
    for Mount { id, place, .. } in &here {
        // A mount that we may not look into, or that is gone by now, cannot be compared.
        let Some(real) = fs::metadata(place).ok().map(|found| found.dev()) else { continue };
        let observed = format!("the id of {place} is {real}, and {id} was said");
        case.expect(*id == real, "the ids are those of the kernel", observed)?;
    }
    is_added_up(case, &program, &here)?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    case.passed(format!(
        "of {} mounts {} file systems were added up, a disk under two names and the subvolumes of \
         a btrfs once each; of the {} mounts of this machine {}",
        recorded.len(),
        once(&recorded).len(),
        here.len(),
        once(&here).len()
    ))
}

fn is_added_up(case: &Case, program: &Running, mounts: &[Mount]) -> Result<(), Stop> {
    let said = program.prints_like("a line on all together", secs(1), |line| {
        line.strip_prefix("together: ").map(str::to_owned)
    })?;
    let right = summed(&once(mounts));
    let other = OTHER_WAYS.iter().find(|(way, _)| said == summed(&way(mounts)));
    let how = other.map_or(String::new(), |(_, how)| format!(": {how}"));
    let observed = format!("{said:?} was said, and {right:?} is right{how}");
    case.expect(said == right, "every file system is added up once", observed)
}

fn summed(counted: &[&Mount]) -> String {
    let free: u64 = counted.iter().map(|mount| mount.free).sum();
    let total: u64 = counted.iter().map(|mount| mount.total).sum();
    format!("{free} of {total} free, {} file systems", counted.len())
}
