//! The export that raised an alarm whenever somebody had seen enough
//!
//! This program prints the orders of a customer, and whoever wants to see the newest ones only types
//! `| head` behind it. Each time the export ended with status 101 and left a page of panic in the
//! log, and at night, in a script with `set -o pipefail`, it woke somebody. So it was taught to care
//! no more about errors of output. The night after, the disk was full, and the export of all orders,
//! a file of 0 bytes, was delivered as a success.
//!
//! What it does: prints COUNT lines for CUSTOMER, the newest order first.
//!
//! ```text
//! miller 3 of 3: 2646 cents
//! miller 2 of 3: 1979 cents
//! miller 1 of 3: 1312 cents
//! ```
//!
//! What it should do, when it cannot print any more:
//!
//! - nobody reads its output any more: end at once, without a word, and as one who has done what was
//!   wanted: with status 0. (To be ended by SIGPIPE, as most tools are, is right as well.)
//! - the output cannot be written for any other reason: say why on stderr, in one line, `export: ` and
//!   the error, and end with status 1.
//!
//! A panic is for what should never happen. Both of these happen every day.
//!
//! By hand (bash shows the status of each program of a pipeline):
//!
//! ```text
//! cargo build -q -p pipes --bin broken_pipe_exit
//! target/debug/broken_pipe_exit miller 100000 | head -n 1; echo "status ${PIPESTATUS[0]}"
//! target/debug/broken_pipe_exit miller 3 > /dev/full; echo "status $?"
//! ```

use std::env;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args = env::args().skip(1);
    let customer = args.next().unwrap_or_else(|| "miller".to_string());
    let count = args.next().and_then(|count| count.parse().ok()).unwrap_or(3);

    export(&customer, count);
    ExitCode::SUCCESS
}

/// Prints the orders, the newest first.
fn export(customer: &str, count: u64) {
    for number in (1..=count).rev() {
        // TODO: where does println! leave an error of write(2)?
        println!("{customer} {number} of {count}: {} cents", cents(customer, number));
    }
}

/// What an order came to. (There is no database here.)
fn cents(customer: &str, number: u64) -> u64 {
    (number * 667 + customer.bytes().map(u64::from).sum::<u64>()) % 100_000
}
