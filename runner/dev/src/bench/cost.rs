//! What processes have cost.

use std::fs;
use std::time::Duration;

use nix::unistd::{SysconfVar, sysconf};

/// Time on a processor of a process and of all that it has started and waited for, see
/// proc_pid_stat(5). It stays readable until the process itself is waited for.
pub(super) fn cpu_with_children(pid: i32) -> Option<Duration> {
    let ticks = ticks(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?;
    let a_second = u32::try_from(sysconf(SysconfVar::CLK_TCK).ok()??).ok()?;
    Some(Duration::from_secs(ticks) / a_second)
}

/// Fields 14 to 17: user and system time, its own and its children's. The name in field 2 may
/// hold anything, so they are counted from the parenthesis that closes it.
fn ticks(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let times = rest.split_whitespace().skip(11).take(4);
    times.map(|field| field.parse::<u64>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::{cpu_with_children, ticks};

    #[test]
    fn four_times_are_added_whatever_the_name_is() {
        let stat = "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 100 20 3000 400 20 0 1 0";
        assert_eq!(ticks(stat), Some(3520));
        assert_eq!(ticks(""), None);
    }

    #[test]
    fn this_process_can_be_asked() {
        let me = std::process::id().cast_signed();
        assert!(cpu_with_children(me).is_some());
    }
}
