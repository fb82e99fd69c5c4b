//! The line that was never full: solved
//!
//! `received` is the difference of two counts: what came in between the last two refreshes. It is a
//! rate only if they are one second apart. To make a rate of it, it takes the time between them, and
//! nobody else knows that: sysinfo does not keep it.

use std::error::Error;
use std::time::{Duration, Instant};
use std::{env, thread};

use sysinfo::Networks;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).unwrap_or_else(|| "lo".to_owned());
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(200);

    // This counts as the first refresh. One list for the whole run: a new one has no count before, and
    // `received` of it is 0. For the same reason a second refresh, for another figure of the same
    // line, takes the first one's difference away; refresh once, then read all that you need.
    let mut networks = Networks::new_with_refreshed_list()?;
    let mut looked = Instant::now();
    println!("watching {name}");
    loop {
        thread::sleep(Duration::from_millis(interval));
        networks.refresh(true);
        // Measured beside the refresh, and not INTERVAL_MS: sleep(3) sleeps for at least that long,
        // and whoever is stopped, swapped out or starved comes later. `Instant` is the monotonic
        // clock; a `SystemTime` may be set back in between.
        let passed = looked.elapsed();
        looked = Instant::now();
        let found = networks.iter().find(|(interface, _)| interface.as_os_str() == name.as_str());
        let (_, interface) = found.ok_or(format!("there is no interface {name}"))?;

        // `total_received` is the count since the interface came up, and that over the uptime a mean
        // that hardly moves any more.
        //
        // Bytes; lines are sold in bits. And it is what has passed the interface, headers and repeats
        // included, of everybody, not of one process. Read `received` of all interfaces and a packet
        // through a bridge counts twice.
        let rate = interface.received() as f64 / passed.as_secs_f64();
        println!("{name}: {rate:.0} bytes/s");
        // sysinfo::NetworkData::received; /sys/class/net/IF/statistics/rx_bytes, in the kernel's
        // "Interface statistics"; netdevice(7)
    }
}
