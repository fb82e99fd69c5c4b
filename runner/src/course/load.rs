//! The course on disk: which folder it is, and which folder each chapter has.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

use super::model::{Chapter, Course, Exercise};
use super::parse::{self, ChapterInfo, ExerciseInfo, Info};

impl Course {
    /// The folder that holds info.toml: `from` or the nearest one above it.
    ///
    /// # Errors
    /// None of them does.
    pub fn find_root(from: &Path) -> Result<PathBuf> {
        from.ancestors()
            .find(|folder| folder.join("info.toml").is_file())
            .map(Path::to_path_buf)
            .ok_or_else(|| {
                anyhow!(
                    "neither {} nor a folder above it holds a course; `cd` to the folder that \
                     holds info.toml and type `cargo run`",
                    from.display()
                )
            })
    }

    /// Reads info.toml in `root` and finds the folder of each chapter.
    ///
    /// # Errors
    /// The file cannot be read, [`parse`] refuses it, or a chapter has no folder.
    pub fn load(root: &Path) -> Result<Course> {
        let text = read(&root.join("info.toml"))?;
        let Info { welcome, closing, chapters, .. } = parse::parse(&text)?;
        let folders = folders_in(&root.join("exercises"))?;
        let chapters = chapters
            .into_iter()
            .map(|chapter| {
                let folder = folder_of(&text, &chapter, &folders)?;
                Ok(Chapter {
                    name: chapter.name.into_inner(),
                    title: chapter.title.into_inner(),
                    checks: chapter.checks.into_inner(),
                    brokers: parse::brokers(&text, &chapter.brokers)?,
                    folder,
                    exercises: chapter.exercises.into_iter().map(exercise).collect(),
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Course::new(root.to_path_buf(), welcome, closing, chapters))
    }
}

fn read(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..good].iter().filter(|&&byte| byte == b'\n').count();
        anyhow!("info.toml, line {line}: not UTF-8; save it as UTF-8 and type `cargo run -- list`")
    })
}

/// The names of the folders in exercises/.
fn folders_in(exercises: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(exercises) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "the folder exercises is missing beside info.toml; `git checkout -- exercises` brings \
             it back"
        ),
        Err(error) => return Err(error).context("cannot list the folder exercises"),
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.context("cannot list the folder exercises")?;
        if entry.path().is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// The one folder `NN_<name>`: the number orders the folders for whoever lists them, and only there.
fn folder_of(text: &str, chapter: &ChapterInfo, folders: &[String]) -> Result<String> {
    let name = chapter.name.get_ref();
    let matching: Vec<&String> = folders
        .iter()
        .filter(|folder| {
            folder.split_once('_').is_some_and(|(number, rest)| {
                rest == name && number.len() == 2 && number.bytes().all(|b| b.is_ascii_digit())
            })
        })
        .collect();
    let what = match matching[..] {
        [folder] => return Ok(folder.clone()),
        [] => format!(
            "chapter `{name}` has no folder exercises/NN_{name}, NN being two digits \
             (`git status exercises` shows one that was lost)"
        ),
        [first, second, ..] => {
            format!("chapter `{name}` has two folders, exercises/{first} and exercises/{second}")
        }
    };
    Err(parse::complaint(text, &chapter.name.span(), &what))
}

fn exercise(info: ExerciseInfo) -> Exercise {
    Exercise {
        name: info.name.into_inner(),
        title: info.title.into_inner(),
        skills: info.skills,
        fails_with: info.fails_with.into_inner(),
        hints: info.hints.into_inner(),
    }
}
