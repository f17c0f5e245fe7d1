//! The `passcodes` table: tries and expiry of codes that are never stored.
use haoma_core::ids::{InteractionId, PasscodeId, UserId};
use haoma_core::limits::Charge;
use haoma_core::passcode::PasscodeState;
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::interactions::{self, Save};
use crate::limits::{self, Credits, Full};
use crate::value::{Row, Step};

/// Where a passcode works, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// In one walk through the pages.
    Interaction(InteractionId),
    /// For a user who changes their account: one at a time for a number and a use.
    User {
        /// Who.
        id: UserId,
        /// Guesses the one before allowed: while it takes any, it is not replaced.
        max_attempts: i64,
    },
    /// For programs that ask for it by number: one at a time for a number and a use.
    Number {
        /// Guesses the one before allowed: while it takes any, it is not replaced.
        max_attempts: i64,
    },
}

/// A passcode about to be sent.
#[derive(Debug, Clone)]
pub struct NewPasscode {
    /// Row id, an input of the code.
    pub id: PasscodeId,
    /// Where it works.
    pub owner: Owner,
    /// `haoma_core::limits::number_id` of the number.
    pub number_id: String,
    /// What for.
    pub usage_type: UsageType,
    /// The counters that take its message off again when the code is right; a walk keeps its own.
    pub charged: Vec<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

/// The step of a fresh code, to ride in the unit of its message. A fixed code may be replaced while it lives: it is the same one again, or its
/// number became somebody's.
pub(crate) fn insert(passcode: &NewPasscode) -> Step {
    const OF_WALK: &str = "INSERT INTO passcodes
            (id, number_id, usage_type, expires_at, created_at, interaction_id)
        VALUES ($1, $2, $3, $4, $5, $6)";
    const OF_NUMBER: &str = "INSERT INTO passcodes
            (id, number_id, usage_type, expires_at, created_at, charged)
        VALUES ($1, $2, $3, $4, $5, $7)
        ON CONFLICT (number_id, usage_type) WHERE interaction_id IS NULL AND user_id IS NULL
        DO UPDATE SET
            id = excluded.id, attempts = 0, sends = 1, expires_at = excluded.expires_at,
            test_number_id = NULL, consumed_at = NULL, created_at = excluded.created_at,
            charged = excluded.charged
        WHERE passcodes.consumed_at IS NOT NULL OR passcodes.expires_at <= $5
            OR passcodes.attempts >= $6 OR passcodes.test_number_id IS NOT NULL";
    const OF_USER: &str = "INSERT INTO passcodes
            (id, number_id, usage_type, expires_at, created_at, charged, user_id)
        VALUES ($1, $2, $3, $4, $5, $7, $8)
        ON CONFLICT (user_id, number_id, usage_type) WHERE user_id IS NOT NULL
        DO UPDATE SET
            id = excluded.id, attempts = 0, sends = 1, expires_at = excluded.expires_at,
            test_number_id = NULL, consumed_at = NULL, created_at = excluded.created_at,
            charged = excluded.charged
        WHERE passcodes.consumed_at IS NOT NULL OR passcodes.expires_at <= $5
            OR passcodes.attempts >= $6 OR passcodes.test_number_id IS NOT NULL";
    let mut params = vec![
        passcode.id.as_str().into(),
        passcode.number_id.as_str().into(),
        passcode.usage_type.as_str().into(),
        passcode.expires_at.into(),
        passcode.created_at.into(),
    ];
    match &passcode.owner {
        Owner::Interaction(id) => {
            params.push(id.as_str().into());
            Step::new(OF_WALK, params)
        }
        Owner::User { id, max_attempts } => {
            params.extend([(*max_attempts).into(), lines(&passcode.charged).into()]);
            params.push(id.as_str().into());
            Step::new(OF_USER, params).must_change()
        }
        Owner::Number { max_attempts } => {
            params.extend([(*max_attempts).into(), lines(&passcode.charged).into()]);
            Step::new(OF_NUMBER, params).must_change()
        }
    }
}

/// The conditional step of sending a code again (`must_change`): it must still be live.
pub(crate) fn repeat(
    (id, charged): (&PasscodeId, &[String]),
    now: Timestamp,
    max_attempts: i64,
) -> Step {
    const SQL: &str = "UPDATE passcodes SET sends = sends + 1, charged = charged || $4
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
            AND test_number_id IS NULL";
    let params = vec![id.as_str().into(), now.into(), max_attempts.into(), lines(charged).into()];
    Step::new(SQL, params).must_change()
}

/// Names as they are stored, each with the end of its line.
fn lines(names: &[String]) -> String {
    names.iter().flat_map(|name| [name, "\n"]).collect()
}

/// What came of charging a guess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It counts, and may be judged.
    Yes,
    /// The code takes none any more: spent, expired or guessed out; or it is a test number's ([`crate::test_numbers::charge`]).
    Gone,
    /// A counter is full; the guess took none of the code's tries.
    Full(Full),
}

/// Counts a guess before it is judged: against the code, and against every counter, or against none of them.
pub async fn charge(
    db: &Db,
    (id, max_attempts): (&PasscodeId, i64),
    charges: &[Charge],
    now: Timestamp,
) -> Result<Tried> {
    const SQL: &str = "UPDATE passcodes SET attempts = attempts + 1
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
            AND test_number_id IS NULL";
    let params = vec![id.as_str().into(), now.into(), max_attempts.into()];
    charged(db, charges, Step::new(SQL, params).must_change(), now).await
}

