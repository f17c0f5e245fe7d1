//! The bundled SQLite: older ones can lose a committed write when a checkpoint races a writer.
use anyhow::Context as _;

use crate::metadata::Metadata;

/// The first version without that fault (<https://sqlite.org/wal.html>).
const AT_LEAST: [u32; 3] = [3, 51, 3];

/// A bundled version that is too old.
pub(crate) fn problems(metadata: &Metadata) -> anyhow::Result<Vec<String>> {
    let folder = metadata.package("libsqlite3-sys")?.folder();
    let header = std::fs::read_to_string(folder.join("sqlite3/sqlite3.h"))?;
    let version = version(&header).context("sqlite3.h names no version")?;
    let [major, minor, patch] = version;
    Ok(if version < AT_LEAST {
        vec![format!("SQLite {major}.{minor}.{patch} is older than {AT_LEAST:?}")]
    } else {
        println!("SQLite {major}.{minor}.{patch}");
        vec![]
    })
}

fn version(header: &str) -> Option<[u32; 3]> {
    let line = header.lines().find_map(|line| line.strip_prefix("#define SQLITE_VERSION "))?;
    let numbers: Vec<u32> =
        line.trim().trim_matches('"').split('.').filter_map(|n| n.parse().ok()).collect();
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_read_from_the_header_and_compared_as_numbers() {
        let header = "/* x */\n#define SQLITE_VERSION        \"3.54.0\"\n#define SQLITE_VERSION_NUMBER 3054000\n";
        assert_eq!(version(header), Some([3, 54, 0]));
        assert!(version(header) >= Some(AT_LEAST));
        assert!([3, 9, 0] < AT_LEAST);
        assert_eq!(version("nothing"), None);
    }
}
