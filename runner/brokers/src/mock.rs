//! librdkafka's mock cluster, a stand-in for Kafka.
//!
//! It is a program of the package that has librdkafka compiled anyway, so that nobody waits for a
//! C compiler who learns about another broker.

use std::path::PathBuf;

use harness::broker::{Broker, Provider, Ready};
use harness::supervise::Launch;
use harness::until::{secs, until};

use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::executables::is_executable;
use crate::held::{Held, Server, Up};
use crate::ready::{await_last_words, until_ready};

const BUILD: &str = "cargo build -p checks-kafka";

/// The program, beside our own.
pub(crate) fn executable(broker: Broker) -> Result<PathBuf, Unavailable> {
    let Some(program) = broker.stand_in() else {
        let reason = format!("there is no stand-in for {broker}");
        return Err(Unavailable { reason, next: crate::local::install(broker) });
    };
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name(program));
    beside.filter(|path| is_executable(path)).ok_or_else(|| Unavailable {
        reason: format!("the stand-in for {broker} is not built"),
        next: BUILD.into(),
    })
}

pub(crate) fn bring_up(broker: Broker, context: &Context) -> Result<Up, Unavailable> {
    let executable = executable(broker)?;
    let mut progress = context.begin("start the stand-in for Kafka, librdkafka's mock cluster");
    let cannot = |reason: String| Unavailable { reason, next: BUILD.into() };
    // It ends by itself at the end of its input, so it needs no warden.
    let launch = Launch::new(&executable).ends_at_eof();
    let tree = launch.start().map_err(|error| cannot(format!("cannot start it: {error}")))?;
    let server = Server::new("the stand-in", tree).into_stand_in();
    let address = until(secs(10), || {
        if server.ended().is_some() {
            await_last_words(|| server.is_silent());
            return Some(None);
        }
        server.first_line().map(Some)
    });
    let Some(address) = address.flatten() else {
        return Err(cannot(server.ended().unwrap_or_else(|| "it says no address".into())));
    };
    let version =
        until_ready(context, broker, &address, secs(10), &mut progress, || server.ended())
            .map_err(|why| cannot(why.reason()))?;
    let ready = Ready { broker, provider: Provider::Mock, address, version, aside: None };
    Ok(Up { ready, held: Held::Server(server) })
}
