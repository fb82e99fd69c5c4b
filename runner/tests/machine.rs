//! Faults of the machine: each gets one sentence that names what to type next, none a panic, and
//! nothing is lost.

mod support;

use std::fs;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use support::{Answer, Tiny};

#[test]
fn a_full_disk_keeps_nobody_from_working() {
    let course = Tiny::unbuilt();
    assert_eq!(course.types("hint").stderr, "");
    // Every write to this device gives ENOSPC, see full(4).
    symlink("/dev/full", course.path(".faultlings/state.json.new")).unwrap();
    let answer = course.types("hint");
    answer.gives_notice(&["progress is not kept", "the disk is full", "`df -h .`"]);
    assert!(answer.stdout.contains("Hint 2 of 3"), "{answer:#?}");
    assert!(
        course.read(".faultlings/state.json").contains("\"hints_shown\": 1"),
        "what was there is whole"
    );
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
fn the_doctor_names_the_tool_that_is_missing() {
    let course = Tiny::unbuilt();
    let tools = tempfile::tempdir().unwrap();
    let doctor = || {
        let answer = course.command("doctor").env("PATH", tools.path()).output().unwrap();
        let answer = Answer::of(answer);
        assert!(matches!(answer.status, Some(1 | 2)), "{answer:#?}");
        answer.stdout
    };
    let page = doctor();
    for words in ["mend  cargo         not found", "mend  rustc         not found", "rustup.rs"] {
        assert!(page.contains(words), "{words:?}: {page}");
    }
    assert!(page.contains("ok    pipes "), "what needs no tool is looked at: {page}");

    for tool in ["cargo", "rustc"] {
        symlink(support::tool(tool), tools.path().join(tool)).unwrap();
    }
    let page = doctor();
    for words in ["ok    cargo ", "ok    rustc ", "mend  linker        `cc` is not found"] {
        assert!(page.contains(words), "{words:?}: {page}");
    }
    assert!(page.contains("to mend       linker\n"), "{page}");
}

/// A mount of its own needs rights that some containers withhold; the faults that it makes are
/// also made above, in ways that need none.
#[test]
fn a_read_only_checkout_a_full_file_system_and_no_watches() {
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

    // Limits of a user namespace count like those of the machine, see namespaces(7).
    let answer =
        run("echo 0 > /proc/sys/user/max_inotify_watches && \"$FAULTLINGS\" doctor || true");
    assert!(answer.stdout.contains("mend  file watches  are used up"), "{answer:#?}");
    let answer =
        run("echo 0 > /proc/sys/user/max_inotify_instances && \"$FAULTLINGS\" doctor || true");
    assert!(answer.stdout.contains("mend  file watches  are used up"), "{answer:#?}");

    fs::create_dir_all(course.path(".faultlings")).unwrap();
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
fn a_limit_on_file_size_is_told_like_a_full_disk() {
    let course = Tiny::unbuilt();
    // The shell ignores SIGXFSZ for the program it becomes, so that write(2) gives EFBIG.
    let line = "trap '' XFSZ; ulimit -f 0; exec \"$0\" hint";
    let mut shell = support::sh();
    shell.args(["-c", line, env!("CARGO_BIN_EXE_faultlings")]).current_dir(course.path("."));
    let answer = Answer::of(shell.output().unwrap());
    answer.gives_notice(&["progress is not kept", "`cargo run -- doctor`"]);
}
