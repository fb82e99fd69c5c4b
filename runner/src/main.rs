//! The program `faultlings`: reads the words, does what they ask, turns an error into one sentence.

use std::io::{self, ErrorKind, IsTerminal};
use std::process::ExitCode;

use faultlings::args;
use faultlings::commands::{Page, dispatch, notice};
use harness::supervise::warden;

/// Exit status: a usage error, or `run` and `verify` that could not tell.
const COULD_NOT: u8 = 2;

fn main() -> ExitCode {
    if let Some(code) = warden::main_if_asked() {
        return code;
    }
    colored::control::set_override(colours());
    let mut stdout = io::stdout();
    let done = args::parse(std::env::args_os().skip(1))
        .and_then(|command| dispatch(command, &mut Page::stdout(&mut stdout)));
    done.unwrap_or_else(|error| {
        let reader_left = error
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe);
        if !reader_left {
            notice(&format!("error: {error:#}"));
        }
        ExitCode::from(COULD_NOT)
    })
}

/// Whether to colour: as NO_COLOR (https://no-color.org) and CLICOLOR_FORCE say, and otherwise on a
/// terminal that can.
fn colours() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let forced = std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    !set("NO_COLOR") && (forced || (io::stdout().is_terminal() && !dumb))
}
