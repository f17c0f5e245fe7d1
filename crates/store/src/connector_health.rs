//! The `connector_health` table: what is known against a connector, so that it is told once that it fails, and that it sends again. A connector
//! that works has no row.
use haoma_core::ids::ConnectorId;
use haoma_core::time::Timestamp;

use crate::db::{Db, Result, changed};
use crate::hook_deliveries::{self, NewDelivery};
use crate::value::Step;

/// Whether hooks were told that a connector fails; `None` when nothing is known against it.
pub async fn is_failing(db: &Db, id: &ConnectorId) -> Result<Option<bool>> {
    const SQL: &str = "SELECT is_failing FROM connector_health WHERE connector_id = $1";
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(|row| row.bool(0)).transpose()
}

/// Counts a message that the provider did not answer; how many they are without an answer in between.
pub async fn count_silence(db: &Db, id: &ConnectorId, now: Timestamp) -> Result<i64> {
    const SQL: &str = "INSERT INTO connector_health
            (connector_id, silences, is_failing, remind_at, failed_at) VALUES ($1, 1, FALSE, $2, $2)
        ON CONFLICT (connector_id) DO UPDATE SET
            silences = connector_health.silences + 1, failed_at = excluded.failed_at
        RETURNING silences";
    let done = db.write(Step::new(SQL, vec![id.as_str().into(), now.into()])).await?;
    done.rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The provider answered something that is not about the connector: silences are counted anew.
pub async fn answered(db: &Db, id: &ConnectorId) -> Result<()> {
    const SQL: &str = "DELETE FROM connector_health WHERE connector_id = $1 AND is_failing = FALSE";
    db.write(Step::new(SQL, vec![id.as_str().into()])).await.map(drop)
}

/// Has hooks told that a connector fails, but only once until `remind_at`; `false` when they were told already.
pub async fn fails(
    db: &Db,
    id: &ConnectorId,
    (now, remind_at): (Timestamp, Timestamp),
    deliveries: &[NewDelivery],
) -> Result<bool> {
    const SQL: &str = "INSERT INTO connector_health
            (connector_id, silences, is_failing, remind_at, failed_at) VALUES ($1, 0, TRUE, $3, $2)
        ON CONFLICT (connector_id) DO UPDATE SET
            is_failing = TRUE, remind_at = excluded.remind_at, failed_at = excluded.failed_at
        WHERE connector_health.is_failing = FALSE OR connector_health.remind_at <= $2";
    let params = vec![id.as_str().into(), now.into(), remind_at.into()];
    told(db, Step::new(SQL, params), deliveries).await
}

/// Has hooks told that a connector sends again of which [`fails`] told; `false` when it did not.
pub async fn works(db: &Db, id: &ConnectorId, deliveries: &[NewDelivery]) -> Result<bool> {
    const SQL: &str = "DELETE FROM connector_health WHERE connector_id = $1 AND is_failing = TRUE";
    told(db, Step::new(SQL, vec![id.as_str().into()]), deliveries).await
}

async fn told(db: &Db, condition: Step, deliveries: &[NewDelivery]) -> Result<bool> {
    let deliveries = deliveries.iter().map(hook_deliveries::insert);
    changed(db.unit(std::iter::once(condition.must_change()).chain(deliveries).collect()).await)
}
