//! Mounts, as recorded and as printed.

use harness::check::Case;

pub(super) struct Mount {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) total: u64,
    pub(super) free: u64,
}

/// Ids, names and sizes are fresh in each run.
pub(super) fn recorded(case: &Case) -> Vec<Mount> {
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
    let (scratch, cache, one_layer, another_layer) = (id(), id(), id(), id());
    let (volume, volume_home) = (id(), id());
    let (pair, group) = (case.word(), case.word());
    let (of_root, of_pool, of_twins, of_volume) = (size(), size(), size(), size());
    let mount = |id, name: &str, place: &str, (total, free)| Mount {
        id,
        name: name.to_owned(),
        place: format!("{place}{}", case.word()),
        total,
        free,
    };
    let device = format!("/dev/dm-{}", case.number(1..=99));
    vec![
        // Sorted by name, the disks of a pair stand between these two names of one.
        mount(root, "/dev/root", "/", of_root),
        mount(root, "/dev/vda1", "/var/lib/", of_root),
        mount(root, "/dev/vda1", "/srv/", of_root),
        mount(pool, "/dev/nvme0n1p3", "/mnt/", of_pool),
        mount(pool_home, "/dev/nvme0n1p3", "/mnt/home/", of_pool),
        mount(twin, &format!("/dev/sd{pair}1"), "/data/", of_twins),
        mount(other_twin, &format!("/dev/sd{pair}2"), "/data/", of_twins),
        mount(scratch, "tmpfs", "/srv/scratch/", size()),
        mount(cache, "tmpfs", "/srv/cache/", size()),
        mount(one_layer, "overlay", "/var/lib/docker/", size()),
        mount(another_layer, "overlay", "/var/lib/docker/", size()),
        // The third is the first's only by way of the second, which is not counted itself.
        mount(volume, &format!("/dev/mapper/{group}"), "/vol/", of_volume),
        mount(volume, &device, "/vol/lib/", of_volume),
        mount(volume_home, &device, "/vol/home/", of_volume),
    ]
}

pub(super) fn read(line: &str) -> Option<Mount> {
    let (head, sizes) = line.rsplit_once(" (id ")?;
    let (place, name) = head.rsplit_once(" on ")?;
    let (id, sizes) = sizes.split_once("): ")?;
    let (free, total) = sizes.strip_suffix(" free")?.split_once(" of ")?;
    let number = |text: &str| text.parse().ok();
    let (name, place) = (name.to_owned(), place.to_owned());
    Some(Mount { id: number(id)?, name, place, total: number(total)?, free: number(free)? })
}
