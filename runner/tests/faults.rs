//! Faults of the machine and slips of the hand: each gets one sentence that names what to type
//! next, none a panic, and nothing is lost.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use support::{Answer, EXERCISES, Tiny};

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
fn a_full_disk_keeps_nobody_from_working() {
    let course = Tiny::unbuilt();
    assert_eq!(course.types("hint").stderr, "");
    // Every write to this device gives ENOSPC, see full(4).
    symlink("/dev/full", course.path(".faultlings/state.json.new")).unwrap();
    let answer = course.types("hint");
    answer.gives_notice(&["progress is not kept", "the disk is full", "`df -h .`"]);
    assert!(answer.stdout.contains("Hint 2 of 3"), "{answer:#?}");
    assert!(course.read(STATE).contains("\"hints_shown\": 1"), "what was there is whole");
}

#[test]
fn a_folder_that_cannot_be_written_keeps_nobody_from_working() {
    let course = Tiny::unbuilt();
    // sysfs lets nobody make a file, root neither.
    symlink("/sys/kernel", course.path(".faultlings")).unwrap();
    for command in ["hint", "list", "solution greets --give-up"] {
        let answer = course.types(command);
        answer.gives_notice(&["progress is not kept", "copy the course"]);
        assert!(answer.stdout.contains("greets"), "{answer:#?}");
    }
}

/// A reset writes two files, and a full disk may stop it at either.
#[test]
fn a_reset_that_cannot_write_changes_nothing() {
    let course = Tiny::unbuilt();
    fs::write(course.exercise("greets"), "mine").unwrap();
    let beside = course.path("exercises/00_tiny/greets.rs.new");
    symlink("/dev/full", &beside).unwrap();
    course.types("reset greets").is_refused(&["cannot write", "`cargo run -- doctor`"]);
    assert_eq!(fs::read_to_string(course.exercise("greets")).unwrap(), "mine");

    fs::remove_file(course.path("runner/shipped/00_tiny/greets.rs")).unwrap();
    let words = ["cannot read runner/shipped/00_tiny/greets.rs", "`git checkout -- runner/shipped"];
    course.types("reset greets").is_refused(&words);
    assert_eq!(fs::read_to_string(course.exercise("greets")).unwrap(), "mine");
}

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

/// A mount of its own needs rights that some containers withhold; the faults that it makes are
/// also made above, in ways that need none.
#[test]
fn a_read_only_checkout_and_a_full_file_system() {
    let Some(unshare) = namespaces() else {
        println!("mount namespaces are not permitted here");
        return;
    };
    let course = Tiny::unbuilt();
    let faultlings = env!("CARGO_BIN_EXE_faultlings");
    let run = |script: &str| {
        let mut command = unshare();
        command.args(["sh", "-ec", script]).current_dir(course.path("."));
        command.env("FAULTLINGS", faultlings).env_remove("NO_COLOR");
        Answer::of(command.output().unwrap())
    };

    let answer = run("mount --bind . . && mount -o remount,bind,ro . && cd . && cd \"$PWD\" \
                      && \"$FAULTLINGS\" hint");
    answer.gives_notice(&["progress is not kept", "read-only", "`cp -r . ~/faultlings`"]);
    let answer = run("mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" \
                      && echo mine > /dev/null && \"$FAULTLINGS\" doctor || echo status $?");
    assert!(answer.stdout.contains("on a read-only file system"), "{answer:#?}");
    assert!(answer.stdout.contains("cp -r . ~/faultlings"), "{answer:#?}");

    fs::create_dir(course.path(".faultlings")).unwrap();
    let answer = run("mount -t tmpfs -o size=64k none .faultlings \
                      && { head -c 1M /dev/zero > .faultlings/filler || true; } 2> /dev/null \
                      && \"$FAULTLINGS\" hint");
    answer.gives_notice(&["progress is not kept: the disk is full", "`df -h .`"]);
    assert!(answer.stdout.contains("Hint 1 of 3"), "{answer:#?}");
}

#[expect(clippy::disallowed_methods, reason = "makes a mount namespace around the test")]
fn namespaces() -> Option<impl Fn() -> Command> {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount"]);
        command
    };
    let permitted = unshare()
        .args(["sh", "-c", "mount -t tmpfs none /mnt"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    permitted.then_some(unshare)
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

#[test]
fn a_limit_on_file_size_is_told_like_a_full_disk() {
    let course = Tiny::unbuilt();
    // The shell ignores SIGXFSZ for the program it becomes, so that write(2) gives EFBIG.
    let line = "trap '' XFSZ; ulimit -f 0; exec \"$0\" hint";
    let mut shell = sh();
    shell.args(["-c", line, env!("CARGO_BIN_EXE_faultlings")]).current_dir(course.path("."));
    let answer = Answer::of(shell.output().unwrap());
    answer.gives_notice(&["progress is not kept", "`cargo run -- doctor`"]);
}

#[expect(clippy::disallowed_methods, reason = "limits the program under test")]
fn sh() -> Command {
    Command::new("sh")
}

#[test]
fn the_help_page_names_every_command() {
    let course = Tiny::unbuilt();
    let mut child = course.command("help").stdout(Stdio::piped()).spawn().unwrap();
    let lines: Vec<String> =
        BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap).collect();
    assert!(child.wait().unwrap().success());
    for shape in faultlings::args::SHAPES {
        let begins = format!("  {}", shape.word);
        assert!(lines.iter().any(|line| line.starts_with(&begins)), "{}: {lines:#?}", shape.word);
    }
}
