//! A class-data archive: what Java would load and verify anew at every start, kept as memory pages.
//! See "Class Data Sharing" in java(1).

use std::fs;
use std::time::Instant;

use harness::broker::Broker;
use harness::until::{secs, until};
use nix::sys::signal::Signal;

use super::Distribution;
use super::kafka::prepare;
use crate::context::Context;
use crate::handshake::greet;
use crate::ports;

/// Whether the next start would be a slow one.
pub(crate) fn needs_archive(found: &Distribution) -> bool {
    !found.archive().is_file()
}

/// Runs Kafka once, greets it, and asks it to end, upon which Java writes the archive.
pub(crate) fn make_archive(found: &Distribution, context: &Context) -> Result<(), String> {
    let mut progress =
        context.begin("run Kafka once for a class-data archive, which halves its start");
    let [port, controller] = ports::free()?;
    let properties = prepare(found, &context.scratch.join("kafka-archive"), port, controller)?;
    fs::create_dir_all(&found.kept).map_err(|error| error.to_string())?;
    let half = found.archive().with_extension(std::process::id().to_string());
    let options = [format!("-XX:ArchiveClassesAtExit={}", half.display())];
    let mut tree = found
        .alone(&options, "kafka.Kafka")
        .arg(&properties)
        .start()
        .map_err(|error| format!("cannot start Java: {error}"))?;
    let address = format!("127.0.0.1:{port}");
    let ready = until(secs(90), || {
        progress.tick();
        let is_over = tree.look(|view| view.ended.is_some());
        (is_over || greet(Broker::Kafka, &address).is_ok()).then_some(!is_over)
    });
    if ready != Some(true) {
        return Err("Kafka did not become ready".into());
    }
    tree.signal(Signal::SIGTERM).map_err(|error| error.to_string())?;
    let ended = tree.wait(Instant::now() + secs(90), |view| view.ended.map(drop));
    tree.end();
    if ended.is_none() || !half.is_file() {
        let _ = fs::remove_file(&half);
        return Err("Java wrote no archive".into());
    }
    fs::rename(&half, found.archive()).map_err(|error| error.to_string())
}
