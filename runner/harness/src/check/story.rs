//! What a check knows about its own run: steps, signals, programs, and when each was.

use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::fold::fold;
use super::lifeline::Lifeline;
use super::stop::Stop;
use crate::evidence::{Evidence, Moment};
use crate::report::{Failure, Output, Report, Stream};
use crate::supervise::{Remote, View};

/// Shared by a case and all it started.
#[derive(Debug)]
pub(crate) struct Story {
    started: Instant,
    told: Mutex<Told>,
    /// One for each broker.
    lifelines: Mutex<Vec<Arc<Lifeline>>>,
}

#[derive(Debug, Default)]
struct Told {
    why: String,
    moments: Vec<(Instant, String, String)>,
    programs: Vec<(String, Remote)>,
    holds: usize,
    overrun: Option<usize>,
    scenes: usize,
    scene: Option<Instant>,
}

/// Rows that a timeline has at the most; a program may print without end.
const ROWS: usize = 32;
/// Bytes of each stream that the learner is shown.
const SHOWN: usize = 16 * 1024;

impl Story {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), told: Mutex::default(), lifelines: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn step(&self, words: &str) {
        say(&Report::Step(words.to_owned()));
        self.happened("check", words);
    }

    pub(crate) fn happened(&self, who: &str, what: impl Into<String>) {
        self.happened_at(Instant::now(), who, what);
    }

    fn happened_at(&self, at: Instant, who: &str, what: impl Into<String>) {
        self.lock().moments.push((at, who.to_owned(), what.into()));
    }

    /// From now on a failure tells what happened since this moment; the first scene has the
    /// beginning as well.
    pub(crate) fn begin_scene(&self) {
        let mut told = self.lock();
        told.scenes += 1;
        told.scene = (told.scenes > 1).then(Instant::now);
    }

    pub(crate) fn matters(&self, why: &str) {
        why.clone_into(&mut self.lock().why);
    }

    /// `at` was taken before the start: a program may have printed by the time we know its pid.
    pub(crate) fn add_program(&self, at: Instant, name: String, remote: Remote) {
        self.happened_at(at, &name, "started");
        self.lock().programs.push((name, remote));
    }

    /// Something in the program's world that only we can move: a held pipe, a gate.
    pub(crate) fn hold(&self) {
        self.lock().holds += 1;
    }

    pub(crate) fn let_go(&self) {
        let mut told = self.lock();
        told.holds = told.holds.saturating_sub(1);
    }

    pub(crate) fn holds_something(&self) -> bool {
        self.lock().holds > 0
    }

    /// From now on [`Story::cut_off`] knows whether this broker is there.
    pub(super) fn hangs_on(&self, lifeline: Arc<Lifeline>) {
        self.lifelines.lock().unwrap_or_else(PoisonError::into_inner).push(lifeline);
    }

    /// The end of a check whose broker has gone. What was seen since then says nothing.
    pub(crate) fn cut_off(&self) -> Option<Stop> {
        let lifelines = self.lifelines.lock().unwrap_or_else(PoisonError::into_inner);
        lifelines.iter().find_map(|lifeline| lifeline.is_cut())
    }

    pub(crate) fn overran(&self, processes: usize) {
        self.lock().overrun = Some(processes);
    }

    pub(crate) fn overrun(&self) -> Option<usize> {
        self.lock().overrun
    }

    pub(crate) fn failure(
        &self,
        expected: &str,
        observed: String,
        mut evidence: Vec<Evidence>,
    ) -> Stop {
        evidence.push(Evidence::Timeline(self.timeline()));
        let why = self.lock().why.clone();
        Stop::Failed(Box::new(Failure { expected: expected.to_owned(), observed, why, evidence }))
    }

    /// Own moments, output lines and ends of all programs, in order.
    fn timeline(&self) -> Vec<Moment> {
        let told = self.lock();
        let mut moments = told.moments.clone();
        for (name, remote) in &told.programs {
            remote.look(|view| moments.extend(moments_of(name, view)));
        }
        // The first moment names the seed, which every failure needs.
        let first = moments.first().map(|(at, ..)| *at);
        moments
            .retain(|(at, ..)| told.scene.is_none_or(|scene| *at >= scene) || Some(*at) == first);
        moments.sort_by_key(|(at, ..)| *at);
        let mut moments = fold(moments);
        if moments.len() > ROWS {
            let dropped = moments.len() - ROWS;
            let at = moments[ROWS / 2].0;
            let gap = (at, "...".to_owned(), format!("{dropped} more moments"));
            moments.splice(ROWS / 2..ROWS / 2 + dropped, [gap]);
        }
        let ms = |at: Instant| {
            u64::try_from(at.duration_since(self.started).as_millis()).unwrap_or(u64::MAX)
        };
        moments.into_iter().map(|(at, who, what)| Moment { ms: ms(at), who, what }).collect()
    }

    /// Tells what the learner's program wrote in its last run, for them to see apart from the
    /// verdict. What our own helpers say is in the timeline.
    pub(crate) fn show_output(&self) {
        let told = self.lock();
        let learners = |(name, _): &&(String, Remote)| name.starts_with("program ");
        let Some((_, remote)) = told.programs.iter().rev().find(learners) else { return };
        let shown = |stream| remote.look(|view| shown(stream, view));
        for output in [shown(Stream::Stdout), shown(Stream::Stderr)].into_iter().flatten() {
            say(&Report::Output(output));
        }
    }
}

fn moments_of(name: &str, view: &View) -> Vec<(Instant, String, String)> {
    let row = |at, what| (at, name.to_owned(), what);
    let quote = |line: &str| format!("{line:?}");
    let printed =
        view.stdout.timed_lines().into_iter().map(|(at, line)| row(at, quote(&cut(&line))));
    let complained = view.stderr.timed_lines().into_iter();
    let complained =
        complained.map(|(at, line)| row(at, format!("on stderr: {}", quote(&cut(&line)))));
    // A flood is told by its first lines; the rest is in the output.
    let mut moments: Vec<_> = printed.take(ROWS).chain(complained.take(ROWS)).collect();
    if let Some((ended, at)) = view.ended {
        // We may read the last words after we learn of the end; they were written before it.
        let last = moments.iter().map(|(at, ..)| *at).max();
        moments.push(row(last.map_or(at, |last| last.max(at)), ended.to_string()));
    }
    moments
}

/// The beginning of a line.
pub(super) fn cut(line: &str) -> String {
    const LENGTH: usize = 60;
    match line.char_indices().nth(LENGTH) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

fn shown(stream: Stream, view: &View) -> Option<Output> {
    let capture = view.stream(stream);
    let bytes = capture.bytes();
    let kept = &bytes[..bytes.len().min(SHOWN)];
    let dropped = capture.dropped() + (bytes.len() - kept.len()) as u64;
    (!kept.is_empty()).then(|| Output {
        stream,
        text: String::from_utf8_lossy(kept).into_owned(),
        dropped,
    })
}

/// One line of JSON. A runner that is gone does not read it, and then nobody needs it.
pub(super) fn say(report: &Report) {
    if let Ok(line) = serde_json::to_string(report) {
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}
