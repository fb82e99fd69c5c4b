use std::time::Duration;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs};
use harness::world::ActState;

use super::orders::Orders;
use crate::broker::on_kafka;
use crate::group::{Group, in_words};
use crate::topic::Topic;

const JOINS: Duration = secs(10);
/// Pauses between attempts are the program's own.
const NEXT: Duration = secs(10);
/// The place of the order that is refused twice, and of the one that is always refused.
const TWICE: usize = 3;
const ALWAYS: usize = 5;
/// What is called five attempts, and somebody may count otherwise.
const FEWEST: usize = 3;
const MOST: usize = 8;

/// A refused order is tried again in its place; one that is always refused is set aside.
pub(crate) fn kafka_commit_past_failure(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let failed = kafka.topic(case, "orders_failed", 1)?;
        let group = kafka.group(case, "shipping", &topic)?;
        let orders = Orders::put(case, &topic, 8, "ship")?;
        orders.world().holds("ship");
        let service = case.program().start()?;
        let carrier = Carrier { case, service, orders, group, failed };

        case.step("ship three orders, and refuse the fourth twice");
        carrier.ships(0..TWICE)?;
        carrier.refuses_twice()?;
        carrier.ships(TWICE + 1..ALWAYS)?;

        case.step("refuse the sixth each time");
        let attempts = carrier.refuses_always()?;
        carrier.ships(ALWAYS + 1..8)?;
        carrier.settles()?;
        case.passed(format!(
            "the order that was refused twice was shipped before the one behind it; the one that was \
             always refused was set aside after {attempts} attempts; committed is 8"
        ))
    })
}

struct Carrier<'a> {
    case: &'a Case,
    service: Running,
    orders: Orders,
    group: Group<'a>,
    failed: Topic<'a>,
}

/// What the program turns to after a refusal.
#[derive(PartialEq, Eq)]
enum Turn {
    Same,
    Next,
}

impl Carrier<'_> {
    fn ships(&self, places: std::ops::Range<usize>) -> Result<(), Stop> {
        for place in places {
            self.orders.reaches(&self.service, place, JOINS)?;
            self.orders.lets_go(place, ActState::Done);
        }
        Ok(())
    }

    /// Refuses one, and sees what comes then.
    fn refuses(&self, place: usize) -> Result<Turn, Stop> {
        let attempts = self.orders.acts(place).len();
        self.orders.lets_go(place, ActState::Refused);
        let id = self.orders.ids[place];
        let refused = format!("order {id} was refused {}", times(attempts));
        let expected = "an order that was refused is tried again, or set aside in the end";
        let turn = self.service.until(expected, NEXT, |running| {
            if self.orders.acts(place).len() > attempts {
                return Ok(Ok(Turn::Same));
            }
            if !self.orders.acts(place + 1).is_empty() {
                return Ok(Ok(Turn::Next));
            }
            match running.ended() {
                Some(ended) => Ok(Err(format!("{refused}, and then the program {ended}"))),
                None => Err(format!("{refused}, and then nothing more was begun")),
            }
        })?;
        self.case.matters(
            "what stops at each refusal is started again and stops again: one order keeps all those \
             behind it waiting",
        );
        turn.map_err(|observed| self.case.failure(expected, observed))
    }

    fn refuses_twice(&self) -> Result<(), Stop> {
        self.orders.reaches(&self.service, TWICE, JOINS)?;
        for attempt in 1..=2 {
            if self.refuses(TWICE)? == Turn::Next {
                return Err(self.overtaken(attempt)?);
            }
        }
        self.case.matters(
            "a process that is killed now has an order in hand which its successor is not given",
        );
        let committed = self.group.leaves(Some(3), ms(50))?;
        let id = self.orders.ids[TWICE];
        let observed =
            format!("order {id} is in its third attempt, and committed is {}", in_words(committed));
        let rows = self.orders.rows("in the third attempt", committed, Some(TWICE));
        self.case
            .expect(committed <= Some(3), "an order is committed when it was dealt with", observed)
            .map_err(|stop| stop.with(rows))?;
        self.orders.lets_go(TWICE, ActState::Done);
        Ok(())
    }

    /// The next one was begun before the refused one was dealt with.
    fn overtaken(&self, attempts: usize) -> Result<Stop, Stop> {
        let id = self.orders.ids[TWICE];
        let refused = format!("order {id} was refused {}", times(attempts));
        self.orders.lets_go(TWICE + 1, ActState::Done);
        let committed = self.group.commits(5, secs(1))?;
        let is_aside = self.is_aside(TWICE)?;
        let rows = self.orders.rows("after the next one was shipped", committed, None);
        let (expected, observed, why) = if is_aside {
            (
                "an order is tried several times before it is set aside",
                format!("order {id} was set aside after {attempts} of 5 attempts"),
                "a carrier that is busy for a minute fills the topic that a person has to look through",
            )
        } else if committed > Some(3) {
            (
                "nothing behind a refused order is committed until that was dealt with",
                format!(
                    "{refused}, and committed together with the next one: committed is {}",
                    in_words(committed)
                ),
                "the group is never given the order again, its lag is 0, and the customer waits",
            )
        } else {
            (
                "a refused order is tried again before the next one is begun",
                format!("{refused}, and the next one was shipped before it"),
                "of two changes to the same thing the later one is made first",
            )
        };
        self.case.matters(why);
        Ok(self.case.failure(expected, observed).with(rows))
    }

    /// How many attempts it had.
    fn refuses_always(&self) -> Result<usize, Stop> {
        self.orders.reaches(&self.service, ALWAYS, JOINS)?;
        while self.refuses(ALWAYS)? == Turn::Same {
            let attempts = self.orders.acts(ALWAYS).len();
            self.case
                .matters("one order that can never be shipped stops a whole partition, for good");
            let observed = format!(
                "order {} is in its {attempts}th attempt, and 2 orders wait behind it",
                self.orders.ids[ALWAYS]
            );
            let expected = "an order that is always refused is set aside after 5 attempts";
            self.case.expect(attempts <= MOST, expected, observed)?;
        }
        let attempts = self.orders.acts(ALWAYS).len();
        self.case
            .matters("an order that is neither shipped nor set aside is one that nobody knows of");
        let is_aside = self.is_aside(ALWAYS)?;
        let expected =
            "before the next order is begun, the refused one is stored in `orders_failed`";
        let observed = format!(
            "order {} was refused {}, and then given up: it is not in `orders_failed`",
            self.orders.ids[ALWAYS],
            times(attempts)
        );
        self.case.expect(is_aside, expected, observed)?;
        let observed = format!(
            "order {} was set aside after {attempts} of 5 attempts",
            self.orders.ids[ALWAYS]
        );
        self.case.expect(attempts >= FEWEST, "it has 5 attempts", observed)?;
        Ok(attempts)
    }

    fn is_aside(&self, place: usize) -> Result<bool, Stop> {
        let id = self.orders.ids[place].to_string();
        Ok(self.failed.records()?.iter().any(|record| record.payload == id))
    }

    /// Seven are done once, one is aside once, and all are committed.
    fn settles(&self) -> Result<(), Stop> {
        self.orders.all_committed(self.case, &self.group, secs(2))?;
        let again = (0..8).filter(|place| self.orders.done(*place) > 1).count();
        let observed = format!("{again} orders were shipped more than once");
        self.case.expect(again == 0, "each order is shipped once", observed)?;
        let aside = self.failed.count()?;
        let observed = format!("`orders_failed` holds {aside} messages");
        self.case.expect(aside == 1, "one order is set aside, once", observed)
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}
