//! The one place where things happen: inputs come in, the state decides, actions go out.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::effects;
use super::engine::{Engine, RunId, Told};
use super::event::{Action, Event, Size};
use super::input::{Ending, Input, without_repeated_files};
use super::screen;
use super::state::State;
use super::terminal::Signalled;
use crate::course::{Course, ExerciseId};
use crate::draw::Line;
use crate::progress::Store;

/// The terminal, as far as the loop needs it.
pub(super) trait Screen {
    fn draw(&mut self, lines: &[Line]) -> io::Result<()>;
    fn size(&self) -> Size;
    /// Stops the process; returns when it goes on.
    fn suspend(&mut self) -> io::Result<()>;
    /// Takes the terminal over again.
    fn resume(&mut self) -> io::Result<()>;
    /// Draws the next lines whole.
    fn forget(&mut self);
}

/// Inputs that are taken before the screen is drawn again, so that a flood of output costs a few
/// screens and not one a line.
const AT_ONCE: usize = 64;

pub(super) struct Loop<E: Engine, S: Screen> {
    pub(super) course: Arc<Course>,
    pub(super) state: State,
    pub(super) store: Store,
    pub(super) engine: E,
    pub(super) screen: S,
    pub(super) inputs: Receiver<Input>,
    pub(super) to_inputs: Sender<Input>,
    running: Option<Running<E::Run>>,
    warming: Option<E::Warming>,
    /// Whether all that later chapters need is built.
    warm: bool,
    changed: bool,
}

struct Running<R> {
    id: RunId,
    since: Instant,
    /// Whole seconds that were shown.
    shown: u64,
    /// Dropped when the run is cancelled.
    _run: R,
}

impl<E: Engine, S: Screen> Loop<E, S> {
    pub(super) fn new(
        course: Arc<Course>,
        state: State,
        store: Store,
        engine: E,
        screen: S,
        (to_inputs, inputs): (Sender<Input>, Receiver<Input>),
    ) -> Self {
        Self {
            course,
            state,
            store,
            engine,
            screen,
            inputs,
            to_inputs,
            running: None,
            warming: None,
            warm: false,
            changed: true,
        }
    }

    /// Watches until something ends it. Returns with no run going on, and progress kept.
    pub(super) fn run(mut self) -> Ending {
        match self.until_the_end() {
            Ok(ending) => ending,
            // The screen is all that is written to here.
            Err(_) => Ending::TerminalGone,
        }
    }

    fn until_the_end(&mut self) -> io::Result<Ending> {
        let first = self.state.begin();
        if let Some(ending) = self.act(first)? {
            return Ok(ending);
        }
        loop {
            self.draw()?;
            for input in self.wait() {
                if let Some(ending) = self.take(input)? {
                    return Ok(ending);
                }
            }
            self.tick()?;
        }
    }

    /// What has come in, at least one input; or nothing when a second of a run is over. While
    /// nothing runs there is no such limit: an idle watch sleeps until something happens.
    fn wait(&self) -> Vec<Input> {
        let first = match &self.running {
            None => self.inputs.recv().map_err(RecvTimeoutError::from),
            Some(running) => self.inputs.recv_timeout(running.until_the_next_second()),
        };
        let mut inputs: Vec<Input> = match first {
            Ok(first) => vec![first],
            Err(RecvTimeoutError::Timeout) => Vec::new(),
            // We hold a sender ourselves.
            Err(RecvTimeoutError::Disconnected) => vec![Input::TerminalGone],
        };
        inputs.extend(self.inputs.try_iter().take(AT_ONCE));
        without_repeated_files(inputs)
    }

    fn tick(&mut self) -> io::Result<()> {
        let Some(running) = &mut self.running else { return Ok(()) };
        let elapsed = running.since.elapsed();
        if elapsed.as_secs() == running.shown {
            return Ok(());
        }
        running.shown = elapsed.as_secs();
        let event = Event::Tick(running.id, elapsed);
        self.tell(event).map(drop)
    }

