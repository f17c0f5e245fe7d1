//! The server engine: a pool of connections, prepared statements, units in two round trips.
mod bind;
mod error;
mod open;

use std::fmt;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use futures_util::future::{join, join_all};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use crate::db::Done;
use crate::error::{Error, Result};
use crate::value::{Row, Step, Value};
use error::Failure;

/// How long a unit may take in all, the server's own limit included, before its connection is given up.
const ROAD_TIMEOUT: Duration = Duration::from_secs(8);
/// How often a unit that the server undid for the sake of others is tried again.
const RETRIES: usize = 3;

/// An open pool.
#[derive(Clone)]
pub struct Postgres {
    pool: Pool,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("connections", &self.pool.status().size).finish()
    }
}

/// A connection that is closed instead of reused when its work was cut off in the middle.
struct Lease(Option<Object>);

impl Lease {
    /// The work ended in order: the connection may serve the next.
    fn give_back(mut self) {
        drop(self.0.take());
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        drop(self.0.take().map(Object::take));
    }
}

impl Postgres {
    /// Connects, checks the database and migrates it.
    pub(crate) async fn open(url: &str, connections: usize) -> Result<Self> {
        let pool = open::pool(url, connections)?;
        let mut client = open::first(&pool).await?;
        open::check(&client).await?;
        open::migrate(&mut client).await?;
        drop(client);
        Ok(Self { pool })
    }

    /// Runs a query.
    pub(crate) async fn read(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        let steps = [(sql, params, false)];
        let done = self.try_often(&steps).await?;
        Ok(done.into_iter().next().unwrap_or_default().rows)
    }

    /// Runs steps that stand or fall together.
    pub(crate) async fn unit(&self, steps: &[Step]) -> Result<Vec<Done>> {
        let steps: Vec<_> =
            steps.iter().map(|s| (s.sql, s.params.as_slice(), s.must_change)).collect();
        self.try_often(&steps).await
    }

    async fn try_often(&self, steps: &[Borrowed<'_>]) -> Result<Vec<Done>> {
        let mut left = RETRIES;
        loop {
            match self.try_once(steps).await {
                Err(Failure::Again(_)) if left > 0 => left -= 1,
                Err(Failure::Again(error) | Failure::Final(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
    }

    async fn try_once(&self, steps: &[Borrowed<'_>]) -> std::result::Result<Vec<Done>, Failure> {
        let client = self.pool.get().await.map_err(|e| error::from_pool(&e))?;
        let lease = Lease(Some(client));
        let Some(client) = &lease.0 else { return Ok(Vec::new()) };
        let outcome = match tokio::time::timeout(ROAD_TIMEOUT, run_all(client, steps)).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => {
                let late = Error::Unavailable("the server did not answer in time".to_owned());
                return Err(Failure::Final(late));
            }
        };
        // what is tried again may be a statement whose plan is out of date: that connection goes
        if !matches!(outcome, Err(Failure::Again(_))) {
            lease.give_back();
        }
        outcome
    }
}

/// A step as all callers have it: text, parameters, whether it must change something.
type Borrowed<'a> = (&'a str, &'a [Value], bool);

async fn run_all(
    client: &Object,
    steps: &[Borrowed<'_>],
) -> std::result::Result<Vec<Done>, Failure> {
    let mut statements = Vec::with_capacity(steps.len());
    for (sql, ..) in steps {
        statements.push(client.prepare_cached(sql).await?);
    }
    if let ([step], [statement]) = (steps, statements.as_slice()) {
        return judge(steps, vec![run(client, statement, step.1).await]);
    }
    // sent in one go: the requests are written in the order in which the futures are first polled
    let runs =
        steps.iter().zip(&statements).map(|(step, statement)| run(client, statement, step.1));
    let (begun, results) = join(client.batch_execute("BEGIN"), join_all(runs)).await;
    begun?;
    let outcome = judge(steps, results);
    client.batch_execute(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }).await?;
    outcome
}

/// The first step that failed or changed nothing decides, as if none after it had run.
fn judge(
    steps: &[Borrowed<'_>],
    results: Vec<std::result::Result<Done, tokio_postgres::Error>>,
) -> std::result::Result<Vec<Done>, Failure> {
    let mut all = Vec::with_capacity(results.len());
    for (step, (result, (.., must_change))) in results.into_iter().zip(steps).enumerate() {
        let done = result?;
        if *must_change && done.changed == 0 {
            return Err(Failure::Final(Error::Unchanged { step }));
        }
        all.push(done);
    }
    Ok(all)
}

async fn run(
    client: &Object,
    statement: &Statement,
    params: &[Value],
) -> std::result::Result<Done, tokio_postgres::Error> {
    let params: Vec<&(dyn ToSql + Sync)> =
        params.iter().map(|value| -> &(dyn ToSql + Sync) { value }).collect();
    if statement.columns().is_empty() {
        let changed = client.execute(statement, &params).await?;
        return Ok(Done { changed, rows: Vec::new() });
    }
    let rows = client.query(statement, &params).await?;
    let rows = rows.iter().map(bind::read).collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Done { changed: rows.len() as u64, rows })
}
