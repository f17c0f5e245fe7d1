//! Running other programs, in sight.
use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::Context as _;

use crate::paths;

/// Cargo, in the root of the repository.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(arguments).current_dir(paths::root());
    command
}

/// Shows a command, runs it with its output going straight through, and wants it to succeed.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    println!("$ {}", shown(command));
    let status = command.status().with_context(|| format!("{} did not start", shown(command)))?;
    anyhow::ensure!(status.success(), "`{}` ended with {status}", shown(command));
    Ok(())
}

/// What a command prints; it must succeed.
pub(crate) fn output(command: &mut Command) -> anyhow::Result<String> {
    let done = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("{} did not start", shown(command)))?;
    anyhow::ensure!(done.status.success(), "`{}` ended with {}", shown(command), done.status);
    String::from_utf8(done.stdout).with_context(|| format!("output of `{}`", shown(command)))
}

/// Whether a command starts and succeeds; what it prints is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    quiet.status().is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
