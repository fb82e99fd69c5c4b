//! The right way to count, others that people take, and what is wrong with each.

use super::mounts::Mount;

type Same = fn(&Mount, &Mount) -> bool;
type Way = fn(&[Mount]) -> Vec<&Mount>;

fn is_device(mount: &Mount) -> bool {
    mount.name.starts_with("/dev/")
}

fn share_space(a: &Mount, b: &Mount) -> bool {
    a.id == b.id || (a.name == b.name && is_device(a))
}

/// Those that none before them, counted or not, shares its space with.
pub(super) fn once(mounts: &[Mount]) -> Vec<&Mount> {
    firsts(mounts, share_space)
}

pub(super) const OTHER_WAYS: [(Way, &str); 10] = [
    (
        |mounts| mounts.iter().collect(),
        "every mount was counted, one file system up to three times",
    ),
    (
        |mounts| firsts(mounts, |a, b| a.id == b.id),
        "the two subvolumes of one btrfs were both counted, and share their space",
    ),
    (
        |mounts| firsts(mounts, |a, b| a.name == b.name),
        "two file systems called tmpfs were counted as one, and one disk under two names as two",
    ),
    (
        |mounts| firsts(mounts, |a, b| a.id == b.id || a.name == b.name),
        "the two called tmpfs were counted as one, as were the two called overlay",
    ),
    (
        |mounts| firsts(mounts, |a, b| a.id == b.id || (a.name == b.name && a.name != "tmpfs")),
        "the two called overlay were counted as one, and each has space of its own",
    ),
    (
        |mounts| firsts(mounts, |a, b| (a.total, a.free) == (b.total, b.free)),
        "two disks of one size were counted as one",
    ),
    (
        |mounts| {
            firsts(mounts, |a, b| match is_device(a) {
                true => a.name == b.name,
                false => a.id == b.id,
            })
        },
        "one file system under two names was counted twice",
    ),
    (
        |mounts| firsts(mounts, |a, b| a.id == b.id && (!is_device(a) || a.name == b.name)),
        "what has two ids was counted twice, and what has two names as well",
    ),
    (
        compared_with_those_counted,
        "a mount was counted whose device is that of one before it, which was not counted itself",
    ),
    (
        sorted_by_name,
        "one file system under two names, which others stand between in the alphabet, was counted \
         twice",
    ),
];

fn firsts(mounts: &[Mount], same: Same) -> Vec<&Mount> {
    let is_first = |index: &usize| !mounts[..*index].iter().any(|it| same(it, &mounts[*index]));
    (0..mounts.len()).filter(is_first).map(|index| &mounts[index]).collect()
}

fn compared_with_those_counted(mounts: &[Mount]) -> Vec<&Mount> {
    let mut counted: Vec<&Mount> = Vec::new();
    for mount in mounts {
        if !counted.iter().any(|known| share_space(known, mount)) {
            counted.push(mount);
        }
    }
    counted
}

fn sorted_by_name(mounts: &[Mount]) -> Vec<&Mount> {
    let mut sorted: Vec<&Mount> = mounts.iter().collect();
    sorted.sort_by(|a, b| a.name.cmp(&b.name));
    sorted.dedup_by(|b, a| share_space(a, b));
    sorted
}
