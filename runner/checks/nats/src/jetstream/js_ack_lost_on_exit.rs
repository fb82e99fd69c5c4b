use std::time::Instant;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::evidence::{Evidence, MessageRow, Messages};
use harness::proxy::Proxy;
use harness::supervise::Ended;
use harness::until::{ms, secs, until};
use harness::world::{ActState, World};

use crate::broker::{Nats, with_nats};
use crate::stream::{Stream, view};

/// How many payments a run takes, and how many there are: one full run, and one that is not.
const BATCH: u64 = 5;
const PAYMENTS: u64 = 8;

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
    let bank = Bank { world, stream, first };
    for payment in first..first + PAYMENTS {
        bank.stream.store(name.clone(), payment.to_string())?;
    }

    case.step(&format!("let it take {BATCH} of {PAYMENTS} payments, and then the rest"));
    case.matters(
        "what the broker does not know to be done it hands out again: somebody is paid twice, and the \
         log of each run says that all went well",
    );
    let begun = Instant::now();
    bank.run(case, nats, 1..=BATCH)?;
    let took = begun.elapsed();
    bank.run(case, nats, BATCH + 1..=PAYMENTS)?;

    case.step("put in one more, and hold the program while it pays");
    case.matters("a payment that is settled before it is made is lost if the job dies in between");
    let place = bank.stream.store(name, (first + PAYMENTS).to_string())?;
    let payment = first + PAYMENTS;
    bank.world.holds("pay");
    let (program, line) = bank.start(case, nats)?;
    program.reaches(&bank.world, "pay", payment, secs(3))?;
    let info = bank.stream.info("bank")?;
    let expected = "a payment is acknowledged after it is paid";
    let observed = format!("payment {payment} was acknowledged before it was paid");
    if info.num_ack_pending == 0 {
        return Err(bank.failure(case, expected, observed, "inside the payment", place)?);
    }

    case.step("let the line to the broker stand still, and let it pay");
    case.matters(
        "a run that reports what it only hopes is believed: the next one pays again, and nobody looks \
         for a reason where there was no error",
    );
    line.holds();
    bank.world.lets_go("pay", payment, ActState::Done);
    // Whoever waits for a time, and not for the broker, has waited for it in the run before.
    let settled = format!("{payment} settled");
    let is_said = || program.stdout_lines().contains(&settled) || program.ended().is_some();
    let said = until((took * 2).max(ms(100)), || is_said().then_some(()));
    if said.is_some() {
        let expected = "a payment is called settled when the broker has said that it is";
        let said = if program.stdout_lines().contains(&settled) { "called" } else { "left" };
        let observed = format!(
            "payment {payment} was {said} settled, and the broker has not heard of it: the line stands still"
        );
        let when = "while the line stands still";
        return Err(bank.failure(case, expected, observed, when, place)?);
    }
    line.lets_go();
    program.prints(&settled, secs(3))?;
    bank.is_over(case, &program, &line, place)?;

    case.passed(format!(
        "{PAYMENTS} payments were paid once and settled in two runs; one more was not called settled \
         while the line stood still, and was as soon as the broker had answered"
    ))
}

/// The payments, and what they are paid to. The one at place n is number `first + n - 1`.
struct Bank<'a> {
    world: World,
    stream: Stream<'a>,
    first: u64,
}

impl Bank<'_> {
    fn start(&self, case: &Case, nats: &Nats) -> Result<(Running, Proxy), Stop> {
        let line = case.proxy(nats.address())?;
        let program = case.program().arg(BATCH.to_string());
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
        let (program, line) = self.start(case, nats)?;
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
            return Err(self.failure(case, expected, observed, "after the run", last)?);
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
                note: again.then(|| "will be handed out again".to_owned()),
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

fn list(payments: &[u64]) -> String {
    payments.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}
