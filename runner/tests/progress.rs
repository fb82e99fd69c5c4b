//! Progress and `kill -9`: a process that saves in a loop is killed a hundred times.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use faultlings::progress::{Progress, Store};

const KILLS: usize = 100;
/// The exercise whose hints `saves_in_a_loop` counts up.
const NAME: &str = "zombie_parade";

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_saved() {
    let root = tempfile::tempdir().unwrap();
    let mut saves = 0;
    let mut inside_a_write = 0;
    for kill in 0..KILLS {
        let mut child = saving(root.path());
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let begun = saves;
        while saves <= begun {
            saves = saved_by(&lines.next().expect("the child goes on").unwrap()).unwrap_or(saves);
        }
        // So that the kill meets the next saves each time elsewhere.
        for _ in 0..kill * 100 {
            std::hint::spin_loop();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Said before the kill and not read yet.
        saves =
            lines.map_while(Result::ok).filter_map(|line| saved_by(&line)).fold(saves, usize::max);

        inside_a_write += usize::from(root.path().join(".faultlings/state.json.new").exists());
        let kept = read(root.path()).hints_shown(NAME);
        assert!(kept >= saves, "kill {kill}: {saves} saves were said to be done, {kept} are kept");
    }
    println!("{saves} saves, {inside_a_write} of {KILLS} kills inside a write");
    assert!(inside_a_write > 0, "no kill met a write, so nothing was proved");
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
