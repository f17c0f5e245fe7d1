//! The `hook_deliveries` table: what each web-hook is to be told, committed with what happened, and what became of it.
use haoma_core::ids::{DeliveryId, HookId, UserId};
use haoma_core::time::Timestamp;

use crate::audit::{self, Event, shortened};
use crate::db::{Db, Result, changed};
use crate::limits;
use crate::value::{Row, Step};

/// Characters of an error that are kept.
const ERROR_CHARS: usize = 300;

/// Something one hook is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// Row id; travels with every request, so that a receiver knows what it has already.
    pub id: DeliveryId,
    /// Who is told.
    pub hook_id: HookId,
    /// The name of the event.
    pub event: &'static str,
    /// The user it is about, who is looked up when it is told.
    pub user_id: Option<UserId>,
    /// The rest of what is known of it, a JSON object, sealed for [`row_of`] this id.
    pub context_sealed: String,
    /// When it happened.
    pub at: Timestamp,
}

/// What became of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is still tried.
    Pending,
    /// The receiver answered well.
    Delivered,
    /// It was given up.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Delivered, Self::Failed];

    /// As in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }

    /// Reads [`Self::as_str`].
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> std::result::Result<Self, &'static str> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or("not a state")
    }
}

/// A delivery as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Row id.
    pub id: DeliveryId,
    /// Who is told.
    pub hook_id: HookId,
    /// The name of the event.
    pub event: String,
    /// The user it is about.
    pub user_id: Option<UserId>,
    /// Sealed for [`row_of`] this id.
    pub context_sealed: String,
    /// What became of it.
    pub state: State,
    /// Requests that were begun.
    pub tries: i64,
    /// When the next one is due.
    pub next_at: Option<Timestamp>,
    /// The HTTP status of the last answer.
    pub last_status: Option<i64>,
    /// Why the last request was not answered well.
    pub last_error: Option<String>,
    /// When the last request ended.
    pub last_tried_at: Option<Timestamp>,
    /// When it happened.
    pub created_at: Timestamp,
}

/// What the context of a delivery is sealed for.
pub fn row_of(id: &DeliveryId) -> String {
    format!("hook_deliveries/{id}")
}

/// The step that has a hook told, if it is there and enabled when the unit is carried out.
pub(crate) fn insert(new: &NewDelivery) -> Step {
    const SQL: &str = "INSERT INTO hook_deliveries
            (id, hook_id, event, user_id, context_sealed, next_at, created_at)
        SELECT $1, id, $3, $4, $5, $6, $6 FROM hooks WHERE id = $2 AND is_enabled = TRUE";
    let params = vec![
        new.id.as_str().into(),
        new.hook_id.as_str().into(),
        new.event.into(),
        new.user_id.as_ref().map(UserId::as_str).into(),
        new.context_sealed.as_str().into(),
        new.at.into(),
    ];
    Step::new(SQL, params)
}

/// Has hooks told of something that goes on, but only once until the counter of this name starts anew; `false` when they were told already.
pub async fn tell_once(
    db: &Db,
    counter: (&str, Timestamp),
    deliveries: &[NewDelivery],
    now: Timestamp,
) -> Result<bool> {
    let condition = limits::once(counter, now);
    changed(
        db.unit(std::iter::once(condition).chain(deliveries.iter().map(insert)).collect()).await,
    )
}

macro_rules! delivery_columns {
    () => {
        "id, hook_id, event, user_id, context_sealed, state, tries, next_at, last_status, last_error,
            last_tried_at, created_at"
    };
}
pub(crate) use delivery_columns;

/// What a hook is to be told now, longest due first, at most `limit`.
pub async fn list_due(db: &Db, hook: &HookId, now: Timestamp, limit: i64) -> Result<Vec<Delivery>> {
    const SQL: &str = concat!(
        "SELECT ",
        delivery_columns!(),
        " FROM hook_deliveries WHERE hook_id = $1 AND next_at <= $2 ORDER BY next_at LIMIT $3"
    );
    let params = vec![hook.as_str().into(), now.into(), limit.into()];
    db.read(SQL, params).await?.iter().map(delivery).collect()
}

/// Takes deliveries upon oneself until `lease`, after which another node may think that this one is gone. Only those come back that
/// nobody else was faster with, and whose hook is enabled.
pub async fn claim(db: &Db, due: Vec<Delivery>, lease: Timestamp) -> Result<Vec<Delivery>> {
    const SQL: &str = "UPDATE hook_deliveries SET next_at = $3, tries = tries + 1
        WHERE id = $1 AND next_at = $2 AND EXISTS (SELECT 1 FROM hooks
            WHERE hooks.id = hook_deliveries.hook_id AND hooks.is_enabled = TRUE)";
    let step = |one: &Delivery| {
        Step::new(SQL, vec![one.id.as_str().into(), one.next_at.into(), lease.into()])
    };
    let done = db.unit(due.iter().map(step).collect()).await?;
    let claimed = due.into_iter().zip(done).filter(|(_, done)| done.changed == 1);
    Ok(claimed.map(|(one, _)| Delivery { tries: one.tries + 1, ..one }).collect())
}

