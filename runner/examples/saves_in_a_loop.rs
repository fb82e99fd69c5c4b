//! Saves progress without end and says so after each save; for a test to kill.
//!
//! `saves_in_a_loop ROOT NAME`: the hints of the exercise NAME are counted up, so that one number
//! says how many saves there were.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use faultlings::progress::Store;

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let root = PathBuf::from(args.next().context("no root")?);
    let name = args.next().context("no name")?;
    let (mut store, mut progress, notices) = Store::open(&root)?;
    ensure!(notices.is_empty(), "{notices:?}");
    loop {
        let n = progress.hints_shown(&name) + 1;
        progress.show_hint(&name, n);
        progress = store.save(&progress)?;
        println!("saved {n}");
    }
}
