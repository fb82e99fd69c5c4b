//! The system's package tool.

use std::path::Path;
use std::time::Instant;

use harness::supervise::{Launch, Sink, output};
use harness::until::secs;
use nix::unistd::geteuid;

use crate::context::Context;
use crate::executables::find;

/// A slow mirror, a slow disk.
const LIMIT: std::time::Duration = secs(1800);

/// Installs Debian's packages, or says what to type where that is not ours to do.
pub(super) fn install(packages: &[&str], context: &Context) -> Result<(), String> {
    let names = packages.join(" ");
    if find("apt-get").is_none() {
        return Err(format!(
            "install these with your system's package tool, as Debian names them: {names}"
        ));
    }
    let command = format!("sudo apt-get install -y --no-install-recommends {names}");
    let Some(prefix) = rights() else {
        return Err(format!("this needs the administrator's rights; type: {command}"));
    };
    let install = || {
        let options = ["install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
        run(prefix, &[options.as_slice(), packages].concat())
    };
    if !install()? {
        // The lists of packages may be old, or there may be none yet.
        context.step("read the lists of packages anew");
        run(prefix, &["update"])?;
        if !install()? {
            return Err(format!("the package tool failed; type: {command}"));
        }
    }
    if Path::new("/run/systemd/system").exists() {
        let services = packages.iter().filter(|name| name.ends_with("-server"));
        let services: Vec<&str> = services.copied().collect();
        if !services.is_empty() {
            context.step(format!(
                "the system may now also run them as services, which the kit never uses; to end that: \
                 sudo systemctl disable --now {}",
                services.join(" ")
            ));
        }
    }
    Ok(())
}

/// What has to stand before `apt-get`, if we may use it at all.
fn rights() -> Option<&'static [&'static str]> {
    if geteuid().is_root() {
        return Some(&[]);
    }
    let sudo = find("sudo")?;
    let may = output(Launch::new(sudo).args(["-n", "true"]), secs(10));
    may.is_ok_and(|done| done.success()).then_some(&["sudo", "-n"])
}

fn run(prefix: &[&str], arguments: &[&str]) -> Result<bool, String> {
    // Run level 1 has no services: where the init system knows run levels, Debian's packages then do
    // not start theirs. systemd does not; a file that forbids it would be the whole system's.
    let fixed = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get"];
    let words = [prefix, &fixed, arguments].concat();
    let (program, rest) = words.split_first().ok_or("nothing to run")?;
    let launch = Launch::new(program).args(rest).stdout(Sink::Inherited).stderr(Sink::Inherited);
    let tree = launch.start().map_err(|error| format!("cannot start {program}: {error}"))?;
    let ended = tree.wait(Instant::now() + LIMIT, |view| view.ended);
    Ok(ended.is_some_and(|(ended, _)| ended == harness::supervise::Ended::Exited(0)))
}
