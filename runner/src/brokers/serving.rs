//! Asking the program that starts brokers, and waiting for what it answers.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use harness::broker::{Broker, Missing, Ready, Step, Told};
use harness::report::{Stream, Unknown};
use harness::supervise::{Followed, Launch, Remote, follow};

use super::kept;

/// It runs as long as we do.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
/// How soon a wait notices that it was cancelled.
const SOON: Duration = Duration::from_millis(50);

/// Brokers of one course, each started once it is wanted. A clone is another handle on the same; when
/// the last one is dropped, all that was started ends.
#[derive(Debug, Clone)]
pub struct Brokers(Arc<Serving>);

#[derive(Debug)]
struct Serving {
    root: PathBuf,
    /// Whether brokers that somebody else keeps are used.
    shares: bool,
    board: Arc<Board>,
    servers: Mutex<Vec<(Remote, JoinHandle<()>)>>,
}

/// How far each broker is.
#[derive(Debug, Default)]
struct Board {
    standings: Mutex<BTreeMap<Broker, Standing>>,
    changed: Condvar,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Standing {
    Starting(String),
    Ready(Ready),
    /// Ready, and somebody else keeps it, see [`kept`].
    Kept(Ready),
    Missing(Missing),
}

impl Brokers {
    /// None yet.
    #[must_use]
    pub fn of(root: &Path) -> Self {
        Self::new(root, true)
    }

    /// None yet, and none that somebody else keeps.
    pub(super) fn alone(root: &Path) -> Self {
        Self::new(root, false)
    }

    fn new(root: &Path, shares: bool) -> Self {
        let (root, board, servers) = (root.to_owned(), Arc::default(), Mutex::default());
        Self(Arc::new(Serving { root, shares, board, servers }))
    }

    /// Starts those that nobody has asked for yet, and returns at once. One that could not be had is
    /// tried again.
    pub fn want(&self, brokers: &[Broker]) {
        let mut standings = self.0.board.lock();
        let settled = |broker: &Broker| match standings.get(broker) {
            Some(Standing::Starting(_) | Standing::Ready(_)) => true,
            Some(Standing::Kept(_)) => kept::keeper(&self.0.root).is_some(),
            Some(Standing::Missing(_)) | None => false,
        };
        let mut new: Vec<Broker> = brokers.iter().copied().filter(|it| !settled(it)).collect();
        if new.is_empty() {
            return;
        }
        let kept = if self.0.shares { kept::kept(&self.0.root) } else { Vec::new() };
        for ready in kept {
            if new.contains(&ready.broker) {
                new.retain(|broker| *broker != ready.broker);
                standings.insert(ready.broker, Standing::Kept(ready));
            }
        }
        for broker in &new {
            standings.insert(*broker, Standing::Starting(format!("start {broker}")));
        }
        drop(standings);
        if !new.is_empty() {
            self.0.start(&new);
        }
    }

