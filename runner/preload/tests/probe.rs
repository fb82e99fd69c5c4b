//! The library, on programs that call the allocator in a handler and on programs that do not.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::path::{Path, PathBuf};

use harness::check::Case;
use harness::supervise::{Ended, Finished, Launch, output};
use harness::until::secs;

const PROBE: &str = env!("CARGO_BIN_EXE_preload-probe");

/// `cargo build` puts it beside the programs; `cargo test` leaves it among the dependencies.
fn library() -> PathBuf {
    let built =
        ["libpreload.so", "deps/libpreload.so"].map(|name| Path::new(PROBE).with_file_name(name));
    let [beside, among] = built;
    if beside.exists() { beside } else { among }
}

/// What became of a program that was started with the library.
fn with_library(program: &str, args: &[&str]) -> Finished {
    let launch = Launch::new(program).args(args).env("LD_PRELOAD", library());
    output(launch, secs(20)).unwrap()
}

#[test]
fn each_function_of_the_allocator_is_noticed() {
    for function in ["malloc", "calloc", "realloc", "free"] {
        let finished = with_library(PROBE, &[function]);
        let said = format!("preload: {function} was called in the handler of signal 10\n");
        assert_eq!((finished.stderr.as_str(), finished.ended), (&*said, Ended::Killed(6)));
    }
}

#[test]
fn a_handler_that_abstains_is_left_alone() {
    let finished = with_library(PROBE, &["nothing"]);
    assert_eq!((finished.stderr.as_str(), finished.ended), ("", Ended::Exited(0)));
}

#[test]
fn without_the_library_nobody_minds() {
    for mode in ["nothing", "malloc", "free"] {
        let finished = output(Launch::new(PROBE).arg(mode), secs(20)).unwrap();
        assert_eq!(finished.ended, Ended::Exited(0), "{mode}: {}", finished.stderr);
    }
}

#[test]
fn programs_that_handle_signals_rightly_run_as_before() {
    let python = "import os, signal, threading\n\
                  got = []\n\
                  old = signal.signal(signal.SIGUSR1, lambda *_: got.append(1))\n\
                  t = threading.Thread(target=lambda: [bytearray(999) for _ in range(9999)])\n\
                  t.start()\n\
                  [os.kill(os.getpid(), signal.SIGUSR1) for _ in range(100)]\n\
                  t.join()\n\
                  print(old == signal.SIG_DFL, len(got) > 0)";
    let finished = with_library("python3", &["-c", python]);
    assert_eq!((finished.stdout.as_str(), finished.stderr.as_str()), ("True True\n", ""));
    let shell = "trap 'echo got it' USR1; kill -USR1 $$; trap - USR1; kill -USR1 $$";
    let finished = with_library("sh", &["-c", shell]);
    assert_eq!((finished.stdout.as_str(), finished.ended), ("got it\n", Ended::Killed(10)));
}

#[test]
fn a_check_learns_what_was_found() {
    let case = Case::new(Path::new(PROBE), 7).unwrap();
    let preload = case.preload().unwrap();
    let found = |mode: &str| {
        let program = case.program().arg(mode).preloaded(&preload).start().unwrap();
        program.ends(secs(20)).unwrap();
        program.allocated_in_a_handler()
    };
    assert_eq!(found("free").as_deref(), Some("free was called in the handler of signal 10"));
    assert_eq!(found("nothing"), None);
}
