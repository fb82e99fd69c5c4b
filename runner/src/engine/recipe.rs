//! The compiler's command line for one program, as cargo printed it, kept for the next save.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::build::HELPERS;
use super::run::Job;

/// How to compile one program without asking cargo, and what that rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Recipe {
    env: Vec<(String, String)>,
    compiler: String,
    args: Vec<String>,
    program: PathBuf,
    check: PathBuf,
    rests_on: Vec<Stamp>,
    flags: String,
}

/// A file and what it looked like; any change to it means that cargo has to decide again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Stamp {
    path: PathBuf,
    bytes: u64,
    changed_ns: u128,
}

impl Recipe {
    /// Whether a command that cargo printed compiles the program of this name.
    pub(super) fn is_for(command: &str, name: &str) -> bool {
        command.contains(&format!(" --crate-name {name} "))
            && command.contains(" --crate-type bin ")
    }

    /// Keeps what cargo printed. A recipe that cannot be made or kept is only slower.
    pub(super) fn save(command: &str, job: &Job, check: &Path) {
        let file = file(job);
        if let Some(recipe) = Self::read(command, job, check)
            && let Ok(text) = serde_json::to_string(&recipe)
            && let Some(folder) = file.parent()
            && fs::create_dir_all(folder).is_ok()
        {
            let _ = fs::write(file, text);
        }
    }

    /// The recipe, if there is one and all it rests on is as it was.
    pub(super) fn load(job: &Job) -> Option<Self> {
        let recipe: Self = serde_json::from_str(&fs::read_to_string(file(job)).ok()?).ok()?;
        let fresh =
            recipe.rests_on.iter().all(|stamp| Stamp::of(&stamp.path).as_ref() == Some(stamp));
        // A recipe of an older kit does not know all that a check needs today.
        let knows =
            |helper: &&str| recipe.rests_on.iter().any(|stamp| stamp.path.ends_with(helper));
        (fresh && HELPERS.iter().all(knows) && recipe.flags == flags()).then_some(recipe)
    }

    fn read(command: &str, job: &Job, check: &Path) -> Option<Self> {
        // Beside what cargo builds, and never in its way: it would take our output for its own.
        let folder = check.parent()?.join("kit");
        let mut words = shlex::split(command)?.into_iter().peekable();
        let mut env = Vec::new();
        while let Some(set) = words.next_if(|word| is_assignment(word)) {
            let (name, value) = set.split_once('=')?;
            env.push((name.to_owned(), value.to_owned()));
        }
        let compiler = words.next()?;
        let args = redirected(words.collect(), &folder);
        let libraries =
            args.iter().filter_map(|arg| arg.split_once('=').map(|(_, path)| PathBuf::from(path)));
        let mut rests_on: Vec<_> =
            libraries.filter(|path| path.extension().is_some_and(|kind| kind == "rlib")).collect();
        rests_on.extend(HELPERS.iter().map(|helper| check.with_file_name(helper)));
        // A toolchain that links all statically makes no library to preload.
        let library = check.with_file_name(format!("{DLL_PREFIX}preload{DLL_SUFFIX}"));
        rests_on.extend(Some(library).filter(|library| library.exists()));
        if !job.brokers.is_empty() {
            rests_on.push(check.with_file_name("brokers"));
        }
        rests_on.extend([check.to_owned(), compiler.clone().into()]);
        rests_on.extend(["Cargo.toml", "Cargo.lock"].map(|name| job.root.join(name)));
        rests_on.push(job.root.join("exercises").join(&job.folder).join("Cargo.toml"));
        rests_on.extend(files_in(&job.root.join("exercises/world/src")));
        let rests_on = rests_on.iter().map(|path| Stamp::of(path)).collect::<Option<_>>()?;
        fs::create_dir_all(&folder).ok()?;
        let program = folder.join(&job.name);
        Some(Self {
            env,
            compiler,
            args,
            program,
            check: check.to_owned(),
            rests_on,
            flags: flags(),
        })
    }

