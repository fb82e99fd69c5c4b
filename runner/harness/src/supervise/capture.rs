//! What a program wrote, kept up to a bound and drained beyond it.

use std::time::Instant;

/// The bytes of one stream.
#[derive(Debug, Default, Clone)]
pub struct Capture {
    kept: Vec<u8>,
    dropped: u64,
    closed: bool,
    arrivals: Vec<(usize, Instant)>,
}

/// More pieces than these are not told apart by time.
const ARRIVALS: usize = 512;

impl Capture {
    /// What was kept, from the first byte on.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.kept
    }

    /// The same as text; bytes that are not UTF-8 become U+FFFD.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.kept).into_owned()
    }

    /// Complete lines, without their ends. A line without an end may still grow: whoever acts on
    /// half a line has a race (stderr is not buffered, one `eprintln!` is several writes).
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let Some(end) = self.kept.iter().rposition(|&byte| byte == b'\n') else {
            return Vec::new();
        };
        let text = String::from_utf8_lossy(&self.kept[..end]);
        text.split('\n').map(str::to_owned).collect()
    }

    /// How many bytes were written after those kept.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Whether end of file was seen: nobody has the write end any more.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Complete lines, each with the moment at which its end was read.
    #[must_use]
    pub fn timed_lines(&self) -> Vec<(Instant, String)> {
        let mut end = 0;
        let mut timed = Vec::new();
        for line in self.kept.split_inclusive(|&byte| byte == b'\n') {
            end += line.len();
            let arrival =
                self.arrivals.iter().find(|(upto, _)| *upto >= end).or(self.arrivals.last());
            if let (Some((_, at)), Some(line)) = (arrival, line.strip_suffix(b"\n")) {
                timed.push((*at, String::from_utf8_lossy(line).into_owned()));
            }
        }
        timed
    }

    /// Whether any of it was kept.
    pub(super) fn take(&mut self, bytes: &[u8], keep: usize) -> bool {
        let room = keep.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.dropped += (bytes.len() - room) as u64;
        if self.arrivals.len() < ARRIVALS {
            self.arrivals.push((self.kept.len(), Instant::now()));
        }
        room > 0
    }

    pub(super) fn close(&mut self) {
        self.closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::Capture;

    #[test]
    fn keeps_the_beginning_and_counts_the_rest() {
        let mut capture = Capture::default();
        capture.take(b"abc", 5);
        capture.take(b"defg", 5);
        assert_eq!((capture.bytes(), capture.dropped()), (&b"abcde"[..], 2));
    }

    #[test]
    fn a_line_without_its_end_is_not_a_line_yet() {
        let mut capture = Capture::default();
        assert!(capture.lines().is_empty());
        capture.take(b"one\ntwo\nthr", 100);
        assert_eq!(capture.lines(), ["one", "two"]);
    }
}
