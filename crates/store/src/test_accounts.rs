//! Accounts that were made with a test number (`users.is_test`). A fixed code opens them as long as their number is one; a code that
//! reached a phone makes them somebody's, and what fixed codes opened ends by it.
use haoma_core::ids::{TestNumberId, UserId};
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
pub enum Proof {
    /// By a code in a message, for an account that no fixed code opens.
    Code,
    /// By a code in a message, for a marked account: from now on it is theirs alone.
    FirstCode,
    /// By a fixed code, for a marked account.
    FixedCode,
}

/// What came of finding somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The walk knows them.
    Done,
    /// The walk, or whose the account is, changed in between: read it again.
    Stale,
    /// A fixed code proved the number, and it is no test number any more.
    NoTestNumber,
}

/// Stores that a walk found its user, with what that means for a marked account, as one.
pub async fn found(
    db: &Db,
    (user, proof): (&UserId, Proof),
    save: &Save<'_>,
    (event, now): (Option<&Event>, Timestamp),
) -> Result<Found> {
    let mut steps = match proof {
        Proof::Code => vec![],
        Proof::FirstCode => take_over(user, now),
        Proof::FixedCode => enter(user, now).to_vec(),
    };
    steps.push(interactions::save_step(save));
    steps.extend(event.map(audit::record));
    match db.unit(steps).await {
        Ok(_) => Ok(Found::Done),
        Err(Error::Unchanged { step }) if proof == Proof::FixedCode && step < 2 => {
            Ok(Found::NoTestNumber)
        }
        Err(Error::Unchanged { .. }) => Ok(Found::Stale),
        Err(error) => Err(error),
    }
}

/// The conditional steps of whatever a fixed code opens (`must_change`): the account is marked, and its number a test number. Both rows
/// are held until it is stored, so that what ends the one or the other comes before it, or ends it as well.
pub fn enter(user: &UserId, now: Timestamp) -> [Step; 2] {
    const NUMBER: &str = concat!(
        "UPDATE test_numbers SET last_used_at = $2 WHERE expires_at > $2
            AND phone = (SELECT users.phone FROM users WHERE users.id = $1 AND users.is_test = TRUE)
            AND ",
        of_nobody!()
    );
    const ACCOUNT: &str = "UPDATE users SET is_test = TRUE WHERE id = $1 AND is_test = TRUE";
    [
        Step::new(NUMBER, vec![user.as_str().into(), now.into()]).must_change(),
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

/// The steps that end whatever the fixed code of a test number opened, while its row is still there and held by the same unit.
pub(crate) fn end_all(id: &TestNumberId, now: Timestamp) -> [Step; 3] {
    const SESSIONS: &str = concat!("DELETE FROM sessions WHERE user_id IN ", of_test_number!());
    const GRANTS: &str = concat!("DELETE FROM grants WHERE user_id IN ", of_test_number!());
    let of = |sql| Step::new(sql, vec![id.as_str().into()]);
    [logout_notices::of_test_number(id, now), of(SESSIONS), of(GRANTS)]
}
