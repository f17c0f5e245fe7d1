//! Prints the OpenAPI document; `cargo xtask docs` keeps what it prints.
#![expect(clippy::print_stdout, reason = "what it is for")]

fn main() {
    print!("{}", haoma::management::openapi::text());
}
