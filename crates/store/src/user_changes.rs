//! What becomes of a row of the `users` table afterwards: changes, locking out, the end. Each is one conditional statement,
//! in a unit with what is told of it.
use haoma_core::ids::UserId;
use haoma_core::limits::LimitKind;
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::change::Change;
use crate::db::{Db, Done, Error, Result, changed};
use crate::notices::{self, NewNotice};
use crate::told::Told;
use crate::users::{Stored, find, user, user_columns, with_trunk_zero};
use crate::value::Step;
use crate::{grants, logout_notices, sessions, test_accounts};

/// What a partial update sets; the rest stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The number; nobody else may have it.
    pub phone: Change<Option<PhoneNumber>>,
    /// The user name; nobody else may have it.
    pub username: Change<Option<String>>,
    /// What people call them.
    pub name: Change<Option<String>>,
    /// Address of a picture.
    pub avatar: Change<Option<String>>,
    /// A JSON object.
    pub profile: Change<String>,
    /// A JSON object.
    pub custom_data: Change<String>,
    /// Only if they are as they were left then.
    pub if_left_at: Option<Timestamp>,
}

impl Changes {
    /// Whether it sets anything.
    pub fn sets_anything(&self) -> bool {
        *self != Self { if_left_at: self.if_left_at, ..Self::default() }
    }
}

/// What came of a partial update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Stored like this.
    Done(Box<Stored>),
    /// There is no such user.
    Gone,
    /// Somebody else has the number.
    PhoneTaken,
    /// Somebody else has the user name.
    UsernameTaken,
    /// They were changed after `if_left_at`.
    Stale,
}

/// Sets what `changes` says, and tells of it. A number somebody else has, in either form, is refused. With another number an account is
/// no test account any more, and what fixed codes opened ends.
pub async fn change(
    db: &Db,
    id: &UserId,
    changes: &Changes,
    told: impl Into<Told<'_>>,
) -> Result<Changed> {
    let told = told.into();
    let mut steps = ends(id, changes, told.at());
    let change_at = steps.len();
    steps.push(change_step(id, changes, false, told.at()));
    steps.extend(told.steps());
    changed_by(db, id, changes, (steps, change_at)).await
}

/// The steps in front of a change that may be of the number: what fixed codes opened ends with it.
fn ends(id: &UserId, changes: &Changes, at: Timestamp) -> Vec<Step> {
    let number = changes.phone.set().map(Option::as_ref);
    number.map_or(vec![], |kept| test_accounts::end_with_number(id, kept, at).to_vec())
}

/// The same with a notice to the number they had, both or neither; `changes` has to say as of when that was theirs. The counter that
/// leaves the notice no room is the inner error.
pub async fn change_and_notify(
    db: &Db,
    id: &UserId,
    (changes, notice): (&Changes, &NewNotice),
    told: impl Into<Told<'_>>,
) -> Result<std::result::Result<Changed, LimitKind>> {
    let told = told.into();
    let mut steps = notices::charges(Some(notice), told.at());
    steps.extend(ends(id, changes, told.at()));
    let change_at = steps.len();
    steps.push(change_step(id, changes, false, told.at()));
    steps.extend(notices::steps(Some(notice)));
    steps.extend(told.steps());
    match db.unit(steps).await {
        Err(Error::Unchanged { step }) => match notices::full(Some(notice), step) {
            Ok(kind) => Ok(Err(kind)),
            Err(_) => why_unchanged(db, id, changes).await.map(Ok),
        },
        done => of_change(done.map(|done| user_at(&done, change_at))).map(Ok),
    }
}

/// Sets what `changes` says and locks the user out as [`lock`] does, both or neither, with the events that tell of it.
pub async fn change_and_lock(
    db: &Db,
    id: &UserId,
    changes: &Changes,
    (events, at): (&[Event], Timestamp),
) -> Result<Changed> {
    let mut steps = vec![change_step(id, changes, true, at)];
    steps.extend(end_everything(id, at));
    steps.extend(events.iter().map(audit::record));
    changed_by(db, id, changes, (steps, 0)).await
}

/// The step that sets what `changes` says, and that they are locked out if they are to be (`must_change`); returns the user.
fn change_step(id: &UserId, changes: &Changes, locks: bool, at: Timestamp) -> Step {
    const SQL: &str = concat!(
        "UPDATE users SET phone = CASE WHEN $2 THEN $3 ELSE phone END,
            username = CASE WHEN $4 THEN $5 ELSE username END,
            name = CASE WHEN $6 THEN $7 ELSE name END,
            avatar = CASE WHEN $8 THEN $9 ELSE avatar END,
            profile = CASE WHEN $10 THEN $11 ELSE profile END,
            custom_data = CASE WHEN $12 THEN $13 ELSE custom_data END, updated_at = $14,
            is_locked = is_locked OR $17,
            is_test = is_test AND (NOT $2 OR COALESCE(phone = $3, FALSE))
        WHERE id = $1
            AND NOT EXISTS (SELECT 1 FROM users AS other WHERE other.phone = $15 AND other.id <> $1)
            AND (CAST($16 AS BIGINT) IS NULL OR updated_at = $16)
        RETURNING ",
        user_columns!()
    );
    let mut params = vec![id.as_str().into()];
    params.extend(changes.phone.params(|phone| phone.as_ref().map(PhoneNumber::digits).into()));
    params.extend(changes.username.params(|text| text.as_deref().into()));
    params.extend(changes.name.params(|text| text.as_deref().into()));
    params.extend(changes.avatar.params(|text| text.as_deref().into()));
    params.extend(changes.profile.params(|json| json.as_str().into()));
    params.extend(changes.custom_data.params(|json| json.as_str().into()));
    params.push(at.into());
    params.push(changes.phone.set().and_then(Option::as_ref).map(with_trunk_zero).into());
    params.extend([changes.if_left_at.into(), locks.into()]);
    Step::new(SQL, params).must_change()
}

