use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use super::{Command, SHAPES, parse};

fn typed(words: &str) -> anyhow::Result<Command> {
    parse(words.split_whitespace().map(OsString::from))
}

fn some(name: &str) -> Option<String> {
    Some(name.to_owned())
}

#[test]
fn each_command_is_read() {
    let zombies = || "zombie_parade".to_owned();
    for (words, command) in [
        ("", Command::Watch(None)),
        ("watch", Command::Watch(None)),
        ("watch zombie_parade", Command::Watch(some("zombie_parade"))),
        ("run", Command::Run { name: None, json: false }),
        ("run --json zombie_parade", Command::Run { name: some("zombie_parade"), json: true }),
        ("list", Command::List { json: false }),
        ("list --json", Command::List { json: true }),
        ("hint", Command::Hint { name: None, all: false }),
        ("hint zombie_parade --all", Command::Hint { name: some("zombie_parade"), all: true }),
        ("solution zombie_parade", Command::Solution { name: zombies(), give_up: false }),
        ("solution zombie_parade --give-up", Command::Solution { name: zombies(), give_up: true }),
        ("reset zombie_parade", Command::Reset { name: zombies() }),
        ("verify", Command::Verify),
        ("doctor", Command::Doctor),
        ("help", Command::Help),
        ("--help", Command::Help),
        ("run -h", Command::Help),
        ("--version", Command::Version),
        ("-V", Command::Version),
    ] {
        assert_eq!(typed(words).unwrap(), command, "{words:?}");
    }
}

#[test]
fn words_for_the_authors_tool_are_passed_on_as_they_are() {
    let words = ["check", "--repeat", "20", "--busy", "--", "-x"].map(OsString::from);
    let command = typed("dev check --repeat 20 --busy -- -x").unwrap();
    assert_eq!(command, Command::Dev(words.to_vec()));
}

#[test]
fn a_word_that_does_not_fit_gets_one_sentence_with_the_nearest() {
    for (words, told) in [
        ("hnit", "there is no command \"hnit\", the nearest is `cargo run -- hint`"),
        ("lst", "the nearest is `cargo run -- list`"),
        ("banana", "there is no command \"banana\"; `cargo run -- help`"),
        ("--hlep", "the nearest is `--help`"),
        ("run --jsn", "`run` has no option `--jsn`, the nearest is `--json`"),
        ("run -j", "`run` has no option `-j`, the nearest is `--json`"),
        ("solution x --giveup", "the nearest is `--give-up`"),
        ("verify --json", "`verify` has no option `--json`; `cargo run -- help`"),
        ("verify zombie_parade", "`verify` has no use for the word \"zombie_parade\""),
        ("run one two", "`run` has no use for the word \"two\""),
        ("run --json=yes", "`cargo run -- help`"),
        ("reset", "`reset` needs the name of an exercise; `cargo run -- list`"),
        ("solution --give-up", "`solution` needs the name of an exercise"),
    ] {
        let sentence = typed(words).unwrap_err().to_string();
        assert!(sentence.contains(told), "{words:?}: {sentence}");
        assert!(!sentence.ends_with('.') && !sentence.contains('\n'), "{words:?}: {sentence}");
    }
}

#[test]
fn a_word_that_is_not_utf_8_is_no_crash() {
    for words in [vec![vec![0xff]], vec![b"hint".to_vec(), vec![b'z', 0xff]]] {
        let sentence = parse(words.into_iter().map(OsString::from_vec)).unwrap_err().to_string();
        assert!(sentence.contains("not UTF-8"), "{sentence}");
    }
}

#[test]
fn every_shape_is_read_as_itself() {
    for shape in SHAPES {
        let with_name = format!("{} zombie_parade", shape.word);
        let command = match shape.name {
            super::Name::MustFollow => typed(&with_name),
            _ => typed(shape.word),
        };
        // Only `help` may come out as help: another word that does was forgotten in `rest`.
        assert_eq!(command.unwrap() == Command::Help, shape.word == "help", "{}", shape.word);
        for option in shape.options {
            let with_option = format!("{} zombie_parade --{option}", shape.word);
            let without_name = format!("{} --{option}", shape.word);
            assert!(typed(&with_option).is_ok() || typed(&without_name).is_ok(), "{with_option}");
        }
    }
}
