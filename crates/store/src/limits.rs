//! The `limits` table: counters that survive restarts and are shared by all nodes.
use haoma_core::limits::Charge;
use haoma_core::time::Timestamp;

use crate::db::{Db, Error, Result};
use crate::value::Step;

/// What came of charging several counters at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charged {
    /// Every counter counted.
    Yes,
    /// One was full until then, and none counted.
    Full(Timestamp),
}

/// Charges all counters, or none when one is full.
pub async fn charge_all(db: &Db, charges: &[Charge], now: Timestamp) -> Result<Charged> {
    match db.unit(charges.iter().map(|one| charge(one, now)).collect()).await {
        Ok(_) => Ok(Charged::Yes),
        Err(Error::Unchanged { step }) => {
            let full = charges.get(step).map(|full| resets_at(db, &full.bucket));
            let until = match full {
                Some(read) => read.await?,
                None => None,
            };
            Ok(Charged::Full(until.unwrap_or(now)))
        }
        Err(error) => Err(error),
    }
}

/// Starts counters anew, after what they guard turned out to be right.
pub async fn clear(db: &Db, charges: &[Charge]) -> Result<()> {
    const SQL: &str = "DELETE FROM limits WHERE bucket = $1";
    let step = |charge: &Charge| Step::new(SQL, vec![charge.bucket.as_str().into()]);
    db.unit(charges.iter().map(step).collect()).await.map(drop)
}

/// Takes one off each counter, after what was counted turned out not to have happened.
pub async fn give_back(db: &Db, charges: &[Charge]) -> Result<()> {
    const SQL: &str = "UPDATE limits SET hits = hits - 1 WHERE bucket = $1 AND hits > 0";
    let step = |charge: &Charge| Step::new(SQL, vec![charge.bucket.as_str().into()]);
    db.unit(charges.iter().map(step).collect()).await.map(drop)
}

/// The conditional step of one charge (`must_change`): counts one more, or starts anew after `resets_at`, or changes nothing when full.
pub fn charge(charge: &Charge, now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)
        ON CONFLICT (bucket) DO UPDATE SET
            hits = CASE WHEN limits.resets_at <= $4 THEN 1 ELSE limits.hits + 1 END,
            resets_at = CASE WHEN limits.resets_at <= $4 THEN excluded.resets_at
                ELSE limits.resets_at END
        WHERE limits.resets_at <= $4 OR limits.hits < $3";
    let max = i64::from(charge.max.get());
    let params =
        vec![charge.bucket.as_str().into(), charge.resets_at.into(), max.into(), now.into()];
    Step::new(SQL, params).must_change()
}

/// The conditional step of something that happens only once until `resets_at` (`must_change`).
pub(crate) fn once((bucket, resets_at): (&str, Timestamp), now: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)
        ON CONFLICT (bucket) DO UPDATE SET resets_at = excluded.resets_at
        WHERE limits.resets_at <= $3";
    Step::new(SQL, vec![bucket.into(), resets_at.into(), now.into()]).must_change()
}

/// When a full counter starts anew.
pub async fn resets_at(db: &Db, bucket: &str) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT resets_at FROM limits WHERE bucket = $1";
    let rows = db.read(SQL, vec![bucket.into()]).await?;
    rows.first().map(|row| row.time(0)).transpose()
}
