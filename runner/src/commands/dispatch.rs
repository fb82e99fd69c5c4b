//! From a parsed command to the module that does it.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use harness::supervise::{Launch, replace_self};

use super::page::Page;
use super::session::Session;
use super::{help, hint, list, reset, run, solution, verify};
use crate::args::Command;
use crate::brokers::command;
use crate::{doctor, watch};

/// Does what was asked for. The code is 0 unless the command says otherwise.
///
/// # Errors
/// It could not be done; the message is one sentence that names the next command.
pub fn dispatch(command: Command, page: &mut Page) -> Result<ExitCode> {
    match command {
        Command::Help => page.lines(&help::help(page.width))?,
        Command::Version => {
            page.raw(concat!("faultlings ", env!("CARGO_PKG_VERSION"), "\n").as_bytes())?;
        }
        Command::Dev(words) => return Err(become_program("faultlings-dev", &words)),
        Command::Brokers(words) => return brokers(&words, page),
        Command::List { json } => {
            let Session { course, progress, .. } = Session::open()?;
            if json {
                page.raw(list::json(&course, &progress)?.as_bytes())?;
            } else {
                page.lines(&list::table(&course, &progress, page.width))?;
            }
        }
        Command::Hint { name, all } => {
            let mut session = Session::open()?;
            let id = session.chosen(name.as_deref())?;
            hint::hint(&mut session, id, all, page)?;
        }
        Command::Solution { name, give_up } => {
            let mut session = Session::open()?;
            let id = session.course.by_name(&name)?;
            solution::solution(&mut session, id, give_up, page)?;
        }
        Command::Reset { name } => {
            let Session { course, .. } = Session::open()?;
            reset::reset(&course, course.by_name(&name)?, page)?;
        }
        Command::Doctor => {
            // The doctor is for those whose course does not load, too.
            let here = std::env::current_dir().unwrap_or_else(|_| ".".into());
            let seen = doctor::probe::look(&here);
            let findings = doctor::findings(&seen);
            page.lines(&doctor::page::page(&seen, &findings, page.width))?;
            return Ok(ExitCode::from(doctor::exit_status(&findings)));
        }
        Command::Run { name, json } => {
            let mut session = Session::open()?;
            let id = session.chosen(name.as_deref())?;
            let run = if json { run::run_json } else { run::run };
            return Ok(ExitCode::from(run(&mut session, id, page)?));
        }
        Command::Verify => {
            return Ok(ExitCode::from(verify::verify(&mut Session::open()?, page)?));
        }
        Command::Watch(name) => {
            let (Session { course, progress, mut store, .. }, notices) = Session::load()?;
            let start = name.map(|name| course.by_name(&name)).transpose()?;
            // Before the terminal is asked for: whoever has none should hear of the other, too.
            store.claim()?;
            watch::watch(course, store, progress, start, notices)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What keeps brokers running beyond this command is ours; the rest is the business of the program
/// that starts them.
fn brokers(words: &[OsString], page: &mut Page) -> Result<ExitCode> {
    let texts: Option<Vec<_>> = words.iter().map(|word| word.to_str()).collect();
    let status = match texts.as_deref() {
        Some(["up", names @ ..]) => command::up(&Session::open()?.course, names, page)?,
        Some(["down"]) => command::down(&Session::open()?.course, page)?,
        Some(["keep", names @ ..]) => command::keep(&Session::open()?.course, names, page)?,
        _ => return Err(become_program("brokers", words)),
    };
    Ok(ExitCode::from(status))
}

/// Becomes a program of the kit's that is built only for those who call it. Returns if it could not.
fn become_program(package: &str, words: &[OsString]) -> anyhow::Error {
    let cargo = Launch::new("cargo").args(["run", "-q", "-p", package, "--"]).args(words);
    anyhow::Error::new(replace_self(&cargo))
        .context("cannot start cargo; `cargo run -- doctor` looks closer")
}
