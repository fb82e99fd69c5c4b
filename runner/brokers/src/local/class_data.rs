//! A class-data archive: what Java would load and verify anew at every start, kept as memory pages.
//! See "Class Data Sharing" in java(1).

use std::fs;
use std::time::Duration;

use harness::broker::Broker;
use harness::until::{secs, until};
use nix::sys::signal::Signal;

use super::Distribution;
use super::kafka::{Ports, prepare};
use crate::cache::Half;
use crate::context::Context;
use crate::handshake::greet;

/// Fifty megabytes, sorted and checked, on a machine with other work: 10 s on one without.
const DUMP: Duration = secs(300);

/// Whether the next start would be a slow one.
pub(crate) fn needs_archive(found: &Distribution) -> bool {
    !found.archive().is_file()
}

/// Runs Kafka once, greets it, and asks it to end, upon which Java writes the archive.
pub(crate) fn make_archive(found: &Distribution, context: &Context) -> Result<(), String> {
    let mut progress =
        context.begin("run Kafka once for a class-data archive, which halves its start");
    let ports = Ports::free()?;
    let properties = prepare(found, &context.scratch.join("kafka-archive"), &ports)?;
    let half = Half::new(&found.kept).map_err(|error| error.to_string())?;
    let archive = half.path().join("kafka.jsa");
    let options = [format!("-XX:ArchiveClassesAtExit={}", archive.display())];
    let mut tree = found
        .alone(&options, "kafka.Kafka")
        .arg(&properties)
        .start()
        .map_err(|error| format!("cannot start Java: {error}"))?;
    let address = format!("127.0.0.1:{}", ports.clients);
    let ready = until(secs(180), || {
        progress.tick();
        let is_over = tree.look(|view| view.ended.is_some());
        (is_over || greet(Broker::Kafka, &address).is_ok()).then_some(!is_over)
    });
    if ready != Some(true) {
        return Err("Kafka did not become ready".into());
    }
    tree.signal(Signal::SIGTERM).map_err(|error| error.to_string())?;
    let ended = until(DUMP, || {
        progress.tick();
        tree.look(|view| view.ended)
    });
    let Some((ended, _)) = ended else {
        return Err(format!("Java has not written it after {} s", DUMP.as_secs()));
    };
    tree.end();
    if !archive.is_file() {
        let said = tree.look(|view| view.stdout.text() + &view.stderr.text());
        let said = said.lines().last().unwrap_or("nothing").to_owned();
        return Err(format!("Java {ended} and wrote none; it said: {said}"));
    }
    fs::rename(&archive, found.archive()).map_err(|error| error.to_string())
}
