//! The embedded engine: one file, one writer thread that groups commits, a few read-only connections.
mod checkpoint;
mod connection;
mod scans;
mod statement;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::db::Done;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::value::{Row, Step, Value};
use scans::Scans;
use writer::{Patience, Writer};

/// The oldest SQLite whose write-ahead log cannot lose a commit to a racing checkpoint.
const OLDEST_VERSION: i32 = 3_051_003;

/// An open file.
pub struct Sqlite {
    readers: Vec<Mutex<Connection>>,
    scans: Scans,
    writer: Writer,
}

impl fmt::Debug for Sqlite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqlite").field("readers", &self.readers.len()).finish_non_exhaustive()
    }
}

impl Sqlite {
    /// Opens or makes the file, migrates it and starts its threads.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if rusqlite::version_number() < OLDEST_VERSION {
            let version = rusqlite::version();
            return Err(Error::Unavailable(format!("SQLite {version} is older than 3.51.3")));
        }
        let named = |e: Error| match e {
            Error::Unavailable(why) => Error::Unavailable(format!("{}: {why}", path.display())),
            Error::Corrupt(why) => Error::Corrupt(format!("{}: {why}", path.display())),
            other => other,
        };
        Self::open_file(path).map_err(named)
    }

    fn open_file(path: &Path) -> Result<Self> {
        let mut conn = connection::writer(path)?;
        connection::check_small_file(path, &conn)?;
        connection::migrate(&mut conn)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16);
        let readers = (0..cores)
            .map(|_| connection::reader(path).map(Mutex::new))
            .collect::<Result<Vec<_>>>()?;
        let writer = Writer::start(conn, connection::checkpointer(path)?)?;
        Ok(Self { readers, scans: Scans::new(path), writer })
    }

    /// Runs a query here and now, on the first connection that nobody else is using: what one read before the
    /// next commit, the others find in its cache.
    pub(crate) fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let free = self.readers.iter().find_map(|reader| reader.try_lock().ok());
        let reader = match (free, self.readers.last()) {
            (Some(reader), _) => reader,
            (None, Some(last)) => last.lock().unwrap_or_else(PoisonError::into_inner),
            (None, None) => return Err(Error::Unavailable("there is no reader".to_owned())),
        };
        statement::run(&reader, sql, params).map(|done| done.rows)
    }

    /// Runs a query that may take long, beside everything else.
    pub(crate) async fn scan(
        self: Arc<Self>,
        sql: &'static str,
        params: Vec<Value>,
    ) -> Result<Vec<Row>> {
        let turn = self.scans.turn().await?;
        let reading = tokio::task::spawn_blocking(move || {
            let rows = self.scans.read(sql, &params);
            drop(turn);
            rows
        });
        reading.await.map_err(|e| Error::Unavailable(e.to_string()))?
    }

    /// Hands steps to the writer and waits for the commit they ride in.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<Done>> {
        self.writer.unit(steps, Patience::Endless).await
    }

    /// The same; when their turn comes after `until`, or nobody waits any more, the steps are not run.
    pub(crate) async fn brief_unit(&self, steps: Vec<Step>, until: Deadline) -> Result<Vec<Done>> {
        self.writer.unit(steps, Patience::Until(until)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Longer than any of this takes on a busy machine.
    const LONG: std::time::Duration = std::time::Duration::from_secs(20);

    #[test]
    fn as_many_long_reads_as_there_are_readers_hold_no_other_read_up() {
        let folder = tempfile::tempdir().unwrap();
        let sqlite = Arc::new(Sqlite::open(&folder.path().join("haoma.db")).unwrap());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let scan = || Arc::clone(&sqlite).scan("SELECT 1", vec![]);
        // were a long read to need a reader of sign-ins, it would wait here for ever, and they behind it
        let readers: Vec<_> = sqlite.readers.iter().map(|reader| reader.lock().unwrap()).collect();
        let scanned = runtime.block_on(async { tokio::time::timeout(LONG, scan()).await });
        assert_eq!(scanned.unwrap().unwrap().len(), 1);
        drop(readers);
        let turns =
            runtime.block_on(async { [sqlite.scans.turn().await, sqlite.scans.turn().await] });
        assert_eq!(sqlite.read("SELECT 1", &[]).unwrap().len(), 1, "every long read there can be");
        let next = runtime.block_on(async {
            let mut next = Box::pin(scan());
            tokio::select! {
                biased;
                _ = &mut next => panic!("one more waits for its turn"),
                () = std::future::ready(()) => {}
            }
            drop(turns);
            next.await
        });
        assert_eq!(next.unwrap().len(), 1);
    }
}
