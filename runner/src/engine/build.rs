//! From a file to a program.
//!
//! The first build of a program goes through cargo, which knows about everything, and is asked to
//! print the compiler's command line. Later saves call the compiler by that recipe: cargo's own
//! start (reading every manifest of the workspace, every fingerprint) costs half as much as the
//! compile. The recipe holds only while nothing but the program's own file has changed; whenever
//! there is doubt, cargo decides.

use std::path::PathBuf;
use std::time::Duration;

use harness::report::{Stream, Unknown};
use harness::supervise::{Ended, Followed, Launch, follow, warden};

use super::cargo::cargo;
use super::diagnostics::{self, Diagnostic, Message, in_order, obstacle};
use super::recipe::Recipe;
use super::run::{Job, Leash, Told};

/// The kit's helper programs that checks start.
pub(super) const HELPERS: [&str; 4] = ["decoy", "probe-child", "teller", "preload-probe"];
/// The first build of a chapter compiles its dependencies, on a slow machine too.
const CARGO_TIME: Duration = Duration::from_secs(30 * 60);
/// One file of a hundred lines.
const RUSTC_TIME: Duration = Duration::from_secs(120);

/// How a build ended.
pub(super) enum Built {
    /// The program, and the check that judges it.
    Ready { program: PathBuf, check: PathBuf },
    /// The compiler refused it, in these words.
    Refused(String),
    /// It is not the program's fault.
    Impossible(Unknown),
}

/// Builds the program and what judges it; `None` when it was cancelled.
pub(super) fn build(job: &Job, leash: &Leash, tell: &dyn Fn(Told)) -> Option<Built> {
    tell(Told::Step(format!("compile {}", job.name)));
    match Recipe::load(job) {
        Some(recipe) => by_recipe(&recipe, job, leash, tell),
        None => by_cargo(job, leash, tell),
    }
}

fn by_recipe(recipe: &Recipe, job: &Job, leash: &Leash, tell: &dyn Fn(Told)) -> Option<Built> {
    let mut launch =
        warden::launch(warden::this_executable(), recipe.compiler()).current_dir(&job.root);
    launch = recipe.args().iter().fold(launch, Launch::arg);
    launch = recipe.env().iter().fold(launch, |launch, (name, value)| launch.env(name, value));
    let Ok(tree) = launch.start() else { return by_cargo(job, leash, tell) };
    leash.hold(&tree);
    let mut said = Vec::new();
    let followed = follow(&tree, RUSTC_TIME, |stream, line| {
        if stream == Stream::Stderr {
            said.extend(diagnostics::of_rustc(line));
        }
    });
    match followed {
        Followed::Cancelled => None,
        Followed::Ended(Ended::Exited(0)) => {
            let (program, check) = (recipe.program().to_owned(), recipe.check().to_owned());
            Some(Built::Ready { program, check })
        }
        Followed::Ended(_) if refused(&said) => Some(Built::Refused(in_order(&said))),
        // Whatever it was (another compiler, a library that is gone), cargo tells it better.
        Followed::Ended(_) | Followed::TooLong => by_cargo(job, leash, tell),
    }
}

fn refused(said: &[Diagnostic]) -> bool {
    said.iter().any(Diagnostic::is_error) && obstacle(said).is_none()
}

fn by_cargo(job: &Job, leash: &Leash, tell: &dyn Fn(Told)) -> Option<Built> {
    let tree = match cargo_build(job).start() {
        Ok(tree) => tree,
        Err(error) => return Some(impossible(format!("cargo could not be started: {error}"))),
    };
    leash.hold(&tree);
    let mut heard = Heard::default();
    let followed = follow(&tree, CARGO_TIME, |stream, line| match stream {
        Stream::Stdout => heard.message(line, job),
        Stream::Stderr => heard.progress(line, job, tell),
    });
    let ended = match followed {
        Followed::Cancelled => return None,
        Followed::TooLong => {
            return Some(impossible("cargo did not come to an end within 30 minutes".to_owned()));
        }
        Followed::Ended(ended) => ended,
    };
    if !job.brokers.is_empty() {
        // On its own: it has the same features then for every chapter, and is compiled once.
        match brokers(job, leash, tell)? {
            Ok(()) => {}
            Err(unknown) => return Some(Built::Impossible(unknown)),
        }
    }
    Some(heard.judge(ended, job))
}

/// Builds the program that starts brokers; `None` when that was cancelled.
fn brokers(job: &Job, leash: &Leash, tell: &dyn Fn(Told)) -> Option<Result<(), Unknown>> {
    let launch = cargo(&job.root).args(["build", "-p", "brokers", "--bin", "brokers"]);
    let Ok(tree) = launch.start() else {
        return Some(Err(obstacle_of("cargo could not be started".to_owned())));
    };
    leash.hold(&tree);
    let mut heard = Heard::default();
    let followed = follow(&tree, CARGO_TIME, |_, line| heard.progress(line, job, tell));
    match followed {
        Followed::Cancelled => None,
        Followed::Ended(Ended::Exited(0)) => Some(Ok(())),
        Followed::Ended(_) | Followed::TooLong => {
            let words = heard.last_error.unwrap_or_else(|| "it did not say why".to_owned());
            let reason = format!("the program that starts brokers does not build: {words}");
            Some(Err(obstacle_of(first_line(&reason))))
        }
    }
}

