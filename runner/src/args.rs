//! The words of the command line, turned into a [`Command`]; nothing is run here.

use std::collections::BTreeSet;
use std::ffi::OsString;

use anyhow::{Result, anyhow, bail};
use lexopt::{Arg, Parser};

use crate::nearest::nearest;

/// What the learner asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Check at every save; begins with this exercise, or goes on with the current one.
    Watch(Option<String>),
    /// Check once.
    Run {
        /// The current exercise if not said.
        name: Option<String>,
        /// Reports as JSON, one a line.
        json: bool,
    },
    /// All exercises and how far the learner is.
    List {
        /// As a JSON array.
        json: bool,
    },
    /// One more hint.
    Hint {
        /// The current exercise if not said.
        name: Option<String>,
        /// Every hint at once.
        all: bool,
    },
    /// The solution, after a pass.
    Solution {
        /// Of this exercise.
        name: String,
        /// Also before the pass, which is recorded.
        give_up: bool,
    },
    /// The shipped text again.
    Reset {
        /// Of this exercise.
        name: String,
    },
    /// Check every exercise anew.
    Verify,
    /// Look whether this machine has what the kit needs.
    Doctor,
    /// What there is to type.
    Help,
    /// Which version of the kit this is.
    Version,
    /// Words about message brokers, as they are.
    Brokers(Vec<OsString>),
    /// Words for the authors' tool, as they are.
    Dev(Vec<OsString>),
}

/// A command as it is typed: what the parser, the nearest-word offer and the help page share.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The word.
    pub word: &'static str,
    /// Whether the name of an exercise follows.
    pub name: Name,
    /// Its options, without the dashes.
    pub options: &'static [&'static str],
    /// What it does, for the help page.
    pub does: &'static str,
}

/// Whether a command is about one exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// It is not.
    Never,
    /// It is about the current one, unless another is named.
    MayFollow,
    /// It is about the one that is named.
    MustFollow,
}

/// Every command but `dev`, in the order of the help page.
pub const SHAPES: [Shape; 11] = {
    use Name::{MayFollow, MustFollow, Never};
    const fn shape(
        word: &'static str,
        name: Name,
        options: &'static [&'static str],
        does: &'static str,
    ) -> Shape {
        Shape { word, name, options, does }
    }
    [
        shape(
            "watch",
            MayFollow,
            &[],
            "check at every save; this is also what no word at all does",
        ),
        shape("run", MayFollow, &["json"], "check once; exit 0 passed, 1 failed, 2 could not tell"),
        shape("list", Never, &["json"], "all exercises, and how far you are"),
        shape("hint", MayFollow, &["all"], "one more hint at each call, or all of them"),
        shape("solution", MustFollow, &["give-up"], "the solution after a pass, or before it"),
        shape("reset", MustFollow, &[], "the text as it was at first; yours is kept beside it"),
        shape("verify", Never, &[], "check every exercise anew; exit as for run"),
        shape(
            "brokers",
            Never,
            &[],
            "status, install, pull, up, down: Kafka, RabbitMQ and NATS for later chapters",
        ),
        shape("doctor", Never, &[], "look whether this machine has what the kit needs"),
        shape("help", Never, &[], "this page"),
        shape("version", Never, &[], "the version of the kit"),
    ]
};

/// Reads the words after the program's name.
///
/// # Errors
/// One sentence about the first word that does not fit, with the nearest that does.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let mut parser = Parser::from_args(words);
    let word = match parser.next().map_err(|error| misuse(&error))? {
        None => return Ok(Command::Watch(None)),
        Some(Arg::Value(word)) => readable(word)?,
        Some(Arg::Long("help") | Arg::Short('h')) => return Ok(Command::Help),
        Some(Arg::Long("version") | Arg::Short('V')) => return Ok(Command::Version),
        Some(option) => return Err(no_option("faultlings", &["help", "version"], &option)),
    };
    if word == "dev" || word == "brokers" {
        let words = parser.raw_args().map_err(|error| misuse(&error))?.collect();
        return Ok(if word == "dev" { Command::Dev(words) } else { Command::Brokers(words) });
    }
    let shape = SHAPES.iter().find(|shape| shape.word == word).ok_or_else(|| no_command(&word))?;
    rest(shape, &mut parser)
}

/// What follows the command's word.
fn rest(shape: &Shape, parser: &mut Parser) -> Result<Command> {
    let mut name = None;
    let mut options = BTreeSet::new();
    while let Some(arg) = parser.next().map_err(|error| misuse(&error))? {
        match arg {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help),
            Arg::Long(option) if shape.options.contains(&option) => {
                options.insert(option.to_owned());
            }
            Arg::Value(word) if shape.name != Name::Never && name.is_none() => {
                name = Some(readable(word)?);
            }
            Arg::Value(word) => bail!(
                "`{}` has no use for the word {word:?}; `cargo run -- help` shows what it takes",
                shape.word
            ),
            option => return Err(no_option(shape.word, shape.options, &option)),
        }
    }
    let named = |name: Option<String>| {
        name.ok_or_else(|| {
            let word = shape.word;
            anyhow!("`{word}` needs the name of an exercise; `cargo run -- list` shows all names")
        })
    };
    Ok(match shape.word {
        "watch" => Command::Watch(name),
        "run" => Command::Run { name, json: options.contains("json") },
        "list" => Command::List { json: options.contains("json") },
        "hint" => Command::Hint { name, all: options.contains("all") },
        "solution" => {
            Command::Solution { name: named(name)?, give_up: options.contains("give-up") }
        }
        "reset" => Command::Reset { name: named(name)? },
        "verify" => Command::Verify,
        "doctor" => Command::Doctor,
        "version" => Command::Version,
        _ => Command::Help,
    })
}

/// Names and commands are ASCII, so a word that is not UTF-8 is none of them.
fn readable(word: OsString) -> Result<String> {
    word.into_string()
        .map_err(|word| anyhow!("{word:?} is not UTF-8; `cargo run -- list` shows all names"))
}

fn no_command(word: &str) -> anyhow::Error {
    let known = SHAPES.iter().map(|shape| shape.word).chain(["dev"]);
    match nearest(word, known) {
        Some(near) => anyhow!(
            "there is no command {word:?}, the nearest is `cargo run -- {near}`; `cargo run -- \
             help` shows all"
        ),
        None => anyhow!("there is no command {word:?}; `cargo run -- help` shows all"),
    }
}

fn no_option(of: &str, known: &[&str], given: &Arg<'_>) -> anyhow::Error {
    let (given, near) = match given {
        Arg::Long(long) => (format!("--{long}"), nearest(long, known.iter().copied())),
        Arg::Short(short) => {
            let begins = |option: &&&str| option.starts_with(*short);
            (format!("-{short}"), known.iter().find(begins).copied())
        }
        Arg::Value(word) => (word.display().to_string(), None),
    };
    match near {
        Some(near) => anyhow!(
            "`{of}` has no option `{given}`, the nearest is `--{near}`; `cargo run -- help` shows \
             all"
        ),
        None => anyhow!("`{of}` has no option `{given}`; `cargo run -- help` shows all"),
    }
}

/// What lexopt refuses by itself: a value for an option that takes none.
fn misuse(error: &lexopt::Error) -> anyhow::Error {
    anyhow!("{error}; `cargo run -- help` shows all options")
}

#[cfg(test)]
mod tests;
