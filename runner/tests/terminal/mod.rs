//! A pseudo-terminal with a program in it: what it shows is read off, and keys are pressed.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod screen;

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{Termios, tcgetattr};
use nix::unistd::{Pid, ttyname};

use screen::Screen;

/// A first build takes its time on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Terminal {
    keyboard: File,
    /// Held open so that what the program leaves behind can be asked for when it has ended.
    line: OwnedFd,
    program: Child,
    shared: Arc<(Mutex<Screen>, Condvar)>,
}

impl Terminal {
    /// Starts `setsid --ctty`, which makes the terminal the controlling one of a new session and
    /// then becomes the program.
    pub(crate) fn start(program: &Command, columns: u16, rows: u16) -> Terminal {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(Some(&size), None).unwrap();
        let shared = Arc::new((Mutex::new(Screen::new(columns, rows)), Condvar::new()));
        let keyboard = File::from(pty.master);
        read_off(keyboard.try_clone().unwrap(), shared.clone());
        let line = pty.slave;
        let program = in_a_session(program, &line).spawn().unwrap();
        Terminal { keyboard, line, program, shared }
    }

    /// Waits until the screen shows all of `words`, on any line.
    #[track_caller]
    pub(crate) fn shows(&self, words: &[&str]) {
        self.until(&format!("{words:?}"), |screen| words.iter().all(|word| screen.shows(word)));
    }

    /// Waits until the screen shows none of `words`.
    #[track_caller]
    pub(crate) fn shows_no_more(&self, words: &[&str]) {
        self.until(&format!("none of {words:?}"), |screen| {
            words.iter().all(|word| !screen.shows(word))
        });
    }

    /// Waits until `wanted` holds of the screen.
    #[track_caller]
    pub(crate) fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) {
        let (screen, changed) = &*self.shared;
        let guard = screen.lock().unwrap();
        let (screen, waited) =
            changed.wait_timeout_while(guard, PATIENCE, |screen| !wanted(screen)).unwrap();
        assert!(!waited.timed_out(), "not seen: {what}\n{}", screen.text());
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Changes the size as a window manager does; the kernel tells the program.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.shared.0.lock().unwrap().resize(columns, rows);
        let name = ttyname(&self.line).unwrap();
        let done = command("stty")
            .arg("-F")
            .arg(name)
            .args(["cols", &columns.to_string(), "rows", &rows.to_string()])
            .status();
        assert!(done.unwrap().success());
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(self.pid(), signal).unwrap();
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.program.id().cast_signed())
    }

    /// The settings of the terminal.
    pub(crate) fn settings(&self) -> Termios {
        tcgetattr(&self.line).unwrap()
    }

    /// Waits for the program's end.
    #[track_caller]
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status;
            }
            let text = || self.shared.0.lock().unwrap().text();
            assert!(Instant::now() < deadline, "it has not ended\n{}", text());
            pause(Duration::from_millis(5));
        }
    }

    /// Whether the terminal shows its ordinary screen, with a cursor, as a shell wants it.
    #[track_caller]
    pub(crate) fn is_given_back(&self) {
        self.until("the ordinary screen and a cursor", Screen::is_ordinary);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn read_off(mut output: File, shared: Arc<(Mutex<Screen>, Condvar)>) {
    thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(count) = output.read(&mut bytes) {
            if count == 0 {
                break;
            }
            shared.0.lock().unwrap().feed(&bytes[..count]);
            shared.1.notify_all();
        }
    });
}

fn in_a_session(program: &Command, line: &OwnedFd) -> Command {
    let mut command = command("setsid");
    command.env("TERM", "xterm-256color").env("NO_COLOR", "1");
    command.arg("--ctty").arg(program.get_program()).args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        command.current_dir(folder);
    }
    command
        .stdin(line.try_clone().unwrap())
        .stdout(line.try_clone().unwrap())
        .stderr(line.try_clone().unwrap());
    command
}

#[expect(clippy::disallowed_methods, reason = "a test's own tools")]
fn command(name: &str) -> Command {
    Command::new(name)
}

#[expect(clippy::disallowed_methods, reason = "between two looks at a process, within a deadline")]
pub(crate) fn pause(time: Duration) {
    thread::sleep(time);
}

/// Both are the same in all that stty(1) shows.
#[track_caller]
pub(crate) fn assert_same(before: &Termios, after: &Termios) {
    assert_eq!(
        (before.input_flags, before.output_flags, before.control_flags, before.local_flags),
        (after.input_flags, after.output_flags, after.control_flags, after.local_flags)
    );
    assert_eq!(before.control_chars, after.control_chars);
}
