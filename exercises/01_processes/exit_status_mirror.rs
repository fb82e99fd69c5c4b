//! The release that nobody had tested
//!
//! Between the tests and the release of a product stands this program, the gate. It runs the test
//! suite and hands on its exit status, and the pipeline goes on if that is 0. In spring the suite
//! had grown, the machine ran short of memory, and the kernel ended the suite, as it ends whoever
//! takes most. The pipeline went on, and so did the next nineteen. No test had run to its end for
//! five weeks.
//!
//! What it should do: run the command, say how it ended, and end with the status that a shell would
//! give it:
//!
//! ```text
//! gate: open                      the suite ended with status 0, the gate ends with 0
//! gate: closed, status 7          with status 7, as did the suite
//! gate: closed, signal 9          it was ended by signal 9, the gate ends with 128 + 9 = 137
//! gate: closed, not started       127 if there is no such program, 126 if it cannot be executed
//! ```
//!
//! By hand:
//!
//! ```text
//! cargo run -q -p processes --bin exit_status_mirror -- sh -c 'exit 7'; echo "status $?"
//! cargo run -q -p processes --bin exit_status_mirror -- sh -c 'kill -9 $$'; echo "status $?"
//! ```
//!
//! Without a command it runs `true`.

use std::env;
use std::io::ErrorKind;
use std::process::{Command, ExitCode, ExitStatus};

fn main() -> ExitCode {
    let mut words = env::args_os().skip(1);
    let suite = words.next().unwrap_or_else(|| "true".into());
    let status = match Command::new(suite).args(words).status() {
        Ok(ended) => judge(ended),
        Err(error) => {
            eprintln!("{error}");
            println!("gate: closed, not started");
            if error.kind() == ErrorKind::NotFound { 127 } else { 126 }
        }
    };
    ExitCode::from(status)
}

/// Says how the suite ended. The answer is the gate's own exit status.
fn judge(ended: ExitStatus) -> u8 {
    // TODO: `code` has an answer for a suite that came to its end. For which has it none?
    let code = ended.code().unwrap_or(0);
    if code == 0 {
        println!("gate: open");
    } else {
        println!("gate: closed, status {code}");
    }
    code as u8
}
