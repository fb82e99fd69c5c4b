use std::collections::BTreeMap;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::supervise::Ended;
use harness::until::secs;

use crate::broker::{Nats, with_nats};
use crate::stream::Stream;

const ORDERS: usize = 50;
/// The stream takes in these countries.
const KNOWN: [&str; 2] = ["de", "fr"];
/// Where the orders of the other one are, in the second scene: amid the others, and none the last.
const UNKNOWN: [usize; 3] = [11, 12, 31];

/// Of each order it is said where it is stored, or that it is not; and that is so.
pub(crate) fn js_publish_ack_future(case: &mut Case) -> CheckResult {
    with_nats(case, is_told)
}

fn is_told(case: &mut Case, nats: &Nats) -> CheckResult {
    let name = case.name("orders");
    let subjects = KNOWN.map(|country| format!("{name}.{country}.*"));
    let stream = nats.stream(name.clone(), subjects.to_vec())?;
    let first = case.number(1_000..=99_999);
    for older in 0..case.number(3..=20) {
        stream.store(format!("{name}.de.{}", first - 1 - older), "older".to_owned())?;
    }
    let shop = Shop { stream, name };

    case.step(&format!("let it send {ORDERS} orders, which the stream takes in"));
    case.matters(
        "what was sent and not stored is nowhere; a sender that does not wait for the answer reports \
         its orders as sent on the day on which none arrives",
    );
    let orders: Vec<_> = (0..ORDERS).map(|place| order(case, first, place)).collect();
    let sending = shop.send(case, &orders)?;
    sending.is_true(case, &orders)?;
    let ended = sending.ended;
    let observed = format!("all orders are stored, and it {ended}");
    case.expect(ended == Ended::Exited(0), "when all is stored the status is 0", observed)?;

    let unknown = UNKNOWN.len();
    case.step(&format!(
        "let it send {ORDERS} more, of which the stream does not take in {unknown}"
    ));
    case.matters(
        "an answer says of one message what became of it. Who looks at some of them, or stops at the \
         first bad one, does not know of the others; and the status is all that a scheduler sees",
    );
    let later = first + ORDERS as u64;
    let mut orders: Vec<_> = (0..ORDERS).map(|place| order(case, later, place)).collect();
    for place in UNKNOWN {
        orders[place] = format!("no.{}", later + place as u64);
    }
    let sending = shop.send(case, &orders)?;
    sending.is_true(case, &orders)?;
    let ended = sending.ended;
    let observed = format!("{unknown} orders are not stored, and it {ended}");
    case.expect(ended == Ended::Exited(1), "when one is not stored the status is 1", observed)?;

    case.passed(format!(
        "of {} orders it said where they are stored, which is true, and of {unknown} that they are not",
        2 * ORDERS - unknown
    ))
}

fn order(case: &Case, first: u64, place: usize) -> String {
    let country = if case.number(0..=1) == 0 { KNOWN[0] } else { KNOWN[1] };
    format!("{country}.{}", first + place as u64)
}

struct Shop<'a> {
    stream: Stream<'a>,
    name: String,
}

/// One run of the sender: what it said, and what is so.
struct Sending {
    ended: Ended,
    /// Order and place, where it named one.
    said: Vec<(String, Option<u64>)>,
    stored: BTreeMap<String, u64>,
}

impl Shop<'_> {
    fn send(&self, case: &Case, orders: &[String]) -> Result<Sending, Stop> {
        let before = self.stream.last_place()?;
        let program = case.program().args(orders).start()?;
        let ended = program.ends(secs(5)).expecting("the sender ends when it has sent all")?;
        program.leaves_nothing()?;
        let stored = self.stream.subjects_behind(before)?.into_iter();
        let order = |subject: String| subject.replacen(&format!("{}.", self.name), "", 1);
        let stored = stored.map(|(place, subject)| (order(subject), place)).collect();
        Ok(Sending { ended, said: said(&program), stored })
    }
}

/// `de.4711 stored as 17` and `no.4712 not stored`, whatever comes behind.
fn said(program: &Running) -> Vec<(String, Option<u64>)> {
    let read = |line: String| {
        let (order, said) = line.split_once(' ')?;
        match said.strip_prefix("stored as ") {
            Some(place) => Some((order.to_owned(), Some(place.trim().parse().ok()?))),
            None => said.starts_with("not stored").then(|| (order.to_owned(), None)),
        }
    };
    program.stdout_lines().into_iter().filter_map(read).collect()
}

impl Sending {
    /// What it said is so, and it said all.
    fn is_true(&self, case: &Case, orders: &[String]) -> Result<(), Stop> {
        let count = orders.len();
        let expected =
            "of each order it says where it is stored, or that it is not, and that is so";
        let fails = |observed: String| {
            let of = Evidence::Messages(self.became_of(orders));
            Err(case.failure(expected, observed).with(of))
        };
        let ended = self.ended;
        if let Some((order, place)) = self.lie() {
            let here = self.stored.iter().find(|(_, at)| **at == place);
            let here = here.map_or("nothing of this run is there".to_owned(), |(order, _)| {
                format!("{order} is there")
            });
            return fails(format!("it said that {order} is stored as {place}, and {here}"));
        }
        let (can, is) = (orders.iter().filter(|it| can_be_stored(it)).count(), self.stored.len());
        let told = self.said.iter().filter(|(_, place)| place.is_some()).count();
        match (is, told) {
            (0, 0) => {
                return fails(format!("it {ended}, and 0 of {count} orders are in the stream"));
            }
            (_, 0) => {
                return fails(format!(
                    "it {ended}; orders are in the stream, and of none it said where"
                ));
            }
            _ => {}
        }
        let silent = orders.iter().filter(|order| !self.is_mentioned(order)).count();
        if is < can || silent > 0 {
            return fails(format!(
                "it {ended}; {is} of the {can} orders that can be stored are, and of {silent} it said nothing"
            ));
        }
        let in_order = self.said.iter().map(|(order, _)| order).eq(orders);
        if in_order {
            Ok(())
        } else {
            fails("it said so in another order, or more than once".to_owned())
        }
    }

    /// An order that is not where it said; one that is nowhere, before one that is elsewhere.
    fn lie(&self) -> Option<(&str, u64)> {
        let named = self.said.iter().filter_map(|(order, place)| Some((order.as_str(), (*place)?)));
        let mut lies: Vec<_> =
            named.filter(|(order, place)| self.stored.get(*order) != Some(place)).collect();
        lies.sort_by_key(|(order, _)| self.stored.contains_key(*order));
        lies.first().copied()
    }

    fn is_mentioned(&self, order: &str) -> bool {
        self.said.iter().any(|(said, _)| said == order)
    }

    fn became_of(&self, orders: &[String]) -> Messages {
        let row = |order: &String| {
            let said = self.said.iter().find(|(said, _)| said == order);
            let effect = match said {
                None => "nothing said".to_owned(),
                Some((_, None)) => "said: not stored".to_owned(),
                Some((_, Some(place))) => format!("said: {place}"),
            };
            let note = match self.stored.get(order) {
                Some(place) => Some(format!("place {place}")),
                None => (!can_be_stored(order)).then(|| "no stream takes it in".to_owned()),
            };
            let settled = Some(self.stored.contains_key(order));
            MessageRow { message: order.clone(), delivered: None, effect, settled, note }
        };
        Messages {
            when: "after the end of the program".to_owned(),
            settling: "stored".to_owned(),
            rows: orders.iter().map(row).collect(),
            position: None,
        }
    }
}

fn can_be_stored(order: &str) -> bool {
    KNOWN.iter().any(|country| order.starts_with(country))
}