/// What came of a unit whose step at this position is [`change_step`].
async fn changed_by(
    db: &Db,
    id: &UserId,
    changes: &Changes,
    (steps, change_at): (Vec<Step>, usize),
) -> Result<Changed> {
    match db.unit(steps).await {
        Err(Error::Unchanged { .. }) => why_unchanged(db, id, changes).await,
        done => of_change(done.map(|done| user_at(&done, change_at))),
    }
}

fn of_change(done: Result<Result<Option<Stored>>>) -> Result<Changed> {
    match done {
        Ok(user) => Ok(user?.map_or(Changed::Gone, |user| Changed::Done(Box::new(user)))),
        Err(Error::Conflict(rule)) if rule.contains("username") => Ok(Changed::UsernameTaken),
        Err(Error::Conflict(rule)) if rule.contains("phone") => Ok(Changed::PhoneTaken),
        Err(error) => Err(error),
    }
}

/// Looks afterwards: nothing is decided by it but what is said.
async fn why_unchanged(db: &Db, id: &UserId, changes: &Changes) -> Result<Changed> {
    Ok(match find(db, id).await? {
        None => Changed::Gone,
        Some(user) if changes.if_left_at.is_some_and(|at| at != user.updated_at) => Changed::Stale,
        Some(_) => Changed::PhoneTaken,
    })
}

/// Locks a user, which ends every session and takes back everything they allowed, or lets them in again, and tells
/// of it. Where they are so already, nothing happens. `None` when there is no such user.
pub async fn lock(
    db: &Db,
    id: &UserId,
    is_locked: bool,
    told: impl Into<Told<'_>>,
) -> Result<Option<Stored>> {
    const SQL: &str = concat!(
        "UPDATE users SET is_locked = $2, updated_at = $3 WHERE id = $1 AND is_locked <> $2 RETURNING ",
        user_columns!()
    );
    let told = told.into();
    let params = vec![id.as_str().into(), is_locked.into(), told.at().into()];
    let mut steps = vec![Step::new(SQL, params).must_change()];
    if is_locked {
        steps.extend(end_everything(id, told.at()));
    }
    steps.extend(told.steps());
    match changed_user(db, steps).await? {
        Some(user) => Ok(Some(user)),
        None => find(db, id).await,
    }
}

/// The steps that end every session of a user and take back everything they allowed.
pub(crate) fn end_everything(id: &UserId, at: Timestamp) -> [Step; 3] {
    [logout_notices::of_user(id, at), sessions::delete_of_user(id), grants::delete_of_user(id)]
}

/// Deletes a user with every session and grant, and tells of it; `false` when there is none.
pub async fn delete(db: &Db, id: &UserId, told: impl Into<Told<'_>>) -> Result<bool> {
    const SQL: &str = "DELETE FROM users WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    let told = told.into();
    let notices = logout_notices::of_user(id, told.at());
    changed(db.unit([notices, gone].into_iter().chain(told.steps()).collect()).await)
}

/// The user that the first step returned; `None` when it changed nobody.
async fn changed_user(db: &Db, steps: Vec<Step>) -> Result<Option<Stored>> {
    match db.unit(steps).await {
        Ok(done) => user_at(&done, 0),
        Err(Error::Unchanged { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// The user that a step of a unit returned.
fn user_at(done: &[Done], step: usize) -> Result<Option<Stored>> {
    done.get(step).and_then(|done| done.rows.first()).map(user).transpose()
}

/// A JSON object of a user that others may be changing at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// The applications' own.
    CustomData,
    /// OpenID Connect's further profile claims.
    Profile,
}

/// Replaces a document, if it is still what was read; `false` when it was changed in between or the user is gone.
pub async fn replace(
    db: &Db,
    id: &UserId,
    (document, old, new): (Document, &str, &str),
    told: impl Into<Told<'_>>,
) -> Result<bool> {
    const CUSTOM_DATA: &str =
        "UPDATE users SET custom_data = $3, updated_at = $4 WHERE id = $1 AND custom_data = $2";
    const PROFILE: &str =
        "UPDATE users SET profile = $3, updated_at = $4 WHERE id = $1 AND profile = $2";
    let sql = match document {
        Document::CustomData => CUSTOM_DATA,
        Document::Profile => PROFILE,
    };
    let told = told.into();
    let params = vec![id.as_str().into(), old.into(), new.into(), told.at().into()];
    let step = Step::new(sql, params).must_change();
    changed(db.unit(std::iter::once(step).chain(told.steps()).collect()).await)
}
