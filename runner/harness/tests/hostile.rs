//! Programs that do what no program should: each is over in time, judged rightly, and gone.

#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use harness::report::{Report, Verdict};
use harness::supervise::{Input, Launch, output, warden};

/// Far above any deadline of a check: what takes longer hangs.
const HANG: Duration = Duration::from_secs(30);

/// Runs one and gives the words of the verdict, `passed` for a pass. Fails if anything of it runs
/// on after that.
fn judge(mode: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    // A fork keeps its parent's command line, so this word finds all of them.
    let token = format!("token-{}-{}-", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let launch = warden::launch(env!("CARGO_BIN_EXE_warden"), example("prints_done"))
        .arg("prints_done")
        .arg(example("nasty"))
        .arg("7")
        .args([mode, &token])
        .stdin(Input::Piped);
    let finished = output(launch, HANG).unwrap();
    assert_eq!(left(&token), Vec::<String>::new(), "{mode} left something");
    let last = finished.stdout.lines().last().unwrap_or_else(|| panic!("{mode}: {finished:?}"));
    match serde_json::from_str(last).unwrap() {
        Report::Verdict(Verdict::Passed(_)) => "passed".to_owned(),
        Report::Verdict(Verdict::Failed(failure)) => failure.observed,
        other => panic!("{mode}: {other:?}"),
    }
}

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_warden")).with_file_name("examples").join(name)
}

/// Command lines of running processes that have the word in them.
fn left(token: &str) -> Vec<String> {
    let read = |entry: fs::DirEntry| fs::read_to_string(entry.path().join("cmdline")).ok();
    let all = fs::read_dir("/proc").unwrap().flatten().filter_map(read);
    all.filter(|line| line.contains(token)).collect()
}

/// The verdict on each, by words that are in it.
fn assert_judged(mode: &str, words: &str) {
    assert_judged_one_of(mode, &[words]);
}

/// For programs that race with us: each of these verdicts is true of it.
fn assert_judged_one_of(mode: &str, words: &[&str]) {
    let observed = judge(mode);
    assert!(
        words.iter().any(|words| observed.contains(words)),
        "{mode}: {observed:?} should have one of {words:?}"
    );
}

#[test]
fn an_honest_program_passes() {
    assert_eq!(judge("done"), "passed");
}

#[test]
fn loops_for_ever() {
    assert_judged("spin", "after 2000 ms it was still running");
}

#[test]
fn ignores_sigterm() {
    assert_judged("ignore_term", "nothing can wake it any more");
}

#[test]
fn stops_itself() {
    assert_judged("stop_itself", "after 2000 ms it was still running");
}

#[test]
fn a_child_keeps_stdout() {
    assert_judged("child_keeps_stdout", "it exited with status 0");
}

#[test]
fn double_fork_with_a_session_and_closed_descriptors() {
    assert_judged("daemon", "it exited with status 0");
}

#[test]
fn kills_its_group() {
    assert_judged("kill_group", "it was killed by SIGKILL");
}

#[test]
fn forks_without_end() {
    assert_judged("fork_without_end", "process after process");
}

#[test]
fn each_generation_runs_away() {
    // Whether the first one's end or the two hundredth generation is seen first.
    assert_judged_one_of("runaway", &["it exited with status 0", "process after process"]);
}

#[test]
fn writes_a_gibibyte() {
    // A busy machine takes longer than the wait to carry a gibibyte through a pipe.
    assert_judged_one_of("flood", &["it exited with status 0", "it was still running"]);
}

#[test]
fn takes_memory_without_end() {
    // A busy machine takes longer than the wait to hand out a gibibyte.
    assert_judged_one_of("eat_memory", &["it was killed by SIGABRT", "it was still running"]);
}

#[test]
fn closes_its_descriptors() {
    assert_judged("close_descriptors", "nothing can wake it any more");
}

#[test]
fn exits_in_the_middle_of_a_line() {
    assert_judged("half_a_line", "it exited with status 0; it has printed nothing");
}

#[test]
fn prints_escape_sequences_and_bytes_that_are_not_text() {
    assert_judged("escape_sequences", "\u{fffd}");
}

#[test]
fn panics() {
    assert_judged("panic", "it exited with status 101");
}

#[test]
fn an_unknown_mode_is_judged_by_its_status() {
    assert_judged("no such mode", "it exited with status 64");
}

/// `kill(-1)` reaches every process that its caller may signal, so it gets a PID namespace of its
/// own, in which there is nobody else. Where no namespace can be made, that is said and nothing is
/// run.
#[test]
fn kills_everybody_it_can_see() {
    let unshare = |args: &[&str]| {
        let launch = Launch::new("unshare")
            .args(["--user", "--map-root-user", "--pid", "--fork"])
            .args(args);
        output(launch, HANG)
    };
    match unshare(&["true"]) {
        Ok(tried) if tried.success() => {}
        _ => return eprintln!("no PID namespace can be made here: kill(-1) was not tried"),
    }
    let nasty = example("nasty");
    let finished = unshare(&["--mount-proc", nasty.to_str().unwrap(), "kill_all"]).unwrap();
    // Process 1 of a namespace is spared by its own kill(-1); the runner outside saw nothing of it.
    assert!(finished.success(), "{finished:?}");
}
