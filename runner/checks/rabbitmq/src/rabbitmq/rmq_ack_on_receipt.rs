use std::collections::BTreeSet;
use std::mem;

use harness::check::{Case, CheckResult, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::secs;
use harness::world::{ActState, World};

use crate::broker::{Rabbit, with_rabbit};
use crate::heard::Heard;
use crate::queue::Queue;
use crate::shift::{
    Off, at_gate, done, is_cut_off, is_killed_if_it_lives, starts, starts_on_a_line,
    takes_its_share, works,
};

/// Orders of a run: not a multiple of the prefetch, so that settling by fives leaves some.
const ORDERS: u32 = 18;
/// So many may be in the program.
const PREFETCH: u32 = 5;

/// Killed in the middle of the first order, it has taken no order with it; the next one packs all,
/// also one that is refused at first.
pub(crate) fn rmq_ack_on_receipt(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, world| {
        let first = case.number(10_000..=90_000);
        let orders: Vec<u64> = (first..).take(ORDERS as usize).collect();
        let [queue, dead] = rabbit.makes_queue_and_dead(&case.name("orders"))?;
        queue.receives(&orders)?;
        let in_hand = takes_none_along(case, world, &queue, &orders)?;
        packs_all(case, rabbit, world, [&queue, &dead], orders[1])?;
        case.passed(format!(
            "killed in the middle of the first order it had lost none of {ORDERS}, with {in_hand} \
             in hand; the next one packed all {ORDERS}, each once, also the one that was refused \
             at first, and none came back"
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
    let ready = takes_its_share(&program, world, "pack", queue)?;
    let in_hand = ORDERS.saturating_sub(ready);
    let begun = at_gate(world, "pack");
    // Of orders that are packed side by side the last one is done first: that may settle no other.
    let last = begun.iter().copied().max().filter(|last| *last != first);
    if let Some(last) = last {
        world.lets_go("pack", last, ActState::Done);
        program.sleeps_or_ends(secs(3))?;
    }
    is_killed_if_it_lives(&program)?;
    let left = queue.left()?;
    is_cut_off(world, "pack");
    let open = ORDERS - u32::from(last.is_some());
    if left < open {
        let lost = open - left;
        let back = queue.texts()?;
        return Err(match last {
            Some(last) if in_hand <= PREFETCH => {
                case.matters(
                    "what settles more than its own work settles what others hold, and these are \
                     lost when they do not come to their end",
                );
                let expected = "an order that was packed settles itself, and no other";
                let observed = format!(
                    "order {last} was packed, and with it {lost} others were settled that were \
                     still being packed"
                );
                case.failure(expected, observed)
            }
            _ => {
                let expected = "killed in the middle of the first order, it has lost none";
                let packed = if last.is_some() { "1" } else { "none" };
                let observed = format!(
                    "{left} of {ORDERS} orders were with the broker after its end, and {packed} \
                     was packed"
                );
                case.failure(expected, observed)
            }
        }
        .with(table(orders, &begun, last, &back)));
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
    are_packed_in_turn(case, begun.len())?;
    Ok(in_hand)
}

fn are_packed_in_turn(case: &Case, at_once: usize) -> Result<(), Stop> {
    case.matters(
        "several orders that are open on one table get each other's goods, and a crash leaves all \
         of them half packed",
    );
    let observed = format!("{at_once} orders were being packed at the same time");
    case.expect(at_once <= 1, "orders are packed one after the other", observed)
}

/// `refused` is the order that is refused once.
fn packs_all(
    case: &Case,
    rabbit: &Rabbit,
    world: &World,
    [queue, dead]: [&Queue; 2],
    refused: u64,
) -> Result<(), Stop> {
    case.step("start the next one, refuse its second order once, and let it pack");
    let (program, line) = starts_on_a_line(case, rabbit)?;
    let (mut was_refused, mut at_once) = (false, 0);
    let off = works(&program, world, "pack", queue, ORDERS as usize, |id| {
        at_once = at_once.max(at_gate(world, "pack").len());
        let is_first_try = id == refused && !mem::replace(&mut was_refused, true);
        if is_first_try { ActState::Refused } else { ActState::Done }
    })?;
    case.step("kill it as well: what was packed does not come back");
    is_killed_if_it_lives(&program)?;
    let left = queue.left()?;
    are_packed_in_turn(case, at_once)?;
    let packed = done(world, "pack");
    let each = packed.iter().collect::<BTreeSet<_>>().len();
    let is_resting = matches!(off, Off::Resting(_));
    if is_resting && each + 1 == ORDERS as usize && !packed.contains(&refused) {
        return Err(is_missing(case, refused, &queue.texts()?, &dead.texts()?));
    }

    if let (Off::Ended(ended), true) = (&off, was_refused) {
        case.matters(
            "one order that cannot be packed at this moment stops the table, for that order and for \
             all behind it",
        );
        let observed = format!(
            "order {refused} was refused once, and the program {ended}: {each} of {ORDERS} orders were \
             packed"
        );
        return Err(case.failure("an order that was refused goes back to the queue", observed));
    }
    case.matters(
        "what is never acknowledged is packed again at each start, and fills the prefetch until \
         nothing is delivered any more",
    );
    let observed = format!("{off}, and {each} of {ORDERS} orders were packed");
    let is_done = is_resting && each == ORDERS as usize;
    case.expect(is_done, "the next one packs all orders", observed)?;
    let twice = packed.len() - each;
    let observed = format!("{twice} of {ORDERS} orders were packed twice");
    case.expect(twice == 0, "each order is packed once", observed)?;
    let expected = "an order that was packed does not come back";
    let observed = format!("{left} of {ORDERS} orders came back after they had been packed");
    let fact = queue.evidence("after SIGKILL", &[("messages_ready", left, Some(0))]);
    case.expect(left == 0, expected, observed).map_err(|stop| stop.with(fact))?;

    case.matters(
        "two warehouses share the queue, and the other one may have cartons; whoever keeps a refused \
         order to himself also keeps all behind it waiting",
    );
    let delivered = Heard::on(&line).delivered;
    let observed = format!(
        "order {refused} was refused once and tried again, and the broker was never asked to take it \
         back: it delivered {delivered} messages for {ORDERS} orders"
    );
    let expected = "an order that was refused goes back to the queue";
    case.expect(delivered > ORDERS as usize, expected, observed)
}

/// All were packed but the one that was refused: what has become of it?
fn is_missing(case: &Case, refused: u64, back: &[String], dead: &[String]) -> Stop {
    let text = refused.to_string();
    let (fate, why) = if dead.contains(&text) {
        (
            "then given up: orders.dead has it",
            "what could have been packed a moment later waits for somebody who looks through the \
             dead letters, or is deleted where there are none",
        )
    } else if back.contains(&text) {
        (
            "then kept: until the program's end it was neither packed nor with the broker",
            "each order that is kept like this holds one of five places, and after the fifth \
             nothing is delivered any more",
        )
    } else {
        (
            "is lost: it was not packed, and no queue has it",
            "whenever the cartons are out for a moment, a customer gets nothing, and the broker \
             was told that all was well",
        )
    };
    case.matters(why);
    let expected = "an order that was refused is packed when it comes again";
    case.failure(expected, format!("order {refused} was refused once, and {fate}"))
}

fn table(orders: &[u64], begun: &[u64], packed: Option<u64>, back: &[String]) -> Evidence {
    let row = |id: &u64| {
        let is_back = back.contains(&id.to_string());
        let is_packed = packed == Some(*id);
        let effect = match begun.contains(id) {
            _ if is_packed => "packed",
            true => "begun, not done",
            false => "",
        };
        MessageRow {
            message: format!("order {id}"),
            delivered: None,
            effect: effect.to_owned(),
            settled: Some(!is_back),
            note: (!is_back && !is_packed).then(|| "lost".to_owned()),
        }
    };
    let gone = orders.len() - back.len().min(orders.len());
    let inside: Vec<_> = begun.iter().filter(|id| packed != Some(**id)).collect();
    let inside = match inside[..] {
        [one] => format!("order {one}"),
        _ => format!("{} orders", inside.len()),
    };
    Evidence::Messages(Messages {
        when: "after SIGKILL".to_owned(),
        settling: "acknowledged".to_owned(),
        rows: orders.iter().map(row).collect(),
        position: Some(format!("acknowledged {gone} | inside {inside}")),
    })
}
