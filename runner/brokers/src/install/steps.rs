//! What is missing, in the order in which it has to come.

use harness::broker::Broker;

use super::{jars, packages};
use crate::context::Context;
use crate::executables::find;
use crate::local::{
    self, Distribution, java, make_archive, nats_server, needs_archive, rabbitmq_server,
};

/// The package of Java that each release has; and, where that one is too old, as in Ubuntu 22.04, the
/// one that such releases have beside it.
const JAVA: [&str; 2] = ["default-jre-headless", "openjdk-17-jre-headless"];

/// Whether all these brokers can be started on this machine afterwards.
pub(crate) fn install(brokers: &[Broker], context: &Context) -> bool {
    for java in JAVA {
        let wanted = wanted_packages(brokers, java);
        if wanted.is_empty() {
            break;
        }
        context.step(format!("install {} with the system's package tool", wanted.join(", ")));
        if let Err(reason) = packages::install(&wanted, context) {
            context.step(reason);
            return false;
        }
    }
    brokers.iter().all(|&broker| finish(broker, context))
}

fn wanted_packages(brokers: &[Broker], java_package: &'static str) -> Vec<&'static str> {
    let mut wanted = Vec::new();
    let mut want = |is_there: bool, package: &'static str| {
        if !is_there {
            wanted.push(package);
        }
    };
    for broker in brokers {
        match broker {
            Broker::Nats => want(nats_server().is_ok(), "nats-server"),
            Broker::Rabbitmq => want(rabbitmq_server().is_ok(), "rabbitmq-server"),
            Broker::Kafka => {
                want(java().is_ok(), java_package);
                want(Distribution::find().is_ok() || find("mvn").is_some(), "maven");
            }
        }
    }
    wanted
}

/// What no package brings, and a look whether the server can be found.
fn finish(broker: Broker, context: &Context) -> bool {
    let done = match broker {
        Broker::Kafka => kafka(context),
        Broker::Rabbitmq | Broker::Nats => Ok(()),
    };
    let described = done.and_then(|()| local::describe(broker).map_err(|why| why.reason));
    match described {
        Ok(words) => {
            context.step(format!("{broker} is here: {words}"));
            true
        }
        Err(reason) => {
            context.step(format!("{broker} is not here: {reason}"));
            false
        }
    }
}

fn kafka(context: &Context) -> Result<(), String> {
    if Distribution::find().is_err() {
        jars::fetch(context)?;
    }
    let found = Distribution::find().map_err(|why| why.reason)?;
    if needs_archive(&found)
        && let Err(reason) = make_archive(&found, context)
    {
        // Kafka starts without one, only slower.
        context.step(format!("no class-data archive: {reason}"));
    }
    Ok(())
}
