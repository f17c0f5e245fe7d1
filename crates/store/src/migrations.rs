//! The one folder of migrations and which of them a database still needs.
use crate::error::{Error, Result};

/// One file of the folder.
#[derive(Debug)]
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sql: &'static str,
}

/// All of them, in order. A file that was released never changes; a new one is added below.
pub(crate) const ALL: &[Migration] =
    &[Migration { version: 1, name: "init", sql: include_str!("../migrations/0001_init.sql") }];

/// What is recorded of an applied migration.
pub(crate) struct Applied {
    pub(crate) version: i64,
    pub(crate) checksum: String,
}

pub(crate) const CREATE: &str = "CREATE TABLE IF NOT EXISTS haoma_migrations (
    version BIGINT PRIMARY KEY NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL)";
pub(crate) const APPLIED: &str = "SELECT version, checksum FROM haoma_migrations ORDER BY version";
pub(crate) const RECORD: &str =
    "INSERT INTO haoma_migrations (version, name, checksum) VALUES ($1, $2, $3)";

impl Migration {
    /// FNV-1a (64 bits) over the text without carriage returns: finds accidents, not attacks.
    pub(crate) fn checksum(&self) -> String {
        let bytes = self.sql.bytes().filter(|b| *b != b'\r');
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        format!("{hash:016x}")
    }
}

/// The migrations that come after what is applied, or why this program must not touch the database.
pub(crate) fn pending<'a>(all: &'a [Migration], applied: &[Applied]) -> Result<&'a [Migration]> {
    for (position, row) in applied.iter().enumerate() {
        let known = all.get(position).filter(|known| known.version == row.version);
        let Some(known) = known else {
            return Err(Error::Corrupt(format!(
                "its migration {} is unknown here; it was made by a newer version of this program",
                row.version
            )));
        };
        if known.checksum() != row.checksum {
            return Err(Error::Corrupt(format!(
                "its migration {} ({}) is not the one this program has; \
                 use the program that made it, or restore a backup",
                known.version, known.name
            )));
        }
    }
    Ok(all.get(applied.len()..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Migration] = &[
        Migration { version: 1, name: "one", sql: "CREATE TABLE a (b TEXT);\n" },
        Migration { version: 2, name: "two", sql: "CREATE TABLE c (d TEXT);\n" },
    ];

    fn applied(versions: &[i64]) -> Vec<Applied> {
        let checksum = |v: i64| TWO.iter().find(|m| m.version == v).map(Migration::checksum);
        versions
            .iter()
            .map(|v| Applied { version: *v, checksum: checksum(*v).unwrap_or_default() })
            .collect()
    }

    #[test]
    fn what_is_not_applied_is_pending() {
        let versions = |done: &[i64]| -> Vec<i64> {
            pending(TWO, &applied(done)).unwrap().iter().map(|m| m.version).collect()
        };
        assert_eq!(versions(&[]), [1, 2]);
        assert_eq!(versions(&[1]), [2]);
        assert_eq!(versions(&[1, 2]), [0; 0]);
    }

    #[test]
    fn a_newer_or_changed_migration_is_refused() {
        let newer = pending(TWO, &applied(&[1, 2, 3])).unwrap_err().to_string();
        assert!(newer.contains("newer version"), "{newer}");
        let changed = [Applied { version: 1, checksum: "0".to_owned() }];
        let changed = pending(TWO, &changed).unwrap_err().to_string();
        assert!(changed.contains("migration 1 (one)"), "{changed}");
    }

    #[test]
    fn line_ends_do_not_change_a_checksum() {
        let windows = Migration { version: 1, name: "one", sql: "CREATE TABLE a (b TEXT);\r\n" };
        assert_eq!(windows.checksum(), TWO[0].checksum());
    }

    #[test]
    fn versions_count_up_from_one() {
        assert!(ALL.iter().map(|m| m.version).eq(1..=i64::try_from(ALL.len()).unwrap()));
    }
}
