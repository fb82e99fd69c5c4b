use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::supervise::Ended;
use harness::until::secs;

use crate::broker::with_rabbit;

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

        case.matters(
            "the broker has dropped such an order, the shop has told the customer that it was \
             taken, and the first who notices is the customer",
        );
        case.step("publish three orders, the second for a city that no queue is bound to");
        let orders = [order(&open, 1, true), order(&nowhere, 2, false), order(&open, 3, true)];
        let program = publishes(case, &orders)?;
        let expected = "the program makes no queues of its own";
        let observed = format!("after its end a queue that nobody reads is bound to {nowhere}");
        let is_bound = of_program.exists()? || rabbit.publishes(&shop, &nowhere, "probe")?;
        case.expect(!is_bound, expected, observed)?;
        are_told_apart(case, &program, &orders, &warehouse.texts()?)?;

        case.matters(
            "a full queue that refuses is the broker's way to say \"slower\"; whoever counts that \
             as sent loses orders on the busiest day",
        );
        case.step("publish one to a queue that is full and refuses (x-overflow: reject-publish)");
        let limits = [("x-max-length", 1.into()), ("x-overflow", text("reject-publish"))];
        let small = rabbit.makes_queue(&case.name("small"), &limits)?;
        small.receives(["full"])?;
        rabbit.binds(&shop, &full, &small)?;
        let orders = [order(&full, 4, false), order(&open, 5, true)];
        let program = publishes(case, &orders)?;
        are_told_apart(case, &program, &orders, &warehouse.texts()?)?;

        case.matters("an order that is called not sent and lies in a queue is delivered twice");
        case.step("bind a queue to the missing city, and publish there");
        let new = rabbit.makes_queue(&case.name("new"), &[])?;
        rabbit.binds(&shop, &nowhere, &new)?;
        let orders = [order(&nowhere, 6, true), order(&nowhere, 7, true)];
        let program = publishes(case, &orders)?;
        are_told_apart(case, &program, &orders, &new.texts()?)?;
        case.passed(
            "of 7 orders it called 5 sent, which lie in a queue, and 2 not sent: one for a city \
             without a queue, one for a queue that was full; the status was 1, and 0 when nothing \
             was missing",
        )
    })
}

/// Runs the program with these orders to its end.
fn publishes(case: &Case, orders: &[Order]) -> Result<Running, Stop> {
    let orders = orders.iter().map(|order| format!("{}:{}", order.city, order.id));
    let program = case.program().args(orders).start()?;
    program.ends(secs(5))?;
    Ok(program)
}

/// Each order that lies in a queue is called sent, each other one not sent, and the status says if
/// there are such.
fn are_told_apart(
    case: &Case,
    program: &Running,
    orders: &[Order],
    stored: &[String],
) -> Result<(), Stop> {
    let lines = program.stdout_lines();
    let said = |order: &Order, words: &str| lines.contains(&format!("{} {words}", order.id));
    let lies = |order: &Order| stored.contains(&order.id.to_string());
    let table = || {
        let row = |order: &Order| {
            let word = if said(order, "sent") { "called sent" } else { "not called sent" };
            let lost = said(order, "sent") && !lies(order);
            MessageRow {
                message: format!("order {} for {}", order.id, order.city),
                delivered: None,
                effect: word.to_owned(),
                settled: Some(lies(order)),
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
    let fails =
        |expected: &str, observed: String| Err(case.failure(expected, observed).with(table()));
    let ended = program.ended().unwrap_or(Ended::Exited(0));
    for order in orders {
        let id = order.id;
        if said(order, "sent") && !lies(order) {
            let expected = "an order that lies in no queue is called not sent";
            return fails(expected, format!("order {id} was called sent, and no queue has it"));
        }
        if order.fits && !lies(order) {
            let expected = "every order is published, whatever became of the one before";
            return fails(expected, format!("order {id} was not published; the program {ended}"));
        }
        if order.fits && !said(order, "sent") {
            let expected = "an order that lies in a queue is called sent";
            return fails(expected, format!("order {id} lies in a queue, and was not called sent"));
        }
        if !order.fits && !said(order, "not sent") {
            let expected = "an order that lies in no queue is called not sent";
            return fails(expected, format!("nothing was said of order {id}; the program {ended}"));
        }
    }
    let wanted = Ended::Exited(i32::from(orders.iter().any(|order| !order.fits)));
    let expected = "the status is 0 if all orders were sent, else 1";
    let sent = orders.iter().filter(|order| order.fits).count();
    let observed = format!("{sent} of {} orders were sent, and the program {ended}", orders.len());
    case.expect(ended == wanted, expected, observed)
}

fn text(value: &str) -> lapin::types::AMQPValue {
    lapin::types::AMQPValue::LongString(value.into())
}
