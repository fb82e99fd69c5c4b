use std::fs;
use std::sync::mpsc::channel;
use std::sync::{Condvar, Mutex};
use std::thread;

use harness::report::{Output, Stream};

use super::*;
use crate::watch::event::Key;
use crate::watch::samples::{self, FLUSH, pass};

/// What was done to engine and screen, in order.
#[derive(Clone, Default)]
struct Log(Arc<(Mutex<Vec<String>>, Condvar)>);

impl Log {
    fn add(&self, entry: String) {
        self.0.0.lock().unwrap().push(entry);
        self.0.1.notify_all();
    }

    fn entries(&self) -> Vec<String> {
        self.0.0.lock().unwrap().clone()
    }

    /// Waits until so many entries begin like this, or ten seconds are over.
    fn wait_for(&self, count: usize, start: &str) {
        let too_few = |entries: &mut Vec<String>| {
            entries.iter().filter(|entry| entry.starts_with(start)).count() < count
        };
        let entries = self.0.0.lock().unwrap();
        let (entries, waited) =
            self.0.1.wait_timeout_while(entries, Duration::from_secs(10), too_few).unwrap();
        assert!(!waited.timed_out(), "{entries:#?}");
    }

    fn position(&self, wanted: &str) -> usize {
        let entries = self.entries();
        entries.iter().position(|entry| entry == wanted).unwrap_or_else(|| panic!("{entries:#?}"))
    }
}

/// Runs that begin and never end by themselves.
struct FakeEngine(Log);

struct Held(Log, String);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.add(format!("end {}", self.1));
    }
}

impl Engine for FakeEngine {
    type Run = Held;
    type Warming = Held;

    fn start(
        &self,
        exercise: ExerciseId,
        run: RunId,
        _tell: impl Fn(RunId, Told) + Send + 'static,
    ) -> Held {
        self.0.add(format!("start {} of {}", run.0, exercise.0));
        Held(self.0.clone(), format!("run {}", run.0))
    }

    fn warm(&self, ahead_of: ExerciseId) -> Held {
        self.0.add(format!("warm {}", ahead_of.0));
        Held(self.0.clone(), "warm".into())
    }

    fn start_brokers(&self, ahead_of: ExerciseId) {
        self.0.add(format!("brokers for {}", ahead_of.0));
    }

    fn is_over(warming: &Held) -> bool {
        warming.0.entries().iter().filter(|entry| entry.starts_with("warm")).count() == 2
    }
}

/// Notes the line of each screen that says what goes on.
struct FakeScreen {
    log: Log,
    draws_left: usize,
}

impl Screen for FakeScreen {
    fn draw(&mut self, lines: &[Line]) -> io::Result<()> {
        let status = lines.get(3).map(|line| line.text()).unwrap_or_default();
        self.log.add(format!("draw {}", status.split("  ").next().unwrap_or_default()));
        self.draws_left = self.draws_left.checked_sub(1).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(())
    }

    fn size(&self) -> Size {
        Size { columns: 40, rows: 15 }
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.log.add("stopped".into());
        Ok(())
    }

    fn resume(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn forget(&mut self) {}
}

struct Fixture {
    log: Log,
    to_inputs: Sender<Input>,
    folder: tempfile::TempDir,
    watch: Loop<FakeEngine, FakeScreen>,
}

/// A watch of a course on disk, which has not begun.
fn fixture() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let course = samples::course();
    let course = Course::new(folder.path().into(), String::new(), String::new(), course.chapters);
    for id in course.ids() {
        let file = course.root.join(course.file(id));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "//! A story\n").unwrap();
    }
    let course = Arc::new(course);
    let (store, mut progress, _) = Store::open(&course.root).unwrap();
    progress.set_current("fork_exit_flush");
    let size = Size { columns: 80, rows: 24 };
    let seen = effects::hashes(&course);
    let state = State::new(course.clone(), progress, FLUSH, seen, size);
    let log = Log::default();
    let screen = FakeScreen { log: log.clone(), draws_left: usize::MAX };
    let (to_inputs, inputs) = channel();
    let pair = (to_inputs.clone(), inputs);
    let watch = Loop::new(course, state, store, FakeEngine(log.clone()), screen, pair);
    Fixture { log, to_inputs, folder, watch }
}

