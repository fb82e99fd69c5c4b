//! Paths that can be clicked.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::draw::{Span, Style};
use crate::watch::state::State;

/// A path of the course, relative to its root, and a link where the terminal knows links.
pub(super) fn span(state: &State, path: impl AsRef<Path>) -> Span {
    let path = path.as_ref();
    let span = Span::new(path.display().to_string(), Style::Key);
    let whole = state.course.root.join(path);
    if state.links && whole.is_absolute() { span.linked(&file_url(&whole)) } else { span }
}

/// A `file:` URL as RFC 8089 has it: without a host, and with every byte that RFC 3986 does not
/// allow in a path as `%XX`.
fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                url.push(char::from(*byte));
            }
            // Writing to a String cannot fail.
            other => drop(write!(url, "%{other:02X}")),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_no_url_may_hold_are_escaped() {
        assert_eq!(
            file_url(Path::new("/home/jörg/my course/a.rs")),
            "file:///home/j%C3%B6rg/my%20course/a.rs"
        );
    }
}
