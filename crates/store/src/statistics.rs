//! Counts of a stretch of time. Both are ranges of a primary key: what a day costs does not grow with the years.
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::keyset::first_id;
use crate::messages::Status;
use crate::value::Row;

/// How many messages meant from one moment until before another are in each state. Those with which a configuration was only tried out
/// (version 0) are nobody's, and those recorded under the code `besides` were never to go out.
pub async fn messages(
    db: &Db,
    (from, until): (Timestamp, Timestamp),
    besides: &str,
) -> Result<Vec<(Status, i64)>> {
    const SQL: &str = "SELECT status, COUNT(*) FROM messages
        WHERE id >= $1 AND id < $2 AND connector_version > 0
            AND (provider_code IS NULL OR provider_code <> $3)
        GROUP BY status";
    let params = vec![first_id(from).into(), first_id(until).into(), besides.into()];
    let rows = db.scan(SQL, params).await?;
    let count = |row: &Row| Ok((row.parse(0, Status::parse)?, row.int(1)?));
    rows.iter().map(count).collect()
}

/// To which countries messages were meant since a moment, the most first; those with which a configuration was tried out are nobody's.
pub async fn regions(db: &Db, from: Timestamp, limit: i64) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT region, COUNT(*) FROM messages
        WHERE id >= $1 AND connector_version > 0 GROUP BY region ORDER BY 2 DESC, 1 LIMIT $2";
    let rows = db.scan(SQL, vec![first_id(from).into(), limit.into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// How many events of each kind went well from one moment until before another.
pub async fn events(db: &Db, from: Timestamp, until: Timestamp) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT key, COUNT(*) FROM audit_events
        WHERE id >= $1 AND id < $2 AND error IS NULL GROUP BY key";
    let rows = db.scan(SQL, vec![first_id(from).into(), first_id(until).into()]).await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
}

/// Right and wrong codes since a moment, over all numbers.
pub async fn codes(db: &Db, from: Timestamp) -> Result<(i64, i64)> {
    const SQL: &str = "SELECT COALESCE(SUM(CASE WHEN error IS NULL THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN error = 'verification_code.code_mismatch' THEN 1 ELSE 0 END), 0)
        FROM audit_events WHERE id >= $1
            AND (key LIKE '%.PhoneVerificationCode.Submit' OR key = 'VerificationCode.Verified')";
    let rows = db.scan(SQL, vec![first_id(from).into()]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?, row.int(1)?)))
}
