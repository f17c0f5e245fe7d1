//! Opening connections and bringing the tables up to date.
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::statement::to_error;
use crate::error::{Error, Result};
use crate::migrations::{self, Applied};

/// How long a statement waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Prepared statements kept per connection; the whole product has fewer.
const STATEMENTS: usize = 256;
/// Files up to this many bytes are checked for damage at open; larger ones would delay the start.
const CHECKED_BYTES: u64 = 8 << 20;

/// A connection that may write. A new file is readable by its owner alone.
pub(super) fn writer(path: &Path) -> Result<Connection> {
    create(path)?;
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|e| to_error(&e))?;
    if mode != "wal" {
        return Err(Error::Unavailable(format!("no write-ahead log here, only {mode}")));
    }
    let pragmas =
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;
        PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048";
    conn.execute_batch(pragmas).map_err(|e| to_error(&e))?;
    Ok(conn)
}

/// A connection that only moves the log into the file, for which it needs no pages of its own.
pub(super) fn checkpointer(path: &Path) -> Result<Connection> {
    let conn = writer(path)?;
    conn.execute_batch("PRAGMA cache_size = -256").map_err(|e| to_error(&e))?;
    Ok(conn)
}

/// A connection that cannot write.
pub(super) fn reader(path: &Path) -> Result<Connection> {
    let conn = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let pragmas = "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1024";
    conn.execute_batch(pragmas).map_err(|e| to_error(&e))?;
    Ok(conn)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|e| to_error(&e))?;
    conn.busy_timeout(BUSY_TIMEOUT).map_err(|e| to_error(&e))?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Plans do not depend on bound values: without this, binding others prepares a statement anew.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(|e| to_error(&e))?;
    Ok(conn)
}

/// Only ever makes the file: closing a second handle to an open database would drop SQLite's locks on it.
fn create(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::Unavailable(format!("the file cannot be made: {e}")))
        }
        _ => Ok(()),
    }
}

/// Looks for damage, unless the file is large.
pub(super) fn check_small_file(path: &Path, conn: &Connection) -> Result<()> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_BYTES) {
        return Ok(());
    }
    let verdict: String =
        conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|e| to_error(&e))?;
    if verdict == "ok" { Ok(()) } else { Err(Error::Corrupt(verdict)) }
}

/// Applies what is pending, all or nothing.
pub(super) fn migrate(conn: &mut Connection) -> Result<()> {
    let tx =
        conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| to_error(&e))?;
    tx.execute_batch(migrations::CREATE).map_err(|e| to_error(&e))?;
    let applied = applied(&tx).map_err(|e| to_error(&e))?;
    for migration in migrations::pending(migrations::ALL, &applied)? {
        tx.execute_batch(migration.sql).map_err(|e| to_error(&e))?;
        let row = (migration.version, migration.name, migration.checksum());
        tx.execute(migrations::RECORD, row).map_err(|e| to_error(&e))?;
    }
    tx.commit().map_err(|e| to_error(&e))
}

fn applied(conn: &Connection) -> rusqlite::Result<Vec<Applied>> {
    conn.prepare(migrations::APPLIED)?
        .query_map([], |row| Ok(Applied { version: row.get(0)?, checksum: row.get(1)? }))?
        .collect()
}
