//! The real watch in a pseudo-terminal: real keys, saves, compiler and processes.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;
mod terminal;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use nix::sys::termios::LocalFlags;

use support::{Tiny, sh};
use terminal::{Terminal, assert_same, pause};

const BROKEN: &str = "fn main() {\n    let x: u32 = \"a word\";\n}\n";

/// One test, since all of it shares one course that is costly to build.
#[test]
fn the_watch_is_driven_by_saves_and_keys() {
    let course = Tiny::built("watched");
    // Of a test that failed.
    let _ = fs::remove_file(course.path("exercises/00_tiny/stays_quiet.kept-1.rs"));
    a_lesson(&course);
    leaves_the_terminal_as_it_was(&course);
    stops_and_goes_on(&course);
    ends_when_the_terminal_is_gone(&course);
    sleeps_while_nothing_happens(&course);
    gives_way_to_saves_however_they_are_written(&course);
}

/// First screen, failing save, compile error, hint, passing save, next, reset, list, resize, Esc,
/// verify all, the end of the course, quit.
fn a_lesson(course: &Tiny) {
    let mut terminal = Terminal::start(&course.command("watch"), 80, 24);
    let before = terminal.settings();
    terminal.shows(&["Two small programs › greets", "1/2", "exercises/00_tiny/greets.rs"]);
    terminal.shows(&["The greeting that never came.", "✗ Failed", "Expected", "q:quit"]);
    assert!(!terminal.settings().local_flags.contains(LocalFlags::ICANON));

    let saved = Instant::now();
    fs::write(course.exercise("greets"), "fn main() {\n    println!(\"hullo\");\n}\n").unwrap();
    terminal.shows(&["saved"]);
    println!("save to acknowledgement: {:?}", saved.elapsed());
    terminal.shows(&["✗ Failed", "it printed is \"hullo\""]);
    println!("save to failing verdict: {:?}", saved.elapsed());
    terminal.shows_no_more(&["The greeting that never came."]);

    fs::write(course.exercise("greets"), BROKEN).unwrap();
    terminal.shows(&["✗ Does not compile", "mismatched types", "let x: u32"]);

    terminal.press("h");
    terminal.shows(&["Hint 1 of 3", "What does it print?"]);
    terminal.press("h");
    terminal.shows(&["Hint 2 of 3"]);

    course.solve("greets");
    terminal.shows(&["✓ Passed", "it printed hello", "solutions/00_tiny/greets.rs"]);
    terminal.shows(&["1 of 2 passed", "greets", "1/2"]);

    terminal.press("n");
    terminal.shows(&["stays_quiet", "2/2", "✗ Failed"]);

    terminal.press("x");
    terminal.shows(&["Put the shipped text of stays_quiet back?"]);
    terminal.press("n");
    terminal.shows_no_more(&["back?"]);
    course.write("exercises/00_tiny/stays_quiet.rs", BROKEN);
    terminal.shows(&["✗ Does not compile"]);
    terminal.press("x");
    terminal.press("y");
    terminal.shows(&["stays_quiet.kept-1.rs", "✗ Failed"]);
    assert_eq!(course.read("exercises/00_tiny/stays_quiet.kept-1.rs"), BROKEN);
    fs::remove_file(course.path("exercises/00_tiny/stays_quiet.kept-1.rs")).unwrap();

    terminal.press("l");
    terminal.shows(&["List: all", "✓ greets", "· stays_quiet"]);
    terminal.press("/never");
    terminal.shows(&["/never_", "1 of 2"]);
    terminal.resize(40, 15);
    terminal.shows(&["Enter:go", "/never_"]);
    terminal.press("\x1b");
    terminal.shows(&["2 of 2"]);
    terminal.press("\x1b");
    terminal.shows(&["✗ Failed", "?:help q:quit"]);
    terminal.resize(80, 24);
    terminal.shows(&["s:solution"]);

    terminal.press("s");
    terminal.shows(&["Give up on stays_quiet"]);
    terminal.press("\x1b");
    terminal.shows_no_more(&["Give up"]);
    terminal.press("?");
    terminal.shows(&["Help", "verify all exercises anew"]);
    terminal.press("?");

    terminal.press("c");
    terminal.shows(&["Verified", "✓ greets", "✗ stays_quiet", "1 passed, 1 failed"]);
    terminal.press("\x1b");
    terminal.shows_no_more(&["Verified"]);
    course.solve("stays_quiet");
    terminal.shows(&["✓ Passed", "2 of 2 passed"]);
    terminal.press("n");
    terminal.shows(&["Verified", "2 passed"]);
    terminal.press("\r");
    terminal.shows(&["The end of the course", "All 2 exercises pass.", "That was all of it."]);

    terminal.press("q");
    assert_eq!(terminal.ends().code(), Some(0));
    terminal.is_given_back();
    assert_same(&before, &terminal.settings());
    let progress = course.read(".faultlings/state.json");
    assert!(!progress.contains("\"passed\": false"), "{progress}");
}

