use harness::broker::{Broker, Missing};

use super::kernel::{Kernel, Watches};
use super::places::{Place, Terminal, Writing};
use super::tools::{Linking, Tool};
use super::{
    Brokers, By, CourseSeen, PackageManager, Seen, State, System, exit_status, findings, page,
};

/// A machine where nothing is to be mended.
fn good() -> Seen {
    let place =
        |name: &str| Place { name: name.to_owned(), writing: Writing::Works, free: Some(80 << 30) };
    Seen {
        system: System {
            name: "Debian GNU/Linux 13 (trixie)".to_owned(),
            kernel: "Linux 6.12.41".to_owned(),
            architecture: "x86_64".to_owned(),
            container: false,
            package_manager: PackageManager::Apt,
            root: false,
        },
        cargo: Tool::Answers("cargo 1.95.0 (f2d3ce0bd 2026-03-21)".to_owned()),
        rustc: Tool::Answers("rustc 1.95.0 (59807616e 2026-04-14)".to_owned()),
        rust_wanted: "1.95".to_owned(),
        linking: Linking::Works,
        git: Tool::Answers("git version 2.47.3".to_owned()),
        kernel: Some(Kernel {
            adopts: true,
            shows_children: true,
            shows_calls: true,
            ptrace_scope: Some(1),
            small_pipes: true,
        }),
        terminal: Some(Terminal { columns: 120, rows: 40 }),
        colours: true,
        brokers: Brokers::Seen {
            each: vec![
                (Broker::Kafka, Ok("local 4.3.0".to_owned())),
                (Broker::Rabbitmq, Ok("docker rabbitmq:4.1".to_owned())),
                (Broker::Nats, Ok("local 2.9.10".to_owned())),
            ],
            leftovers: Vec::new(),
        },
        course: Some(CourseSeen {
            loads: Ok(10),
            watches: Watches::Free,
            target: place("target"),
            state: place(".faultlings"),
        }),
    }
}

/// [`good`], with one thing changed.
fn but(change: impl FnOnce(&mut Seen)) -> Seen {
    let mut seen = good();
    change(&mut seen);
    seen
}

fn kernel_but(change: impl FnOnce(&mut Kernel)) -> Seen {
    but(|seen| change(seen.kernel.as_mut().unwrap()))
}

fn course_but(change: impl FnOnce(&mut CourseSeen)) -> Seen {
    but(|seen| change(seen.course.as_mut().unwrap()))
}

#[test]
fn a_good_machine_is_ready() {
    assert_eq!(exit_status(&findings(&good())), 0);
    assert!(findings(&good()).iter().all(|finding| matches!(finding.state, State::Good(_))));
}

#[test]
fn each_fault_names_its_one_command_and_who_can_type_it() {
    let cases: Vec<(Seen, &str, &str, By)> = vec![
        (but(|s| s.cargo = Tool::Missing), "cargo", "sh.rustup.rs", By::You),
        (but(|s| s.cargo = Tool::Broken("no".into())), "cargo", "rustup update stable", By::You),
        (but(|s| s.rustc = Tool::Missing), "rustc", "sh.rustup.rs", By::You),
        (
            but(|s| s.rustc = Tool::Answers("rustc 1.94.2 (x 2026-01-01)".into())),
            "rustc",
            "rustup update stable",
            By::You,
        ),
        (
            but(|s| s.linking = Linking::NoLinker("cc".into())),
            "linker",
            "sudo apt-get install -y build-essential",
            By::Administrator,
        ),
        (
            but(|s| s.linking = Linking::Refused("cannot find -lgcc_s".into())),
            "linker",
            "sudo apt-get install -y build-essential",
            By::Administrator,
        ),
        (but(|s| s.linking = Linking::NotTried), "linker", "sh.rustup.rs", By::You),
        (kernel_but(|k| k.adopts = false), "orphans", "virtual machine", By::Administrator),
        (kernel_but(|k| k.shows_children = false), "processes", "mount", By::Administrator),
        (kernel_but(|k| k.small_pipes = false), "pipes", "virtual machine", By::Administrator),
        (
            kernel_but(|k| (k.shows_calls, k.ptrace_scope) = (false, Some(2))),
            "system calls",
            "sudo sysctl kernel.yama.ptrace_scope=1",
            By::Administrator,
        ),
        (
            kernel_but(|k| k.shows_calls = false),
            "system calls",
            "on Linux 5.4 or newer",
            By::Administrator,
        ),
        (
            course_but(|c| c.watches = Watches::Exhausted),
            "file watches",
            "fs.inotify.max_user_watches",
            By::Administrator,
        ),
        (
            course_but(|c| c.watches = Watches::Refused("no".into())),
            "file watches",
            "cargo run -- run",
            By::You,
        ),
        (but(|s| s.course = None), "course", "cd to the folder", By::You),
        (
            course_but(|c| c.loads = Err("info.toml, line 3: no".into())),
            "course",
            "cargo run -- list",
            By::You,
        ),
        (
            but(|s| s.terminal = Some(Terminal { columns: 80, rows: 10 })),
            "terminal",
            "40x15",
            By::You,
        ),
        (course_but(|c| c.target.free = Some(100 << 20)), "builds", "df -h .", By::You),
        (course_but(|c| c.target.writing = Writing::Full), "builds", "df -h .", By::You),
        (course_but(|c| c.target.writing = Writing::ReadOnly), "builds", "cp -r .", By::You),
        (
            course_but(|c| c.state.writing = Writing::Denied),
            "progress",
            "chown -R \"$(id -u)\" .faultlings",
            By::Administrator,
        ),
        (
            course_but(|c| c.state.writing = Writing::Fails(std::io::ErrorKind::NotADirectory)),
            "progress",
            "cp -r .",
            By::You,
        ),
    ];
    for (seen, what, command, who) in cases {
        let findings = findings(&seen);
        let bad: Vec<_> = findings.iter().filter(|f| f.mended_by().is_some()).collect();
        let [finding] = bad[..] else { panic!("{what}: {bad:?}") };
        let State::Bad { fault, mend, by } = &finding.state else { unreachable!() };
        assert_eq!((finding.what, *by), (what, who), "{fault}");
        assert!(mend.contains(command), "{what}: {mend}");
        assert!(!fault.ends_with('.') && !mend.contains('\n'), "{fault}: {mend}");
        assert_eq!(exit_status(&findings), if who == By::You { 1 } else { 2 }, "{what}");
    }
}

