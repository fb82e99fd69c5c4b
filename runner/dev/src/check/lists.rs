//! One exercise, one name, in every list: info.toml, the two folders, the two manifests, the
//! shipped texts, the wrong fixes, the checks, the chapter's page.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use faultlings::course::{Chapter, Course, ExerciseId};
use faultlings::engine::cargo;
use harness::supervise::output;

use super::manifest::Manifest;

/// What does not agree, a sentence each.
pub(super) fn disagreements(course: &Course) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for chapter in &course.chapters {
        manifests(course, chapter, &mut found)?;
        strangers(course, chapter, &mut found)?;
        page(course, chapter, &mut found);
    }
    for id in course.ids() {
        texts(course, id, &mut found);
    }
    checks(course, &mut found)?;
    Ok(found)
}

/// The programs of the chapter's two packages are its exercises, and both build on the same crates.
fn manifests(course: &Course, chapter: &Chapter, found: &mut Vec<String>) -> Result<()> {
    let read = |kind: &str| {
        Manifest::read(&course.root.join(kind).join(&chapter.folder).join("Cargo.toml"))
    };
    let (shipped, solved) = (read("exercises")?, read("solutions")?);
    for (manifest, package, suffix) in [
        (&shipped, chapter.name.clone(), ""),
        (&solved, format!("{}-solutions", chapter.name), "_solution"),
    ] {
        if manifest.package != package {
            found.push(format!(
                "the package in {} is called `{}`, not `{package}`",
                chapter.folder, manifest.package
            ));
        }
        for exercise in &chapter.exercises {
            let (program, file) =
                (format!("{}{suffix}", exercise.name), format!("{}.rs", exercise.name));
            if manifest.programs.get(&program) != Some(&file) {
                found.push(format!(
                    "package {package} has no program `{program}` with path `{file}`"
                ));
            }
        }
        let names: BTreeSet<_> =
            chapter.exercises.iter().map(|exercise| format!("{}{suffix}", exercise.name)).collect();
        let unknown = manifest.programs.keys().filter(|name| !names.contains(*name));
        found.extend(
            unknown
                .map(|name| format!("program `{name}` of package {package} is not in info.toml")),
        );
    }
    // A learner's program is an ordinary one: nothing in it may know that it is being watched.
    if shipped.dependencies.contains_key("harness") {
        found.push(format!("exercises/{} builds on the harness", chapter.folder));
    }
    if shipped.dependencies != solved.dependencies {
        found.push(format!(
            "the solutions of {} build on other crates than the exercises",
            chapter.folder
        ));
    }
    Ok(())
}

/// Files that no entry of info.toml accounts for.
fn strangers(course: &Course, chapter: &Chapter, found: &mut Vec<String>) -> Result<()> {
    let known: BTreeSet<_> =
        chapter.exercises.iter().map(|exercise| exercise.name.clone()).collect();
    for folder in ["exercises", "solutions", "runner/shipped"] {
        let folder = Path::new(folder).join(&chapter.folder);
        for name in names_in(&course.root.join(&folder))? {
            // A text that `reset` set aside belongs to whoever wrote it.
            let Some(stem) = name.strip_suffix(".rs").filter(|stem| !stem.contains(".kept-"))
            else {
                continue;
            };
            if !known.contains(stem) {
                found.push(format!("{}/{name} is not in info.toml", folder.display()));
            }
        }
    }
    for name in names_in(&course.root.join("runner/wrong").join(&chapter.name))? {
        if !known.contains(&name) {
            found.push(format!("runner/wrong/{}/{name} is not in info.toml", chapter.name));
        }
    }
    Ok(())
}

/// A folder that is missing has nothing strange in it; what should be there is asked for by name.
fn names_in(folder: &Path) -> Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("cannot list {}", folder.display()))?,
    };
    entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// The chapter's page speaks of each of its exercises.
fn page(course: &Course, chapter: &Chapter, found: &mut Vec<String>) {
    let path = Path::new("exercises").join(&chapter.folder).join("README.md");
    let Ok(text) = fs::read_to_string(course.root.join(&path)) else {
        return found.push(format!("{} is missing", path.display()));
    };
    let unnamed = chapter.exercises.iter().filter(|exercise| !text.contains(&exercise.name));
    found.extend(
        unnamed.map(|exercise| format!("{} does not speak of {}", path.display(), exercise.name)),
    );
}

/// The texts of one exercise.
fn texts(course: &Course, id: ExerciseId, found: &mut Vec<String>) {
    let name = &course.exercise(id).name;
    let read = |path: &Path| fs::read_to_string(course.root.join(path));
    let (file, shipped) = (course.file(id), course.shipped(id));
    match (read(&file), read(&shipped)) {
        (Ok(text), Ok(kept)) if text != kept => found.push(format!(
            "{} is not the text in {}: copy the new one over, or type `cargo run -- reset {name}`",
            file.display(),
            shipped.display()
        )),
        (Ok(text), Ok(_)) => {
            if !text.starts_with("//! ") {
                found.push(format!("{} does not begin with its story", file.display()));
            }
            if !text.contains("TODO") {
                found.push(format!("{} has no TODO", file.display()));
            }
        }
        (Err(_), _) => found.push(format!("{} is missing", file.display())),
        (_, Err(_)) => found.push(format!("{} is missing", shipped.display())),
    }
    match read(&course.solution(id)) {
        Ok(text) if text.contains("TODO") => {
            found.push(format!("the solution of {name} still has a TODO"))
        }
        Ok(_) => {}
        Err(_) => found.push(format!("{} is missing", course.solution(id).display())),
    }
    if course.exercise(id).skills.is_empty() {
        found.push(format!("{name} trains no skill"));
    }
}

/// Each check executable has one function for each of its exercises, and no other.
fn checks(course: &Course, found: &mut Vec<String>) -> Result<()> {
    let families: BTreeSet<_> =
        course.chapters.iter().map(|chapter| chapter.checks.as_str()).collect();
    for family in families {
        let package = format!("checks-{family}");
        let launch = cargo(&course.root).args(["run", "-q", "-p", &package, "--", "--list"]);
        let listed = output(launch, super::lint::TIME)?;
        if !listed.success() {
            found.push(format!(
                "{package} does not build or list its checks: {}",
                listed.stderr.trim()
            ));
            continue;
        }
        let listed: BTreeSet<_> = listed.stdout.lines().map(str::to_owned).collect();
        let chapters = course.chapters.iter().filter(|chapter| chapter.checks == family);
        let wanted: BTreeSet<_> = chapters
            .flat_map(|chapter| &chapter.exercises)
            .map(|exercise| exercise.name.clone())
            .collect();
        found.extend(
            wanted.difference(&listed).map(|name| format!("{package} has no check `{name}`")),
        );
        found.extend(
            listed
                .difference(&wanted)
                .map(|name| format!("the check `{name}` of {package} is not in info.toml")),
        );
    }
    Ok(())
}
