//! Reads that may take long, on connections of their own: however many there are, no other read waits behind one.
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{connection, statement};
use crate::error::{Error, Result};
use crate::value::{Row, Value};

/// Long reads at once; more wait for their turn.
const AT_ONCE: usize = 2;

/// Where long reads are run.
pub(super) struct Scans {
    path: PathBuf,
    turns: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Scans {
    /// Of this file; a connection is opened when it is needed first.
    pub(super) fn new(path: &Path) -> Self {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        Self { path: path.to_owned(), turns, idle: Mutex::default() }
    }

    /// Waits for a turn. It ends with the read, also when whoever asked for it has left.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        turn.map_err(|e| Error::Unavailable(e.to_string()))
    }

    /// Runs a query here and now. Call [`Self::turn`] first.
    pub(super) fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let kept = self.idle().pop();
        let conn = kept.map_or_else(|| connection::reader(&self.path), Ok)?;
        let done = statement::run(&conn, sql, params);
        self.idle().push(conn);
        done.map(|done| done.rows)
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
