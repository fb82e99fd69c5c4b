//! Who writes to the exercises.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use notify::event::{AccessKind, AccessMode, MetadataKind, ModifyKind, RenameMode};
use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher};

use crate::course::{Course, ExerciseId};

/// A watch over files; it ends when this is dropped.
pub type Watched = Box<dyn Watcher + Send>;

/// How often files are looked at where the kernel cannot tell.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Tells, from another thread, which exercise's file was written, replaced or removed. With it
/// comes a sentence for the learner if the kernel has no file watches left.
///
/// There is no waiting for more: a save is told the moment that the writer closes the file, and if
/// it writes again, that is told again.
///
/// # Errors
/// The folder cannot be watched at all.
pub fn watch(
    course: &Course,
    tell: impl Fn(ExerciseId) + Send + Sync + 'static,
) -> Result<(Watched, Option<String>)> {
    let folder = course.root.join("exercises");
    let tell = Arc::new(tell);
    match by_kernel(&folder, teller(Known::new(course, TELLS_CLOSING), &tell)) {
        Ok(watched) => Ok((watched, None)),
        Err(error) => {
            let handler = teller(Known::new(course, false), &tell);
            let watched = by_looking(&folder, handler).with_context(|| {
                format!(
                    "cannot watch {}; `cargo run -- run NAME` judges an exercise without watching",
                    folder.display()
                )
            })?;
            Ok((watched, Some(no_watches(&error))))
        }
    }
}

/// Watches by inotify(7) on Linux, or what the system has instead.
fn by_kernel(folder: &Path, handler: impl Fn(Event) + Send + 'static) -> notify::Result<Watched> {
    let handler = move |event: notify::Result<Event>| event.into_iter().for_each(&handler);
    let mut watcher = RecommendedWatcher::new(handler, Config::default())?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(Box::new(watcher))
}

/// Watches by looking, contents included: a save within the clock tick of the last one counts.
fn by_looking(folder: &Path, handler: impl Fn(Event) + Send + 'static) -> notify::Result<Watched> {
    let handler = move |event: notify::Result<Event>| event.into_iter().for_each(&handler);
    let config = Config::default().with_poll_interval(LOOK_EVERY).with_compare_contents(true);
    let mut watcher = PollWatcher::new(handler, config)?;
    watcher.watch(folder, RecursiveMode::Recursive)?;
    Ok(Box::new(watcher))
}

fn teller(
    known: Known,
    tell: &Arc<impl Fn(ExerciseId) + Send + Sync + 'static>,
) -> impl Fn(Event) + Send + 'static {
    let tell = tell.clone();
    move |event| known.concerned(&event).into_iter().for_each(|id| tell(id))
}

/// inotify also tells when a writer closes its file; then only that counts, not each write(2).
const TELLS_CLOSING: bool = cfg!(target_os = "linux");

/// The exercises by the paths of their files.
#[derive(Debug)]
struct Known {
    files: BTreeMap<PathBuf, ExerciseId>,
    tells_closing: bool,
}

impl Known {
    fn new(course: &Course, tells_closing: bool) -> Self {
        let files = course.ids().map(|id| (course.root.join(course.file(id)), id)).collect();
        Self { files, tells_closing }
    }

    /// The exercises whose files may hold something new after this event.
    fn concerned(&self, event: &Event) -> Vec<ExerciseId> {
        if event.need_rescan() {
            return self.files.values().copied().collect();
        }
        event.paths.iter().flat_map(|path| self.concerned_by(&event.kind, path)).collect()
    }

    fn concerned_by(&self, kind: &EventKind, path: &Path) -> Vec<ExerciseId> {
        match self.files.get(path) {
            Some(id) if self.is_finished(kind, path) => vec![*id],
            Some(_) => Vec::new(),
            // A folder that comes or goes brings or takes what is in it.
            None if comes_or_goes(kind) => {
                let inside = self.files.iter().filter(|(file, _)| file.starts_with(path));
                inside.map(|(_, id)| *id).collect()
            }
            None => Vec::new(),
        }
    }

    /// Whether an event means that the file is as its writer wants it.
    fn is_finished(&self, kind: &EventKind, path: &Path) -> bool {
        match kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => true,
            EventKind::Create(_) if self.tells_closing => came_complete(path),
            EventKind::Modify(ModifyKind::Data(_) | ModifyKind::Any)
            | EventKind::Modify(ModifyKind::Metadata(MetadataKind::WriteTime)) => {
                !self.tells_closing
            }
            _ => comes_or_goes(kind),
        }
    }
}

fn comes_or_goes(kind: &EventKind) -> bool {
    match kind {
        EventKind::Create(_) | EventKind::Remove(_) => true,
        // inotify's two halves of a renaming were told one by one already.
        EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => !TELLS_CLOSING,
        EventKind::Modify(ModifyKind::Name(_)) => true,
        _ => false,
    }
}

/// Whether a new name is of something that was there before: a second name of a file (link(2)), or
/// a symbolic link. Neither is closed by anybody.
fn came_complete(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|file| file.is_symlink() || file.nlink() > 1)
}

/// Why the files are looked at instead, and what mends it.
fn no_watches(error: &notify::Error) -> String {
    let (what, mend) = match &error.kind {
        notify::ErrorKind::MaxFilesWatch => (
            "the kernel has no file watches left".to_owned(),
            "`sudo sysctl fs.inotify.max_user_watches=524288` gives it more",
        ),
        // inotify_init(2): the limit on instances is met as "too many open files".
        notify::ErrorKind::Io(error) if error.raw_os_error() == Some(nix::libc::EMFILE) => (
            "the kernel has no inotify instances left".to_owned(),
            "`sudo sysctl fs.inotify.max_user_instances=1024` gives it more",
        ),
        _ => (format!("files cannot be watched ({error})"), "`cargo run -- doctor` looks closer"),
    };
    format!("{what}, so the exercises are looked at twice a second instead; {mend}")
}

#[cfg(test)]
mod tests;
