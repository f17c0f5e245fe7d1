//! Where things are.
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."))
}

/// A folder for what xtask keeps between runs; made when absent.
pub(crate) fn kept() -> anyhow::Result<PathBuf> {
    let folder = root().join("target/xtask");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// The first program of that name on `PATH`.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
