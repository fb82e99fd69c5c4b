//! To which process a container belongs, so that the next start can tell whose are left over.

use std::fs;

/// `<pid>.<start time>`: a process id alone may belong to somebody else by now.
pub(super) const RUN: &str = "faultlings.run";
/// Where that process id means something: a boot of a machine, a namespace of process ids.
pub(super) const WHERE: &str = "faultlings.where";

/// The value of [`RUN`] for a process; nothing if there is none.
pub(super) fn run(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The 22nd field, see proc_pid_stat(5). The second, the name, may hold spaces and brackets.
    let start = stat.rsplit_once(") ")?.1.split(' ').nth(19)?;
    Some(format!("{pid}.{start}"))
}

/// The value of [`WHERE`] here.
pub(super) fn place() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let space = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), space.display())
}

/// Whether the owner of a container with these labels is surely gone. `is_here` says that the
/// container runs on this machine, so that one of an earlier boot has no owner.
pub(super) fn is_gone(run: &str, place: &str, is_here: bool) -> bool {
    let ours = self::place();
    if place != ours {
        let boot = |place: &str| place.split(' ').next().map(str::to_owned);
        return is_here && boot(place) != boot(&ours);
    }
    let pid = run.split('.').next().and_then(|pid| pid.parse().ok());
    pid.is_none_or(|pid: u32| self::run(pid).as_deref() != Some(run))
}

#[cfg(test)]
mod tests {
    use super::{is_gone, place, run};

    #[test]
    fn an_owner_is_known_by_its_number_and_its_start() {
        let own = run(std::process::id()).unwrap();
        assert!(!is_gone(&own, &place(), true));
        assert!(is_gone(&format!("{own}0"), &place(), true), "the number was given anew");
        assert!(is_gone("4194305.1", &place(), true), "no such process");
        assert!(is_gone(&own, "another-boot pid:[1]", true));
        assert!(!is_gone(&own, "another-boot pid:[1]", false), "another machine's");
        let neighbour = place().replace("pid:[", "pid:[9");
        assert!(!is_gone("1.1", &neighbour, true), "its numbers say nothing here");
    }
}
