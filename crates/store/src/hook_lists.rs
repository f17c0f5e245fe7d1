//! Lists of the `hook_deliveries` table, and how a hook fares.
use haoma_core::ids::{DeliveryId, HookId};
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::hook_deliveries::{Delivery, delivery, delivery_columns};
use crate::keyset::{Ask, List, Order, Page, Place, first_id, page};

const ALL: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND id >= $2 AND id < $3
            ORDER BY id DESC LIMIT $4"
    ),
    up: concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND id > $2 AND id <= $3 ORDER BY id LIMIT $4"
    ),
    edges: None,
};

const FAILED: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND state = 'failed' AND id >= $2 AND id < $3
            ORDER BY id DESC LIMIT $4"
    ),
    up: concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND state = 'failed' AND id > $2 AND id <= $3
            ORDER BY id LIMIT $4"
    ),
    edges: None,
};

/// A page of what a hook is told, newest first; only what was given up where that is asked for.
pub async fn list(
    db: &Db,
    hook: &HookId,
    is_failed: bool,
    place: &Place,
    size: i64,
) -> Result<Page<Delivery>> {
    let list = if is_failed { &FAILED } else { &ALL };
    let narrow = vec![hook.as_str().into()];
    let ask = Ask { between: (None, None), place, size, looks: None, narrow };
    page(db, list, ask).await?.read(delivery)
}

/// One delivery of a hook.
pub async fn find(db: &Db, hook: &HookId, id: &DeliveryId) -> Result<Option<Delivery>> {
    const SQL: &str = concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE id = $1 AND hook_id = $2"
    );
    let rows = db.read(SQL, vec![id.as_str().into(), hook.as_str().into()]).await?;
    rows.first().map(delivery).transpose()
}

/// What happened after `since` and was tried, newest first, at most `limit` after the first `offset`.
pub async fn list_tried(
    db: &Db,
    hook: &HookId,
    since: Timestamp,
    (limit, offset): (i64, i64),
) -> Result<Vec<Delivery>> {
    const SQL: &str = concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND id >= $2 AND last_tried_at IS NOT NULL
            ORDER BY id DESC LIMIT $3 OFFSET $4"
    );
    let params = vec![hook.as_str().into(), first_id(since).into(), limit.into(), offset.into()];
    db.scan(SQL, params).await?.iter().map(delivery).collect()
}

/// How a hook fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Deliveries that were tried.
    pub tried: i64,
    /// Of them, those that were made.
    pub delivered: i64,
    /// Of them, those that were given up.
    pub failed: i64,
    /// What is still to be told, tried or not.
    pub pending: i64,
}

/// How a hook fares with what happened after `since`.
pub async fn health(db: &Db, hook: &HookId, since: Timestamp) -> Result<Health> {
    const SQL: &str = "SELECT
            COALESCE(SUM(CASE WHEN last_tried_at IS NOT NULL THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN state = 'delivered' THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), 0),
            COALESCE(SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0)
        FROM hook_deliveries WHERE hook_id = $1 AND id >= $2";
    let rows = db.scan(SQL, vec![hook.as_str().into(), first_id(since).into()]).await?;
    let Some(row) = rows.first() else { return Ok(Health::default()) };
    Ok(Health {
        tried: row.int(0)?,
        delivered: row.int(1)?,
        failed: row.int(2)?,
        pending: row.int(3)?,
    })
}

/// Whether something a hook was to be told was given up, however long ago.
pub async fn has_failed(db: &Db, hook: &HookId) -> Result<bool> {
    const SQL: &str = "SELECT id FROM hook_deliveries WHERE hook_id = $1 AND state = 'failed'
        ORDER BY id LIMIT 1";
    Ok(!db.read(SQL, vec![hook.as_str().into()]).await?.is_empty())
}
