//! Prints the page of every limit; `cargo xtask docs` keeps what it prints.
#![expect(clippy::print_stdout, reason = "what it is for")]

fn main() {
    print!("{}", haoma::limit_table::page());
}
