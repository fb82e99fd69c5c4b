//! The words behind `dev check`.

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

/// What to prove, how often, and under which load.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// Exercises; none means all.
    pub(super) names: Vec<String>,
    /// Runs of each proof.
    pub(super) repeat: usize,
    /// Whether every processor is kept busy meanwhile.
    pub(super) busy: bool,
}

impl Default for Options {
    /// The whole course, once.
    fn default() -> Self {
        Self { names: Vec::new(), repeat: 1, busy: false }
    }
}

impl Options {
    pub(crate) fn parse(args: &mut lexopt::Parser) -> Result<Self> {
        let mut options = Self::default();
        while let Some(arg) = args.next()? {
            match arg {
                Long("repeat") => {
                    let count = args.value()?.string()?;
                    options.repeat =
                        count.parse().ok().filter(|&count| count > 0).with_context(|| {
                            format!("--repeat wants a number from 1 on, not `{count}`")
                        })?;
                }
                Long("busy") => options.busy = true,
                Value(name) => options.names.push(name.string()?),
                other => bail!("{}; type `cargo run -- dev help`", other.unexpected()),
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(words: &[&str]) -> anyhow::Result<Options> {
        Options::parse(&mut lexopt::Parser::from_args(words))
    }

    #[test]
    fn names_and_options_in_any_order() {
        let options = parse(&["one", "--repeat", "20", "two", "--busy"]).unwrap();
        assert_eq!(
            options,
            Options { names: vec!["one".into(), "two".into()], repeat: 20, busy: true }
        );
    }

    #[test]
    fn nonsense_is_named() {
        assert!(parse(&["--repeat", "0"]).unwrap_err().to_string().contains("`0`"));
        assert!(parse(&["--buzy"]).unwrap_err().to_string().contains("--buzy"));
    }
}
