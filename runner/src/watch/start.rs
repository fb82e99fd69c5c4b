//! Bringing the threads, the terminal and the loop together.

use std::io;
use std::process;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};

use anyhow::{Context, Result, bail};

use super::effects;
use super::engine::Kit;
use super::event::{Event, Size};
use super::files;
use super::input::{Ending, Input};
use super::main_loop::{Loop, Screen};
use super::state::State;
use super::terminal::{Pressed, Terminal, forward, hold_back_ctrl_z, read_keys};
use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};
use crate::draw::Line;
use crate::progress::{Progress, Store};

/// Watches the course until the learner quits, from `start` on or where they were. `notices` are
/// sentences that they should read first.
///
/// After a signal that ends programs, everything is put in order and the process ends with 128 and
/// the signal's number, as a shell tells it.
///
/// # Errors
/// There is no terminal; another process watches this course; the exercises cannot be watched. One
/// sentence, for exit status 2.
pub fn watch(
    course: Course,
    mut store: Store,
    progress: Progress,
    start: Option<ExerciseId>,
    notices: Vec<String>,
) -> Result<()> {
    let current = start.unwrap_or_else(|| progress.exercise_in(&course));
    if !Terminal::is_there() {
        bail!(
            "watching needs a terminal; `cargo run -- run {}` judges an exercise without one",
            course.exercise(current).name
        );
    }
    store.claim()?;
    match run(Arc::new(course), store, progress, current, notices)? {
        Ending::Quit | Ending::TerminalGone => Ok(()),
        Ending::Signal(signal) => process::exit(128 + signal),
        Ending::Broken => bail!(
            "the kit is broken, as the message above says; progress is kept, and `cargo run` \
             begins anew"
        ),
    }
}

fn run(
    course: Arc<Course>,
    store: Store,
    progress: Progress,
    current: ExerciseId,
    notices: Vec<String>,
) -> Result<Ending> {
    let (to_inputs, inputs) = channel();
    hold_back_ctrl_z().context("cannot hold Ctrl-Z back")?;
    forward(sender(&to_inputs, Input::Signal)).context("cannot listen to signals")?;
    let (watched, no_watches) = files::watch(&course, sender(&to_inputs, Input::File))?;

    let broken = to_inputs.clone();
    let terminal = Terminal::take(move || drop(broken.send(Input::Broken)))
        .context("cannot use this terminal; `cargo run -- run` judges an exercise without one")?;
    read_keys(sender(&to_inputs, |pressed| match pressed {
        Some(Pressed::Key(key)) => Input::Key(key),
        Some(Pressed::Redraw) => Input::Redraw,
        None => Input::TerminalGone,
    }));

    let seen = effects::hashes(&course);
    let mut state = State::new(course.clone(), progress, current, seen, Terminal::size());
    if Terminal::knows_links() {
        state = state.with_links();
    }
    for notice in notices.into_iter().chain(no_watches) {
        state.handle(Event::Notice(notice));
    }
    let engine = Kit(course.clone(), Brokers::of(&course.root));
    let ending = Loop::new(course, state, store, engine, terminal, (to_inputs, inputs)).run();
    drop(watched);
    Ok(ending)
}

/// A closure that sends what it is given; once the watch has ended nobody listens, and it may.
fn sender<T>(
    to: &Sender<Input>,
    input: impl Fn(T) -> Input + Send + Sync + Clone + 'static,
) -> impl Fn(T) + Send + Sync + Clone + 'static {
    let to = to.clone();
    move |what| drop(to.send(input(what)))
}

impl Screen for Terminal {
    fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        Terminal::draw(self, lines)
    }

    fn size(&self) -> Size {
        Terminal::size()
    }

    fn suspend(&mut self) -> io::Result<()> {
        Terminal::suspend(self)
    }

    fn resume(&mut self) -> io::Result<()> {
        Terminal::resume(self)
    }

    fn forget(&mut self) {
        Terminal::forget(self);
    }
}
