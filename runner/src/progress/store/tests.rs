use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::thread;

use super::{FOLDER, Store};
use crate::progress::Progress;

/// Opens the store and expects nothing to be told.
fn open(root: &Path) -> (Store, Progress) {
    let (store, progress, notices) = Store::open(root).unwrap();
    assert_eq!(notices, Vec::<String>::new());
    (store, progress)
}

fn having_passed(name: &str) -> Progress {
    let mut progress = Progress::default();
    progress.record_pass(name);
    progress
}

#[test]
fn what_was_saved_is_there_again() {
    let root = tempfile::tempdir().unwrap();
    let (mut store, progress) = open(root.path());
    assert_eq!(progress, Progress::default());

    let progress = having_passed("exit_status");
    assert_eq!(store.save(&progress).unwrap(), progress);
    drop(store);
    assert_eq!(open(root.path()).1, progress);
}

#[test]
fn a_file_that_cannot_be_read_as_progress_is_kept_aside_and_named() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join(FOLDER);
    fs::create_dir(&folder).unwrap();

    for (text, kept, told) in [
        ("{\"version\":1,\"exer", "state.json.damaged-1", "is damaged"),
        ("", "state.json.damaged-2", "is damaged"),
        ("{\"version\":9}", "state.json.newer-1", "is of version 9 and this kit reads 1"),
        ("{\"version\":8}", "state.json.newer-2", "is of version 8"),
    ] {
        fs::write(folder.join("state.json"), text).unwrap();
        let (mut store, progress, notices) = Store::open(root.path()).unwrap();

        assert_eq!(progress, Progress::default());
        let [notice] = &notices[..] else { panic!("{notices:?}") };
        assert!(notice.contains(told) && notice.contains(kept), "{notice}");
        assert!(notice.contains("`cargo run -- verify`"), "{notice}");
        assert_eq!(fs::read_to_string(folder.join(kept)).unwrap(), text);

        store.save(&having_passed("exit_status")).unwrap();
        assert!(open(root.path()).1.passed("exit_status"));
    }
}

#[test]
fn a_file_that_is_damaged_while_we_run_is_kept_and_our_records_with_it() {
    let root = tempfile::tempdir().unwrap();
    let (mut store, _) = open(root.path());
    let progress = store.save(&having_passed("exit_status")).unwrap();
    let state = root.path().join(FOLDER).join("state.json");
    fs::write(&state, "gone").unwrap();

    store.save(&progress).unwrap();

    assert!(open(root.path()).1.passed("exit_status"));
    assert_eq!(fs::read_to_string(state.with_extension("json.damaged-1")).unwrap(), "gone");
}

#[test]
fn two_runners_lose_nothing_of_each_other() {
    let root = tempfile::tempdir().unwrap();
    let names = |who: usize| (0..50).map(move |n| format!("exercise_{who}_{n}"));

    thread::scope(|scope| {
        for who in 0..4 {
            let root = root.path();
            scope.spawn(move || {
                let (mut store, mut progress, _) = Store::open(root).unwrap();
                for name in names(who) {
                    progress.record_pass(&name);
                    progress = store.save(&progress).unwrap();
                }
            });
        }
    });

    let progress = open(root.path()).1;
    for name in (0..4).flat_map(names) {
        assert!(progress.passed(&name), "{name}");
    }
}

#[test]
fn a_hint_that_another_runner_showed_is_known_after_a_save() {
    let root = tempfile::tempdir().unwrap();
    let (mut watch, watching) = open(root.path());
    let (mut hint, mut hinting) = open(root.path());
    hinting.show_hint("exit_status", 2);
    hint.save(&hinting).unwrap();

    assert_eq!(watch.save(&watching).unwrap().hints_shown("exit_status"), 2);
}

#[test]
fn a_full_disk_is_told_once_and_what_was_there_stays() {
    let root = tempfile::tempdir().unwrap();
    let (mut store, _) = open(root.path());
    let progress = store.save(&having_passed("exit_status")).unwrap();
    let both = {
        let mut both = progress.clone();
        both.record_pass("zombie_parade");
        both
    };
    // Every write to this device gives ENOSPC, see full(4).
    let fill = || symlink("/dev/full", root.path().join(FOLDER).join("state.json.new")).unwrap();

    fill();
    let sentence = store.save(&both).unwrap_err().to_string();
    assert!(sentence.contains("progress is not kept: the disk is full"), "{sentence}");
    fill();
    assert_eq!(store.save(&both).unwrap(), both, "the second time it is no news");
    assert_eq!(open(root.path()).1, progress, "the old file is whole");

    store.save(&both).unwrap();
    assert_eq!(open(root.path()).1, both, "there is space again");
}

#[test]
fn a_folder_that_cannot_be_written_is_told_once_and_work_goes_on() {
    let root = tempfile::tempdir().unwrap();
    // sysfs lets nobody make a file, root neither.
    symlink("/sys/kernel", root.path().join(FOLDER)).unwrap();

    let (mut store, progress, notices) = Store::open(root.path()).unwrap();
    let [notice] = &notices[..] else { panic!("{notices:?}") };
    assert!(notice.starts_with("progress is not kept: "), "{notice}");
    assert!(notice.contains("copy the course"), "{notice}");
    assert_eq!(progress, Progress::default());

    let passed = having_passed("exit_status");
    assert_eq!(store.save(&passed).unwrap(), passed);
    store.claim().unwrap();
}

#[test]
fn a_state_that_cannot_be_read_is_not_taken_for_none() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join(FOLDER).join("state.json")).unwrap();

    let sentence = format!("{:#}", Store::open(root.path()).unwrap_err());
    assert!(sentence.contains("cannot read .faultlings/state.json"), "{sentence}");
}

#[test]
fn the_second_that_watches_hears_the_pid_of_the_first() {
    let root = tempfile::tempdir().unwrap();
    let (mut first, _) = open(root.path());
    let (mut second, _) = open(root.path());

    first.claim().unwrap();
    first.claim().unwrap();
    let sentence = second.claim().unwrap_err().to_string();
    assert!(sentence.contains(&format!("process {} watches", std::process::id())), "{sentence}");
    drop(first);
    second.claim().unwrap();
}
