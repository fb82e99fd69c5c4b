//! `solution`: after a pass, or before it for those who say so.

use std::fs;

use anyhow::{Context, Result, bail};

use super::page::Page;
use super::session::Session;
use crate::course::ExerciseId;
use crate::draw::{Line, Style};

/// Shows the solution's path and text. Before the pass that takes `give_up`, which is recorded.
///
/// # Errors
/// The exercise has not passed; the solution cannot be read; the page cannot be written.
pub(super) fn solution(
    session: &mut Session,
    id: ExerciseId,
    give_up: bool,
    page: &mut Page,
) -> Result<()> {
    let name = session.course.exercise(id).name.clone();
    let passed = session.progress.passed(&name);
    if !passed && !give_up && !session.progress.gave_up(&name) {
        bail!(
            "`{name}` has not passed yet; `cargo run -- hint {name}` helps on, and `cargo run -- \
             solution {name} --give-up` shows the solution all the same, which is recorded"
        );
    }
    let path = session.course.solution(id);
    let text = fs::read(session.course.root.join(&path)).with_context(|| {
        let path = path.display();
        format!("cannot read {path}; `git checkout -- {path}` brings it back")
    })?;

    if !passed && give_up {
        session.progress.give_up(&name);
        session.save();
    }
    page.line(&Line::new(path.display().to_string(), Style::Strong))?;
    page.line(&Line::blank())?;
    page.raw(&text)?;
    Ok(())
}
