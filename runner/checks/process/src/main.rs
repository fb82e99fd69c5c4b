//! The checks of the process part: one function an exercise, one module a chapter.

use std::process::ExitCode;

mod descriptors;
mod intro;
mod monitoring;
mod pipes;
mod processes;
mod services;
mod shutdown;
mod signals;

fn main() -> ExitCode {
    harness::check::main(harness::checks![
        intro::{exit_status, its_own_pid},
        processes::{
            fork_exit_flush, exec_fallthrough, exec_argv0, exit_status_mirror,
            zombie_parade, sigchld_coalesced, reaper_steals, stop_escalation, kill_the_tree,
            fork_with_threads, inherit_clean,
        },
        pipes::{
            pipe_no_eof, wait_before_read, two_way_pipe, short_reads, eintr_is_not_an_error,
            broken_pipe_exit,
        },
        descriptors::{cloexec_leak, fd_leak_loop, double_close, redirect_stdout, flock_guard, flock_pidfile},
        signals::{
            handler_print, handler_alloc, critical_section, handler_before_init, sighup_reload, forward_signal, signals_do_not_queue, wait_cannot_be_interrupted,
        },
        shutdown::{
            flag_long_sleep, tokio_signal_channel, double_signal_order, tokio_second_ctrl_c,
            tokio_stdin_hang, drop_is_skipped, shutdown_deadline,
        },
        monitoring::{
            units, name_15, swap_none, disk_once, cpu_needs_two, refresh_only_needed, watch_pid,
            top_without_threads, net_rate, live_bar,
        },
        services::{worker_service, supervisor, monitor_service},
    ])
}
