//! The disk that was sold twice: solved
//!
//! What sysinfo calls a disk is a line of /proc/mounts: a file system *at a place*. One that is
//! mounted in three places is on the list three times, each time with all of its space. To add them
//! up, one has to know which lines are of one file system, and the kernel has two answers to that.

use std::error::Error;
use std::{env, fs};

use sysinfo::{DiskRefreshKind, Disks};

/// One place where a file system is mounted.
struct Mount {
    id: u64,
    name: String,
    place: String,
    total: u64,
    free: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mounts = match env::args().nth(1) {
        Some(file) => fs::read_to_string(&file)?.lines().filter_map(read).collect(),
        None => this_machine()?,
    };
    for Mount { id, name, place, total, free } in &mounts {
        println!("{place} on {name} (id {id}): {free} of {total} free");
    }
    let mut counted: Vec<&Mount> = Vec::new();
    for (index, mount) in mounts.iter().enumerate() {
        // With all before it, and not only with those that were counted: a mount that was not may be
        // the link. With ids and names `1 /dev/mapper/vg`, `1 /dev/dm-3`, `2 /dev/dm-3` all three are
        // of one file system, and the third is known by the second alone.
        if !mounts[..index].iter().any(|known| share_space(known, mount)) {
            counted.push(mount);
        }
    }
    let free: u64 = counted.iter().map(|mount| mount.free).sum();
    let total: u64 = counted.iter().map(|mount| mount.total).sum();
    println!("together: {free} of {total} free, {} file systems", counted.len());
    Ok(())
}

/// Whether both are mounts of one file system, so that a byte written to one is missing in both.
fn share_space(a: &Mount, b: &Mount) -> bool {
    // The number that stat(2) gives for every file there: equal for all mounts of one file system,
    // wherever and however often it is mounted, under whatever name (`/dev/root` is often another
    // name of `/dev/vda1`). sysinfo has it as `Disk::id` since 0.40; before, one asked
    // `std::os::unix::fs::MetadataExt::dev` of the mount point.
    let same_id = a.id == b.id;
    // A btrfs gives each subvolume a number of its own, so that find(1) with `-xdev` and tar(1) see a
    // border there. The space behind them is one, and the device tells. Only a device does: there may
    // be ten file systems called `tmpfs`, and each has space of its own.
    //
    // Equal sizes tell nothing: disks are bought in pairs. Nor does the place: `/srv` lies under `/`
    // in the tree of names, and on another disk.
    let same_device = a.name == b.name && a.name.starts_with("/dev/");
    same_id || same_device
    // What this cannot know: datasets of one ZFS pool have names and ids of their own and share what
    // is free. An overlay has an id of its own, and the space of the folder that it writes to, so on
    // a host with containers its line has to be left out by its type (`Disk::file_system`).
    //
    // stat(2), statvfs(3), proc_pid_mounts(5), btrfs(5) under "SUBVOLUMES"; sysinfo::Disk::id
}

fn this_machine() -> Result<Vec<Mount>, sysinfo::Error> {
    let what = DiskRefreshKind::nothing().with_storage();
    let disks = Disks::new_with_refreshed_list_specifics(what)?;
    let mount = |disk: &sysinfo::Disk| {
        Some(Mount {
            // Where we may not look, there is no id, and no size either.
            id: disk.id()?,
            name: disk.name().display().to_string(),
            place: disk.mount_point().display().to_string(),
            total: disk.total_space(),
            free: disk.available_space(),
        })
    };
    Ok(disks.iter().filter_map(mount).collect())
}

/// One recorded line: id, name, mount, total, free.
fn read(line: &str) -> Option<Mount> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [id, name, place, total, free] = words[..] else { return None };
    Some(Mount {
        id: id.parse().ok()?,
        name: name.to_owned(),
        place: place.to_owned(),
        total: total.parse().ok()?,
        free: free.parse().ok()?,
    })
}
