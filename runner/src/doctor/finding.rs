//! What was found about one thing.

/// One line of the doctor's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The thing, in one or two words.
    pub what: &'static str,
    /// How it is.
    pub state: State,
}

/// How a thing is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// As it should be, with its version or size.
    Good(String),
    /// Not there, and the kit works without: what that means.
    Optional(String),
    /// Not as it should be.
    Bad {
        /// What is wrong, without a full stop.
        fault: String,
        /// The one command that mends it, or what to do where no command does.
        mend: String,
        /// Who can.
        by: By,
    },
}

/// Who can mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Whoever sits here.
    You,
    /// Somebody with root's rights on this machine.
    Administrator,
}

impl Finding {
    pub(super) fn good(what: &'static str, detail: impl Into<String>) -> Finding {
        Finding { what, state: State::Good(detail.into()) }
    }

    pub(super) fn optional(what: &'static str, meaning: impl Into<String>) -> Finding {
        Finding { what, state: State::Optional(meaning.into()) }
    }

    pub(super) fn bad(
        what: &'static str,
        fault: impl Into<String>,
        mend: impl Into<String>,
        by: By,
    ) -> Finding {
        Finding { what, state: State::Bad { fault: fault.into(), mend: mend.into(), by } }
    }

    /// Who has to mend it, if anybody.
    #[must_use]
    pub fn mended_by(&self) -> Option<By> {
        match self.state {
            State::Bad { by, .. } => Some(by),
            State::Good(_) | State::Optional(_) => None,
        }
    }
}

/// 0 ready, 1 you can mend it, 2 an administrator is needed.
#[must_use]
pub fn exit_status(findings: &[Finding]) -> u8 {
    match findings.iter().filter_map(Finding::mended_by).max() {
        None => 0,
        Some(By::You) => 1,
        Some(By::Administrator) => 2,
    }
}
