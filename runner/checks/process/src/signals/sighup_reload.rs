use std::fs;
use std::path::PathBuf;

use harness::check::{Case, CheckResult, Running, Stop};
use harness::evidence::{Evidence, Lines};
use harness::process::{self, Set};
use harness::until::secs;
use nix::sys::signal::Signal;

/// SIGHUP changes the price if the new one is good, never anything else, and lets go of the log.
pub(crate) fn sighup_reload(case: &mut Case) -> CheckResult {
    case.matters(
        "every operator, logrotate and `systemctl reload` send SIGHUP to services; one that is not \
         prepared for it is ended by it",
    );
    let [old, new, newer] = [100, 200, 300].map(|from| from + case.number(1..=99));
    let (config, log) = (case.folder().join("shop.conf"), case.folder().join("shop.log"));
    fs::write(&config, format!("price={old}\n"))?;
    let program = case.program().env("CONFIG", &config).env("LOG", &log).with_stdin();
    let mut shop = Shop { service: program.start()?, pieces: 0, log, logged: Vec::new() };
    shop.service.prints(&format!("ready, price {old}"), secs(3))?;
    shop.sells_for(case, old)?;

    case.step("write another price into the file, and send SIGHUP");
    fs::write(&config, format!("price={new}\n"))?;
    shop.says_at_sighup(case, &format!("reloaded, price {new}"))?;
    shop.sells_for(case, new)?;

    case.step("write something into it that is no price, and send SIGHUP");
    case.matters("a typing mistake in a file must not cost more than the change that it spoils");
    fs::write(&config, format!("price={}\n", case.word()))?;
    shop.says_at_sighup(case, &format!("kept price {new}: "))?;

    case.step("take the file away, move the log aside as logrotate does, and send SIGHUP");
    case.matters(
        "a descriptor belongs to a file, not to its name: a log that was moved aside goes on \
         growing, and is deleted with all that is in it",
    );
    fs::remove_file(&config)?;
    let aside = shop.log.with_extension("log.1");
    fs::rename(&shop.log, &aside)?;
    let moved = std::mem::take(&mut shop.logged);
    shop.says_at_sighup(case, &format!("kept price {new}: "))?;
    shop.sells_for(case, new)?;
    has_lines(case, &aside, &moved, "the log that was moved aside")?;

    case.step("write a third price, and send SIGHUP");
    fs::write(&config, format!("price={newer}\n"))?;
    shop.says_at_sighup(case, &format!("reloaded, price {newer}"))?;
    shop.sells_for(case, newer)?;

    case.step("stop it");
    shop.service.signal(Signal::SIGTERM)?;
    shop.service.prints("bye", secs(3))?;
    shop.service.exits_with(0, secs(3))?;
    shop.service.leaves_nothing()?;
    case.passed(
        "four times SIGHUP: two good prices were taken, a bad one and a missing file changed \
         nothing, and the log was opened anew without losing a line",
    )
}

struct Shop {
    service: Running,
    pieces: u64,
    log: PathBuf,
    logged: Vec<String>,
}

impl Shop {
    /// Sends SIGHUP and waits for a line that begins with these words.
    fn says_at_sighup(&self, case: &Case, words: &str) -> Result<(), Stop> {
        let said_before = self.service.stdout_lines().len();
        let said = |service: &Running| service.stdout_lines().get(said_before).cloned();
        let when = "of the service, before SIGHUP came";
        let sets = self.service.signals(when, &[(Signal::SIGHUP, &[Set::Caught])]);
        self.service.signal(Signal::SIGHUP)?;
        let expected = format!("at SIGHUP the service says {words:?}");
        let answer = self.service.answers(&expected, secs(3), said)?;
        let observed = match (&answer, self.service.ended()) {
            (Some(answer), _) if answer.starts_with(words) => return Ok(()),
            (_, Some(ended)) => format!("at SIGHUP it {ended}"),
            (Some(answer), None) => format!("it said {answer:?}"),
            (None, None) if self.ignores_sighup() => "it ignores SIGHUP".to_owned(),
            (None, None) => "SIGHUP was taken, and it said nothing".to_owned(),
        };
        Err(case.failure(&expected, observed).with(sets))
    }

    fn ignores_sighup(&self) -> bool {
        process::status(self.service.pid()).is_some_and(|status| status.ignored & 1 == 1)
    }

    /// Orders some pieces; the answer and the log have the cost.
    fn sells_for(&mut self, case: &Case, price: u64) -> Result<(), Stop> {
        self.pieces += case.number(1..=9);
        let (pieces, cost) = (self.pieces, self.pieces * price);
        let begins = format!("{pieces} pieces cost ");
        let said_before = self.service.stdout_lines().len();
        self.service.write_line(&pieces.to_string())?;
        let expected = format!("the price is {price}: {begins}{cost}");
        let is_answer = |service: &Running| service.stdout_lines().get(said_before).cloned();
        let observed = match self.service.answers(&expected, secs(3), is_answer)? {
            Some(answer) if answer == format!("{begins}{cost}") => {
                self.logged.push(format!("{pieces} pieces for {cost}"));
                return has_lines(case, &self.log, &self.logged, "the log");
            }
            Some(answer) => format!("it said {answer:?}"),
            None => match self.service.ended() {
                Some(ended) => format!("it {ended}"),
                None => "it did not answer".to_owned(),
            },
        };
        Err(case.failure(&expected, observed))
    }
}

/// The file of this path, with what it is called, has these lines.
fn has_lines(case: &Case, log: &PathBuf, wanted: &[String], what: &str) -> Result<(), Stop> {
    let text = fs::read_to_string(log);
    let seen: Vec<_> = text.unwrap_or_default().lines().map(str::to_owned).collect();
    if seen == wanted {
        return Ok(());
    }
    let observed = match (log.exists(), seen.len() < wanted.len()) {
        (false, _) => format!("there is no file by the name of {what}"),
        (true, true) => format!("{what} had {} of {} lines", seen.len(), wanted.len()),
        (true, false) => format!("{what} had {} lines instead of {}", seen.len(), wanted.len()),
    };
    let lines = Lines { what: what.to_owned(), expected: wanted.to_vec(), observed: seen };
    let expected = format!("{what} has a line for each sale, and keeps those that it had");
    Err(case.failure(&expected, observed).with(Evidence::Lines(lines)))
}
