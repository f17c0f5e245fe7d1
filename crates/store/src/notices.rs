//! The `notices` table: messages without a code that are still to be handed over. A row is written in the unit of what it tells of and
//! taken away before the provider is called: a process that dies forgets nobody, and nobody is told twice.
use haoma_core::ids::{ConnectorId, MessageId, UserId};
use haoma_core::limits::{Charge, LimitKind};
use haoma_core::time::Timestamp;

use crate::db::{Db, Result};
use crate::messages::{self, NewMessage};
use crate::test_numbers;
use crate::value::{Row, Step};

/// A notice that rides in the unit of a change. All of it stands or falls with the change.
#[derive(Debug, Clone)]
pub struct NewNotice {
    /// Counters; the first that is full decides, and nothing is changed.
    pub charges: Vec<Charge>,
    /// The message. Its `check_at` is for a notice that nobody takes up.
    pub message: NewMessage,
    /// Whose account it is about.
    pub user_id: UserId,
    /// What is told of their new number: its last digits.
    pub number_ending: String,
}

/// A notice that somebody took upon themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its message.
    pub id: MessageId,
    /// Whose account it is about.
    pub user_id: UserId,
    /// The last digits of their new number.
    pub number_ending: String,
    /// Tries before this one.
    pub tries: i64,
    /// When what it tells of happened.
    pub created_at: Timestamp,
}

/// Where the counters of a notice stand in a unit: before all else, as everywhere, so that two units never wait for each other.
pub(crate) fn charges(notice: Option<&NewNotice>, now: Timestamp) -> Vec<Step> {
    let charges = notice.map(|notice| notice.charges.as_slice()).unwrap_or_default();
    crate::limits::charges(charges, now).collect()
}

/// The counter that a step of such a unit charges; the others count on from there.
pub(crate) fn full(
    notice: Option<&NewNotice>,
    step: usize,
) -> std::result::Result<LimitKind, usize> {
    let charges = notice.map(|notice| notice.charges.as_slice()).unwrap_or_default();
    charges.get(step).map(|full| full.kind).ok_or_else(|| step - charges.len())
}

/// The steps of the message and of the notice itself; none of them decides anything. A test number gets neither.
pub(crate) fn steps(notice: Option<&NewNotice>) -> impl Iterator<Item = Step> {
    let steps = |new: &NewNotice| {
        let notice = Notice {
            id: new.message.id.clone(),
            user_id: new.user_id.clone(),
            number_ending: new.number_ending.clone(),
            tries: 0,
            created_at: new.message.created_at,
        };
        let message = &new.message;
        [
            test_numbers::texted(&message.number_id, message.created_at),
            messages::insert(message),
            insert(&notice, notice.created_at),
        ]
    };
    notice.map(steps).into_iter().flatten()
}

fn insert(notice: &Notice, due_at: Timestamp) -> Step {
    const SQL: &str = "INSERT INTO notices (id, user_id, number_ending, tries, due_at, created_at)
        SELECT $1, $2, $3, $4, $5, $6 WHERE EXISTS (SELECT 1 FROM messages WHERE id = $1)";
    let params = vec![
        notice.id.as_str().into(),
        notice.user_id.as_str().into(),
        notice.number_ending.as_str().into(),
        notice.tries.into(),
        due_at.into(),
        notice.created_at.into(),
    ];
    Step::new(SQL, params)
}

/// Notices that nobody took by now, the longest due first, at most `limit`.
pub async fn list_due(db: &Db, now: Timestamp, limit: i64) -> Result<Vec<MessageId>> {
    const SQL: &str = "SELECT id FROM notices WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    let rows = db.read(SQL, vec![now.into(), limit.into()]).await?;
    rows.iter().map(|row| row.parse(0, MessageId::parse)).collect()
}

/// Takes a notice upon oneself, for good: `None` when somebody did already. From now on its message is one of which nobody knows what
/// became, and the provider is asked at `check_at`: that of the connector it goes `through`, where there is one.
pub async fn claim(
    db: &Db,
    id: &MessageId,
    through: Option<(&ConnectorId, i64)>,
    check_at: Timestamp,
) -> Result<Option<Notice>> {
    const SQL: &str = "DELETE FROM notices WHERE id = $1
        RETURNING id, user_id, number_ending, tries, created_at";
    let gone = Step::new(SQL, vec![id.as_str().into()]);
    let message = match through {
        Some(through) => messages::goes_through(id, through, check_at),
        None => messages::check_at(id, check_at),
    };
    let done = db.unit(vec![gone, message]).await?;
    done.first().and_then(|gone| gone.rows.first()).map(notice).transpose()
}

/// Puts a notice back that surely was not sent, to be tried at `due_at`.
pub async fn put_back(
    db: &Db,
    notice: &Notice,
    (due_at, check_at): (Timestamp, Timestamp),
) -> Result<()> {
    let again = Notice { tries: notice.tries + 1, ..notice.clone() };
    let steps = vec![insert(&again, due_at), messages::check_at(&notice.id, check_at)];
    db.unit(steps).await.map(drop)
}

fn notice(row: &Row) -> Result<Notice> {
    Ok(Notice {
        id: row.parse(0, MessageId::parse)?,
        user_id: row.parse(1, UserId::parse)?,
        number_ending: row.text(2)?,
        tries: row.int(3)?,
        created_at: row.time(4)?,
    })
}
