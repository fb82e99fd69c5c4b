//! The alarm on machines that have nothing to swap
//!
//! A report on a fleet of machines says how much of its swap space each one uses, and raises an
//! alarm from 80 percent on, since a machine that swaps that much is about to stand still. Then the
//! caches moved to machines without any swap. The alarm rang for all of them, all the time. It was
//! silenced for a week, and in that week a database stood still.
//!
//! What it should say, a line for each machine, and one for all together:
//!
//! ```text
//! db-1: 3482 of 4096 MiB in use, 85 %, ALARM
//! web-1: 0 of 2048 MiB in use, 0 %
//! cache-7: no swap
//! all: 3482 of 6144 MiB in use, 56 %
//! ```
//!
//! A machine is in the report whether it has swap or not. `0 %` means that it has some, and that it
//! is free. Shares are rounded down. If no machine has any, the last line is `all: no swap`.
//!
//! By hand, on this machine alone, or on the machines in a file with lines `NAME USED TOTAL`, in
//! bytes, as their agents have sent them:
//!
//! ```text
//! cargo run -q -p monitoring --bin swap_none
//! printf 'db-1 3651141632 4294967296\ncache-7 0 0\n' > /tmp/fleet
//! cargo run -q -p monitoring --bin swap_none -- /tmp/fleet
//! ```

use std::error::Error;
use std::{env, fs};

use sysinfo::{MemoryRefreshKind, System};

const MIB: u64 = 1024 * 1024;

/// Swap space in bytes.
#[derive(Clone, Copy, Default)]
struct Swap {
    used: u64,
    total: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let machines = match env::args().nth(1) {
        Some(file) => fs::read_to_string(&file)?.lines().filter_map(read).collect(),
        None => vec![("here".to_owned(), this_machine()?)],
    };
    let mut all = Swap::default();
    for (name, swap) in machines {
        println!("{name}: {}{}", in_words(swap), if is_alarming(swap) { ", ALARM" } else { "" });
        all.used += swap.used;
        all.total += swap.total;
    }
    println!("all: {}", in_words(all));
    Ok(())
}

fn this_machine() -> Result<Swap, sysinfo::Error> {
    let mut system = System::new()?;
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_swap());
    Ok(Swap { used: system.used_swap(), total: system.total_swap() })
}

/// One line of an agent's: name, used, total.
fn read(line: &str) -> Option<(String, Swap)> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    Some((name, Swap { used: words.next()?.parse().ok()?, total: words.next()?.parse().ok()? }))
}

fn percent(swap: Swap) -> f64 {
    // TODO: is there always an answer?
    100.0 * swap.used as f64 / swap.total as f64
}

fn is_alarming(swap: Swap) -> bool {
    let is_fine = percent(swap) < 80.0;
    !is_fine
}

fn in_words(swap: Swap) -> String {
    format!(
        "{} of {} MiB in use, {:.0} %",
        swap.used / MIB,
        swap.total / MIB,
        percent(swap).floor()
    )
}
