//! Fetches images ahead of need.

use harness::broker::{Broker, Missing, Told};

use crate::context::Context;
use crate::docker;

/// Whether all are there now.
pub(super) fn pull(brokers: &[Broker], context: &Context) -> bool {
    let mut all = true;
    for &broker in brokers {
        match docker::pull(broker, context) {
            Ok(image) => context.step(format!("{broker}: {image} is here")),
            Err(why) => {
                all = false;
                let missing = Missing { broker, reason: why.reason, next: why.next };
                context.teller.tell(&Told::Missing(missing));
            }
        }
    }
    all
}
