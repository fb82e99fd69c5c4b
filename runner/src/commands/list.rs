//! `list`: all exercises, and how far the learner is.

use serde::Serialize;

use crate::course::{Course, ExerciseId};
use crate::draw::{Line, Style, prose};
use crate::progress::Progress;

/// The table for people.
pub(super) fn table(course: &Course, progress: &Progress, width: usize) -> Vec<Line> {
    let names = course.ids().map(|id| course.exercise(id).name.len()).max().unwrap_or_default();
    let current = progress.exercise_in(course);
    let mut lines = Vec::new();
    let mut chapter = None;
    for id in course.ids() {
        let folder = &course.chapter_of(id).folder;
        if chapter.replace(folder) != Some(folder) {
            let title = Line::new(&course.chapter_of(id).title, Style::Strong);
            lines.push(title.with(format!("  {folder}"), Style::Dim).cut(width));
        }
        lines.push(row(course, progress, id, id == current, names).cut(width));
    }
    lines.push(Line::blank());

    let passed = course.ids().filter(|&id| progress.passed(&course.exercise(id).name)).count();
    let name = &course.exercise(current).name;
    let sum = format!(
        "{passed} of {} passed; `cargo run -- watch {name}` goes on at the one marked >",
        course.len()
    );
    lines.extend(prose(&sum, width));
    lines
}

fn row(course: &Course, progress: &Progress, id: ExerciseId, current: bool, names: usize) -> Line {
    let exercise = course.exercise(id);
    let name_style = if current { Style::Strong } else { Style::Plain };
    Line::new(if current { "> " } else { "  " }, Style::Key)
        .joined(state(progress, &exercise.name).padded(STATE))
        .joined(Line::new(&exercise.name, name_style).padded(names + 2))
        .and(&exercise.title)
}

/// The widest state and two spaces.
const STATE: usize = "gave up".len() + 2;

fn state(progress: &Progress, name: &str) -> Line {
    if progress.passed(name) {
        return Line::new("passed", Style::Good);
    }
    if progress.gave_up(name) {
        return Line::new("gave up", Style::Doubt);
    }
    match progress.hints_shown(name) {
        0 => Line::new("·", Style::Dim),
        1 => Line::new("1 hint", Style::Dim),
        many => Line::new(format!("{many} hints"), Style::Dim),
    }
}

/// One exercise, for programs. Fields may be added, none is taken away.
#[derive(Serialize)]
struct Entry<'a> {
    chapter: &'a str,
    name: &'a str,
    title: &'a str,
    skills: &'a [String],
    file: String,
    solution: String,
    current: bool,
    passed: bool,
    hints_shown: usize,
    gave_up: bool,
}

/// A JSON array with one exercise a line.
///
/// # Errors
/// serde_json refuses, which none of these types makes it do.
pub(super) fn json(course: &Course, progress: &Progress) -> serde_json::Result<String> {
    let current = progress.exercise_in(course);
    let entries = course
        .ids()
        .map(|id| {
            let exercise = course.exercise(id);
            serde_json::to_string(&Entry {
                chapter: &course.chapter_of(id).name,
                name: &exercise.name,
                title: &exercise.title,
                skills: &exercise.skills,
                file: course.file(id).display().to_string(),
                solution: course.solution(id).display().to_string(),
                current: id == current,
                passed: progress.passed(&exercise.name),
                hints_shown: progress.hints_shown(&exercise.name),
                gave_up: progress.gave_up(&exercise.name),
            })
        })
        .collect::<serde_json::Result<Vec<_>>>()?;
    Ok(format!("[\n{}\n]\n", entries.join(",\n")))
}

#[cfg(test)]
mod tests;
