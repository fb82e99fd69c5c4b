use std::collections::BTreeMap;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::until::{secs, until};
use harness::world::{ActState, World};

use super::sending::{Sending, said};
use crate::broker::{Nats, with_nats};
use crate::still::stands_still;
use crate::stream::Stream;

const ORDERS: usize = 50;
/// The stream takes in these countries.
const KNOWN: [&str; 2] = ["de", "fr"];
/// Where the orders of other ones are, in the second scene: amid the others, and none the last.
const UNKNOWN: [usize; 3] = [11, 12, 31];
const OTHERS: [&str; 5] = ["no", "se", "pl", "it", "at"];
/// Where those are that the stream has already.
const KNOWN_ORDERS: [usize; 2] = [20, 37];
/// How many are sent over a line that stands still at first.
const LATE: usize = 12;

const UNKNOWN_COUNTRY: &str = "no stream takes it in";
const SECOND: &str = "the stream has it, and takes no second one";

/// Of each order it is said where it is stored, or that it is not; and that is so.
pub(crate) fn js_publish_ack_future(case: &mut Case) -> CheckResult {
    with_nats(case, is_told)
}

fn is_told(case: &mut Case, nats: &Nats) -> CheckResult {
    let name = case.name("orders");
    let subjects = KNOWN.map(|country| format!("{name}.{country}.*")).to_vec();
    let stream = nats.stream(name.clone(), subjects.clone())?;
    let first = case.number(1_000..=99_999);
    for older in 0..case.number(3..=20) {
        stream.store(format!("{name}.de.{}", first - 1 - older), "older".to_owned())?;
    }
    let mut shop = Shop { world: case.world()?, stream, name, subjects, refused: BTreeMap::new() };

    case.step(&format!("let it send {ORDERS} orders, which the stream takes in"));
    case.matters(
        "what was sent and not stored is nowhere; a sender that does not wait for the answer reports \
         its orders as sent on the day on which none arrives",
    );
    let orders: Vec<_> = (0..ORDERS).map(|place| order(case, first, place)).collect();
    let sending = shop.send(case, &orders)?;
    shop.stream_is_as_it_was(case)?;
    sending.is_true(case, &orders)?;
    sending.has_status(case, 0)?;

    let first = first + ORDERS as u64;
    let mut orders: Vec<_> = (0..ORDERS).map(|place| order(case, first, place)).collect();
    shop.refuses_some(case, &mut orders, first)?;
    let refused = shop.refused.len();
    case.step(&format!("let it send {ORDERS} more, of which the stream refuses {refused}"));
    case.matters(
        "an answer says of one message what became of it. Who looks at some of them, or stops at the \
         first bad one, does not know of the others; and the status is all that a scheduler sees",
    );
    let sending = shop.send(case, &orders)?;
    shop.stream_is_as_it_was(case)?;
    sending.is_true(case, &orders)?;
    sending.has_status(case, 1)?;

    shop.stream.takes_each_once(false)?;
    case.step(&format!(
        "let it send {LATE} more over a line that stands still, and moves on later"
    ));
    case.matters(
        "an answer that has not come says nothing: the order may be stored. Who calls it lost has the \
         customer order again, and who sends it again has two parcels packed",
    );
    let first = first + ORDERS as u64;
    let orders: Vec<_> = (0..LATE).map(|place| order(case, first, place)).collect();
    let sending = shop.sends_late(case, nats, &orders)?;
    sending.is_true(case, &orders)?;
    sending.has_status(case, 0)?;

    case.passed(format!(
        "of {} orders it said where they are stored, which is true, {LATE} of them over a line that \
         stood still; and of {refused} that they are not",
        2 * ORDERS - refused + LATE
    ))
}

fn order(case: &Case, first: u64, place: usize) -> String {
    let country = if case.number(0..=1) == 0 { KNOWN[0] } else { KNOWN[1] };
    format!("{country}.{}", first + place as u64)
}

struct Shop<'a> {
    world: World,
    stream: Stream<'a>,
    name: String,
    /// What the stream takes in.
    subjects: Vec<String>,
    /// Orders that the stream does not take, and why.
    refused: BTreeMap<String, &'static str>,
}

impl Shop<'_> {
    /// Some of these are of countries that the stream does not take in, and some are in it already.
    /// So the name of an order does not say whether it can be stored.
    fn refuses_some(&mut self, case: &Case, orders: &mut [String], first: u64) -> Result<(), Stop> {
        for place in UNKNOWN {
            // One is of Norway in each run.
            let last = if place == UNKNOWN[0] { 0 } else { OTHERS.len() as u64 - 1 };
            let country = OTHERS[case.number(0..=last) as usize];
            orders[place] = format!("{country}.{}", first + place as u64);
            self.refused.insert(orders[place].clone(), UNKNOWN_COUNTRY);
        }
        for place in KNOWN_ORDERS {
            let order = &orders[place];
            self.stream.store(format!("{}.{order}", self.name), order.clone())?;
            self.refused.insert(order.clone(), SECOND);
        }
        self.stream.takes_each_once(true)
    }

    /// What the stream takes in is for those to say who read it.
    fn stream_is_as_it_was(&self, case: &Case) -> Result<(), Stop> {
        let now = self.stream.subjects()?;
        if now == self.subjects {
            return Ok(());
        }
        case.matters(
            "a stream has readers, and these know what it takes in: an order from a country that the \
             warehouse does not send to is stored, and never packed",
        );
        let observed =
            format!("the program has changed the stream: it takes in {}", now.join(", "));
        let expected = "the stream takes in what it did before";
        Err(case.failure(expected, observed))
    }

    fn send(&self, case: &Case, orders: &[String]) -> Result<Sending<'_>, Stop> {
        let before = self.stream.last_place()?;
        let program = case.program().args(orders).start()?;
        self.when_all_is_sent(&program, before)
    }

    /// The line stands still when it begins to send, for as long as it waits, or until it has said
    /// of an order what it cannot know.
    fn sends_late(&self, case: &Case, nats: &Nats, orders: &[String]) -> Result<Sending<'_>, Stop> {
        let before = self.stream.last_place()?;
        let line = case.proxy(nats.address())?;
        self.world.holds("take");
        let program = case.program().args(orders).env("FAULTLINGS_NATS", line.address());
        let program = program.start()?;
        let count = orders.len() as u64;
        program.reaches(&self.world, "take", count, secs(3))?;
        line.holds();
        self.world.lets_go("take", count, ActState::Done);
        stands_still(&program, || !said(&program).is_empty())?;
        line.lets_go();
        program.ends(secs(6)).expecting("the sender ends when it has sent all")?;
        // The server closes its end of the connection when it has read all that was sent.
        until(secs(5), || (line.open() == 0).then_some(()));
        self.when_all_is_sent(&program, before)
    }

    fn when_all_is_sent(&self, program: &Running, before: u64) -> Result<Sending<'_>, Stop> {
        let ended = program.ends(secs(5)).expecting("the sender ends when it has sent all")?;
        program.leaves_nothing()?;
        let mut stored = BTreeMap::<_, Vec<_>>::new();
        for (place, subject) in self.stream.subjects_behind(before)? {
            let order = subject.replacen(&format!("{}.", self.name), "", 1);
            stored.entry(order).or_default().push(place);
        }
        Ok(Sending { ended, said: said(program), stored, refused: &self.refused })
    }
}
