//! Starts brokers, tells where they are, and stays until it is told to stop: by the end of its
//! input, SIGTERM or SIGINT.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use harness::broker::{Broker, Missing, Told};
use harness::supervise::sweep;
use harness::until::{ms, secs};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::dispatch::{MISSING, WRONG};
use crate::bring_up::{Wishes, bring_up};
use crate::context::Context;
use crate::held::{Held, Up};
use crate::{docker, order, remembered};

/// What may happen.
enum Event {
    Stop,
    Started(Broker, Box<Result<Up, Missing>>),
}

pub(super) fn serve(root: Option<&Path>, brokers: &[Broker], context: &Context) -> ExitCode {
    let forced = match order::forced(std::env::var("FAULTLINGS_BROKERS").ok().as_deref()) {
        Ok(forced) => forced,
        Err(reason) => {
            for &broker in brokers {
                let next = "unset FAULTLINGS_BROKERS".to_owned();
                let missing = Missing { broker, reason: reason.clone(), next };
                context.teller.tell(&Told::Missing(missing));
            }
            return ExitCode::from(WRONG);
        }
    };
    let (sender, events) = channel();
    listen(&sender);
    // Beside the starts, which need not wait for it: their containers are alive.
    thread::spawn(docker::remove_stale);
    let worked = remembered::load(root);
    for &broker in brokers {
        let (sender, context) = (sender.clone(), context.about(broker));
        let wishes = Wishes { forced, worked_last: worked.get(&broker).copied() };
        thread::spawn(move || {
            let outcome = bring_up(broker, wishes, &context);
            // Nobody listens any more: dropping what came up ends it.
            let _ = sender.send(Event::Started(broker, Box::new(outcome)));
        });
    }
    let mut stay = Stay { held: BTreeMap::new(), starting: brokers.len() };
    let asked_to_stop = stay.until_told(root, &events, context);
    context.stop();
    stay.end(&events);
    if asked_to_stop { ExitCode::SUCCESS } else { ExitCode::from(MISSING) }
}

/// What makes it stop, each in a thread of its own.
fn listen(sender: &Sender<Event>) {
    let stop = sender.clone();
    thread::spawn(move || {
        // Nothing is ever sent: the copy is over when the other end is closed.
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = stop.send(Event::Stop);
    });
    let stop = sender.clone();
    if let Ok(mut signals) = Signals::new([SIGTERM, SIGINT]) {
        thread::spawn(move || {
            for _ in signals.forever() {
                let _ = stop.send(Event::Stop);
            }
        });
    }
}

struct Stay {
    held: BTreeMap<Broker, Held>,
    starting: usize,
}

impl Stay {
    /// Whether it was told to stop; else there is nothing left to stay for.
    fn until_told(
        &mut self,
        root: Option<&Path>,
        events: &Receiver<Event>,
        context: &Context,
    ) -> bool {
        while self.starting > 0 || !self.held.is_empty() {
            match events.recv_timeout(ms(100)) {
                Ok(Event::Stop) => return true,
                Ok(Event::Started(broker, outcome)) => {
                    self.starting -= 1;
                    self.started(broker, *outcome, root, context);
                }
                Err(_) => {}
            }
            self.look(context);
        }
        false
    }

    fn started(
        &mut self,
        broker: Broker,
        outcome: Result<Up, Missing>,
        root: Option<&Path>,
        context: &Context,
    ) {
        match outcome {
            Ok(Up { ready, held }) => {
                context.teller.tell(&Told::Ready(ready));
                remembered::keep(root, &BTreeMap::from([(broker, held.provider())]));
                self.held.insert(broker, held);
            }
            Err(missing) => context.teller.tell(&Told::Missing(missing)),
        }
    }

    /// Tells which of them have died.
    fn look(&mut self, context: &Context) {
        self.held.retain(|&broker, held| {
            let Some(reason) = held.ended() else { return true };
            let next = "start it again".to_owned();
            context.teller.tell(&Told::Missing(Missing { broker, reason, next }));
            false
        });
    }

    /// Ends all at the same time, also what comes up only now.
    fn end(mut self, events: &Receiver<Event>) {
        let mut ending: Vec<_> =
            self.held.into_values().map(|held| thread::spawn(|| drop(held))).collect();
        let deadline = Instant::now() + secs(2);
        while self.starting > 0 {
            match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Started(_, outcome)) => {
                    self.starting -= 1;
                    ending.push(thread::spawn(|| drop(outcome)));
                }
                Ok(Event::Stop) => {}
                Err(_) => break,
            }
        }
        for one in ending {
            let _ = one.join();
        }
        sweep::kill_everything();
    }
}
