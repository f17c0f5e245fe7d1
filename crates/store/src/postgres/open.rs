//! Connecting, checking that the database sorts as the SQL expects, and migrating it.
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Config, NoTls};

use super::error::{from_pool, to_error};
use crate::error::{Error, Result};
use crate::migrations::{self, Applied};

/// How long a caller waits for a connection, and a connection for the server.
const WAIT: Duration = Duration::from_secs(2);
/// Unacknowledged bytes older than this end a connection.
const SILENCE: Duration = Duration::from_secs(5);
/// Limits the server keeps for us, in milliseconds.
const LIMITS: &str =
    "-c statement_timeout=5000 -c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000";
/// Any number that no other user of the database locks.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7249182640113)";

pub(super) fn pool(url: &str, connections: usize) -> Result<Pool> {
    // the parser's own words may quote a part of the password
    let mut config = url.parse::<Config>().map_err(|_unquotable| {
        Error::Unavailable("the PostgreSQL connection string cannot be read".to_owned())
    })?;
    if config.get_ssl_mode() == SslMode::Require {
        let why = "sslmode=require is not supported; use a local or otherwise protected network and sslmode=disable";
        return Err(Error::Unavailable(why.to_owned()));
    }
    let given = config.get_options().unwrap_or_default();
    let options = format!("{LIMITS} {given}");
    config.options(options).tcp_user_timeout(SILENCE);
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(WAIT);
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    Pool::builder(Manager::from_config(config, NoTls, recycling))
        .max_size(connections.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(WAIT))
        .create_timeout(Some(WAIT + WAIT))
        .recycle_timeout(Some(WAIT))
        .build()
        .map_err(|e| Error::Unavailable(e.to_string()))
}

/// The first connection: says clearly when there is none.
pub(super) async fn first(pool: &Pool) -> Result<Object> {
    pool.get().await.map_err(|e| from_pool(&e))
}

/// Lists are paged by ids and times, so text must sort by its bytes.
pub(super) async fn check(client: &Object) -> Result<()> {
    let sql = "SELECT 'Z' < 'a' AND 'a-c' < 'ab' AND 'a_c' < 'ab' AND '9' < 'A',
        current_setting('server_encoding'), current_database()::text";
    let row = client.query_one(sql, &[]).await.map_err(|e| to_error(&e))?;
    let read = || -> std::result::Result<(bool, String, String), tokio_postgres::Error> {
        Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))
    };
    let (by_bytes, encoding, name) = read().map_err(|e| to_error(&e))?;
    if by_bytes && encoding == "UTF8" {
        return Ok(());
    }
    Err(Error::Unavailable(format!(
        "the database must hold UTF-8 and sort by bytes; make it with \
         CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
    )))
}

/// Applies what is pending, all or nothing, one node at a time.
pub(super) async fn migrate(client: &mut Object) -> Result<()> {
    run_migrations(client).await.map_err(|e| to_error(&e))?
}

async fn run_migrations(
    client: &mut Object,
) -> std::result::Result<Result<()>, tokio_postgres::Error> {
    let tx = client.transaction().await?;
    let patient = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0;
        SET LOCAL client_min_messages = warning";
    tx.batch_execute(patient).await?;
    tx.batch_execute(MIGRATION_LOCK).await?;
    tx.batch_execute(migrations::CREATE).await?;
    let mut applied = Vec::new();
    for row in tx.query(migrations::APPLIED, &[]).await? {
        applied.push(Applied { version: row.try_get(0)?, checksum: row.try_get(1)? });
    }
    let pending = match migrations::pending(migrations::ALL, &applied) {
        Ok(pending) => pending,
        Err(error) => return Ok(Err(error)),
    };
    for migration in pending {
        tx.batch_execute(migration.sql).await?;
        let checksum = migration.checksum();
        tx.execute(migrations::RECORD, &[&migration.version, &migration.name, &checksum]).await?;
    }
    tx.commit().await.map(Ok)
}
