//! The only thread that writes. It runs whatever has queued up as one transaction and answers after the commit.
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpoint::Checkpoint;
use super::statement::{run, to_error};
use crate::db::Done;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::value::Step;

/// Units that may wait; more are refused, so that overload is an answer and not memory.
const QUEUE: usize = 4096;
/// Units per transaction at most, so that the first of a group does not wait for thousands.
const GROUP: usize = 512;

/// Units of a group that show a busy machine: there it pays to wait a moment for the next ones.
const BUSY: usize = 4;
/// How long: about as long as a commit takes, so hardly anybody notices, and there are fewer of them.
const GATHER: Duration = Duration::from_millis(1);

/// What becomes of steps that nobody waits for any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Patience {
    /// They are carried out.
    Endless,
    /// They are not, unless they were begun before; nor are those whose turn comes after this.
    Until(Deadline),
}

/// Steps that stand or fall together, and who waits for them.
struct Job {
    steps: Vec<Step>,
    patience: Patience,
    answer: oneshot::Sender<Result<Vec<Done>>>,
}

impl Job {
    fn is_taken_back(&self) -> bool {
        match self.patience {
            Patience::Endless => false,
            Patience::Until(until) => self.answer.is_closed() || until.is_over(),
        }
    }
}

/// The way to the thread. Dropping it waits until everything handed over is stored.
pub(super) struct Writer {
    queue: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, and beside it the one that checkpoints.
    pub(super) fn start(conn: Connection, checkpointer: Connection) -> Result<Self> {
        let (queue, jobs) = sync_channel(QUEUE);
        let checkpoint = Checkpoint::start(checkpointer)?;
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || work(&conn, &jobs, checkpoint))
            .map_err(|e| Error::Unavailable(format!("no thread to write: {e}")))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands steps over and waits. A caller that stops waiting takes back only what was to be brief.
    pub(super) async fn unit(&self, steps: Vec<Step>, patience: Patience) -> Result<Vec<Done>> {
        let ended = || Error::Unavailable("the writer has ended".to_owned());
        let (answer, waiting) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(ended)?;
        match queue.try_send(Job { steps, patience, answer }) {
            Ok(()) => waiting.await.unwrap_or_else(|_| Err(ended())),
            Err(TrySendError::Full(_)) => {
                Err(Error::Unavailable("too many changes are waiting".to_owned()))
            }
            Err(TrySendError::Disconnected(_)) => Err(ended()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer thread ended by a panic");
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a pause of this thread alone")]
fn work(conn: &Connection, jobs: &Receiver<Job>, mut checkpoint: Checkpoint) {
    let mut group = Vec::with_capacity(GROUP);
    let (mut is_busy, mut careful) = (false, false);
    while let Ok(first) = jobs.recv() {
        if is_busy {
            std::thread::sleep(GATHER);
        }
        group.push(first);
        group.extend(jobs.try_iter().take(GROUP - 1));
        is_busy = group.len() >= BUSY;
        let outcomes = commit(conn, &group, &mut careful);
        for (job, outcome) in group.drain(..).zip(outcomes) {
            // a caller that left does not hear the answer; the change stands
            drop(job.answer.send(outcome));
        }
        checkpoint.after_commit(conn);
    }
}

/// One outcome per job: its own when the group was committed, the same refusal for all when it was not.
fn commit(conn: &Connection, group: &[Job], careful: &mut bool) -> Vec<Result<Vec<Done>>> {
    match transaction(conn, group, careful) {
        Ok(outcomes) => outcomes,
        Err(error) => {
            tracing::warn!(units = group.len(), error = %error, "a group of changes was not committed");
            let text = match error {
                Error::Unavailable(text) => text,
                other => other.to_string(),
            };
            group.iter().map(|_| Err(Error::Unavailable(text.clone()))).collect()
        }
    }
}

/// Savepoints cost about as much as the changes they guard and are hardly ever used, so the first try goes without.
/// Who made a unit fail may go on making them fail, so `careful` lasts until a group passes without any.
fn transaction(
    conn: &Connection,
    group: &[Job],
    careful: &mut bool,
) -> Result<Vec<Result<Vec<Done>>>> {
    if !*careful && let Some(outcomes) = attempt(conn, group, false)? {
        return Ok(outcomes);
    }
    let outcomes = attempt(conn, group, true)?
        .ok_or_else(|| Error::Corrupt("a savepoint did not undo a unit".to_owned()))?;
    *careful = outcomes.iter().any(Result::is_err);
    Ok(outcomes)
}

/// Commits the group; or nothing of it and `None`, when a unit failed that only a savepoint could undo.
fn attempt(
    conn: &Connection,
    group: &[Job],
    with_savepoints: bool,
) -> Result<Option<Vec<Result<Vec<Done>>>>> {
    control(conn, "BEGIN IMMEDIATE")?;
    let mut outcomes = Vec::with_capacity(group.len());
    for job @ Job { steps, .. } in group {
        if job.is_taken_back() {
            outcomes.push(Err(Error::Unavailable("nobody waits for it".to_owned())));
            continue;
        }
        let outcome = if with_savepoints { undoable(conn, steps) } else { run_all(conn, steps) };
        // a full disk or a failing one ends the whole transaction, and with it what the neighbours did
        if conn.is_autocommit() {
            let why = outcome.err().map_or_else(String::new, |(_, error)| error.to_string());
            return Err(Error::Unavailable(format!("the transaction ended early: {why}")));
        }
        if !with_savepoints && !leaves_nothing_half(&outcome) {
            return control(conn, "ROLLBACK").map(|()| None);
        }
        outcomes.push(outcome.map_err(|(_, error)| error));
    }
    let committed = control(conn, "COMMIT");
    if committed.is_err() && !conn.is_autocommit() {
        control(conn, "ROLLBACK")?;
    }
    committed.map(|()| Some(outcomes))
}

/// A statement that changes nothing or breaks a rule undoes itself, but not those before it.
fn leaves_nothing_half(outcome: &Outcome) -> bool {
    matches!(outcome, Ok(_) | Err((0, Error::Unchanged { .. } | Error::Conflict(_))))
}

/// Runs a unit inside a savepoint. Where that cannot be undone, the whole transaction is.
fn undoable(conn: &Connection, steps: &[Step]) -> Outcome {
    control(conn, "SAVEPOINT unit").map_err(|error| (0, error))?;
    let outcome = run_all(conn, steps);
    if outcome.is_err() && !conn.is_autocommit() && control(conn, "ROLLBACK TO unit").is_err() {
        control(conn, "ROLLBACK").map_err(|error| (0, error))?;
    }
    if !conn.is_autocommit() {
        control(conn, "RELEASE unit").map_err(|error| (0, error))?;
    }
    outcome
}

/// What each step did, or which one failed and how.
type Outcome = std::result::Result<Vec<Done>, (usize, Error)>;

fn run_all(conn: &Connection, steps: &[Step]) -> Outcome {
    let mut all = Vec::with_capacity(steps.len());
    for (step, Step { sql, params, must_change, .. }) in steps.iter().enumerate() {
        let done = run(conn, sql, params).map_err(|error| (step, error))?;
        if *must_change && done.changed == 0 {
            return Err((step, Error::Unchanged { step }));
        }
        all.push(done);
    }
    Ok(all)
}

fn control(conn: &Connection, sql: &str) -> Result<()> {
    let mut statement = conn.prepare_cached(sql).map_err(|e| to_error(&e))?;
    statement.raw_execute().map(drop).map_err(|e| to_error(&e))
}
