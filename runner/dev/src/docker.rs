//! The part of `dev test` that runs brokers in containers: where Docker runs, and nowhere else.
//!
//! Each exercise has to get the same verdicts from two versions of its broker. Their images are the
//! official ones; where those cannot be pulled, they are made of a distribution's packages.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use faultlings::course::Course;
use faultlings::engine::cargo;
use harness::broker::Broker;
use harness::supervise::{Launch, Scratch, Sink, output, warden};
use nix::unistd::geteuid;

use crate::check::Tally;
use crate::test::{checks, tests};

/// A pull, or the making of an image, over a slow network.
const LONG: Duration = Duration::from_secs(30 * 60);
const SHORT: Duration = Duration::from_secs(60);

/// Two versions of each broker: the pinned ones, and older ones.
const OFFICIAL: [&[(Broker, &str)]; 2] =
    [&[], &[(Broker::Rabbitmq, "rabbitmq:3.13"), (Broker::Nats, "nats:2.10")]];

/// Releases of Debian, whose packages hold RabbitMQ 3.10 and NATS 2.9, and RabbitMQ 4.0 and NATS 2.10.
const RELEASES: [&str; 2] = ["bookworm", "trixie"];
const PACKAGES: &str = "rabbitmq-server,nats-server";
/// They come without commands; see `FAULTLINGS_IMAGE_NATS_CMD`. The official image of RabbitMQ lets
/// `guest` in from outside of the container by a setting of the same kind.
const NATS: &str = "exec nats-server -js -sd /tmp/nats";
const RABBITMQ: &str = "printf '%s\\n' \"$FAULTLINGS_RABBITMQ_CONF\" > /etc/rabbitmq/rabbitmq.conf && \
                        exec rabbitmq-server";

/// Environment variables that choose images.
type Images = Vec<(String, String)>;

/// Everything that runs in containers; nothing, in one sentence, where Docker does not run.
pub(crate) fn prove(course: &Course) -> Result<Tally> {
    let mut tally = Tally::default();
    if !docker(&["version"]).is_ok_and(|said| said.success()) {
        println!("Docker does not run here: brokers in containers are left out");
        return Ok(tally);
    }
    for (brokers, images) in sets(course)? {
        let named: Vec<_> = images.iter().filter(|(name, _)| !name.ends_with("_CMD")).collect();
        println!("in Docker: {named:?}");
        let set = |launch: Launch, (name, value): &(String, String)| launch.env(name, value);
        let words = ["--test", "docker", "--", "--ignored", "--test-threads", "1"];
        tally += tests(images.iter().fold(cargo(&course.root), set), &words)?;
        // Ends with us, whatever ends us: it has containers.
        let us = warden::this_executable();
        let check = warden::launch(us, &std::env::current_exe()?).arg("check");
        let check = check.args(exercises(course, &brokers)).env("FAULTLINGS_BROKERS", "docker");
        tally += checks(images.iter().fold(check.current_dir(&course.root), set))?;
    }
    Ok(tally)
}

/// Which images there are, and the brokers that they hold.
fn sets(course: &Course) -> Result<Vec<(Vec<Broker>, Images)>> {
    if pulls(course, OFFICIAL[0]) && pulls(course, OFFICIAL[1]) {
        let each = OFFICIAL.map(|set| (Broker::ALL.to_vec(), chosen(set)));
        return Ok(each.into());
    }
    let made = RELEASES.map(|release| {
        let image = image_of(release)?;
        let of = |name: &str| format!("FAULTLINGS_IMAGE_{name}");
        let images = vec![
            (of("NATS"), image.clone()),
            (of("NATS_CMD"), NATS.to_owned()),
            (of("RABBITMQ"), image),
            (of("RABBITMQ_CMD"), RABBITMQ.to_owned()),
        ];
        Ok((vec![Broker::Rabbitmq, Broker::Nats], images))
    });
    made.into_iter().collect()
}

fn chosen(set: &[(Broker, &str)]) -> Images {
    let variable = |broker: &Broker| format!("FAULTLINGS_IMAGE_{}", broker.id().to_uppercase());
    set.iter().map(|(broker, image)| (variable(broker), (*image).to_owned())).collect()
}

fn pulls(course: &Course, set: &[(Broker, &str)]) -> bool {
    let pull = cargo(&course.root).args(["run", "-q", "-p", "brokers", "--", "pull"]);
    let pull = chosen(set).into_iter().fold(pull, |pull, (name, value)| pull.env(name, value));
    output(pull.stdout(Sink::Inherited), LONG).is_ok_and(|done| done.success())
}

/// An image of that release with both servers, made once.
fn image_of(release: &str) -> Result<String> {
    let image = format!("faultlings-test:{release}");
    if docker(&["image", "inspect", &image])?.success() {
        return Ok(image);
    }
    println!("make the image {image} of Debian's packages, which takes minutes");
    if !geteuid().is_root() {
        bail!(
            "only root can make the image {image}; pull the official ones: cargo run -- brokers pull"
        );
    }
    if !output(Launch::new("debootstrap").arg("--version"), SHORT).is_ok_and(|it| it.success()) {
        let install = ["install", "-y", "--no-install-recommends", "debootstrap"];
        let apt = Launch::new("apt-get").args(install).env("DEBIAN_FRONTEND", "noninteractive");
        done("apt-get", apt)?;
    }
    let scratch = Scratch::new().context("cannot make a temporary folder")?;
    let (root, tar) = (scratch.path().join("root"), scratch.path().join("root.tar"));
    let include = format!("--include={PACKAGES}");
    let words = ["--variant=minbase", &include, release];
    done("debootstrap", Launch::new("debootstrap").args(words).arg(&root))?;
    let path = |path: &Path| path.display().to_string();
    done("tar", Launch::new("tar").args(["-C", &path(&root), "-cf", &path(&tar), "."]))?;
    done("docker import", Launch::new("docker").args(["import", &path(&tar), &image]))?;
    Ok(image)
}

fn docker(words: &[&str]) -> Result<harness::supervise::Finished> {
    output(Launch::new("docker").args(words), SHORT).context("cannot start docker")
}

fn done(tool: &str, launch: Launch) -> Result<()> {
    let done = output(launch, LONG).with_context(|| format!("cannot start {tool}"))?;
    if !done.success() {
        let said = done.stderr.lines().chain(done.stdout.lines()).last().unwrap_or("nothing");
        bail!("{tool} {}; it said: {said}", done.ended);
    }
    Ok(())
}

/// Those that need no other brokers than these.
fn exercises(course: &Course, brokers: &[Broker]) -> Vec<String> {
    let fits = |needed: &[Broker]| {
        !needed.is_empty() && needed.iter().all(|broker| brokers.contains(broker))
    };
    let chosen = course.ids().filter(|&id| fits(&course.chapter_of(id).brokers));
    chosen.map(|id| course.exercise(id).name.clone()).collect()
}
