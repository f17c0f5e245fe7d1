//! Accounts that were made with a test number (`users.is_test`). A fixed code opens them as long as their number is one; a code that
//! reached a phone makes them somebody's, and what fixed codes opened ends by it.
use haoma_core::ids::{TestNumberId, UserId};
use haoma_core::phone::PhoneNumber;
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result};
use crate::interactions::{self, Save};
use crate::logout_notices;
use crate::test_numbers::of_nobody;
use crate::user_changes::end_everything;
use crate::value::Step;

/// The marked accounts of the test number `$1`.
macro_rules! of_test_number {
    () => {
        "(SELECT users.id FROM users JOIN test_numbers ON users.phone = test_numbers.phone
            WHERE test_numbers.id = $1 AND users.is_test = TRUE)"
    };
}
pub(crate) use of_test_number;

/// How whoever is found proved the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// By a code in a message, for an account that no fixed code opens.
    Code,
    /// By a code in a message, for a marked account: from now on it is theirs alone.
    FirstCode,
    /// By the fixed code of this test number, for a marked account.
    FixedCode(&'a TestNumberId),
}

/// What came of finding somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The walk knows them.
    Done,
    /// The walk, or whose the account is, changed in between: read it again.
    Stale,
    /// A fixed code proved the number, and the test number whose it is is there no more.
    NoTestNumber,
}

/// Stores that a walk found its user, with what that means for a marked account, as one.
pub async fn found(
    db: &Db,
    (user, proof): (&UserId, Proof<'_>),
    save: &Save<'_>,
    (event, now): (Option<&Event>, Timestamp),
) -> Result<Found> {
    let mut steps = match proof {
        Proof::Code => vec![],
        Proof::FirstCode => take_over(user, now),
        Proof::FixedCode(test_number) => enter((user, test_number), now).to_vec(),
    };
    steps.push(interactions::save_step(save));
    steps.extend(event.map(audit::record));
    match db.unit(steps).await {
        Ok(_) => Ok(Found::Done),
        Err(Error::Unchanged { step }) if matches!(proof, Proof::FixedCode(_)) && step < 2 => {
            Ok(Found::NoTestNumber)
        }
        Err(Error::Unchanged { .. }) => Ok(Found::Stale),
        Err(error) => Err(error),
    }
}

/// The conditional steps of whatever a fixed code opens (`must_change`): the account is marked, and its number still that test number whose
/// code it is, not one that was made after it. Both rows are held until it is stored, so that what ends the one or the other comes before
/// it, or ends it as well.
pub fn enter((user, test_number): (&UserId, &TestNumberId), now: Timestamp) -> [Step; 2] {
    const NUMBER: &str = concat!(
        "UPDATE test_numbers SET last_used_at = $2 WHERE id = $3 AND expires_at > $2
            AND phone = (SELECT users.phone FROM users WHERE users.id = $1 AND users.is_test = TRUE)
            AND ",
        of_nobody!()
    );
    const ACCOUNT: &str = "UPDATE users SET is_test = TRUE WHERE id = $1 AND is_test = TRUE";
    [
        Step::new(NUMBER, vec![user.as_str().into(), now.into(), test_number.as_str().into()])
            .must_change(),
        Step::new(ACCOUNT, vec![user.as_str().into()]).must_change(),
    ]
}

/// A real code: no fixed one opens the account any more, and what they opened ends.
fn take_over(user: &UserId, now: Timestamp) -> Vec<Step> {
    const SQL: &str = "UPDATE users SET is_test = FALSE WHERE id = $1 AND is_test = TRUE";
    let mut steps = vec![Step::new(SQL, vec![user.as_str().into()]).must_change()];
    steps.extend(end_everything(user, now));
    steps
}

/// The account `$1`, where it is marked and has another number than `$2`; no number at all is another one, too.
macro_rules! renumbered {
    () => {
        "(SELECT users.id FROM users
            WHERE users.id = $1 AND users.is_test = TRUE AND COALESCE(users.phone <> $2, TRUE))"
    };
}

/// The steps in front of the one that clears a mark with the number, unless that is `kept`: what fixed codes opened ends. That is every
/// session of a marked account, so also the one in which the change is made. Its row is held first: whoever enters at the same moment
/// comes before and ends by it, or after and finds no mark. They do nothing to an account that is not marked, or keeps its number.
pub(crate) fn end_with_number(
    user: &UserId,
    kept: Option<&PhoneNumber>,
    now: Timestamp,
) -> [Step; 4] {
    // asked of the row itself, so that PostgreSQL asks again when it waited for it
    const HOLD: &str = "UPDATE users SET is_test = is_test
        WHERE id = $1 AND is_test = TRUE AND COALESCE(phone <> $2, TRUE)";
    const SESSIONS: &str = concat!("DELETE FROM sessions WHERE user_id = ", renumbered!());
    const GRANTS: &str = concat!("DELETE FROM grants WHERE user_id = ", renumbered!());
    let of = |sql| Step::new(sql, vec![user.as_str().into(), kept.map(PhoneNumber::digits).into()]);
    [of(HOLD), logout_notices::of_renumbered(user, kept, now), of(SESSIONS), of(GRANTS)]
}

/// The steps that end whatever the fixed code of a test number opened, while its row is still there and held by the same unit.
pub(crate) fn end_all(id: &TestNumberId, now: Timestamp) -> [Step; 3] {
    const SESSIONS: &str = concat!("DELETE FROM sessions WHERE user_id IN ", of_test_number!());
    const GRANTS: &str = concat!("DELETE FROM grants WHERE user_id IN ", of_test_number!());
    let of = |sql| Step::new(sql, vec![id.as_str().into()]);
    [logout_notices::of_test_number(id, now), of(SESSIONS), of(GRANTS)]
}