/// Counts a guess against every counter and, by this step, against the code; or against none of them.
pub(crate) async fn charged(
    db: &Db,
    charges: &[Charge],
    of_code: Step,
    now: Timestamp,
) -> Result<Tried> {
    let mut steps: Vec<_> = limits::charges(charges, now).collect();
    steps.push(of_code);
    match db.unit(steps).await {
        Ok(_) => Ok(Tried::Yes),
        Err(Error::Unchanged { step }) => match charges.get(step) {
            Some(full) => Ok(Tried::Full(limits::fullness(db, full, now).await?)),
            None => Ok(Tried::Gone),
        },
        Err(error) => Err(error),
    }
}

/// The steps after a message that surely did not go out: a code that nobody was sent takes no guess, and one that was sent before
/// counts one message less, and what that one was charged to.
pub(crate) fn not_sent(id: &PasscodeId, charged: &[String]) -> [Step; 2] {
    const FEWER: &str = "UPDATE passcodes SET sends = sends - 1,
            charged = SUBSTR(charged, 1, LENGTH(charged) - LENGTH(CAST($2 AS TEXT)))
        WHERE id = $1";
    const NONE: &str = "DELETE FROM passcodes WHERE id = $1 AND sends < 1";
    [
        Step::new(FEWER, vec![id.as_str().into(), lines(charged).into()]),
        Step::new(NONE, vec![id.as_str().into()]),
    ]
}

/// How a passcode stands.
pub async fn find(db: &Db, id: &PasscodeId) -> Result<Option<PasscodeState>> {
    const SQL: &str = "SELECT attempts, expires_at, consumed_at FROM passcodes WHERE id = $1";
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(state).transpose()
}

fn state(row: &Row) -> Result<PasscodeState> {
    Ok(PasscodeState {
        attempts: row.int(0)?,
        expires_at: row.time(1)?,
        is_consumed: row.opt_time(2)?.is_some(),
    })
}

/// The newest code of a number, where there is one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfNumber {
    /// Its row.
    pub id: PasscodeId,
    /// How it stands.
    pub state: PasscodeState,
    /// Messages that carried it.
    pub sends: i64,
    /// The counters that take these messages off again when the code is right.
    pub charged: Vec<String>,
    /// Judged by a fixed code, and repeated by no message.
    pub is_test: bool,
}

/// The newest code that programs asked for by number, of this use.
pub async fn find_of_number(
    db: &Db,
    number_id: &str,
    usage_type: UsageType,
) -> Result<Option<OfNumber>> {
    const SQL: &str = "SELECT attempts, expires_at, consumed_at, id, sends, charged, test_number_id
        FROM passcodes
        WHERE number_id = $1 AND usage_type = $2 AND interaction_id IS NULL AND user_id IS NULL";
    let rows = db.read(SQL, vec![number_id.into(), usage_type.as_str().into()]).await?;
    rows.first().map(of_number).transpose()
}

/// The newest code of a number that a user asked for to change their account, of this use.
pub async fn find_of_user(
    db: &Db,
    user: &UserId,
    (number_id, usage_type): (&str, UsageType),
) -> Result<Option<OfNumber>> {
    const SQL: &str = "SELECT attempts, expires_at, consumed_at, id, sends, charged, test_number_id
        FROM passcodes
        WHERE user_id = $1 AND number_id = $2 AND usage_type = $3";
    let params = vec![user.as_str().into(), number_id.into(), usage_type.as_str().into()];
    db.read(SQL, params).await?.first().map(of_number).transpose()
}

fn of_number(row: &Row) -> Result<OfNumber> {
    let charged = row.text(5)?.lines().map(str::to_owned).collect();
    let (id, sends) = (row.parse(3, PasscodeId::parse)?, row.int(4)?);
    let is_test = row.opt_text(6)?.is_some();
    Ok(OfNumber { id, state: state(row)?, sends, charged, is_test })
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
    credits: &Credits,
) -> Result<Spent> {
    let mut steps = credits.steps(now);
    let spending = steps.len();
    steps.extend([spend(id, now), interactions::save_step(save)]);
    steps.extend(event.map(audit::record));
    match db.unit(steps).await {
        Ok(_) => Ok(Spent::Done),
        Err(Error::Unchanged { step }) if step == spending => Ok(Spent::Already),
        Err(Error::Unchanged { .. }) => Ok(Spent::Stale),
        Err(error) => Err(error),
    }
}

/// Spends a code that no walk waits for; `false` when somebody else spent it first, or it expired.
pub async fn consume_alone(
    db: &Db,
    id: &PasscodeId,
    now: Timestamp,
    event: &Event,
    credits: &Credits,
) -> Result<bool> {
    let mut steps = credits.steps(now);
    steps.extend([spend(id, now), audit::record(event)]);
    changed(db.unit(steps).await)
}

/// The conditional step of spending a code (`must_change`).
pub(crate) fn spend(id: &PasscodeId, now: Timestamp) -> Step {
    const SQL: &str = "UPDATE passcodes SET consumed_at = $2
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2";
    Step::new(SQL, vec![id.as_str().into(), now.into()]).must_change()
}
