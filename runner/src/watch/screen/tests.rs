//! Every screen at an ordinary size and at a small one, and that none is ever larger than asked.

use harness::report::{Output, Stream, Verdict};

use super::frame;
use crate::draw::samples;
use crate::watch::engine::{RunId, Told};
use crate::watch::event::{Event, Key, Size, Source};
use crate::watch::samples::*;
use crate::watch::state::State;

fn at(state: &State, columns: usize, rows: usize) -> String {
    let mut state = state.clone();
    state.handle(Event::Resized(Size { columns, rows }));
    let lines = frame(&state);
    assert_eq!(lines.len(), rows);
    let side = "│";
    let edge = format!("+{}+\n", "-".repeat(columns));
    let body: String = lines
        .iter()
        .map(|line| format!("{side}{}{side}\n", line.clone().padded(columns).text()))
        .collect();
    format!("{edge}{body}{edge}")
}

macro_rules! shows {
    ($name:ident, $state:expr) => {
        #[test]
        fn $name() {
            let state: State = $state;
            let both = format!("{}\n{}", at(&state, 80, 24), at(&state, 40, 15));
            insta::assert_snapshot!(stringify!($name), both);
        }
    };
}

fn after(mut state: State, events: impl FnOnce(&mut State)) -> State {
    events(&mut state);
    state
}

fn judged(verdict: Verdict) -> State {
    after(failed(), |state| {
        state.handle(Event::Saved(FLUSH, text(2)));
        tell(state, 2, Told::Ended(verdict));
    })
}

shows!(first_screen, {
    let mut state = state(&[]);
    state.welcome = true;
    state.begin();
    state
});

shows!(first_screen_while_building, {
    after(opened(&[]), |state| {
        state.welcome = true;
        drop(tell(state, 1, Told::Step("compile fork_exit_flush".into())));
    })
});

shows!(first_verdict_below_the_story, failed());

shows!(saved, { after(failed(), |state| drop(state.handle(Event::Saved(FLUSH, text(2))))) });

shows!(running, {
    after(failed(), |state| {
        state.handle(Event::Saved(FLUSH, text(2)));
        for step in ["compile fork_exit_flush", "start the program", "wait until it has ended"] {
            tell(state, 2, Told::Step(step.into()));
        }
        let output =
            Output { stream: Stream::Stdout, text: "[report] north=3\n".into(), dropped: 0 };
        tell(state, 2, Told::Output(output));
        state.handle(Event::Tick(RunId(2), std::time::Duration::from_secs(3)));
    })
});

shows!(compile_error, {
    after(failed(), |state| {
        state.handle(Event::Saved(FLUSH, text(2)));
        let error = "\x1b[1m\x1b[91merror[E0425]\x1b[0m\x1b[1m: cannot find value `totl` in this scope\x1b[0m\n \
                     \x1b[1m\x1b[94m--> \x1b[0mexercises/01_processes/fork_exit_flush.rs:67:21\n  \
                     \x1b[1m\x1b[94m|\x1b[0m\n\x1b[1m\x1b[94m67\x1b[0m \x1b[1m\x1b[94m|\x1b[0m     \
                     println!(\" total={totl}\");\n  \x1b[1m\x1b[94m|\x1b[0m                      \
                     \x1b[1m\x1b[91m^^^^\x1b[0m \x1b[1m\x1b[91mhelp: a local variable with a similar name exists: `total`\x1b[0m\n";
        tell(state, 2, Told::DidNotBuild(error.into()));
    })
});

shows!(failed_with_a_timeline, judged(samples::failed(vec![samples::timeline()])));
shows!(failed_with_processes, judged(samples::failed(vec![samples::processes()])));
shows!(failed_with_open_files, judged(samples::failed(vec![samples::open_files()])));
shows!(failed_with_lines, judged(samples::failed(vec![samples::lines()])));

shows!(failed_with_output, {
    after(failed(), |state| {
        state.handle(Event::Saved(FLUSH, text(2)));
        for piece in samples::written() {
            tell(state, 2, Told::Output(piece));
        }
        tell(state, 2, Told::Ended(samples::failed(vec![])));
        state.handle(Event::Key(Key::End));
    })
});

shows!(passed_screen, passed());

shows!(passed_as_the_last_one, {
    after(opened(&["exit_status", "zombie_parade", "kill_the_tree", "wait_before_read"]), |state| {
        drop(tell(state, 1, Told::Ended(pass())));
    })
});

shows!(unknown, judged(Verdict::Unknown(samples::unknown())));

shows!(unknown_at_first_above_the_story, {
    after(opened(&[]), |state| {
        tell(state, 1, Told::Ended(Verdict::Unknown(samples::unknown())));
    })
});

shows!(cancelled, {
    after(failed(), |state| {
        state.handle(Event::Saved(FLUSH, text(2)));
        state.handle(Event::Key(Key::Esc));
    })
});

shows!(hint, {
    after(judged(samples::failed(vec![samples::timeline()])), |state| {
        press(state, 'h');
        press(state, 'h');
    })
});

