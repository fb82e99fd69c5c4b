use harness::check::{Case, CheckResult, Rest, Reworded, Running, Stop};
use harness::process;
use harness::supervise::Ended;
use harness::until::{ms, secs};
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

/// The first Ctrl-C finishes the upload in hand, the second gives it up.
pub(crate) fn tokio_second_ctrl_c(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("upload");

    case.step("start it, let one upload arrive, and press Ctrl-C in the middle of the next");
    case.matters("an upload that is cut off is half a file, or a picture that nobody sends again");
    let first = case.number(100..=999);
    let program = start(case, &world, first)?;
    press_ctrl_c(&program)?;
    is_still_inside(case, &program, "the upload in hand is finished after the first Ctrl-C")?;

    case.step("let that upload arrive");
    world.lets_go("upload", first + 1, ActState::Done);
    program.exits_with(0, secs(2)).expecting("it ends when the upload in hand has arrived")?;
    program.prints("stopped after 2 uploads", secs(1))?;
    let begun = world.acts().len();
    let observed = format!("{} more were begun", begun.saturating_sub(2));
    case.expect(begun == 2, "no upload is begun after the first Ctrl-C", observed)?;
    program.leaves_nothing()?;

    case.step("start it again, and press Ctrl-C in the middle of an upload that hangs");
    case.matters(
        "a program that does not hear the second Ctrl-C is ended by kill -9 or by the power switch, \
         and then nothing is saved at all",
    );
    let first = case.number(1000..=9999);
    let program = start(case, &world, first)?;
    press_ctrl_c(&program)?;
    is_still_inside(case, &program, "the upload in hand has its time after the first Ctrl-C")?;

    case.step("press Ctrl-C again");
    program.signal(Signal::SIGINT)?;
    let expected = "at the second Ctrl-C it ends at once, with status 130 or by SIGINT itself";
    // Asleep without a timer it has not heard it, and will not. One that looks from time to time has
    // its time to look.
    if let Rest::Asleep(asleep) = program.sleeps_or_ends(secs(2))?
        && asleep.wakes_in().is_none()
    {
        let tree = program.snapshot("after the second Ctrl-C");
        return Err(case.failure(expected, deaf(&program)).with(tree));
    }
    let ended = program.ends(ms(700)).expecting(expected).observing(deaf(&program))?;
    case.matters(
        "a script goes on after a command that failed by itself, and stops after one that Ctrl-C ended: \
         the shell tells them apart by 130",
    );
    let is_interrupted = matches!(ended, Ended::Exited(130) | Ended::Killed(2));
    case.expect(is_interrupted, expected, format!("after the second Ctrl-C it {ended}"))?;
    program.leaves_nothing()?;

    case.passed(
        "after one Ctrl-C the upload in hand arrived, no other was begun, and the status was 0; \
         after two it ended although its upload hung",
    )
}

/// Where a signal went that a program did not end of, and what it does instead.
fn deaf(program: &Running) -> &'static str {
    let threads = process::threads(program.pid());
    let Some(main) = threads.first() else { return "the second Ctrl-C did nothing" };
    if main.status.is_pending(Signal::SIGINT as i32) {
        "the second Ctrl-C did nothing, as SIGINT is blocked"
    } else if main.call.as_ref().is_some_and(|call| !call.has_no_timer()) {
        "the second Ctrl-C did nothing, the program waits for a time to run out"
    } else {
        "the second Ctrl-C did nothing, a handler took it"
    }
}

/// Inside its second upload, the first has arrived.
fn start(case: &Case, world: &World, first: u64) -> Result<Running, Stop> {
    let program = case.program().arg(first.to_string()).start()?;
    program.prints("ready", secs(3))?;
    program.reaches(world, "upload", first, secs(2))?;
    world.lets_go("upload", first, ActState::Done);
    program.reaches(world, "upload", first + 1, secs(2))?;
    Ok(program)
}

fn press_ctrl_c(program: &Running) -> Result<(), Stop> {
    program.signal(Signal::SIGINT)?;
    let is_it = |line: &str| line.starts_with("draining").then_some(());
    program.prints_like("a line that begins with `draining`", secs(2), is_it)
}

/// It has not ended, and has nothing to do: what it waits for is the upload that we hold.
fn is_still_inside(case: &Case, program: &Running, expected: &str) -> Result<(), Stop> {
    match program.settles(secs(2)).expecting(expected)? {
        None => Ok(()),
        Some(ended) => {
            Err(case.failure(expected, format!("in the middle of an upload it {ended}")))
        }
    }
}
