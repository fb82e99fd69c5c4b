//! When the watch has no terminal, shares its course, or breaks.

#![cfg(target_os = "linux")]

mod support;
#[expect(dead_code, reason = "this file types little")]
mod terminal;

use std::path::Path;

use support::{Tiny, sh};
use terminal::{Terminal, assert_same};

#[test]
fn without_a_terminal_one_sentence_names_run() {
    let course = Tiny::unbuilt();
    course.types("watch stays_quiet").is_refused(&["terminal", "`cargo run -- run stays_quiet`"]);
    let mut dumb = Terminal::start(course.command("").env("TERM", "dumb"), 80, 24);
    assert_eq!(dumb.ends().code(), Some(2));
    dumb.shows(&["`cargo run -- run greets`"]);
}

#[test]
fn a_second_watch_is_refused_by_name() {
    let course = Tiny::unbuilt();
    let terminal = Terminal::start(&course.command("watch"), 80, 24);
    terminal.shows(&["greets"]);
    let mut second = Terminal::start(&course.command("watch"), 80, 24);
    assert_eq!(second.ends().code(), Some(2));
    second.shows(&[&format!("process {}", terminal.pid())]);
}

/// The message of the panic is on the ordinary screen, below what the shell had there.
#[test]
fn a_panic_in_any_thread_gives_the_terminal_back() {
    let example = Path::new(env!("CARGO_BIN_EXE_faultlings"))
        .with_file_name("examples/panics_on_the_terminal");
    let mut program = sh();
    program.args(["-c", "\"$0\"; echo ended; read line"]).arg(example);
    let mut terminal = Terminal::start(&program, 80, 24);
    let before = terminal.settings();
    terminal.shows(&["ended"]);
    terminal.is_given_back();
    terminal.shows(&["a thread has panicked"]);
    assert_same(&before, &terminal.settings());
    terminal.press("\n");
    terminal.ends();
}
