//! What a sender of orders said of them, beside what is in the stream.

use std::collections::BTreeMap;

use harness::check::{Case, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::supervise::Ended;

/// One run of the sender: what it said, and what is so.
pub(super) struct Sending<'a> {
    pub(super) ended: Ended,
    /// Order and place, where it named one.
    pub(super) said: Vec<(String, Option<u64>)>,
    /// Order and places, of all that are in the stream since it began.
    pub(super) stored: BTreeMap<String, Vec<u64>>,
    pub(super) refused: &'a BTreeMap<String, &'static str>,
}

/// `de.4711 stored as 17` and `no.4712 not stored`, whatever comes behind.
pub(super) fn said(program: &Running) -> Vec<(String, Option<u64>)> {
    let read = |line: String| {
        let (order, said) = line.split_once(' ')?;
        match said.strip_prefix("stored as ") {
            Some(place) => Some((order.to_owned(), Some(place.trim().parse().ok()?))),
            None => said.starts_with("not stored").then(|| (order.to_owned(), None)),
        }
    };
    program.stdout_lines().into_iter().filter_map(read).collect()
}

impl Sending<'_> {
    /// What it said is so, and it said all.
    pub(super) fn is_true(&self, case: &Case, orders: &[String]) -> Result<(), Stop> {
        let count = orders.len();
        let expected =
            "of each order it says where it is stored, or that it is not, and that is so";
        let fails = |observed: String| {
            let of = Evidence::Messages(self.became_of(orders));
            Err(case.failure(expected, observed).with(of))
        };
        let ended = self.ended;
        if let Some((order, places)) = self.stored.iter().find(|(_, places)| places.len() > 1) {
            return fails(format!("{order} was sent again, and is stored as {}", list(places)));
        }
        if let Some((names_a_place, lie)) = self.lie() {
            if names_a_place {
                case.matters(
                    "a place that was made up looks like an answer: whoever looks for the order by it \
                     finds another one, or none",
                );
            }
            return fails(lie);
        }
        let can = orders.iter().filter(|it| !self.refused.contains_key(*it)).count();
        let is = self.stored.len();
        let told = self.said.iter().filter(|(_, place)| place.is_some()).count();
        match (is, told) {
            (0, 0) => {
                if ended != Ended::Exited(0) {
                    case.matters(
                        "what stands on its stderr came before any order was stored; the shop does not \
                         have the orders any more",
                    );
                }
                return fails(format!("it {ended}, and 0 of {count} orders are in the stream"));
            }
            (_, 0) => {
                case.matters(
                    "an answer that nobody waits for is heard by nobody: a task that waits for it in the \
                     background ends with the program",
                );
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
        let pairs = self.said.iter().map(|(order, _)| order).zip(orders);
        let other = pairs.clone().find(|(said, order)| said != order);
        let observed = match other {
            None if self.said.len() == orders.len() => return Ok(()),
            None => "it spoke of an order more than once".to_owned(),
            Some((said, order)) => format!("it spoke of {said} where {order} was next"),
        };
        case.matters(
            "two lists that are compared line by line have to be in the same order: else each line that \
             differs is looked into, and none of them is wrong",
        );
        fails(observed)
    }

    /// The status is this one.
    pub(super) fn has_status(&self, case: &Case, status: i32) -> Result<(), Stop> {
        let ended = self.ended;
        let (expected, observed) = match status {
            0 => ("when all is stored the status is 0", "all orders are stored".to_owned()),
            _ => (
                "when one is not stored the status is 1",
                format!("{} orders are not stored", self.refused.len()),
            ),
        };
        case.expect(ended == Ended::Exited(status), expected, format!("{observed}, and it {ended}"))
    }

    /// What it said and is not so: first of an order that is nowhere, then of one that is elsewhere,
    /// then of one that is stored and was said not to be. And whether it has named a place.
    fn lie(&self) -> Option<(bool, String)> {
        let mut lies: Vec<_> = self
            .said
            .iter()
            .filter_map(|(order, said)| {
                let is = self.stored.get(order).and_then(|places| places.first().copied());
                let observed = match (*said, is) {
                    (None, Some(is)) => {
                        format!("it said that {order} is not stored, and it is, as {is}")
                    }
                    (Some(said), Some(is)) if is != said => {
                        format!("it said that {order} is stored as {said}, and it is stored as {is}")
                    }
                    (Some(said), None) => {
                        let here = self.stored.iter().find(|(_, at)| at.contains(&said));
                        let here = here.map(|(other, _)| format!(": {other} is there"));
                        format!(
                            "it said that {order} is stored as {said}, and it is not in the stream{}",
                            here.unwrap_or_default()
                        )
                    }
                    _ => return None,
                };
                Some((is.is_some(), said.is_some(), observed))
            })
            .collect();
        lies.sort_by_key(|(is_stored, names_a_place, _)| (*is_stored, !names_a_place));
        lies.into_iter().next().map(|(_, names_a_place, observed)| (names_a_place, observed))
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
            let told = said.map(|(_, place)| *place);
            let note = match self.stored.get(order) {
                // What is so needs no word.
                Some(places) if places.len() == 1 && told == Some(places.first().copied()) => None,
                Some(places) => Some(format!("place {}", list(places))),
                None if told == Some(None) => None,
                None => self.refused.get(order).map(|why| (*why).to_owned()),
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

fn list(places: &[u64]) -> String {
    places.iter().map(u64::to_string).collect::<Vec<_>>().join(" and ")
}
