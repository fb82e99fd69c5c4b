//! The wedding of which the kitchen got one half: solved
//!
//! read(2) brings what is there, and at most what was asked for. A pipe carries bytes: where one
//! write ended and the next began is not kept. So one read may bring half an order, or one and a
//! half. That it had always brought a whole one was due to short orders, which were written at once
//! and found in one piece in std's buffer of 8192 bytes. The wedding was longer than the buffer.
//!
//! "Read until so many bytes are here" is a loop. For the text std has it ready; for the beginning
//! it takes one of our own, as an end of the input means something else there.

use std::io::{self, ErrorKind, Read};
use std::process::ExitCode;

/// A length is written in so many digits.
const DIGITS: usize = 6;

fn main() -> io::Result<ExitCode> {
    let mut input = io::stdin().lock();
    println!("ready");
    let mut orders = 0;
    loop {
        match next_order(&mut input) {
            Ok(Some(order)) => {
                orders += 1;
                let last = order.rsplit(';').next().unwrap_or_default();
                println!("order {orders}: {} bytes, the last item is {last:?}", order.len());
            }
            Ok(None) => {
                println!("closed after {orders} orders");
                return Ok(ExitCode::SUCCESS);
            }
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                println!("cut off in order {}", orders + 1);
                return Ok(ExitCode::FAILURE);
            }
            Err(error) => return Err(error),
        }
    }
}

/// The next order; `None` if the input ends where an order would begin, and an error of the kind
/// `UnexpectedEof` if it ends inside of one.
fn next_order(input: &mut impl Read) -> io::Result<Option<String>> {
    let mut digits = [0; DIGITS];
    // Not `read_exact` for this one: its `UnexpectedEof` does not say whether there was nothing at
    // all, which is the end of the day, or two digits of six, which is an order that was cut off.
    // (A BufRead can be asked first: `input.fill_buf()?.is_empty()` is the end, and nothing else is.)
    match fill(input, &mut digits)? {
        0 => return Ok(None),
        DIGITS => {}
        _ => return Err(ErrorKind::UnexpectedEof.into()),
    }
    // A sender can write any number here. Whoever does not trust it sets a limit before allocating.
    let mut text = vec![0; length(&digits)?];
    // Reads until the slice is full; `UnexpectedEof` if the input ends before. It also goes on after
    // ErrorKind::Interrupted (eintr_is_not_an_error).
    //
    // A larger buffer does not mend it. The bytes that are not there yet are in no buffer, and those
    // of the next order would be in this one.
    input.read_exact(&mut text)?;
    // Made into text as a whole: a letter such as é has two bytes, and they may come apart too.
    String::from_utf8(text).map(Some).map_err(|_| ErrorKind::InvalidData.into())
}

/// Reads until the slice is full or the input ends, and says how many bytes there were.
fn fill(input: &mut impl Read, slice: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < slice.len() {
        match input.read(&mut slice[filled..]) {
            // The end. Without this arm the loop would never end: each further read brings 0 as well.
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)

    // Where messages are lines, `BufRead::read_line` and `lines` do all of this; where they are
    // framed otherwise, tokio_util's `codec` does, for asynchronous streams. What keeps messages
    // apart by itself is another kind of thing than a pipe: a Unix socket of type SOCK_SEQPACKET or
    // SOCK_DGRAM, or on Linux a pipe made with O_DIRECT.
    //
    // read(2) under "RETURN VALUE", pipe(7) under "I/O on pipes and FIFOs"; std::io::Read::read_exact
}

/// What the six digits say.
fn length(digits: &[u8]) -> io::Result<usize> {
    let digits = String::from_utf8_lossy(digits);
    let error = |_| io::Error::new(ErrorKind::InvalidData, format!("{digits:?} is no length"));
    digits.parse().map_err(error)
}
