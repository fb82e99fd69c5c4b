use std::time::Duration;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::until::{ms, secs, until};
use harness::world::ActState;

use super::orders::Orders;
use crate::broker::on_kafka;
use crate::group::{Group, in_words};
use crate::topic::Topic;

const JOINS: Duration = secs(10);
/// Pauses between attempts are the program's own.
const NEXT: Duration = secs(10);
/// A program whose order could not be set aside ends, goes on, or tries it once more. One that does
/// none of these within this time does the last.
const TRIES_ON: Duration = secs(1);
/// The place of the order that is refused twice, of the one that is always refused, and of the one
/// that is always refused and too long for the topic in which it is to be set aside.
const TWICE: usize = 3;
const ALWAYS: usize = 5;
const TOO_LONG: usize = 7;
const ORDERS: u64 = 9;
/// The program's own number, and the one that is no longer called wrong counting.
const ATTEMPTS: usize = 5;
const ENDLESS: usize = 8;
/// What `orders_failed` takes at most, in bytes, with some 70 that are not the message's; and the
/// length of a message that is more.
const WIDEST: u32 = 250;
const LONG: usize = 400;

/// A refused order is tried again in its place; one that is always refused is set aside.
pub(crate) fn kafka_commit_past_failure(case: &mut Case) -> CheckResult {
    on_kafka(case, |case, kafka| {
        let topic = kafka.topic(case, "orders", 1)?;
        let failed = kafka.narrow_topic(case, "orders_failed", WIDEST)?;
        let group = kafka.group(case, "shipping", &topic)?;
        let orders = Orders::put_as(case, &topic, ORDERS, "ship", |place, id| match place {
            TOO_LONG => format!("{id:0LONG$}"),
            _ => id.to_string(),
        })?;
        orders.world().holds("ship");
        let service = case.program().start()?;
        let carrier = Carrier { case, service, orders, group, failed };

        case.step("ship three orders, and refuse the fourth twice");
        carrier.ships(0..TWICE)?;
        carrier.refuses_twice()?;
        carrier.ships(TWICE + 1..ALWAYS)?;

        case.step("refuse the sixth each time");
        carrier.refuses_always()?;
        carrier.ships(ALWAYS + 1..TOO_LONG)?;
        carrier.settles()?;

        kafka.refuses_what_is_too_long("what becomes of an order that cannot be set aside")?;
        case.step("refuse the eighth each time, which is too long for `orders_failed`");
        carrier.keeps_what_is_stored_nowhere()?;
        case.passed(format!(
            "the order that was refused twice was shipped before the one behind it; the one that was \
             always refused was set aside after {ATTEMPTS} attempts; one that could not be set aside \
             was not committed"
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

    fn refuses_always(&self) -> Result<(), Stop> {
        let id = self.orders.ids[ALWAYS];
        self.orders.reaches(&self.service, ALWAYS, JOINS)?;
        while self.refuses(ALWAYS)? == Turn::Same {
            let attempts = self.orders.acts(ALWAYS).len();
            self.case
                .matters("one order that can never be shipped stops a whole partition, for good");
            let observed = format!(
                "order {id} is in its {attempts}th attempt, and {} orders wait behind it",
                self.orders.ids.len() - ALWAYS - 1
            );
            let expected = "an order that is always refused is set aside after 5 attempts";
            self.case.expect(attempts <= ENDLESS, expected, observed)?;
        }
        let attempts = self.orders.acts(ALWAYS).len();
        self.case
            .matters("an order that is neither shipped nor set aside is one that nobody knows of");
        let is_aside = until(ms(500), || match self.is_aside(ALWAYS) {
            Ok(false) => None,
            other => Some(other),
        });
        let expected = "an order that is refused each time is stored in `orders_failed`";
        let observed = format!(
            "order {id} was refused {}, and then given up: it is not in `orders_failed`",
            times(attempts)
        );
        self.case.expect(is_aside.transpose()? == Some(true), expected, observed)?;
        self.case.matters(
            "how long an order may keep those behind it waiting was agreed upon, and it is a number \
             of attempts",
        );
        let observed = format!("order {id} was set aside after {attempts} of 5 attempts");
        self.case.expect(attempts == ATTEMPTS, "it has 5 attempts", observed)?;
        self.case.matters(
            "a process that is killed now begins with it again: with five more attempts, and a second \
             copy in `orders_failed`",
        );
        let expected = "it is committed when it is stored there, before the next one is shipped";
        let observed = format!("order {id} is set aside, and the next one is under way");
        let (orders, group) = (&self.orders, &self.group);
        orders.committed_to(self.case, group, ALWAYS + 1, secs(2), expected, &observed)
    }

    /// Neither shipped nor set aside, it is not committed: a restart is given it again.
    fn keeps_what_is_stored_nowhere(&self) -> Result<(), Stop> {
        let id = self.orders.ids[TOO_LONG];
        for _ in 1..ATTEMPTS {
            self.refuses(TOO_LONG)?;
        }
        self.orders.lets_go(TOO_LONG, ActState::Refused);
        let next = TOO_LONG + 1;
        let goes_on = until(TRIES_ON, || {
            let next_is_begun = !self.orders.acts(next).is_empty();
            let turn = next_is_begun.then_some(true);
            turn.or_else(|| self.service.ended().map(|_| false))
        });
        self.case.matters(
            "a topic for what has failed can be full, missing, or too narrow: then the order is in no \
             topic that anybody reads again",
        );
        let expected = "an order is committed when it is shipped, or stored in `orders_failed`";
        let failure = |observed, committed| {
            let rows = self.orders.rows("after that", committed, None);
            Err(self.case.failure(expected, observed).with(rows))
        };
        if goes_on == Some(true) && !self.is_aside(TOO_LONG)? {
            self.orders.lets_go(next, ActState::Done);
            let committed = self.group.commits(9, secs(1))?;
            let observed = format!(
                "`orders_failed` did not take order {id}, and the program went on with the next one: \
                 committed is {}",
                in_words(committed)
            );
            return failure(observed, committed);
        }
        let committed = self.group.leaves(Some(7), ms(50))?;
        if committed > Some(7) && !self.is_aside(TOO_LONG)? {
            let observed = format!(
                "order {id} was committed before `orders_failed` had it, and `orders_failed` did not \
                 take it: committed is {}",
                in_words(committed)
            );
            return failure(observed, committed);
        }
        Ok(())
    }

    fn is_aside(&self, place: usize) -> Result<bool, Stop> {
        let id = self.orders.ids[place];
        let is_it = self.failed.records()?.iter().any(|record| record.payload.parse() == Ok(id));
        if is_it {
            self.orders.is_aside(place);
        }
        Ok(is_it)
    }

    /// Six are done once, one is aside once, all of them are committed, and the eighth is in hand.
    fn settles(&self) -> Result<(), Stop> {
        self.orders.reaches(&self.service, TOO_LONG, NEXT)?;
        let expected = "what is dealt with is committed";
        let observed = format!("{TOO_LONG} orders are dealt with");
        let (orders, group) = (&self.orders, &self.group);
        orders.committed_to(self.case, group, TOO_LONG, secs(2), expected, &observed)?;
        let again = (0..TOO_LONG).filter(|place| self.orders.done(*place) > 1).count();
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
