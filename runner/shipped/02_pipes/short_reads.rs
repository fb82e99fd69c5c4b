//! The wedding of which the kitchen got one half
//!
//! The tills of a restaurant send their orders to the kitchen through a pipe, and this program, in
//! the kitchen, prints them. It has done so since the opening, for tables of two and of twenty. In
//! June a wedding party of three hundred ordered. The printer printed half of it, then it printed an
//! error, and then nothing for the rest of the evening.
//!
//! What it does: reads orders from its standard input. An order begins with its length in bytes, six
//! digits; the text follows, its items separated by `;`. Nothing stands between two orders. For
//! each the kitchen is told at once
//!
//! ```text
//! order 1: 16 bytes, the last item is "a latte"
//! ```
//!
//! and when the input ends, `closed after 1 orders`, with status 0.
//!
//! What it should do: just that, however long an order is, and in however many pieces it arrives. An
//! order of which the end is missing, because the input ended before, is not to be cooked: then the
//! last line is `cut off in order 2`, and the status is 1.
//!
//! By hand, the same order in one piece, and in two with a second between them:
//!
//! ```text
//! printf '000016two teas;a latte' | cargo run -q -p pipes --bin short_reads
//! (printf '000016two te'; sleep 1; printf 'as;a latte') | cargo run -q -p pipes --bin short_reads
//! ```

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
    // TODO: how much does one `read` bring?
    let mut digits = [0; DIGITS];
    if input.read(&mut digits)? == 0 {
        return Ok(None);
    }
    let mut text = vec![0; length(&digits)?];
    let count = input.read(&mut text)?;
    text.truncate(count);
    String::from_utf8(text).map(Some).map_err(|_| ErrorKind::InvalidData.into())
}

/// What the six digits say.
fn length(digits: &[u8]) -> io::Result<usize> {
    let digits = String::from_utf8_lossy(digits);
    let error = |_| io::Error::new(ErrorKind::InvalidData, format!("{digits:?} is no length"));
    digits.parse().map_err(error)
}
