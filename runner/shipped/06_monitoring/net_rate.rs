//! The line that was never full
//!
//! A provider shows its customers how fast their line is receiving. After a change the program looked
//! five times a second instead of once, so that the display would move. From then on no customer
//! came above 20 MB/s on a line of 100, there were complaints, and a technician who found nothing.
//!
//! What it should say, a line about every INTERVAL_MS milliseconds:
//!
//! ```text
//! watching eth0
//! eth0: 98123456 bytes/s
//! eth0: 0 bytes/s
//! ```
//!
//! A figure is what was received since the line before, over the time that has passed since then,
//! which is longer than INTERVAL_MS when the machine is busy.
//!
//! By hand, on the interface that a machine has towards itself, and in another terminal something
//! that goes through it:
//!
//! ```text
//! cargo run -q -p monitoring --bin net_rate -- lo
//! python3 -m http.server 8000 & sleep 1
//! curl -s --limit-rate 50M -o /dev/null localhost:8000/BIG_FILE
//! ```
//!
//! INTERVAL_MS is 200 unless you set it.

use std::error::Error;
use std::time::Duration;
use std::{env, thread};

use sysinfo::Networks;

fn main() -> Result<(), Box<dyn Error>> {
    let name = env::args().nth(1).unwrap_or_else(|| "lo".to_owned());
    let interval = env::var("INTERVAL_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(200);

    let mut networks = Networks::new_with_refreshed_list()?;
    println!("watching {name}");
    loop {
        thread::sleep(Duration::from_millis(interval));
        networks.refresh(true);
        let found = networks.iter().find(|(interface, _)| interface.as_os_str() == name.as_str());
        let (_, interface) = found.ok_or(format!("there is no interface {name}"))?;

        // TODO: how many bytes, in how long?
        let rate = interface.received();
        println!("{name}: {rate} bytes/s");
    }
}
