use std::time::Duration;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::proxy::Proxy;
use harness::supervise::Ended;
use harness::until::{secs, until};
use harness::world::{ActState, World};

use crate::broker::{Nats, with_nats};
use crate::mailbox::Mailbox;
use crate::still::stands_still;
use crate::stream::{Stream, view};

/// How many payments a run takes, and how many there are: one full run, and one that is not.
const BATCH: u64 = 5;
const PAYMENTS: u64 = 8;
/// For how long it waits for answers, in ms: where one will come, and where none does. A machine with
/// too much to do has not begun to pay within the first of these.
const PATIENT: u64 = 5000;
const IMPATIENT: [u64; 3] = [100, 500, 2000];

/// When the broker is asked once a program has ended.
const AFTER: &str = "after the run";

/// What is paid is settled at the broker when the run ends, and is not called so before.
pub(crate) fn js_ack_lost_on_exit(case: &mut Case) -> CheckResult {
    with_nats(case, is_settled)
}

fn is_settled(case: &mut Case, nats: &Nats) -> CheckResult {
    let world = case.world()?;
    let name = case.name("payments");
    let first = case.number(1_000..=99_999);
    let stream = nats.stream(name.clone(), vec![name.clone()])?;
    stream.consumer("bank")?;
    // Where the server tells of messages that somebody has asked it to give up.
    let given_up = format!("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.{name}.bank");
    let given_up = nats.mailbox(given_up)?;
    let bank = Bank { world, stream, first, given_up };
    for payment in first..first + PAYMENTS {
        bank.stream.store(name.clone(), payment.to_string())?;
    }

    case.step(&format!("let it take {BATCH} of {PAYMENTS} payments, and then the rest"));
    case.matters(
        "what the broker does not know to be done it hands out again: somebody is paid twice, and the \
         log of each run says that all went well",
    );
    bank.run(case, nats, 1..=BATCH)?;
    bank.run(case, nats, BATCH + 1..=PAYMENTS)?;

    bank.waits_for_the_answer(case, nats, &name)?;
    let patience = bank.gets_no_answer(case, nats, &name)?;

    case.passed(format!(
        "{PAYMENTS} payments were paid once and settled in two runs; one more was not called settled \
         while the line stood still, and was as soon as the broker had answered; and one was called \
         not settled, as no answer came for {patience} ms"
    ))
}

/// The payments, and what they are paid to. The one at place n is number `first + n - 1`.
struct Bank<'a> {
    world: World,
    stream: Stream<'a>,
    first: u64,
    given_up: Mailbox<'a>,
}