impl Fixture {
    /// Everything that comes in, in order, then `q`.
    fn run(self, inputs: Vec<Input>) -> (Log, Ending, tempfile::TempDir) {
        for input in inputs {
            self.to_inputs.send(input).unwrap();
        }
        self.to_inputs.send(Input::Key(Key::Char('q'))).unwrap();
        let ending = self.watch.run();
        (self.log, ending, self.folder)
    }
}

fn told(run: u64, told: Told) -> Input {
    Input::Told(RunId(run), told)
}

#[test]
fn a_save_is_on_the_screen_before_the_run_that_it_cancels_has_ended() {
    let fixture = fixture();
    let (log, ending, _folder) = fixture.run(vec![Input::File(FLUSH)]);
    assert_eq!(ending, Ending::Quit);
    assert!(log.position("draw ▸ opening") < log.position("start 1 of 1"));
    let noticed = log.position("draw ▸ saved · compiling");
    assert!(noticed < log.position("end run 1"), "{:#?}", log.entries());
    assert!(log.position("end run 1") < log.position("start 2 of 1"));
}

#[test]
fn nothing_runs_any_more_when_it_has_ended() {
    let (log, _, _folder) = fixture().run(vec![]);
    assert_eq!(log.entries().last().map(String::as_str), Some("end run 1"));
}

#[test]
fn building_ahead_ends_before_a_run_begins() {
    let inputs = vec![told(1, Told::Ended(pass())), Input::Key(Key::Char('r'))];
    let (log, _, _folder) = fixture().run(inputs);
    assert!(log.position("warm 1") < log.position("end warm"));
    assert!(log.position("end warm") < log.position("start 2 of 1"));
}

#[test]
fn what_is_built_ahead_is_not_built_again() {
    let run = |id| [told(id, Told::Ended(pass())), Input::Key(Key::Char('r'))];
    let (log, _, _folder) = fixture().run((1..=4).flat_map(run).collect());
    let warmed = log.entries().iter().filter(|entry| *entry == "warm 1").count();
    assert_eq!(warmed, 2, "{:#?}", log.entries());
}

#[test]
fn a_pass_is_on_disk_at_once() {
    let mut fixture = fixture();
    fixture.to_inputs.send(told(1, Told::Ended(pass()))).unwrap();
    fixture.to_inputs.send(Input::Signal(Signalled::End(9))).unwrap();
    assert_eq!(fixture.watch.until_the_end().unwrap(), Ending::Signal(9));
    let (_, progress, _) = Store::open(fixture.folder.path()).unwrap();
    assert!(progress.passed("fork_exit_flush"));
}

#[test]
fn a_flood_of_output_is_drawn_a_few_times() {
    let piece = Output { stream: Stream::Stdout, text: "line\n".into(), dropped: 0 };
    let flood = (0..1000).map(|_| told(1, Told::Output(piece.clone()))).collect();
    let (log, _, _folder) = fixture().run(flood);
    let draws = log.entries().iter().filter(|entry| entry.starts_with("draw")).count();
    assert!((10..40).contains(&draws), "{draws}");
}

#[test]
fn the_clock_is_drawn_each_second_while_something_runs() {
    let fixture = fixture();
    let to_inputs = fixture.to_inputs.clone();
    let log = fixture.log.clone();
    let watching = thread::spawn(move || fixture.watch.run());
    log.wait_for(3, "draw ▸ compiling");
    to_inputs.send(Input::Key(Key::Char('q'))).unwrap();
    assert_eq!(watching.join().unwrap(), Ending::Quit);
}

#[test]
fn ctrl_z_ends_the_run_and_going_on_starts_it_again() {
    let (log, _, _folder) = fixture().run(vec![Input::Signal(Signalled::Stop)]);
    assert!(log.position("end run 1") < log.position("stopped"));
    assert!(log.position("stopped") < log.position("start 2 of 1"));
}

#[test]
fn a_terminal_that_cannot_be_written_to_ends_it_quietly() {
    let mut fixture = fixture();
    fixture.watch.screen.draws_left = 1;
    let (_, ending, _folder) = fixture.run(vec![]);
    assert_eq!(ending, Ending::TerminalGone);
}

#[test]
fn what_ends_it_is_told_apart() {
    for (input, ending) in [
        (Input::TerminalGone, Ending::TerminalGone),
        (Input::Broken, Ending::Broken),
        (Input::Signal(Signalled::End(15)), Ending::Signal(15)),
    ] {
        assert_eq!(fixture().run(vec![input]).1, ending);
    }
}