fn leaves_the_terminal_as_it_was(course: &Tiny) {
    for (signal, status) in [
        (Signal::SIGINT, 130),
        (Signal::SIGTERM, 143),
        (Signal::SIGHUP, 129),
        (Signal::SIGQUIT, 131),
    ] {
        let mut terminal = Terminal::start(&course.command("watch greets"), 80, 24);
        let before = terminal.settings();
        terminal.shows(&["✓ Passed"]);
        // In the middle of a run, too.
        terminal.press("r");
        terminal.signal(signal);
        assert_eq!(terminal.ends().code(), Some(status), "{signal}");
        terminal.is_given_back();
        assert_same(&before, &terminal.settings());
    }
    // Ctrl-C as it is typed.
    let mut terminal = Terminal::start(&course.command("watch greets"), 80, 24);
    terminal.shows(&["✓ Passed"]);
    terminal.press("\x03");
    assert_eq!(terminal.ends().code(), Some(130));
    terminal.is_given_back();
}

/// Ctrl-Z under a shell with job control gives the terminal to the shell, and `fg` brings it back.
fn stops_and_goes_on(course: &Tiny) {
    let watch = course.command("watch greets");
    let mut shell = sh();
    let script = "set -m; \"$0\" watch greets; stty -a | tr ' ;' '\\n\\n' | grep icanon; \
                  echo stopped; read line; fg >/dev/null; echo \"ended with $?\"; read line";
    shell.args(["-c", script]).arg(watch.get_program()).current_dir(course.path(""));
    let mut terminal = Terminal::start(&shell, 80, 24);
    terminal.shows(&["✓ Passed", "n:next"]);
    terminal.press("\x1a");
    terminal.shows(&["stopped"]);
    terminal.is_given_back();
    terminal.until("canonical mode", |screen| screen.shows("icanon") && !screen.shows("-icanon"));
    terminal.press("\n");
    terminal.shows(&["✓ Passed", "n:next"]);
    terminal.press("q");
    terminal.shows(&["ended with 0"]);
    terminal.is_given_back();
    terminal.press("\n");
    terminal.ends();

    // Where no shell could ever let it go on, it does not stop.
    let mut terminal = Terminal::start(&watch, 80, 24);
    terminal.shows(&["✓ Passed"]);
    terminal.press("\x1a?");
    terminal.shows(&["Help"]);
    // Nor is it lost after a stop that it could not notice.
    terminal.signal(Signal::SIGSTOP);
    terminal.signal(Signal::SIGCONT);
    terminal.press("qq");
    assert_eq!(terminal.ends().code(), Some(0));
    terminal.is_given_back();
}

