//! `dev new CHAPTER/NAME`: every file of an exercise, and its entry in every list.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use faultlings::course::{Chapter, Course};

/// A change to the tree: a new file, or a text in which something was added.
struct Edit {
    path: PathBuf,
    text: String,
}

pub(crate) fn run(course: &Course, place: &str) -> Result<ExitCode> {
    let Some((chapter, name)) = place.split_once('/') else {
        bail!("`{place}` is not CHAPTER/NAME; type `cargo run -- dev new processes/my_exercise`");
    };
    let chapter =
        course.chapters.iter().find(|known| known.name == chapter).with_context(|| {
            let names: Vec<_> =
                course.chapters.iter().map(|chapter| chapter.name.as_str()).collect();
            format!("no chapter is called `{chapter}`; there are {}", names.join(", "))
        })?;
    if !is_name(name) {
        bail!(
            "`{name}` cannot be a file, a program and a function: use a-z, 0-9 and _, a letter first"
        );
    }
    if course.by_name(name).is_ok() {
        bail!("there is an exercise `{name}` already; type `cargo run -- dev check {name}`");
    }
    // All is read and changed before anything is written: an error leaves the tree as it was.
    let edits = edits(course, chapter, name)?;
    for edit in &edits {
        let path = course.root.join(&edit.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, &edit.text).with_context(|| format!("cannot write {}", path.display()))?;
        println!("wrote {}", edit.path.display());
    }
    println!(
        "\nNext: the story and the fault in exercises/{0}/{1}.rs (copy it to runner/shipped/{0}/),\n\
         the solution, the check, three wrong fixes, the hints and `fails_with` in info.toml, and a section in\n\
         exercises/{0}/README.md. Then: cargo run -- dev check {1}",
        chapter.folder, name
    );
    Ok(ExitCode::SUCCESS)
}

fn is_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn edits(course: &Course, chapter: &Chapter, name: &str) -> Result<Vec<Edit>> {
    let (folder, module) = (&chapter.folder, &chapter.name);
    let checks = PathBuf::from(format!("runner/checks/{}/src", chapter.checks));
    let mut edits = Vec::new();
    let mut write = |path: PathBuf, text: String| {
        if course.root.join(&path).exists() {
            bail!("{} is there already", path.display());
        }
        edits.push(Edit { path, text });
        Ok(())
    };
    write(format!("exercises/{folder}/{name}.rs").into(), program(module, name))?;
    write(format!("runner/shipped/{folder}/{name}.rs").into(), program(module, name))?;
    write(format!("solutions/{folder}/{name}.rs").into(), SOLUTION.to_owned())?;
    write(checks.join(module).join(format!("{name}.rs")), check(name))?;
    write(format!("runner/wrong/{module}/{name}/README").into(), WRONG.to_owned())?;

    let mut change = |path: PathBuf, how: &dyn Fn(&str) -> Option<String>| -> Result<()> {
        let text = fs::read_to_string(course.root.join(&path))
            .with_context(|| format!("cannot read {}", path.display()))?;
        let text = how(&text)
            .with_context(|| format!("{} is not laid out as expected", path.display()))?;
        edits.push(Edit { path, text });
        Ok(())
    };
    for (kind, program) in
        [("exercises", name.to_owned()), ("solutions", format!("{name}_solution"))]
    {
        let bin = format!("[[bin]]\nname = \"{program}\"\npath = \"{name}.rs\"\n\n");
        change(format!("{kind}/{folder}/Cargo.toml").into(), &|text| {
            before(text, "[dependencies]", &bin)
        })?;
    }
    let lines = format!("mod {name};\npub(crate) use {name}::{name};\n");
    change(checks.join(format!("{module}.rs")), &|text| Some(format!("{text}{lines}")))?;
    change(checks.join("main.rs"), &|text| list_check(text, module, name))?;
    change("info.toml".into(), &|text| list_exercise(text, module, &entry(name)))?;
    Ok(edits)
}

fn before(text: &str, mark: &str, more: &str) -> Option<String> {
    let place = text.find(mark)?;
    Some(format!("{}{more}{}", &text[..place], &text[place..]))
}

