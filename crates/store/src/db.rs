//! Opening the database; running statements on whichever engine it is.
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::deadline::Deadline;
pub use crate::error::{Error, Result};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::value::{Row, Step, Value, refuse_nul};

/// Which database.
#[derive(Clone)]
pub enum Options {
    /// A file; made when absent, in a folder that exists.
    Sqlite(PathBuf),
    /// A connection string (`postgres://…`) and the pool's size.
    Postgres {
        /// The connection string; may hold a password, so it is never printed.
        url: String,
        /// Connections at most.
        pool: usize,
    },
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres { pool, .. } => {
                f.debug_struct("Postgres").field("pool", pool).finish_non_exhaustive()
            }
        }
    }
}

/// What one step of a unit did.
#[derive(Debug, Clone, Default)]
pub struct Done {
    /// Rows touched.
    pub changed: u64,
    /// Rows of its `RETURNING`.
    pub rows: Vec<Row>,
}

/// An open database. Cloning shares it; the last one dropped finishes what was handed over and closes.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    /// Until when whoever has it waits; without it, as long as the engine does.
    until: Option<Deadline>,
}

/// What a database runs on.
#[derive(Debug, Clone)]
pub enum Engine {
    /// One file, one writer thread, a few readers.
    Sqlite(Arc<Sqlite>),
    /// A pool of connections.
    Postgres(Postgres),
}

impl Db {
    /// Opens the database and brings its tables up to date.
    pub async fn open(options: Options) -> Result<Self> {
        let opened = match options {
            Options::Sqlite(path) => {
                let opening = tokio::task::spawn_blocking(move || Sqlite::open(&path));
                let opened = opening.await.map_err(|e| Error::Unavailable(e.to_string()))?;
                opened.map(|sqlite| Engine::Sqlite(Arc::new(sqlite)))
            }
            Options::Postgres { url, pool } => {
                Postgres::open(&url, pool).await.map(Engine::Postgres)
            }
        };
        opened.map(|engine| Self { engine, until: None })
    }

    /// What it runs on.
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The same database for somebody who waits no longer than this: what is not done by then is [`Error::Unavailable`]. PostgreSQL gives
    /// each lock, and each read, up after two thirds of what is left, so that little is left behind that waits; a read of SQLite waits for no
    /// lock and is not cut off. What was begun in time may be stored after it, as nobody can know of a commit that is under way: only for
    /// changes that do no harm then.
    pub fn by(&self, until: Deadline) -> Self {
        Self { engine: self.engine.clone(), until: Some(until) }
    }

    /// Reads rows. Sees everything that was answered before.
    pub async fn read(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        check_read(sql, &params)?;
        match (&self.engine, self.until) {
            (Engine::Sqlite(sqlite), _) => sqlite.read(sql, &params),
            (Engine::Postgres(postgres), None) => postgres.read(sql, &params, None).await,
            (Engine::Postgres(postgres), Some(until)) => {
                // a large future, which every read would carry along otherwise
                Box::pin(until.keep(postgres.read(sql, &params, Some(until)))).await
            }
        }
    }

    /// Reads rows, where that may take long. SQLite has connections of their own for it, so that nothing else waits behind.
    pub async fn scan(&self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        let Engine::Sqlite(sqlite) = &self.engine else { return self.read(sql, params).await };
        check_read(sql, &params)?;
        Arc::clone(sqlite).scan(sql, params).await
    }

    /// Runs steps that stand or fall together; answers after the commit.
    pub async fn unit(&self, steps: Vec<Step>) -> Result<Vec<Done>> {
        for step in &steps {
            refuse_nul(&step.params)?;
        }
        if steps.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(until) = self.until {
            return Box::pin(until.keep(self.brief_unit(steps, until))).await;
        }
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.unit(steps).await,
            Engine::Postgres(postgres) => postgres.unit(&steps).await,
        }
    }

    /// The same where nobody waits for long, as before something is paid for: what is not begun by `until` is not done, and is
    /// [`Error::Unavailable`]. What was begun goes on and may be committed after it, so whoever stops waiting sees to what came of it.
    pub async fn brief_unit(&self, steps: Vec<Step>, until: Deadline) -> Result<Vec<Done>> {
        for step in &steps {
            refuse_nul(&step.params)?;
        }
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.brief_unit(steps, until).await,
            Engine::Postgres(postgres) => postgres.brief_unit(&steps, until).await,
        }
    }

    /// Runs one step; answers after the commit.
    pub async fn write(&self, step: Step) -> Result<Done> {
        let done = self.unit(vec![step]).await?;
        Ok(done.into_iter().next().unwrap_or_default())
    }

    /// Whether the database answers, and whether it takes changes.
    pub async fn ping(&self) -> Result<()> {
        self.read("SELECT 1", Vec::new()).await?;
        match &self.engine {
            Engine::Sqlite(sqlite) => sqlite.unit(Vec::new()).await.map(drop),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Ends this handle; the last one waits until everything handed over is stored and the file is closed.
    pub async fn close(self) -> Result<()> {
        let Engine::Sqlite(shared) = self.engine else { return Ok(()) };
        let closing = tokio::task::spawn_blocking(move || drop(shared));
        closing.await.map_err(|e| Error::Unavailable(e.to_string()))
    }
}

/// Whether the conditional step of a unit found what it wanted.
pub(crate) fn changed<T>(done: Result<T>) -> Result<bool> {
    match done {
        Ok(_) => Ok(true),
        Err(Error::Unchanged { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn check_read(sql: &str, params: &[Value]) -> Result<()> {
    if !sql.trim_start().starts_with("SELECT") {
        return Err(Error::Conflict("only a SELECT may be read".to_owned()));
    }
    refuse_nul(params)
}
