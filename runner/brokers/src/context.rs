//! What every part of a start knows: where to tell, where to write, and whether to go on.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::told::Teller;

/// How often a wait says that it is still waiting.
const EVERY: Duration = Duration::from_secs(2);

/// Shared by the threads that start brokers.
#[derive(Debug, Clone)]
pub(crate) struct Context {
    pub(crate) teller: Teller,
    /// The temporary folder of this process; what is in it is nobody's tomorrow.
    pub(crate) scratch: PathBuf,
    stopped: Arc<AtomicBool>,
}

impl Context {
    pub(crate) fn new(teller: Teller, scratch: &Path) -> Self {
        Self { teller, scratch: scratch.to_owned(), stopped: Arc::default() }
    }

    /// Asks every wait to end.
    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Says what is done next, and now and then that it is still being done.
    pub(crate) fn begin(&self, what: impl Into<String>) -> Progress {
        let what = what.into();
        self.teller.step(&what);
        Progress { teller: self.teller, what, since: Instant::now(), told: 0 }
    }
}

/// Something that takes its time.
#[derive(Debug)]
pub(crate) struct Progress {
    teller: Teller,
    what: String,
    since: Instant,
    told: u64,
}

impl Progress {
    /// Tells, if the last word is old.
    pub(crate) fn tick(&mut self) {
        let periods = self.since.elapsed().as_secs() / EVERY.as_secs();
        if periods > self.told {
            self.told = periods;
            self.teller.step(&format!(
                "{}, {} s so far",
                self.what,
                self.since.elapsed().as_secs()
            ));
        }
    }
}
