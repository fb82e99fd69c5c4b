//! Looking: tools are asked, a program is linked, a child is watched, files are written and removed.

mod brokers;
mod kernel;
mod places;
mod system;
mod tools;

use std::path::Path;

use super::seen::{CourseSeen, Seen};
use crate::course::Course;

/// Looks at everything that a course needs, at the one around `here` if there is any. Takes a second
/// or so and changes nothing.
#[must_use]
pub fn look(here: &Path) -> Seen {
    let rustc = tools::ask("rustc", "-V");
    Seen {
        system: system::system(),
        cargo: tools::ask("cargo", "-V"),
        linking: tools::link(&rustc),
        rustc,
        rust_wanted: env!("CARGO_PKG_RUST_VERSION").to_owned(),
        git: tools::ask("git", "--version"),
        kernel: kernel::kernel(),
        terminal: places::terminal(),
        colours: colored::control::SHOULD_COLORIZE.should_colorize(),
        brokers: brokers::brokers(),
        // In any other folder nothing is written.
        course: Course::find_root(here).ok().map(|root| course(&root)),
    }
}

fn course(root: &Path) -> CourseSeen {
    CourseSeen {
        loads: Course::load(root).map(|course| course.len()).map_err(|error| format!("{error:#}")),
        watches: kernel::watches(&root.join("exercises")),
        target: places::target(root),
        state: places::state(root),
    }
}
