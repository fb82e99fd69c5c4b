//! What each provider has here.

use harness::broker::{Broker, Missing, Place, Provider, Told};

use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::local::{Distribution, needs_archive};
use crate::{docker, given, local, mock};

/// Whether every broker can be had. One line a broker and provider, what is missing after them, and
/// what killed starts have left last.
pub(super) fn status(brokers: &[Broker], context: &Context) -> bool {
    let mut all = true;
    for &broker in brokers {
        let mut found = false;
        let mut why = None;
        for provider in [Provider::Given, Provider::Docker, Provider::Local, Provider::Mock] {
            if provider == Provider::Mock && broker != Broker::Kafka {
                continue;
            }
            let (is_there, words) = match look(broker, provider, context) {
                Ok(words) => (true, words),
                Err(unavailable) => {
                    let words = unavailable.reason.clone();
                    if provider == Provider::Local {
                        why = Some(unavailable);
                    }
                    (false, words)
                }
            };
            found |= is_there;
            context.teller.tell(&Told::Place(Place { broker, provider, is_there, words }));
        }
        if let (false, Some(Unavailable { reason, next })) = (found, why) {
            all = false;
            context.teller.tell(&Told::Missing(Missing { broker, reason, next }));
        }
    }
    docker::leftovers().into_iter().for_each(|name| context.teller.tell(&Told::Leftover(name)));
    all
}

fn look(broker: Broker, provider: Provider, context: &Context) -> Result<String, Unavailable> {
    match provider {
        Provider::Given if given::address(broker).is_none() => Err(Unavailable {
            reason: format!("{} is not set", broker.variable()),
            next: String::new(),
        }),
        Provider::Given => given::bring_up(broker, context).map(|up| up.ready.address),
        Provider::Docker => docker::describe(broker),
        Provider::Local => local::describe(broker).map(|words| words + slow(broker)),
        Provider::Mock => {
            mock::executable(broker).map(|_| "librdkafka's mock cluster, a stand-in".into())
        }
    }
}

fn slow(broker: Broker) -> &'static str {
    let is_slow =
        broker == Broker::Kafka && Distribution::find().is_ok_and(|it| needs_archive(&it));
    if is_slow { ", without the class-data archive that halves its start" } else { "" }
}
