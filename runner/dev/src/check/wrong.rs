//! Wrong fixes: the few lines that each changes, why people try it, and the words that refuse it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow, bail};

/// One wrong fix.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WrongFix {
    /// The file's name without its ending.
    pub(super) slug: String,
    /// Words of the verdict that refuses it.
    pub(super) refused: String,
    /// The whole program with the fix in it.
    pub(super) text: String,
}

/// The wrong fixes in a folder, applied to the shipped text, by name.
pub(super) fn wrong_fixes(folder: &Path, shipped: &str) -> Result<Vec<WrongFix>> {
    let mut paths: Vec<_> = fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.sort();
    paths
        .iter()
        .map(|path| wrong_fix(path, shipped).with_context(|| path.display().to_string()))
        .collect()
}

fn wrong_fix(path: &Path, shipped: &str) -> Result<WrongFix> {
    let slug = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .filter(|_| path.extension().is_some_and(|x| x == "diff"));
    let slug = slug.context("a wrong fix is kept in a file NAME.diff")?.to_owned();
    let (refused, text) = apply(&fs::read_to_string(path)?, shipped)?;
    Ok(WrongFix { slug, refused, text })
}

/// The words and the changed text out of a diff file: two headers, an empty line, the diff.
fn apply(file: &str, shipped: &str) -> Result<(String, String)> {
    let (head, diff) =
        file.split_once("\n\n").context("an empty line has to stand before the diff")?;
    let why = header(head, "Why: ")?;
    let refused = header(head, "Refused: ")?;
    if why.is_empty() || refused.is_empty() {
        bail!("`Why:` and `Refused:` need words behind them");
    }
    let patch =
        diffy::Patch::from_str(diff).map_err(|error| anyhow!("not a unified diff: {error}"))?;
    let text = diffy::apply(shipped, &patch)
        .map_err(|error| anyhow!("does not apply to the shipped text any more: {error}"))?;
    if text == shipped {
        bail!("changes nothing");
    }
    Ok((refused, text))
}

/// A header with its continuation lines, which are indented.
fn header(head: &str, key: &str) -> Result<String> {
    let mut lines = head.lines().skip_while(|line| !line.starts_with(key.trim_end()));
    let first = lines.next().with_context(|| format!("has no line `{}`", key.trim_end()))?;
    let rest = lines.take_while(|line| line.starts_with(' ')).map(str::trim);
    let first = first.get(key.len()..).unwrap_or_default().trim();
    Ok(std::iter::once(first).chain(rest).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::apply;

    const DIFF: &str = "--- a/x.rs\n+++ b/x.rs\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n";

    #[test]
    fn headers_and_text() {
        let file = format!("Why: because\n  it looks right\nRefused: never waited\n\n{DIFF}");
        let (refused, text) = apply(&file, "one\ntwo\n").unwrap();
        assert_eq!((refused.as_str(), text.as_str()), ("never waited", "one\nthree\n"));
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let shipped = "one\ntwo\n";
        for (file, words) in [
            (format!("Why: x\n\n{DIFF}"), "no line `Refused:`"),
            (format!("Refused: x\n\n{DIFF}"), "no line `Why:`"),
            (format!("Why: x\nRefused:\n\n{DIFF}"), "need words"),
            (DIFF.to_owned(), "an empty line"),
            ("Why: x\nRefused: y\n\nnonsense".to_owned(), "changes nothing"),
        ] {
            let error = format!("{:#}", apply(&file, shipped).unwrap_err());
            assert!(error.contains(words), "{error}");
        }
        let moved = apply(&format!("Why: x\nRefused: y\n\n{DIFF}"), "four\nfive\n").unwrap_err();
        assert!(moved.to_string().contains("does not apply"), "{moved}");
    }
}
