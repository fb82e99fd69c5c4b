//! `run` and `verify` on a course of two exercises, with real builds and real processes.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use serde_json::Value;
use support::{Answer, Tiny};

/// One test, since all of it shares one course that is costly to build.
#[test]
fn exercises_are_judged_and_passes_recorded() {
    let course = Tiny::built("judged");
    fails_as_shipped(&course);
    fails_for_programs_too(&course);
    passes_once_it_is_solved(&course);
    does_not_compile(&course);
    a_file_that_cannot_be_read_is_not_the_learners_failure(&course);
    without_tools_nobody_can_tell(&course);
    all_are_verified(&course);
}

fn fails_as_shipped(course: &Tiny) {
    let answer = course.types("run");
    assert_eq!(answer.status, Some(1), "{answer:#?}");
    for words in [
        "exercises/00_tiny/greets.rs\n",
        "  start the program\n",
        "✗ Failed\n",
        "Expected  ",
        "Observed  ",
        "Why it matters\n  whoever waits for a greeting waits for ever\n",
        "`cargo run -- hint greets` helps on\n",
    ] {
        assert!(answer.stdout.contains(words), "{words:?}: {}", answer.stdout);
    }
    assert_eq!(answer.stderr, "");
}

fn fails_for_programs_too(course: &Tiny) {
    let answer = course.types("run stays_quiet --json");
    assert_eq!(answer.status, Some(1), "{answer:#?}");
    let reports: Vec<Value> =
        answer.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(reports.iter().any(|report| report["step"] == "start the program"), "{reports:#?}");
    let failure = &reports.last().unwrap()["verdict"]["failed"];
    assert_eq!(failure["observed"], "it exited with status 3", "{reports:#?}");
}

fn passes_once_it_is_solved(course: &Tiny) {
    course.solve("greets");
    let answer = course.types("run greets");
    assert_eq!(answer.status, Some(0), "{answer:#?}");
    for words in [
        "Program output (1 stdout)\n1│ hello\n",
        "✓ Passed\n",
        "it printed hello",
        "solutions/00_tiny/greets.rs",
        "next: `cargo run -- run stays_quiet`\n",
    ] {
        assert!(answer.stdout.contains(words), "{words:?}: {}", answer.stdout);
    }
    let list: Value = serde_json::from_str(&course.types("list --json").stdout).unwrap();
    assert_eq!((&list[0]["passed"], &list[0]["current"]), (&true.into(), &true.into()));
    let solution = course.types("solution greets");
    assert!(solution.stdout.contains("println!"), "{solution:#?}");
}

fn does_not_compile(course: &Tiny) {
    fs::write(course.exercise("greets"), "fn main() { undefined(); }\n").unwrap();
    let answer = course.types("run greets");
    assert_eq!(answer.status, Some(1), "{answer:#?}");
    assert!(answer.stdout.contains("error[E0425]"), "{answer:#?}");
    assert!(answer.stdout.contains("✗ Did not compile\n"), "{answer:#?}");

    let answer = course.types("run greets --json");
    assert_eq!(answer.status, Some(1), "{answer:#?}");
    assert!(answer.stdout.contains("{\"did_not_build\":\""), "{answer:#?}");
    let last: Value = serde_json::from_str(answer.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last["verdict"]["failed"]["observed"], "the compiler refused it");
}

fn a_file_that_cannot_be_read_is_not_the_learners_failure(course: &Tiny) {
    let file = course.exercise("greets");
    fs::write(&file, b"fn main() {\n    println!(\"\xff\");\n}\n").unwrap();
    let answer = course.types("run greets");
    assert_eq!(answer.status, Some(2), "{answer:#?}");
    for words in ["? Could not tell", "greets.rs, line 2, is not UTF-8", "reset greets"] {
        assert!(answer.stdout.contains(words), "{words:?}: {}", answer.stdout);
    }

    fs::remove_file(&file).unwrap();
    let answer = course.types("run greets");
    assert_eq!(answer.status, Some(2), "{answer:#?}");
    for words in ["greets.rs is missing", "`cargo run -- reset greets`"] {
        assert!(answer.stdout.contains(words), "{words:?}: {}", answer.stdout);
    }
    assert_eq!(course.types("reset greets").status, Some(0));
    course.solve("greets");
}

fn without_tools_nobody_can_tell(course: &Tiny) {
    let run = |path: &Path| {
        // The recipe of an earlier build would do without cargo, and links nothing anew.
        let _ = fs::remove_dir_all(course.path(".faultlings/recipes"));
        fs::write(course.exercise("greets"), "fn main() {\n    print!(\"hello\\n\");\n}\n")
            .unwrap();
        let answer = Answer::of(course.command("run greets").env("PATH", path).output().unwrap());
        assert_eq!(answer.status, Some(2), "{answer:#?}");
        assert!(answer.stdout.contains("cargo run -- doctor"), "{answer:#?}");
        course.solve("greets");
        answer.stdout
    };
    let nothing = tempfile::tempdir().unwrap();
    let said = run(nothing.path());
    assert!(said.contains("cargo was not found"), "{said}");

    for tool in ["cargo", "rustc"] {
        symlink(support::tool(tool), nothing.path().join(tool)).unwrap();
    }
    let said = run(nothing.path());
    assert!(said.contains("linker `cc` not found"), "{said}");
}

fn all_are_verified(course: &Tiny) {
    let answer = course.types("verify");
    assert_eq!(answer.status, Some(1), "{answer:#?}");
    for words in [
        " ✓ greets\n ✗ stays_quiet\n",
        " ✗ stays_quiet: it exited with status 3\n",
        "1 passed, 1 failed\n",
        "`cargo run -- run stays_quiet` shows the first\n",
    ] {
        assert!(answer.stdout.contains(words), "{words:?}: {}", answer.stdout);
    }
    course.solve("stays_quiet");
    let answer = course.types("verify");
    assert_eq!(answer.status, Some(0), "{answer:#?}");
    assert!(answer.stdout.ends_with("2 passed\nThat was all of it.\n"), "{answer:#?}");
}
