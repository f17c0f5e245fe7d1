//! `cargo xtask check`: what can be said without running the product.
mod bans;
mod directions;
mod files;
mod licences;
mod spdx;
mod sqlite;

use crate::metadata::Metadata;
use crate::run::{cargo, run};
use crate::summary::Summary;
use crate::{docs, paths};

/// Runs every check; `false` when one found something.
pub(crate) fn check() -> anyhow::Result<bool> {
    let metadata = Metadata::load()?;
    let policy: toml::Table = std::fs::read_to_string(paths::root().join("deny.toml"))?.parse()?;
    let mut summary = Summary::default();
    summary.part("files", || none(&files::problems(&files::tracked()?)));
    summary.part("generated pages", docs::check);
    summary.part("direction of dependencies", || none(&directions::problems(&metadata)));
    summary.part("licences", || none(&licences::problems(&metadata, &policy)));
    summary.part("banned and doubled dependencies", || none(&bans::problems(&metadata, &policy)));
    summary.part("version of SQLite", || none(&sqlite::problems(&metadata)?));
    summary.part("format", || run(&mut cargo(["fmt", "--all", "--", "--check"])));
    summary.part("lints", || {
        run(&mut cargo([
            "clippy",
            "--workspace",
            "--all-targets",
            "--locked",
            "--",
            "-D",
            "warnings",
        ]))
    });
    summary.part("documentation", || {
        let mut rustdoc = cargo(["doc", "--workspace", "--no-deps", "--locked"]);
        run(rustdoc.env("RUSTDOCFLAGS", "-D warnings"))
    });
    Ok(summary.close())
}

fn none(problems: &[String]) -> anyhow::Result<()> {
    anyhow::ensure!(problems.is_empty(), "\n  {}", problems.join("\n  "));
    Ok(())
}
