//! nats-server with JetStream, which is ready in tens of milliseconds.

use std::path::PathBuf;

use harness::broker::Broker;
use harness::supervise::warden;

use super::start::{Started, install};
use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::executables::{find, is_executable};
use crate::held::Server;
use crate::ports;

/// Another executable than the one on PATH.
const VARIABLE: &str = "FAULTLINGS_NATS_SERVER";

pub(crate) fn executable() -> Result<PathBuf, Unavailable> {
    let missing = |reason: String| Unavailable { reason, next: install(Broker::Nats) };
    match std::env::var_os(VARIABLE).map(PathBuf::from) {
        Some(path) if is_executable(&path) => Ok(path),
        Some(path) => Err(missing(format!("{VARIABLE} is {}, no executable file", path.display()))),
        None => find("nats-server").ok_or_else(|| missing("nats-server is not installed".into())),
    }
}

pub(super) fn start(context: &Context) -> Result<Started, Unavailable> {
    let executable = executable()?;
    let cannot = |reason: String| Unavailable { reason, next: install(Broker::Nats) };
    let [port] = ports::free().map_err(cannot)?;
    let folder = context.scratch.join(format!("nats-{port}"));
    let launch = warden::launch(warden::this_executable(), &executable)
        .args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"])
        .arg(&folder);
    let tree = launch
        .start()
        .map_err(|error| cannot(format!("cannot start {}: {error}", executable.display())))?;
    let server = Server::new("nats-server", tree);
    Ok(Started { server, address: format!("127.0.0.1:{port}"), version: None, aside: None })
}
