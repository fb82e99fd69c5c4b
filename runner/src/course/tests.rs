use std::fs;
use std::path::Path;

use harness::broker::Broker;

use super::parse::parse;
use super::{Course, ExerciseId};

const GOOD: &str = r#"format = 1
welcome = "Read, break, mend."

[[chapters]]
name = "intro"
title = "How this kit talks to you"
checks = "process"

[[chapters.exercises]]
name = "exit_status"
title = "The backup that failed in silence"
skills = ["exit status"]
fails_with = "exited with 0"
hints = ["What?", "Look there.", "Nearly."]

[[chapters]]
name = "processes"
title = "Programs that start programs"
checks = "process"

[[chapters.exercises]]
name = "zombie_parade"
title = "The night of 4000 dead workers"
skills = ["waitpid"]
fails_with = "state Z"
hints = ["What?", "Look there.", "Nearly."]

[[chapters.exercises]]
name = "kill_the_tree"
title = "The build that would not stop"
skills = ["process groups"]
fails_with = "is left"
hints = ["What?", "Look there.", "Nearly."]
"#;

/// A course folder that holds `info` and the folders of the two chapters.
fn on_disk(info: &[u8]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    fs::write(root.path().join("info.toml"), info).unwrap();
    for chapter in ["00_intro", "01_processes"] {
        fs::create_dir_all(root.path().join("exercises").join(chapter)).unwrap();
    }
    root
}

fn refusal(root: &Path) -> String {
    format!("{:#}", Course::load(root).unwrap_err())
}

#[test]
fn a_course_is_loaded_in_order() {
    let root = on_disk(GOOD.as_bytes());
    let course = Course::load(root.path()).unwrap();

    assert_eq!((course.welcome.as_str(), course.closing.as_str()), ("Read, break, mend.", ""));
    assert_eq!(course.len(), 3);
    let names: Vec<_> = course.ids().map(|id| course.exercise(id).name.as_str()).collect();
    assert_eq!(names, ["exit_status", "zombie_parade", "kill_the_tree"]);

    let zombies = course.by_name("zombie_parade").unwrap();
    assert_eq!(zombies, ExerciseId(1));
    assert_eq!(course.chapter_of(zombies).name, "processes");
    assert_eq!(course.file(zombies), Path::new("exercises/01_processes/zombie_parade.rs"));
    assert_eq!(course.solution(zombies), Path::new("solutions/01_processes/zombie_parade.rs"));
    assert_eq!(course.shipped(zombies), Path::new("runner/shipped/01_processes/zombie_parade.rs"));
}

#[test]
fn a_misspelt_exercise_is_offered_the_nearest() {
    let course = Course::load(on_disk(GOOD.as_bytes()).path()).unwrap();
    for (name, told) in [
        ("zombi_parade", "the nearest is `zombie_parade`; `cargo run -- list`"),
        ("kill_tree", "the nearest is `kill_the_tree`"),
        ("banana", "no exercise is called \"banana\"; `cargo run -- list` shows all"),
        ("\u{1b}[2J", "no exercise is called \"\\u{1b}[2J\""),
    ] {
        let sentence = course.by_name(name).unwrap_err().to_string();
        assert!(sentence.contains(told), "{sentence}");
    }
}

