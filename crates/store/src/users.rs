//! The `users` table. A phone number has at most one user.
use haoma_core::ids::{TestNumberId, UserId};
use haoma_core::phone::{PhoneDigits, PhoneNumber};
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::interactions::{self, Save};
use crate::test_numbers::{self, of_nobody};
use crate::told::PerhapsTold;
use crate::user_roles;
use crate::value::{Row, Step};

/// One row: `User` on its way in, with a number that was just parsed; [`Stored`] on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User<Phone = PhoneNumber> {
    /// Never changes, never reused; the `sub` claim.
    pub id: UserId,
    /// The verified number.
    pub phone: Option<Phone>,
    /// Stored and shown, never used to sign in.
    pub username: Option<String>,
    /// What people call them.
    pub name: Option<String>,
    /// Address of a picture.
    pub avatar: Option<String>,
    /// OpenID Connect's further profile claims, a JSON object.
    pub profile: String,
    /// The applications' own, a JSON object.
    pub custom_data: String,
    /// The application they registered through.
    pub application_id: Option<String>,
    /// Locked users cannot sign in.
    pub is_locked: bool,
    /// When they last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When they registered.
    pub created_at: Timestamp,
    /// When any of this changed.
    pub updated_at: Timestamp,
}

/// A user as stored. Numbering plans change, so a number that was valid once is not parsed again: one such row would
/// make every list with it unreadable.
pub type Stored = User<PhoneDigits>;

impl From<User> for Stored {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            phone: user.phone.map(PhoneDigits::from),
            username: user.username,
            name: user.name,
            avatar: user.avatar,
            profile: user.profile,
            custom_data: user.custom_data,
            application_id: user.application_id,
            is_locked: user.is_locked,
            last_sign_in_at: user.last_sign_in_at,
            created_at: user.created_at,
            updated_at: user.updated_at,
        }
    }
}

/// The columns of [`User`].
macro_rules! user_columns {
    () => {
        "id, phone, username, name, avatar, profile, custom_data, application_id, is_locked,
            last_sign_in_at, created_at, updated_at"
    };
}
pub(crate) use user_columns;

/// One user by id.
pub async fn find(db: &Db, id: &UserId) -> Result<Option<Stored>> {
    const SQL: &str = concat!("SELECT ", user_columns!(), " FROM users WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(user).transpose()
}

/// Whose a number is, and whether they may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The user.
    pub id: UserId,
    /// Locked users cannot sign in.
    pub is_locked: bool,
    /// Made while its number was a test number: no other account is opened by a fixed code.
    pub is_test: bool,
}

/// The user of a number. Rows that came from elsewhere may hold it with its national trunk zero
/// (wire contract B.7); the exact form wins.
pub async fn find_by_phone(db: &Db, phone: &PhoneNumber) -> Result<Option<Owner>> {
    // no `IN`: SQLite builds a table for it at every read
    const SQL: &str = "SELECT id, is_locked, phone, is_test FROM users WHERE phone = $1
        UNION ALL SELECT id, is_locked, phone, is_test FROM users WHERE phone = $2";
    let params = vec![phone.digits().into(), with_trunk_zero(phone).into()];
    let rows = db.read(SQL, params).await?;
    let is_exact = |row: &&Row| row.text(2).is_ok_and(|found| found == phone.digits());
    let owner = |row: &Row| {
        let (is_locked, is_test) = (row.bool(1)?, row.bool(3)?);
        Ok(Owner { id: row.parse(0, UserId::parse)?, is_locked, is_test })
    };
    rows.iter().find(is_exact).or(rows.first()).map(owner).transpose()
}

/// Whether a number has an account, by a statement that does the same for one that has and one that has not: how long it takes tells
/// nobody (security statement 32).
pub async fn has_account(db: &Db, phone: &PhoneNumber) -> Result<bool> {
    const SQL: &str = "SELECT (SELECT COUNT(*) FROM users WHERE phone = $1)
        + (SELECT COUNT(*) FROM users WHERE phone = $2)";
    let params = vec![phone.digits().into(), with_trunk_zero(phone).into()];
    let rows = db.read(SQL, params).await?;
    rows.first().map_or(Ok(false), |row| row.int(0).map(|count| count > 0))
}

/// Whose a user name is.
pub async fn find_by_username(db: &Db, username: &str) -> Result<Option<UserId>> {
    const SQL: &str = "SELECT id FROM users WHERE username = $1";
    let rows = db.read(SQL, vec![username.into()]).await?;
    rows.first().map(|row| row.parse(0, UserId::parse)).transpose()
}

pub(crate) fn with_trunk_zero(phone: &PhoneNumber) -> String {
    format!("{}0{}", phone.calling_code(), phone.national())
}

pub(crate) fn user(row: &Row) -> Result<Stored> {
    Ok(User {
        id: row.parse(0, UserId::parse)?,
        phone: row.parse_opt(1, PhoneDigits::from_stored)?,
        username: row.opt_text(2)?,
        name: row.opt_text(3)?,
        avatar: row.opt_text(4)?,
        profile: row.text(5)?,
        custom_data: row.text(6)?,
        application_id: row.opt_text(7)?,
        is_locked: row.bool(8)?,
        last_sign_in_at: row.opt_time(9)?,
        created_at: row.time(10)?,
        updated_at: row.time(11)?,
    })
}

