//! What this process keeps running until it is told to stop.

use harness::broker::{Provider, Ready};
use harness::supervise::{Ended, Tree, View};

use crate::docker::Container;
use crate::given::Watched;

/// A broker that is up, and what keeps it so.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) ready: Ready,
    pub(crate) held: Held,
}

/// Dropping it ends what was started.
#[derive(Debug)]
pub(crate) enum Held {
    /// Somebody else's.
    Given(Watched),
    /// A process of this machine.
    Server(Server),
    /// A container.
    Container(Container),
}

impl Held {
    /// How it ended, if it did. Cheap: it is asked ten times a second.
    pub(crate) fn ended(&mut self) -> Option<String> {
        match self {
            Self::Given(watched) => watched.ended(),
            Self::Server(server) => server.ended(),
            Self::Container(container) => container.ended(),
        }
    }

    pub(crate) fn provider(&self) -> Provider {
        match self {
            Self::Given(_) => Provider::Given,
            Self::Server(server) => server.provider,
            Self::Container(_) => Provider::Docker,
        }
    }
}

/// A server of this machine under its warden, which ends it when this process is gone.
#[derive(Debug)]
pub(crate) struct Server {
    name: &'static str,
    provider: Provider,
    tree: Tree,
    /// What the server needs beside it; ended after it.
    _helper: Option<Tree>,
}

impl Server {
    pub(crate) fn new(name: &'static str, tree: Tree) -> Self {
        Self { name, provider: Provider::Local, tree, _helper: None }
    }

    pub(crate) fn with_helper(self, helper: Tree) -> Self {
        Self { _helper: Some(helper), ..self }
    }

    pub(crate) fn into_stand_in(self) -> Self {
        Self { provider: Provider::Mock, ..self }
    }

    /// `nats-server was killed by SIGKILL`, with the last it said.
    pub(crate) fn ended(&self) -> Option<String> {
        self.tree.look(|view| {
            let how = how(view.ended?.0);
            let words = last_words(view);
            let said = if words.is_empty() { String::new() } else { format!("; it said: {words}") };
            Some(format!("{} {how}{said}", self.name))
        })
    }

    /// Whether everything it wrote is in our hands, which comes a moment after its end.
    pub(crate) fn is_silent(&self) -> bool {
        self.tree.look(|view| view.stdout.is_closed() && view.stderr.is_closed())
    }

    /// The first line that it wrote, once it is whole.
    pub(crate) fn first_line(&self) -> Option<String> {
        self.tree.look(|view| Some(view.stdout.text().split_once('\n')?.0.trim().to_owned()))
    }
}

/// A warden ends as a shell would: with 128 and the number of the signal that ended the server.
fn how(ended: Ended) -> Ended {
    match ended {
        Ended::Exited(status @ 129..=192) => Ended::Killed(status - 128),
        other => other,
    }
}

/// The last line that says something: of what is for errors, else of the rest.
fn last_words(view: &View) -> String {
    const LONGEST: usize = 300;
    let last = |text: String| {
        let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
        Some(line.chars().take(LONGEST).collect::<String>())
    };
    last(view.stderr.text()).or_else(|| last(view.stdout.text())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use harness::supervise::Ended;

    use super::how;

    #[test]
    fn a_wardens_status_names_the_signal() {
        assert_eq!(how(Ended::Exited(137)), Ended::Killed(9));
        assert_eq!(how(Ended::Exited(1)), Ended::Exited(1));
    }
}
