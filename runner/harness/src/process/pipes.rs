//! Who has which end of a pipe open.

use super::descriptors::open_files;

/// One process with an end of the pipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Process id.
    pub pid: i32,
    /// Its descriptor.
    pub fd: i32,
    /// Whether it is the writing end.
    pub writes: bool,
}

/// Those of `pids` that have the pipe open which is called `pipe` (`pipe:[12345]`) in `/proc`. End
/// of file comes when the last writing end is closed, wherever it is.
#[must_use]
pub fn holders(pipe: &str, pids: &[i32]) -> Vec<Holder> {
    let of_one = |&pid: &i32| {
        let files =
            open_files(pid).into_iter().filter(|file| file.target.split(' ').next() == Some(pipe));
        files.map(move |file| Holder {
            pid,
            fd: file.fd,
            writes: file.target.ends_with("(write end)"),
        })
    };
    pids.iter().flat_map(of_one).collect()
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;

    use super::{Holder, holders};
    use crate::process::open_files;

    #[test]
    fn finds_both_ends() {
        let (read, write) = std::io::pipe().unwrap();
        let pid = std::process::id().cast_signed();
        let files = open_files(pid);
        let file = files.iter().find(|file| file.fd == read.as_raw_fd()).unwrap();
        let pipe = file.target.split(' ').next().unwrap();
        let both = holders(pipe, &[pid]);
        assert!(both.contains(&Holder { pid, fd: read.as_raw_fd(), writes: false }));
        assert!(both.contains(&Holder { pid, fd: write.as_raw_fd(), writes: true }));
    }
}
