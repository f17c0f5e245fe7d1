//! The `refusals` table: how much was refused, why and where. Figures to look at; no limit goes by them.
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::value::{Row, Step};

/// How long one slot is.
pub const SLOT_MS: i64 = 10 * 60 * 1000;
/// How long figures are kept: somewhat longer than the day that is looked at.
pub const KEPT_MS: i64 = 25 * 60 * 60 * 1000;
/// The reason under which stands from where it was asked.
pub const FROM: &str = "from";

/// What was refused for one reason at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why, or [`FROM`].
    pub reason: String,
    /// The country of the number, or the address that asked.
    pub place: String,
    /// How often.
    pub hits: i64,
}

/// Adds to what was counted in the slot of a moment.
pub async fn add(db: &Db, all: &[Refused], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO refusals (slot, reason, place, hits) VALUES ($1, $2, $3, $4)
        ON CONFLICT (slot, reason, place) DO UPDATE SET hits = refusals.hits + excluded.hits";
    let slot = now.0 - now.0.rem_euclid(SLOT_MS);
    let step = |one: &Refused| {
        let (reason, place) = (one.reason.as_str().into(), one.place.as_str().into());
        Step::new(SQL, vec![slot.into(), reason, place, one.hits.into()])
    };
    db.unit(all.iter().map(step).collect()).await.map(drop)
}

/// What was refused since a moment, by reason and country, the most first.
pub async fn list(db: &Db, since: Timestamp, (limit, offset): (i64, i64)) -> Result<Vec<Refused>> {
    const SQL: &str = "SELECT reason, place, CAST(SUM(hits) AS BIGINT) FROM refusals
        WHERE slot > $1 AND reason <> 'from'
        GROUP BY reason, place ORDER BY 3 DESC, 1, 2 LIMIT $2 OFFSET $3";
    read(db, SQL, since, (limit, offset)).await
}

/// From where it was asked for what was refused since a moment, the most first.
pub async fn list_origins(db: &Db, since: Timestamp, limit: i64) -> Result<Vec<Refused>> {
    const SQL: &str = "SELECT reason, place, CAST(SUM(hits) AS BIGINT) FROM refusals
        WHERE slot > $1 AND reason = 'from'
        GROUP BY reason, place ORDER BY 3 DESC, 1, 2 LIMIT $2 OFFSET $3";
    read(db, SQL, since, (limit, 0)).await
}

/// How much was refused since a moment, but for what was refused for this reason.
pub async fn sum(db: &Db, since: Timestamp, but: &str) -> Result<i64> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(hits), 0) AS BIGINT) FROM refusals
        WHERE slot > $1 AND reason <> 'from' AND reason <> $2";
    let rows = db.scan(SQL, vec![begin(since).into(), but.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// A slot that begins before a moment and ends after it is counted.
const fn begin(since: Timestamp) -> Timestamp {
    Timestamp(since.0 - SLOT_MS)
}

async fn read(
    db: &Db,
    sql: &'static str,
    since: Timestamp,
    (limit, offset): (i64, i64),
) -> Result<Vec<Refused>> {
    let params = vec![begin(since).into(), limit.into(), offset.into()];
    let one =
        |row: &Row| Ok(Refused { reason: row.text(0)?, place: row.text(1)?, hits: row.int(2)? });
    db.scan(sql, params).await?.iter().map(one).collect()
}
