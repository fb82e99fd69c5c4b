//! The program that talked too much.

fn main() {
    // TODO: end well.
    std::process::exit(3);
}
