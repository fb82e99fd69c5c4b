//! The network between a program and a server, verb by verb.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use harness::check::Case;
use harness::proxy::Proxy;
use harness::until::{ms, secs, until};

/// A server, the proxy in front of it, and both ends of one connection through it.
fn connected() -> (TcpListener, Proxy, TcpStream, TcpStream) {
    let case = Case::new(Path::new("/bin/true"), 7).unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = case.proxy(&server.local_addr().unwrap().to_string()).unwrap();
    let (program, taken) = connect(&server, &proxy);
    (server, proxy, program, taken)
}

fn connect(server: &TcpListener, proxy: &Proxy) -> (TcpStream, TcpStream) {
    let program = TcpStream::connect(proxy.address()).unwrap();
    let (taken, _) = server.accept().unwrap();
    for end in [&program, &taken] {
        end.set_read_timeout(Some(secs(10))).unwrap();
    }
    (program, taken)
}

fn read(mut from: &TcpStream, count: usize) -> String {
    let mut bytes = vec![0; count];
    from.read_exact(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// Nothing comes for a while.
fn is_silent(mut from: &TcpStream) -> bool {
    from.set_read_timeout(Some(ms(50))).unwrap();
    let read = from.read(&mut [0]);
    from.set_read_timeout(Some(secs(10))).unwrap();
    read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
}

fn is_over(mut from: &TcpStream) -> bool {
    matches!(from.read(&mut [0]), Ok(0) | Err(_))
}

#[test]
fn it_passes_on_both_ways_and_tells_when_all_is_over() {
    let (_server, proxy, mut program, mut taken) = connected();
    program.write_all(b"ping").unwrap();
    assert_eq!(read(&taken, 4), "ping");
    taken.write_all(b"pong").unwrap();
    assert_eq!(read(&program, 4), "pong");
    assert!(until(secs(10), || (proxy.said() == b"pong").then_some(())).is_some());
    assert_eq!(proxy.open(), 1);
    drop(program);
    assert!(is_over(&taken));
    assert_eq!(proxy.open(), 1, "the server has not closed its end");
    drop(taken);
    assert!(until(secs(10), || (proxy.open() == 0).then_some(())).is_some());
}

#[test]
fn what_is_held_waits_and_the_end_waits_behind_it() {
    let (_server, proxy, mut program, mut taken) = connected();
    proxy.holds();
    program.write_all(b"late").unwrap();
    taken.write_all(b"answer").unwrap();
    assert_eq!(read(&program, 6), "answer", "only what the program sends is held");
    drop(program);
    assert!(is_silent(&taken));
    proxy.lets_go();
    assert_eq!(read(&taken, 4), "late");
    assert!(is_over(&taken));
}

#[test]
fn a_program_that_sends_much_is_stuck_while_it_is_held() {
    let (_server, proxy, mut program, taken) = connected();
    proxy.holds();
    program.set_nonblocking(true).unwrap();
    let piece = vec![b'x'; 1 << 20];
    let mut sent = 0;
    let is_stuck = until(secs(10), || match program.write(&piece) {
        Ok(count) => {
            sent += count;
            None
        }
        Err(_) => Some(()),
    });
    assert!(is_stuck.is_some(), "it sent {sent} bytes");
    proxy.lets_go();
    assert_eq!(read(&taken, sent).len(), sent);
}

#[test]
fn a_delay_takes_its_time() {
    let (_server, proxy, mut program, taken) = connected();
    proxy.delays(ms(60));
    let begun = Instant::now();
    program.write_all(b"slow").unwrap();
    assert_eq!(read(&taken, 4), "slow");
    assert!(begun.elapsed() >= ms(60));
    proxy.delays(Duration::ZERO);
}

#[test]
fn answers_are_swallowed_and_questions_are_not() {
    let (_server, proxy, mut program, mut taken) = connected();
    proxy.swallows_answers();
    program.write_all(b"ask").unwrap();
    assert_eq!(read(&taken, 3), "ask");
    taken.write_all(b"yes").unwrap();
    assert!(is_silent(&program));
}

#[test]
fn refused_is_who_comes_later() {
    let (_server, proxy, mut program, taken) = connected();
    proxy.refuses();
    assert!(is_over(&TcpStream::connect(proxy.address()).unwrap()));
    program.write_all(b"on").unwrap();
    assert_eq!(read(&taken, 2), "on");
}

#[test]
fn a_cut_loses_what_was_held_and_the_next_connection_is_whole() {
    let (server, proxy, mut program, taken) = connected();
    proxy.holds();
    program.write_all(b"lost").unwrap();
    assert!(is_silent(&taken));
    proxy.cuts();
    assert!(is_over(&program));
    let mut rest = String::new();
    let _ = (&taken).read_to_string(&mut rest);
    assert_eq!(rest, "");
    let (mut program, taken) = connect(&server, &proxy);
    program.write_all(b"new").unwrap();
    assert_eq!(read(&taken, 3), "new");
}

#[test]
fn dropped_it_ends_its_connections_and_takes_no_more() {
    let (_server, proxy, program, taken) = connected();
    let address = proxy.address();
    proxy.holds();
    drop(proxy);
    assert!(is_over(&program));
    assert!(is_over(&taken));
    assert!(until(secs(10), || TcpStream::connect(&address).is_err().then_some(())).is_some());
}
