//! A stretch of network between a program and a server, which a check can let misbehave.
//!
//! It takes TCP connections at an address of its own, and passes on what comes, both ways. Told to,
//! it lets bytes wait, throws them away, or breaks connections: so a program is in the middle of
//! sending for as long as the check likes. Made by [`Case::proxy`](crate::check::Case::proxy); it
//! ends when it is dropped, and its connections with it.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::check::story::Story;
use crate::until::{pause, secs, until};

/// What is passed on in one piece, in bytes. One piece for each direction may be inside a proxy that
/// holds; all that is behind it waits in the kernel's buffers, and then in the program.
const PIECE: usize = 64 << 10;

/// How long a proxy waits for its turn at an address that another one has: the longest check.
const TURN: Duration = secs(10);

/// How much is kept of what the server says, in bytes.
const KEPT: usize = 64 << 10;

/// A stretch of network between a program and a server.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
    story: Arc<Story>,
}

/// What the threads of one proxy share.
#[derive(Debug, Default)]
struct Line {
    state: Mutex<State>,
    turned: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_held: bool,
    swallows: bool,
    refuses: bool,
    is_over: bool,
    delay: Duration,
    /// Both ends of each connection that was ever taken.
    connections: Vec<[TcpStream; 2]>,
    /// What the servers said, up to [`KEPT`] bytes.
    said: Vec<u8>,
    /// Directions that still carry something, two for each connection.
    open: usize,
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From the program to the server, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}

impl Proxy {
    /// # Errors
    /// Those of bind(2).
    pub(crate) fn new(server: &str, story: &Arc<Story>) -> io::Result<Self> {
        Self::on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?, server, story)
    }

    /// At this address, once whoever listens there has gone.
    ///
    /// # Errors
    /// Those of bind(2), `EADDRINUSE` after [`TURN`].
    pub(crate) fn at(address: &str, server: &str, story: &Arc<Story>) -> io::Result<Self> {
        let bind = || match TcpListener::bind(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => None,
            bound => Some(bound),
        };
        let listener = until(TURN, bind).unwrap_or_else(|| TcpListener::bind(address))?;
        Self::on(listener, server, story)
    }

    fn on(listener: TcpListener, server: &str, story: &Arc<Story>) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let line = Arc::new(Line::default());
        let (server, door) = (server.to_owned(), Arc::clone(&line));
        thread::spawn(move || {
            for program in listener.incoming().flatten() {
                if door.lock().is_over {
                    return;
                }
                // A connection that is not taken is dropped, which is what the program sees.
                let _ = take(program, &server, &door);
            }
        });
        Ok(Self { address, line, story: Arc::clone(story) })
    }

    /// Where programs connect to in place of the server, `host:port`.
    #[must_use]
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// The network stands still from now on: what the program sends waits, its end of file included,
    /// until [`Proxy::lets_go`]. Answers still come through.
    pub fn holds(&self) {
        self.set("holds back what the program sends", |state| state.is_held = true);
    }

    /// What was held, and all that comes after it, goes on to the server.
    pub fn lets_go(&self) {
        self.set("lets it through", |state| state.is_held = false);
    }

    /// Each piece, of at most 64 KiB, takes this long in either direction. Zero ends that.
    pub fn delays(&self, by: Duration) {
        self.set(&format!("delays each piece by {} ms", by.as_millis()), |state| state.delay = by);
    }

    /// What the server says is thrown away from now on; what the program says arrives.
    pub fn swallows_answers(&self) {
        self.set("swallows what the server says", |state| state.swallows = true);
    }

    /// New connections are closed as soon as they are made. Those that there are go on.
    pub fn refuses(&self) {
        self.set("refuses new connections", |state| state.refuses = true);
    }

    /// Breaks all connections that there are, and throws away what is held. New ones are taken, and
    /// nothing is held on them until [`Proxy::holds`] is said again.
    pub fn cuts(&self) {
        self.set("breaks the connection", |state| {
            for end in state.connections.drain(..).flatten() {
                let _ = end.shutdown(Shutdown::Both);
            }
            state.is_held = false;
        });
    }

    /// How many connections are open in at least one direction. A server closes its end when it has
    /// read all that there was: 0 says that whatever the program sent was taken, or thrown away.
    #[must_use]
    pub fn open(&self) -> usize {
        self.line.lock().open.div_ceil(2)
    }

    /// What the server has said and the kernel has taken for the program, the first 64 KiB of it: for
    /// protocols in which one can read how far the two have come.
    #[must_use]
    pub fn said(&self) -> Vec<u8> {
        self.line.lock().said.clone()
    }

    fn set(&self, what: &str, change: impl FnOnce(&mut State)) {
        change(&mut self.line.lock());
        self.line.turned.notify_all();
        self.story.happened("network", what);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut state = self.line.lock();
        (state.is_over, state.is_held) = (true, false);
        for end in state.connections.drain(..).flatten() {
            let _ = end.shutdown(Shutdown::Both);
        }
        drop(state);
        self.line.turned.notify_all();
        // Wakes the thread in accept(2), which then sees that it is over.
        let _ = TcpStream::connect(self.address);
    }
}

