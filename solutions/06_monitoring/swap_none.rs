//! The alarm on machines that have nothing to swap: solved
//!
//! Nothing of nothing is not a share. With integers the division panics, and is noticed; with
//! floating point it gives NaN, which goes on through every sum, is printed as a figure, and makes
//! every comparison false: it is not below the limit, nor above, nor equal to itself.

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
        // Bytes are added, not percentages: the mean of shares is not the share of the sums, and one
        // NaN among them is the mean of all.
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

/// `None` where there is no swap. The type says that there may be no answer, so that whoever asks
/// has to decide what that means; a 0 in its place would say "plenty left" of a machine that has
/// none to give. The same goes for everything that sysinfo may give a total of 0 for: a pseudo file
/// system, a memory that was not refreshed yet, a limit of a cgroup that is not set.
fn percent(swap: Swap) -> Option<f64> {
    // `total`, not `used`: unused swap is swap. And not `is_nan()` afterwards, which has to be
    // repeated wherever the figure goes; `used` of an unequal moment over 0 would be infinite, and
    // is not NaN.
    (swap.total > 0).then(|| 100.0 * swap.used as f64 / swap.total as f64)
}

fn is_alarming(swap: Swap) -> bool {
    // Say what is alarming, and not what is fine: then what cannot be compared is not alarming. Which
    // of the two is right has to be decided for each alarm; here the report says `no swap`.
    percent(swap).is_some_and(|percent| percent >= 80.0)
}

fn in_words(swap: Swap) -> String {
    match percent(swap) {
        Some(percent) => {
            // `as u64` would make 0 of NaN, without a word (Rust Reference, "Numeric cast").
            let (used, total) = (swap.used / MIB, swap.total / MIB);
            format!("{used} of {total} MiB in use, {:.0} %", percent.floor())
        }
        None => "no swap".to_owned(),
    }
    // f64::NAN in std; IEEE 754; proc_meminfo(5), SwapTotal and SwapFree
}
