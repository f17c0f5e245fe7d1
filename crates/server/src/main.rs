//! The one binary. Parses arguments, calls one function.
use std::process::ExitCode;

// For Rust alone: SQLite and the cryptography, in C, keep the system's (docs/decisions/0009-what-a-flow-costs.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::print_stderr, reason = "the one sentence a person gets when a command fails")]
fn main() -> ExitCode {
    match haoma::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("haoma: {error:#}");
            ExitCode::FAILURE
        }
    }
}
