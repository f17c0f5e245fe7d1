//! `cargo xtask`: every chore of the repository. Nothing of the product lives here.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a terminal talks to it")]

mod bench;
mod check;
mod docs;
mod metadata;
mod packages;
mod paths;
mod postgres;
mod run;
mod summary;
mod test;
mod tools;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask test [--only rust|web|e2e] [-- FILTER…]   every test, both databases, browser and foreign clients
cargo xtask check                                     formatting, lints, docs, licences, structure
cargo xtask docs                                      writes the generated reference pages
cargo xtask ci                                        check, then test
cargo xtask bench [--engine sqlite|postgres] […]      release build under load; writes bench/results/
cargo xtask bench import                              10,000 users from a file, into both databases
cargo xtask attack [--only NAME]                      attackers and honest people; writes bench/results/";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs one command; `false` says that it ran and found something wrong.
fn dispatch(arguments: &[String]) -> anyhow::Result<bool> {
    let (command, rest) = match arguments {
        [command, rest @ ..] => (command.as_str(), rest),
        [] => ("help", arguments),
    };
    match command {
        "test" => Ok(test::test(&test::Options::parse(rest)?)),
        "check" => check::check(),
        "ci" => Ok(check::check()? && test::test(&test::Options::default())),
        "docs" => docs::write().map(|()| true),
        "bench" => bench::bench(rest).map(|()| true),
        "attack" => bench::attack(rest).map(|()| true),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(true)
        }
        other => anyhow::bail!("no command {other:?}\n{HELP}"),
    }
}
