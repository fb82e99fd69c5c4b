//! A broker from Docker: is there a daemon, is there the image, does it answer.

use std::time::Duration;

use harness::broker::{Aside, Broker, Provider, Ready};
use harness::until::secs;
use testcontainers::core::client::docker_client_instance;

use super::container::{Container, in_one_line};
use super::daemon::{host, is_absent, runtime};
use super::image::Image;
use super::pull::pull_image;
use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::held::{Held, Up};
use crate::local;
use crate::ports;
use crate::ready::until_ready;

/// A container on a busy machine; pulling has no limit but the learner's patience.
const START: Duration = secs(120);

pub(crate) fn bring_up(broker: Broker, forced: bool, context: &Context) -> Result<Up, Unavailable> {
    let next = "cargo run -- brokers status";
    let cannot = |reason: String| Unavailable { reason, next: next.into() };
    if let Some(reason) = is_absent() {
        return Err(Unavailable { reason, next: "sudo systemctl start docker".into() });
    }
    let [clients, aside, proxy] = ports::free().map_err(cannot)?;
    let at = |port: u16| format!("{}:{port}", host());
    let (address, sends_to) = (at(clients), format!("127.0.0.1:{proxy}"));
    let image = Image::of(broker, [&address, &sends_to]);
    if !is_pulled(&image).map_err(cannot)? {
        // A server that is installed is there in seconds; a pull may take minutes.
        if !forced && local::describe(broker).is_ok() {
            let reason = format!("the image {} is not pulled", image.full());
            return Err(Unavailable { reason, next: pull_command(broker) });
        }
        pull_image(&image, context)
            .map_err(|reason| Unavailable { reason, next: pull_command(broker) })?;
    }
    let mut progress = context.begin(format!("start {broker} in Docker"));
    let mut container = Container::start(&image, &[clients, aside]).map_err(cannot)?;
    let ended = || container.ended();
    let version = until_ready(context, broker, &address, START, &mut progress, ended)
        .map_err(|why| cannot(format!("{broker} does not start in Docker: {}", why.reason())))?;
    let version = if version.is_empty() { image.tag } else { version };
    let aside = (broker == Broker::Kafka).then(|| Aside { listens: at(aside), sends_to });
    let ready = Ready { broker, provider: Provider::Docker, address, version, aside };
    Ok(Up { ready, held: Held::Container(container) })
}

/// Fetches a broker's image.
pub(crate) fn pull(broker: Broker, context: &Context) -> Result<String, Unavailable> {
    let refused = |reason| Unavailable { reason, next: "sudo systemctl start docker".into() };
    is_absent().map_or(Ok(()), |reason| Err(refused(reason)))?;
    let image = Image::of(broker, ["", ""]);
    let done = pull_image(&image, context);
    done.map(|()| image.full()).map_err(|reason| Unavailable { reason, next: pull_command(broker) })
}

/// What Docker has, or why it is of no use.
pub(crate) fn describe(broker: Broker) -> Result<String, Unavailable> {
    let refused = |reason| Unavailable { reason, next: "sudo systemctl start docker".into() };
    is_absent().map_or(Ok(()), |reason| Err(refused(reason)))?;
    let image = Image::of(broker, ["", ""]);
    match is_pulled(&image) {
        Ok(true) => Ok(format!("image {}", image.full())),
        Ok(false) => Err(Unavailable {
            reason: format!("the image {} is not pulled", image.full()),
            next: pull_command(broker),
        }),
        Err(reason) => Err(refused(reason)),
    }
}

fn pull_command(broker: Broker) -> String {
    format!("cargo run -- brokers pull {}", broker.id())
}

fn is_pulled(image: &Image) -> Result<bool, String> {
    let full = image.full();
    runtime()?.block_on(async {
        let docker = docker_client_instance()
            .await
            .map_err(|error| format!("Docker does not answer: {}", in_one_line(&error)))?;
        let asked = tokio::time::timeout(secs(5), docker.inspect_image(&full)).await;
        Ok(asked.is_ok_and(|answer| answer.is_ok()))
    })
}
