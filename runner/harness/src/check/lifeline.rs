//! A broker that goes away in the middle of a check, noticed at once.

use std::io::{ErrorKind, Read};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::stop::Stop;
use crate::broker::Broker;
use crate::until::{ms, secs};

/// For a connection on the way to a broker that is not on this machine.
const CONNECTS: Duration = secs(1);
/// Whoever takes a connection and closes it sooner than this is somebody in front of a broker that is
/// not there. Brokers wait for seconds before they give up a client that says nothing.
const SHORT_LIFE: Duration = ms(500);

/// A connection on which nothing is said. A broker that ends, however it does, closes it: the kernel
/// does that with all that a process had open.
///
/// The client libraries do not tell it as soon: librdkafka goes on connecting without end and without
/// a word, and the others are not looked at while a check waits for the program.
#[derive(Debug)]
pub struct Lifeline {
    broker: Broker,
    address: String,
    held: Mutex<Option<Held>>,
}

#[derive(Debug)]
struct Held {
    connection: TcpStream,
    since: Instant,
}

impl Lifeline {
    pub(super) fn new(broker: Broker, address: String) -> Self {
        let held = Mutex::new(connect(&address));
        Self { broker, address, held }
    }

    /// The end of the check, `Unknown`, if the broker has gone. A look that does not wait.
    ///
    /// A broker may close what is silent for too long, so a connection that was closed is made once
    /// more before the broker is given up, for good.
    #[must_use]
    pub fn is_cut(&self) -> Option<Stop> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Held { connection, since }) = &mut *held {
            if is_open(connection) {
                return None;
            }
            let was_short = since.elapsed() < SHORT_LIFE;
            *held = if was_short { None } else { connect(&self.address) };
        }
        held.is_none().then(|| {
            let reason = format!("{} went away before the check was over", self.broker);
            Stop::unknown(reason, "cargo run -- brokers status")
        })
    }
}

fn connect(address: &str) -> Option<Held> {
    // A name may have an address of each kind, and the broker listen at one of them only.
    let connect = |address| TcpStream::connect_timeout(&address, CONNECTS).ok();
    let connection = address.to_socket_addrs().ok()?.find_map(connect)?;
    connection.set_nonblocking(true).ok()?;
    Some(Held { connection, since: Instant::now() })
}

/// Whether the other end is open; what it says is thrown away.
fn is_open(connection: &mut TcpStream) -> bool {
    let mut said = [0; 512];
    loop {
        match connection.read(&mut said) {
            Ok(0) => return false,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return error.kind() == ErrorKind::WouldBlock,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::Lifeline;
    use crate::broker::Broker;
    use crate::until::{secs, until};

    #[test]
    fn one_that_ends_is_given_up() {
        let broker = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Lifeline::new(Broker::Kafka, broker.local_addr().unwrap().to_string());
        let (taken, _) = broker.accept().unwrap();
        assert_eq!(line.is_cut(), None);

        drop((broker, taken));
        until(secs(5), || line.is_cut()).expect("it was noticed");
        assert!(line.is_cut().is_some(), "and stays so");
    }

    #[test]
    fn one_that_closes_each_connection_at_once_is_given_up() {
        let broker = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Lifeline::new(Broker::Kafka, broker.local_addr().unwrap().to_string());
        drop(broker.accept().unwrap());
        until(secs(5), || line.is_cut()).expect("it was noticed");
    }

    #[test]
    fn one_that_has_had_enough_of_silence_is_not_given_up() {
        let broker = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Lifeline::new(Broker::Kafka, broker.local_addr().unwrap().to_string());
        line.held.lock().unwrap().as_mut().unwrap().since -= secs(10);
        drop(broker.accept().unwrap());
        broker.set_nonblocking(true).unwrap();
        let again = until(secs(5), || {
            assert_eq!(line.is_cut(), None);
            broker.accept().ok()
        });
        let _taken = again.expect("it was spoken to once more");
        assert_eq!(line.is_cut(), None);
    }
}
