use harness::check::{Asleep, Case, CheckResult, Rest, Reworded, Running, Stop};
use harness::process;
use harness::until::{ms, secs};
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::acts::{is_still_inside, stops};

/// It ends when it is asked to, with its input open and nobody typing; and it loses no order.
pub(crate) fn tokio_stdin_hang(case: &mut Case) -> CheckResult {
    let world = case.world()?;
    world.holds("sell");

    stops_with_nobody_typing(case, &world)?;
    finishes_the_sale(case, &world)?;

    case.step("start six more, and send SIGTERM in the middle of a sale, with orders waiting");
    case.matters("an office that goes on selling after it was closed has queues, and no end");
    begins_no_other(case, &world)?;

    case.step("start it again, order five tickets in one go, and end its input");
    sells_all_that_was_read(case, &world)?;

    case.passed(
        "asked to stop, it ended with its input open and nobody typing, and not in the middle of a \
         sale; all of 5 orders were sold that stood in the input at its end",
    )
}

fn stops_with_nobody_typing(case: &mut Case, world: &World) -> Result<(), Stop> {
    case.step("start it with an open input, and order two tickets");
    case.matters("a box office that does not sell is of no use, however well it closes");
    let seat = case.number(100..=999);
    let mut program = opens(case)?;
    for seat in [seat, seat + 1] {
        program.write_line(&seat.to_string())?;
        sells(world, &program, seat)?;
    }

    case.step("send SIGTERM while it waits for the next order, and leave its input open");
    case.matters(
        "whoever waits for the end waits until a person comes by: a service manager until its limit, \
         and then it kills; a script for ever",
    );
    // At rest it waits for the next order. A signal that comes before it asks for one finds nothing
    // to hang in.
    program.sleeps_or_ends(secs(2))?;
    program.signal(Signal::SIGTERM)?;
    closes(case, &program)?;
    case.matters("whoever closes the offices has to know how many tickets each has sold");
    has_closed_after(&program, 2)?;
    program.leaves_nothing()
}

fn finishes_the_sale(case: &mut Case, world: &World) -> Result<(), Stop> {
    case.step("start it again, and send SIGTERM in the middle of a sale");
    case.matters("a ticket that was paid for and not printed is a customer at the counter");
    let whole = "the sale in hand is finished after SIGTERM";
    let seat = case.number(1000..=9999);
    let mut program = opens(case)?;
    program.write_line(&seat.to_string())?;
    program.reaches(world, "sell", seat, secs(2))?;
    program.signal(Signal::SIGTERM)?;
    is_still_inside(case, &program, whole)?;
    let observed = format!("the sale of seat {seat} was given up in the middle of it");
    case.expect(world.is_awaited("sell", seat), whole, observed)?;
    world.lets_go("sell", seat, ActState::Done);
    stops(case, &program, "it ends when the sale in hand is finished")?;
    has_closed_after(&program, 1)
}

/// Stop and next order are there at the same time. Whoever leaves that to chance is caught by one of six.
fn begins_no_other(case: &Case, world: &World) -> Result<(), Stop> {
    let first = case.number(100_000..=900_000);
    for seat in (0..6).map(|office| first + office * 10) {
        let mut program = opens(case)?;
        let orders: String = (seat..seat + 4).map(|seat| format!("{seat}\n")).collect();
        program.types(&orders)?;
        program.reaches(world, "sell", seat, secs(2))?;
        program.signal(Signal::SIGTERM)?;
        is_still_inside(case, &program, "the sale in hand is finished after SIGTERM")?;
        world.lets_go("sell", seat, ActState::Done);
        let closed = stops(case, &program, "it ends when the sale in hand is finished");
        let is_begun = world.acts().iter().any(|act| act.id == seat + 1);
        let observed =
            format!("seat {} was begun after SIGTERM, which came during {seat}", seat + 1);
        case.expect(!is_begun, "no sale is begun after SIGTERM", observed)?;
        closed?;
        program.exits_with(0, secs(1)).expecting("when it has closed it ends with status 0")?;
    }
    Ok(())
}

fn sells_all_that_was_read(case: &Case, world: &World) -> Result<(), Stop> {
    case.matters(
        "a line that was read and not dealt with is gone, and whoever wrote it is not told",
    );
    let seat = case.number(10_000..=99_999);
    let mut program = opens(case)?;
    let orders: Vec<_> = (seat..seat + 5).map(|seat| seat.to_string()).collect();
    program.types(&orders.join("\n"))?;
    program.close_stdin();
    for sale in 0..5 {
        let expected = "each order is sold before it closes, the last one without its newline too";
        let observed = format!("of 5 orders {sale} were sold");
        sells(world, &program, seat + sale).expecting(expected).observing(&observed)?;
    }
    stops(case, &program, "it ends when its input does")?;
    has_closed_after(&program, 5)?;
    program.leaves_nothing()
}

fn opens(case: &Case) -> Result<Running, Stop> {
    let program = case.program().with_stdin().start()?;
    program.prints("ready", secs(3))?;
    Ok(program)
}

fn has_closed_after(program: &Running, tickets: u64) -> Result<(), Stop> {
    program.exits_with(0, secs(1)).expecting("when it has closed it ends with status 0")?;
    program.prints(&format!("closed after {tickets} tickets"), secs(1))
}

fn sells(world: &World, program: &Running, seat: u64) -> Result<(), Stop> {
    program.reaches(world, "sell", seat, secs(2))?;
    world.lets_go("sell", seat, ActState::Done);
    program.prints(&format!("seat {seat} sold"), secs(2))
}

fn closes(case: &Case, program: &Running) -> Result<(), Stop> {
    let Rest::Asleep(asleep) = program.sleeps_or_ends(secs(2))? else { return Ok(()) };
    // Our own thread reads what it says, and may be late on a busy machine.
    let said = |line: &str| line.starts_with("closed after").then_some(());
    let has_said = program.prints_like("its last line", ms(300), said).is_ok();
    let observed = match has_said {
        false => format!("it did not take the signal: {asleep}"),
        true => after_its_word(program, &asleep),
    };
    let expected = "it ends when it says that it is closed, with nobody typing anything";
    Err(case.failure(expected, observed).with(program.snapshot("after it said that it is closed")))
}

/// Why it is still there.
fn after_its_word(program: &Running, asleep: &Asleep) -> String {
    let is_open = process::open_files(program.pid()).iter().any(|file| file.fd == 0);
    let reader = asleep.find(|call| call.is_read_from(0)).map(|thread| thread.tid);
    match (asleep.wakes_in(), reader) {
        (Some(time), Some(reader)) => format!(
            "it said that it is closed, and then waits for thread {reader} in read(0), for up to {:.0} s",
            time.as_secs_f64()
        ),
        (None, Some(reader)) if !is_open => format!(
            "it said that it is closed, descriptor 0 is closed too, and thread {reader} is still in read(0)"
        ),
        _ => format!("it said that it is closed, and did not end: {asleep}"),
    }
}
