//! Progress and `kill -9`: a process that saves in a loop is killed a hundred times and more.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use faultlings::progress::{Progress, Store};

const KILLS: u32 = 100;
/// So many of the kills must meet a write. In memory a write is a small part of a save, so there it
/// takes more than [`KILLS`] kills, a few hundred at most.
const INSIDE: u32 = 5;
const MOST_KILLS: u32 = 5000;
/// The exercise whose hints `saves_in_a_loop` counts up.
const NAME: &str = "zombie_parade";

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_saved() {
    let root = tempfile::tempdir().unwrap();
    let mut saves = 0;
    let mut inside_a_write = 0;
    let mut kill = 0;
    while kill < KILLS || (inside_a_write < INSIDE && kill < MOST_KILLS) {
        let mut child = saving(root.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut next = || saved_by(&lines.next().expect("the child goes on").unwrap()).unwrap();
        next();
        let one = Instant::now();
        saves = next();
        // A save takes microseconds on one disk and milliseconds on another. The kills are spread
        // over the next two: twice as long as the one before took.
        let until = Instant::now() + one.elapsed() * 2 * (kill % KILLS) / KILLS;
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Said before the kill and not read yet.
        saves =
            lines.map_while(Result::ok).filter_map(|line| saved_by(&line)).fold(saves, usize::max);

        inside_a_write += u32::from(root.path().join(".faultlings/state.json.new").exists());
        let kept = read(root.path()).hints_shown(NAME);
        assert!(kept >= saves, "kill {kill}: {saves} saves were said to be done, {kept} are kept");
        kill += 1;
    }
    println!("{saves} saves, {inside_a_write} of {kill} kills inside a write");
    assert!(inside_a_write >= INSIDE, "too few kills met a write to prove something");
}

#[expect(clippy::disallowed_methods, reason = "the child is killed by the test itself")]
fn saving(root: &Path) -> Child {
    let this = std::env::current_exe().unwrap();
    let examples = this.ancestors().nth(2).unwrap().join("examples");
    Command::new(examples.join("saves_in_a_loop"))
        .arg(root)
        .arg(NAME)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

fn read(root: &Path) -> Progress {
    let (_, progress, notices) = Store::open(root).unwrap();
    assert_eq!(notices, Vec::<String>::new(), "the file is whole");
    let aside: Vec<_> = fs::read_dir(root.join(".faultlings"))
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter(|name| name.contains("damaged"))
        .collect();
    assert_eq!(aside, Vec::<String>::new(), "nor did the child find it damaged");
    progress
}

fn saved_by(line: &str) -> Option<usize> {
    line.strip_prefix("saved ")?.parse().ok()
}
