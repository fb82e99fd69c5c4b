//! Several rules, judged one by one: partial results.
//!
//! A whole service can be wrong in several ways at once. Its check looks at each by itself, so that
//! the learner sees what holds already, and that a mended fault moves the count:
//!
//! ```no_run
//! use harness::check::{Case, CheckResult, Rule};
//! use harness::until::secs;
//! use nix::sys::signal::Signal;
//!
//! const READY: Rule = Rule { says: "it says when it is ready", matters: "..." };
//! const ENDS: Rule = Rule { says: "it ends with status 0 when it is asked to", matters: "..." };
//!
//! fn service(case: &mut Case) -> CheckResult {
//!     let mut rules = case.rules(&[READY, ENDS]);
//!     rules.scene(&[READY, ENDS], |rules| {
//!         let service = case.program().start()?;
//!         service.prints("ready", secs(2))?;
//!         rules.holds(READY, "`ready` came first");
//!         service.signal(Signal::SIGTERM)?;
//!         service.exits_with(0, secs(2))?;
//!         rules.holds(ENDS, "status 0");
//!         Ok(())
//!     })?;
//!     rules.verdict("2 of 2 rules hold")
//! }
//! ```

use std::sync::Arc;

use super::case::Case;
use super::stop::{CheckResult, Stop};
use super::story::Story;
use crate::evidence::{self, Evidence};
use crate::report::{Failure, Passed};

/// A rule that a program has to keep. What it says is what it is known by.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What has to hold, as a sentence without a full stop.
    pub says: &'static str,
    /// What it costs in production where it does not hold.
    pub matters: &'static str,
}

impl Rule {
    /// The same rule where it is broken in a way that costs something else.
    #[must_use]
    pub const fn costing(self, matters: &'static str) -> Self {
        Self { matters, ..self }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.says == other.says
    }
}

/// The rules of one check, and what was found about each. Made by [`Case::rules`].
#[derive(Debug)]
pub struct Rules {
    rows: Vec<(Rule, Option<Found>)>,
    story: Arc<Story>,
}

/// What was seen where a rule holds, else the failure.
type Found = Result<String, Box<Failure>>;

impl Case {
    /// Rules that are judged one by one, in the order in which the learner will read them.
    #[must_use]
    pub fn rules(&self, rules: &[Rule]) -> Rules {
        let rows = rules.iter().map(|&rule| (rule, None)).collect();
        Rules { rows, story: self.story.clone() }
    }
}

impl Rules {
    /// What all scenes need: a program that starts and gets ready, usually that of the first scene.
    /// If this failed, it is the verdict, and no rule is looked at: they would all fail by it.
    ///
    /// # Errors
    /// Those of what was tried.
    pub fn first<T>(&self, tried: Result<T, Stop>) -> Result<T, Stop> {
        tried.map_err(|stop| match stop {
            Stop::Failed(mut failure) => {
                failure.observed = self.counted(&failure.observed);
                Stop::Failed(failure).with(self.table())
            }
            unknown => unknown,
        })
    }

    /// Plays a scene by which `about` are judged; the timeline of a failure begins with it.
    ///
    /// A failure that ends the scene breaks the first of `about` that was not judged by then, or
    /// the last one if all were. The others stay "not looked at", and the next scene may be played.
    ///
    /// # Errors
    /// [`Stop::Unknown`] alone: an obstacle of the kit ends the check.
    pub fn scene(
        &mut self,
        about: &[Rule],
        play: impl FnOnce(&mut Self) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.story.begin_scene();
        let Err(stop) = play(self) else { return Ok(()) };
        let open = about.iter().find(|rule| self.found(**rule).is_none());
        match open.or(about.last()) {
            Some(&rule) => self.judge(rule, Err::<String, _>(stop)).map(drop),
            None => Err(stop),
        }
    }

    /// Puts down what was found about one rule: what was seen where it holds, else the failure.
    /// Says whether it holds by now; a rule that was broken once stays so.
    ///
    /// # Errors
    /// [`Stop::Unknown`] alone.
    pub fn judge(
        &mut self,
        rule: Rule,
        found: Result<impl Into<String>, Stop>,
    ) -> Result<bool, Stop> {
        let found = match found {
            Ok(seen) => Ok(seen.into()),
            Err(Stop::Failed(mut failure)) => {
                rule.matters.clone_into(&mut failure.why);
                Err(failure)
            }
            Err(unknown) => return Err(unknown),
        };
        if let Some((_, before)) = self.rows.iter_mut().find(|(known, _)| *known == rule)
            && !matches!(before, Some(Err(_)))
        {
            *before = Some(found);
        }
        Ok(self.keeps(rule))
    }

    /// Puts down that a rule holds, and what was seen.
    pub fn holds(&mut self, rule: Rule, seen: impl Into<String>) {
        // Without a failure there is nothing to go wrong.
        let _ = self.judge(rule, Ok(seen));
    }

    /// Whether a rule was looked at and found to hold.
    #[must_use]
    pub fn keeps(&self, rule: Rule) -> bool {
        matches!(self.found(rule), Some(Ok(_)))
    }

    fn found(&self, rule: Rule) -> Option<&Found> {
        self.rows.iter().find(|(known, _)| *known == rule)?.1.as_ref()
    }

    /// The verdict: a pass if all hold. Else how many do, and the first that does not, with its
    /// evidence and what it costs.
    ///
    /// # Errors
    /// [`Stop::Failed`] as said; [`Stop::Unknown`] if no rule is broken and one was never judged.
    pub fn verdict(self, proved: impl Into<String>) -> CheckResult {
        let broken = self.rows.iter().find_map(|(rule, found)| match found {
            Some(Err(failure)) => Some((rule, failure.clone())),
            _ => None,
        });
        match broken {
            Some((rule, mut failure)) => {
                rule.says.clone_into(&mut failure.expected);
                failure.observed = self.counted(&failure.observed);
                Err(Stop::Failed(failure).with(self.table()))
            }
            None if self.holding() == self.rows.len() => Ok(Passed { proved: proved.into() }),
            None => Err(Stop::unknown("a rule was not looked at", "cargo run -- doctor")),
        }
    }
}

impl Rules {
    fn holding(&self) -> usize {
        self.rows.iter().filter(|(_, found)| matches!(found, Some(Ok(_)))).count()
    }

    /// `2 of 3 rules hold; ` and what was observed.
    fn counted(&self, observed: &str) -> String {
        format!("{} of {} rules hold; {observed}", self.holding(), self.rows.len())
    }

    fn table(&self) -> Evidence {
        Evidence::Rules(self.rows.iter().map(row).collect())
    }
}

fn row((rule, found): &(Rule, Option<Found>)) -> evidence::Rule {
    let (holds, seen) = match found {
        Some(Ok(seen)) => (Some(true), seen.clone()),
        Some(Err(failure)) => (Some(false), failure.observed.clone()),
        None => (None, "not looked at".to_owned()),
    };
    evidence::Rule { rule: rule.says.to_owned(), holds, seen }
}
