use std::fs;
use std::os::unix::fs::MetadataExt;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;

/// What is mounted in several places is added up once, and what only looks the same is added.
pub(crate) fn disk_once(case: &mut Case) -> CheckResult {
    case.matters(
        "space that is counted twice is promised twice, and whoever comes second finds the disk full",
    );
    case.step("add up a recorded machine of nine mounts and six file systems");
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
        "of nine mounts six file systems were added up, a disk under two names and the subvolumes of \
         a btrfs once each; of the {} mounts of this machine {}",
        here.len(),
        count(&here, share_space)
    ))
}

struct Mount {
    id: u64,
    name: String,
    place: String,
    total: u64,
    free: u64,
}

/// Ids, names and sizes are fresh in each run.
fn recorded(case: &Case) -> Vec<Mount> {
    let mut next_id = case.number(40..=60_000);
    let mut id = || {
        next_id += case.number(1..=9);
        next_id
    };
    let size = || {
        let total = case.number(50_000_000_000..=900_000_000_000);
        (total, case.number(10_000_000_000..=total - 1))
    };
    let (root, pool, pool_home, twin, other_twin) = (id(), id(), id(), id(), id());
    let (scratch, cache, pair) = (id(), id(), case.word());
    let (of_root, of_pool, of_twins) = (size(), size(), size());
    let mount = |id, name: &str, place: &str, (total, free)| Mount {
        id,
        name: name.to_owned(),
        place: format!("{place}{}", case.word()),
        total,
        free,
    };
    vec![
        mount(root, "/dev/root", "/", of_root),
        mount(root, "/dev/vda1", "/var/lib/", of_root),
        mount(root, "/dev/vda1", "/srv/", of_root),
        mount(pool, "/dev/nvme0n1p3", "/mnt/", of_pool),
        mount(pool_home, "/dev/nvme0n1p3", "/mnt/home/", of_pool),
        mount(twin, &format!("/dev/{pair}1"), "/data/", of_twins),
        mount(other_twin, &format!("/dev/{pair}2"), "/data/", of_twins),
        mount(scratch, "tmpfs", "/srv/scratch/", size()),
        mount(cache, "tmpfs", "/srv/cache/", size()),
    ]
}

fn read(line: &str) -> Option<Mount> {
    let (head, sizes) = line.rsplit_once(" (id ")?;
    let (place, name) = head.rsplit_once(" on ")?;
    let (id, sizes) = sizes.split_once("): ")?;
    let (free, total) = sizes.strip_suffix(" free")?.split_once(" of ")?;
    let number = |text: &str| text.parse().ok();
    let (name, place) = (name.to_owned(), place.to_owned());
    Some(Mount { id: number(id)?, name, place, total: number(total)?, free: number(free)? })
}

type Same = fn(&Mount, &Mount) -> bool;

fn share_space(a: &Mount, b: &Mount) -> bool {
    a.id == b.id || (a.name == b.name && a.name.starts_with("/dev/"))
}

/// Other rules by which one may count, and what is wrong with each.
const OTHER_RULES: [(Same, &str); 5] = [
    (|_, _| false, "every mount was counted, one file system up to three times"),
    (
        |a, b| a.id == b.id,
        "the two subvolumes of one btrfs were both counted, and share their space",
    ),
    (
        |a, b| a.name == b.name,
        "two file systems called tmpfs were counted as one, and one disk under \
        two names as two",
    ),
    (|a, b| (a.total, a.free) == (b.total, b.free), "two disks of one size were counted as one"),
    (
        |a, b| match a.name.starts_with("/dev/") {
            true => a.name == b.name,
            false => a.id == b.id,
        },
        "one file system under two names was counted twice",
    ),
];

fn is_added_up(case: &Case, program: &Running, mounts: &[Mount]) -> Result<(), Stop> {
    let said = program.prints_like("a line on all together", secs(1), |line| {
        line.strip_prefix("together: ").map(str::to_owned)
    })?;
    let right = summed(mounts, share_space);
    let other = OTHER_RULES.iter().find(|(same, _)| said == summed(mounts, *same));
    let how = other.map_or(String::new(), |(_, how)| format!(": {how}"));
    let observed = format!("{said:?} was said, and {right:?} is right{how}");
    case.expect(said == right, "every file system is added up once", observed)
}

fn summed(mounts: &[Mount], same: Same) -> String {
    let firsts = firsts(mounts, same);
    let free: u64 = firsts.iter().map(|mount| mount.free).sum();
    let total: u64 = firsts.iter().map(|mount| mount.total).sum();
    format!("{free} of {total} free, {} file systems", firsts.len())
}

fn count(mounts: &[Mount], same: Same) -> usize {
    firsts(mounts, same).len()
}

fn firsts(mounts: &[Mount], same: Same) -> Vec<&Mount> {
    let mut firsts: Vec<&Mount> = Vec::new();
    for mount in mounts {
        if !firsts.iter().any(|known| same(known, mount)) {
            firsts.push(mount);
        }
    }
    firsts
}
