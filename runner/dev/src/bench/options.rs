//! The words behind `dev bench`.

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;

/// What to measure, and how often.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The exercise that is saved again and again; the first of the course if none is named.
    pub(super) name: Option<String>,
    /// Saves of each kind.
    pub(super) repeat: usize,
    /// Whether to install rustlings anew and count what that costs.
    pub(super) install: bool,
}

impl Options {
    pub(crate) fn parse(args: &mut lexopt::Parser) -> Result<Self> {
        let mut options = Self { name: None, repeat: 20, install: false };
        while let Some(arg) = args.next()? {
            match arg {
                Long("repeat") => {
                    let count = args.value()?.string()?;
                    options.repeat =
                        count.parse().ok().filter(|&count| count > 0).with_context(|| {
                            format!("--repeat wants a number from 1 on, not `{count}`")
                        })?;
                }
                Long("install") => options.install = true,
                Value(name) if options.name.is_none() => options.name = Some(name.string()?),
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
    fn a_name_and_options_in_any_order() {
        let options = parse(&["--install", "exit_status", "--repeat", "3"]).unwrap();
        let name = Some("exit_status".to_owned());
        assert_eq!(options, Options { name, repeat: 3, install: true });
        assert_eq!(parse(&[]).unwrap(), Options { name: None, repeat: 20, install: false });
    }

    #[test]
    fn nonsense_is_named() {
        assert!(parse(&["--repeat", "none"]).unwrap_err().to_string().contains("`none`"));
        assert!(parse(&["one", "two"]).unwrap_err().to_string().contains("two"));
    }
}
