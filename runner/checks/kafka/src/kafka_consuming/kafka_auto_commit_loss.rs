use std::time::Duration;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs, until};
use harness::world::ActState;
use nix::sys::signal::Signal;

use super::orders::Orders;
use crate::broker::on_kafka;
use crate::group::{Group, in_words};

/// Longer than any group takes to begin, 3 s for the members that may still come where a broker was
/// not told otherwise.
const JOINS: Duration = secs(10);
/// Longer than a broker keeps the place of a member that is gone, where it does not give it to one of
/// the same name: 6 s in the program, and twice that on librdkafka's mock cluster.
const COMES_BACK: Duration = secs(25);
/// The program commits each tenth of a second, if it leaves that to the client.
const INTERVALS: Duration = ms(250);
/// After a refusal a program ends, goes on, or tries again. One that does none of these within this
/// time does the last.
const TRIES_ON: Duration = secs(1);
/// The place of the order in the middle of which it is killed, and which is then refused.
const INSIDE: usize = 3;

/// An order that is in hand when the process is killed is shipped by the next one.
pub(crate) fn kafka_auto_commit_loss(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let group = kafka.group(case, "shipping", &topic)?;
        let orders = Orders::put(case, &topic, 8, "ship")?;
        orders.world().holds("ship");

        case.step("let it ship three orders, and hold it in the middle of the fourth");
        let service = case.program().start()?;
        begins(case, &service, &orders)?;
        for place in 0..INSIDE {
            orders.reaches(&service, place, JOINS)?;
            orders.lets_go(place, ActState::Done);
        }
        orders.reaches(&service, INSIDE, JOINS)?;
        case.matters(
            "what was done and not committed is done again after a restart, and once more after the \
             next one",
        );
        let committed = group.commits(3, secs(2))?;
        let expected = "what is shipped is committed, as the offset behind it, while the next order is \
                        under way";
        let observed = format!("3 orders are shipped, and committed is {}", in_words(committed));
        let rows = || orders.rows("in the middle of the fourth", committed, Some(INSIDE));
        case.expect(committed >= Some(3), expected, observed).map_err(|stop| stop.with(rows()))?;
        let committed = group.leaves(Some(3), INTERVALS)?;

        case.step("send SIGKILL");
        service.signal(Signal::SIGKILL)?;
        service.is_killed_by(Signal::SIGKILL, secs(2))?;
        orders.forget_the_dead();
        let second = match committed {
            Some(3) => Some(is_refused(case, &orders, &group)?),
            // It is not given the fourth order again.
            _ => None,
        };

        case.step("start it again, if it has ended, and let it ship");
        orders.opens();
        let service = match second.filter(|it| it.ended().is_none()) {
            Some(goes_on) => goes_on,
            None => case.program().start()?,
        };
        let from = usize::try_from(committed.unwrap_or(0)).unwrap_or(0);
        orders.done_from(&service, from, COMES_BACK)?;
        loses_nothing(case, &orders, committed)?;

        case.matters("an order that is shipped twice is paid for once");
        let twice = (0..INSIDE).filter(|place| orders.done(*place) > 1).count();
        let observed = format!("{twice} of 3 orders that were committed were shipped once more");
        case.expect(twice == 0, "a restart goes on behind what is committed", observed)?;
        orders.all_committed(case, &group, secs(2))?;

        case.passed(
            "committed was 3 for as long as the fourth order was in hand, and when that was refused; \
             killed in the middle of it and started again, the program shipped it and the 4 behind \
             it, and committed 8",
        )
    })
}

/// It is given the orders that were there before it.
fn begins(case: &Case, service: &Running, orders: &Orders) -> Result<(), Stop> {
    case.matters(
        "orders that were written while nobody was there to read them are behind the place where the \
         group begins: they are in the topic, and in nobody's lag",
    );
    let expected = "a group that has committed nothing yet begins with the oldest order";
    let none = format!("none of the {} orders that were there before it", orders.ids.len());
    let begun = service.until(expected, JOINS, |running| {
        match (orders.held().is_empty(), running.ended()) {
            (false, _) => Ok(Ok(())),
            (true, None) => Err(format!("it was given {none}")),
            (true, Some(ended)) => Ok(Err(format!("it {ended}, and had begun {none}"))),
        }
    })?;
    begun.map_err(|observed| case.failure(expected, observed))
}

/// The order that was in hand is refused once: whatever the program does then, it is not committed.
fn is_refused(case: &Case, orders: &Orders, group: &Group<'_>) -> Result<Running, Stop> {
    case.step("start it again, and refuse the fourth order once");
    let (id, before) = (orders.ids[INSIDE], orders.acts(INSIDE).len());
    let attempts = || orders.acts(INSIDE).len();
    let service = case.program().start()?;
    let expected = "after a restart the program goes on with the order that was in hand";
    service.until(expected, COMES_BACK, |running| {
        match (attempts() > before, running.ended()) {
            (true, _) => Ok(()),
            (false, None) => Err(format!("order {id} was not begun again")),
            (false, Some(ended)) => Err(format!("it {ended}, and order {id} was not begun again")),
        }
    })?;

    orders.lets_go(INSIDE, ActState::Refused);
    let next = INSIDE + 1;
    let goes_on = until(TRIES_ON, || {
        let is_tried_again = attempts() > before + 1;
        let ends = is_tried_again || service.ended().is_some();
        if orders.acts(next).is_empty() { ends.then_some(false) } else { Some(true) }
    });
    let (committed, went) = if goes_on == Some(true) {
        orders.lets_go(next, ActState::Done);
        (group.commits(5, secs(1))?, "the program went on with the next one".to_owned())
    } else {
        let ended = service.ended().map_or("tried it again".to_owned(), |it| it.to_string());
        (group.committed()?, format!("the program {ended}"))
    };
    case.matters(
        "a consumer that ends in good order commits once more, and one that goes on commits with the \
         next order: what was refused is settled, and no member of the group is given it again",
    );
    let expected = "an order that was refused is not committed";
    let observed =
        format!("order {id} was refused, {went}, and committed is {}", in_words(committed));
    let rows = orders.rows("after the fourth was refused", committed, None);
    case.expect(committed == Some(3), expected, observed).map_err(|stop| stop.with(rows))?;
    Ok(service)
}

/// Each order was shipped, by the one process or by the other.
fn loses_nothing(case: &Case, orders: &Orders, committed: Option<i64>) -> Result<(), Stop> {
    case.matters(
        "it was paid for, it stands in the topic, the group's lag is 0, and nobody ever sends it: no \
         number that is watched tells of it",
    );
    let lost: Vec<_> = (0..orders.ids.len()).filter(|place| orders.done(*place) == 0).collect();
    let committed_was =
        format!("committed was {} while it was inside offset {INSIDE}", in_words(committed));
    let observed = match lost[..] {
        [one] => format!("order {} was never shipped: {committed_was}", orders.ids[one]),
        _ => format!("{} orders were never shipped: {committed_was}", lost.len()),
    };
    let expected =
        "an order that was not shipped yet when the program was killed is shipped after it";
    let rows = orders.rows_after_restart(committed, INSIDE);
    case.expect(lost.is_empty(), expected, observed).map_err(|stop| stop.with(rows))
}