shows!(offer_to_switch, {
    after(judged(samples::failed(vec![samples::timeline()])), |state| {
        drop(state.handle(Event::Saved(ZOMBIES, text(7))));
    })
});

shows!(confirm_giving_up, after(judged(samples::failed(vec![])), |state| drop(press(state, 's'))));
shows!(confirm_reset, after(judged(samples::failed(vec![])), |state| drop(press(state, 'x'))));

shows!(after_reset, {
    after(judged(samples::failed(vec![])), |state| {
        drop(state.handle(Event::Reset(Ok(
            "exercises/01_processes/fork_exit_flush.rs is as it is shipped again; your text is \
             kept as exercises/01_processes/fork_exit_flush.kept-1.rs"
                .into(),
        ))));
    })
});

shows!(solution, {
    after(passed(), |state| {
        let text = "//! The sales that were counted three times\n\nfn main() {\n\tprintln!(\"{}\", \"a line that is wider than forty columns\");\n}\n";
        drop(state.handle(Event::Solution(FLUSH, Ok(text.into()))));
    })
});

fn listed() -> State {
    after(passed(), |state| {
        state.progress.give_up("zombie_parade");
        press(state, 'l');
        press(state, 'j');
    })
}

shows!(list, listed());
shows!(list_with_search, after(listed(), |state| type_in(state, "/the t")));
shows!(list_where_nothing_is_found, after(listed(), |state| type_in(state, "/xyz")));
shows!(list_of_what_is_done, after(listed(), |state| type_in(state, "ff")));
shows!(help, after(failed(), |state| drop(press(state, '?'))));

shows!(verify_grid, {
    after(failed(), |state| {
        press(state, 'c');
        tell(state, 2, Told::Ended(pass()));
        tell(state, 3, Told::Ended(samples::failed(vec![])));
        tell(state, 4, Told::Step("compile kill_the_tree".into()));
    })
});

shows!(verify_grid_at_its_end, {
    after(failed(), |state| {
        press(state, 'c');
        tell(state, 2, Told::Ended(pass()));
        tell(state, 3, Told::Ended(samples::failed(vec![])));
        tell(state, 4, Told::DidNotBuild("error".into()));
        tell(state, 5, Told::Ended(Verdict::Unknown(samples::unknown())));
        tell(state, 6, Told::Ended(pass()));
    })
});

shows!(closing_page, {
    after(failed(), |state| {
        state.progress.give_up("kill_the_tree");
        press(state, 'c');
        (2..=6).for_each(|run| drop(tell(state, run, Told::Ended(pass()))));
        state.handle(Event::Key(Key::Enter));
    })
});

shows!(file_is_gone, {
    after(failed(), |state| drop(state.handle(Event::Saved(FLUSH, Source::Missing))))
});

shows!(file_is_not_utf8, {
    after(failed(), |state| drop(state.handle(Event::Saved(FLUSH, Source::NotUtf8(1234)))))
});

#[test]
fn the_path_is_a_link_where_the_terminal_knows_links() {
    let path = |state: &State| frame(state).swap_remove(1);
    let url = "file:///home/learner/faultlings/exercises/01_processes/fork_exit_flush.rs";
    assert!(!path(&failed()).to_string().contains(url));
    let linked = path(&failed().with_links());
    assert_eq!(linked.text(), "exercises/01_processes/fork_exit_flush.rs");
    assert!(linked.to_string().starts_with(&format!("\x1b]8;;{url}\x1b\\")));
}

#[test]
fn no_screen_is_larger_than_the_terminal() {
    let mut states = vec![state(&[]), opened(&[]), failed(), passed(), listed()];
    states.push(judged(samples::failed(vec![
        samples::timeline(),
        samples::processes(),
        samples::open_files(),
        samples::lines(),
    ])));
    for key in ['?', 'x', 'c', 'h'] {
        states.push(after(failed(), |state| drop(press(state, key))));
    }
    for columns in [1, 2, 3, 7, 13, 20, 21, 33, 40, 59, 60, 80, 100, 101, 130] {
        for rows in [1, 2, 3, 4, 5, 8, 11, 12, 15, 19, 20, 30] {
            for state in &mut states {
                state.handle(Event::Resized(Size { columns, rows }));
                state.handle(Event::Key(Key::End));
                let lines = frame(state);
                assert_eq!(lines.len(), rows);
                for line in lines {
                    assert!(line.width() <= columns.max(3), "{columns}: {:?}", line.text());
                }
            }
        }
    }
}

#[test]
fn the_footer_names_as_many_keys_as_there_is_room_for() {
    for (columns, keys) in [
        (80, "n:next p:prev r:run h:hint l:list s:solution x:reset c:verify ?:help q:quit"),
        (60, "n:next p:prev r:run h:hint l:list s:solution ?:help q:quit"),
        (40, "n:next r:run h:hint l:list ?:help q:quit"),
    ] {
        let mut state = failed();
        state.handle(Event::Resized(Size { columns, rows: 24 }));
        assert_eq!(frame(&state).last().map(crate::draw::Line::text).as_deref(), Some(keys));
    }
}