    pub(super) fn compiler(&self) -> &str {
        &self.compiler
    }

    pub(super) fn args(&self) -> &[String] {
        &self.args
    }

    pub(super) fn env(&self) -> &[(String, String)] {
        &self.env
    }

    pub(super) fn program(&self) -> &Path {
        &self.program
    }

    pub(super) fn check(&self) -> &Path {
        &self.check
    }

    /// The same compile of another text: its file in place of the program's, its own output, and
    /// nothing kept for the next compile.
    pub(super) fn args_for(&self, source: &Path, program: &Path) -> Vec<String> {
        let mut args = self.args.clone();
        for index in 0..args.len() {
            match args[index].as_str() {
                arg if arg.ends_with(".rs") => args[index] = source.display().to_string(),
                "--out-dir" => {
                    "-o".clone_into(&mut args[index]);
                    args[index + 1] = program.display().to_string();
                }
                _ => {}
            }
        }
        let kept = |pair: &[String]| pair[0] == "-C" && pair[1].starts_with("incremental=");
        if let Some(place) = args.windows(2).position(kept) {
            args.drain(place..place + 2);
        }
        args
    }
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let data = fs::metadata(path).ok()?;
        let changed_ns = data.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { path: path.to_owned(), bytes: data.len(), changed_ns })
    }
}

fn file(job: &Job) -> PathBuf {
    job.root.join(".faultlings/recipes").join(format!("{}.json", job.name))
}

/// What the environment adds to every compile.
fn flags() -> String {
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER"]
        .map(|name| std::env::var(name).unwrap_or_default())
        .join("\n")
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default()
}

/// The same compile into a folder of our own: no name with a hash, no dependency file for cargo.
fn redirected(args: Vec<String>, folder: &Path) -> Vec<String> {
    let folder = folder.display();
    let mut redirected = Vec::new();
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--out-dir" => {
                args.next();
                redirected.extend([arg, folder.to_string()]);
            }
            "-C" => match args.next() {
                Some(option) if option.starts_with("extra-filename=") => {}
                Some(option) if option.starts_with("incremental=") => {
                    redirected.extend([arg, format!("incremental={folder}/incremental")]);
                }
                option => redirected.extend([Some(arg), option].into_iter().flatten()),
            },
            _ if arg.starts_with("--emit=") => redirected.push("--emit=link".to_owned()),
            _ => redirected.push(arg),
        }
    }
    redirected
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Recipe, is_assignment, redirected};

    #[test]
    fn the_output_goes_to_our_folder_and_the_rest_stays() {
        let args = "--crate-name a a.rs --emit=dep-info,link -C debuginfo=1 -C extra-filename=-12 --out-dir /t/deps \
            -C incremental=/t/incremental --extern nix=/t/libnix.rlib";
        let args = args.split_whitespace().map(str::to_owned).collect();
        assert_eq!(
            redirected(args, Path::new("/t/kit")).join(" "),
            "--crate-name a a.rs --emit=link -C debuginfo=1 --out-dir /t/kit \
             -C incremental=/t/kit/incremental --extern nix=/t/libnix.rlib"
        );
    }

    #[test]
    fn only_the_programs_own_command_is_its_recipe() {
        assert!(Recipe::is_for(
            "A=b rustc --crate-name zombie x.rs --crate-type bin --emit=link",
            "zombie"
        ));
        assert!(!Recipe::is_for(
            "rustc --crate-name zombie_parade x.rs --crate-type bin ",
            "zombie"
        ));
        assert!(!Recipe::is_for("rustc --crate-name zombie --crate-type lib x.rs", "zombie"));
    }

    #[test]
    fn environment_stands_before_the_compiler() {
        assert!(is_assignment("CARGO_PKG_NAME=x"));
        assert!(!is_assignment("/usr/bin/rustc") && !is_assignment("--cfg=x"));
    }
}
