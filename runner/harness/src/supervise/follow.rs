//! Following a process line by line, until it ends, is cancelled, or takes too long.

use std::time::{Duration, Instant};

use super::tree::Tree;
use super::view::{Ended, View};
use crate::report::Stream;

/// How it went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// It is over.
    Ended(Ended),
    /// [`super::Remote::cancel`] was called; it still runs.
    Cancelled,
    /// The time is over; it still runs.
    TooLong,
}

/// Hands on each complete line of either stream. After its end the rest is read, but not for long:
/// somebody it left may have its output open.
pub fn follow(tree: &Tree, within: Duration, mut line: impl FnMut(Stream, &str)) -> Followed {
    let deadline = Instant::now() + within;
    let mut read = [0, 0];
    loop {
        let news = tree.wait(deadline, |view| {
            let fresh = fresh_lines(view, &mut read);
            (!fresh.is_empty() || view.ended.is_some() || view.cancelled).then_some((
                fresh,
                view.ended,
                view.cancelled,
            ))
        });
        match news {
            None => return Followed::TooLong,
            Some((_, _, true)) => return Followed::Cancelled,
            Some((fresh, ended, false)) => {
                fresh.iter().for_each(|(stream, text)| line(*stream, text));
                if let Some((ended, _)) = ended {
                    for (stream, text) in last_lines(tree, &mut read) {
                        line(stream, &text);
                    }
                    return Followed::Ended(ended);
                }
            }
        }
    }
}

fn fresh_lines(view: &View, read: &mut [usize; 2]) -> Vec<(Stream, String)> {
    let mut fresh = Vec::new();
    for (stream, read) in [Stream::Stdout, Stream::Stderr].into_iter().zip(read) {
        let unread = &view.stream(stream).bytes()[*read..];
        let Some(end) = unread.iter().rposition(|&byte| byte == b'\n') else { continue };
        let text = String::from_utf8_lossy(&unread[..end]);
        fresh.extend(text.split('\n').map(|line| (stream, line.to_owned())));
        *read += end + 1;
    }
    fresh
}

fn last_lines(tree: &Tree, read: &mut [usize; 2]) -> Vec<(Stream, String)> {
    let closed = |view: &View| (view.stdout.is_closed() && view.stderr.is_closed()).then_some(());
    tree.wait(Instant::now() + Duration::from_millis(500), closed);
    tree.look(|view| fresh_lines(view, read))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Ended, Launch};
    use super::{Followed, follow};

    #[test]
    fn every_line_once_and_the_last_ones_too() {
        let tree =
            Launch::new("sh").args(["-c", "echo one; echo two >&2; echo three"]).start().unwrap();
        let mut lines = Vec::new();
        let followed =
            follow(&tree, Duration::from_secs(10), |_, line| lines.push(line.to_owned()));
        lines.sort();
        assert_eq!(lines, ["one", "three", "two"]);
        assert!(matches!(followed, Followed::Ended(Ended::Exited(0))));
    }

    #[test]
    fn a_cancelled_one_is_not_waited_for() {
        let tree = Launch::new("sleep").arg("60").start().unwrap();
        tree.remote().cancel();
        assert!(matches!(follow(&tree, Duration::from_secs(60), |_, _| {}), Followed::Cancelled));
    }
}
