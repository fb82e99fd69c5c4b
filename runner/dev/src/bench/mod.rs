//! `dev bench`: how long a learner waits, beside the least that can be had (bare rustc) and beside
//! rustlings where it is installed. Absolute numbers are this machine's; the ratios are the point.
//!
//! [`command`] is the order of things. [`checkout`] makes a clean checkout and sees it through to
//! its first screen. [`watched`] saves a file under the eyes of a watch and reads what its [`screen`]
//! shows; in [`rounds`] it takes turns with [`floor`] and [`rustlings`]. [`idle`] looks at a watch
//! that has nothing to do, [`passing`] times each check alone, [`table`] prints.

mod checkout;
mod command;
mod cost;
mod floor;
mod idle;
mod options;
mod passing;
mod rounds;
mod rustlings;
mod screen;
mod starts;
mod table;
mod texts;
mod watched;

pub(crate) use command::run;
pub(crate) use options::Options;
