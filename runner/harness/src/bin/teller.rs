//! A child that tells of every signal it gets, for checks of whoever has to hand signals on.
//!
//! It says `ready PID` once its handlers are installed, then a line `got SIGINT` for each signal of
//! [`TOLD`] that it takes, and `read TEXT` for each line of its standard input. Where that is a
//! terminal it reads from `/dev/tty` instead, as programs do that ask for a password: that is its
//! session's terminal, and `no terminal` where there is none. SIGTERM ends it, with status 0 or that
//! of `--exit CODE`. A signal that it finds ignored stays ignored, as programs under
//! nohup(1) leave it; one that it finds blocked stays blocked. Between two signals it sleeps in calls
//! without a timer.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::sync::atomic::{AtomicI32, Ordering};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// The signals whose arrival is told.
const TOLD: [Signal; 7] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGWINCH,
    Signal::SIGTERM,
];

/// The handlers write the signal's number here; `main` reads the other end.
static TO_MAIN: AtomicI32 = AtomicI32::new(-1);

fn main() -> io::Result<ExitCode> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let status = args.iter().skip_while(|arg| *arg != "--exit").nth(1);
    let status = status.and_then(|status| status.parse().ok()).unwrap_or(0);

    let (from_handlers, to_main) = io::pipe()?;
    TO_MAIN.store(to_main.as_raw_fd(), Ordering::Relaxed);
    for signal in TOLD.into_iter().filter(|&signal| !is_ignored(signal)) {
        handle(signal)?;
    }
    println!("ready {}", std::process::id());
    std::thread::spawn(|| {
        let told = |line: String| println!("read {line}");
        if !io::stdin().is_terminal() {
            return io::stdin().lock().lines().map_while(Result::ok).for_each(told);
        }
        match File::open("/dev/tty") {
            Ok(terminal) => {
                BufReader::new(terminal).lines().map_while(Result::ok).for_each(told);
            }
            Err(error) => println!("no terminal: {error}"),
        }
    });
    for number in BufReader::new(from_handlers).bytes() {
        let signal = Signal::try_from(i32::from(number?))?;
        println!("got {signal}");
        if signal == Signal::SIGTERM {
            break;
        }
    }
    Ok(ExitCode::from(status))
}

extern "C" fn pass_on(signal: i32) {
    write_byte(TO_MAIN.load(Ordering::Relaxed), signal as u8);
}

#[expect(unsafe_code, reason = "write(2) without the types that a handler can do without")]
fn write_byte(fd: i32, byte: u8) {
    // SAFETY: `byte` outlives the call; a full pipe cannot be, since all is read at once.
    unsafe { libc::write(fd, (&raw const byte).cast(), 1) };
}

#[expect(unsafe_code, reason = "setting a handler")]
fn handle(signal: Signal) -> io::Result<()> {
    let action = SigAction::new(SigHandler::Handler(pass_on), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: `pass_on` loads an atomic and calls write(2).
    unsafe { sigaction(signal, &action) }?;
    Ok(())
}

#[expect(unsafe_code, reason = "sigaction(2) with no new action; nix can only set one")]
fn is_ignored(signal: Signal) -> bool {
    let mut old = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a null new action changes nothing; `old` is written on success.
    unsafe {
        libc::sigaction(signal as i32, std::ptr::null(), old.as_mut_ptr()) == 0
            && old.assume_init().sa_sigaction == libc::SIG_IGN
    }
}
