use super::super::Page;
use super::super::list::{Filter, List};
use crate::course::ExerciseId;
use crate::watch::event::{Action, Event, Key};
use crate::watch::samples::*;
use crate::watch::state::State;

fn listed() -> State {
    let mut state = opened(&["exit_status"]);
    press(&mut state, 'l');
    state
}

fn list(state: &State) -> &List {
    match &state.page {
        Page::List(list) => list,
        other => panic!("{other:?}"),
    }
}

fn shown(state: &State) -> Vec<usize> {
    list(state).shown(&state.course, &state.progress).iter().map(|id| id.0).collect()
}

#[test]
fn the_bar_begins_on_the_current_exercise_and_enter_goes_where_it_stands() {
    let mut state = listed();
    assert_eq!(list(&state).selected, FLUSH);
    state.handle(Event::Key(Key::Down));
    let actions = state.handle(Event::Key(Key::Enter));
    assert!(actions.contains(&Action::Read(ZOMBIES)), "{actions:?}");
    assert_eq!(state.page, Page::Exercise);
}

#[test]
fn the_current_exercise_keeps_its_run() {
    let mut state = listed();
    assert_eq!(state.handle(Event::Key(Key::Enter)), [Action::Draw]);
    assert!(state.is_judging());
}

#[test]
fn the_bar_stops_at_both_ends() {
    for (keys, stands_on) in [("kkkk", 0), ("jjjjjj", 4), ("G", 4), ("Gg", 0), ("b", 0), (" ", 4)] {
        let mut state = listed();
        type_in(&mut state, keys);
        assert_eq!(list(&state).selected, ExerciseId(stands_on), "{keys:?}");
    }
}

#[test]
fn search_looks_at_name_title_chapter_and_skills() {
    for (words, found) in [
        ("zombie", vec![2]),
        ("SALES", vec![1]),
        ("pipes", vec![4]),
        ("process groups", vec![3]),
        ("the table", vec![2]),
        ("no such thing", vec![]),
        ("", vec![0, 1, 2, 3, 4]),
    ] {
        let mut state = listed();
        press(&mut state, '/');
        type_in(&mut state, words);
        assert_eq!(shown(&state), found, "{words:?}");
    }
}

#[test]
fn keys_go_into_the_search_while_typing() {
    let mut state = listed();
    type_in(&mut state, "/q?lf");
    assert_eq!(list(&state).search, "q?lf");
    (0..4).for_each(|_| drop(state.handle(Event::Key(Key::Backspace))));
    assert!(list(&state).typing);
    state.handle(Event::Key(Key::Backspace));
    assert!(!list(&state).typing);
}

#[test]
fn enter_jumps_to_what_was_found() {
    let mut state = listed();
    type_in(&mut state, "/converter");
    assert!(state.handle(Event::Key(Key::Enter)).contains(&Action::Read(LAST)));
}

#[test]
fn enter_on_an_empty_list_goes_nowhere() {
    let mut state = listed();
    type_in(&mut state, "/zzz");
    assert_eq!(state.handle(Event::Key(Key::Enter)), []);
    assert_eq!(state.current, FLUSH);
}

#[test]
fn esc_clears_the_search_and_then_leaves() {
    let mut state = listed();
    type_in(&mut state, "/zombie");
    state.handle(Event::Key(Key::Esc));
    assert_eq!(shown(&state).len(), 5);
    state.handle(Event::Key(Key::Esc));
    assert_eq!(state.page, Page::Exercise);
}

#[test]
fn f_shows_all_then_pending_then_done() {
    let mut state = listed();
    for (filter, found) in [
        (Filter::Pending, vec![1, 2, 3, 4]),
        (Filter::Done, vec![0]),
        (Filter::All, vec![0, 1, 2, 3, 4]),
    ] {
        press(&mut state, 'f');
        assert_eq!((list(&state).filter, shown(&state)), (filter, found));
    }
}

#[test]
fn the_bar_stays_on_the_list_when_that_gets_shorter() {
    let mut state = listed();
    type_in(&mut state, "ff");
    assert_eq!(list(&state).selected, ExerciseId(0));
}
