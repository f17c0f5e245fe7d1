//! What Cargo knows about the workspace and everything it depends on.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde_json::Value;

use crate::run::{cargo, output};

/// What is built, as Cargo describes it.
#[derive(Debug)]
pub(crate) struct Metadata {
    document: Value,
    /// `name version` of what is really compiled: the description lists optional packages that nobody switched on.
    compiled: BTreeSet<String>,
}

impl Metadata {
    /// Asks Cargo; the lock file must be up to date.
    pub(crate) fn load() -> anyhow::Result<Self> {
        let said = output(&mut cargo(["metadata", "--locked", "--format-version=1"]))?;
        let tree = ["tree", "--workspace", "--locked", "--prefix=none", "--format={p}"];
        let compiled = output(cargo(tree).args(["--edges=normal,build,dev"]))?;
        let compiled = compiled.lines().filter_map(name_and_version).collect();
        Ok(Self { document: serde_json::from_str(&said)?, compiled })
    }

    /// Where Cargo puts what it builds.
    pub(crate) fn target_directory(&self) -> PathBuf {
        PathBuf::from(text(&self.document, "target_directory"))
    }

    /// Every package that is compiled, ours included.
    pub(crate) fn packages(&self) -> impl Iterator<Item = Package<'_>> {
        let all = list(&self.document, "packages").iter().map(Package);
        all.filter(|one| self.compiled.contains(&format!("{} {}", one.name(), one.version())))
    }

    /// Our own packages.
    pub(crate) fn ours(&self) -> impl Iterator<Item = Package<'_>> {
        let members: BTreeSet<&str> =
            list(&self.document, "workspace_members").iter().filter_map(Value::as_str).collect();
        self.packages().filter(move |package| members.contains(package.id()))
    }

    /// The one package of that name.
    pub(crate) fn package(&self, name: &str) -> anyhow::Result<Package<'_>> {
        self.packages()
            .find(|package| package.name() == name)
            .with_context(|| format!("no package {name}"))
    }

    /// The package of ours that has a binary of that name.
    pub(crate) fn binary_package(&self, binary: &str) -> Option<&str> {
        let has = |package: &Package<'_>| package.binaries().any(|name| name == binary);
        self.ours().find(has).map(Package::name)
    }
}

/// One package.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package<'a>(&'a Value);

impl<'a> Package<'a> {
    fn id(self) -> &'a str {
        text(self.0, "id")
    }

    /// Its name.
    pub(crate) fn name(self) -> &'a str {
        text(self.0, "name")
    }

    /// Its version.
    pub(crate) fn version(self) -> &'a str {
        text(self.0, "version")
    }

    /// Its licence as an SPDX expression; empty when it names none.
    pub(crate) fn licence(self) -> &'a str {
        text(self.0, "license")
    }

    /// Where it came from; empty for our own.
    pub(crate) fn source(self) -> &'a str {
        text(self.0, "source")
    }

    /// The folder of its manifest.
    pub(crate) fn folder(self) -> &'a Path {
        Path::new(text(self.0, "manifest_path")).parent().unwrap_or(Path::new("."))
    }

    /// The packages it names in its manifest, those of its tests left out.
    pub(crate) fn dependencies(self) -> impl Iterator<Item = &'a str> {
        let all = list(self.0, "dependencies").iter();
        all.filter(|one| text(one, "kind") != "dev").map(|one| text(one, "name"))
    }

    fn binaries(self) -> impl Iterator<Item = &'a str> {
        let is_binary = |target: &&Value| list(target, "kind").iter().any(|kind| kind == "bin");
        list(self.0, "targets").iter().filter(is_binary).map(|target| text(target, "name"))
    }
}

/// `serde v1.0.0 (proc-macro) (*)` is `serde 1.0.0`.
fn name_and_version(line: &str) -> Option<String> {
    let (name, rest) = line.split_once(" v")?;
    Some(format!("{name} {}", rest.split_whitespace().next()?))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A made-up answer; everything in `packages` is compiled, except what is called `unused`.
#[cfg(test)]
pub(crate) fn example(document: Value) -> Metadata {
    let all = list(&document, "packages").iter().map(Package);
    let used = all.filter(|one| one.name() != "unused");
    let compiled = used.map(|one| format!("{} {}", one.name(), one.version())).collect();
    Metadata { document, compiled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_compiled_counts() {
        let line = "axum v0.8.1 (proc-macro) (*)";
        assert_eq!(name_and_version(line).as_deref(), Some("axum 0.8.1"));
        assert_eq!(name_and_version(""), None);
        let package = |name: &str| serde_json::json!({ "name": name, "version": "1.0.0" });
        let metadata =
            example(serde_json::json!({ "packages": [package("used"), package("unused")] }));
        assert_eq!(metadata.packages().map(Package::name).collect::<Vec<_>>(), ["used"]);
    }
}
