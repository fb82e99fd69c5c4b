//! What a check tells the runner: one [`Report`] a line, as JSON, on its standard output.

use serde::{Deserialize, Serialize};

use crate::evidence::Evidence;

/// One line of a check's conversation with the runner. The last one is always a verdict; a check
/// that ends without one has crashed, and the runner makes that [`Verdict::Unknown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Report {
    /// What the check does next, in words that continue "the check will ...".
    Step(String),
    /// A piece of what the learner's program wrote.
    Output(Output),
    /// The end of the run.
    Verdict(Verdict),
}

/// Something the learner's program wrote, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Which of the program's two streams.
    pub stream: Stream,
    /// Bytes that are not UTF-8 stand as U+FFFD. Control characters are still in it: whoever draws
    /// it makes them harmless.
    pub text: String,
    /// How many bytes were written after this text and thrown away, since a program may write
    /// without end.
    pub dropped: u64,
}

/// A standard stream of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Descriptor 1.
    Stdout,
    /// Descriptor 2.
    Stderr,
}

/// How a run ended. There is no fourth way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The program does what the exercise asks for.
    Passed(Passed),
    /// The program was seen doing something else.
    Failed(Failure),
    /// The kit could not tell, and that is not the program's fault.
    Unknown(Unknown),
}

/// What a pass rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// One or two sentences: what was seen, with its numbers.
    pub proved: String,
}

/// What was wanted, what was seen, and why anybody should care. Never the fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One sentence.
    pub expected: String,
    /// One sentence, with pids, descriptors, counts.
    pub observed: String,
    /// One sentence on what this costs in production.
    pub why: String,
    /// Facts behind the sentence, drawn by whoever shows the failure.
    pub evidence: Vec<Evidence>,
}

/// Whose fault it is instead, and what to type next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// One sentence without a full stop.
    pub reason: String,
    /// The next command, or the next thing to do, without a full stop.
    pub next: String,
}
