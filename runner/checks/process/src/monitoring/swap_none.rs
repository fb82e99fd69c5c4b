use std::fs;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::secs;

const MIB: u64 = 1 << 20;

/// A machine without swap is in the report, as one without swap.
pub(crate) fn swap_none(case: &mut Case) -> CheckResult {
    case.matters(
        "a share of nothing compares as neither small nor big: an alarm on it rings for ever or \
         never, and whoever silences it silences the alarms that mean something",
    );
    let machine = |used_mib, total_mib| Machine { name: case.word(), used_mib, total_mib };
    let total = || 5 * case.number(500..=1600);
    let (of_full, of_near, of_below) = (total(), total(), total());
    let full = machine(of_full * 9 / 10, of_full);
    // Exactly 80 percent, and so little below it that they are 80 when they are not rounded down.
    let near = machine(of_near / 5 * 4, of_near);
    let below = machine(of_below / 5 * 4 - case.number(3..=7), of_below);
    let (free, none) = (machine(0, total()), machine(0, 0));

    case.step("report on five machines: swap nearly full, at the limit, below it, all of it free, and none at all");
    let machines = [&full, &near, &below, &free, &none];
    let program = report(case, &machines)?;
    is_reported(case, &program, &none)?;
    machines.iter().try_for_each(|machine| is_reported(case, &program, machine))?;
    let all = Machine {
        name: "all".to_owned(),
        used_mib: machines.iter().map(|machine| machine.used_mib).sum(),
        total_mib: machines.iter().map(|machine| machine.total_mib).sum(),
    };
    is_reported(case, &program, &all)?;
    program.exits_with(0, secs(1))?;

    case.step("report on two machines, neither of which has any");
    let other = machine(0, 0);
    let program = report(case, &[&none, &other])?;
    is_reported(case, &program, &none)?;
    is_reported(case, &program, &other)?;
    is_reported(case, &program, &Machine { name: "all".to_owned(), used_mib: 0, total_mib: 0 })?;
    program.exits_with(0, secs(1))?;

    case.step("report on this machine");
    let program = case.program().start()?;
    program.ends(secs(3))?;
    let line = line_on(&program, "here")?;
    let here = swap_here()? / MIB;
    let wanted = if here == 0 { "no swap".to_owned() } else { format!(" of {here} MiB in use") };
    let observed = format!("it has {here} MiB of swap, and {line:?} was said");
    case.expect(line.contains(&wanted), "this machine's own swap is said", observed)?;
    program.exits_with(0, secs(1))?;
    program.leaves_nothing()?;

    let here = match here {
        0 => "as having none".to_owned(),
        mib => format!("with its {mib} MiB"),
    };
    case.passed(format!(
        "`{}` and, at 80 %, `{}` were reported with an alarm, `{}` at 79 % without one, `{}` at 0 %, \
         `{}` as having none, without an alarm, and this machine {here}",
        full.name, near.name, below.name, free.name, none.name
    ))
}

struct Machine {
    name: String,
    used_mib: u64,
    total_mib: u64,
}

fn report(case: &Case, machines: &[&Machine]) -> Result<Running, Stop> {
    let line = |machine: &&Machine| {
        format!("{} {} {}\n", machine.name, machine.used_mib * MIB, machine.total_mib * MIB)
    };
    let file = case.file("fleet", machines.iter().map(line).collect::<String>())?;
    let program = case.program().arg(file).start()?;
    program.ends(secs(3))?;
    Ok(program)
}

fn line_on(program: &Running, name: &str) -> Result<String, Stop> {
    let prefix = format!("{name}: ");
    let line =
        program.stdout_lines().iter().find_map(|line| Some(line.strip_prefix(&prefix)?.into()));
    // Nothing was printed on it: the wait says how the program ended.
    line.map_or_else(|| program.prints_like(&format!("a line on {name}"), secs(0), |_| None), Ok)
}

fn is_reported(case: &Case, program: &Running, machine: &Machine) -> Result<(), Stop> {
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
fn swap_here() -> Result<u64, Stop> {
    let text = fs::read_to_string("/proc/meminfo")?;
    let kib = text.lines().find_map(|line| line.strip_prefix("SwapTotal:"));
    let kib = kib.and_then(|rest| rest.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kib.map(|kib| kib * 1024)
        .ok_or_else(|| Stop::unknown("/proc/meminfo does not say SwapTotal", "mount /proc"))
}
