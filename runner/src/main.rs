//! The program `faultlings`.

fn main() {}
