use std::time::Duration;

use harness::report::{Output, Stream};

use super::super::Ending;
use crate::draw::samples;
use crate::watch::engine::{RunId, Told};
use crate::watch::event::{Action, Event, Key, Size};
use crate::watch::samples::*;

#[test]
fn the_watch_begins_by_drawing_and_reading() {
    let mut known = state(&[]);
    assert_eq!(known.begin(), [Action::Draw, Action::Read(FLUSH)]);
    let mut new = state(&[]);
    new.progress = crate::progress::Progress::default();
    assert_eq!(new.begin(), [Action::Draw, Action::Keep, Action::Read(FLUSH)]);
}

#[test]
fn steps_and_output_are_shown_as_they_come() {
    let mut state = opened(&[]);
    assert_eq!(tell(&mut state, 1, Told::Step("start".into())), [Action::Draw]);
    let output = Output { stream: Stream::Stdout, text: "x".into(), dropped: 0 };
    assert_eq!(tell(&mut state, 1, Told::Output(output.clone())), [Action::Draw]);
    assert_eq!((state.attempt.steps.len(), &state.attempt.output), (1, &vec![output]));
}

#[test]
fn a_flood_of_output_is_kept_in_part_and_counted() {
    let mut state = opened(&[]);
    for _ in 0..1000 {
        let output = Output { stream: Stream::Stdout, text: "é".repeat(1000), dropped: 1 };
        tell(&mut state, 1, Told::Output(output));
    }
    let kept: usize = state.attempt.output.iter().map(|piece| piece.text.len()).sum();
    let dropped: u64 = state.attempt.output.iter().map(|piece| piece.dropped).sum();
    assert_eq!(kept as u64 + dropped, 2_001_000);
    assert!(kept <= 64 << 10 && state.attempt.output.len() < 40);
}

#[test]
fn a_pass_is_recorded_and_nothing_advances_by_itself() {
    let mut state = opened(&[]);
    let actions = tell(&mut state, 1, Told::Ended(pass()));
    assert_eq!(actions, [Action::Draw, Action::Keep, Action::Warm(FLUSH)]);
    assert!(state.has_passed());
    assert_eq!((state.current, state.running()), (FLUSH, None));
}

#[test]
fn a_second_pass_is_not_written_again() {
    let mut state = opened(&["fork_exit_flush"]);
    assert_eq!(tell(&mut state, 1, Told::Ended(pass())), [Action::Draw, Action::Warm(FLUSH)]);
}

#[test]
fn what_is_not_a_pass_is_not_recorded_as_one() {
    for told in [
        Told::DidNotBuild("error".into()),
        Told::Ended(samples::failed(vec![])),
        Told::Ended(harness::report::Verdict::Unknown(samples::unknown())),
    ] {
        let mut state = opened(&[]);
        assert_eq!(tell(&mut state, 1, told), [Action::Draw, Action::Warm(FLUSH)]);
        assert!(!state.has_passed());
    }
}

#[test]
fn later_chapters_are_built_while_the_learner_reads_and_give_way_at_once() {
    for event in [Event::Saved(FLUSH, text(2)), Event::Key(Key::Char('c'))] {
        let mut state = failed();
        let actions = state.handle(event);
        let at = |wanted: fn(&Action) -> bool| actions.iter().position(wanted);
        let start = at(|action| matches!(action, Action::Start(..)));
        assert!(at(|action| *action == Action::Cool) < start && start.is_some(), "{actions:?}");
        assert!(at(|action| *action == Action::Cool).is_some());
    }
}

#[test]
fn esc_cancels_a_run() {
    let mut state = opened(&[]);
    let actions = state.handle(Event::Key(Key::Esc));
    assert_eq!(actions, [Action::Draw, Action::Cancel(RunId(1))]);
    assert_eq!(state.attempt.ending, Some(Ending::Cancelled));
    assert_eq!(state.handle(Event::Key(Key::Esc)), []);
}

#[test]
fn the_clock_ticks_for_the_run_that_goes_on_alone() {
    let mut state = opened(&[]);
    let tick = |run| Event::Tick(RunId(run), Duration::from_secs(3));
    assert_eq!(state.handle(tick(1)), [Action::Draw]);
    assert_eq!(state.attempt.elapsed.as_secs(), 3);
    assert_eq!(state.handle(tick(7)), []);
}

#[test]
fn a_new_size_is_drawn() {
    let mut state = failed();
    let size = Size { columns: 40, rows: 15 };
    assert_eq!(state.handle(Event::Resized(size)), [Action::Draw]);
    assert_eq!(state.size, size);
}

#[test]
fn a_run_that_ctrl_z_ended_starts_again() {
    let mut state = opened(&[]);
    assert!(state.handle(Event::Suspended).contains(&Action::Cancel(RunId(1))));
    assert_eq!(state.handle(Event::Resumed), [Action::Draw, Action::Read(FLUSH)]);
    assert_eq!(failed().handle(Event::Suspended), [Action::Cool]);
    assert_eq!(failed().handle(Event::Resumed), [Action::Draw]);
}

#[test]
fn what_another_runner_recorded_is_taken_over() {
    let mut state = failed();
    let mut theirs = state.progress.clone();
    assert_eq!(state.handle(Event::Kept(theirs.clone())), []);
    theirs.record_pass("zombie_parade");
    assert_eq!(state.handle(Event::Kept(theirs)), [Action::Draw]);
    assert_eq!(state.passed_count(), 1);
}
