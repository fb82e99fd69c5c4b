//! The program that ended well.

fn main() {}
