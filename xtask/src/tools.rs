//! Programs that a Debian machine may lack: looked for, and installed when that is allowed.
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::paths::program;
use crate::run::{run, succeeds};

/// Something the tests need from the machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tool {
    what: &'static str,
    packages: &'static [&'static str],
    is_there: fn() -> bool,
}

/// The database server.
pub(crate) const POSTGRES: Tool = Tool {
    what: "the PostgreSQL server",
    packages: &["postgresql"],
    is_there: || postgres_bin().is_some(),
};
/// The browser.
pub(crate) const CHROMIUM: Tool =
    Tool { what: "Chromium", packages: &["chromium"], is_there: || chromium().is_some() };
/// Glyphs for the Chinese pages.
pub(crate) const FONTS: Tool = Tool {
    what: "a Chinese font",
    packages: &["fonts-noto-cjk"],
    is_there: || Path::new("/usr/share/fonts/opentype/noto").is_dir() || other_chinese_font(),
};
/// Node.js and its package manager.
pub(crate) const NODE: Tool = Tool {
    what: "Node.js 20 or later, with npm",
    packages: &["nodejs", "npm"],
    is_there: || node_major().is_some_and(|major| major >= 20) && program("npm").is_some(),
};
/// Python with the means to make a virtual environment.
pub(crate) const PYTHON: Tool = Tool {
    what: "Python 3 with venv",
    packages: &["python3", "python3-venv"],
    is_there: || succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"])),
};

/// Makes sure of all of them.
///
/// # Errors
/// Names what is missing, and how it is installed, when that cannot be done here.
pub(crate) fn ensure(tools: &[Tool]) -> anyhow::Result<()> {
    let missing: Vec<Tool> = tools.iter().copied().filter(|tool| !(tool.is_there)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|t| t.packages).copied().collect();
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if !is_root() || program("apt-get").is_none() {
        let names: Vec<&str> = missing.iter().map(|tool| tool.what).collect();
        anyhow::bail!(
            "this machine lacks {}; install it as root:\n    {by_hand}",
            names.join(", ")
        );
    }
    install(&packages)?;
    match missing.iter().find(|tool| !(tool.is_there)()) {
        None => Ok(()),
        Some(tool) => anyhow::bail!("`{by_hand}` did not bring {}", tool.what),
    }
}

fn install(packages: &[&str]) -> anyhow::Result<()> {
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(&mut apt(&["-q", "update"]))?;
    run(apt(&["-q", "-y", "--no-install-recommends", "install"]).args(packages))
}

/// Whether we may install packages and start servers as another user.
pub(crate) fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// The folder of the newest PostgreSQL server's programs.
pub(crate) fn postgres_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok().into_iter().flatten();
    let newest = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|path| Some((path.file_name()?.to_str()?.parse::<u32>().ok()?, path)))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .max();
    let on_path = || program("initdb").and_then(|initdb| Some(initdb.parent()?.to_path_buf()));
    newest.map(|(_, bin)| bin).or_else(on_path)
}

/// The browser: `HAOMA_CHROMIUM`, or what the machine has.
pub(crate) fn chromium() -> Option<PathBuf> {
    let chosen = std::env::var_os("HAOMA_CHROMIUM").map(PathBuf::from);
    chosen
        .or_else(|| ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(program))
}

fn node_major() -> Option<u32> {
    let said = Command::new("node").arg("--version").output().ok()?.stdout;
    major(std::str::from_utf8(&said).ok()?)
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn other_chinese_font() -> bool {
    let listed = Command::new("fc-list").args([":lang=zh", "family"]).output();
    listed.is_ok_and(|listed| !listed.stdout.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_says_its_version_with_a_v() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("20.1"), None);
    }
}
