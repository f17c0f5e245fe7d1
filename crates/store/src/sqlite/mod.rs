//! The embedded engine: one file, one writer thread that groups commits, a few read-only connections.
mod checkpoint;
mod connection;
mod statement;
mod writer;

use std::fmt;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::db::Done;
use crate::error::{Error, Result};
use crate::value::{Row, Step, Value};
use writer::Writer;

/// The oldest SQLite whose write-ahead log cannot lose a commit to a racing checkpoint.
const OLDEST_VERSION: i32 = 3_051_003;

/// An open file.
pub struct Sqlite {
    readers: Vec<Mutex<Connection>>,
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
        Ok(Self { readers, writer })
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

    /// Hands steps to the writer and waits for the commit they ride in.
    pub(crate) async fn unit(&self, steps: Vec<Step>) -> Result<Vec<Done>> {
        self.writer.unit(steps).await
    }
}