fn take(program: TcpStream, server: &str, line: &Arc<Line>) -> io::Result<()> {
    if line.lock().refuses {
        return Ok(());
    }
    let server = TcpStream::connect(server)?;
    for end in [&program, &server] {
        // Small pieces go on at once, as they would without us.
        end.set_nodelay(true)?;
    }
    let ways = [
        (Way::There, program.try_clone()?, server.try_clone()?),
        (Way::Back, server.try_clone()?, program.try_clone()?),
    ];
    let mut state = line.lock();
    state.connections.push([program, server]);
    state.open += ways.len();
    drop(state);
    for (way, from, to) in ways {
        let line = Arc::clone(line);
        thread::spawn(move || {
            carry(way, &from, &to, &line);
            line.lock().open -= 1;
        });
    }
    Ok(())
}

/// Passes on what comes, and the end of it in the way in which it ended.
fn carry(way: Way, mut from: &TcpStream, mut to: &TcpStream, line: &Line) {
    let mut piece = vec![0; PIECE];
    loop {
        let count = match from.read(&mut piece) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read,
        };
        let state = line.lock();
        let waits = |state: &mut State| state.is_held && way == Way::There;
        let state = line.turned.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        let (delay, is_lost) = (state.delay, state.swallows && way == Way::Back);
        drop(state);
        pause(delay);
        match count {
            Ok(0) => return drop(to.shutdown(Shutdown::Write)),
            Ok(_) if is_lost => {}
            Ok(count) if to.write_all(&piece[..count]).is_ok() => {
                let said = &mut line.lock().said;
                let room = if way == Way::Back { KEPT - said.len() } else { 0 };
                said.extend_from_slice(&piece[..count.min(room)]);
            }
            // A reset here is one there.
            Ok(_) | Err(_) => {
                let _ = from.shutdown(Shutdown::Both);
                return drop(to.shutdown(Shutdown::Both));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::sync::Arc;
    use std::thread;

    use super::Proxy;
    use crate::check::story::Story;
    use crate::until::{ms, pause};

    #[test]
    fn a_second_one_at_an_address_waits_for_the_first_to_go() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let listens = server.local_addr().unwrap().to_string();
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let story = Arc::new(Story::new());
        let first = Proxy::at(&free, &listens, &story).unwrap();
        let leaving = thread::spawn(move || {
            pause(ms(100));
            drop(first);
        });
        let second = Proxy::at(&free, &listens, &story).unwrap();
        leaving.join().unwrap();
        assert_eq!(second.address(), free);
        let mut program = TcpStream::connect(&free).unwrap();
        program.write_all(b"ping").unwrap();
        let mut said = [0; 4];
        server.accept().unwrap().0.read_exact(&mut said).unwrap();
        assert_eq!(&said, b"ping");
    }
}
