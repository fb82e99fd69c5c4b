//! One run of one check.

use std::cell::RefCell;
use std::fs;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::broker::run_name;
use super::program::Program;
use super::stop::{CheckResult, Stop};
use super::story::Story;
use crate::evidence::Evidence;
use crate::report::Passed;
use crate::supervise::Scratch;
use crate::world::World;

/// What a check function is given: the learner's program, a folder of its own, randomness that can
/// be repeated, and the words to tell what happens.
#[derive(Debug)]
pub struct Case {
    program: PathBuf,
    scratch: Scratch,
    random: RefCell<fastrand::Rng>,
    pub(super) story: Arc<Story>,
    world: Option<World>,
    pub(super) run: String,
    pub(super) surroundings: Vec<(String, String)>,
}

impl Case {
    /// A case for the program at this path. The same seed gives the same names and numbers.
    ///
    /// # Errors
    /// When no temporary folder can be made.
    pub fn new(program: &Path, seed: u64) -> io::Result<Self> {
        let story = Arc::new(Story::new());
        story.happened("check", format!("seed {seed}"));
        Ok(Self {
            program: program.to_owned(),
            scratch: Scratch::new()?,
            random: RefCell::new(fastrand::Rng::with_seed(seed)),
            story,
            world: None,
            run: run_name(),
            surroundings: Vec::new(),
        })
    }

    /// Says what comes next; the learner sees it while it happens.
    pub fn step(&self, words: &str) {
        self.story.step(words);
    }

    /// One sentence on what a failure from here on costs in production.
    pub fn matters(&self, why: &str) {
        self.story.matters(why);
    }

    /// The learner's program, to be started with arguments and environment of your choice.
    #[must_use]
    pub fn program(&self) -> Program {
        self.surrounded(Program::new(&self.program, "program", self.folder(), &self.story))
    }

    /// The same as if it ran on a machine of its own, as far as can be without rights: its parent is a
    /// shell that no other program has, and so are its folder, also for temporary files, and the host
    /// name in its environment. The process that is spoken of is the shell.
    ///
    /// # Errors
    /// Those of making a folder.
    pub fn program_on(&self, machine: &str) -> io::Result<Program> {
        let folder = self.folder().join(machine);
        fs::create_dir_all(&folder)?;
        let shell = Program::new(Path::new("/bin/sh"), "program", &folder, &self.story);
        // What stands behind the program keeps the shell from becoming it.
        let shell = shell.args(["-c", r#""$0" "$@"; exit $?"#]).arg(&self.program);
        Ok(self.surrounded(shell).env("HOSTNAME", machine))
    }

    fn surrounded(&self, program: Program) -> Program {
        let surroundings = self.surroundings.iter();
        let program = surroundings.fold(program, |program, (name, value)| program.env(name, value));
        match &self.world {
            Some(world) => program.env(crate::world::ADDRESS, world.address()),
            None => program,
        }
    }

    /// The kit's helper that behaves as its arguments say, started by the check itself.
    ///
    /// # Errors
    /// `Unknown` when it was not built.
    pub fn decoy(&self) -> Result<Program, Stop> {
        Ok(Program::new(self.decoy_path()?.as_ref(), "decoy", self.scratch.path(), &self.story))
    }

    /// The same from a file of this name in [`Case::folder`], by which it is then known to others:
    /// the first 15 bytes of it are its command name.
    ///
    /// # Errors
    /// `Unknown` when it was not built, or the file cannot be made.
    pub fn decoy_called(&self, name: &str) -> Result<Program, Stop> {
        let (decoy, file) = (self.decoy_path()?, self.folder().join(name));
        // A link takes no time; a folder on another disk, or a decoy of another user, needs a copy.
        // What is there already is it, and must not be written to: a link has the decoy's own bytes.
        if !file.exists() && fs::hard_link(&decoy, &file).is_err() {
            fs::copy(&decoy, &file)?;
        }
        Ok(Program::new(&file, "decoy", self.scratch.path(), &self.story))
    }

    /// Where the decoy is, for programs that take the command of their child from us.
    ///
    /// # Errors
    /// `Unknown` when it was not built.
    pub fn decoy_path(&self) -> Result<String, Stop> {
        beside_us("decoy")
    }

    /// Where the helper is that reports what it inherited, see [`crate::helpers::Inherited`].
    ///
    /// # Errors
    /// `Unknown` when it was not built.
    pub fn probe_path(&self) -> Result<String, Stop> {
        beside_us("probe-child")
    }

    /// Where the helper is that tells of every signal it gets, for programs that take the command of
    /// their child from us: `ready PID`, `got SIGINT`, and SIGTERM ends it (`--exit CODE`).
    ///
    /// # Errors
    /// `Unknown` when it was not built.
    pub fn teller_path(&self) -> Result<String, Stop> {
        beside_us("teller")
    }

    /// The outside world that programs act on, recorded and held by us. Programs started after this
    /// call act on it.
    ///
    /// # Errors
    /// When no socket can be made.
    pub fn world(&mut self) -> io::Result<World> {
        let world = World::new(self.scratch.path(), &self.story)?;
        self.world = Some(world.clone());
        Ok(world)
    }

    /// A folder of this run alone, gone after it. It is the programs' working directory.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.scratch.path()
    }

    /// A file in that folder.
    ///
    /// # Errors
    /// Those of writing it.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> io::Result<PathBuf> {
        let path = self.folder().join(name);
        fs::write(&path, contents)?;
        Ok(path)
    }

    /// A number that nobody can know beforehand.
    #[must_use]
    pub fn number(&self, range: RangeInclusive<u64>) -> u64 {
        self.random.borrow_mut().u64(range)
    }

    /// A word of eight letters that nobody can know beforehand.
    #[must_use]
    pub fn word(&self) -> String {
        let mut random = self.random.borrow_mut();
        (0..8).map(|_| random.lowercase()).collect()
    }

    /// Goes on if `holds`; else the failure of this sentence and that.
    ///
    /// # Errors
    /// [`Stop::Failed`] if it does not hold.
    pub fn expect(
        &self,
        holds: bool,
        expected: &str,
        observed: impl Into<String>,
    ) -> Result<(), Stop> {
        if holds { Ok(()) } else { Err(self.failure(expected, observed)) }
    }

    /// A failure with the timeline so far; add more with [`Stop::with`].
    #[must_use]
    pub fn failure(&self, expected: &str, observed: impl Into<String>) -> Stop {
        self.story.failure(expected, observed.into(), Vec::<Evidence>::new())
    }

    /// The check's last line: what was seen, with its numbers, in one or two sentences.
    ///
    /// # Errors
    /// Never; the type is that of a check.
    pub fn passed(&self, proved: impl Into<String>) -> CheckResult {
        Ok(Passed { proved: proved.into() })
    }
}

/// The kit's own programs are built into one folder; cargo puts tests into one below it.
pub(super) fn beside_us(name: &str) -> Result<String, Stop> {
    let us = std::env::current_exe()?;
    let path = us.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|x| x.exists());
    let missing = || {
        Stop::unknown(format!("the kit's helper `{name}` was not built"), "cargo build -p harness")
    };
    path.and_then(|path| path.to_str().map(str::to_owned)).ok_or_else(missing)
}
