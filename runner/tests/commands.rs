//! Commands that build nothing, typed at a course of two exercises.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use support::{Answer, EXERCISES, Tiny};

#[test]
fn a_reset_keeps_what_the_learner_wrote() {
    let course = Tiny::unbuilt();
    let (_, shipped, _) = EXERCISES[0];
    let answer = course.types("reset greets");
    assert!(answer.stdout.contains("is as it is shipped; nothing was changed"), "{answer:#?}");

    for (text, kept) in
        [(&b"mine"[..], "greets.kept-1.rs"), (&b"not utf-8: \xff"[..], "greets.kept-2.rs")]
    {
        fs::write(course.exercise("greets"), text).unwrap();
        let answer = course.types("reset greets");
        assert_eq!(answer.status, Some(0), "{answer:#?}");
        assert!(answer.stdout.contains(kept), "{answer:#?}");
        assert_eq!(fs::read(course.path("exercises/00_tiny").join(kept)).unwrap(), text);
        assert_eq!(fs::read_to_string(course.exercise("greets")).unwrap(), shipped);
    }

    fs::remove_file(course.exercise("greets")).unwrap();
    let answer = course.types("reset greets");
    assert!(answer.stdout.contains("was missing"), "{answer:#?}");
    assert_eq!(fs::read_to_string(course.exercise("greets")).unwrap(), shipped);
}

#[test]
fn a_solution_is_shown_after_a_pass_or_to_those_who_give_up() {
    let course = Tiny::unbuilt();
    let words = ["has not passed yet", "`cargo run -- hint greets`", "--give-up`"];
    course.types("solution greets").is_refused(&words);

    let answer = course.types("solution greets --give-up");
    assert_eq!((answer.status, answer.stderr.as_str()), (Some(0), ""), "{answer:#?}");
    assert!(answer.stdout.starts_with("solutions/00_tiny/greets.rs\n\n//! "), "{answer:#?}");
    let list: serde_json::Value =
        serde_json::from_str(&course.types("list --json").stdout).unwrap();
    assert_eq!(list[0]["gave_up"], true, "{list:#}");
    assert_eq!(course.types("solution greets").status, Some(0), "it was seen already");

    fs::remove_file(course.path("solutions/00_tiny/greets.rs")).unwrap();
    course.types("solution greets").is_refused(&["`git checkout -- solutions/00_tiny/greets.rs`"]);
}

#[test]
fn hints_come_one_by_one() {
    let course = Tiny::unbuilt();
    for shown in [1, 2, 3, 3] {
        let answer = course.types("hint greets");
        for hint in 1..=3 {
            let title = format!("Hint {hint} of 3");
            assert_eq!(answer.stdout.contains(&title), hint <= shown, "{answer:#?}");
        }
    }
    assert!(course.types("hint stays_quiet --all").stdout.contains("Hint 3 of 3"));
}

#[test]
fn a_reader_that_leaves_causes_no_panic() {
    let course = Tiny::unbuilt();
    for command in ["list", "help", "hint", "solution greets --give-up"] {
        // Closed before a byte was written, which `| head -1` does a moment later.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let answer = Answer::of(course.command(command).stdout(writer).output().unwrap());
        assert_eq!((answer.status, answer.stderr.as_str()), (Some(2), ""), "{command}");
    }
}

#[test]
fn two_that_save_at_once_keep_what_either_recorded() {
    let course = Tiny::unbuilt();
    let both: Vec<_> = ["hint greets --all", "solution stays_quiet --give-up"]
        .iter()
        .map(|words| course.command(words).stdout(Stdio::null()).spawn().unwrap())
        .collect();
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    let list: serde_json::Value =
        serde_json::from_str(&course.types("list --json").stdout).unwrap();
    assert_eq!((&list[0]["hints_shown"], &list[1]["gave_up"]), (&3.into(), &true.into()));
}

#[test]
fn words_for_authors_reach_their_tool_as_they_are() {
    let course = Tiny::unbuilt();
    let tools = tempfile::tempdir().unwrap();
    let cargo = tools.path().join("cargo");
    let words = || course.command("dev check --repeat 2 -- -x").env("PATH", tools.path()).output();
    Answer::of(words().unwrap()).is_refused(&["cannot start cargo", "`cargo run -- doctor`"]);

    fs::write(&cargo, "#!/bin/sh\necho \"$@\"\nexit 7\n").unwrap();
    fs::set_permissions(&cargo, fs::Permissions::from_mode(0o755)).unwrap();
    let answer = Answer::of(words().unwrap());
    assert_eq!(answer.status, Some(7), "{answer:#?}");
    assert_eq!(answer.stdout, "run -q -p faultlings-dev -- check --repeat 2 -- -x\n");
}

#[test]
fn the_help_page_names_every_command() {
    let course = Tiny::unbuilt();
    let answer = course.types("help");
    assert_eq!(answer.status, Some(0), "{answer:#?}");
    for shape in faultlings::args::SHAPES {
        let begins = format!("  {}", shape.word);
        let named = answer.stdout.lines().any(|line| line.starts_with(&begins));
        assert!(named, "{}: {answer:#?}", shape.word);
    }
}
