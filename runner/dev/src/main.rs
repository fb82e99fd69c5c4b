//! For course authors: `cargo run -- dev check | new | bench | test`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use faultlings::course::Course;
use harness::supervise::warden;
use lexopt::prelude::*;

mod bench;
mod check;
mod create;
mod docker;
mod test;

const USAGE: &str = "\
For course authors. What stands below goes behind `cargo run -- dev`.

  check [NAME..] [--repeat N] [--busy]  prove the course: lists, shipped texts, solutions, wrong fixes
  new CHAPTER/NAME                      begin an exercise: every file that it needs, every list
  bench [NAME] [--repeat N] [--install] measure the kit, beside bare rustc, and rustlings if it is on PATH
  test [--docker]                       all tests and the whole proof; or what runs in containers alone";

fn main() -> ExitCode {
    if let Some(code) = warden::main_if_asked() {
        return code;
    }
    run().unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

fn run() -> Result<ExitCode> {
    let mut args = lexopt::Parser::from_env();
    let Some(command) = args.next()? else {
        println!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    let course = || Course::load(&Course::find_root(&std::env::current_dir()?)?);
    match command {
        Value(word) if word == "check" => {
            check::run(&course()?, &check::Options::parse(&mut args)?)
        }
        Value(word) if word == "new" => create::run(&course()?, &only_value(&mut args)?),
        Value(word) if word == "bench" => {
            bench::run(&course()?, &bench::Options::parse(&mut args)?)
        }
        Value(word) if word == "test" => match args.next()? {
            None => test::run(&course()?),
            Some(Long("docker")) => test::in_docker(&course()?),
            Some(other) => bail!("{}; type `cargo run -- dev help`", other.unexpected()),
        },
        Value(word) if word == "help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("{}; type `cargo run -- dev help`", other.unexpected()),
    }
}

fn only_value(args: &mut lexopt::Parser) -> Result<String> {
    let name = match args.next()? {
        Some(Value(word)) => Some(word.string()?),
        _ => None,
    };
    match (name, args.next()?) {
        (Some(name), None) => Ok(name),
        _ => bail!("one name is needed here, as CHAPTER/NAME; type `cargo run -- dev help`"),
    }
}
