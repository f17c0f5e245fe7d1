//! The `test_numbers` table: numbers that nothing is sent to. None was ever asked for a code by a real person, and no account but those
//! made with one is opened by one: both are conditions of the statements themselves.
use haoma_core::ids::{PasscodeId, TestNumberId};
use haoma_core::limits::Charge;
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::deadline::Deadline;
use crate::interactions::{self, Save};
use crate::keyset::{self, Ask, List, Order, Page, Place};
use crate::limits;
use crate::messages::{Code, Intended};
use crate::passcodes::{self, Tried};
use crate::test_accounts;
use crate::users::with_trunk_zero;
use crate::value::{Row, Step};
use crate::verification_records::{self, Record};
use crate::wrong_codes;

/// A number that belongs to no account but one that was made with it.
macro_rules! of_nobody {
    () => {
        "NOT EXISTS (SELECT 1 FROM users WHERE users.is_test = FALSE
            AND (users.phone = test_numbers.phone OR users.phone = test_numbers.phone_with_zero))"
    };
}
pub(crate) use of_nobody;

/// The columns of [`TestNumber`].
macro_rules! test_number_columns {
    () => {
        "id, phone, owner, expires_at, last_used_at, created_at, (SELECT COUNT(*) FROM users
            WHERE users.is_test = FALSE
            AND (users.phone = test_numbers.phone OR users.phone = test_numbers.phone_with_zero))"
    };
}

/// A test number as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestNumber {
    /// Row id, an input of its code.
    pub id: TestNumberId,
    /// The number.
    pub phone: PhoneDigits,
    /// Who answers for it, in their own words.
    pub owner: String,
    /// From when on it is none.
    pub expires_at: Timestamp,
    /// When somebody last asked for its code.
    pub last_used_at: Option<Timestamp>,
    /// Since when.
    pub created_at: Timestamp,
    /// An account that was not made with it got the number meanwhile: it is no test number any more.
    pub is_somebodys: bool,
}

impl TestNumber {
    /// Whether its code works.
    pub fn is_active(&self, now: Timestamp) -> bool {
        now < self.expires_at && !self.is_somebodys
    }
}

/// A test number about to be made.
#[derive(Debug, Clone, Copy)]
pub struct New<'a> {
    /// Row id.
    pub id: &'a TestNumberId,
    /// `haoma_core::limits::number_id` of the number.
    pub number_id: &'a str,
    /// The number.
    pub phone: &'a PhoneNumber,
    /// Who answers for it.
    pub owner: &'a str,
    /// From when on it is none.
    pub expires_at: Timestamp,
    /// Now.
    pub created_at: Timestamp,
}

/// What came of making one, or of making one last longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Stored.
    Done,
    /// A code was meant for a phone with this number once.
    Texted,
    /// An account has it that was not made with it.
    Somebodys,
    /// It is one already.
    Exists,
    /// There is none with this id.
    Gone,
}

/// Makes a number a test number, unless it was ever asked for a code or is somebody's.
pub async fn create(db: &Db, new: &New<'_>, event: &Event) -> Result<Kept> {
    const MEET: &str = "INSERT INTO numbers (id, was_texted) VALUES ($1, FALSE)
        ON CONFLICT (id) DO UPDATE SET was_texted = FALSE WHERE numbers.was_texted = FALSE";
    const ADD: &str = "INSERT INTO test_numbers
            (id, number_id, phone, phone_with_zero, owner, expires_at, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM users
            WHERE users.is_test = FALSE AND (users.phone = $3 OR users.phone = $4))
        ON CONFLICT (number_id) DO NOTHING";
    let params = vec![
        new.id.as_str().into(),
        new.number_id.into(),
        new.phone.digits().into(),
        with_trunk_zero(new.phone).into(),
        new.owner.into(),
        new.expires_at.into(),
        new.created_at.into(),
    ];
    let meet = Step::new(MEET, vec![new.number_id.into()]).must_change();
    let add = Step::new(ADD, params).must_change();
    // wrong codes were guesses at another code than the one it has from now on
    let steps = vec![meet, add, wrong_codes::forget_all(new.number_id), audit::record(event)];
    match db.unit(steps).await {
        Ok(_) => Ok(Kept::Done),
        Err(Error::Unchanged { step: 0 }) => Ok(Kept::Texted),
        Err(Error::Unchanged { .. }) => {
            const SQL: &str = "SELECT 1 FROM test_numbers WHERE number_id = $1";
            let is_one = !db.read(SQL, vec![new.number_id.into()]).await?.is_empty();
            Ok(if is_one { Kept::Exists } else { Kept::Somebodys })
        }
        Err(error) => Err(error),
    }
}

