//! Deletes what has expired, in batches small enough that nobody waits for them.
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::refusals::KEPT_MS;
use crate::value::Step;

/// How far back things are kept that do not expire by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Messages made before this go.
    pub messages: Timestamp,
    /// Audit events from before this go.
    pub audit_events: Timestamp,
    /// Passcodes and authorization codes that expired before this go. They are kept a while: a late
    /// guess still hears "expired", and a code used again still revokes what it gave (RFC 9700, section 4.5).
    pub expired_codes: Timestamp,
    /// What web-hooks were told, or were to be told, of what happened before this goes.
    pub hook_deliveries: Timestamp,
    /// Connectors deleted before this go, with what they held of somebody's account.
    pub deleted_connectors: Timestamp,
}

/// Rows whose lives differ have an index on their end. Tokens go before grants: a batch then never drags a long
/// tail along.
const EXPIRED: [&str; 3] = [
    "DELETE FROM sending_rules WHERE id IN (SELECT id FROM sending_rules
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM refresh_tokens WHERE id IN (SELECT id FROM refresh_tokens
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
    "DELETE FROM grants WHERE id IN (SELECT id FROM grants
        WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
];

/// Figures that nobody looks at any more: few, so all of a slot at once.
const REFUSALS: &str = "DELETE FROM refusals WHERE slot <= $1 AND CAST($2 AS BIGINT) > 0";

/// Rows of a table that all live equally long, and whose ids begin with their time: the oldest lead the primary
/// key, and every sign-in is spared an index.
const ALIKE: [&str; 7] = [
    "DELETE FROM verification_records WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM verification_records WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM pushed_requests WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM pushed_requests WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM administrator_sessions WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM administrator_sessions WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM administrator_links WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM administrator_links WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM access_tokens WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM access_tokens WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM interactions WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM interactions WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM sessions WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM sessions WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
];
const CODES: [&str; 2] = [
    "DELETE FROM authorization_codes WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM authorization_codes WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
    "DELETE FROM passcodes WHERE id IN (SELECT id FROM
        (SELECT id, expires_at FROM passcodes WHERE id > '' ORDER BY id LIMIT $2) AS oldest
        WHERE expires_at <= $1)",
];
const MESSAGES: &str = "DELETE FROM messages WHERE id IN (SELECT id FROM
    (SELECT id, created_at FROM messages WHERE id > '' ORDER BY id LIMIT $2) AS oldest
    WHERE created_at < $1)";
const AUDIT_EVENTS: &str = "DELETE FROM audit_events WHERE id IN (SELECT id FROM
    (SELECT id, created_at FROM audit_events WHERE id > '' ORDER BY id LIMIT $2) AS oldest
    WHERE created_at < $1)";
const HOOK_DELIVERIES: &str = "DELETE FROM hook_deliveries WHERE id IN (SELECT id FROM
    (SELECT id, created_at FROM hook_deliveries WHERE id > '' ORDER BY id LIMIT $2) AS oldest
    WHERE created_at < $1)";
/// Of connectors that are gone for good.
const CONNECTOR_HEALTH: &str = "DELETE FROM connector_health WHERE connector_id IN
    (SELECT connector_id FROM connector_health WHERE failed_at <= $1
        AND connector_id NOT IN (SELECT id FROM connectors) LIMIT $2)";
const CONNECTORS: &str = "DELETE FROM connectors WHERE id IN (SELECT id FROM connectors
    WHERE deleted_at <= $1 LIMIT $2)";

/// How far a walk through the counters came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walked {
    /// Rows that went.
    pub gone: u64,
    /// Where to go on; at the end of the table from its begin.
    pub next: Option<String>,
}

/// Deletes those of the next `batch` counters after `from` that ended by `before`. They lie in the order of their names, and have no
/// index on their ends: it would cost every message more than this walk.
pub async fn counters(db: &Db, from: &str, before: Timestamp, batch: i64) -> Result<Walked> {
    const PAGE: &str = "SELECT MAX(bucket), COUNT(*) FROM
        (SELECT bucket FROM limits WHERE bucket > $1 ORDER BY bucket LIMIT $2) AS page";
    const SQL: &str = "DELETE FROM limits WHERE bucket > $1 AND bucket <= $2 AND resets_at <= $3";
    let rows = db.read(PAGE, vec![from.into(), batch.into()]).await?;
    let Some(row) = rows.first() else { return Ok(Walked::default()) };
    let Some(last) = row.opt_text(0)? else { return Ok(Walked::default()) };
    let params = vec![from.into(), last.as_str().into(), before.into()];
    let gone = db.write(Step::new(SQL, params)).await?.changed;
    Ok(Walked { gone, next: Some(last).filter(|_| row.int(1).is_ok_and(|count| count >= batch)) })
}

/// Deletes at most `batch` rows of each table; how many went. Call again while the answer is not 0.
pub async fn purge(db: &Db, now: Timestamp, retention: Retention, batch: i64) -> Result<u64> {
    let mut gone = 0;
    let kept = [
        (MESSAGES, retention.messages),
        (AUDIT_EVENTS, retention.audit_events),
        (HOOK_DELIVERIES, retention.hook_deliveries),
        (CONNECTORS, retention.deleted_connectors),
        (CONNECTOR_HEALTH, retention.deleted_connectors),
        (REFUSALS, now.plus_millis(-KEPT_MS)),
    ];
    let codes = CODES.map(|sql| (sql, retention.expired_codes));
    let expired = EXPIRED.map(|sql| (sql, now));
    let alike = ALIKE.map(|sql| (sql, now));
    for (sql, before) in codes.into_iter().chain(alike).chain(expired).chain(kept) {
        let step = Step::new(sql, vec![before.into(), batch.into()]);
        gone += db.write(step).await?.changed;
    }
    Ok(gone)
}
