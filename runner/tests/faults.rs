//! Slips of the hand, and files that are not what they were: each gets one sentence that names what
//! to type next, none a panic, and nothing is lost.

mod support;

use std::fs;

use support::{Answer, Tiny};

const STATE: &str = ".faultlings/state.json";

#[test]
fn a_misspelt_word_is_offered_the_nearest() {
    let course = Tiny::unbuilt();
    course.types("hnit").is_refused(&["\"hnit\"", "`cargo run -- hint`", "`cargo run -- help`"]);
    course.types("run --jsno").is_refused(&["`--jsno`", "`--json`", "`cargo run -- help`"]);
    for command in ["run gretes", "hint gretes", "solution gretes", "reset gretes"] {
        course.types(command).is_refused(&["\"gretes\"", "`greets`", "`cargo run -- list`"]);
    }
    course.types("solution").is_refused(&["`solution` needs the name", "`cargo run -- list`"]);
}

#[test]
fn a_misspelt_key_is_named_with_its_line_and_the_nearest() {
    let course = Tiny::unbuilt();
    let info = course.read("info.toml");
    course.write("info.toml", info.replacen("hints =", "hnts =", 1));
    let words = ["info.toml, line 14", "`hnts`", "`hints`", "`cargo run -- list`"];
    for command in ["list", "run", "hint", "verify"] {
        course.types(command).is_refused(&words);
    }
    let doctor = course.types("doctor");
    assert!(doctor.stdout.contains("mend  course        info.toml, line 14"), "{doctor:#?}");
}

#[test]
fn a_wrong_directory_is_named() {
    let course = Tiny::unbuilt();
    let outside = tempfile::tempdir().unwrap();
    for command in ["list", "run", "hint", "reset greets", "verify"] {
        let answer = course.command(command).current_dir(outside.path()).output().unwrap();
        Answer::of(answer).is_refused(&["holds a course", "`cd` to the folder", "`cargo run`"]);
    }
    let doctor = Answer::of(course.command("doctor").current_dir(outside.path()).output().unwrap());
    assert_eq!(doctor.status, Some(1), "{doctor:#?}");
    assert!(doctor.stdout.contains("cd to the folder that holds info.toml"), "{doctor:#?}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "nothing was written there");
}

#[test]
fn a_damaged_or_newer_state_is_kept_aside() {
    let course = Tiny::unbuilt();
    for (text, kept) in [
        ("{\"version\":1,\"exer", "state.json.damaged-1"),
        ("{\"version\":7,\"all\":[]}", "state.json.newer-1"),
    ] {
        course.write(STATE, text);
        course.types("hint").gives_notice(&[kept, "`cargo run -- verify`"]);
        assert_eq!(course.read(&format!(".faultlings/{kept}")), text);
        assert!(course.read(STATE).contains("\"hints_shown\": 1"), "it starts anew");
    }
}

#[test]
fn progress_of_exercises_that_are_gone_is_kept() {
    let course = Tiny::unbuilt();
    let old = "{\"version\":1,\"current\":\"renamed_since\",\"exercises\":\
               {\"renamed_since\":{\"passed\":true},\"stays_quiet\":{\"passed\":true}}}";
    course.write(STATE, old);
    let answer = course.types("hint");
    assert_eq!((answer.status, answer.stderr.as_str()), (Some(0), ""), "{answer:#?}");
    assert!(answer.stdout.contains("greets"), "the first that has not passed: {answer:#?}");

    let state: serde_json::Value = serde_json::from_str(&course.read(STATE)).unwrap();
    for name in ["renamed_since", "stays_quiet"] {
        assert_eq!(state["exercises"][name]["passed"], true, "{state:#}");
    }
}

#[test]
fn a_working_directory_that_is_gone_is_named() {
    let course = Tiny::unbuilt();
    let line = "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" list";
    let mut shell = support::sh();
    shell.args(["-c", line, env!("CARGO_BIN_EXE_faultlings")]).current_dir(course.path("."));
    Answer::of(shell.output().unwrap()).is_refused(&["the working directory is gone", "`cd` to"]);
}

#[test]
fn the_second_watch_hears_the_pid_of_the_first() {
    let course = Tiny::unbuilt();
    let (mut store, ..) = faultlings::progress::Store::open(&course.path(".")).unwrap();
    store.claim().unwrap();
    let pid = std::process::id().to_string();
    course.types("watch").is_refused(&["watches this course already", &pid, "`kill "]);
    // What does one thing and ends goes on beside it.
    assert_eq!(course.types("hint").status, Some(0));
}
