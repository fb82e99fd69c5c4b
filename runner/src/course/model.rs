//! What a course is, and where its files lie.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use harness::broker::Broker;

use crate::nearest::nearest;

/// A course, whole and valid: at least one exercise, no name twice, three hints each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// The folder that holds info.toml.
    pub root: PathBuf,
    /// What is read before the first exercise; may be empty.
    pub welcome: String,
    /// What is read after the last exercise; may be empty.
    pub closing: String,
    /// In the order in which they are read.
    pub chapters: Vec<Chapter>,
    /// Where each [`ExerciseId`] lies: chapter, and exercise in it.
    places: Vec<(usize, usize)>,
}

/// One package under exercises/.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chapter {
    /// The package's name, and the folder's behind its number.
    pub name: String,
    /// What the learner reads.
    pub title: String,
    /// The check executable that judges it, by its folder under runner/checks.
    pub checks: String,
    /// The message brokers that its programs talk to.
    pub brokers: Vec<Broker>,
    /// The folder under exercises/ and solutions/: `01_processes`.
    pub folder: String,
    /// In the order in which they are solved.
    pub exercises: Vec<Exercise>,
}

/// One program to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exercise {
    /// File, program and check function.
    pub name: String,
    /// The story in five words.
    pub title: String,
    /// What a pass counts for.
    pub skills: Vec<String>,
    /// Words of the verdict that refuses the shipped program.
    pub fails_with: String,
    /// A question, a pointer, nearly the answer: always three.
    pub hints: Vec<String>,
}

/// An exercise's place in the course, counted from 0 through all chapters.
///
/// Valid for the course that gave it out, as an index is for its vector.
#[derive(Copy, Clone, Eq, PartialEq, Hash, Ord, PartialOrd, Debug)]
pub struct ExerciseId(pub usize);

impl Course {
    /// A course of these chapters; whoever builds one by hand answers for their names.
    pub fn new(root: PathBuf, welcome: String, closing: String, chapters: Vec<Chapter>) -> Course {
        let places = chapters
            .iter()
            .enumerate()
            .flat_map(|(c, chapter)| (0..chapter.exercises.len()).map(move |e| (c, e)))
            .collect();
        Course { root, welcome, closing, chapters, places }
    }

    /// How many exercises there are in all chapters.
    #[expect(clippy::len_without_is_empty, reason = "a course without exercises does not load")]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Every exercise, in course order.
    pub fn ids(&self) -> impl Iterator<Item = ExerciseId> + use<> {
        (0..self.places.len()).map(ExerciseId)
    }

    /// The exercise at this place.
    pub fn exercise(&self, id: ExerciseId) -> &Exercise {
        let (chapter, exercise) = self.places[id.0];
        &self.chapters[chapter].exercises[exercise]
    }

    /// The chapter that this exercise belongs to.
    pub fn chapter_of(&self, id: ExerciseId) -> &Chapter {
        &self.chapters[self.places[id.0].0]
    }

    /// The brokers that these exercises need, each once.
    pub fn brokers(&self, ids: impl Iterator<Item = ExerciseId>) -> Vec<Broker> {
        let all: BTreeSet<_> = ids.flat_map(|id| &self.chapter_of(id).brokers).copied().collect();
        all.into_iter().collect()
    }

    /// The exercise of this name.
    ///
    /// # Errors
    /// There is none; the sentence offers the nearest name.
    pub fn by_name(&self, name: &str) -> Result<ExerciseId> {
        let names = || self.ids().map(|id| self.exercise(id).name.as_str());
        if let Some(place) = names().position(|known| known == name) {
            return Ok(ExerciseId(place));
        }
        Err(match nearest(name, names()) {
            Some(near) => anyhow!(
                "no exercise is called {name:?}, the nearest is `{near}`; `cargo run -- list` shows all"
            ),
            None => anyhow!("no exercise is called {name:?}; `cargo run -- list` shows all"),
        })
    }

    /// The learner's file, relative to the root: `exercises/01_processes/zombie_parade.rs`.
    pub fn file(&self, id: ExerciseId) -> PathBuf {
        self.lies_under("exercises", id)
    }

    /// The solution, relative to the root: `solutions/01_processes/zombie_parade.rs`.
    pub fn solution(&self, id: ExerciseId) -> PathBuf {
        self.lies_under("solutions", id)
    }

    /// The text that `reset` restores, relative to the root:
    /// `runner/shipped/01_processes/zombie_parade.rs`.
    pub fn shipped(&self, id: ExerciseId) -> PathBuf {
        self.lies_under("runner/shipped", id)
    }

    fn lies_under(&self, top: &str, id: ExerciseId) -> PathBuf {
        let file = format!("{}.rs", self.exercise(id).name);
        [top, &self.chapter_of(id).folder, &file].iter().collect()
    }
}

/// Four exercises in two chapters, for tests of what draws and decides.
#[cfg(test)]
pub(crate) fn sample() -> Course {
    let exercise = |name: &str, title: &str| Exercise {
        name: name.to_owned(),
        title: title.to_owned(),
        skills: vec!["waitpid".to_owned()],
        fails_with: "state Z".to_owned(),
        hints: ["What?", "Look there.", "Nearly."].map(str::to_owned).to_vec(),
    };
    let chapter = |name: &str, folder: &str, title: &str, exercises| Chapter {
        name: name.to_owned(),
        title: title.to_owned(),
        checks: "process".to_owned(),
        brokers: Vec::new(),
        folder: folder.to_owned(),
        exercises,
    };
    let intro = vec![exercise("exit_status", "The backup that failed in silence")];
    let processes = vec![
        exercise("fork_exit_flush", "The nightly report with its header twice"),
        exercise("zombie_parade", "The night of four thousand dead workers, and one more title"),
        exercise("kill_the_tree", "The build that would not stop"),
    ];
    let chapters = vec![
        chapter("intro", "00_intro", "How this kit talks to you", intro),
        chapter("processes", "01_processes", "Programs that start programs", processes),
    ];
    Course::new(PathBuf::from("course"), "Welcome.".to_owned(), "Well done.".to_owned(), chapters)
}
