//! What the watch asks of the engine, so that it can be tried without a compiler.

use std::sync::Arc;

use crate::brokers::Brokers;
use crate::course::{Course, ExerciseId};
use crate::engine::{Run, Warming, needed_soon, start, warm};
pub use crate::engine::{RunId, Told};

/// Starts runs and builds ahead.
pub trait Engine {
    /// A run that goes on; dropping it ends all of its processes before the drop returns.
    type Run;
    /// A build that goes on at low priority; dropping it ends it at once.
    type Warming;

    /// Judges an exercise; returns at once, and `tell` is called from another thread.
    fn start(
        &self,
        exercise: ExerciseId,
        run: RunId,
        tell: impl Fn(RunId, Told) + Send + 'static,
    ) -> Self::Run;

    /// Builds what the chapters after this exercise need, and starts the brokers of the next.
    fn warm(&self, ahead_of: ExerciseId) -> Self::Warming;

    /// Only the latter, when all is built.
    fn start_brokers(&self, ahead_of: ExerciseId);

    /// Whether a build ahead has come to its end: then there is nothing left to build.
    fn is_over(warming: &Self::Warming) -> bool;
}

/// The engine of the kit, for a course.
#[derive(Debug)]
pub struct Kit(pub Arc<Course>, pub Brokers);

impl Engine for Kit {
    type Run = Run;
    type Warming = Warming;

    fn start(
        &self,
        exercise: ExerciseId,
        run: RunId,
        tell: impl Fn(RunId, Told) + Send + 'static,
    ) -> Run {
        start(&self.0, &self.1, exercise, run, tell)
    }

    fn warm(&self, ahead_of: ExerciseId) -> Warming {
        warm(&self.0, &self.1, ahead_of)
    }

    fn start_brokers(&self, ahead_of: ExerciseId) {
        self.1.want(&needed_soon(&self.0, ahead_of));
    }

    fn is_over(warming: &Warming) -> bool {
        warming.is_over()
    }
}
