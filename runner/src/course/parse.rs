//! The text of info.toml, read without a file: what is wrong with it becomes one sentence.

use std::collections::HashMap;
use std::ops::Range;

use anyhow::{Result, anyhow};
use harness::broker::Broker;
use serde::Deserialize;
use toml::Spanned;

use crate::nearest::nearest;

/// The version of info.toml that this kit reads.
pub const FORMAT: u64 = 1;

/// How many hints each exercise has: a question, a pointer, nearly the answer.
pub const HINTS: usize = 3;

/// info.toml as it is written: names carry where they stand, so that a complaint can name the line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Info {
    format: Spanned<u64>,
    /// What is read before the first exercise.
    #[serde(default)]
    pub welcome: String,
    /// What is read after the last exercise.
    #[serde(default)]
    pub closing: String,
    /// In the order in which they are read.
    #[serde(default)]
    pub chapters: Vec<ChapterInfo>,
}

/// A `[[chapters]]` table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChapterInfo {
    /// The package's name.
    pub name: Spanned<String>,
    /// What the learner reads.
    pub title: Spanned<String>,
    /// The folder of the check executable under runner/checks.
    pub checks: Spanned<String>,
    /// The message brokers that its programs talk to, see [`brokers`].
    #[serde(default)]
    pub brokers: Vec<Spanned<String>>,
    /// In the order in which they are solved.
    #[serde(default)]
    pub exercises: Vec<ExerciseInfo>,
}

/// A `[[chapters.exercises]]` table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExerciseInfo {
    /// File, program and check function.
    pub name: Spanned<String>,
    /// The story in five words.
    pub title: Spanned<String>,
    /// What a pass counts for.
    pub skills: Vec<String>,
    /// Words of the verdict that refuses the shipped program.
    pub fails_with: Spanned<String>,
    /// Three of them, see [`HINTS`].
    pub hints: Spanned<Vec<String>>,
}

/// Reads and judges the text of info.toml.
///
/// # Errors
/// One sentence that names the line, what is wrong there and the next command.
pub fn parse(text: &str) -> Result<Info> {
    let info = toml::from_str(text).map_err(|error| {
        let sentence = sentence_of(error.message());
        match error.span() {
            Some(span) => complaint(text, &span, &sentence),
            None => anyhow!("info.toml: {sentence}; mend it and type `cargo run -- list`"),
        }
    })?;
    judge(text, &info)?;
    Ok(info)
}

/// The brokers of a chapter.
///
/// # Errors
/// A name that no broker has; the sentence names its line.
pub fn brokers(text: &str, names: &[Spanned<String>]) -> Result<Vec<Broker>> {
    let known = || Broker::ALL.map(Broker::id);
    let each = names.iter().map(|name| {
        Broker::of_id(name.get_ref()).ok_or_else(|| {
            let what = match nearest(name.get_ref(), known()) {
                Some(near) => {
                    format!("no broker is called {:?}, the nearest is `{near}`", name.get_ref())
                }
                None => format!(
                    "no broker is called {:?}, only `{}`",
                    name.get_ref(),
                    known().join("`, `")
                ),
            };
            complaint(text, &name.span(), &what)
        })
    });
    each.collect()
}

/// One sentence about one place of info.toml, ending in what to type next.
pub fn complaint(text: &str, at: &Range<usize>, what: &str) -> anyhow::Error {
    let line = 1 + text.bytes().take(at.start).filter(|&byte| byte == b'\n').count();
    anyhow!("info.toml, line {line}: {what}; mend that line and type `cargo run -- list`")
}

fn judge(text: &str, info: &Info) -> Result<()> {
    let version = *info.format.get_ref();
    if version != FORMAT {
        let what = format!("format {version} is not known to this kit, which reads {FORMAT}");
        return Err(complaint(text, &info.format.span(), &what));
    }
    if info.chapters.is_empty() {
        return Err(anyhow!("info.toml lists no chapters; add one and type `cargo run -- list`"));
    }

    let mut seen = HashMap::new();
    for chapter in &info.chapters {
        is_a_name(text, &chapter.name, "a chapter")?;
        is_a_name(text, &chapter.checks, "a check executable")?;
        is_written(text, &chapter.title, "title")?;
        is_new(text, &mut seen, "chapter", &chapter.name)?;
        if chapter.exercises.is_empty() {
            let what = format!("chapter `{}` has no exercises", chapter.name.get_ref());
            return Err(complaint(text, &chapter.name.span(), &what));
        }
        for exercise in &chapter.exercises {
            is_a_name(text, &exercise.name, "an exercise")?;
            is_written(text, &exercise.title, "title")?;
            is_written(text, &exercise.fails_with, "fails_with")?;
            is_new(text, &mut seen, "exercise", &exercise.name)?;
            has_its_hints(text, exercise)?;
        }
    }
    Ok(())
}

/// Names become file names, program names and functions: nothing else may get that far.
fn is_a_name(text: &str, name: &Spanned<String>, of: &str) -> Result<()> {
    let letters = name.get_ref();
    let fits = letters.starts_with(|first: char| first.is_ascii_lowercase())
        && letters.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits {
        return Ok(());
    }
    let what = format!("{letters:?} is no name for {of}: write a-z, 0-9 and _, a letter first");
    Err(complaint(text, &name.span(), &what))
}

fn is_written(text: &str, value: &Spanned<String>, key: &str) -> Result<()> {
    if value.get_ref().trim().is_empty() {
        return Err(complaint(text, &value.span(), &format!("`{key}` is empty")));
    }
    Ok(())
}

fn is_new<'a>(
    text: &str,
    seen: &mut HashMap<(&'static str, &'a str), Range<usize>>,
    kind: &'static str,
    name: &'a Spanned<String>,
) -> Result<()> {
    match seen.insert((kind, name.get_ref().as_str()), name.span()) {
        None => Ok(()),
        Some(_) => {
            let what = format!("{kind} `{}` is listed a second time", name.get_ref());
            Err(complaint(text, &name.span(), &what))
        }
    }
}

fn has_its_hints(text: &str, exercise: &ExerciseInfo) -> Result<()> {
    let (name, hints) = (exercise.name.get_ref(), exercise.hints.get_ref());
    if hints.len() != HINTS {
        let what = format!("`{name}` has {} hints instead of {HINTS}", hints.len());
        return Err(complaint(text, &exercise.hints.span(), &what));
    }
    if let Some(empty) = hints.iter().position(|hint| hint.trim().is_empty()) {
        let what = format!("hint {} of `{name}` is empty", empty + 1);
        return Err(complaint(text, &exercise.hints.span(), &what));
    }
    Ok(())
}

/// What the parser says, as a sentence. serde names an unknown key and all known ones, each in
/// backticks; of those only the nearest helps.
fn sentence_of(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((unknown, known)) if message.starts_with("unknown field") => {
            match nearest(unknown, known.iter().copied()) {
                Some(near) => format!("there is no key `{unknown}`, the nearest is `{near}`"),
                None => format!("there is no key `{unknown}`, only `{}`", known.join("`, `")),
            }
        }
        _ => message.trim().replace('\n', ", "),
    }
}
