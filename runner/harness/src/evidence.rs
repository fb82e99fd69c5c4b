//! Facts behind a verdict, as data. The runner draws them; a check never formats a table.

use serde::{Deserialize, Serialize};

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// What happened, in order.
    Timeline(Vec<Moment>),
    /// Which processes there were at one moment, and what each was doing.
    Processes(ProcessTree),
    /// Which descriptors a process had open at one moment.
    OpenFiles(OpenFiles),
    /// What should have been printed beside what was.
    Lines(Lines),
    /// How a process treats signals, beside how it should.
    Signals(SignalSets),
    /// Several rules that a program has to keep, and which of them hold.
    Rules(Vec<Rule>),
    /// What became of each message.
    Messages(Messages),
    /// What a broker says of a queue, a group or a stream.
    Broker(BrokerState),
}

/// One line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since the check began.
    pub ms: u64,
    /// Who did it: `check`, `program 4711`, `child 4712`.
    pub who: String,
    /// What was done, in the past tense or as quoted output.
    pub what: String,
}

/// A snapshot of a process and everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessTree {
    /// The moment, as it continues "processes ...": `after the program ended`.
    pub when: String,
    /// Parents before their children.
    pub rows: Vec<ProcessRow>,
}

/// One process of a [`ProcessTree`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRow {
    /// How deep below the first row; 0 for roots.
    pub depth: u16,
    /// Process id.
    pub pid: i32,
    /// Command name, at most 15 bytes (`TASK_COMM_LEN`), see proc_pid_comm(5).
    pub name: String,
    /// One letter as in ps(1): R running, S sleeping, D in the disk, T stopped, Z zombie.
    pub state: char,
    /// What it waits for where that is known: `in read(3), a pipe`, `in wait4(4712)`.
    pub doing: Option<String>,
    /// What the learner should see in this row: `nobody has waited for it`.
    pub note: Option<String>,
}

/// A snapshot of a descriptor table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFiles {
    /// Whose table and when, as it continues "descriptors ...": `of the child, as it reported them`.
    pub when: String,
    /// In ascending order of descriptor.
    pub rows: Vec<OpenFile>,
}

/// One descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenFile {
    /// The number.
    pub fd: i32,
    /// What it refers to: a path, `pipe:[12345] (read end)`, `socket:[12345]`.
    pub target: String,
    /// What the learner should see in this row.
    pub note: Option<String>,
}

/// Two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines {
    /// What the two are: `standard output`.
    pub what: String,
    /// Lines that were wanted.
    pub expected: Vec<String>,
    /// Lines that were seen.
    pub observed: Vec<String>,
}

/// The signal sets of a process, see `proc_pid_status(5)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalSets {
    /// Whose and when, as it continues "signals ...": `of the child, as it reported them`.
    pub when: String,
    /// One row a set.
    pub rows: Vec<SignalSet>,
}

/// One of the sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalSet {
    /// `blocked`, `ignored`, `caught`, `pending`.
    pub set: String,
    /// Names of the signals that were in it.
    pub observed: Vec<String>,
    /// Names of those that should have been.
    pub expected: Vec<String>,
}

/// One rule of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What has to hold, as a sentence.
    pub rule: String,
    /// What was found; `None` where an earlier failure kept it from being looked at.
    pub holds: Option<bool>,
    /// What was seen, with numbers.
    pub seen: String,
}

/// What became of some messages: a row each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Messages {
    /// The moment, as it continues "messages ...": `while the program is inside message 3`.
    pub when: String,
    /// How the broker settles a message: `committed`, `acknowledged`, `stored`.
    pub settling: String,
    /// In the order of the log or queue.
    pub rows: Vec<MessageRow>,
    /// Where the broker's mark and the program stand: `committed 4 | inside message 3`.
    pub position: Option<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// What it is called: `order 4711`, `offset 3`.
    pub message: String,
    /// How often the program was given it, where that is known.
    pub delivered: Option<u32>,
    /// What was done for it outside: `sent twice`, `begun, not done`; empty where nothing was.
    pub effect: String,
    /// Whether the broker takes it for settled, where that is known.
    pub settled: Option<bool>,
    /// What the learner should see in this row.
    pub note: Option<String>,
}

/// What a broker says of one of its things, beside what it should say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokerState {
    /// Of what and when, as it continues "the broker's view ...": `of queue orders, after SIGKILL`.
    pub of: String,
    /// One row a number or setting.
    pub rows: Vec<BrokerFact>,
}

/// One number or setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokerFact {
    /// Its name in the broker's own words: `messages_ready`, `committed offset`.
    pub name: String,
    /// What it was.
    pub observed: String,
    /// What it should have been, where it should have been something.
    pub expected: Option<String>,
}
