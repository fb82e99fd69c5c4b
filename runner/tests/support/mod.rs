//! A course of two exercises on disk, and the kit's own program to type commands at.

#![expect(dead_code, reason = "no test file uses all of it")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository of the kit.
const KIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const INFO: &str = include_str!("tiny/info.toml");
const MANIFEST: &str = include_str!("tiny/chapter.toml");
const CHECKS: [(&str, &str); 2] = [
    ("Cargo.toml", include_str!("tiny/checks.toml")),
    ("src/main.rs", include_str!("tiny/checks.rs")),
];
/// Each exercise as it is shipped, and its solution.
pub(crate) const EXERCISES: [(&str, &str, &str); 2] = [
    ("greets", include_str!("tiny/greets.rs"), include_str!("tiny/greets_solved.rs")),
    (
        "stays_quiet",
        include_str!("tiny/stays_quiet.rs"),
        include_str!("tiny/stays_quiet_solved.rs"),
    ),
];

/// A course in a folder.
pub(crate) struct Tiny {
    root: PathBuf,
    _temporary: Option<tempfile::TempDir>,
}

impl Tiny {
    /// One in a temporary folder, for commands that build nothing.
    pub(crate) fn unbuilt() -> Tiny {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().join("course");
        lay_out(&root);
        Tiny { root, _temporary: Some(temporary) }
    }

    /// One whose builds are kept from one test run to the next: building the harness takes seconds.
    /// Each name is used by one test, since tests run side by side.
    pub(crate) fn built(name: &str) -> Tiny {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(root.join(".faultlings"));
        lay_out(&root);
        Tiny { root, _temporary: None }
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.root.join(below)
    }

    pub(crate) fn exercise(&self, name: &str) -> PathBuf {
        self.path("exercises/00_tiny").join(name).with_extension("rs")
    }

    pub(crate) fn solve(&self, name: &str) {
        let (_, _, solution) = EXERCISES.iter().find(|(known, ..)| *known == name).unwrap();
        fs::write(self.exercise(name), solution).unwrap();
    }

    pub(crate) fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).unwrap()
    }

    pub(crate) fn write(&self, below: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(below).parent().unwrap()).unwrap();
        fs::write(self.path(below), text).unwrap();
    }

    /// `faultlings WORDS`, in the course's root, as on a machine where nothing is set.
    #[expect(clippy::disallowed_methods, reason = "the program under test, not one of the kit's")]
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_faultlings"));
        command.args(words.split_whitespace()).current_dir(&self.root);
        for name in ["CARGO_TARGET_DIR", "NO_COLOR", "CLICOLOR_FORCE", "RUSTFLAGS", "CARGO"] {
            command.env_remove(name);
        }
        command
    }

    /// Types a command and waits for its end.
    pub(crate) fn types(&self, words: &str) -> Answer {
        Answer::of(self.command(words).output().unwrap())
    }
}

/// Where a tool of the toolchain lies, behind what rustup puts on `PATH`.
#[expect(clippy::disallowed_methods, reason = "asks the toolchain that runs this test")]
pub(crate) fn tool(name: &str) -> PathBuf {
    let asked = Command::new("rustc").args(["--print", "sysroot"]).output().unwrap();
    Path::new(String::from_utf8(asked.stdout).unwrap().trim()).join("bin").join(name)
}

/// A shell that makes the surroundings which a test needs.
#[expect(clippy::disallowed_methods, reason = "makes the surroundings of the program under test")]
pub(crate) fn sh() -> Command {
    Command::new("sh")
}

/// What a command said.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Answer {
    pub(crate) fn of(output: Output) -> Answer {
        Answer {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It was refused with exit status 2 and one sentence, which holds all of `words`.
    #[track_caller]
    pub(crate) fn is_refused(&self, words: &[&str]) {
        assert_eq!(self.status, Some(2), "{self:#?}");
        let sentence = self.stderr.strip_prefix("error: ").and_then(|text| text.strip_suffix('\n'));
        let sentence = sentence.unwrap_or_else(|| panic!("{self:#?}"));
        assert!(!sentence.contains('\n') && !sentence.ends_with('.'), "{sentence}");
        for word in words {
            assert!(sentence.contains(word), "{word:?} is not in: {sentence}");
        }
    }

    /// It went well, but for one notice, which holds all of `words`.
    #[track_caller]
    pub(crate) fn gives_notice(&self, words: &[&str]) {
        assert_eq!(self.status, Some(0), "{self:#?}");
        let notice = self.stderr.strip_suffix('\n').unwrap_or_else(|| panic!("{self:#?}"));
        assert!(!notice.contains('\n') && !notice.ends_with('.'), "{notice}");
        for word in words {
            assert!(notice.contains(word), "{word:?} is not in: {notice}");
        }
    }
}

/// Writes the course. What is there already and the same is left alone, so that cargo has nothing
/// to build again.
fn lay_out(root: &Path) {
    let write = |below: &str, text: &str| {
        let path = root.join(below);
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    };
    write("info.toml", INFO);
    write("Cargo.toml", &workspace());
    write("Cargo.lock", &fs::read_to_string(Path::new(KIT).join("Cargo.lock")).unwrap());
    for (file, text) in CHECKS {
        write(&format!("runner/checks/tiny/{file}"), text);
    }
    write("exercises/00_tiny/Cargo.toml", MANIFEST);
    for (name, shipped, solved) in EXERCISES {
        write(&format!("exercises/00_tiny/{name}.rs"), shipped);
        write(&format!("runner/shipped/00_tiny/{name}.rs"), shipped);
        write(&format!("solutions/00_tiny/{name}.rs"), solved);
    }
    for package in ["runner/harness", "runner/preload"] {
        if !root.join(package).exists() {
            symlink(Path::new(KIT).join(package), root.join(package)).unwrap();
        }
    }
}

/// The kit's own workspace, with this course's members in place of its own.
fn workspace() -> String {
    let manifest = fs::read_to_string(Path::new(KIT).join("Cargo.toml")).unwrap();
    let (before, rest) = manifest.split_once("members = [").unwrap();
    let (_, after) = rest.split_once(']').unwrap();
    let members =
        r#"["runner/harness", "runner/preload", "runner/checks/tiny", "exercises/00_tiny"]"#;
    let members = format!("members = {members}");
    format!("{before}{members}{after}").replace("default-members = [\"runner\"]\n", "")
}
