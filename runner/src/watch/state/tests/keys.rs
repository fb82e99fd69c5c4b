use super::super::{Page, Prompt};
use crate::course::ExerciseId;
use crate::watch::engine::RunId;
use crate::watch::event::{Action, Event, Key};
use crate::watch::samples::*;

#[test]
fn n_and_p_go_through_the_course_whether_it_passed_or_not() {
    let mut state = failed();
    assert_eq!(press(&mut state, 'n'), [Action::Draw, Action::Keep, Action::Read(ZOMBIES)]);
    assert_eq!(press(&mut state, 'p'), [Action::Draw, Action::Keep, Action::Read(FLUSH)]);
}

#[test]
fn going_away_ends_the_run() {
    let mut state = opened(&[]);
    let actions = press(&mut state, 'n');
    assert!(actions.contains(&Action::Cancel(RunId(1))), "{actions:?}");
    assert_eq!(state.attempt.ending, None);
}

#[test]
fn there_is_nothing_before_the_first_and_nothing_behind_the_last() {
    let mut state = failed();
    press(&mut state, 'p');
    press(&mut state, 'p');
    assert_eq!(state.current, ExerciseId(0));
    assert!(state.notices[0].contains("first"));
    (0..4).for_each(|_| drop(press(&mut state, 'n')));
    press(&mut state, 'n');
    assert_eq!((state.current, &state.page), (LAST, &Page::Exercise));
    assert!(state.notices[0].contains("5 are still to do"));
}

#[test]
fn n_behind_the_last_verifies_all_once_all_have_passed() {
    let names: Vec<String> = course().ids().map(|id| course().exercise(id).name.clone()).collect();
    let mut state = opened(&names.iter().map(String::as_str).collect::<Vec<_>>());
    (0..3).for_each(|_| drop(press(&mut state, 'n')));
    assert!(matches!(state.page, Page::Exercise));
    press(&mut state, 'n');
    assert!(matches!(state.page, Page::Verify(_)));
}

#[test]
fn r_reads_the_file_again_and_that_is_judged() {
    let mut state = failed();
    assert_eq!(press(&mut state, 'r'), [Action::Draw, Action::Read(FLUSH)]);
    let actions = state.handle(Event::Read(FLUSH, text(1)));
    assert_eq!(actions, [Action::Draw, Action::Cool, Action::Start(RunId(2), FLUSH)]);
}

#[test]
fn hints_come_one_step_a_press() {
    let mut state = failed();
    for shown in 1..=3 {
        assert_eq!(press(&mut state, 'h'), [Action::Draw, Action::Keep]);
        assert_eq!(state.hints().len(), shown);
    }
    assert_eq!(press(&mut state, 'h'), [Action::Draw]);
    assert!(state.notices[0].contains("all the hints"));
}

#[test]
fn hints_stay_seen_and_are_put_away_by_a_pass() {
    let mut state = failed();
    press(&mut state, 'h');
    state.handle(Event::Saved(FLUSH, text(2)));
    assert_eq!(state.hints().len(), 1);
    let mut state = passed();
    state.progress.show_hint("fork_exit_flush", 3);
    assert_eq!(state.hints().len(), 0);
    press(&mut state, 'h');
    assert_eq!(state.hints().len(), 3);
}

#[test]
fn the_solution_is_shown_after_passing() {
    let mut state = passed();
    assert_eq!(press(&mut state, 's'), [Action::ReadSolution(FLUSH)]);
    state.handle(Event::Solution(FLUSH, Ok("fn main() {}".into())));
    assert_eq!(state.page, Page::Solution("fn main() {}".into()));
}

#[test]
fn before_that_giving_up_is_asked_and_recorded() {
    let mut state = failed();
    assert_eq!(press(&mut state, 's'), [Action::Draw]);
    assert_eq!(state.prompt, Some(Prompt::GiveUp));
    let actions = press(&mut state, 'y');
    assert_eq!(actions, [Action::Draw, Action::Keep, Action::ReadSolution(FLUSH)]);
    assert!(state.progress.gave_up("fork_exit_flush") && !state.has_passed());
    assert_eq!(press(&mut state, 's'), [Action::ReadSolution(FLUSH)]);
}

#[test]
fn whoever_does_not_give_up_sees_no_solution() {
    for key in [Key::Char('n'), Key::Esc, Key::Enter, Key::Char(' ')] {
        let mut state = failed();
        press(&mut state, 's');
        let actions = state.handle(Event::Key(key));
        assert!(!actions.contains(&Action::ReadSolution(FLUSH)));
        assert!(!state.progress.gave_up("fork_exit_flush"));
    }
}

#[test]
fn a_solution_that_cannot_be_read_is_a_sentence() {
    let mut state = passed();
    state.handle(Event::Solution(FLUSH, Err("cannot read it".into())));
    assert_eq!((&state.page, state.notices.len()), (&Page::Exercise, 1));
}

#[test]
fn reset_is_asked_before_it_is_done() {
    let mut state = failed();
    assert_eq!(press(&mut state, 'x'), [Action::Draw]);
    assert_eq!(press(&mut state, 'y'), [Action::Draw, Action::Reset(FLUSH)]);
    press(&mut state, 'x');
    assert_eq!(press(&mut state, 'n'), [Action::Draw]);
    state.handle(Event::Reset(Ok("your text is kept".into())));
    assert_eq!(state.notices, ["your text is kept"]);
}

#[test]
fn a_sentence_stays_until_a_key_is_pressed() {
    let mut state = failed();
    state.handle(Event::Notice("one".into()));
    state.handle(Event::Notice("two".into()));
    assert_eq!(state.handle(Event::Key(Key::Home)), [Action::Draw]);
    assert_eq!(state.notices, ["two"]);
}

#[test]
fn q_quits_from_the_exercise_and_leaves_other_pages() {
    let mut state = failed();
    press(&mut state, '?');
    assert_eq!(press(&mut state, 'q'), [Action::Draw]);
    assert_eq!(press(&mut state, 'q'), [Action::Quit]);
}

#[test]
fn help_opens_and_closes() {
    for back in [Key::Char('?'), Key::Esc, Key::Char('q')] {
        let mut state = failed();
        press(&mut state, '?');
        assert_eq!(state.page, Page::Help);
        state.handle(Event::Key(back));
        assert_eq!(state.page, Page::Exercise);
    }
}

#[test]
fn a_long_page_moves_by_lines_and_screens_and_stops_at_its_ends() {
    let mut state = failed();
    let limit = crate::watch::screen::scroll_limit(&state);
    assert!(limit > 2, "{limit}");
    for (key, line) in [
        (Key::Up, 0),
        (Key::Down, 1),
        (Key::End, limit),
        (Key::Down, limit),
        (Key::Char(' '), limit),
        (Key::Up, limit - 1),
        (Key::Home, 0),
        (Key::PageDown, limit.min(crate::watch::screen::page_height(&state) - 2)),
        (Key::PageUp, 0),
    ] {
        state.handle(Event::Key(key));
        assert_eq!(state.scroll, line, "{key:?}");
    }
    assert_eq!(state.handle(Event::Key(Key::Up)), []);
}

#[test]
fn keys_without_a_meaning_do_nothing() {
    let mut state = failed();
    for key in [Key::Char('z'), Key::Enter, Key::Backspace, Key::Char('é')] {
        assert_eq!(state.handle(Event::Key(key)), []);
    }
}
