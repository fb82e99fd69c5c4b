//! The compiler's words, as cargo and rustc hand them over in JSON.

use std::path::PathBuf;

use serde::Deserialize;

/// One line of cargo's `--message-format=json`.
#[derive(Debug, Deserialize)]
#[serde(tag = "reason")]
pub(super) enum Message {
    #[serde(rename = "compiler-message")]
    Diagnostic { target: Target, message: Diagnostic },
    #[serde(rename = "compiler-artifact")]
    Artifact { target: Target, executable: Option<PathBuf> },
    #[serde(other)]
    Other,
}

#[derive(Debug, Deserialize)]
pub(super) struct Target {
    pub(super) name: String,
}

/// What rustc says about one thing.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Diagnostic {
    level: String,
    message: String,
    rendered: Option<String>,
    #[serde(default)]
    spans: Vec<serde::de::IgnoredAny>,
}

impl Diagnostic {
    pub(super) fn is_error(&self) -> bool {
        self.level.starts_with("error")
    }

    /// An error that no line of the program causes: a linker that is missing, a disk that is full.
    fn is_not_the_programs(&self) -> bool {
        let obstacles =
            ["linker `", "couldn't create", "failed to write", "could not exec the linker"];
        let full = ["No space left on device", "Read-only file system", "Disk quota exceeded"];
        self.is_error()
            && self.spans.is_empty()
            && (obstacles.iter().any(|start| self.message.starts_with(start))
                || full.iter().any(|words| self.message.contains(words)))
    }
}

/// One line of rustc's `--error-format=json`; others (artifacts, future incompatibilities) are not
/// diagnostics and give `None`.
pub(super) fn of_rustc(line: &str) -> Option<Diagnostic> {
    serde_json::from_str(line).ok()
}

/// The obstacle, if it was none of the program's making.
pub(super) fn obstacle(diagnostics: &[Diagnostic]) -> Option<&str> {
    diagnostics
        .iter()
        .find(|diagnostic| diagnostic.is_not_the_programs())
        .map(|diagnostic| &*diagnostic.message)
}

/// Errors before warnings, each group in the compiler's order: a learner mends the first error
/// first, and it must not have scrolled away.
pub(super) fn in_order(diagnostics: &[Diagnostic]) -> String {
    let rendered = |errors: bool| {
        let of_kind = diagnostics.iter().filter(move |diagnostic| diagnostic.is_error() == errors);
        of_kind.filter_map(|diagnostic| diagnostic.rendered.as_deref())
    };
    rendered(true).chain(rendered(false)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Message, in_order, obstacle, of_rustc};

    const ERROR: &str = r#"{"$message_type":"diagnostic","message":"mismatched types","code":null,"level":"error","spans":[{"x":1}],"children":[],"rendered":"E\n"}"#;
    const WARNING: &str =
        r#"{"message":"unused variable","level":"warning","spans":[{}],"rendered":"W\n"}"#;
    const LINKER: &str =
        r#"{"message":"linker `cc` not found","level":"error","spans":[],"rendered":"L\n"}"#;

    #[test]
    fn errors_come_first() {
        let said: Vec<_> = [WARNING, ERROR].into_iter().filter_map(of_rustc).collect();
        assert_eq!(in_order(&said), "E\nW\n");
        assert_eq!(obstacle(&said), None);
    }

    #[test]
    fn a_missing_linker_is_nobodys_mistake() {
        let said: Vec<_> = [LINKER].into_iter().filter_map(of_rustc).collect();
        assert_eq!(obstacle(&said), Some("linker `cc` not found"));
    }

    #[test]
    fn artifacts_are_not_diagnostics() {
        assert!(
            of_rustc(r#"{"$message_type":"artifact","artifact":"/x","emit":"link"}"#).is_none()
        );
    }

    #[test]
    fn reads_what_cargo_adds() {
        let line = r#"{"reason":"compiler-artifact","target":{"name":"x","kind":["bin"]},"executable":"/t/x","fresh":true}"#;
        assert!(matches!(serde_json::from_str(line), Ok(Message::Artifact { .. })));
        assert!(matches!(
            serde_json::from_str(r#"{"reason":"build-finished","success":true}"#),
            Ok(Message::Other)
        ));
    }
}
