//! The world when nobody plays it: it takes a moment and says so.

use std::time::Duration;

/// A network, a payment service and a disk in between are rarely faster.
const USUAL_MS: u64 = 200;

pub(crate) fn duration() -> Duration {
    let set = std::env::var("WORLD_MS").ok().and_then(|text| text.parse().ok());
    Duration::from_millis(set.unwrap_or(USUAL_MS))
}

#[expect(clippy::disallowed_methods, reason = "an act takes time; nothing is waited for here")]
pub(crate) fn pause() {
    std::thread::sleep(duration());
}

pub(crate) fn say(what: &str, id: u64) {
    println!("{what} {id}: done");
}
