//! The three queues of the program that prints bills.

use harness::check::{Case, Rest, Running, Stop};
use harness::evidence::{BrokerFact, BrokerState, Evidence};
use harness::proxy::Proxy;
use harness::until::{ms, secs};
use harness::world::{ActState, World};

use crate::broker::Rabbit;
use crate::queue::Queue;
use crate::shift::moves;

/// How often a bill is tried in all.
pub(super) const ATTEMPTS: usize = 3;

/// The queues, of one scene alone; the program makes them.
pub(super) struct Bills<'a> {
    pub(super) case: &'a Case,
    pub(super) rabbit: &'a Rabbit,
    run: String,
    pub(super) work: Queue<'a>,
    pub(super) wait: Queue<'a>,
    pub(super) dead: Queue<'a>,
}

/// How often the printer was asked for this bill.
pub(super) fn tries(world: &World, bill: u64) -> usize {
    world.acts().iter().filter(|act| act.what == "print" && act.id == bill).count()
}

/// As it continues "was tried".
pub(super) fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

impl<'a> Bills<'a> {
    /// `scene` sets its queues apart from those of another scene of the same run.
    pub(super) fn new(case: &'a Case, rabbit: &'a Rabbit, scene: &str) -> Self {
        let run = case.name(scene);
        let queue = |end: &str| rabbit.queue(&format!("{run}_bills{end}"));
        let (work, wait, dead) = (queue(""), queue(".wait"), queue(".dead"));
        Self { case, rabbit, run, work, wait, dead }
    }

    /// Starts the program, which makes its queues before it is ready, and gives the line between it
    /// and the broker.
    pub(super) fn starts(&self, pause_ms: u64) -> Result<(Running, Proxy), Stop> {
        let line = self.case.proxy(self.rabbit.address())?;
        let program = self.case.program().env("PAUSE_MS", pause_ms.to_string());
        // What `world::name` puts before a name.
        let program = program.env("FAULTLINGS_RUN", &self.run);
        let program = program.env("FAULTLINGS_RABBITMQ", line.address()).start()?;
        program.prints("ready", secs(5))?;
        self.outlive_it(&self.work, "bills")?;
        self.outlive_it(&self.wait, "bills.wait")?;
        self.outlive_it(&self.dead, "bills.dead")?;
        for (queue, name) in [(&self.work, "bills"), (&self.dead, "bills.dead")] {
            let expected = "the queues are there when it is ready";
            self.case.expect(queue.exists()?, expected, format!("there is no queue {name}"))?;
        }
        Ok((program, line))
    }

    /// This queue, if there is one, goes neither with the program nor with the broker.
    pub(super) fn outlive_it(&self, queue: &Queue, name: &str) -> Result<(), Stop> {
        let Some(weakness) = self.rabbit.weakness_of(queue.name())? else { return Ok(()) };
        self.case.matters("where a queue goes, what is in it goes too, persistent or not");
        let expected = "no bill is lost at any moment, nor when the broker is restarted";
        Err(self.case.failure(expected, format!("{name} {weakness}")))
    }

    /// Bills in the order in which they lie there.
    pub(super) fn receives<const N: usize>(&self) -> Result<[u64; N], Stop> {
        let mut next = self.case.number(10_000..=90_000);
        let bills = [(); N].map(|()| {
            next += 1;
            next
        });
        self.work.keeps(self.rabbit, bills)?;
        Ok(bills)
    }

    /// The bill behind the refused one gets its turn.
    pub(super) fn lets_pass(
        &self,
        program: &Running,
        world: &World,
        bad: u64,
        behind: u64,
    ) -> Result<(), Stop> {
        let expected = "while a refused bill waits, the one behind it is printed";
        let observed = program.until(expected, secs(10), |program| {
            if tries(world, behind) > 0 {
                return Ok(Ok(None));
            }
            let count = tries(world, bad);
            if count > ATTEMPTS {
                self.case.matters(
                    "one message that nobody can handle then keeps a processor, the network and \
                     the log busy, and all messages behind it wait until somebody finds it",
                );
                let observed =
                    format!("bill {bad} was tried {count} times, and {behind} behind it not once");
                return Ok(Ok(Some(observed)));
            }
            if let Some(ended) = program.ended() {
                return Ok(Ok(Some(format!("after the refusal it {ended}"))));
            }
            world.lets_go("print", bad, ActState::Refused);
            match program.sleeps_or_ends(ms(100)) {
                Ok(Rest::Asleep(_)) => {
                    let has_moved = || Ok(tries(world, behind) > 0 || tries(world, bad) > count);
                    self.case.matters(
                        "the printer has nothing to do, and one bill that it does not like keeps \
                         all others back",
                    );
                    let observed =
                        format!("it sleeps, and bill {behind} behind {bad} is not printed");
                    match moves(&self.work, has_moved) {
                        Ok(true) => Err(String::new()),
                        Ok(false) => Ok(Ok(Some(observed))),
                        Err(stop) => Ok(Err(stop)),
                    }
                }
                Err(Stop::Unknown(unknown)) => Ok(Err(Stop::Unknown(unknown))),
                _ => Err(format!("bill {bad} was tried {}, and {behind} not yet", times(count))),
            }
        })??;
        match observed {
            None => Ok(()),
            Some(observed) => Err(self.case.failure(expected, observed)),
        }
    }

    /// How many messages are ready in each.
    pub(super) fn ready(&self) -> Result<[u32; 3], Stop> {
        Ok([self.work.ready()?, self.wait.ready()?, self.dead.ready()?])
    }

    /// The texts of what lies in `bills`, and of what lies in `bills.wait`, after the program's end.
    ///
    /// What waits may go back to `bills` between two looks, and never the other way: so it is seen
    /// at least once.
    pub(super) fn left(&self) -> Result<[Vec<String>; 2], Stop> {
        self.work.left()?;
        let waits = self.wait.texts()?;
        Ok([self.work.texts()?, waits])
    }

    /// The same as evidence, beside what should be.
    pub(super) fn evidence(&self, expected: [u32; 3]) -> Result<Evidence, Stop> {
        let names = ["bills", "bills.wait", "bills.dead"].into_iter();
        Ok(beside(names.zip(self.ready()?).zip(expected)))
    }

    /// The same without a word on which of the first two, where a bill is now in the one and now in the
    /// other.
    pub(super) fn evidence_of_both(&self, both: u32, dead: u32) -> Result<Evidence, Stop> {
        let [in_bills, in_wait, in_dead] = self.ready()?;
        let both = (("bills and bills.wait", in_bills + in_wait), both);
        Ok(beside([both, (("bills.dead", in_dead), dead)]))
    }
}

/// Names of queues and what is ready there, each beside what should be.
fn beside(queues: impl IntoIterator<Item = ((&'static str, u32), u32)>) -> Evidence {
    let rows = queues.into_iter().map(|((name, observed), expected)| BrokerFact {
        name: format!("{name}, messages_ready"),
        observed: observed.to_string(),
        expected: Some(expected.to_string()),
    });
    Evidence::Broker(BrokerState { of: "of the three queues".to_owned(), rows: rows.collect() })
}
