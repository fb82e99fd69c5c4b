//! A report on machines, and what has to stand in it.

use std::fs;

use harness::check::{Case, Running, Stop};
use harness::until::secs;

pub(super) const MIB: u64 = 1 << 20;

pub(super) struct Machine {
    pub(super) name: String,
    pub(super) used_mib: u64,
    pub(super) total_mib: u64,
}

pub(super) fn report(case: &Case, machines: &[&Machine]) -> Result<Running, Stop> {
    let line = |machine: &&Machine| {
        format!("{} {} {}\n", machine.name, machine.used_mib * MIB, machine.total_mib * MIB)
    };
    let file = case.file("fleet", machines.iter().map(line).collect::<String>())?;
    let program = case.program().arg(file).start()?;
    program.ends(secs(3))?;
    Ok(program)
}

pub(super) fn line_on(program: &Running, name: &str) -> Result<String, Stop> {
    let prefix = format!("{name}: ");
    let line =
        program.stdout_lines().iter().find_map(|line| Some(line.strip_prefix(&prefix)?.into()));
    // Nothing was printed on it: the wait says how the program ended.
    line.map_or_else(|| program.prints_like(&format!("a line on {name}"), secs(0), |_| None), Ok)
}

pub(super) fn is_reported(case: &Case, program: &Running, machine: &Machine) -> Result<(), Stop> {
    let Machine { name, used_mib: used, total_mib: total } = machine;
    let line = match line_on(program, name) {
        Err(_) if program.stdout_lines().iter().any(|line| line.starts_with("all: ")) => {
            let swap =
                if *total == 0 { "no swap".to_owned() } else { format!("{total} MiB of swap") };
            let observed = format!("`{name}` is not in the report; it has {swap}");
            return Err(case.failure("every machine is in the report", observed));
        }
        line => line?,
    };
    let whose = match name.as_str() {
        "all" => "all machines together have".to_owned(),
        name => format!("`{name}` has"),
    };
    if *total == 0 {
        let observed = format!("{whose} no swap, and {line:?} was said of it");
        let expected = "a machine without swap is reported as `no swap`, without an alarm";
        return case.expect(line == "no swap", expected, observed);
    }
    let percent = 100 * used / total;
    let is_alarming = percent >= 80 && name != "all";
    let figures = format!("{used} of {total} MiB in use, {percent} %");
    let wanted = format!("{figures}{}", if is_alarming { ", ALARM" } else { "" });
    let (said, alarm) = match line.strip_suffix(", ALARM") {
        Some(said) => (said, true),
        None => (line.as_str(), false),
    };
    let percent_said = said.strip_prefix(&format!("{used} of {total} MiB in use, "));
    let (expected, observed) = match percent_said.and_then(|share| share.strip_suffix(" %")) {
        Some(share) if share != percent.to_string() => (
            "shares are rounded down",
            format!(
                "{whose} {used} of {total} MiB in use, which is {percent} %, and {share} % was said"
            ),
        ),
        Some(_) if alarm != is_alarming => (
            "an alarm is raised from 80 % on, and not below",
            match alarm {
                true => format!("{whose} {percent} % in use, and an alarm was raised: {line:?}"),
                false => format!("{whose} {percent} % in use, and no alarm was raised: {line:?}"),
            },
        ),
        _ => (
            "where there is swap, the share of it that is in use is said",
            format!("{whose} {total} MiB of swap, {used} in use, and {line:?} was said of it"),
        ),
    };
    case.expect(line == wanted, expected, observed)
}

/// `SwapTotal` in proc_meminfo(5), in bytes.
pub(super) fn swap_here() -> Result<u64, Stop> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let kib = text.lines().find_map(|line| line.strip_prefix("SwapTotal:"));
    let kib = kib.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| Stop::unknown("/proc/meminfo does not say SwapTotal", "mount /proc"))
}
