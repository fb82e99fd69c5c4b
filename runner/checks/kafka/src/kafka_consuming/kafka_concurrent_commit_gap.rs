use std::time::Duration;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs};
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
/// Longer than a commit takes, or an interval of one that commits in the background.
const COMMITS: Duration = ms(250);

/// The first order that is still under way when the one at the very front is done.
const FIRST_GAP: usize = 3;

/// What is done behind an order that hangs is not committed before it.
pub(crate) fn kafka_concurrent_commit_gap(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let group = kafka.group(case, "shipping", &topic)?;
        let orders = Orders::put(case, &topic, 6, "ship")?;
        orders.world().holds("ship");

        case.step("let it begin six orders, and hold them all");
        let service = case.program().start()?;
        all_begun(case, &service, &orders)?;

        case.step("let four of them be shipped, all but offsets 0 and 3");
        for place in [1, 2, 4, 5] {
            orders.lets_go(place, ActState::Done);
        }
        let mut committed = group.commits(6, COMMITS)?;
        let mut inside = 0;
        if committed <= Some(0) {
            case.step("let offset 0 be shipped");
            orders.lets_go(0, ActState::Done);
            committed = front_is_committed(case, &orders, &group)?;
            inside = FIRST_GAP;
        }

        case.step("send SIGKILL, start it again, and let it ship");
        service.signal(Signal::SIGKILL)?;
        service.is_killed_by(Signal::SIGKILL, secs(2))?;
        orders.forget_the_dead();
        orders.opens();
        let service = case.program().start()?;
        let from = usize::try_from(committed.unwrap_or(0)).unwrap_or(0);
        orders.done_from(&service, from, COMES_BACK)?;

        case.matters(
            "the one order that was slow is the one that is lost, its successors are all there, and \
             the group's lag is 0",
        );
        let observed = format!(
            "order {} was never shipped: while it was inside offset {inside}, committed was {}",
            orders.ids[inside],
            in_words(committed)
        );
        let rows = orders.rows_after_restart(committed, inside);
        let expected =
            "an order that was under way when the program was killed is shipped after it";
        case.expect(orders.done(inside) > 0, expected, observed).map_err(|stop| stop.with(rows))?;

        let observed = format!("it was {} for a while", in_words(committed));
        case.expect(committed == Some(3), "committed is 3 while offset 3 is in hand", observed)?;

        case.matters("what was done and not committed is done again after each restart, all of it");
        orders.all_committed(case, &group, secs(2))?;

        case.passed(
            "6 orders were under way at once; with offset 3 in hand and the others done, committed \
             was 3; killed and started again, the program shipped it, and committed 6",
        )
    })
}

/// With a gap at offset 3, those in front of it are committed. Tells what is, be it more than that.
fn front_is_committed(
    case: &Case,
    orders: &Orders,
    group: &Group<'_>,
) -> Result<Option<i64>, Stop> {
    case.matters(
        "on a busy day something is always under way: what is not committed meanwhile is not committed \
         before the evening, and a restart ships all of the day again",
    );
    let committed = group.commits(3, secs(2))?;
    let expected = "what has no gap in front of it is committed, while others are under way";
    let observed = format!(
        "offsets 0, 1 and 2 are shipped, offset 3 is under way, and committed is {}",
        in_words(committed)
    );
    let rows = orders.rows("in the middle of offset 3", committed, Some(FIRST_GAP));
    case.expect(committed >= Some(3), expected, observed).map_err(|stop| stop.with(rows))?;
    group.leaves(Some(3), ms(100))
}

/// Each stands at the gate.
fn all_begun(case: &Case, service: &Running, orders: &Orders) -> Result<(), Stop> {
    case.matters("the last orders of an evening lie there until the next morning's have come");
    let expected = "an order that is there is begun, however many come behind it";
    let none = "none of the 6 orders that were there was begun";
    let begun = service.until(expected, JOINS, |running| {
        match (orders.held().is_empty(), running.ended()) {
            (false, _) => Ok(Ok(())),
            (true, None) => Err(none.to_owned()),
            (true, Some(ended)) => Ok(Err(format!("it {ended}, and {none}"))),
        }
    })?;
    begun.map_err(|observed| case.failure(expected, observed))?;

    case.matters("a carrier that needs a second for an order ships 86,400 a day, one at a time");
    let expected = "up to eight orders are shipped at the same time";
    let begun = service.until(expected, secs(3), |running| {
        match (orders.held().len(), running.ended()) {
            (6.., _) => Ok(Ok(())),
            (count, None) => Err(format!("{count} of 6 orders are under way")),
            (count, Some(ended)) => Ok(Err(format!("it {ended}, and {count} orders were begun"))),
        }
    })?;
    begun.map_err(|observed| case.failure(expected, observed))
}
