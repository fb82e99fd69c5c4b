//! The greeting that came.

fn main() {
    println!("hello");
}
