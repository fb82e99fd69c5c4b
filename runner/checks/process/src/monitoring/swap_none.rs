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
    let total = case.number(2048..=8192);
    let [full, free, none] =
        [machine(total * 9 / 10, total), machine(0, case.number(2048..=8192)), machine(0, 0)];

    case.step("report on three machines: swap nearly full, all of it free, and none at all");
    let program = report(case, &[&full, &free, &none])?;
    is_reported(case, &program, &none)?;
    is_reported(case, &program, &full)?;
    is_reported(case, &program, &free)?;
    let all = Machine {
        name: "all".to_owned(),
        used_mib: full.used_mib,
        total_mib: full.total_mib + free.total_mib,
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

    case.passed(format!(
        "`{}` was reported at 90 % with an alarm, `{}` at 0 %, `{}` as having none, without an alarm, \
         and this machine with its {here} MiB",
        full.name, free.name, none.name
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
            let observed = format!("`{name}` is not in the report; its swap is {total} MiB");
            return Err(case.failure("every machine is in the report", observed));
        }
        line => line?,
    };
    let whose = match name.as_str() {
        "all" => "all machines together have".to_owned(),
        name => format!("`{name}` has"),
    };
    let (expected, wanted, observed) = match total {
        0 => (
            "where there is no swap, `no swap` is said",
            "no swap".to_owned(),
            format!("{whose} no swap, and {line:?} was said of it"),
        ),
        _ => {
            let percent = 100 * used / total;
            let alarm = if percent >= 80 && name != "all" { ", ALARM" } else { "" };
            (
                "where there is swap, the share of it that is in use is said",
                format!("{used} of {total} MiB in use, {percent} %{alarm}"),
                format!("{whose} {total} MiB of swap, {used} in use, and {line:?} was said of it"),
            )
        }
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
