//! The worker service under a check, and the bank that it talks to.

use std::time::{Duration, Instant};

use harness::check::{Case, Running, Stop};
use harness::until::{ms, secs};
use harness::world::{ActState, World};
use nix::sys::signal::Signal;

/// The service, and the bank that it talks to.
pub(super) struct Shop<'a> {
    pub(super) case: &'a Case,
    pub(super) service: Running,
    pub(super) world: &'a World,
    /// Acts of the scenes before.
    before: usize,
    next: u64,
}

impl<'a> Shop<'a> {
    pub(super) fn open(case: &'a Case, world: &'a World, grace: Duration) -> Result<Self, Stop> {
        let program = case.program().env("GRACE_MS", grace.as_millis().to_string());
        let service = program.env("BLOCKED", case.file("blocked", "")?).with_stdin().start()?;
        service.prints("ready", secs(3))?;
        let next = case.number(100_000..=900_000);
        Ok(Self { case, service, world, before: world.acts().len(), next })
    }

    pub(super) fn take(&mut self, accounts: &[u64]) -> Result<(), Stop> {
        let lines: Vec<_> = accounts.iter().map(u64::to_string).collect();
        self.service.write_line(&lines.join("\n"))
    }

    /// So many accounts are taken in, the first five are being charged: those, and the others.
    pub(super) fn is_busy_with(&mut self, count: u64) -> Result<(Vec<u64>, Vec<u64>), Stop> {
        self.world.holds("charge");
        let accounts: Vec<_> = (self.next..).take(usize::try_from(count).unwrap_or(0)).collect();
        self.next += count;
        self.take(&accounts)?;
        let at_work = self.service.until("five workers are at work", secs(1), |service| {
            let count = self.begun().len();
            let over = service.ended().is_some();
            if count == 5 || over {
                Ok(count)
            } else {
                Err(format!("{count} of 5 workers were at work"))
            }
        })?;
        let observed = format!("{at_work} of 5 workers were at work, and it ended");
        self.case.expect(at_work == 5, "five workers are at work", observed)?;
        self.service.has_read_its_input(secs(2))?;
        let begun = self.begun();
        let waiting = accounts.into_iter().filter(|account| !begun.contains(account)).collect();
        Ok((begun, waiting))
    }

    /// Accounts whose charge was begun.
    pub(super) fn begun(&self) -> Vec<u64> {
        self.world.acts()[self.before..].iter().map(|act| act.id).collect()
    }

    /// It ends properly, and says that each of these was charged.
    pub(super) fn finishes(&self, begun: &[u64]) -> Result<(), Stop> {
        self.service.exits_with(0, secs(2))?;
        let count = begun.iter().filter(|&&account| self.is_charged(account)).count();
        let observed = format!("of 5 charges it called {count} charged");
        self.case.expect(count == begun.len(), "each charge is called charged", observed)
    }

    /// The bank answers these one after the other, each after such a pause, until it ends: how many,
    /// and how long it had heard nothing when it ended, or was answered for the last time.
    pub(super) fn is_answered_slowly(
        &self,
        some: &[u64],
        pace: Duration,
    ) -> Result<(usize, Duration), Stop> {
        let mut silence = Duration::ZERO;
        for (count, &account) in some.iter().enumerate() {
            let since = Instant::now();
            let is_over = self.service.until("the service waits", secs(3), |service| {
                let is_over = service.ended().is_some();
                if is_over || since.elapsed() >= pace { Ok(is_over) } else { Err(String::new()) }
            })?;
            silence = since.elapsed();
            if is_over {
                return Ok((count, silence));
            }
            self.world.lets_go("charge", account, ActState::Done);
        }
        Ok((some.len(), silence))
    }

    /// Whether it has said so.
    pub(super) fn is_charged(&self, account: u64) -> bool {
        self.service.stdout_lines().contains(&format!("{account} charged"))
    }

    pub(super) fn reload(&self, blocked: &[u64]) -> Result<(), Stop> {
        let lines: Vec<_> = blocked.iter().map(u64::to_string).collect();
        self.case.file("blocked", lines.join("\n"))?;
        self.service.signal(Signal::SIGHUP)?;
        self.service.prints(&format!("reloaded, {} blocked", blocked.len()), secs(2))
    }

    pub(super) fn is_told_to_stop(&self) -> Result<(), Stop> {
        self.service.signal(Signal::SIGTERM)?;
        let is_it = |line: &str| line.starts_with("stopping").then_some(());
        self.service.prints_like("a line that begins with `stopping`", secs(2), is_it)
    }

    /// After its end: it has listed just these accounts behind that word.
    pub(super) fn lists(&self, word: &str, wanted: &[u64]) -> Result<(), Stop> {
        let find = |line: &str| Some(line.strip_prefix(word)?.to_owned());
        let line =
            self.service.prints_like(&format!("a line that begins with `{word}`"), ms(0), find)?;
        let mut listed: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
        let mut wanted = wanted.to_vec();
        listed.sort_unstable();
        wanted.sort_unstable();
        if listed == wanted {
            return Ok(());
        }
        let observed = format!("`{word}` lists {}, not {}", words(&listed), words(&wanted));
        Err(self.case.failure("every account is listed", observed))
    }
}

pub(super) fn words(accounts: &[u64]) -> String {
    let words: Vec<_> = accounts.iter().map(u64::to_string).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
