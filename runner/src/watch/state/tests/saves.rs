use super::super::{Ending, Page, Prompt};
use crate::watch::engine::{RunId, Told};
use crate::watch::event::{Action, Event, Key, Source};
use crate::watch::samples::*;

#[test]
fn a_save_is_drawn_before_anything_else_is_done() {
    let mut state = failed();
    let actions = state.handle(Event::Saved(FLUSH, text(2)));
    assert_eq!(actions, [Action::Draw, Action::Cool, Action::Start(RunId(2), FLUSH)]);
    assert!(state.attempt.saved);
}

#[test]
fn a_save_during_a_run_cancels_it_and_starts_anew() {
    let mut state = opened(&[]);
    let actions = state.handle(Event::Saved(FLUSH, text(2)));
    assert_eq!(actions, [Action::Draw, Action::Cancel(RunId(1)), Action::Start(RunId(2), FLUSH)]);
}

#[test]
fn the_last_of_many_saves_wins() {
    let mut state = failed();
    (2..=9).for_each(|hash| drop(state.handle(Event::Saved(FLUSH, text(hash)))));
    assert_eq!(state.running(), Some(RunId(9)));
    assert_eq!(tell(&mut state, 8, Told::Ended(pass())), []);
    assert!(tell(&mut state, 9, Told::Ended(pass())).contains(&Action::Keep));
}

#[test]
fn a_late_report_is_dropped() {
    let mut state = opened(&[]);
    state.handle(Event::Saved(FLUSH, text(2)));
    for told in [Told::Step("late".into()), Told::DidNotBuild("late".into()), Told::Ended(pass())] {
        assert_eq!(tell(&mut state, 1, told), []);
    }
    assert!(state.attempt.steps.is_empty() && !state.has_passed());
}

#[test]
fn a_save_that_changed_nothing_keeps_the_verdict() {
    let mut state = failed();
    let before = state.attempt.clone();
    assert_eq!(state.handle(Event::Saved(FLUSH, text(1))), [Action::Draw]);
    assert_eq!(state.attempt, before);
    assert!(state.notices[0].contains("nothing changed"));
}

#[test]
fn a_save_takes_away_that_nothing_changed_and_no_other_sentence() {
    let mut state = failed();
    state.handle(Event::Reset(Ok("your text is kept".into())));
    state.handle(Event::Saved(FLUSH, text(1)));
    state.handle(Event::Saved(FLUSH, text(2)));
    assert_eq!(state.notices, ["your text is kept"]);
}

#[test]
fn the_same_text_during_a_run_starts_anew_since_half_of_it_may_have_been_read() {
    let mut state = opened(&[]);
    let actions = state.handle(Event::Saved(FLUSH, text(1)));
    assert!(actions.contains(&Action::Start(RunId(2), FLUSH)));
}

#[test]
fn the_same_text_is_judged_if_it_has_no_verdict() {
    let mut cancelled = opened(&[]);
    cancelled.handle(Event::Key(Key::Esc));
    let mut unknown = opened(&[]);
    let could_not_tell = harness::report::Verdict::Unknown(crate::draw::samples::unknown());
    tell(&mut unknown, 1, Told::Ended(could_not_tell));
    for mut state in [cancelled, unknown] {
        let actions = state.handle(Event::Saved(FLUSH, text(1)));
        assert!(actions.contains(&Action::Start(RunId(2), FLUSH)));
    }
}

#[test]
fn a_save_brings_the_exercise_back_from_any_page() {
    for key in ['l', '?', 'c', 'x'] {
        let mut state = failed();
        press(&mut state, key);
        state.handle(Event::Saved(FLUSH, text(2)));
        assert_eq!((&state.page, state.prompt), (&Page::Exercise, None), "{key}");
        assert!(state.is_judging(), "{key}");
    }
}

