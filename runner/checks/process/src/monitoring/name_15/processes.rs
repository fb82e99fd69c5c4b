//! Processes that are to be found, and those that are not.

use std::fs;

use harness::check::{Case, Program, Running, Stop};
use harness::evidence::Evidence;
use harness::process;

use super::super::decoys;

/// A process that must not be found.
pub(super) struct Other {
    pub(super) who: Running,
    pub(super) is: String,
}

pub(super) fn others(case: &Case, name: &str) -> Result<Vec<Other>, Stop> {
    let sibling = format!("{}us", name.trim_end_matches("eu"));
    let (before, behind) = (format!("old-{name}"), format!("{name}2"));
    let editor = case.word();
    fs::create_dir(case.folder().join("opt"))?;
    fs::create_dir(case.folder().join("opt").join(name))?;
    // In this order they are spoken of, the most telling first.
    let mut others = vec![
        Other {
            who: start(case.decoy_called(&editor)?.arg(name))?,
            is: format!("runs `{editor}` and has the name among its arguments"),
        },
        Other {
            who: start(case.decoy_called(&format!("opt/{name}/helper"))?)?,
            is: "runs `helper`, which lies in a folder of that name".to_owned(),
        },
    ];
    for other in [sibling, before, behind] {
        let who = start(case.decoy_called(&other)?)?;
        others.push(Other { who, is: format!("runs `{other}`") });
    }
    Ok(others)
}

/// The processes as the kernel names them, and what they run.
pub(super) fn tree(name: &str, runners: [&Running; 2], others: &[Other]) -> Evidence {
    let runs = runners.map(|who| (who.pid(), format!("runs `{name}`")));
    let others = others.iter().map(|other| (other.who.pid(), other.is.clone()));
    let notes: Vec<_> = runs.into_iter().chain(others).collect();
    let pids: Vec<_> = notes.iter().map(|(pid, _)| *pid).collect();
    let mut tree = process::snapshot("by the kernel's names", &pids);
    for (row, (_, note)) in tree.rows.iter_mut().zip(notes) {
        (row.doing, row.note) = (None, Some(note));
    }
    Evidence::Processes(tree)
}

/// A folder for temporary files may be mounted `noexec`, and then no file in it can be run.
pub(super) fn start(decoy: Program) -> Result<Running, Stop> {
    decoys::start(decoy).map_err(|_| {
        let reason = "no program can be started from the folder for temporary files";
        Stop::unknown(reason, "set TMPDIR to a folder on a disk that allows it, and run it again")
    })
}