/// Changes who answers for it and how long it is one. Longer only on the conditions of [`create`]: it may have ended, and been asked for a
/// real code since.
pub async fn change(
    db: &Db,
    id: &TestNumberId,
    (owner, expires_at): (Option<&str>, Option<Timestamp>),
    event: &Event,
) -> Result<Kept> {
    const MEET: &str = "UPDATE numbers SET was_texted = FALSE WHERE was_texted = FALSE
        AND id = (SELECT number_id FROM test_numbers WHERE test_numbers.id = $1)";
    const END: &str =
        concat!("UPDATE test_numbers SET expires_at = $2 WHERE id = $1 AND ", of_nobody!());
    const OWNER: &str = "UPDATE test_numbers SET owner = $2 WHERE id = $1";
    let mut steps = vec![];
    if let Some(at) = expires_at {
        steps.push(Step::new(MEET, vec![id.as_str().into()]).must_change());
        steps.push(Step::new(END, vec![id.as_str().into(), at.into()]).must_change());
    }
    let owner = owner.map(|owner| Step::new(OWNER, vec![id.as_str().into(), owner.into()]));
    steps.extend(owner.map(Step::must_change));
    steps.push(audit::record(event));
    match db.unit(steps).await {
        Ok(_) => Ok(Kept::Done),
        Err(Error::Unchanged { .. }) if find(db, id).await?.is_none() => Ok(Kept::Gone),
        Err(Error::Unchanged { step: 0 }) => Ok(Kept::Texted),
        Err(Error::Unchanged { .. }) => Ok(Kept::Somebodys),
        Err(error) => Err(error),
    }
}

/// Ends it, every code under way and whatever its code opened; `false` when there is none.
pub async fn delete(db: &Db, id: &TestNumberId, event: &Event) -> Result<bool> {
    // whoever enters with its code holds the row: they come before this and end by it, or after and find none
    const HOLD: &str = "UPDATE test_numbers SET last_used_at = last_used_at WHERE id = $1";
    const END: &str = "DELETE FROM test_numbers WHERE id = $1";
    const CODES: &str = "DELETE FROM passcodes WHERE test_number_id = $1";
    let of = |sql| Step::new(sql, vec![id.as_str().into()]);
    let mut steps = vec![of(HOLD).must_change()];
    steps.extend(test_accounts::end_all(id, event.at));
    steps.extend([of(END), of(CODES), audit::record(event)]);
    changed(db.unit(steps).await)
}