#[test]
fn a_save_of_another_exercise_offers_to_go_there() {
    let mut state = failed();
    assert_eq!(state.handle(Event::Saved(ZOMBIES, text(7))), [Action::Draw]);
    assert_eq!((state.current, state.prompt), (FLUSH, Some(Prompt::Switch(ZOMBIES))));
    let actions = press(&mut state, 'y');
    assert_eq!(actions, [Action::Draw, Action::Keep, Action::Read(ZOMBIES)]);
    assert_eq!(state.progress.current(), Some("zombie_parade"));
}

#[test]
fn the_offer_is_declined_by_n_and_esc_and_forgotten_by_a_save_here() {
    for event in [Event::Key(Key::Char('n')), Event::Key(Key::Esc), Event::Saved(FLUSH, text(2))] {
        let mut state = failed();
        state.handle(Event::Saved(ZOMBIES, text(7)));
        state.handle(event);
        assert_eq!((state.current, state.prompt), (FLUSH, None));
    }
}

#[test]
fn any_other_key_declines_the_offer_and_does_what_it_does() {
    let mut state = failed();
    state.handle(Event::Saved(ZOMBIES, text(7)));
    press(&mut state, '?');
    assert_eq!((&state.page, state.prompt), (&Page::Help, None));
}

#[test]
fn a_run_goes_on_while_the_offer_stands() {
    let mut state = opened(&[]);
    state.handle(Event::Saved(ZOMBIES, text(7)));
    assert_eq!(state.running(), Some(RunId(1)));
    assert!(press(&mut state, 'y').contains(&Action::Cancel(RunId(1))));
}

#[test]
fn an_unchanged_save_elsewhere_offers_nothing() {
    let mut state = failed();
    state.handle(Event::Saved(ZOMBIES, text(7)));
    press(&mut state, 'n');
    assert_eq!(state.handle(Event::Saved(ZOMBIES, text(7))), []);
    assert_eq!(state.prompt, None);
}

#[test]
fn a_question_that_is_open_is_not_replaced_by_an_offer() {
    let mut state = failed();
    press(&mut state, 'x');
    state.handle(Event::Saved(ZOMBIES, text(7)));
    assert_eq!(state.prompt, Some(Prompt::Reset));
}

#[test]
fn a_file_that_went_away_and_came_back_has_its_verdict_still() {
    let mut state = failed();
    let before = state.attempt.clone();
    assert_eq!(state.handle(Event::Saved(FLUSH, Source::Missing)), [Action::Draw]);
    assert_eq!(state.handle(Event::Saved(FLUSH, text(1))), [Action::Draw]);
    assert_eq!(state.attempt, before);
    assert!(state.notices.is_empty());
}

#[test]
fn a_file_that_went_away_during_a_run_is_judged_when_it_comes_back() {
    let mut state = opened(&[]);
    state.handle(Event::Saved(FLUSH, Source::Missing));
    tell(&mut state, 1, Told::DidNotBuild("couldn't read the file".into()));
    let actions = state.handle(Event::Saved(FLUSH, text(1)));
    assert!(actions.contains(&Action::Start(RunId(2), FLUSH)));
}

#[test]
fn what_is_not_text_is_not_judged() {
    for source in [Source::Missing, Source::NotUtf8(3), Source::Unreadable("no".into())] {
        let mut state = state(&[]);
        state.begin();
        assert_eq!(state.handle(Event::Read(FLUSH, source)), [Action::Draw]);
        assert_eq!(state.running(), None);
    }
}

#[test]
fn the_story_is_told_until_the_first_save_of_an_exercise_that_has_not_passed() {
    let mut state = failed();
    assert!(state.telling);
    state.handle(Event::Saved(FLUSH, text(2)));
    assert!(!state.telling);
    press(&mut state, 'n');
    assert!(state.telling);
    assert!(!opened(&["fork_exit_flush"]).telling);
}

#[test]
fn a_file_that_was_read_late_is_not_the_current_one() {
    let mut state = failed();
    press(&mut state, 'n');
    assert_eq!(state.handle(Event::Read(FLUSH, text(3))), []);
    assert!(matches!(failed().attempt.ending, Some(Ending::Verdict(_))));
}
