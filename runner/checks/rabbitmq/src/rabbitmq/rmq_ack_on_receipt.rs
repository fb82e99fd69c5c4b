use std::collections::BTreeSet;

use harness::check::{Case, CheckResult, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::secs;
use harness::world::{ActState, World};

use crate::broker::with_rabbit;
use crate::queue::Queue;
use crate::shift::{Off, done, is_cut_off, is_killed_if_it_lives, starts, works};

/// Orders of a run: not a multiple of the prefetch, so that settling by fives leaves some.
const ORDERS: u32 = 18;
/// So many may be in the program.
const PREFETCH: u32 = 5;

/// Killed in the middle of the first order, it has taken no order with it; the next one packs all.
pub(crate) fn rmq_ack_on_receipt(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        let first = case.number(10_000..=90_000);
        let orders: Vec<u64> = (first..).take(ORDERS as usize).collect();
        let queue = rabbit.makes_queue(&case.name("orders"), &[])?;
        queue.receives(&orders)?;
        let in_hand = takes_none_along(case, world, &queue, &orders)?;
        packs_all(case, world, &queue)?;
        case.passed(format!(
            "killed in the middle of the first order it had lost none of {ORDERS}, with {in_hand} \
             in hand; the next one packed all {ORDERS}, each once, and none came back"
        ))
    })
}

/// How many were in the program at that moment.
fn takes_none_along(
    case: &Case,
    world: &World,
    queue: &Queue,
    orders: &[u64],
) -> Result<u32, Stop> {
    case.matters(
        "what is acknowledged and not done lives in the memory of one process: a crash, a deploy \
         or a power cut loses it, and neither the queue nor a log shows that it ever was",
    );
    case.step("put 18 orders into the queue, and kill the program in the middle of the first");
    let first = orders[0];
    world.holds("pack");
    let program = starts(case)?;
    program.reaches(world, "pack", first, secs(3))?;
    // What it takes and acknowledges meanwhile, it has taken and acknowledged when it sleeps.
    program.sleeps_or_ends(secs(3))?;
    let in_hand = ORDERS.saturating_sub(queue.ready()?);
    is_killed_if_it_lives(&program)?;
    let left = queue.left()?;
    is_cut_off(world, "pack");
    if left < ORDERS {
        let expected = "killed in the middle of the first order, it has lost none";
        let observed = format!(
            "{left} of {ORDERS} orders were with the broker after its end, and none was packed"
        );
        let table = table(orders, first, &queue.texts()?);
        return Err(case.failure(expected, observed).with(table));
    }

    case.matters(
        "a program that takes the whole queue leaves nothing for the second one that was started \
         to help, and its memory grows with the queue",
    );
    let expected = "no more than five orders are in the program at a time";
    let observed = format!("while it packed the first, {in_hand} of {ORDERS} orders were in it");
    let fact = [("messages_unacknowledged", in_hand, Some(PREFETCH))];
    let fact = queue.evidence("while the program is inside the first order", &fact);
    case.expect(in_hand <= PREFETCH, expected, observed).map_err(|stop| stop.with(fact))?;
    Ok(in_hand)
}

fn packs_all(case: &Case, world: &World, queue: &Queue) -> Result<(), Stop> {
    case.matters(
        "what is never acknowledged is packed again at each start, and fills the prefetch until \
         nothing is delivered any more",
    );
    case.step("start the next one, and let it pack");
    let program = starts(case)?;
    let off = works(&program, world, "pack", queue, ORDERS as usize, |_| ActState::Done)?;
    let packed = done(world, "pack");
    let each = packed.iter().collect::<BTreeSet<_>>().len();
    let observed = format!("{off}, and {each} of {ORDERS} orders were packed");
    let is_done = matches!(off, Off::Resting(_)) && each == ORDERS as usize;
    case.expect(is_done, "the next one packs all orders", observed)?;
    let twice = packed.len() - each;
    let observed = format!("{twice} of {ORDERS} orders were packed twice");
    case.expect(twice == 0, "each order is packed once", observed)?;

    case.step("kill it as well: what was packed does not come back");
    is_killed_if_it_lives(&program)?;
    let left = queue.left()?;
    let expected = "an order that was packed does not come back";
    let observed = format!("{left} of {ORDERS} orders came back after they had been packed");
    let fact = queue.evidence("after SIGKILL", &[("messages_ready", left, Some(0))]);
    case.expect(left == 0, expected, observed).map_err(|stop| stop.with(fact))
}

fn table(orders: &[u64], inside: u64, back: &[String]) -> Evidence {
    let row = |id: &u64| {
        let is_back = back.contains(&id.to_string());
        MessageRow {
            message: format!("order {id}"),
            delivered: None,
            effect: if *id == inside { "begun, not done".to_owned() } else { String::new() },
            settled: Some(!is_back),
            note: (!is_back).then(|| "lost".to_owned()),
        }
    };
    let gone = orders.len() - back.len().min(orders.len());
    Evidence::Messages(Messages {
        when: "after SIGKILL".to_owned(),
        settling: "acknowledged".to_owned(),
        rows: orders.iter().map(row).collect(),
        position: Some(format!("acknowledged {gone} | inside order {inside}")),
    })
}
