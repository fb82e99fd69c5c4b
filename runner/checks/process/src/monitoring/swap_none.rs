mod report;

use harness::check::{Case, CheckResult};
use harness::until::secs;

use report::{MIB, Machine, is_reported, line_on, report, swap_here};

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