    /// Waits until each of these can be used, and tells what happens meanwhile. `None` once
    /// `cancelled` says so.
    ///
    /// # Errors
    /// Why one of them cannot be had, and what to type next.
    pub fn wait(
        &self,
        brokers: &[Broker],
        cancelled: impl Fn() -> bool,
        mut tell: impl FnMut(String),
    ) -> Option<Result<Vec<Ready>, Unknown>> {
        self.want(brokers);
        let mut told = BTreeMap::new();
        let mut standings = self.0.board.lock();
        loop {
            if cancelled() {
                return None;
            }
            for (broker, standing) in
                standings.iter().filter(|(broker, _)| brokers.contains(broker))
            {
                if let Standing::Starting(step) = standing
                    && told.insert(*broker, step.clone()).as_ref() != Some(step)
                {
                    tell(step.clone());
                }
            }
            if let Some(answer) = answer(&standings, brokers) {
                return Some(answer);
            }
            let waited = self.0.board.changed.wait_timeout(standings, SOON);
            standings = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

fn answer(
    standings: &BTreeMap<Broker, Standing>,
    brokers: &[Broker],
) -> Option<Result<Vec<Ready>, Unknown>> {
    let mut ready = Vec::new();
    for broker in brokers {
        match standings.get(broker) {
            Some(Standing::Ready(one) | Standing::Kept(one)) => ready.push(one.clone()),
            Some(Standing::Missing(Missing { reason, next, .. })) => {
                return Some(Err(Unknown { reason: reason.clone(), next: next.clone() }));
            }
            Some(Standing::Starting(_)) | None => return None,
        }
    }
    Some(Ok(ready))
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Broker, Standing>> {
        self.standings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, broker: Broker, standing: Standing) {
        self.lock().insert(broker, standing);
        self.changed.notify_all();
    }

    /// What the program said of brokers that it was asked for.
    fn hear(&self, root: &Path, asked: &[Broker], told: Told) {
        match told {
            Told::Step(Step { broker, words }) => {
                let mut standings = self.lock();
                for one in asked.iter().filter(|one| broker.is_none_or(|broker| broker == **one)) {
                    if let Some(Standing::Starting(step)) = standings.get_mut(one) {
                        words.clone_into(step);
                    }
                }
                drop(standings);
                self.changed.notify_all();
            }
            Told::Ready(ready) => {
                kept::note(root, &ready);
                self.set(ready.broker, Standing::Ready(ready));
            }
            Told::Missing(missing) => self.set(missing.broker, Standing::Missing(missing)),
            // Answers to another question.
            Told::Place(_) | Told::Leftover(_) => {}
        }
    }

    /// The program has ended: nothing of it runs any more.
    fn end(&self, root: &Path, asked: &[Broker], complaint: &str) {
        let mut standings = self.lock();
        for broker in asked {
            let reason = match standings.get(broker) {
                Some(Standing::Ready(ready)) => {
                    kept::forget(root, ready);
                    format!("the kit's program that kept {broker} running has ended")
                }
                Some(Standing::Starting(_)) => {
                    let said = if complaint.is_empty() { "no reason was given" } else { complaint };
                    format!("{broker} could not be started: {said}")
                }
                Some(Standing::Kept(_) | Standing::Missing(_)) | None => continue,
            };
            let next = "cargo run -- brokers status".to_owned();
            let missing = Missing { broker: *broker, reason, next };
            standings.insert(*broker, Standing::Missing(missing));
        }
        drop(standings);
        self.changed.notify_all();
    }
}

impl Serving {
    fn start(&self, brokers: &[Broker]) {
        let launch = Launch::new(executable())
            .arg("serve")
            .arg("--root")
            .arg(&self.root)
            .args(brokers.iter().map(|broker| broker.id()))
            .current_dir(&self.root)
            .ends_at_eof();
        let tree = match launch.start() {
            Ok(tree) => tree,
            Err(error) => {
                return self.board.end(
                    &self.root,
                    brokers,
                    &format!("its starter did not start: {error}"),
                );
            }
        };
        let remote = tree.remote();
        let (board, root, asked) = (self.board.clone(), self.root.clone(), brokers.to_vec());
        let thread = thread::spawn(move || {
            let mut complaint = String::new();
            let followed =
                follow(&tree, A_YEAR, |stream, line| match (stream, serde_json::from_str(line)) {
                    (Stream::Stdout, Ok(told)) => board.hear(&root, &asked, told),
                    _ => line.clone_into(&mut complaint),
                });
            if let Followed::Ended(ended) = followed
                && complaint.is_empty()
            {
                complaint = format!("it {ended}");
            }
            board.end(&root, &asked, &complaint);
            drop(tree);
        });
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).push((remote, thread));
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let servers =
            std::mem::take(&mut *self.servers.lock().unwrap_or_else(PoisonError::into_inner));
        servers.iter().for_each(|(remote, _)| remote.cancel());
        for (_, thread) in servers {
            let _ = thread.join();
        }
    }
}

/// The program that starts brokers, built into the same folder as we are.
#[must_use]
pub fn executable() -> PathBuf {
    std::env::current_exe().unwrap_or_default().with_file_name("brokers")
}

#[cfg(test)]
mod tests;
