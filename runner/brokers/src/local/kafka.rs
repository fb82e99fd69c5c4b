//! Kafka in KRaft mode, broker and controller in one process.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use harness::broker::{Aside, Broker};
use harness::supervise::output;
use harness::until::secs;

use super::Distribution;
use super::settings::FOR_LESSONS;
use super::start::{Started, install, room};
use crate::bring_up::Unavailable;
use crate::cache::Half;
use crate::context::Context;
use crate::held::Server;
use crate::ports;

/// 16 bytes in base64url, as Kafka's `Uuid` wants them. Every cluster of the kit has the same: they
/// never meet, and so one formatted folder serves for all.
const CLUSTER: &str = "ZmF1bHRsaW5ncy1rYWZrYQ";

pub(super) fn start(context: &Context) -> Result<Started, Unavailable> {
    let found = Distribution::find()?;
    let cannot = |reason: String| Unavailable { reason, next: install(Broker::Kafka) };
    let ports = Ports::free().map_err(cannot)?;
    let folder = context.scratch.join(format!("kafka-{}", ports.clients));
    let properties =
        prepare(&found, &folder, &ports).map_err(|reason| Unavailable { reason, next: room() })?;
    let launch = found.under_warden("kafka.Kafka").arg(&properties);
    let tree = launch.start().map_err(|error| cannot(format!("cannot start Java: {error}")))?;
    Ok(Started {
        server: Server::new("Kafka", tree),
        address: format!("127.0.0.1:{}", ports.clients),
        version: Some(found.version),
        aside: Some(Aside {
            listens: format!("127.0.0.1:{}", ports.aside),
            sends_to: format!("127.0.0.1:{}", ports.proxy),
        }),
    })
}

/// All of the loopback interface.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) clients: u16,
    controller: u16,
    /// For clients behind a proxy.
    aside: u16,
    /// Where those are sent; the proxy will listen there.
    proxy: u16,
}

impl Ports {
    pub(super) fn free() -> Result<Self, String> {
        let [clients, controller, aside, proxy] = ports::free()?;
        Ok(Self { clients, controller, aside, proxy })
    }
}

/// Makes a folder from which `kafka.Kafka` starts, and says where its settings are.
pub(super) fn prepare(
    found: &Distribution,
    folder: &Path,
    ports: &Ports,
) -> Result<PathBuf, String> {
    let made = |error: io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(made)?;
    let (properties, log) = (folder.join("server.properties"), folder.join("log"));
    fs::write(&properties, settings(ports, &log)).map_err(made)?;
    let kept = found.formatted();
    if !kept.join("meta.properties").is_file() {
        format(found, folder, &properties, &kept)?;
    }
    if !log.is_dir() {
        copy(&kept, &log).map_err(made)?;
    }
    Ok(properties)
}

fn settings(ports: &Ports, log: &Path) -> String {
    let Ports { clients, controller, aside, proxy } = ports;
    let own = format!(
        "process.roles=broker,controller\nnode.id=1\n\
         controller.quorum.voters=1@127.0.0.1:{controller}\n\
         controller.listener.names=CONTROLLER\n\
         inter.broker.listener.name=PLAINTEXT\n\
         listeners=PLAINTEXT://127.0.0.1:{clients},ASIDE://127.0.0.1:{aside},\
         CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{clients},ASIDE://127.0.0.1:{proxy}\n\
         listener.security.protocol.map=\
         PLAINTEXT:PLAINTEXT,ASIDE:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         log.dirs={}\n",
        log.display()
    );
    FOR_LESSONS.iter().fold(own, |text, (key, value)| text + &format!("{key}={value}\n"))
}

/// Formatting starts a whole Java for three small files without a word about ports in them, so it is
/// done once and kept; where nothing can be kept, the new folder stays for this one start.
fn format(
    found: &Distribution,
    folder: &Path,
    properties: &Path,
    kept: &Path,
) -> Result<(), String> {
    let launch = found
        .under_warden("kafka.tools.StorageTool")
        .args(["format", "-t", CLUSTER, "-c"])
        .arg(properties);
    let done = output(launch, secs(60)).map_err(|error| format!("cannot format: {error}"))?;
    if !done.success() {
        let said = done.stderr.lines().chain(done.stdout.lines()).next().unwrap_or("nothing");
        return Err(format!("Kafka's StorageTool {}; it said: {said}", done.ended));
    }
    let keep = || {
        let half = Half::new(&found.kept)?;
        let made = half.path().join("formatted");
        copy(&folder.join("log"), &made)?;
        fs::rename(made, kept)
    };
    // Somebody else was faster, or nothing can be kept: this start has what it needs.
    let _: io::Result<()> = keep();
    Ok(())
}

/// A folder of plain files.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)?.flatten().filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Ports, settings};

    #[test]
    fn it_listens_on_the_loopback_interface_alone() {
        let ports = Ports { clients: 21_000, controller: 21_001, aside: 21_002, proxy: 21_003 };
        let text = settings(&ports, Path::new("/tmp/log"));
        let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        assert_eq!(
            line("listeners="),
            "PLAINTEXT://127.0.0.1:21000,ASIDE://127.0.0.1:21002,CONTROLLER://127.0.0.1:21001"
        );
        let sends = line("advertised.listeners=");
        assert_eq!(sends, "PLAINTEXT://127.0.0.1:21000,ASIDE://127.0.0.1:21003");
        assert!(text.contains("\nlog.dirs=/tmp/log\n"));
        assert!(!text.contains("auto.create.topics"));
    }
}
