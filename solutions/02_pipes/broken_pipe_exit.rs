//! The export that raised an alarm whenever somebody had seen enough: solved
//!
//! `println!` has nobody to hand an error to, and panics. `writeln!` returns it. Then somebody can
//! look at it, and of the errors of an output one is none: EPIPE, nobody reads any more.
//!
//! In most languages this question is answered before it is asked. The kernel sends SIGPIPE to whoever
//! writes into a pipe without a reader, and its default is to end the process. Rust ignores SIGPIPE
//! before `main` begins, so that a server does not die of a client that hung up; a program for the
//! command line pays for it with the lines below.

use std::env;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let customer = args.next().unwrap_or_else(|| "miller".to_string());
    let count = args.next().and_then(|count| count.parse().ok()).unwrap_or(3);

    match export(&customer, count) {
        Ok(()) => ExitCode::SUCCESS,
        // This kind and no other. "Any error ends the output" makes a success of a full disk.
        //
        // The status: with 0 a script with `set -o pipefail` goes on, as it should when `head` had
        // what it wanted. Programs that die of SIGPIPE show 141 there, and everybody knows it.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // `eprintln!` panics too, if stderr cannot be written; to say that there is nobody left.
            let _ = writeln!(io::stderr(), "export: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the orders, the newest first.
fn export(customer: &str, count: u64) -> io::Result<()> {
    // Locked once, and collected in blocks of 8 KiB: stdout by itself writes each line by itself.
    let mut output = BufWriter::new(io::stdout().lock());
    for number in (1..=count).rev() {
        // The `?` is what ends the work. With `let _ =` in front, all orders would be computed, and
        // offered one by one to a pipe that nobody reads.
        writeln!(output, "{customer} {number} of {count}: {} cents", cents(customer, number))?;
    }
    // The last block is still in the buffer. Dropping a BufWriter writes it too, and drops the error
    // with it: a short export onto a full disk would be a success.
    output.flush()

    // The other way is to take SIGPIPE back: `signal(SIGPIPE, SIG_DFL)` at the beginning of `main`.
    // It ends the program in the kernel, for stdout as for any socket or child's stdin that it
    // writes to, and runs no destructor. The full disk then still needs all of the above.
    //
    // write(2) under EPIPE and ENOSPC, pipe(7), signal(7); std::io::BufWriter, std::println
}

/// What an order came to. (There is no database here.)
fn cents(customer: &str, number: u64) -> u64 {
    (number * 667 + customer.bytes().map(u64::from).sum::<u64>()) % 100_000
}
