//! Pinned Node and Python packages, installed again only when their list changed.
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::paths;
use crate::run::run;

/// `npm ci` in a folder of the repository that has a `package.json`.
pub(crate) fn npm(folder: &str) -> anyhow::Result<()> {
    let place = paths::root().join(folder);
    let list = place.join("package-lock.json");
    once(&list, &place.join("node_modules"), || {
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&place))
    })
}

/// A virtual environment beside a `requirements.txt`, with what it lists; answers its interpreter.
pub(crate) fn python(folder: &str) -> anyhow::Result<PathBuf> {
    let place = paths::root().join(folder);
    let list = place.join("requirements.txt");
    let environment = place.join(".venv");
    once(&list, &environment, || {
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        let install =
            ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
        run(Command::new(environment.join("bin/python")).args(install).arg(&list))
    })?;
    Ok(environment.join("bin/python"))
}

/// Whether a folder of the repository lists packages of this kind.
pub(crate) fn lists(folder: &str, name: &str) -> bool {
    paths::root().join(folder).join(name).is_file()
}

/// Does `install` unless it was done for this very list and the result is still there.
fn once(
    list: &Path,
    result: &Path,
    install: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let wanted = std::fs::read(list).with_context(|| list.display().to_string())?;
    let stamp = paths::kept()?.join(format!("{:016x}.stamp", hash(&(list, &wanted))));
    if stamp.is_file() && result.is_dir() {
        return Ok(());
    }
    install()?;
    std::fs::write(&stamp, list.display().to_string())?;
    Ok(())
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn packages_are_installed_once_per_list_and_again_when_they_vanished() {
        let folder = tempfile::tempdir().unwrap();
        let (list, result) = (folder.path().join("list"), folder.path().join("result"));
        let installs = Cell::new(0);
        let install = || {
            once(&list, &result, || {
                installs.set(installs.get() + 1);
                Ok(std::fs::create_dir_all(&result)?)
            })
            .unwrap();
        };
        std::fs::write(&list, "one").unwrap();
        install();
        install();
        assert_eq!(installs.get(), 1);
        std::fs::write(&list, "two").unwrap();
        install();
        assert_eq!(installs.get(), 2, "another list");
        std::fs::remove_dir(&result).unwrap();
        install();
        assert_eq!(installs.get(), 3, "vanished");
    }

    #[test]
    fn an_installation_that_failed_is_tried_again() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join("list");
        std::fs::write(&list, "one").unwrap();
        assert!(once(&list, folder.path(), || anyhow::bail!("no network")).is_err());
        let tried = Cell::new(false);
        once(&list, folder.path(), || {
            tried.set(true);
            Ok(())
        })
        .unwrap();
        assert!(tried.get());
    }
}
