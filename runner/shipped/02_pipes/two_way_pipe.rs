//! The mailing that stopped after the filter was improved
//!
//! Before each mailing this program sends the list of addresses through a filter and keeps what the
//! filter makes of it. For years the filter was `sort`. In spring it was replaced by one that also
//! corrects the spelling of towns, line by line. It was tried with a hundred addresses, and with a
//! thousand. On the list of all customers the program stood still, and so did the filter.
//!
//! What it does: reads the file LIST, sends it through the filter, writes what the filter prints
//! into LIST.tidy, counts what it complains about, and says
//!
//! ```text
//! list:     100000 lines, 588895 bytes
//! tidy:     100000 lines, 588895 bytes
//! warnings: 0 lines
//! filter:   exit status: 0
//! ```
//!
//! What it should do: just that, however long the list is, and whenever the filter reads, prints and
//! complains. The filter's exit status says whether the result is good, and nothing else does. A
//! filter may have had enough before it has read everything, as `head` does; that is its affair.
//! When it ends with another status than 0, no LIST.tidy is written, and the program ends with 1.
//!
//! By hand (the filter is `tr a-z A-Z`, LIST is /tmp/list, both by default), first with a short list
//! and then with a long one; then the same with `sort`, as in the old days:
//!
//! ```text
//! seq 1000 > /tmp/list; cargo run -q -p pipes --bin two_way_pipe
//! seq 100000 > /tmp/list; cargo run -q -p pipes --bin two_way_pipe
//! CHILD=sort cargo run -q -p pipes --bin two_way_pipe -- /tmp/list -u
//! ```
//!
//! CHILD is the filter to use instead of `tr`, with the arguments that come after LIST.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::{env, fs};

fn main() -> io::Result<ExitCode> {
    let mut args = env::args_os().skip(1);
    let list = args.next().map_or_else(|| PathBuf::from("/tmp/list"), PathBuf::from);
    let mut filter = Command::new(env::var_os("CHILD").unwrap_or_else(|| "tr".into()));
    match args.len() {
        0 => filter.args(["a-z", "A-Z"]),
        _ => filter.args(args),
    };

    let addresses = fs::read(&list)?;
    let output = send_through(filter, &addresses)?;

    println!("list:     {}", size(&addresses));
    println!("tidy:     {}", size(&output.stdout));
    println!("warnings: {} lines", lines(&output.stderr));
    println!("filter:   {}", output.status);
    if !output.status.success() {
        return Ok(ExitCode::FAILURE);
    }
    fs::write(tidy(&list), &output.stdout)?;
    Ok(ExitCode::SUCCESS)
}

/// What the filter prints, and how it ends, when it is given `addresses` on its standard input.
fn send_through(mut filter: Command, addresses: &[u8]) -> io::Result<Output> {
    filter.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut filter = filter.spawn()?;

    // TODO: the filter reads this, and what else does it do meanwhile?
    if let Some(mut to_filter) = filter.stdin.take() {
        to_filter.write_all(addresses)?;
    }
    filter.wait_with_output()
}

fn tidy(list: &Path) -> PathBuf {
    let mut name = list.as_os_str().to_owned();
    name.push(".tidy");
    name.into()
}

fn size(text: &[u8]) -> String {
    format!("{} lines, {} bytes", lines(text), text.len())
}

fn lines(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte == b'\n').count()
}
