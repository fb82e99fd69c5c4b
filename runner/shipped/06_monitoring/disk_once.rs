//! The disk that was sold twice
//!
//! Before a customer moves in, a program adds up the free space of a machine. It found 1.2 TB, the
//! customer brought 900 GB, and the copying stopped after 400: "No space left on device". There was
//! one disk with 400 GB free, and it was mounted in three places: as `/`, and by `mount --bind` as
//! the folders of the database and of the container engine. On the next machine it found twice of
//! what there was, with not a single bind mount: `/` and `/home` were subvolumes of one btrfs.
//!
//! What it does: prints a line for each mount, and one for all together, in bytes:
//!
//! ```text
//! / on /dev/vda1 (id 65025): 400000000000 of 500000000000 free
//! /var/lib/docker on /dev/vda1 (id 65025): 400000000000 of 500000000000 free
//! /srv on /dev/vdb1 (id 65040): 70000000000 of 90000000000 free
//! together: 470000000000 of 590000000000 free, 2 file systems
//! ```
//!
//! What it should do: just that, and so add up every file system once. Two mounts are of one file
//! system if the kernel has given them the same id (`st_dev` in stat(2)). They also are if they are
//! on the same device below `/dev`, as subvolumes of a btrfs have different ids and share all their
//! space. A name that is no device, such as `tmpfs`, says nothing.
//!
//! By hand, on this machine, or on the mounts in a file with lines `ID NAME MOUNT TOTAL FREE`, as
//! somebody has recorded them:
//!
//! ```text
//! cargo run -q -p monitoring --bin disk_once
//! findmnt -D
//! cargo run -q -p monitoring --bin disk_once -- FILE
//! ```

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
    // TODO: how many file systems are that?
    let counted: Vec<&Mount> = mounts.iter().collect();
    let free: u64 = counted.iter().map(|mount| mount.free).sum();
    let total: u64 = counted.iter().map(|mount| mount.total).sum();
    println!("together: {free} of {total} free, {} file systems", counted.len());
    Ok(())
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
