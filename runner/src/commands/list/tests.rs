use super::{json, table};
use crate::course::model::sample as course;
use crate::draw::Line;
use crate::progress::Progress;

fn progress() -> Progress {
    let mut progress = Progress::default();
    progress.record_pass("exit_status");
    progress.show_hint("fork_exit_flush", 1);
    progress.show_hint("zombie_parade", 2);
    progress.give_up("kill_the_tree");
    progress
}

fn drawn(lines: &[Line]) -> String {
    lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_is_readable_at_80_columns() {
    insta::assert_snapshot!(drawn(&table(&course(), &progress(), 80)));
}

#[test]
fn the_table_is_readable_at_40_columns() {
    let lines = table(&course(), &progress(), 40);
    assert!(lines.iter().all(|line| line.width() <= 40));
    insta::assert_snapshot!(drawn(&lines));
}

#[test]
fn programs_read_one_object_an_exercise() {
    let text = json(&course(), &progress()).unwrap();
    insta::assert_snapshot!(text);
    let array: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(array.len(), 4);
}

#[test]
fn the_learner_goes_on_where_it_makes_sense() {
    let course = course();
    let goes_on = |progress: &Progress| course.exercise(progress.exercise_in(&course)).name.clone();
    let mut progress = Progress::default();
    assert_eq!(goes_on(&progress), "exit_status");
    progress.record_pass("exit_status");
    assert_eq!(goes_on(&progress), "fork_exit_flush", "the first that has not passed");
    progress.set_current("kill_the_tree");
    assert_eq!(goes_on(&progress), "kill_the_tree", "the one that was chosen");
    progress.set_current("renamed_since");
    assert_eq!(goes_on(&progress), "fork_exit_flush", "a name that is gone chooses nothing");
    for name in ["fork_exit_flush", "zombie_parade", "kill_the_tree"] {
        progress.record_pass(name);
    }
    assert_eq!(goes_on(&progress), "kill_the_tree", "the last, after all have passed");
}
