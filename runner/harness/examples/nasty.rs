//! Programs that do what no learner's program should, by name: `nasty MODE`. Tests of the
//! supervisor run them; each must be over within its deadline and leave nothing.

use std::io::Write;
use std::process::exit;

use nix::libc;
use nix::sys::signal::{SigHandler, Signal, kill, raise, signal};
use nix::unistd::{ForkResult, Pid, close, fork, setsid};

fn main() {
    let mode = std::env::args().nth(1).unwrap_or_default();
    match mode.as_str() {
        "done" => println!("done"),
        "spin" => loop {
            std::hint::spin_loop();
        },
        "ignore_term" => {
            ignore_term();
            stay();
        }
        "stop_itself" => {
            raise(Signal::SIGSTOP).ok();
        }
        "child_keeps_stdout" => in_child(stay),
        "daemon" => in_child(|| {
            setsid().ok();
            in_child(|| {
                close_all();
                ignore_term();
                stay();
            });
            exit(0);
        }),
        "kill_group" => {
            kill(Pid::from_raw(0), Signal::SIGKILL).ok();
        }
        // As root this would end the machine: only where a namespace of its own is around it.
        "kill_all" if std::process::id() <= 3 => {
            kill(Pid::from_raw(-1), Signal::SIGKILL).ok();
        }
        "fork_without_end" => loop {
            in_child(|| {
                loop {
                    in_child(stay);
                }
            });
        },
        "runaway" => loop {
            // Each generation lives for a moment, in a session of its own.
            in_child_or_exit(|| {
                setsid().ok();
            });
        },
        "flood" => {
            let page = [b'x'; 64 * 1024];
            (0..16 * 1024).try_for_each(|_| std::io::stdout().write_all(&page)).ok();
        }
        "eat_memory" => {
            let mut all = Vec::new();
            loop {
                all.push(vec![1_u8; 16 << 20]);
            }
        }
        "close_descriptors" => {
            close_all();
            stay();
        }
        "half_a_line" => {
            print!("don");
            std::io::stdout().flush().ok();
        }
        "escape_sequences" => {
            std::io::stdout().write_all(b"\x1b[2J\x1b]0;title\x07\xff\xfe\x00done?\n").ok();
        }
        "panic" => panic!("on purpose"),
        _ => exit(64),
    }
}

fn close_all() {
    for fd in 0..3 {
        close(fd).ok();
    }
}

fn stay() {
    loop {
        std::thread::park();
    }
}

#[expect(unsafe_code, reason = "ignoring a signal")]
fn ignore_term() {
    // SAFETY: no handler of ours runs.
    unsafe { signal(Signal::SIGTERM, SigHandler::SigIgn) }.ok();
}

#[expect(unsafe_code, reason = "fork is what these programs are about")]
fn in_child(child: impl FnOnce()) {
    // SAFETY: there is one thread.
    if let Ok(ForkResult::Child) = unsafe { fork() } {
        child();
        exit(0);
    }
}

#[expect(unsafe_code, reason = "fork is what these programs are about")]
fn in_child_or_exit(child: impl FnOnce()) {
    // SAFETY: there is one thread.
    match unsafe { fork() } {
        Ok(ForkResult::Child) => child(),
        // SAFETY: no destructor is wanted.
        Ok(ForkResult::Parent { .. }) => unsafe { libc::_exit(0) },
        Err(_) => {}
    }
}
