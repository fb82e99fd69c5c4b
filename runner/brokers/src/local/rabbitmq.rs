//! RabbitMQ as an ordinary user, everything it writes in one folder.

use std::fs;
use std::io;
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use harness::broker::Broker;
use harness::supervise::{Launch, Tree, warden};
use harness::until::{secs, until};

use super::applications::{modules, needed};
use super::start::{Started, install, room};
use crate::bring_up::Unavailable;
use crate::context::Context;
use crate::executables::{find, is_executable};
use crate::held::Server;
use crate::ports;

/// Another script than the system's.
const VARIABLE: &str = "FAULTLINGS_RABBITMQ_SERVER";
/// Where packages put RabbitMQ's own folders, one a version.
const PARENTS: [&str; 3] = ["/usr/lib/rabbitmq/lib", "/usr/local/lib/rabbitmq/lib", "/opt"];
/// Loads the modules that are listed in a file, before RabbitMQ asks for them one by one. Quotes
/// have to survive erl's own reading of its flags.
const PRELOAD: &str = r#"-eval {ok,[L]}=file:consult(os:getenv(\"FAULTLINGS_MODULES\")),code:ensure_modules_loaded(L)."#;

/// The script `rabbitmq-server` that runs for anybody. The one on PATH is, on Debian, another: it
/// wants to be root or its own user.
pub(crate) fn script() -> Result<PathBuf, Unavailable> {
    let missing = |reason: String| Unavailable { reason, next: install(Broker::Rabbitmq) };
    if let Some(path) = std::env::var_os(VARIABLE).map(PathBuf::from) {
        let reason = || missing(format!("{VARIABLE} is {}, no executable file", path.display()));
        return if is_executable(&path) { Ok(path) } else { Err(reason()) };
    }
    let script = installed().ok_or_else(|| missing("rabbitmq-server is not installed".into()))?;
    match (find("erl"), find("epmd")) {
        (Some(_), Some(_)) => Ok(script),
        _ => Err(missing("rabbitmq-server is installed, but Erlang is not".into())),
    }
}

fn installed() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = PARENTS
        .iter()
        .flat_map(|parent| fs::read_dir(parent).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| path.display().to_string().contains("rabbitmq_server-"))
        .collect();
    folders.sort();
    let scripts = folders.into_iter().rev().map(|folder| folder.join("sbin/rabbitmq-server"));
    scripts.into_iter().find(|script| is_executable(script))
}

pub(super) fn start(context: &Context) -> Result<Started, Unavailable> {
    let cannot = |reason: String| Unavailable { reason, next: install(Broker::Rabbitmq) };
    let script = script()?;
    let [port, distribution, epmd_port] = ports::free().map_err(cannot)?;
    let folder = context.scratch.join(format!("rabbitmq-{port}"));
    let write = |error: io::Error| {
        let reason = format!("cannot write {}: {error}", folder.display());
        Unavailable { reason, next: room() }
    };
    let lean = prepare(&script, &folder).map_err(write)?;
    let epmd = start_epmd(epmd_port, &folder).map_err(cannot)?;
    let launch = node(&script, &folder, [port, distribution, epmd_port]);
    let launch = if lean { only_what_is_needed(launch, &folder) } else { launch };
    let tree = launch
        .start()
        .map_err(|error| cannot(format!("cannot start {}: {error}", script.display())))?;
    Ok(Started {
        server: Server::new("rabbitmq-server", tree).with_helper(epmd),
        address: format!("127.0.0.1:{port}"),
        version: None,
        aside: None,
    })
}

/// Erlang's register of nodes. Left to itself a node starts one that leaves its process group and
/// outlives everything; so ours is an ordinary child in the foreground, on a port of its own.
fn start_epmd(port: u16, folder: &Path) -> Result<Tree, String> {
    let epmd = find("epmd").unwrap_or_else(|| "epmd".into());
    let tree = warden::launch(warden::this_executable(), &epmd)
        .args(["-port", &port.to_string(), "-address", "127.0.0.1"])
        .env("HOME", folder)
        .start()
        .map_err(|error| format!("cannot start {}: {error}", epmd.display()))?;
    let is_up = || TcpStream::connect(("127.0.0.1", port)).ok().map(drop);
    until(secs(10), is_up).ok_or_else(|| format!("epmd does not listen on port {port}"))?;
    Ok(tree)
}