#[test]
fn a_mistake_in_the_text_is_named_with_its_line() {
    for (right, wrong, told) in [
        (
            "skills = [\"waitpid\"]",
            "skils = []",
            "line 24: there is no key `skils`, the nearest is `skills`",
        ),
        (
            "checks = \"process\"",
            "check = \"process\"",
            "line 7: there is no key `check`, the nearest is `checks`",
        ),
        ("welcome", "wellcome", "line 2: there is no key `wellcome`, the nearest is `welcome`"),
        ("format = 1", "format = 2", "line 1: format 2 is not known to this kit, which reads 1"),
        ("format = 1", "format = \"one\"", "line 1: invalid type: string \"one\", expected u64"),
        ("format = 1\n", "", "missing field `format`"),
        ("fails_with = \"state Z\"\n", "", "line 21: missing field `fails_with`"),
        (
            "name = \"kill_the_tree\"",
            "name = \"zombie_parade\"",
            "line 29: exercise `zombie_parade` is listed a second time",
        ),
        (
            "name = \"processes\"",
            "name = \"intro\"",
            "line 17: chapter `intro` is listed a second time",
        ),
        ("\"Look there.\", ", "", "line 14: `exit_status` has 2 hints instead of 3"),
        ("\"Look there.\"", "\" \"", "line 14: hint 2 of `exit_status` is empty"),
        (
            "name = \"exit_status\"",
            "name = \"../exit\"",
            "line 10: \"../exit\" is no name for an exercise",
        ),
        ("checks = \"process\"", "checks = \"\"", "line 7: \"\" is no name for a check executable"),
        ("\"state Z\"", "\"\"", "line 25: `fails_with` is empty"),
        ("title = \"How", "title = How", "line 6: "),
    ] {
        assert!(GOOD.contains(right), "{right}");
        let error = parse(&GOOD.replacen(right, wrong, 1)).unwrap_err();
        let sentence = format!("{error:#}");
        assert!(sentence.starts_with("info.toml"), "{sentence}");
        assert!(sentence.contains(told), "{wrong:?}: {sentence}");
        assert!(sentence.contains("`cargo run -- list`"), "{sentence}");
        assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
    }
}

#[test]
fn a_course_without_exercises_is_none() {
    assert!(parse("format = 1").unwrap_err().to_string().contains("lists no chapters"));
    let (bare, _) = GOOD.split_once("[[chapters.exercises]]").unwrap();
    let sentence = parse(bare).unwrap_err().to_string();
    assert!(sentence.contains("line 5: chapter `intro` has no exercises"), "{sentence}");
}

#[test]
fn a_chapter_without_its_folder_is_named() {
    let root = on_disk(GOOD.as_bytes());
    let folder = root.path().join("exercises/01_processes");

    fs::create_dir(root.path().join("exercises/07_processes")).unwrap();
    let two = refusal(root.path());
    assert!(two.contains("line 17: chapter `processes` has two folders"), "{two}");

    fs::remove_dir(root.path().join("exercises/07_processes")).unwrap();
    fs::rename(&folder, folder.with_file_name("processes")).unwrap();
    let none = refusal(root.path());
    assert!(none.contains("line 17: chapter `processes` has no folder exercises/NN_"), "{none}");

    fs::remove_dir_all(root.path().join("exercises")).unwrap();
    let gone = refusal(root.path());
    assert!(gone.contains("`git checkout -- exercises` brings it back"), "{gone}");
}

#[test]
fn a_file_that_is_not_utf_8_is_named_with_its_line() {
    let sentence = refusal(on_disk(b"format = 1\n# caf\xe9\n").path());
    assert!(sentence.starts_with("info.toml, line 2: not UTF-8"), "{sentence}");
}

#[test]
fn the_root_is_found_from_below_and_missed_from_outside() {
    let root = on_disk(GOOD.as_bytes());
    let below = root.path().join("exercises/01_processes");
    assert_eq!(Course::find_root(&below).unwrap(), root.path());

    let outside = tempfile::tempdir().unwrap();
    let sentence = Course::find_root(outside.path()).unwrap_err().to_string();
    assert!(sentence.contains("holds a course; `cd` to the folder"), "{sentence}");
}

#[test]
fn a_misspelt_broker_is_named_with_its_line() {
    let with = |list: &str| {
        let key = format!("checks = \"process\"\nbrokers = [{list}]");
        on_disk(GOOD.replacen("checks = \"process\"", &key, 1).as_bytes())
    };
    let root = with("\"nats\", \"kafka\"");
    let brokers = &Course::load(root.path()).unwrap().chapters[0].brokers;
    assert_eq!(*brokers, [Broker::Nats, Broker::Kafka]);
    let said = refusal(with("\"nats\", \"kafak\"").path());
    assert!(
        said.contains("line 8: no broker is called \"kafak\", the nearest is `kafka`"),
        "{said}"
    );
    let said = refusal(with("\"zeromq\"").path());
    assert!(said.contains("only `kafka`, `rabbitmq`, `nats`"), "{said}");
}
