//! The price that could only be changed by a restart: solved
//!
//! SIGHUP once meant that the line to the terminal was gone (hang up), and its default is what one
//! does then: to end. A service has no terminal, so nobody sends it for that reason, and it was free
//! for another use: read your configuration again, open your log again. That is a custom and not a
//! rule of the kernel's; whoever installs no handler has the default.
//!
//! What changes: SIGHUP is in the list, and has an arm.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::{env, thread};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
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
    // At the start a bad file is an error: nobody depends on the service yet, and whoever starts it
    // is looking.
    let mut price = price_in(&config)?;
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
    // ExecReload=kill -HUP $MAINPID in a systemd unit, and postrotate in logrotate, count on it.
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
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
            // This arm is run by the main thread between two orders, so no order sees half of a
            // change. In a handler it could not stand: to read a file and to print is not for
            // handlers (exercise handler_print).
            Event::Signal(SIGHUP) => {
                // Read all of it, check all of it, and only then let it count. A bad file, or one
                // that an editor has half written, changes nothing. `?` would end the service here,
                // at the worst time, and `unwrap_or_default` would sell for nothing.
                match price_in(&config) {
                    Ok(new) => {
                        price = new;
                        println!("reloaded, price {price}");
                    }
                    Err(error) => println!("kept price {price}: {error}"),
                }
                // logrotate renames the log and sends SIGHUP. A descriptor belongs to the file and
                // not to its name: without this line all goes on into the renamed file. Opened to be
                // added to: SIGHUP comes for a new price too, and then the log was not renamed.
                match open(&log_name) {
                    Ok(new) => log = new,
                    Err(error) => println!("kept the old log: {error}"),
                }
            }
            Event::Signal(SIGTERM | SIGINT) | Event::EndOfInput => break,
            Event::Signal(other) => println!("signal {other} is not for us"),
        }
    }
    println!("bye");
    Ok(())
}

// Two SIGHUPs may be one (exercise signals_do_not_queue), which is no harm: what is read is what is
// there. And a terminal does send it, when its window is closed: a program that people start by hand
// and that takes SIGHUP for "reload" is still there afterwards. nohup(1) and `setsid` exist for the
// others.
//
// signal(7); daemon(7) under "New-Style Daemons"; logrotate(8) under "postrotate"

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