fn node(script: &Path, folder: &Path, [port, distribution, epmd]: [u16; 3]) -> Launch {
    let in_folder = |name: &str| folder.join(name);
    without_settings_of_others(warden::launch(warden::this_executable(), script))
        // The cookie is written there. Of this child alone: everybody else's HOME stays.
        .env("HOME", folder)
        .env("RABBITMQ_NODENAME", "faultlings@localhost")
        .env("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_NODE_PORT", port.to_string())
        .env("RABBITMQ_DIST_PORT", distribution.to_string())
        .env("ERL_EPMD_PORT", epmd.to_string())
        .env("ERL_EPMD_ADDRESS", "127.0.0.1")
        .env("RABBITMQ_MNESIA_BASE", in_folder("mnesia"))
        .env("RABBITMQ_LOG_BASE", in_folder("log"))
        .env("RABBITMQ_ENABLED_PLUGINS_FILE", in_folder("enabled_plugins"))
        // Both missing: reading a configuration costs a second, for two settings that fit here.
        .env("RABBITMQ_CONFIG_FILE", in_folder("no-configuration"))
        .env("RABBITMQ_CONF_ENV_FILE", in_folder("no-environment"))
        .env("RABBITMQ_PID_FILE", in_folder("pid"))
        .env("RABBITMQ_GENERATED_CONFIG_DIR", in_folder("generated"))
        .env("RABBITMQ_LOGS", "-")
        .env("ERL_CRASH_DUMP", in_folder("erl_crash.dump"))
        .env(
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
            "-start_epmd false -kernel inet_dist_use_interface {127,0,0,1}",
        )
        .current_dir(folder)
}

/// Whoever administers another RabbitMQ from this shell has set things that are not meant for ours.
fn without_settings_of_others(launch: Launch) -> Launch {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let theirs = names.filter(|name| name.starts_with("RABBITMQ_") || name.starts_with("ERL_"));
    theirs.fold(launch, Launch::env_remove)
}

fn only_what_is_needed(launch: Launch, folder: &Path) -> Launch {
    launch
        .env("RABBITMQ_SCRIPTS_DIR", folder.join("home/sbin"))
        .env("RABBITMQ_PLUGINS_DIR", folder.join("home/plugins"))
        .env("FAULTLINGS_MODULES", folder.join("modules"))
        .env("ERL_AFLAGS", PRELOAD)
}

/// Writes what the node reads; whether that includes a home with the needed applications alone. A
/// layout that we do not know starts as its makers meant it, only slower.
fn prepare(script: &Path, folder: &Path) -> io::Result<bool> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("enabled_plugins"), "[].\n")?;
    let Some(sbin) = script.parent() else { return Ok(false) };
    let (plugins, home) = (sbin.join("../plugins"), folder.join("home"));
    let Some(erlang) = erlang_libraries() else { return Ok(false) };
    let needed = needed(&plugins, &erlang);
    if !needed.contains_key("rabbit") || !needed.contains_key("kernel") {
        return Ok(false);
    }
    fs::write(folder.join("modules"), modules(&needed, &erlang))?;
    fs::create_dir_all(home.join("plugins"))?;
    symlink(fs::canonicalize(sbin)?, home.join("sbin"))?;
    for application in needed.values().filter(|path| path.starts_with(&plugins)) {
        let Some(name) = application.file_name() else { continue };
        symlink(fs::canonicalize(application)?, home.join("plugins").join(name))?;
    }
    Ok(true)
}

/// `/usr/lib/erlang/lib`, from `/usr/lib/erlang/bin/erl` behind the link on PATH.
fn erlang_libraries() -> Option<PathBuf> {
    let erl = fs::canonicalize(find("erl")?).ok()?;
    Some(erl.parent()?.parent()?.join("lib")).filter(|libraries| libraries.is_dir())
}