impl Bank<'_> {
    /// A payment is called settled when the broker has answered: neither before it is paid, nor while
    /// the line stands still.
    fn waits_for_the_answer(&self, case: &Case, nats: &Nats, name: &str) -> Result<(), Stop> {
        case.step("put in one more, and hold the program while it pays");
        case.matters(
            "a payment that is settled before it is made is lost if the job dies in between",
        );
        let (payment, place) = self.one_more(name)?;
        self.world.holds("pay");
        let (program, line) = self.start(case, nats, PATIENT)?;
        program.reaches(&self.world, "pay", payment, secs(3))?;
        let info = self.stream.info("bank")?;
        let expected = "a payment is acknowledged after it is paid";
        let observed = format!("payment {payment} was acknowledged before it was paid");
        if info.num_ack_pending == 0 {
            return Err(self.failure(case, expected, observed, "inside the payment", place)?);
        }

        case.step("let the line to the broker stand still, and let it pay");
        case.matters(
            "a run that reports what it only hopes is believed: the next one pays again, and nobody \
             looks for a reason where there was no error",
        );
        line.holds();
        self.world.lets_go("pay", payment, ActState::Done);
        let stood_for = stands_still(&program, || call(&program, payment).is_some())?;
        let has_ended = program.ended().is_some();
        if has_ended {
            // And what it has written is known.
            program.ends(secs(5))?;
        }
        let when = "while the line stands still";
        if call(&program, payment).is_some() {
            let expected = "a payment is called settled when the broker has said that it is";
            let observed = format!(
                "payment {payment} was called settled, and the broker has not heard of it: the line \
                 stands still"
            );
            return Err(self.failure(case, expected, observed, when, place)?);
        }
        if has_ended {
            case.matters(
                "a line that is slow for a moment is no reason to pay twice: who gives up early has \
                 made the payment, and the next run makes it again",
            );
            let expected = format!("the program waits {PATIENT} ms for an answer, as it was told");
            let observed = format!(
                "the program gave up after {} ms; payment {payment} is paid and not acknowledged",
                stood_for.as_millis()
            );
            return Err(self.failure(case, &expected, observed, AFTER, place)?);
        }
        line.lets_go();
        program.prints(&format!("{payment} settled"), secs(3))?;
        self.is_over(case, &program, &line, place)
    }

    /// No answer comes at all: the payment is not called settled, and the status is not 0.
    fn gets_no_answer(&self, case: &Case, nats: &Nats, name: &str) -> Result<u64, Stop> {
        case.step("put in another one, and let no answer come");
        case.matters(
            "without an answer nobody knows: the payment will be made again, and only a run that says \
             so, and ends with another status than 0, has somebody look before it is",
        );
        let (payment, place) = self.one_more(name)?;
        let (mut program, mut line) = self.start(case, nats, IMPATIENT[0])?;
        let mut patience = IMPATIENT[0];
        for more in &IMPATIENT[1..] {
            match program.reaches(&self.world, "pay", payment, secs(3)) {
                Err(Stop::Failed(_)) if program.ended().is_some() => {
                    (program, line) = self.start(case, nats, *more)?;
                    patience = *more;
                }
                reached => {
                    reached?;
                    break;
                }
            }
        }
        program.reaches(&self.world, "pay", payment, secs(3))?;
        line.holds();
        self.world.lets_go("pay", payment, ActState::Done);
        let expected = format!("the program gives up when no answer has come for {patience} ms");
        let ended = program.ends(Duration::from_millis(patience) + secs(4)).expecting(&expected)?;
        if let Some(call) = call(&program, payment) {
            let expected = "a payment is not called settled when no answer has come";
            let observed = format!("no answer came for {patience} ms, and it said {call:?}");
            return Err(self.failure(case, expected, observed, AFTER, place)?);
        }
        if ended == Ended::Exited(0) {
            let expected = "when a payment is not settled the status is another one than 0";
            let observed = format!("payment {payment} is paid and not settled, and it {ended}");
            return Err(self.failure(case, expected, observed, AFTER, place)?);
        }
        program.leaves_nothing()?;
        Ok(patience)
    }

    /// Puts in the next payment: which one it is, and its place.
    fn one_more(&self, name: &str) -> Result<(u64, u64), Stop> {
        let payment = self.first + self.stream.last_place()?;
        let place = self.stream.store(name.to_owned(), payment.to_string())?;
        Ok((payment, place))
    }

    fn start(&self, case: &Case, nats: &Nats, patience: u64) -> Result<(Running, Proxy), Stop> {
        let line = case.proxy(nats.address())?;
        let program = case.program().arg(BATCH.to_string());
        let program = program.env("PATIENCE_MS", patience.to_string());
        Ok((program.env("FAULTLINGS_NATS", line.address()).start()?, line))
    }

    /// A run in which the payments of these places, and no others, are paid and settled.
    fn run(
        &self,
        case: &Case,
        nats: &Nats,
        places: std::ops::RangeInclusive<u64>,
    ) -> Result<(), Stop> {
        let (before, last) = (self.paid().len(), *places.end());
        let (program, line) = self.start(case, nats, PATIENT)?;
        let ended = program.ends(secs(5)).expecting("a run ends when there is nothing to pay")?;
        let paid = self.paid().split_off(before);
        let due: Vec<_> = places.map(|place| self.first + place - 1).collect();
        if paid.is_empty() {
            let observed = format!("it {ended}, and paid nobody");
            return Err(case.failure(&format!("the run pays {} payments", due.len()), observed));
        }
        let observed = format!("it paid {} of them: {}", paid.len(), list(&paid));
        let expected = format!("the run pays {} payments, once each: {}", due.len(), list(&due));
        case.expect(paid == due, &expected, observed)?;
        self.is_over(case, &program, &line, last)?;
        for payment in due {
            program.prints(&format!("{payment} settled"), secs(1))?;
        }
        Ok(())
    }

    /// The run is over, ended well, and all up to this place is settled.
    fn is_over(&self, case: &Case, program: &Running, line: &Proxy, last: u64) -> Result<(), Stop> {
        let ended = program.ends(secs(5))?;
        // The server closes its end of the connection when it has read all that was sent.
        until(secs(5), || (line.open() == 0).then_some(()));
        let info = self.stream.settled("bank")?;
        let settled = last.saturating_sub(info.num_ack_pending as u64);
        if settled < last {
            let expected = "when the run is over, all that it paid is acknowledged";
            let observed = format!(
                "it {ended}, and of {last} payments that were made {settled} are acknowledged"
            );
            return Err(self.failure(case, expected, observed, AFTER, last)?);
        }
        let given_up = self.given_up.empty()?.len();
        if given_up > 0 {
            case.matters(
                "what was given up counts as work that cannot be done: whoever watches for that is \
                 called at night for payments that went well",
            );
            let observed = format!(
                "the broker was told to give up {given_up} payments that were made, and not that they \
                 are done"
            );
            return Err(case.failure("what is paid is acknowledged", observed));
        }
        let observed = format!("all was paid and acknowledged, and it {ended}");
        case.expect(ended == Ended::Exited(0), "a run ends with status 0", observed)?;
        program.leaves_nothing()
    }

    /// What was paid, in order.
    fn paid(&self) -> Vec<u64> {
        self.world.acts().iter().filter(|act| act.what == "pay").map(|act| act.id).collect()
    }

    /// A failure with what became of the payments up to this place, and what the broker says.
    fn failure(
        &self,
        case: &Case,
        expected: &str,
        observed: String,
        when: &str,
        last: u64,
    ) -> Result<Stop, Stop> {
        let info = self.stream.info("bank")?;
        let held =
            |id| self.world.acts().iter().any(|it| it.id == id && it.state == ActState::Held);
        let again_note = match when {
            AFTER => "will be handed out again",
            _ => "will be handed out again if the program ends now",
        };
        let row = |place: u64| {
            let payment = self.first + place - 1;
            let settled = place <= info.ack_floor.stream_sequence;
            let effect = match self.paid().iter().filter(|paid| **paid == payment).count() {
                0 => "not paid".to_owned(),
                _ if held(payment) => "about to be paid".to_owned(),
                1 => "paid".to_owned(),
                times => format!("paid {times} times"),
            };
            let again = !settled && effect == "paid";
            MessageRow {
                message: format!("payment {payment}"),
                delivered: None,
                effect,
                settled: Some(settled),
                note: again.then(|| again_note.to_owned()),
            }
        };
        let messages = Messages {
            when: when.to_owned(),
            settling: "acknowledged".to_owned(),
            rows: (1..=last).map(row).collect(),
            position: None,
        };
        let failure = case.failure(expected, observed).with(view(&info, when, last));
        Ok(failure.with(Evidence::Messages(messages)))
    }
}

/// How it calls a payment settled, if it does.
fn call(program: &Running, payment: u64) -> Option<String> {
    let call = format!("{payment} settled");
    program.stdout_lines().into_iter().find(|line| line.starts_with(&call))
}

fn list(payments: &[u64]) -> String {
    payments.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}
