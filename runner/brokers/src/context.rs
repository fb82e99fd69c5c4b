//! What every part of a start knows: where to tell, where to write, and whether to go on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use harness::broker::{Broker, Step, Told};

use crate::told::Teller;

/// How often a wait says that it is still waiting.
const EVERY: Duration = Duration::from_secs(2);

/// Shared by the threads that start brokers.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) teller: Teller,
    /// The temporary folder of this process; what is in it is nobody's tomorrow.
    pub(crate) scratch: PathBuf,
    /// Whose start it is; nothing while it is about all of them.
    broker: Option<Broker>,
    stopped: Arc<AtomicBool>,
}

impl Context {
    pub(crate) fn new(teller: Teller, scratch: &Path) -> Self {
        Self { teller, scratch: scratch.to_owned(), broker: None, stopped: Arc::default() }
    }

    /// The same for one broker: what it tells is of that one.
    pub(crate) fn about(&self, broker: Broker) -> Self {
        Self { broker: Some(broker), ..self.clone() }
    }

    /// Asks every wait to end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Says what is done next.
    pub(crate) fn step(&self, words: impl Into<String>) {
        self.teller.tell(&Told::Step(Step { broker: self.broker, words: words.into() }));
    }

    /// Says what is done next, and now and then that it is still being done.
    pub(crate) fn begin(&self, what: impl Into<String>) -> Progress {
        let what = what.into();
        self.step(what.as_str());
        Progress { context: self.clone(), what, since: Instant::now(), told: 0 }
    }
}

/// Something that takes its time.
#[derive(Debug)]
pub(crate) struct Progress {
    context: Context,
    what: String,
    since: Instant,
    told: u64,
}

impl Progress {
    /// Tells, if the last word is old.
    pub(crate) fn tick(&mut self) {
        self.tick_at("");
    }

    /// Tells, if the last word is old, with how far it is: `34 of 102 MB`.
    pub(crate) fn tick_at(&mut self, how_far: &str) {
        let seconds = self.since.elapsed().as_secs();
        let periods = seconds / EVERY.as_secs();
        if periods > self.told {
            self.told = periods;
            let comma = if how_far.is_empty() { "" } else { ", " };
            self.context.step(format!("{}{comma}{how_far}, {seconds} s so far", self.what));
        }
    }
}
