//! Kafka's jars, by Maven.

use std::fs;
use std::time::Instant;

use harness::supervise::{Ended, Launch};
use harness::until::{ms, secs};

use crate::cache::{self, Half};
use crate::context::Context;
use crate::executables::find;
use crate::local::{KAFKA, installed_jars};

const POM: &str = include_str!("../../kafka/pom.xml");

/// Fetches them into the user's cache, all or none.
pub(super) fn fetch(context: &Context) -> Result<(), String> {
    let cache = cache::folder().ok_or("HOME is not set")?;
    let maven = find("mvn").ok_or("Maven is not installed")?;
    let goal = installed_jars(&cache);
    let written = |error: std::io::Error| format!("cannot write {}: {error}", cache.display());
    let half = Half::new(&cache).map_err(written)?;
    let made = half.path().join("kafka");
    fs::create_dir_all(&made).map_err(written)?;
    fs::write(made.join("pom.xml"), POM).map_err(written)?;

    let mut progress =
        context.begin(format!("fetch Kafka {KAFKA} (45 MB) with Maven into {}", goal.display()));
    let tree = Launch::new(maven)
        .args(["-q", "-B", "-DincludeScope=runtime", "dependency:copy-dependencies"])
        .arg(format!("-DoutputDirectory={}", made.join("libs").display()))
        .current_dir(&made)
        .dies_with_this_thread()
        .start()
        .map_err(|error| format!("cannot start Maven: {error}"))?;
    let limit = Instant::now() + secs(1800);
    let ended = loop {
        if let Some(ended) = tree.wait(Instant::now() + ms(500), |view| view.ended) {
            break Some(ended.0);
        }
        if Instant::now() > limit {
            break None;
        }
        progress.tick();
    };
    if ended != Some(Ended::Exited(0)) {
        let said = tree.look(|view| view.stdout.text() + &view.stderr.text());
        let words =
            said.lines().find(|line| line.contains("ERROR")).unwrap_or("nothing").to_owned();
        return Err(format!("Maven could not fetch Kafka; it said: {words}"));
    }
    // A folder without jars, of an install that was broken off long ago, is in the way.
    let _ = fs::remove_dir_all(&goal);
    fs::rename(&made, &goal).map_err(written)
}