/// The window is closed: the shell in it ends, and with it the terminal of whatever it had started.
fn ends_when_the_terminal_is_gone(course: &Tiny) {
    let mut shell = sh();
    shell.args(["-c", "set -m; \"$0\" watch stays_quiet; read line"]);
    shell.arg(course.command("").get_program()).current_dir(course.path(""));
    let mut terminal = Terminal::start(&shell, 80, 24);
    terminal.shows(&["stays_quiet", "2/2", "✓ Passed"]);
    let of_the_shell = format!("/proc/{0}/task/{0}/children", terminal.pid());
    let watch = fs::read_to_string(of_the_shell).unwrap().trim().to_owned();
    terminal.signal(Signal::SIGKILL);
    terminal.ends();

    let deadline = Instant::now() + Duration::from_secs(20);
    let lives = || {
        let stat = fs::read_to_string(format!("/proc/{watch}/stat")).unwrap_or_default();
        stat.rsplit(") ").next().is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z'))
    };
    while lives() {
        assert!(Instant::now() < deadline, "process {watch} goes on without a terminal");
        pause(Duration::from_millis(5));
    }
    let progress = course.read(".faultlings/state.json");
    assert!(progress.contains("\"current\": \"stays_quiet\""), "{progress}");
}

/// Neither a timer nor a poll wakes it.
fn sleeps_while_nothing_happens(course: &Tiny) {
    let mut terminal = Terminal::start(&course.command("watch greets"), 80, 24);
    terminal.shows(&["✓ Passed"]);
    let pid = terminal.pid().as_raw();
    // What is built ahead has to come to its end first.
    let quiet = (0..30).any(|_| {
        let before = wake_ups(pid);
        pause(Duration::from_secs(2));
        wake_ups(pid) == before
    });
    assert!(quiet, "it is never quiet for two seconds");
    terminal.press("q");
    terminal.ends();
}

/// How often each thread of a process has gone to sleep or was put aside, see proc_pid_status(5).
fn wake_ups(pid: i32) -> BTreeMap<PathBuf, String> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    threads
        .filter_map(|thread| {
            let thread = thread.unwrap().path();
            let status = fs::read_to_string(thread.join("status")).ok()?;
            let counts = status.lines().filter(|line| line.contains("voluntary_ctxt_switches"));
            Some((thread, counts.collect()))
        })
        .collect()
}

fn gives_way_to_saves_however_they_are_written(course: &Tiny) {
    let mut terminal = Terminal::start(&course.command("watch greets"), 80, 24);
    terminal.shows(&["✓ Passed"]);
    let file = course.exercise("greets");
    let text = |word: &str| format!("fn main() {{\n    println!(\"{word}\");\n}}\n");
    let beside = file.with_extension("new");

    // Many saves in a row: the last one wins.
    for n in 0..20 {
        fs::write(&file, text(&format!("save {n}"))).unwrap();
    }
    terminal.shows(&["✗ Failed", "it printed is \"save 19\""]);

    fs::write(&beside, text("renamed over")).unwrap();
    fs::rename(&beside, &file).unwrap();
    terminal.shows(&["✗ Failed", "it printed is \"renamed over\""]);

    fs::rename(&file, &beside).unwrap();
    terminal.shows(&["The file is gone", "cargo run -- reset greets"]);
    fs::write(&file, text("there again")).unwrap();
    fs::remove_file(&beside).unwrap();
    terminal.shows(&["✗ Failed", "it printed is \"there again\""]);

    fs::write(&file, b"fn main() {}\xff\n").unwrap();
    terminal.shows(&["not UTF-8", "cargo run -- reset greets"]);

    // A program that never ends, and Esc.
    fs::write(&file, "fn main() {\n    loop {}\n}\n").unwrap();
    terminal.shows(&["▸ saved · start the program"]);
    terminal.press("\x1b");
    terminal.shows(&["■ Cancelled"]);

    course.solve("greets");
    terminal.shows(&["✓ Passed"]);
    course.solve("greets");
    terminal.shows(&["nothing changed: the verdict stands"]);
    course.write("exercises/00_tiny/stays_quiet.rs", BROKEN);
    terminal.shows(&["stays_quiet was saved. Go there?"]);
    terminal.press("y");
    terminal.shows(&["2/2", "✗ Does not compile"]);
    terminal.press("q");
    assert_eq!(terminal.ends().signal(), None);
}