/// The packages of one build. The features of a crate are what all packages of a build ask of it, so
/// builds of other sets compile other copies: whoever builds ahead asks for just the same.
pub(super) fn packages(launch: Launch, chapter: &str, family: &str) -> Launch {
    let check = format!("checks-{family}");
    ["harness", "preload", chapter, &check]
        .iter()
        .fold(launch, |launch, name| launch.args(["-p", name]))
}

fn cargo_build(job: &Job) -> Launch {
    let colour = colored::control::SHOULD_COLORIZE.should_colorize();
    let format = if colour { "json-diagnostic-rendered-ansi" } else { "json" };
    let check = format!("checks-{}", job.family);
    // -vv prints the compiler's command lines. A program that does not compile must not keep the
    // check from being built, hence --keep-going.
    let launch = cargo(&job.root)
        .args(["build", "-vv", "--keep-going", "--message-format", format])
        .args(["--lib", "--bin", &job.name, "--bin", &check]);
    let launch = packages(launch, &job.chapter, &job.family);
    // A program of the check's package, which would else be built by whoever builds all of it.
    let stand_ins = job.brokers.iter().filter_map(|broker| broker.stand_in());
    let launch = stand_ins.fold(launch, |launch, program| launch.args(["--bin", program]));
    HELPERS.iter().fold(launch, |launch, helper| launch.args(["--bin", helper]))
}

/// What cargo said so far.
#[derive(Default)]
struct Heard {
    program: Option<PathBuf>,
    check: Option<PathBuf>,
    of_the_program: Vec<Diagnostic>,
    elsewhere: Vec<Diagnostic>,
    recipe: Option<String>,
    last_error: Option<String>,
}

impl Heard {
    fn message(&mut self, line: &str, job: &Job) {
        match serde_json::from_str(line) {
            Ok(Message::Diagnostic { target, message }) if target.name == job.name => {
                self.of_the_program.push(message);
            }
            Ok(Message::Diagnostic { message, .. }) => self.elsewhere.push(message),
            Ok(Message::Artifact { target, executable: Some(path) }) => {
                if target.name == job.name {
                    self.program = Some(path);
                } else if target.name == format!("checks-{}", job.family) {
                    self.check = Some(path);
                }
            }
            _ => {}
        }
    }

    fn progress(&mut self, line: &str, job: &Job, tell: &dyn Fn(Told)) {
        let line = line.trim();
        if let Some(command) =
            line.strip_prefix("Running `").and_then(|rest| rest.strip_suffix('`'))
        {
            if Recipe::is_for(command, &job.name) {
                self.recipe = Some(command.to_owned());
            }
        } else if let Some(package) = line.strip_prefix("Compiling ") {
            let name = package.split_ascii_whitespace().next().unwrap_or(package);
            if name != job.chapter {
                tell(Told::Step(format!("compile {name}, which the exercise or its check needs")));
            }
        } else if line.starts_with("Blocking waiting for file lock") {
            // Each folder of built things has a lock, and all of them share that of fetched crates.
            let fetches = line.ends_with("package cache");
            let does = if fetches { "fetches crates" } else { "builds in this folder" };
            tell(Told::Step(format!("wait for another cargo that {does}")));
        } else if let Some(error) = line.strip_prefix("error: ") {
            self.last_error.get_or_insert_with(|| error.to_owned());
        } else if line.starts_with("cannot start ") {
            self.last_error = Some("cargo was not found".to_owned());
        }
    }

    fn judge(self, ended: Ended, job: &Job) -> Built {
        if let Some(words) = obstacle(&self.of_the_program).or(obstacle(&self.elsewhere)) {
            return impossible(first_line(words));
        }
        if refused(&self.of_the_program) {
            if let (Some(command), Some(check)) = (&self.recipe, &self.check) {
                Recipe::save(command, job, check);
            }
            return Built::Refused(in_order(&self.of_the_program));
        }
        match (ended, self.program, self.check) {
            (Ended::Exited(0), Some(program), Some(check)) => {
                if let Some(command) = &self.recipe {
                    Recipe::save(command, job, &check);
                }
                Built::Ready { program, check }
            }
            _ => {
                let error = self.elsewhere.iter().find(|diagnostic| diagnostic.is_error());
                let error = error.map(|error| in_order(std::slice::from_ref(error)));
                let words = self.last_error.or(error).unwrap_or_else(|| format!("cargo {ended}"));
                impossible(format!("cargo could not build it: {}", first_line(&words)))
            }
        }
    }
}

fn first_line(words: &str) -> String {
    words.lines().next().unwrap_or(words).to_owned()
}

fn impossible(reason: String) -> Built {
    Built::Impossible(obstacle_of(reason))
}

fn obstacle_of(reason: String) -> Unknown {
    Unknown { reason, next: "cargo run -- doctor".to_owned() }
}
