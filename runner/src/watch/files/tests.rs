use std::fs::{self, File};
use std::io::Write;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::*;
use crate::watch::samples::{self, FLUSH, LAST, ZOMBIES};

type Tell = Arc<Box<dyn Fn(ExerciseId) + Send + Sync>>;

/// A course on disk that is watched.
struct Watching {
    course: Course,
    told: Receiver<ExerciseId>,
    _folder: tempfile::TempDir,
    _watched: Watched,
}

impl Watching {
    fn start(watch: impl Fn(&Path, Known, Tell) -> Watched) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let course = samples::course();
        let course = Course::new(root, String::new(), String::new(), course.chapters);
        for id in course.ids() {
            let file = course.root.join(course.file(id));
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "fn main() {}\n").unwrap();
        }
        let (send, told) = channel();
        let known = Known::new(&course, TELLS_CLOSING);
        let tell: Tell = Arc::new(Box::new(move |id| {
            let _ = send.send(id);
        }));
        let watched = watch(&course.root.join("exercises"), known, tell);
        Self { course, told, _folder: folder, _watched: watched }
    }

    fn by_kernel() -> Self {
        Self::start(|folder, known, tell| by_kernel(folder, teller(known, &tell)).unwrap())
    }

    fn file(&self, id: ExerciseId) -> PathBuf {
        self.course.root.join(self.course.file(id))
    }

    /// What is told next.
    fn next(&self) -> ExerciseId {
        self.told.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    /// All that is told until a save of the last exercise, which is made here.
    fn until_the_last(&self) -> Vec<ExerciseId> {
        fs::write(self.file(LAST), "fn main() { }\n").unwrap();
        std::iter::repeat_with(|| self.next()).take_while(|id| *id != LAST).collect()
    }
}

#[test]
fn a_save_is_told_once_however_it_is_written() {
    let watching = Watching::by_kernel();
    let file = watching.file(FLUSH);
    let beside = file.with_extension("tmp");

    fs::write(&file, "truncated and written").unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "truncate");

    fs::write(&beside, "renamed over it").unwrap();
    fs::rename(&beside, &file).unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "rename");

    let mut open = File::create(&file).unwrap();
    (0..9).for_each(|n| writeln!(open, "// line {n}").unwrap());
    drop(open);
    assert_eq!(watching.until_the_last(), [FLUSH], "several writes");

    let outside = watching.course.root.join("outside.rs");
    fs::write(&outside, "moved in").unwrap();
    fs::rename(&outside, &file).unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "moved in");
}

#[test]
fn an_editor_that_keeps_a_backup_is_told_last_when_it_has_finished() {
    let watching = Watching::by_kernel();
    let file = watching.file(FLUSH);
    fs::rename(&file, file.with_extension("rs~")).unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "the file is gone");
    fs::write(&file, "new").unwrap();
    fs::remove_file(file.with_extension("rs~")).unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "and there again");
}

#[test]
fn a_file_that_is_still_open_is_not_told() {
    let watching = Watching::by_kernel();
    let mut open = File::create(watching.file(FLUSH)).unwrap();
    open.write_all(b"half").unwrap();
    assert_eq!(watching.until_the_last(), []);
    drop(open);
    assert_eq!(watching.next(), FLUSH);
}

#[test]
fn removing_linking_and_reading_are_told_apart() {
    let watching = Watching::by_kernel();
    let file = watching.file(FLUSH);
    fs::read(&file).unwrap();
    assert_eq!(watching.until_the_last(), [], "reading");
    fs::remove_file(&file).unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH], "removing");
    fs::hard_link(watching.file(ZOMBIES), &file).unwrap();
    assert!(watching.until_the_last().contains(&FLUSH), "linking");
}

#[test]
fn files_that_are_no_exercise_are_not_told() {
    let watching = Watching::by_kernel();
    let folder = watching.file(FLUSH).parent().unwrap().to_owned();
    fs::write(folder.join("fork_exit_flush.kept-1.rs"), "kept").unwrap();
    // vim tries whether it may write here, by this name.
    fs::write(folder.join("4913"), "").unwrap();
    fs::remove_file(folder.join("4913")).unwrap();
    assert_eq!(watching.until_the_last(), []);
}

#[test]
fn a_folder_that_is_replaced_is_looked_through_and_watched_on() {
    let watching = Watching::by_kernel();
    let file = watching.file(FLUSH);
    let folder = file.parent().unwrap();
    let aside = watching.course.root.join("aside");
    fs::rename(folder, &aside).unwrap();
    assert_eq!(watching.until_the_last(), [1, 3, 2].map(ExerciseId));
    fs::rename(&aside, folder).unwrap();
    assert_eq!(watching.until_the_last(), [1, 3, 2].map(ExerciseId));
    fs::write(&file, "new").unwrap();
    assert_eq!(watching.until_the_last(), [FLUSH]);
}

#[test]
fn without_the_kernel_files_are_looked_at() {
    let watching = Watching::start(|folder, mut known, tell| {
        known.tells_closing = false;
        by_looking(folder, teller(known, &tell)).unwrap()
    });
    let file = watching.file(FLUSH);
    fs::write(&file, "fn main() { }").unwrap();
    assert_eq!(watching.next(), FLUSH);
    fs::remove_file(&file).unwrap();
    assert_eq!(watching.next(), FLUSH);
    fs::write(&file, "fn main() {}").unwrap();
    assert_eq!(watching.next(), FLUSH);
}

#[test]
fn what_the_kernel_has_run_out_of_is_named_with_what_mends_it() {
    let no_watches_left = notify::Error::new(notify::ErrorKind::MaxFilesWatch);
    assert!(no_watches(&no_watches_left).contains("sysctl fs.inotify.max_user_watches="));
    let no_instance = notify::Error::io(std::io::Error::from_raw_os_error(nix::libc::EMFILE));
    assert!(no_watches(&no_instance).contains("sysctl fs.inotify.max_user_instances="));
    assert!(no_watches(&notify::Error::generic("x")).contains("cargo run -- doctor"));
}
