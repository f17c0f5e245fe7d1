//! `cargo xtask bench`: release builds, a database when one is wanted, and the load driver.
use std::process::Command;

use crate::metadata::Metadata;
use crate::paths;
use crate::postgres::{Cluster, Durability};
use crate::run::{cargo, run};
use crate::tools::{self, POSTGRES};

/// Users of the import that is measured.
const USERS: &str = "10000";

/// Builds, runs and stores; every argument goes to the driver, but for `import` as the first.
pub(crate) fn bench(arguments: &[String]) -> anyhow::Result<()> {
    let (is_import, arguments) = match arguments {
        [first, rest @ ..] if first == "import" => (true, rest),
        all => (false, all),
    };
    run(&mut cargo(["build", "--release", "--package", "haoma", "--package", "haoma-bench"]))?;
    let folder = Metadata::load()?.target_directory().join("release");
    let mut driver = Command::new(folder.join("haoma-bench"));
    driver.current_dir(paths::root()).arg("--haoma").arg(folder.join("haoma")).args(arguments);
    if is_import {
        // both databases in one run: the figures are of one file
        tools::ensure(&[POSTGRES])?;
        let cluster = Cluster::start(Durability::Full)?;
        return run(driver.args(["--import", USERS, "--database-url", &cluster.url()]));
    }
    let wants_postgres =
        arguments.iter().any(|word| word == "postgres" || word == "--engine=postgres");
    if !wants_postgres {
        return run(&mut driver);
    }
    tools::ensure(&[POSTGRES])?;
    let cluster = Cluster::start(Durability::Full)?;
    let pid = cluster.pid().to_string();
    run(driver.args(["--database-url", &cluster.url(), "--database-pid", &pid]))
}

/// Attackers and honest people against the defaults; every argument goes to the program.
pub(crate) fn attack(arguments: &[String]) -> anyhow::Result<()> {
    run(&mut cargo(["build", "--release", "--package", "haoma-attack"]))?;
    let folder = Metadata::load()?.target_directory().join("release");
    run(Command::new(folder.join("haoma-attack")).current_dir(paths::root()).args(arguments))
}
