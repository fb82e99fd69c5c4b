//! The price that could only be changed by a restart
//!
//! A shop's price service reads its price from a file when it starts. In the handbook of the
//! operators stands, as for most services: "Edit the file, then send SIGHUP." Somebody did so at
//! noon, and the shop was closed. It was started again. In the evening logrotate had moved the log
//! aside and sent SIGHUP as well; the shop was closed again, and since then it wrote a log that
//! nobody could find: the one that had been moved aside, and was deleted after a week.
//!
//! What it does: each line of its standard input orders a number of pieces. It answers with the
//! cost, and writes a line into its log. It ends at SIGTERM, at SIGINT and at the end of its input:
//!
//! ```text
//! ready, price 250
//! 4 pieces cost 1000
//! bye
//! ```
//!
//! What it should do when it is sent SIGHUP, as often as that comes: read the price anew and say so
//! in a line of the first kind, or, when the file is not there or has no price that is a number, go
//! on with the price it has and say why in a line of the second kind; and in both cases open its log
//! anew, under the same name, so that a log that was moved aside is let go. It adds to a log that is
//! there.
//!
//! ```text
//! reloaded, price 260
//! kept price 260: invalid digit found in string
//! ```
//!
//! By hand, typing a number now and then, and from another terminal:
//!
//! ```text
//! echo price=250 > /tmp/shop.conf
//! CONFIG=/tmp/shop.conf LOG=/tmp/shop.log cargo run -q -p signals --bin sighup_reload
//! echo price=260 > /tmp/shop.conf; mv /tmp/shop.log /tmp/shop.log.1; pkill -HUP -x sighup_reload
//! ```
//!
//! CONFIG and LOG are `shop.conf` and `shop.log` in the current folder unless set.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::{env, thread};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// What the service waits for: one queue for all of it, and one thread that takes from it.
enum Event {
    Order(u64),
    Signal(i32),
    EndOfInput,
}

fn main() -> Result<(), Box<dyn Error>> {
    let config = PathBuf::from(env::var_os("CONFIG").unwrap_or_else(|| "shop.conf".into()));
    let log_name = PathBuf::from(env::var_os("LOG").unwrap_or_else(|| "shop.log".into()));
    let price = price_in(&config)?;
    let mut log = open(&log_name)?;

    let (sender, events) = mpsc::channel();
    let orders = sender.clone();
    thread::spawn(move || {
        let lines = io::stdin().lines().map_while(Result::ok);
        let numbers = lines.filter_map(|line| line.trim().parse().ok());
        // An error means that the service is about to end.
        numbers.for_each(|pieces| drop(orders.send(Event::Order(pieces))));
        drop(orders.send(Event::EndOfInput));
    });
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    thread::spawn(move || {
        // This is an ordinary thread, not a handler: it may print, allocate and lock.
        signals.forever().for_each(|signal| drop(sender.send(Event::Signal(signal))));
    });

    println!("ready, price {price}");
    for event in events {
        match event {
            Event::Order(pieces) => {
                let cost = pieces * price;
                writeln!(log, "{pieces} pieces for {cost}")?;
                println!("{pieces} pieces cost {cost}");
            }
            // TODO: one of the signals that a service gets is missing here.
            Event::Signal(SIGTERM | SIGINT) | Event::EndOfInput => break,
            Event::Signal(other) => println!("signal {other} is not for us"),
        }
    }
    println!("bye");
    Ok(())
}

/// The price in a file that has a line `price=250`.
fn price_in(config: &Path) -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string(config)?;
    let price = text.lines().find_map(|line| line.strip_prefix("price="));
    Ok(price.ok_or("no line begins with `price=`")?.trim().parse()?)
}

/// The log, to be added to.
fn open(log: &Path) -> io::Result<File> {
    File::options().create(true).append(true).open(log)
}
