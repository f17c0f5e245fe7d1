//! The `verification_records` table: numbers that somebody who is signed in proves, to change their account. A record counts for its
//! user and its use, for some minutes, and is used up by the change.
use haoma_core::ids::{PasscodeId, SessionId, UserId, VerificationId};
use haoma_core::limits::LimitKind;
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;
use haoma_core::usage_type::UsageType;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::limits::Credits;
use crate::notices::{self, NewNotice};
use crate::passcodes;
use crate::sessions;
use crate::test_accounts;
use crate::told::Told;
use crate::users::with_trunk_zero;
use crate::value::{Row, Step};

/// One row: with a number that was just parsed on its way in, as stored on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<Phone = PhoneNumber> {
    /// Changes with every message.
    pub id: VerificationId,
    /// Whose.
    pub user_id: UserId,
    /// The number exactly as the client wrote it; compared literally.
    pub identifier: String,
    /// The same number, parsed.
    pub phone: Phone,
    /// What it is proved for.
    pub usage_type: UsageType,
    /// The passcode it is judged by.
    pub passcode_id: PasscodeId,
    /// When the code stops working.
    pub code_expires_at: Timestamp,
    /// When the next message may be asked for.
    pub resend_at: Timestamp,
    /// When the right code was given.
    pub verified_at: Option<Timestamp>,
    /// When it counts no more.
    pub expires_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
}

/// A record as stored.
pub type Stored = Record<PhoneDigits>;

/// The step of a new one, to ride in the unit of its message.
pub(crate) fn insert(record: &Record) -> Step {
    const SQL: &str =
        "INSERT INTO verification_records (id, user_id, identifier, phone, usage_type, passcode_id,
            code_expires_at, resend_at, expires_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let params = vec![
        record.id.as_str().into(),
        record.user_id.as_str().into(),
        record.identifier.as_str().into(),
        record.phone.digits().into(),
        record.usage_type.as_str().into(),
        record.passcode_id.as_str().into(),
        record.code_expires_at.into(),
        record.resend_at.into(),
        record.expires_at.into(),
        record.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// The step that forgets one that no message was sent for.
pub(crate) fn forget(id: &VerificationId) -> Step {
    const SQL: &str = "DELETE FROM verification_records WHERE id = $1 AND verified_at IS NULL";
    Step::new(SQL, vec![id.as_str().into()])
}

/// A user's record that still counts.
pub async fn find(
    db: &Db,
    (user, id): (&UserId, &VerificationId),
    now: Timestamp,
) -> Result<Option<Stored>> {
    const SQL: &str = "SELECT id, user_id, identifier, phone, usage_type, passcode_id,
            code_expires_at, resend_at, verified_at, expires_at, created_at
        FROM verification_records WHERE id = $1 AND user_id = $2 AND expires_at > $3";
    let params = vec![id.as_str().into(), user.as_str().into(), now.into()];
    db.read(SQL, params).await?.first().map(record).transpose()
}

fn record(row: &Row) -> Result<Stored> {
    Ok(Record {
        id: row.parse(0, VerificationId::parse)?,
        user_id: row.parse(1, UserId::parse)?,
        identifier: row.text(2)?,
        phone: row.parse(3, PhoneDigits::from_stored)?,
        usage_type: row.parse(4, |text| UsageType::parse(text).ok_or("not a use"))?,
        passcode_id: row.parse(5, PasscodeId::parse)?,
        code_expires_at: row.time(6)?,
        resend_at: row.time(7)?,
        verified_at: row.opt_time(8)?,
        expires_at: row.time(9)?,
        created_at: row.time(10)?,
    })
}

/// Spends the code of a record and marks it verified, both or neither; `false` when the code was spent or the record is gone. A fixed code
/// verifies no new number: who only knows the code does not have the number.
pub async fn verify(
    db: &Db,
    (record, passcode): (&VerificationId, &PasscodeId),
    event: &Event,
    credits: &Credits,
) -> Result<bool> {
    const SQL: &str = "UPDATE verification_records SET verified_at = $2
        WHERE id = $1 AND verified_at IS NULL AND expires_at > $2
            AND (usage_type <> 'BindNewIdentifier' OR NOT EXISTS (SELECT 1 FROM passcodes
                WHERE passcodes.id = verification_records.passcode_id
                    AND passcodes.test_number_id IS NOT NULL))";
    let mark = Step::new(SQL, vec![record.as_str().into(), event.at.into()]).must_change();
    let mut steps = credits.steps(event.at);
    steps.extend([passcodes::spend(passcode, event.at), mark, audit::record(event)]);
    changed(db.unit(steps).await)
}

/// A change of somebody's number, with what proves that it may be made.
#[derive(Debug, Clone)]
pub struct PhoneChange<'a> {
    /// Whose.
    pub user: &'a UserId,
    /// The record of the number they have.
    pub proof: &'a VerificationId,
    /// The number they have, as that record has it.
    pub old: &'a PhoneNumber,
    /// The proof must have been verified after this.
    pub proved_after: Timestamp,
    /// The record of the new number.
    pub record: &'a VerificationId,
    /// The new number.
    pub new: &'a PhoneNumber,
    /// The session that stays, where all others end. Of an account that fixed codes opened none stays.
    pub only_session: Option<&'a SessionId>,
    /// What the number they have is told.
    pub notice: Option<&'a NewNotice>,
}

/// What came of a [`PhoneChange`]; all but the first changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneChanged {
    /// The number is another, and both records are used up.
    Done,
    /// The number they have is not proved, or not recently enough.
    NotProved,
    /// The new number is not verified.
    NotVerified,
    /// The new number is somebody's, or the user is gone or locked.
    Taken,
    /// The notice has no room: nobody is told, or the change waits.
    NoticeLimited(LimitKind),
}

