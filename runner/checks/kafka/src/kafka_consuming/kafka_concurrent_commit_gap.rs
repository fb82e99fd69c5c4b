use std::time::Duration;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs};
use harness::world::ActState;
use nix::sys::signal::Signal;

use super::orders::Orders;
use crate::broker::on_kafka;
use crate::group::in_words;

/// Longer than any group takes to begin, 3 s for the members that may still come where a broker was
/// not told otherwise.
const JOINS: Duration = secs(10);
/// Longer than a broker keeps the place of a member that is gone, where it does not give it to one of
/// the same name: 6 s in the program, and twice that on librdkafka's mock cluster.
const COMES_BACK: Duration = secs(25);
/// Longer than a commit takes, or an interval of one that commits in the background.
const COMMITS: Duration = ms(250);

/// What is done behind an order that hangs is not committed before it.
pub(crate) fn kafka_concurrent_commit_gap(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let group = kafka.group(case, "shipping", &topic)?;
        let orders = Orders::put(case, &topic, 6, "ship")?;
        orders.world().holds("ship");

        case.step("let it begin six orders, and hold them all");
        case.matters(
            "a carrier that needs a second for an order ships 86,400 a day, one at a time",
        );
        let service = case.program().start()?;
        all_begun(case, &service, &orders)?;

        case.step("let five of them be shipped, all but the first");
        for place in 1..6 {
            orders.lets_go(place, ActState::Done);
        }
        let committed = group.commits(6, COMMITS)?;

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
            "order {} was never shipped: committed was {} while it was inside offset 0",
            orders.ids[0],
            in_words(committed)
        );
        let rows =
            orders.rows("as the restart found them, and what became of each", committed, Some(0));
        let expected =
            "an order that was under way when the program was killed is shipped after it";
        case.expect(orders.done(0) > 0, expected, observed).map_err(|stop| stop.with(rows))?;

        case.matters("what was done and not committed is done again after each restart, all of it");
        orders.all_committed(case, &group, secs(2))?;

        case.passed(format!(
            "6 orders were under way at once; with the first one in hand and 5 done, committed was \
             {}; killed and started again, the program shipped the first one, and committed 6",
            in_words(committed)
        ))
    })
}

/// Each stands at the gate.
fn all_begun(case: &Case, service: &Running, orders: &Orders) -> Result<(), Stop> {
    let expected = "up to eight orders are shipped at the same time";
    let begun = |wanted: usize, within| {
        service.until(expected, within, |running| match (orders.held().len(), running.ended()) {
            (count, _) if count >= wanted => Ok(Ok(())),
            (count, None) => Err(format!("{count} of 6 orders are under way")),
            (count, Some(ended)) => Ok(Err(format!("it {ended}, and {count} orders were begun"))),
        })
    };
    begun(1, JOINS)?.map_err(|observed| case.failure(expected, observed))?;
    begun(6, secs(3))?.map_err(|observed| case.failure(expected, observed))
}
