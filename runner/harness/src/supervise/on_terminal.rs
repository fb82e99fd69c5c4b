//! A program on a terminal of its own.

use std::fs::File;
use std::io;
use std::process::Command;

use nix::pty::{Winsize, openpty};

use super::child_setup::{self, Session};
use super::launch::{Launch, Sink, connect};
#[cfg(target_os = "linux")]
use super::leader::Leader;
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
        let (pid, leader) = self.spawn_led(&mut command)?;
        drop(command);
        self.stdout = Sink::Captured;
        Ok(Tree::new(pid, leader, Some(ours), ends, self))
    }

    /// The program, and the leader of its session.
    #[cfg(target_os = "linux")]
    fn spawn_led(&mut self, command: &mut Command) -> io::Result<(i32, Option<i32>)> {
        let leader = Leader::new()?;
        self.setup.tells = leader.tells();
        child_setup::arrange(command, &self.setup);
        let (leader, program) = sweep::spawn_led(command, leader)?;
        Ok((program, Some(leader)))
    }

    /// It is the leader itself.
    #[cfg(not(target_os = "linux"))]
    fn spawn_led(&mut self, command: &mut Command) -> io::Result<(i32, Option<i32>)> {
        child_setup::arrange(command, &self.setup);
        Ok((sweep::spawn(command)?.id().cast_signed(), None))
    }
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;
    use std::time::{Duration, Instant};

    use super::super::{Ended, Input, Launch, View};

    /// Descriptor 0 is its terminal, Ctrl-C reaches it, and its last words reach us.
    #[test]
    fn a_program_is_in_the_foreground_of_a_session_that_outlives_it() {
        let line = "trap 'printf last; exit 7' INT; printf ready; while :; do sleep 0.01; done";
        let launch = Launch::new("sh").args(["-c", line]);
        let mut tree = launch.stdin(Input::Terminal { rows: 24, columns: 80 }).start().unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let ready = |view: &View| view.stdout.text().contains("ready").then_some(());
        tree.wait(deadline, ready).unwrap();
        tree.write(b"\x03").unwrap();
        let over = |view: &View| {
            let (ended, _) = view.ended.filter(|_| view.stdout.is_closed())?;
            Some((ended, view.stdout.text()))
        };
        let (ended, text) = tree.wait(deadline, over).unwrap();
        assert_eq!(ended, Ended::Exited(7));
        assert!(text.ends_with("last"), "{text:?}");
    }

    #[test]
    fn a_program_that_is_not_there_is_told() {
        let launch = Launch::new("/nowhere/to/be/found");
        let started = launch.stdin(Input::Terminal { rows: 24, columns: 80 }).start();
        assert_eq!(started.unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn only_standard_output_is_no_terminal_where_it_goes_into_a_pipe() {
        let which = "for fd in 0 1 2; do test -t $fd && echo $fd >&2; done; echo out";
        let launch = Launch::new("sh").args(["-c", which]).stdout_to_pipe();
        let tree = launch.stdin(Input::Terminal { rows: 24, columns: 80 }).start().unwrap();
        let both = |view: &View| {
            let closed = view.stdout.is_closed() && view.stderr.is_closed();
            closed.then(|| (view.stdout.text(), view.stderr.text()))
        };
        let (out, shown) = tree.wait(Instant::now() + Duration::from_secs(10), both).unwrap();
        assert_eq!((out.as_str(), shown.as_str()), ("out\n", "0\r\n2\r\n"));
    }
}