#[test]
fn root_mends_by_itself_what_needs_root() {
    let seen = but(|seen| {
        seen.system.root = true;
        seen.linking = Linking::NoLinker("cc".to_owned());
    });
    let findings = findings(&seen);
    let linker = findings.iter().find(|finding| finding.what == "linker").unwrap();
    let State::Bad { mend, by, .. } = &linker.state else { panic!("{linker:?}") };
    assert_eq!((mend.as_str(), *by), ("apt-get install -y build-essential", By::You));
    assert_eq!(exit_status(&findings), 1);
}

#[test]
fn what_the_kit_can_do_without_is_no_fault() {
    for seen in [
        but(|seen| seen.git = Tool::Missing),
        but(|seen| seen.terminal = None),
        but(|seen| seen.kernel = None),
        course_but(|course| course.target.free = None),
        but(|seen| seen.rustc = Tool::Answers("rustc 1.97.0-nightly (x 2026-06-01)".to_owned())),
    ] {
        assert_eq!(exit_status(&findings(&seen)), 0, "{seen:?}");
    }
}

#[test]
fn each_distribution_installs_in_its_own_way() {
    for (os_release, manager) in [
        ("ID=debian\n", PackageManager::Apt),
        ("NAME=\"Linux Mint\"\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", PackageManager::Apt),
        ("ID=fedora\n", PackageManager::Dnf),
        ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", PackageManager::Dnf),
        ("ID=arch\n", PackageManager::Pacman),
        ("ID=manjaro\nID_LIKE=arch\n", PackageManager::Pacman),
        ("ID=nixos\n", PackageManager::Other),
        ("", PackageManager::Other),
    ] {
        assert_eq!(PackageManager::of(os_release), manager, "{os_release:?}");
    }
}

#[test]
fn the_page_of_a_good_machine() {
    insta::assert_snapshot!(drawn(&good(), 80));
}

#[test]
fn the_page_of_a_bad_machine() {
    let seen = but(|seen| {
        seen.system.container = true;
        seen.cargo = Tool::Broken("error: no default toolchain, see /home/ada/.rustup".to_owned());
        seen.rustc = Tool::Answers("rustc 1.85.1 (4eb161250 2025-03-15)".to_owned());
        seen.linking = Linking::NoLinker("cc".to_owned());
        seen.git = Tool::Missing;
        if let Some(kernel) = &mut seen.kernel {
            (kernel.adopts, kernel.shows_calls) = (false, false);
        }
        seen.terminal = None;
        if let Some(course) = &mut seen.course {
            course.loads = Err("info.toml, line 3: there is no key `nmae`".to_owned());
            course.watches = Watches::Exhausted;
            course.target.name = "/home/ada/target".to_owned();
            course.target.writing = Writing::ReadOnly;
            course.state.free = Some(300 << 10);
        }
    });
    let text = drawn(&seen, 80);
    let (_, block) = text.split_once("```").unwrap();
    assert!(!block.contains("ada"), "{block}");
    insta::assert_snapshot!(text);
}

fn drawn(seen: &Seen, width: usize) -> String {
    let lines = page::page(seen, &findings(seen), width);
    lines.iter().map(|line| line.text()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_missing_broker_is_told_and_keeps_nobody_from_the_chapters_before() {
    let missing = Missing {
        broker: Broker::Nats,
        reason: "nats-server is not installed".to_owned(),
        next: "cargo run -- brokers install nats".to_owned(),
    };
    let seen = |each, leftovers: &[&str]| {
        let leftovers = leftovers.iter().map(|name| (*name).to_owned()).collect();
        Brokers::Seen { each, leftovers }
    };
    for (brokers, words) in [
        (seen(vec![(Broker::Nats, Err(missing))], &[]), "cargo run -- brokers install nats"),
        (
            seen(Vec::new(), &["dreamy_hopper", "odd_lamarr"]),
            "docker rm -fv dreamy_hopper odd_lamarr",
        ),
        (Brokers::NotBuilt, "cargo run -- brokers status"),
        (Brokers::NoAnswer("it exited with status 101".to_owned()), "status 101"),
    ] {
        let findings = findings(&but(|seen| seen.brokers = brokers));
        assert_eq!(exit_status(&findings), 0);
        let told = |state: &State| matches!(state, State::Optional(text) if text.contains(words));
        assert!(findings.iter().any(|finding| told(&finding.state)), "{words}: {findings:?}");
    }
}
