use std::fs;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Reworded, Running, Stop};
use harness::process::{self, Set};
use harness::supervise::Ended;
use harness::until::secs;
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

use super::fate::{Fate, send};

const EXPECTED: &str = "SIGTERM ends the program (a shell shows 143) after the transfer in hand";

const HALF_DONE: &str = "a signal ends a program between any two of its instructions; what belongs \
                         together is then half done, and the books do not say which half";

/// SIGTERM waits for the end of a transfer, be it done or given up; nothing else changes.
pub(crate) fn critical_section(case: &mut Case) -> CheckResult {
    case.matters(HALF_DONE);
    let bank = Bank { world: case.world()?, folder: case.folder().join("bank") };
    bank.world.holds("audit");

    case.step("ask how many are done in the middle of a transfer, and let that be done");
    let first = case.number(1000..=1999);
    let (program, before) = bank.opens(case, first)?;
    program.signal(Signal::SIGUSR1)?;
    bank.world.lets_go("audit", first, ActState::Done);
    case.matters(
        "a signal that somebody had blocked for a reason, and that comes through after an unrelated \
         section, is the fault of whoever restored another mask than was there before",
    );
    let answered = "SIGUSR1 waits, as it did before, and is answered after the transfer";
    program.reaches(&bank.world, "audit", first + 1, secs(3)).expecting(answered)?;
    program.prints("status: 1 done", secs(3)).expecting(answered)?;

    case.step("send SIGTERM in the middle of the next, and let that be done");
    case.matters(HALF_DONE);
    bank.is_closed_after(case, &program, first + 1, ActState::Done)?;
    bank.has(case, Accounts { giver: before.giver - 200, taker: before.taker + 200 })?;

    case.step("start it again, send SIGTERM in the middle of a transfer, and refuse that");
    case.matters(HALF_DONE);
    let first = case.number(2000..=2999);
    let (program, before) = bank.opens(case, first)?;
    bank.is_closed_after(case, &program, first, ActState::Refused)?;
    bank.has(case, before)?;

    case.passed(
        "SIGTERM came in the middle of two transfers: the one was done first, the other taken back \
         when it was refused, and then the program ended; SIGUSR1 waited until it was asked for",
    )
}

struct Bank {
    world: World,
    folder: PathBuf,
}

#[derive(PartialEq, Clone, Copy)]
struct Accounts {
    giver: i64,
    taker: i64,
}

impl Bank {
    /// The program in the middle of its first transfer, and the accounts as they were before it.
    fn opens(&self, case: &Case, first: u64) -> Result<(Running, Accounts), Stop> {
        let balance = || case.number(1000..=9999).cast_signed();
        let accounts = Accounts { giver: balance(), taker: balance() };
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join("giver"), accounts.giver.to_string())?;
        fs::write(self.folder.join("taker"), accounts.taker.to_string())?;
        let program = case.program().args(["5", &first.to_string()]).env("BANK", &self.folder);
        let program = program.start()?;
        program.reaches(&self.world, "audit", first, secs(3))?;
        Ok((program, accounts))
    }

    /// SIGTERM comes while transfer `id` is with the auditors, who then answer.
    fn is_closed_after(
        &self,
        case: &Case,
        program: &Running,
        id: u64,
        answer: ActState,
    ) -> Result<(), Stop> {
        let failure = |observed, should: &[Set]| {
            let should = [(Signal::SIGTERM, should), (Signal::SIGUSR1, &[Set::Blocked])];
            let sets = program.signals("of the program then", &should);
            Err(case.failure(EXPECTED, observed).with(sets))
        };
        match send(program, Signal::SIGTERM)? {
            Fate::Ended(ended) => {
                let observed =
                    format!("in the middle of transfer {id} it {ended}: {}", self.says());
                return failure(observed, &[]);
            }
            Fate::Ignored => {
                let observed = format!("in transfer {id} it ignores SIGTERM, which is lost then");
                return failure(observed, &[]);
            }
            Fate::Blocked | Fate::Taken => self.world.lets_go("audit", id, answer),
        }
        let goes_on = |_: &Running| {
            let next = |act: &harness::world::Act| act.what == "audit" && act.id == id + 1;
            self.world.acts().iter().any(next).then_some(None)
        };
        let ended = program
            .answers(EXPECTED, secs(3), |it| goes_on(it).or_else(|| it.ended().map(Some)))?
            .ok_or_else(|| case.failure(EXPECTED, format!("after transfer {id} it did nothing")))?;
        let how = if answer == ActState::Done { "done" } else { "refused" };
        match ended {
            Some(Ended::Killed(15) | Ended::Exited(143)) => Ok(()),
            Some(ended) => {
                case.matters(
                    "whoever started the program reads from its status whether it was ended by a signal \
                     or came to its own end, and acts on that",
                );
                failure(format!("after transfer {id}, which was {how}, it {ended}"), &[])
            }
            None => {
                let status = process::status(program.pid());
                let is_pending = status.is_some_and(|status| status.is_pending(15));
                let fate = if is_pending { "was still blocked" } else { "was forgotten" };
                case.matters(
                    "a program that goes on after it was asked to end is killed when its time is over, \
                     in the middle of whatever it does then",
                );
                let observed = format!(
                    "after transfer {id}, which was {how}, SIGTERM {fate}, and it began another"
                );
                failure(observed, &[])
            }
        }
    }

    fn accounts(&self) -> Accounts {
        let balance = |account: &str| {
            let text = fs::read_to_string(self.folder.join(account)).unwrap_or_default();
            text.trim().parse().unwrap_or(0)
        };
        Accounts { giver: balance("giver"), taker: balance("taker") }
    }

    fn says(&self) -> String {
        let Accounts { giver, taker } = self.accounts();
        format!("the giver has {giver}, the taker {taker}")
    }

    fn has(&self, case: &Case, wanted: Accounts) -> Result<(), Stop> {
        let Accounts { giver, taker } = wanted;
        let expected = format!("in the end the giver has {giver}, and the taker {taker}");
        case.expect(self.accounts() == wanted, &expected, self.says())
    }
}
