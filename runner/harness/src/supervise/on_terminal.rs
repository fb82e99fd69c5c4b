//! A program on a terminal of its own.

use std::fs::File;
use std::io;

use nix::pty::{Winsize, openpty};

use super::child_setup::{self, Session};
use super::launch::{Launch, Sink, connect};
use super::sweep;
use super::tree::Tree;

impl Launch {
    pub(super) fn start_on_terminal(&mut self, rows: u16, columns: u16) -> io::Result<Tree> {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None)?;
        let ours = File::from(pty.master);
        let mut command = self.command();
        let ends = if self.stdout_to_pipe {
            let (stdout, from_stdout) = connect(&Sink::Captured)?;
            command.stdout(stdout);
            [from_stdout, Some(ours.try_clone()?.into())]
        } else {
            command.stdout(pty.slave.try_clone()?);
            [Some(ours.try_clone()?.into()), None]
        };
        command.stdin(pty.slave.try_clone()?).stderr(pty.slave);
        self.setup.session = Session::OwnTerminal;
        child_setup::arrange(&mut command, &self.setup);
        let child = sweep::spawn(&mut command)?;
        drop(command);
        self.stdout = Sink::Captured;
        Ok(Tree::new(&child, Some(ours), ends, self))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::super::{Input, Launch};

    #[test]
    fn only_standard_output_is_no_terminal_where_it_goes_into_a_pipe() {
        let which = "for fd in 0 1 2; do test -t $fd && echo $fd >&2; done; echo out";
        let launch = Launch::new("sh").args(["-c", which]).stdout_to_pipe();
        let tree = launch.stdin(Input::Terminal { rows: 24, columns: 80 }).start().unwrap();
        let both = |view: &super::super::View| {
            let closed = view.stdout.is_closed() && view.stderr.is_closed();
            closed.then(|| (view.stdout.text(), view.stderr.text()))
        };
        let (out, shown) = tree.wait(Instant::now() + Duration::from_secs(10), both).unwrap();
        assert_eq!((out.as_str(), shown.as_str()), ("out\n", "0\r\n2\r\n"));
    }
}
