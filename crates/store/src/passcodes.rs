//! The `passcodes` table: tries and expiry of codes that are never stored.
use haoma_core::ids::{InteractionId, PasscodeId};
use haoma_core::passcode::PasscodeState;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::interactions::{self, Save};
use crate::value::{Row, Step};

/// A passcode about to be sent.
#[derive(Debug, Clone)]
pub struct NewPasscode {
    /// Row id, an input of the code.
    pub id: PasscodeId,
    /// The only interaction it works in.
    pub interaction_id: InteractionId,
    /// `haoma_core::limits::number_id` of the number.
    pub number_id: String,
    /// What for.
    pub usage_type: UsageType,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

/// The step of a fresh code, to ride in the unit of its message.
pub(crate) fn insert(passcode: &NewPasscode) -> Step {
    const SQL: &str = "INSERT INTO passcodes
            (id, interaction_id, number_id, usage_type, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let params = vec![
        passcode.id.as_str().into(),
        passcode.interaction_id.as_str().into(),
        passcode.number_id.as_str().into(),
        passcode.usage_type.as_str().into(),
        passcode.expires_at.into(),
        passcode.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// The conditional step of sending a code again (`must_change`): it must still be live.
pub(crate) fn repeat(id: &PasscodeId, now: Timestamp, max_attempts: i64) -> Step {
    const SQL: &str = "UPDATE passcodes SET sends = sends + 1
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3";
    Step::new(SQL, vec![id.as_str().into(), now.into(), max_attempts.into()]).must_change()
}

/// Counts a guess before it is judged; `false` when the code takes none any more: spent, expired or guessed out.
pub async fn charge(db: &Db, id: &PasscodeId, now: Timestamp, max_attempts: i64) -> Result<bool> {
    const SQL: &str = "UPDATE passcodes SET attempts = attempts + 1
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3";
    let params = vec![id.as_str().into(), now.into(), max_attempts.into()];
    Ok(db.write(Step::new(SQL, params)).await?.changed == 1)
}

/// How a passcode stands.
pub async fn find(db: &Db, id: &PasscodeId) -> Result<Option<PasscodeState>> {
    const SQL: &str = "SELECT attempts, expires_at, consumed_at FROM passcodes WHERE id = $1";
    let state = |row: &Row| {
        Ok(PasscodeState {
            attempts: row.int(0)?,
            expires_at: row.time(1)?,
            is_consumed: row.opt_time(2)?.is_some(),
        })
    };
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(state).transpose()
}

/// What came of spending a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spent {
    /// Spent, and the walk knows it is verified.
    Done,
    /// Somebody else spent it first, or it expired.
    Already,
    /// The walk changed in between: read it again.
    Stale,
}

/// Spends a code and stores the walk's verified state, both or neither.
pub async fn consume(
    db: &Db,
    id: &PasscodeId,
    now: Timestamp,
    save: &Save<'_>,
    event: Option<&Event>,
) -> Result<Spent> {
    const SQL: &str = "UPDATE passcodes SET consumed_at = $2
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2";
    let spend = Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change();
    let mut steps = vec![spend, interactions::save_step(save)];
    steps.extend(event.map(audit::record));
    match db.unit(steps).await {
        Ok(_) => Ok(Spent::Done),
        Err(Error::Unchanged { step: 0 }) => Ok(Spent::Already),
        Err(Error::Unchanged { .. }) => Ok(Spent::Stale),
        Err(error) => Err(error),
    }
}
