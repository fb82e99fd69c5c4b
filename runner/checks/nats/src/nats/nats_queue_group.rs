use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::until::{ms, secs, until};
use harness::world::{ActState, World};

use crate::broker::{Nats, with_nats};

const ORDERS: u64 = 40;
const VERBS: [&str; 2] = ["ship", "mail"];
/// How many of each there are.
const EACH: usize = 2;

/// Each order is shipped once and mailed once, and all four services get work.
pub(crate) fn nats_queue_group(case: &mut Case) -> CheckResult {
    with_nats(case, is_done_once)
}

fn is_done_once(case: &mut Case, nats: &Nats) -> CheckResult {
    let world = case.world()?;
    case.step("start two that ship and two that mail, and announce orders until all work");
    case.matters(
        "an instance that gets no work is paid for, and the others have as much to do as before",
    );
    let mut services = Vec::new();
    for (place, verb) in VERBS.repeat(EACH).into_iter().enumerate() {
        let program = case.program_on(&format!("machine{}", place + 1))?.arg(verb).start()?;
        services.push((verb, program));
    }
    for (_, program) in &services {
        program.prints("ready", secs(3))?;
    }
    let first = case.number(1_000..=90_000);
    let mut shop = Shop { nats, world, subject: case.name("orders"), services, next: first };
    shop.gets_all_to_work(case)?;

    case.step(&format!("announce {ORDERS} orders"));
    let first = shop.next;
    shop.announce(ORDERS)?;
    // Each of them gets its messages in the order in which they were sent. So whoever is at work on
    // one that was sent after these has done with these.
    case.step("announce more, until all have come so far");
    shop.gets_all_to_work(case)?;
    shop.each_is_done_once(case, first)?;

    let shares: Vec<_> = shop
        .services
        .iter()
        .map(|(verb, program)| {
            let share =
                numbers(verb, program).filter(|it| (first..first + ORDERS).contains(it)).count();
            format!("{verb} {share}")
        })
        .collect();
    case.passed(format!(
        "each of {ORDERS} orders was shipped once and mailed once; they were shared: {}",
        shares.join(", ")
    ))
}

struct Shop<'a> {
    nats: &'a Nats,
    world: World,
    subject: String,
    services: Vec<(&'static str, Running)>,
    next: u64,
}

impl Shop<'_> {
    /// Announces so many, and returns when the server has taken them.
    fn announce(&mut self, count: u64) -> Result<(), Stop> {
        let orders = self.next..self.next + count;
        self.nats.publish_all(&self.subject, orders)?;
        self.next += count;
        Ok(())
    }

    /// Announces one order after the other until each service has worked on one of them.
    fn gets_all_to_work(&mut self, case: &Case) -> Result<(), Stop> {
        let first = self.next;
        let idle = |shop: &Self| {
            let works = |verb, program| numbers(verb, program).any(|it| it >= first);
            let place = shop.services.iter().position(|(verb, program)| !works(verb, program));
            place.map(|place| (shop.services[place].0, place + 1))
        };
        let all = until(secs(2), || {
            if let Err(stop) = self.announce(1) {
                return Some(Err(stop));
            }
            let order = self.next - 1;
            // The next one when this one is done, whoever does it, or when nobody does.
            until(ms(20), || VERBS.iter().all(|verb| self.times(verb, order) > 0).then_some(()));
            idle(self).is_none().then_some(Ok(()))
        });
        match all {
            Some(result) => result,
            None => {
                let (verb, place) = idle(self).unwrap_or(("nobody", 0));
                let count = self.next - first;
                let observed = format!(
                    "of the last {count} orders the service `{verb}` on machine {place} got none"
                );
                Err(case.failure("each service gets work", observed).with(self.became_of(first)))
            }
        }
    }

    /// How often this was done for that order.
    fn times(&self, verb: &str, order: u64) -> usize {
        let done = |state| state == ActState::Done;
        let acts = self.world.acts().into_iter();
        acts.filter(|act| act.what == verb && act.id == order && done(act.state)).count()
    }

    fn each_is_done_once(&self, case: &Case, first: u64) -> Result<(), Stop> {
        let all = || first..first + ORDERS;
        let count = |verb, wrong: fn(usize) -> bool| {
            all().filter(|order| wrong(self.times(verb, *order))).count()
        };
        let never =
            VERBS.map(|verb| (count(verb, |times| times == 0), format!("never {}", done(verb))));
        let often = VERBS
            .map(|verb| (count(verb, |times| times > 1), format!("{} more than once", done(verb))));
        let one_each =
            all().all(|order| VERBS.iter().map(|verb| self.times(verb, order)).sum::<usize>() == 1);
        let (why, wrong) = if one_each {
            (
                "services with one group name take each other's messages: whose order is mailed gets no \
              parcel",
                never.to_vec(),
            )
        } else if never.iter().any(|(count, _)| *count > 0) {
            let both = [never, often].concat();
            ("what each leaves to another is done by nobody, and nobody notices", both)
        } else {
            (
                "who adds an instance of a service wants the same work done faster; if each of them does \
              all of it, the second one does damage in place of work",
                often.to_vec(),
            )
        };
        let wrong: Vec<_> = wrong.into_iter().filter(|(count, _)| *count > 0).collect();
        let [(count, how), more @ ..] = &wrong[..] else { return Ok(()) };
        case.matters(why);
        let more = more.iter().map(|(count, how)| format!(" and {count} {how}"));
        let observed = format!("of {ORDERS} orders {count} were {how}{}", more.collect::<String>());
        let expected = "each order is shipped once and mailed once";
        Err(case.failure(expected, observed).with(self.became_of(first)))
    }

    fn became_of(&self, first: u64) -> Evidence {
        let row = |order: u64| {
            let effects = VERBS.map(|verb| match self.times(verb, order) {
                0 => format!("never {}", done(verb)),
                1 => format!("{} once", done(verb)),
                2 => format!("{} twice", done(verb)),
                times => format!("{} {times} times", done(verb)),
            });
            MessageRow {
                message: format!("order {order}"),
                delivered: None,
                effect: effects.join(", "),
                settled: None,
                note: None,
            }
        };
        Evidence::Messages(Messages {
            when: "when all services had worked on a later one".to_owned(),
            settling: String::new(),
            rows: (first..self.next.min(first + ORDERS)).map(row).collect(),
            position: None,
        })
    }
}

/// The orders of which a service says that it has worked on them.
fn numbers(verb: &str, program: &Running) -> impl Iterator<Item = u64> {
    let begins = format!("{verb} ");
    let lines = program.stdout_lines().into_iter();
    lines.filter_map(move |line| line.strip_prefix(&begins)?.parse().ok())
}

fn done(verb: &str) -> &str {
    match verb {
        "ship" => "shipped",
        _ => "mailed",
    }
}
