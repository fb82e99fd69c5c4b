use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::supervise::Ended;
use harness::until::secs;

use crate::broker::{Rabbit, with_rabbit};
use crate::heard::Heard;
use crate::message::Message;

/// An order as it is given to the program, and whether a queue can take it.
struct Order {
    city: String,
    id: u64,
    fits: bool,
}

/// Orders that fit nowhere, or into a queue that is full, are told apart from those that lie in a
/// queue.
pub(crate) fn rmq_unroutable_confirmed(case: &mut Case) -> CheckResult {
    with_rabbit(case, |case, rabbit, _| {
        let shop = case.name("shop");
        let [open, nowhere, full] = [case.word(), case.word(), case.word()];
        let first = case.number(10_000..=90_000);
        let order = |city: &str, number: u64, fits| {
            let city = city.to_owned();
            Order { city, id: first + number, fits }
        };
        let warehouse = rabbit.makes_queue(&case.name("warehouse"), &[])?;
        rabbit.binds(&shop, &open, &warehouse)?;
        // What programs call a queue that they make for a city. It should not be there, and goes if
        // it is.
        let [of_program, ..] = [&nowhere, &open, &full].map(|city| rabbit.queue(city));

        case.step("publish three orders, the second for a city that no queue is bound to");
        let orders = [order(&open, 1, true), order(&nowhere, 2, false), order(&open, 3, true)];
        let (program, heard) = publishes(case, rabbit, &orders)?;
        case.matters(
            "a queue that nobody reads takes orders until the disk is full, and the customer waits",
        );
        let expected = "the program makes no queues of its own";
        let observed = format!("after its end a queue that nobody reads is bound to {nowhere}");
        let is_bound = of_program.exists()? || rabbit.publishes(&shop, &nowhere, "probe")?;
        case.expect(!is_bound, expected, observed)?;
        are_told_apart(case, &program, &heard, &orders, &warehouse.messages(rabbit)?)?;

        case.step("publish one to a queue that is full and refuses (x-overflow: reject-publish)");
        let limits = [("x-max-length", 1.into()), ("x-overflow", text("reject-publish"))];
        let small = rabbit.makes_queue(&case.name("small"), &limits)?;
        small.receives(["full"])?;
        rabbit.binds(&shop, &full, &small)?;
        let orders = [order(&full, 4, false), order(&open, 5, true)];
        let (program, heard) = publishes(case, rabbit, &orders)?;
        are_told_apart(case, &program, &heard, &orders, &warehouse.messages(rabbit)?)?;

        case.step("bind a queue to the missing city, and publish there");
        let new = rabbit.makes_queue(&case.name("new"), &[])?;
        rabbit.binds(&shop, &nowhere, &new)?;
        let orders = [order(&nowhere, 6, true), order(&nowhere, 7, true)];
        let (program, heard) = publishes(case, rabbit, &orders)?;
        are_told_apart(case, &program, &heard, &orders, &new.messages(rabbit)?)?;
        case.passed(
            "of 7 orders it called 5 sent, which lie in a queue, and 2 not sent: one for a city \
             without a queue, one for a queue that was full; each was published once, and the status \
             was 1, and 0 when nothing was missing",
        )
    })
}

/// Runs the program with these orders to its end, and tells what the broker has said to it.
fn publishes(case: &Case, rabbit: &Rabbit, orders: &[Order]) -> Result<(Running, Heard), Stop> {
    let orders = orders.iter().map(|order| format!("{}:{}", order.city, order.id));
    let line = case.proxy(rabbit.address())?;
    let program = case.program().args(orders).env("FAULTLINGS_RABBITMQ", line.address()).start()?;
    program.ends(secs(5))?;
    Ok((program, Heard::on(&line)))
}