/// Puts the function at the end of its chapter's list: `module::{a, b},`.
fn list_check(text: &str, module: &str, name: &str) -> Option<String> {
    let start = text.find(&format!("{module}::{{"))?;
    let end = start + text[start..].find('}')?;
    let listed = text[..end].trim_end();
    let comma = if listed.ends_with(['{', ',']) { "" } else { ", " };
    Some(format!("{listed}{comma}{name}{}", &text[end..]))
}

/// Puts the entry at the end of its chapter, which is where the next one begins.
fn list_exercise(text: &str, chapter: &str, entry: &str) -> Option<String> {
    let start = text.find(&format!("[[chapters]]\nname = \"{chapter}\""))?;
    let end = text[start + 1..].find("\n[[chapters]]").map_or(text.len(), |end| start + 1 + end);
    Some(format!("{}\n\n{entry}{}", text[..end].trim_end(), &text[end..]))
}

fn entry(name: &str) -> String {
    format!(
        "[[chapters.exercises]]\nname = \"{name}\"\ntitle = \"{name}\"\nskills = [\"?\"]\n\
         fails_with = \"it said nothing\"\nhints = [\n    \"A question.\",\n    \"A pointer.\",\n    \"Nearly the answer.\",\n]\n"
    )
}

fn program(chapter: &str, name: &str) -> String {
    format!(
        "//! The story: what it was for, whom it hurt, what it should do instead\n//!\n//! By hand:\n//!\n\
         //! ```text\n//! cargo run -q -p {chapter} --bin {name}\n//! ```\n\nfn main() {{\n    // TODO: say something.\n}}\n"
    )
}

const SOLUTION: &str =
    "//! What was wrong, and what it does now.\n\nfn main() {\n    println!(\"something\");\n}\n";

fn check(name: &str) -> String {
    format!(
        "use harness::check::{{Case, CheckResult}};\nuse harness::until::secs;\n\n/// The rule, in one sentence.\n\
         pub(crate) fn {name}(case: &mut Case) -> CheckResult {{\n    \
         case.matters(\"what it costs in production\");\n\n    \
         case.step(\"run it\");\n    let program = case.program().start()?;\n    program.exits_with(0, secs(2))?;\n    \
         case.expect(!program.stdout_lines().is_empty(), \"it says something\", \"it said nothing\")?;\n    \
         program.leaves_nothing()?;\n\n    case.passed(\"it said something and left nothing\")\n}}\n"
    )
}

const WRONG: &str = "\
Replace this file by three or more NAME.diff, each a wrong fix that people really try:

Why: why they try it
Refused: words of the verdict's \"observed\" sentence

--- a/exercises/...
+++ b/exercises/...
(made by `diff -u` from the shipped text)
";

#[cfg(test)]
mod tests {
    use super::{is_name, list_check, list_exercise};

    #[test]
    fn names_fit_file_program_and_function() {
        assert!(is_name("fork_exit_flush") && is_name("a1"));
        for name in ["", "1a", "Fork", "a-b", "../a", "a b"] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn the_function_joins_its_chapter() {
        let text = "checks![\n    intro::{},\n    pipes::{one, two},\n]";
        assert_eq!(
            list_check(text, "intro", "x").unwrap(),
            text.replace("intro::{}", "intro::{x}")
        );
        assert_eq!(
            list_check(text, "pipes", "x").unwrap(),
            text.replace("one, two", "one, two, x")
        );
        assert_eq!(list_check(text, "signals", "x"), None);
    }

    #[test]
    fn the_entry_goes_behind_its_chapters_last() {
        let text = "[[chapters]]\nname = \"a\"\n\n[[chapters.exercises]]\nname = \"one\"\n\n[[chapters]]\nname = \"b\"\n";
        let listed = list_exercise(text, "a", "NEW\n").unwrap();
        assert!(listed.find("one").unwrap() < listed.find("NEW").unwrap());
        assert!(listed.find("NEW").unwrap() < listed.find("\"b\"").unwrap());
        assert!(list_exercise(text, "b", "NEW\n").unwrap().ends_with("name = \"b\"\n\nNEW\n"));
    }
}