/// One of them.
pub async fn find(db: &Db, id: &TestNumberId) -> Result<Option<TestNumber>> {
    const SQL: &str =
        concat!("SELECT ", test_number_columns!(), " FROM test_numbers WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(read).transpose()
}

/// The one that a number is now.
pub async fn find_active(db: &Db, number_id: &str, now: Timestamp) -> Result<Option<TestNumberId>> {
    const SQL: &str = concat!(
        "SELECT id FROM test_numbers WHERE number_id = $1 AND expires_at > $2 AND ",
        of_nobody!()
    );
    let rows = db.read(SQL, vec![number_id.into(), now.into()]).await?;
    rows.first().map(|row| row.parse(0, TestNumberId::parse)).transpose()
}

/// How many are active.
pub async fn count_active(db: &Db, now: Timestamp) -> Result<i64> {
    const SQL: &str =
        concat!("SELECT COUNT(*) FROM test_numbers WHERE expires_at > $1 AND ", of_nobody!());
    let rows = db.read(SQL, vec![now.into()]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

const ALL: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        test_number_columns!(),
        " FROM test_numbers WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    ),
    up: concat!(
        "SELECT ",
        test_number_columns!(),
        " FROM test_numbers WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
    ),
    edges: None,
};

/// A page, newest first.
pub async fn list(db: &Db, place: &Place, size: i64) -> Result<Page<TestNumber>> {
    let ask = Ask { between: (None, None), place, size, looks: None, narrow: vec![] };
    keyset::page(db, &ALL, ask).await?.read(read)
}

/// A window of them, newest first, and how many there are in all.
pub async fn list_window(db: &Db, (limit, offset): (i64, i64)) -> Result<(Vec<TestNumber>, i64)> {
    const SQL: &str = concat!(
        "SELECT ",
        test_number_columns!(),
        " FROM test_numbers ORDER BY id DESC LIMIT $1 OFFSET $2"
    );
    const COUNT: &str = "SELECT COUNT(*) FROM test_numbers";
    let found = db.read(SQL, vec![limit.into(), offset.into()]).await?;
    let counted = db.read(COUNT, vec![]).await?;
    let counted = counted.first().map_or(Ok(0), |row| row.int(0))?;
    Ok((found.iter().map(read).collect::<Result<_>>()?, counted))
}

fn read(row: &Row) -> Result<TestNumber> {
    Ok(TestNumber {
        id: row.parse(0, TestNumberId::parse)?,
        phone: row.parse(1, PhoneDigits::from_stored)?,
        owner: row.text(2)?,
        expires_at: row.time(3)?,
        last_used_at: row.opt_time(4)?,
        created_at: row.time(5)?,
        is_somebodys: row.int(6)? > 0,
    })
}

/// What takes the place of a message: everything that must be true and stored before a fixed code is asked for, one unit.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Counters, in order; the first that is full decides.
    pub charges: &'a [Charge],
    /// Which test number.
    pub id: &'a TestNumberId,
    /// The row that counts the guesses.
    pub code: &'a Code,
    /// The walk's new state.
    pub save: Option<Save<'a>>,
    /// The record of a user's account that the code is for.
    pub record: Option<Record>,
    /// The event that tells of it.
    pub event: &'a Event,
    /// Now.
    pub now: Timestamp,
    /// It is begun by then or not at all, as a message.
    pub until: Deadline,
}

/// Commits what takes the place of a message, or nothing.
pub async fn ask(db: &Db, asked: &Asked<'_>) -> Result<Intended> {
    let number_at = asked.charges.len();
    match db.brief_unit(steps(asked), asked.until).await {
        Ok(_) => Ok(Intended::Committed),
        Err(Error::Unchanged { step }) => match asked.charges.get(step) {
            Some(full) => {
                let full = limits::fullness_by(db, full, asked.now, asked.until).await?;
                Ok(Intended::LimitReached(full))
            }
            // it ended, or the code did: decide anew
            None if step <= number_at + 1 => Ok(Intended::CodeGone),
            None => Ok(Intended::Stale),
        },
        Err(error) => Err(error),
    }
}

/// Counters, number, code, walk, event: in the order in which they decide.
fn steps(asked: &Asked<'_>) -> Vec<Step> {
    const NUMBER: &str = concat!(
        "UPDATE test_numbers SET last_used_at = $2 WHERE id = $1 AND expires_at > $2 AND ",
        of_nobody!()
    );
    /// A code lives no longer than its number: what comes after it is a message.
    const MARK: &str = "UPDATE passcodes SET test_number_id = $2,
            expires_at = (SELECT CASE WHEN test_numbers.expires_at < passcodes.expires_at
                THEN test_numbers.expires_at ELSE passcodes.expires_at END
                FROM test_numbers WHERE test_numbers.id = $2)
        WHERE id = $1";
    const REPEAT: &str = "UPDATE passcodes SET sends = sends + 1
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
            AND test_number_id = $4";
    let (id, now) = (asked.id.as_str(), asked.now);
    let mut steps: Vec<_> = limits::charges(asked.charges, now).collect();
    steps.push(Step::new(NUMBER, vec![id.into(), now.into()]).must_change());
    match asked.code {
        Code::New(passcode) => {
            steps.push(passcodes::insert(passcode));
            steps.push(Step::new(MARK, vec![passcode.id.as_str().into(), id.into()]));
        }
        Code::Repeat { id: code, max_attempts, .. } => {
            let params = vec![code.as_str().into(), now.into(), (*max_attempts).into(), id.into()];
            steps.push(Step::new(REPEAT, params).must_change());
        }
    }
    steps.extend(asked.save.as_ref().map(interactions::save_step));
    steps.extend(asked.record.as_ref().map(verification_records::insert));
    steps.push(audit::record(asked.event));
    steps
}

/// Whose fixed code a row is judged by, if it is a test number's.
pub async fn of_code(db: &Db, id: &PasscodeId) -> Result<Option<TestNumberId>> {
    const SQL: &str = "SELECT test_number_id FROM passcodes WHERE id = $1";
    let rows = db.read(SQL, vec![id.as_str().into()]).await?;
    rows.first().map_or(Ok(None), |row| row.parse_opt(0, TestNumberId::parse))
}

/// Counts a guess at a fixed code before it is judged: against the row, which its test number must still stand behind, and against every
/// counter; or against none of them.
pub async fn charge(
    db: &Db,
    (code, max_attempts): (&PasscodeId, i64),
    charges: &[Charge],
    now: Timestamp,
) -> Result<Tried> {
    const SQL: &str = concat!(
        "UPDATE passcodes SET attempts = attempts + 1
        WHERE id = $1 AND consumed_at IS NULL AND expires_at > $2 AND attempts < $3
            AND EXISTS (SELECT 1 FROM test_numbers WHERE test_numbers.id = passcodes.test_number_id
                AND test_numbers.expires_at > $2 AND ",
        of_nobody!(),
        ")"
    );
    let params = vec![code.as_str().into(), now.into(), max_attempts.into()];
    passcodes::charged(db, charges, Step::new(SQL, params).must_change(), now).await
}

/// The step that notes that a code is meant for a phone: its number can never be a test number any more. Nothing where it is one now.
pub(crate) fn texted(number_id: &str, now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "INSERT INTO numbers (id, was_texted) VALUES ($1, TRUE)
        ON CONFLICT (id) DO UPDATE SET was_texted = TRUE WHERE numbers.was_texted = FALSE
            AND NOT EXISTS (SELECT 1 FROM test_numbers WHERE test_numbers.number_id = numbers.id
                AND test_numbers.expires_at > $2 AND ",
        of_nobody!(),
        ")"
    );
    Step::new(SQL, vec![number_id.into(), now.into()])
}

/// The conditional step of an account that a fixed code makes (`must_change`): the test number whose code it is must still be there. One that
/// was made anew has another code.
pub(crate) fn used((phone, id): (&PhoneNumber, &TestNumberId), now: Timestamp) -> Step {
    const SQL: &str = concat!(
        "UPDATE test_numbers SET last_used_at = $2
        WHERE id = $3 AND phone = $1 AND expires_at > $2 AND ",
        of_nobody!()
    );
    Step::new(SQL, vec![phone.digits().into(), now.into(), id.as_str().into()]).must_change()
}