/// Inserts a user unless somebody has the number, in either form; what else is taken is a conflict. They are a test account where their
/// number is a test number at `test_at`; without that, never.
fn insert(user: &User, test_at: Option<Timestamp>) -> Step {
    const SQL: &str = concat!("INSERT INTO users (id, phone, username, name, avatar, profile, custom_data, application_id, is_locked,
            last_sign_in_at, created_at, updated_at, is_test)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
            EXISTS (SELECT 1 FROM test_numbers WHERE phone = $2 AND expires_at > $14 AND ", of_nobody!(), ")
        WHERE NOT EXISTS (SELECT 1 FROM users WHERE phone = $13)
        ON CONFLICT (phone) DO NOTHING");
    let params = vec![
        user.id.as_str().into(),
        user.phone.as_ref().map(PhoneNumber::digits).into(),
        user.username.as_deref().into(),
        user.name.as_deref().into(),
        user.avatar.as_deref().into(),
        user.profile.as_str().into(),
        user.custom_data.as_str().into(),
        user.application_id.as_deref().into(),
        user.is_locked.into(),
        user.last_sign_in_at.into(),
        user.created_at.into(),
        user.updated_at.into(),
        user.phone.as_ref().map(with_trunk_zero).into(),
        test_at.into(),
    ];
    Step::new(SQL, params).must_change()
}

/// What came of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// A new user, and the walk knows them.
    Done,
    /// The number has a user already.
    PhoneTaken,
    /// The walk changed in between: read it again.
    Stale,
    /// The number was proved by a fixed code whose test number is there no more.
    NoTestNumber,
}

/// Creates the user of a number and stores the walk's identified state, both or neither. Where a fixed code proved the number, the test
/// number whose it is must still be there.
pub async fn register(
    db: &Db,
    (user, test_number): (&User, Option<&TestNumberId>),
    save: &Save<'_>,
    told: impl Into<PerhapsTold<'_>>,
) -> Result<Registered> {
    let mut steps = vec![
        insert(user, test_number.map(|_| user.created_at)),
        interactions::save_step(save),
        user_roles::give_defaults(&user.id),
    ];
    let used = user.phone.as_ref().zip(test_number);
    steps.extend(used.map(|used| test_numbers::used(used, user.created_at)));
    steps.extend(told.into().steps());
    match db.unit(steps).await {
        Ok(_) => Ok(Registered::Done),
        Err(Error::Unchanged { step: 0 }) => Ok(Registered::PhoneTaken),
        Err(Error::Unchanged { step: 1 }) => Ok(Registered::Stale),
        Err(Error::Unchanged { .. }) => Ok(Registered::NoTestNumber),
        Err(error) => Err(error),
    }
}

/// What came of adding a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// A new user.
    Done,
    /// The number has a user already.
    PhoneTaken,
    /// The user name has a user already.
    UsernameTaken,
}

/// Inserts a user outside of any walk whom an administrator made just now (management API, console), and tells of it.
pub async fn add(db: &Db, user: &User, told: impl Into<PerhapsTold<'_>>) -> Result<Added> {
    add_one(db, user, Some(user.created_at), told.into()).await
}

/// The same for somebody who was there before, elsewhere (import): no test account, whatever their number is here.
pub async fn add_known(db: &Db, user: &User, told: impl Into<PerhapsTold<'_>>) -> Result<Added> {
    add_one(db, user, None, told.into()).await
}

async fn add_one(
    db: &Db,
    user: &User,
    test_at: Option<Timestamp>,
    told: PerhapsTold<'_>,
) -> Result<Added> {
    let mut steps = vec![insert(user, test_at), user_roles::give_defaults(&user.id)];
    steps.extend(told.steps());
    match db.unit(steps).await {
        Ok(_) => Ok(Added::Done),
        Err(Error::Unchanged { .. }) => Ok(Added::PhoneTaken),
        Err(Error::Conflict(rule)) if rule.contains("username") => Ok(Added::UsernameTaken),
        Err(error) => Err(error),
    }
}

/// Inserts users with the events that tell of them, all or none; `false` when an id, number or user name is taken.
pub async fn add_all(db: &Db, users: &[User], events: &[Event]) -> Result<bool> {
    let one = |user| [insert(user, None), user_roles::give_defaults(&user.id)];
    let steps = users.iter().flat_map(one).chain(events.iter().map(audit::record)).collect();
    match db.unit(steps).await {
        Ok(_) => Ok(true),
        Err(Error::Unchanged { .. } | Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Inserts a user outside of any walk (tests, the demo); `false` when the id, number or username is taken.
pub async fn create(db: &Db, user: &User) -> Result<bool> {
    match add(db, user, PerhapsTold::default()).await {
        Ok(added) => Ok(added == Added::Done),
        Err(Error::Conflict(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
