use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::until::{ms, secs};
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::acts::{count, is_still_inside, pauses, stops};

/// SIGTERM is heard in the pause, at once; in the pause nothing wakes; what was read is handed in.
pub(crate) fn flag_long_sleep(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("read");

    case.step("start it with a pause of ten minutes, and let it take one reading");
    case.matters("a machine that wakes up to look for work has no battery left when work comes");
    let first = case.number(100..=999);
    let program = start(case, &world, first, "600000")?;
    world.lets_go("read", first, ActState::Done);
    pauses(case, &program, secs(600))?;

    case.step("send SIGTERM in the pause");
    case.matters(
        "a service that does not end when it is asked is ended by SIGKILL: by systemd after 90 s, \
         by `docker stop` after 10 s; what it had in memory is lost, at every update",
    );
    program.signal(Signal::SIGTERM)?;
    let expected = "after SIGTERM it hands in its reading and ends, without waiting for the pause";
    stops(case, &program, expected)?;
    is_handed_in(case, &world, first, 1)?;
    program.exits_with(0, secs(1)).expecting("after SIGTERM it ends with status 0")?;
    program.prints("stopped after 1 readings", secs(1))?;
    program.leaves_nothing()?;

    case.step(
        "start it with a pause of 20 ms, and send SIGTERM in the middle of its third reading",
    );
    case.matters("a reading that is cut off is missing, or is counted twice");
    let first = case.number(1000..=9999);
    let program = start(case, &world, first, "20")?;
    for reading in first..first + 2 {
        world.lets_go("read", reading, ActState::Done);
        let next = program.reaches(&world, "read", reading + 1, secs(2));
        next.expecting("after the pause comes the next reading")?;
    }
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, "the reading that is under way is finished after SIGTERM")?;

    case.step("let that reading come to its end");
    world.lets_go("read", first + 2, ActState::Done);
    program.ends(secs(2)).expecting("after the last reading it ends")?;
    let more = count(&world, "read").saturating_sub(4);
    let observed = format!("{more} more were begun");
    case.expect(more == 0, "no reading is begun after SIGTERM", observed)?;
    is_handed_in(case, &world, first, 3)?;
    program.exits_with(0, ms(100)).expecting("after SIGTERM it ends with status 0")?;
    program.leaves_nothing()?;

    case.passed(
        "nothing woke in a pause of ten minutes; SIGTERM ended the pause at once, and let a reading \
         that was under way come to its end; each of 4 readings was handed in",
    )
}

/// Inside its first reading.
fn start(case: &Case, world: &World, first: u64, pause: &str) -> Result<Running, Stop> {
    let program = case.program().arg(first.to_string()).env("INTERVAL_MS", pause).start()?;
    program.prints("ready", secs(3))?;
    program.reaches(world, "read", first, secs(2))?;
    Ok(program)
}

fn is_handed_in(case: &Case, world: &World, first: u64, count: u64) -> Result<(), Stop> {
    let acts = world.acts().into_iter().filter(|act| act.what == "hand_in" && act.id >= first);
    let seen: Vec<_> =
        acts.map(|act| act.id).filter(|id| (first..first + count).contains(id)).collect();
    let wanted: Vec<_> = (first..first + count).collect();
    let observed = match seen.len() {
        0 => format!("none of its {count} readings was handed in"),
        _ => format!("readings {wanted:?} were taken, and {seen:?} handed in"),
    };
    case.expect(seen == wanted, "each reading is handed in once, in order", observed)
}
