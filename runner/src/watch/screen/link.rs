//! Paths that can be clicked.

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::watch::state::State;

/// The URL of a file of the course, where the terminal knows links and the course's place is known.
pub(super) fn to(state: &State, path: &Path) -> Option<String> {
    let whole = state.course.root.join(path);
    (state.links && whole.is_absolute()).then(|| file_url(&whole))
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
