//! A process that behaves as its arguments say, so that a check knows what a child does.
//!
//! In the order in which they take effect:
//! `--ignore-term` SIGTERM does nothing; `--clean-after-ms N` on SIGTERM it works for N ms more,
//! prints `clean` and exits with 0; `--mib N` touches N MiB; `--threads N` has N more threads;
//! `--spin` keeps one processor busy, `--spinners N` has N threads that try to; `--child ARGS` starts a decoy with these arguments (split at
//! spaces; may be said several times) and never waits for it; `--crowd N` starts N that sleep;
//! `--ready-file PATH` makes that file, holding its process id, once all of this is in force; `--say TEXT` prints a line;
//! `--more-mib N` waits for a line of its input, touches N MiB more, and prints `has more`; `--print-bytes N`, `--stderr-bytes N`
//! write that much; `--copy` passes its standard input on in capital letters, each block as it comes;
//! `--copy-last` the same once all of it has been read, as sort(1) does; `--copy-lines N` reads no
//! more than that many lines, as head(1) does; `--linger-ms N` stays for that long; `--linger SECS` likewise; `--exit CODE`.

use std::io::{self, BufRead, BufReader, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

static TERM: AtomicBool = AtomicBool::new(false);

extern "C" fn on_term(_signal: i32) {
    TERM.store(true, Ordering::Relaxed);
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| args.iter().any(|arg| arg == name);
    let value = |name: &str| args.iter().skip_while(|arg| *arg != name).nth(1);
    let number = |name: &str| value(name).and_then(|value| value.parse::<u64>().ok());

    if flag("--ignore-term") {
        set_term(SigHandler::SigIgn);
    }
    if number("--clean-after-ms").is_some() {
        set_term(SigHandler::Handler(on_term));
    }
    // Written, not only reserved, or it would not be resident.
    let memory = vec![1_u8; usize::try_from(number("--mib").unwrap_or(0)).unwrap_or(0) << 20];
    for _ in 0..number("--threads").unwrap_or(0) {
        std::thread::spawn(|| {
            loop {
                std::thread::park()
            }
        });
    }
    for _ in 0..number("--spinners").unwrap_or(0) + u64::from(flag("--spin")) {
        std::thread::spawn(|| {
            loop {
                std::hint::spin_loop()
            }
        });
    }
    let children = args.iter().zip(args.iter().skip(1)).filter(|(name, _)| *name == "--child");
    children.for_each(|(_, args)| start_another(args));
    (0..number("--crowd").unwrap_or(0)).for_each(|_| start_another("--linger 60"));
    if let Some(path) = value("--ready-file")
        && let Err(error) = std::fs::write(path, std::process::id().to_string())
    {
        eprintln!("decoy: {path}: {error}");
    }
    if let Some(text) = value("--say") {
        println!("{text}");
    }
    let more = number("--more-mib").map(more_memory);
    write_bytes(io::stdout().lock(), number("--print-bytes"));
    write_bytes(io::stderr().lock(), number("--stderr-bytes"));
    // Whoever stops writing to us, or reading what we print, has had enough; that is no error of ours.
    let _ = match number("--copy-lines") {
        Some(lines) => copy_lines(lines),
        None if flag("--copy") || flag("--copy-last") => copy(flag("--copy-last")),
        None => Ok(()),
    };
    let linger = number("--linger-ms").or(number("--linger").map(|secs| secs * 1000));
    stay(Duration::from_millis(linger.unwrap_or(0)), number("--clean-after-ms").is_some());
    if TERM.load(Ordering::Relaxed) {
        stay_asleep(Duration::from_millis(number("--clean-after-ms").unwrap_or(0)));
        println!("clean");
        return ExitCode::SUCCESS;
    }
    drop((memory, more));
    ExitCode::from(value("--exit").and_then(|code| code.parse().ok()).unwrap_or(0))
}

/// Once it is told to.
fn more_memory(mib: u64) -> Vec<u8> {
    let _ = io::stdin().read_line(&mut String::new());
    let memory = vec![1; usize::try_from(mib).unwrap_or(0) << 20];
    println!("has more");
    memory
}

#[expect(clippy::disallowed_methods, reason = "whoever started us ends what we start")]
fn start_another(args: &str) {
    // A build may have put another file in our place meanwhile; ours is still to be had here.
    let ours = std::env::current_exe().ok().filter(|decoy| decoy.exists());
    let decoy = ours.unwrap_or_else(|| "/proc/self/exe".into());
    if let Err(error) = std::process::Command::new(decoy).args(args.split(' ')).spawn() {
        eprintln!("decoy: no child: {error}");
    }
}

/// Until the time is over, or SIGTERM came where it is handled. Where it is not, it sleeps in one piece:
/// a check may rely on what a process in state S looks like, at each look.
fn stay(time: Duration, may_be_told: bool) {
    if !may_be_told {
        return stay_asleep(time);
    }
    let end = Instant::now() + time;
    while Instant::now() < end && !TERM.load(Ordering::Relaxed) {
        stay_asleep(Duration::from_millis(5).min(end.saturating_duration_since(Instant::now())));
    }
}

#[expect(clippy::disallowed_methods, reason = "to stay is what it is for")]
fn stay_asleep(time: Duration) {
    std::thread::sleep(time);
}

/// By read(2) and write(2) alone: `io::copy` may leave it to splice(2), as no ordinary filter does, and
/// the buffers of std cut blocks at the last newline.
fn copy(at_last: bool) -> io::Result<()> {
    let (mut block, mut all) = (vec![0; 64 << 10], Vec::new());
    loop {
        let count = nix::unistd::read(io::stdin(), &mut block)?;
        if count == 0 {
            return write_all(&all);
        }
        block[..count].make_ascii_uppercase();
        match at_last {
            true => all.extend(&block[..count]),
            false => write_all(&block[..count])?,
        }
    }
}

fn write_all(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        bytes = &bytes[nix::unistd::write(io::stdout(), bytes)?..];
    }
    Ok(())
}

fn copy_lines(count: u64) -> io::Result<()> {
    let (from, mut to) = (BufReader::new(io::stdin().lock()), io::stdout().lock());
    for (_, line) in (0..count).zip(from.split(b'\n')) {
        let line = line?.to_ascii_uppercase();
        to.write_all(&[line.as_slice(), b"\n"].concat())?;
    }
    Ok(())
}

/// 64 bytes a line. Whoever stops reading ends it.
fn write_bytes(mut to: impl Write, count: Option<u64>) {
    let line = [b"x".repeat(63), b"\n".to_vec()].concat();
    let mut left = usize::try_from(count.unwrap_or(0)).unwrap_or(0);
    while left > 0 {
        let part = &line[line.len() - left.min(line.len())..];
        if to.write_all(part).is_err() {
            return;
        }
        left -= part.len();
    }
}

#[expect(unsafe_code, reason = "setting a handler")]
fn set_term(handler: SigHandler) {
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler stores to an atomic and nothing else.
    if let Err(error) = unsafe { sigaction(Signal::SIGTERM, &action) } {
        eprintln!("decoy: sigaction: {error}");
    }
}
