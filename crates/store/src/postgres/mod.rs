//! The server engine: a pool of connections, prepared statements, units in two round trips.
mod bind;
mod error;
mod open;

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use futures_util::future::{join, join_all, join3, maybe_done};
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use crate::db::Done;
use crate::deadline::{Deadline, late};
use crate::error::{Error, Result};
use crate::value::{Row, Step, Value};
use error::Failure;

/// How long a unit may take in all, the server's own limit included, before its connection is given up.
const ROAD_TIMEOUT: Duration = Duration::from_secs(8);
/// How a unit begins.
const BEGIN: &str = "BEGIN";
/// How it ends.
const END: &str = "COMMIT";
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

    /// Runs a query, begun before `until` or not at all, which the server gives up before the caller gives up the server.
    pub(crate) async fn read(
        &self,
        sql: &str,
        params: &[Value],
        until: Option<Deadline>,
    ) -> Result<Vec<Row>> {
        let steps =
            [Borrowed { sql, params, must_change: false, is_judged_before: false, is_read: true }];
        let done = self.try_often(&steps, until).await?;
        Ok(done.into_iter().next().unwrap_or_default().rows)
    }

    /// Runs steps that stand or fall together.
    pub(crate) async fn unit(&self, steps: &[Step]) -> Result<Vec<Done>> {
        let steps: Vec<_> = steps.iter().map(Borrowed::of).collect();
        self.try_often(&steps, None).await
    }

    /// The same, begun before `until` or not at all. The server gives up a lock before the caller gives up the server, so that a
    /// connection that met a locked table is free for others by then: nothing piles up behind it, neither here nor there.
    pub(crate) async fn brief_unit(&self, steps: &[Step], until: Deadline) -> Result<Vec<Done>> {
        let steps: Vec<_> = steps.iter().map(Borrowed::of).collect();
        self.try_often(&steps, Some(until)).await
    }

    async fn try_often(
        &self,
        steps: &[Borrowed<'_>],
        until: Option<Deadline>,
    ) -> Result<Vec<Done>> {
        let mut left = RETRIES;
        loop {
            match self.try_once(steps, until).await {
                Err(Failure::Again(_)) if left > 0 => left -= 1,
                Err(Failure::Again(error) | Failure::Final(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
    }

    async fn try_once(
        &self,
        steps: &[Borrowed<'_>],
        until: Option<Deadline>,
    ) -> std::result::Result<Vec<Done>, Failure> {
        let lease = Lease(Some(self.connection(until).await?));
        let Some(client) = &lease.0 else { return Ok(Vec::new()) };
        let outcome = match tokio::time::timeout(ROAD_TIMEOUT, run_all(client, steps, until)).await
        {
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

    /// One of the pool's, before nobody waits any more.
    async fn connection(&self, until: Option<Deadline>) -> Result<Object> {
        let got = match until {
            Some(until) => {
                // a large future, which every read would carry along otherwise
                let getting = Box::pin(self.pool.get());
                until.wait(getting).await.filter(|_| !until.is_over())
            }
            None => Some(self.pool.get().await),
        };
        got.ok_or_else(late)?.map_err(|e| error::from_pool(&e))
    }
}

/// A step as all callers have it.
#[derive(Clone, Copy)]
struct Borrowed<'a> {
    sql: &'a str,
    params: &'a [Value],
    must_change: bool,
    is_judged_before: bool,
    is_read: bool,
}

impl<'a> Borrowed<'a> {
    fn of(step: &'a Step) -> Self {
        let Step { sql, params, must_change, is_judged_before } = step;
        let (must_change, is_judged_before) = (*must_change, *is_judged_before);
        Self { sql, params, must_change, is_judged_before, is_read: false }
    }
}

async fn run_all(
    client: &Object,
    steps: &[Borrowed<'_>],
    until: Option<Deadline>,
) -> std::result::Result<Vec<Done>, Failure> {
    let begin = match (until, steps) {
        (None, [step]) => {
            let statement = client.prepare_cached(step.sql).await?;
            let mut done = Vec::with_capacity(1);
            let result = run(client, &statement, step.params).await;
            return judge(steps, vec![result], &mut done).map(|()| done);
        }
        (Some(until), [step]) if step.is_read => {
            return Box::pin(read_by(client, step, until)).await.map(|done| vec![done]);
        }
        (None, _) => Cow::Borrowed(BEGIN),
        (Some(until), _) => {
            Cow::Owned(format!("{BEGIN}; SET LOCAL lock_timeout = {}", until.of_the_server()))
        }
    };
    let outcome = run_in_order(client, steps, &begin).await;
    // nobody waits for it any more: better undone here than by another unit
    let is_late = until.is_some_and(Deadline::is_over);
    let outcome = if is_late { outcome.and(Err(Failure::Final(late()))) } else { outcome };
    client.batch_execute(if outcome.is_ok() { END } else { "ROLLBACK" }).await?;
    outcome
}

/// A read that the server gives up in time, also one that meets no lock. It costs no further way to the server and back: nothing is judged
/// before it ends, and an end after a refusal undoes.
async fn read_by(
    client: &Object,
    step: &Borrowed<'_>,
    until: Deadline,
) -> std::result::Result<Done, Failure> {
    let begin = format!("{BEGIN}; SET LOCAL statement_timeout = {}", until.of_the_server());
    let mut begun = pin!(maybe_done(client.batch_execute(&begin)));
    poll_fn(|cx| Poll::Ready(begun.as_mut().poll(cx).is_ready())).await;
    let prepared = client.prepare_cached(step.sql).await;
    let reading = async { run(client, &prepared?, step.params).await };
    let ((), read, ended) = join3(begun.as_mut(), reading, client.batch_execute(END)).await;
    begun.as_mut().take_output().transpose()?;
    let done = read?;
    ended?;
    Ok(done)
}

/// Everything in one go, but for a pause in front of what is to be judged before.
async fn run_in_order(
    client: &Object,
    steps: &[Borrowed<'_>],
    begin: &str,
) -> std::result::Result<Vec<Done>, Failure> {
    let mut begun = pin!(maybe_done(client.batch_execute(begin)));
    // written first, because what is not prepared yet may have to wait for a lock, too
    poll_fn(|cx| Poll::Ready(begun.as_mut().poll(cx).is_ready())).await;
    let mut statements = Vec::with_capacity(steps.len());
    for step in steps {
        statements.push(client.prepare_cached(step.sql).await?);
    }
    let mut later = steps.iter().enumerate().skip(1);
    let pause = later.find(|(_, step)| step.is_judged_before).map_or(steps.len(), |(at, _)| at);
    let (first, rest) = steps.split_at(pause);
    let (statements, rest_statements) = statements.split_at(pause);
    let mut all = Vec::with_capacity(steps.len());
    // the requests are written in the order in which the futures are first polled
    let ((), results) = join(begun.as_mut(), run_each(client, first, statements)).await;
    begun.as_mut().take_output().transpose()?;
    judge(first, results, &mut all)?;
    judge(rest, run_each(client, rest, rest_statements).await, &mut all)?;
    Ok(all)
}

async fn run_each(
    client: &Object,
    steps: &[Borrowed<'_>],
    statements: &[Statement],
) -> Vec<std::result::Result<Done, tokio_postgres::Error>> {
    let both = steps.iter().zip(statements);
    join_all(both.map(|(step, statement)| run(client, statement, step.params))).await
}

/// The first step that failed or changed nothing decides, as if none after it had run.
fn judge(
    steps: &[Borrowed<'_>],
    results: Vec<std::result::Result<Done, tokio_postgres::Error>>,
    all: &mut Vec<Done>,
) -> std::result::Result<(), Failure> {
    for (result, step) in results.into_iter().zip(steps) {
        let done = result?;
        if step.must_change && done.changed == 0 {
            return Err(Failure::Final(Error::Unchanged { step: all.len() }));
        }
        all.push(done);
    }
    Ok(())
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
