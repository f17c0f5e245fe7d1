//! Moves the write-ahead log into the file, off the road of commits.
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::Connection;

use crate::error::{Error, Result};

/// Commits between two looks at the log.
const LOOK_EVERY: u32 = 16;
/// Pages (4 KiB) of the log not yet moved that are worth a checkpoint.
const WORTH: i64 = 1_000;
/// Pages of a log that will not start anew by itself because the writer never rests: then the writer helps.
const TOO_LONG: i64 = 16_000;

/// The thread's bell, and the commits since the last look.
pub(super) struct Checkpoint {
    bell: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    commits: u32,
}

impl Checkpoint {
    pub(super) fn start(conn: Connection) -> Result<Self> {
        let (bell, rings) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("sqlite-checkpoint".to_owned())
            .spawn(move || work(&conn, &rings))
            .map_err(|e| Error::Unavailable(format!("no thread to checkpoint: {e}")))?;
        Ok(Self { bell: Some(bell), thread: Some(thread), commits: 0 })
    }

    /// Looks at the log now and then and has it moved when it has grown.
    pub(super) fn after_commit(&mut self, writer: &Connection) {
        self.commits += 1;
        if self.commits < LOOK_EVERY {
            return;
        }
        self.commits = 0;
        let Some((pages, moved)) = pragma(writer, "PRAGMA wal_checkpoint(NOOP)") else { return };
        if pages >= TOO_LONG {
            // nobody writes now, so this reaches the end and the next commit starts the log anew
            pragma(writer, "PRAGMA wal_checkpoint(PASSIVE)");
        } else if pages - moved >= WORTH
            && let Some(bell) = &self.bell
        {
            // full: it rings already
            bell.try_send(()).unwrap_or_default();
        }
    }
}

impl Drop for Checkpoint {
    fn drop(&mut self) {
        drop(self.bell.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the checkpoint thread ended by a panic");
        }
    }
}

fn work(conn: &Connection, rings: &Receiver<()>) {
    while rings.recv().is_ok() {
        pragma(conn, "PRAGMA wal_checkpoint(PASSIVE)");
    }
}

/// Pages in the log and how many of them are in the file.
fn pragma(conn: &Connection, sql: &str) -> Option<(i64, i64)> {
    let row = conn.query_row(sql, [], |row| Ok((row.get(1)?, row.get(2)?)));
    row.inspect_err(|e| tracing::warn!(error = %e, "the write-ahead log was not moved")).ok()
}
