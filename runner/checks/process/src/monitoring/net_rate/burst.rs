//! Bytes that come in while the program stands still, and what it may say of them.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use harness::check::Stop;

pub(super) const MIB: usize = 1 << 20;

/// What the kernel has counted, and when.
#[derive(Clone, Copy)]
pub(super) struct Look {
    pub(super) at: Instant,
    pub(super) received: u64,
}

impl Look {
    pub(super) fn now() -> Result<Self, Stop> {
        let counter = "/sys/class/net/lo/statistics/rx_bytes";
        let received = fs::read_to_string(counter).ok().and_then(|text| text.trim().parse().ok());
        let received = received.ok_or_else(|| {
            let reason =
                format!("the kernel does not say what the loopback interface received ({counter})");
            Stop::unknown(reason, "run it where /sys is mounted")
        })?;
        Ok(Self { at: Instant::now(), received })
    }
}

/// What came in between two looks of the program's. When those were is not known to us; but the
/// earlier was between `begin` and `stopped`, and the later between `released` and `said`.
#[derive(Clone, Copy)]
pub(super) struct Burst {
    pub(super) begin: Look,
    pub(super) stopped: Look,
    pub(super) released: Look,
    pub(super) said: Look,
}

impl Burst {
    /// What came in for certain: while the program was stopped.
    pub(super) fn bytes(&self) -> f64 {
        (self.released.received - self.stopped.received) as f64
    }

    pub(super) fn shortest(&self) -> Duration {
        self.released.at - self.stopped.at
    }

    pub(super) fn longest(&self) -> Duration {
        self.said.at - self.begin.at
    }

    /// The lowest rate that may be said of it, and the highest, in bytes per second. A little is left
    /// for who takes the time a moment before the bytes, or after.
    pub(super) fn rates(&self) -> (f64, f64) {
        let most = (self.said.received - self.begin.received) as f64;
        let lowest = self.bytes() / self.longest().as_secs_f64();
        (lowest * 0.9, most / self.shortest().as_secs_f64() * 1.25)
    }
}

/// Sends this many bytes from here to here, and returns when they have come in.
pub(super) fn send(bytes: usize) -> Result<(), Stop> {
    let unusable = |error| {
        let reason = format!("the loopback interface cannot be used here: {error}");
        Stop::unknown(reason, "ip link set lo up")
    };
    let listener = TcpListener::bind("127.0.0.1:0").map_err(unusable)?;
    let mut sender = TcpStream::connect(listener.local_addr()?).map_err(unusable)?;
    let (mut receiver, _) = listener.accept()?;
    let reader = thread::spawn(move || {
        let mut buffer = vec![0; MIB];
        while receiver.read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    let buffer = vec![1; MIB];
    for _ in 0..bytes / MIB {
        sender.write_all(&buffer)?;
    }
    drop(sender);
    reader.join().map_err(|_| Stop::unknown("nothing could be received", "cargo run -- doctor"))
}