/// Each order that lies in a queue is called sent, each other one not sent, and the status says if
/// there are such. Each was published once, and what lies in a queue outlives the broker.
fn are_told_apart(
    case: &Case,
    program: &Running,
    heard: &Heard,
    orders: &[Order],
    stored: &[Message],
) -> Result<(), Stop> {
    let lines = program.stdout_lines();
    let said = |order: &Order, words: &str| lines.contains(&format!("{} {words}", order.id));
    let lies = |order: &Order| stored.iter().find(|it| it.text == order.id.to_string());
    let table = || {
        let row = |order: &Order| {
            let is_stored = lies(order).is_some();
            let word = match (said(order, "sent"), said(order, "not sent")) {
                (true, false) => "called sent",
                (false, true) => "called not sent",
                (true, true) => "called both",
                (false, false) => "nothing said",
            };
            let lost = said(order, "sent") && !is_stored;
            MessageRow {
                message: format!("order {} for {}", order.id, order.city),
                delivered: None,
                effect: word.to_owned(),
                settled: Some(is_stored),
                note: lost.then(|| "in no queue".to_owned()),
            }
        };
        Evidence::Messages(Messages {
            when: "after the program's end".to_owned(),
            settling: "stored".to_owned(),
            rows: orders.iter().map(row).collect(),
            position: None,
        })
    };
    let fails = |why: &str, expected: &str, observed: String| {
        case.matters(why);
        Err(case.failure(expected, observed).with(table()))
    };
    let asked = if heard.confirms { "" } else { ": no confirm was asked for" };
    let ended = program.ended().unwrap_or(Ended::Exited(0));
    let count = orders.len() as u64;
    for order in orders {
        let id = order.id;
        let is_stored = lies(order).is_some();
        if order.fits && !is_stored && heard.answered >= count {
            return fails(
                "the warehouse waits at its queue, and the order is somewhere else or nowhere",
                "every order is published to the exchange shop, by its city",
                format!("order {id} is in no queue, although one is bound to its city"),
            );
        }
        if said(order, "sent") && !is_stored {
            let half = match (heard.returned, heard.refused) {
                (1.., _) => ": the broker has sent it back",
                (0, 1..) => ": the broker has refused it",
                (0, 0) => asked,
            };
            return fails(
                "the shop has told the customer that the order was taken, and the first who notices \
                 is the customer",
                "an order that lies in no queue is called not sent",
                format!("order {id} was called sent, and no queue has it{half}"),
            );
        }
        if order.fits && !is_stored && id == orders[0].id {
            return fails(
                "an order that never left the shop is missed by nobody but the customer",
                "every order is published to the exchange shop, by its city",
                format!("the first order was not published; the program {ended}{asked}"),
            );
        }
        if order.fits && !is_stored {
            return fails(
                "one order that cannot be sent takes all that are behind it with it",
                "every order is published, whatever became of the one before",
                format!("order {id} was not published; the program {ended}{asked}"),
            );
        }
        if order.fits && !said(order, "sent") {
            return fails(
                "an order that is called not sent and lies in a queue is delivered twice: the shop \
                 sends it again",
                "an order that lies in a queue is called sent",
                format!("order {id} lies in a queue, and was not called sent{asked}"),
            );
        }
        if !order.fits && !said(order, "not sent") {
            return fails(
                "an order of which nothing is said is missed by nobody but the customer",
                "an order that lies in no queue is called not sent",
                format!("nothing was said of order {id}; the program {ended}"),
            );
        }
        if lies(order).is_some_and(|message| !message.is_persistent) {
            return fails(
                "when the broker is started anew, a durable queue is there, and it is empty",
                "an order that is called sent outlives a restart of the broker",
                format!("order {id} lies in a durable queue as transient"),
            );
        }
    }
    if heard.answered > count {
        return fails(
            "the shop calls the customer about what was not sent; if a later try gets through, the \
             order is there twice",
            "each order is published once",
            format!("{count} orders were given, and the broker has got {}", heard.answered),
        );
    }
    let wanted = Ended::Exited(i32::from(orders.iter().any(|order| !order.fits)));
    if ended == wanted {
        return Ok(());
    }
    let sent = orders.iter().filter(|order| order.fits).count();
    fails(
        "who has started the program looks at its status, and calls nobody if it is 0",
        "the status is 0 if all orders were sent, else 1",
        format!("{sent} of {count} orders were sent, and the program {ended}"),
    )
}

fn text(value: &str) -> lapin::types::AMQPValue {
    lapin::types::AMQPValue::LongString(value.into())
}