    fn take(&mut self, input: Input) -> io::Result<Option<Ending>> {
        match input {
            Input::Key(key) => self.tell(Event::Key(key)),
            Input::File(id) => {
                let source = effects::read(&self.course, id);
                self.tell(Event::Saved(id, source))
            }
            Input::Told(run, told) => self.was_told(run, told),
            Input::Signal(Signalled::Resized) => self.tell(Event::Resized(self.screen.size())),
            Input::Signal(Signalled::Stop) => self.stop(),
            Input::Signal(Signalled::Continued) => {
                self.screen.resume()?;
                self.tell(Event::Resized(self.screen.size()))
            }
            Input::Signal(Signalled::End(signal)) => Ok(Some(Ending::Signal(signal))),
            Input::Redraw => {
                self.screen.forget();
                self.changed = true;
                Ok(None)
            }
            Input::TerminalGone => Ok(Some(Ending::TerminalGone)),
            Input::Broken => Ok(Some(Ending::Broken)),
        }
    }

    fn was_told(&mut self, run: RunId, told: Told) -> io::Result<Option<Ending>> {
        let took = match &self.running {
            Some(running) if running.id == run => running.since.elapsed(),
            _ => Duration::ZERO,
        };
        if matches!(told, Told::DidNotBuild(_) | Told::Ended(_)) {
            self.running.take_if(|running| running.id == run);
        }
        self.tell(Event::Told(run, told, took))
    }

    fn stop(&mut self) -> io::Result<Option<Ending>> {
        self.tell(Event::Suspended)?;
        self.screen.suspend()?;
        self.tell(Event::Resized(self.screen.size()))?;
        self.tell(Event::Resumed)
    }

    fn tell(&mut self, event: Event) -> io::Result<Option<Ending>> {
        let actions = self.state.handle(event);
        self.act(actions)
    }

    /// Does what the state asked for. Before anything that may take time, the screen is brought up
    /// to date: a save is seen to be noticed before the run that it cancels has ended.
    fn act(&mut self, actions: Vec<Action>) -> io::Result<Option<Ending>> {
        let mut actions = VecDeque::from(actions);
        while let Some(action) = actions.pop_front() {
            if action == Action::Draw {
                self.changed = true;
                continue;
            }
            self.draw()?;
            let answer = match action {
                Action::Draw => None,
                Action::Quit => return Ok(Some(Ending::Quit)),
                Action::Start(run, id) => {
                    self.start(run, id);
                    None
                }
                Action::Cancel(run) => {
                    self.running.take_if(|running| running.id == run);
                    None
                }
                Action::Warm(ahead_of) => {
                    match self.warm {
                        true => self.engine.start_brokers(ahead_of),
                        false => self.warming = Some(self.engine.warm(ahead_of)),
                    }
                    None
                }
                Action::Cool => {
                    // Asking cargo whether there is nothing to build costs more than a save does.
                    self.warm |= self.warming.take().is_some_and(|warming| E::is_over(&warming));
                    None
                }
                Action::Read(id) => Some(Event::Read(id, effects::read(&self.course, id))),
                Action::ReadSolution(id) => {
                    Some(Event::Solution(id, effects::solution(&self.course, id)))
                }
                Action::Reset(id) => Some(Event::Reset(effects::reset(&self.course, id))),
                Action::Keep => Some(match self.store.save(self.state.progress()) {
                    Ok(known) => Event::Kept(known),
                    Err(error) => Event::Notice(format!("{error:#}")),
                }),
            };
            if let Some(event) = answer {
                actions.extend(self.state.handle(event));
            }
        }
        Ok(None)
    }

    fn start(&mut self, id: RunId, exercise: ExerciseId) {
        // Two runs at once would take each other's orphans and cargo's lock.
        self.running = None;
        let to_inputs = self.to_inputs.clone();
        let since = Instant::now();
        let run = self.engine.start(exercise, id, move |run, told| {
            // Nobody listens any more when the watch has ended.
            let _ = to_inputs.send(Input::Told(run, told));
        });
        self.running = Some(Running { id, since, shown: 0, _run: run });
    }

    fn draw(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.changed) {
            self.screen.draw(&screen::frame(&self.state))?;
        }
        Ok(())
    }
}

impl<R> Running<R> {
    fn until_the_next_second(&self) -> Duration {
        Duration::from_secs(self.shown + 1).saturating_sub(self.since.elapsed())
    }
}

#[cfg(test)]
mod tests;
