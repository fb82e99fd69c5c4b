//! Open descriptors of a process, from `/proc/<pid>/fd`.

use std::fs;

use crate::evidence::OpenFile;

/// How many descriptors a process has open, `None` once it is gone.
#[must_use]
pub fn count_open(pid: i32) -> Option<usize> {
    Some(fs::read_dir(format!("/proc/{pid}/fd")).ok()?.count())
}

/// What a process has open, in ascending order.
#[must_use]
pub fn open_files(pid: i32) -> Vec<OpenFile> {
    let Ok(entries) = fs::read_dir(format!("/proc/{pid}/fd")) else { return Vec::new() };
    let mut files: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let fd = entry.file_name().to_str()?.parse().ok()?;
            let target = fs::read_link(entry.path()).ok()?.to_string_lossy().into_owned();
            Some(OpenFile { fd, target: with_end(pid, fd, target), note: None })
        })
        .collect();
    files.sort_by_key(|file| file.fd);
    files
}

/// A pipe has two ends, and which one it is decides everything; the link's name does not say.
fn with_end(pid: i32, fd: i32, target: String) -> String {
    if !target.starts_with("pipe:") {
        return target;
    }
    let info = fs::read_to_string(format!("/proc/{pid}/fdinfo/{fd}")).unwrap_or_default();
    match access_mode(&info) {
        Some(0) => target + " (read end)",
        Some(1) => target + " (write end)",
        _ => target,
    }
}

/// The access mode in `flags:` of fdinfo, which is octal: 0 to read, 1 to write, 2 both.
fn access_mode(info: &str) -> Option<u32> {
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:"))?;
    u32::from_str_radix(flags.trim(), 8).ok().map(|flags| flags & 0o3)
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::{access_mode, open_files};

    #[test]
    fn tells_the_ends_of_a_pipe_apart() {
        let (read, write) = std::io::pipe().unwrap();
        let files = open_files(std::process::id().cast_signed());
        let target = |fd| &files.iter().find(|file| file.fd == fd).unwrap().target;
        assert!(target(read.as_raw_fd()).ends_with("(read end)"));
        assert!(target(write.as_raw_fd()).ends_with("(write end)"));
    }

    #[test]
    fn flags_are_octal() {
        assert_eq!(access_mode("pos:\t0\nflags:\t02000001\n"), Some(1));
        assert_eq!(access_mode("pos:\t0\n"), None);
    }
}
