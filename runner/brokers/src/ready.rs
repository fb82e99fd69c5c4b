//! Waiting until a broker that was started answers.

use std::time::{Duration, Instant};

use harness::broker::Broker;
use harness::until::{ms, until};

use crate::context::{Context, Progress};
use crate::handshake::{Refused, greet};

/// How often a server that starts is greeted: each greeting takes processor time from its start.
const EVERY: Duration = ms(10);
/// How long the last words of a dead server may take to reach us.
const LAST_WORDS: Duration = ms(500);

/// Why a broker did not become ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NotReady {
    /// This process was told to stop.
    Stopped,
    /// The server ended, with its last words.
    Ended(String),
    /// It runs, but does not answer as it should.
    Never(String),
}

impl NotReady {
    /// Whether another port may help.
    pub(crate) fn is_taken_port(&self) -> bool {
        // "Address already in use" of the C library and Java, "eaddrinuse" of Erlang.
        let words = ["in use", "addrinuse"];
        matches!(self, Self::Ended(said) if words.iter().any(|word| said.contains(word)))
    }

    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Stopped => "the start was broken off".into(),
            Self::Ended(words) | Self::Never(words) => words.clone(),
        }
    }
}

/// Shakes hands until it succeeds, for at most `within`. `ended` tells how the server ended.
pub(crate) fn until_ready(
    context: &Context,
    broker: Broker,
    address: &str,
    within: Duration,
    progress: &mut Progress,
    mut ended: impl FnMut() -> Option<String>,
) -> Result<String, NotReady> {
    let mut last = String::from("it was never asked");
    let mut next = Instant::now();
    let answer = until(within, || {
        if context.is_stopped() {
            return Some(Err(NotReady::Stopped));
        }
        if let Some(words) = ended() {
            return Some(Err(NotReady::Ended(words)));
        }
        progress.tick();
        if Instant::now() < next {
            return None;
        }
        next = Instant::now() + EVERY;
        match greet(broker, address) {
            Ok(version) => return Some(Ok(version)),
            // Waiting longer does not change a setting.
            Err(Refused::Lacks(words)) => return Some(Err(NotReady::Never(words))),
            Err(why) => last = why.to_string(),
        }
        None
    });
    answer.unwrap_or_else(|| {
        let within = within.as_secs();
        Err(NotReady::Never(format!("{broker} was not ready after {within} s: {last}")))
    })
}

/// Gives the last words of a dead server a moment to arrive.
pub(crate) fn await_last_words(is_silent: impl Fn() -> bool) {
    until(LAST_WORDS, || is_silent().then_some(()));
}
