//! The greeting that never came.

fn main() {
    // TODO: greet.
}