/// What came of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What became of the delivery.
    pub state: State,
    /// When it is tried again.
    pub next_at: Option<Timestamp>,
    /// The HTTP status of the answer.
    pub status: Option<i64>,
    /// Why it was not answered well.
    pub error: Option<String>,
    /// When that was known.
    pub at: Timestamp,
}

/// Stores what came of a request; `false` when the delivery was taken by another node meanwhile, or is gone.
pub async fn settle(db: &Db, claimed: &Delivery, outcome: &Outcome) -> Result<bool> {
    const SQL: &str = "UPDATE hook_deliveries SET state = $3, next_at = $4, last_status = $5,
            last_error = $6, last_tried_at = $7
        WHERE id = $1 AND tries = $2 AND state = 'pending'";
    let error = outcome.error.as_deref().map(|text| shortened(text, ERROR_CHARS));
    let params = vec![
        claimed.id.as_str().into(),
        claimed.tries.into(),
        outcome.state.as_str().into(),
        outcome.next_at.into(),
        outcome.status.into(),
        error.into(),
        outcome.at.into(),
    ];
    Ok(db.write(Step::new(SQL, params)).await?.changed == 1)
}

/// Tries a delivery anew that was given up or made, with the event that tells of it; `false` when it is gone or still tried.
pub async fn replay(db: &Db, (hook, id): (&HookId, &DeliveryId), event: &Event) -> Result<bool> {
    const SQL: &str = "UPDATE hook_deliveries SET state = 'pending', tries = 0, next_at = $3
        WHERE id = $1 AND hook_id = $2 AND state <> 'pending'";
    let params = vec![id.as_str().into(), hook.as_str().into(), event.at.into()];
    let again = Step::new(SQL, params).must_change();
    changed(db.unit(vec![again, audit::record(event)]).await)
}

/// Deliveries of a hook that were given up, oldest first from behind `after` on, at most `limit`.
pub async fn list_failed(
    db: &Db,
    hook: &HookId,
    after: Option<&DeliveryId>,
    limit: i64,
) -> Result<Vec<DeliveryId>> {
    const SQL: &str = "SELECT id FROM hook_deliveries
        WHERE hook_id = $1 AND state = 'failed' AND id > $2 ORDER BY id LIMIT $3";
    let after = after.map_or("", DeliveryId::as_str);
    let found = db.read(SQL, vec![hook.as_str().into(), after.into(), limit.into()]).await?;
    found.iter().map(|row| row.parse(0, DeliveryId::parse)).collect()
}

/// Tries those anew that were given up, from the first to the last of [`list_failed`], with the event that tells of it; `false` when
/// somebody else did.
pub async fn replay_failed(
    db: &Db,
    (hook, first, last): (&HookId, &DeliveryId, &DeliveryId),
    event: &Event,
) -> Result<bool> {
    const SQL: &str = "UPDATE hook_deliveries SET state = 'pending', tries = 0, next_at = $4
        WHERE hook_id = $1 AND state = 'failed' AND id >= $2 AND id <= $3";
    let params =
        vec![hook.as_str().into(), first.as_str().into(), last.as_str().into(), event.at.into()];
    let again = Step::new(SQL, params).must_change();
    changed(db.unit(vec![again, audit::record(event)]).await)
}

/// Deletes at most `batch` deliveries of a hook; how many. Call again while the answer is not 0.
pub async fn delete_of(db: &Db, hook: &HookId, batch: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM hook_deliveries WHERE id IN (SELECT id FROM hook_deliveries
        WHERE hook_id = $1 ORDER BY id LIMIT $2)";
    Ok(db.write(Step::new(SQL, vec![hook.as_str().into(), batch.into()])).await?.changed)
}

pub(crate) fn delivery(row: &Row) -> Result<Delivery> {
    Ok(Delivery {
        id: row.parse(0, DeliveryId::parse)?,
        hook_id: row.parse(1, HookId::parse)?,
        event: row.text(2)?,
        user_id: row.parse_opt(3, UserId::parse)?,
        context_sealed: row.text(4)?,
        state: row.parse(5, State::parse)?,
        tries: row.int(6)?,
        next_at: row.opt_time(7)?,
        last_status: row.opt_int(8)?,
        last_error: row.opt_text(9)?,
        last_tried_at: row.opt_time(10)?,
        created_at: row.time(11)?,
    })
}