/// Changes a number: both records are used up, the number becomes the new one and the notice is meant, or nothing happens.
pub async fn change_phone(
    db: &Db,
    change: &PhoneChange<'_>,
    told: impl Into<Told<'_>>,
) -> Result<PhoneChanged> {
    const PROOF: &str = "DELETE FROM verification_records
        WHERE id = $1 AND user_id = $2 AND phone = $3 AND usage_type = 'UserPermissionValidation'
            AND verified_at > $4 AND expires_at > $5
            AND EXISTS (SELECT 1 FROM users WHERE id = $2 AND (phone = $3 OR phone = $6))";
    const NEW: &str = "DELETE FROM verification_records
        WHERE id = $1 AND user_id = $2 AND phone = $3 AND usage_type = 'BindNewIdentifier'
            AND verified_at IS NOT NULL AND expires_at > $4";
    const CHANGE: &str = "UPDATE users SET phone = $2, is_test = FALSE, updated_at = $3
        WHERE id = $1 AND is_locked = FALSE
            AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.phone = $4 AND other.id <> $1)";
    let told = told.into();
    let (user, now) = (change.user.as_str(), told.at());
    let proof = vec![
        change.proof.as_str().into(),
        user.into(),
        change.old.digits().into(),
        change.proved_after.into(),
        now.into(),
        with_trunk_zero(change.old).into(),
    ];
    let new =
        vec![change.record.as_str().into(), user.into(), change.new.digits().into(), now.into()];
    let number = vec![
        user.into(),
        change.new.digits().into(),
        now.into(),
        with_trunk_zero(change.new).into(),
    ];
    let mut steps = notices::charges(change.notice, now);
    steps.extend([Step::new(PROOF, proof).must_change(), Step::new(NEW, new).must_change()]);
    // a message proved the new number, also where it is the one they have: nothing of what fixed codes opened stays, whatever is kept
    steps.extend(test_accounts::end_with_number(change.user, None, now));
    steps.push(Step::new(CHANGE, number).must_change());
    if let Some(session) = change.only_session {
        steps.extend(sessions::delete_others(change.user, session, now));
    }
    steps.extend(notices::steps(change.notice));
    steps.extend(told.steps());
    match db.unit(steps).await {
        Ok(_) => Ok(PhoneChanged::Done),
        Err(Error::Unchanged { step }) => Ok(match notices::full(change.notice, step) {
            Ok(kind) => PhoneChanged::NoticeLimited(kind),
            Err(0) => PhoneChanged::NotProved,
            Err(1) => PhoneChanged::NotVerified,
            Err(_) => PhoneChanged::Taken,
        }),
        Err(Error::Conflict(rule)) if rule.contains("phone") => Ok(PhoneChanged::Taken),
        Err(error) => Err(error),
    }
}
