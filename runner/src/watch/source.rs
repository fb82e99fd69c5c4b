//! Reading an exercise's file, and the story at its top.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::ErrorKind;
use std::path::Path;

use super::event::Source;

/// Reads the file at `path`.
pub fn read(path: &Path) -> Source {
    match fs::read(path) {
        Ok(bytes) => of(&bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => Source::Missing,
        Err(error) => Source::Unreadable(error.to_string()),
    }
}

fn of(bytes: &[u8]) -> Source {
    match std::str::from_utf8(bytes) {
        Ok(text) => Source::Text { hash: hash(bytes), story: story(text) },
        Err(error) => Source::NotUtf8(error.valid_up_to()),
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

/// The comment that a text begins with, without comment signs: what the learner is told.
fn story(text: &str) -> String {
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty() || line.starts_with("#!"))
        .map_while(|line| line.strip_prefix("//!").or_else(|| line.strip_prefix("//")))
        .map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned() + "\n")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story_of(text: &str) -> String {
        match of(text.as_bytes()) {
            Source::Text { story, .. } => story,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_story_is_the_first_comment_whatever_its_sign() {
        for text in [
            "//! Title\n//!\n//!   indented\n\nuse std::io; // no\n",
            "\u{feff}\n// Title\n//\n//   indented\nfn main() {}\n// no\n",
            "//! Title\r\n//!\r\n//!   indented\r\n\r\nfn main() {}\r\n",
        ] {
            assert_eq!(story_of(text), "Title\n\n  indented\n", "{text:?}");
        }
        assert_eq!(story_of("fn main() {}"), "");
    }

    #[test]
    fn only_the_bytes_decide_whether_a_text_changed() {
        assert_eq!(of(b"fn main() {}"), of(b"fn main() {}"));
        assert_ne!(of(b"fn main() {}"), of(b"fn main() { }"));
    }

    #[test]
    fn what_cannot_be_read_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.rs");
        assert_eq!(read(&path), Source::Missing);
        std::fs::write(&path, b"fn main() {}\xff").unwrap();
        assert_eq!(read(&path), Source::NotUtf8(12));
        assert!(matches!(read(folder.path()), Source::Unreadable(_)));
    }
}
