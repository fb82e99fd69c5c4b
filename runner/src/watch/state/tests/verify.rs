use harness::report::Verdict;

use super::super::Page;
use super::super::verify::Verify;
use crate::course::ExerciseId;
use crate::draw::samples;
use crate::grid::Mark;
use crate::watch::engine::{RunId, Told};
use crate::watch::event::{Action, Event, Key};
use crate::watch::samples::*;
use crate::watch::state::State;

fn verifying() -> State {
    let mut state = failed();
    press(&mut state, 'c');
    state
}

fn grid(state: &State) -> &Verify {
    match &state.page {
        Page::Verify(verify) => verify,
        other => panic!("{other:?}"),
    }
}

/// Runs 2 to 6 end like this.
fn all_end(state: &mut State, told: &Told) {
    (2..=6).for_each(|run| drop(tell(state, run, told.clone())));
}

#[test]
fn all_exercises_are_judged_one_after_the_other() {
    let mut state = failed();
    let actions = press(&mut state, 'c');
    assert_eq!(actions, [Action::Draw, Action::Cool, Action::Start(RunId(2), ExerciseId(0))]);
    let actions = tell(&mut state, 2, Told::Ended(pass()));
    assert_eq!(actions, [Action::Draw, Action::Keep, Action::Start(RunId(3), FLUSH)]);
    assert_eq!(tell(&mut state, 2, Told::Ended(pass())), []);
}

#[test]
fn every_ending_has_its_mark() {
    let mut state = verifying();
    for (run, told, mark) in [
        (2, Told::Ended(pass()), Mark::Passed),
        (3, Told::Ended(samples::failed(vec![])), Mark::Failed),
        (4, Told::DidNotBuild("error".into()), Mark::DidNotBuild),
        (5, Told::Ended(Verdict::Unknown(samples::unknown())), Mark::Unknown),
    ] {
        tell(&mut state, run, told);
        assert_eq!(grid(&state).marks.last(), Some(&mark));
    }
    assert!(state.progress.passed("exit_status"));
    assert_eq!(state.passed_count(), 1);
}

#[test]
fn esc_ends_it_and_then_leaves() {
    let mut state = verifying();
    let actions = state.handle(Event::Key(Key::Esc));
    assert_eq!(actions, [Action::Draw, Action::Cancel(RunId(2))]);
    assert!(grid(&state).cancelled);
    state.handle(Event::Key(Key::Esc));
    assert_eq!(state.page, Page::Exercise);
}

#[test]
fn a_save_of_the_current_exercise_ends_it() {
    let mut state = verifying();
    let actions = state.handle(Event::Saved(FLUSH, text(2)));
    assert_eq!(actions, [Action::Draw, Action::Cancel(RunId(2)), Action::Start(RunId(3), FLUSH)]);
    assert_eq!(state.page, Page::Exercise);
}

#[test]
fn when_all_pass_enter_leads_to_the_end_of_the_course() {
    let mut state = verifying();
    all_end(&mut state, &Told::Ended(pass()));
    assert!(matches!(state.page, Page::Verify(_)));
    state.handle(Event::Key(Key::Enter));
    assert_eq!(state.page, Page::Closing);
    state.handle(Event::Key(Key::Esc));
    assert_eq!(state.page, Page::Exercise);
}

#[test]
fn when_one_fails_enter_leads_there() {
    let mut state = verifying();
    tell(&mut state, 2, Told::Ended(pass()));
    tell(&mut state, 3, Told::Ended(pass()));
    (4..=6).for_each(|run| drop(tell(&mut state, run, Told::Ended(samples::failed(vec![])))));
    let actions = state.handle(Event::Key(Key::Enter));
    assert!(actions.contains(&Action::Read(ZOMBIES)), "{actions:?}");
}

#[test]
fn nothing_leads_on_before_it_has_ended() {
    let mut state = verifying();
    assert_eq!(state.handle(Event::Key(Key::Enter)), []);
    state.handle(Event::Key(Key::Esc));
    assert_eq!(state.handle(Event::Key(Key::Enter)), []);
}

#[test]
fn a_run_that_was_going_on_is_ended_first() {
    let mut state = opened(&[]);
    let actions = press(&mut state, 'c');
    let cancel = actions.iter().position(|action| *action == Action::Cancel(RunId(1)));
    let start = actions.iter().position(|action| matches!(action, Action::Start(..)));
    assert!(cancel.is_some() && cancel < start, "{actions:?}");
}
