//! When the world says no.

use std::error::Error;
use std::fmt;
use std::io;

/// The act was not done, or nobody knows whether it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    code: Option<u16>,
    words: String,
}

impl Refused {
    /// The world's answer as a number in HTTP's manner: 503 says "not now", 400 "never like this"
    /// (RFC 9110, section 15). `None`: there was no answer, and the act may have been done.
    #[must_use]
    pub fn code(&self) -> Option<u16> {
        self.code
    }

    pub(crate) fn lost(error: &io::Error) -> Self {
        Self { code: None, words: error.to_string() }
    }

    /// What an answer's line says.
    pub(crate) fn read(answer: &str) -> Result<(), Self> {
        let no_answer = |words: &str| Self { code: None, words: words.to_owned() };
        if !answer.ends_with('\n') {
            return Err(no_answer("the connection was closed before the answer"));
        }
        let answer = answer.trim_end();
        if answer == "done" {
            return Ok(());
        }
        let refused = answer.strip_prefix("refused ").and_then(|rest| rest.split_once(' '));
        match refused.and_then(|(code, words)| Some((code.parse().ok()?, words))) {
            Some((code, words)) => Err(Self { code: Some(code), words: words.to_owned() }),
            None => Err(no_answer(&format!("an answer that is none: {answer:?}"))),
        }
    }
}

/// `refused: not now (503)`, `no answer: Connection refused (os error 111)`.
impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "refused: {} ({code})", self.words),
            None => write!(f, "no answer: {}", self.words),
        }
    }
}

impl Error for Refused {}

#[cfg(test)]
mod tests {
    use super::Refused;

    #[test]
    fn done_is_the_only_yes() {
        assert_eq!(Refused::read("done\n"), Ok(()));
        for answer in ["", "done", "refused 503 not n", "done 4\n", "refused x y\n", "\n"] {
            assert_eq!(Refused::read(answer).unwrap_err().code(), None, "{answer:?}");
        }
    }

    #[test]
    fn a_no_has_a_code_and_words() {
        let refused = Refused::read("refused 503 not now\n").unwrap_err();
        assert_eq!(refused.code(), Some(503));
        assert_eq!(refused.to_string(), "refused: not now (503)");
    }
}
