//! The `sending_rules` table: whom messages are kept from, and whom they are let through to. There are few.
use haoma_core::ids::SendingRuleId;
use haoma_core::sending_rules::{Effect, Kind, Rule, Subject};
use haoma_core::time::Timestamp;

use crate::audit::{self, Event};
use crate::db::{Db, Error, Result, changed};
use crate::keyset::{Ask, List, Order, Page, Place, page};
use crate::value::{Row, Step};
use crate::versions;

const NAME: &str = "sending_rules";

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Never changes.
    pub id: SendingRuleId,
    /// What it says.
    pub rule: Rule,
    /// What it is about, as people may read it: of a number the masked form.
    pub label: String,
    /// Why, in somebody's words.
    pub reason: Option<String>,
    /// The administrator or the application that made it, by id.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
}

macro_rules! rule_columns {
    () => {
        "id, kind, subject, label, effect, reason, made_by, expires_at, created_at"
    };
}

const LIST: List = List {
    order: Order::Ids,
    down: concat!(
        "SELECT ",
        rule_columns!(),
        " FROM sending_rules WHERE id >= $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    ),
    up: concat!(
        "SELECT ",
        rule_columns!(),
        " FROM sending_rules WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3"
    ),
    edges: None,
};

/// A page of them, newest first.
pub async fn list(db: &Db, place: &Place, size: i64) -> Result<Page<Stored>> {
    let ask = Ask { between: (None, None), place, size, looks: None, narrow: vec![] };
    page(db, &LIST, ask).await?.read(stored)
}

/// At most `limit` of them, newest first, after the first `offset`.
pub async fn list_from(db: &Db, (limit, offset): (i64, i64)) -> Result<Vec<Stored>> {
    const SQL: &str = concat!(
        "SELECT ",
        rule_columns!(),
        " FROM sending_rules WHERE id > '' ORDER BY id DESC LIMIT $1 OFFSET $2"
    );
    db.read(SQL, vec![limit.into(), offset.into()]).await?.iter().map(stored).collect()
}

/// How many there are.
pub async fn count(db: &Db) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM sending_rules WHERE id > ''";
    let rows = db.read(SQL, vec![]).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// The version of all of them together: cheap enough to ask often.
pub async fn version(db: &Db) -> Result<i64> {
    versions::find(db, NAME).await
}

/// What all of them say.
pub async fn all(db: &Db) -> Result<Vec<Rule>> {
    let found = list_from(db, (i64::MAX, 0)).await?;
    Ok(found.into_iter().map(|stored| stored.rule).collect())
}

/// One rule.
pub async fn find(db: &Db, id: &SendingRuleId) -> Result<Option<Stored>> {
    const SQL: &str = concat!("SELECT ", rule_columns!(), " FROM sending_rules WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(stored).transpose()
}

/// The rule about this, if there is one that has not ended.
pub async fn find_about(db: &Db, about: &Subject, now: Timestamp) -> Result<Option<Stored>> {
    const SQL: &str = concat!(
        "SELECT ",
        rule_columns!(),
        " FROM sending_rules WHERE kind = $1 AND subject = $2
            AND (expires_at IS NULL OR expires_at > $3)"
    );
    let params = vec![about.kind().as_str().into(), about.text().into(), now.into()];
    db.read(SQL, params).await?.first().map(stored).transpose()
}

/// Stores a rule in the place of `old`, and of one about the same that ended, with the event that tells of it. `false`, and nothing is
/// changed, when `old` is gone, when another about the same stands, or when there are `most` already.
pub async fn replace(
    db: &Db,
    new: &Stored,
    old: Option<&SendingRuleId>,
    most: usize,
    event: &Event,
) -> Result<bool> {
    const OVER: &str =
        "DELETE FROM sending_rules WHERE kind = $1 AND subject = $2 AND expires_at <= $3";
    const OLD: &str = "DELETE FROM sending_rules WHERE kind = $1 AND subject = $2 AND id = $3";
    const SQL: &str = "INSERT INTO sending_rules
            (id, kind, subject, label, effect, reason, made_by, expires_at, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT)
        WHERE (SELECT COUNT(*) FROM sending_rules WHERE id > '') < $10
            AND NOT EXISTS (SELECT 1 FROM sending_rules WHERE kind = $2 AND subject = $3)";
    let Rule { subject, effect, expires_at } = &new.rule;
    let (kind, text) = (subject.kind().as_str(), subject.text());
    let gone = match old {
        Some(old) => Step::new(OLD, vec![kind.into(), text.as_str().into(), old.as_str().into()])
            .must_change(),
        None => Step::new(OVER, vec![kind.into(), text.as_str().into(), new.created_at.into()]),
    };
    let params = vec![
        new.id.as_str().into(),
        kind.into(),
        text.into(),
        new.label.as_str().into(),
        effect.as_str().into(),
        new.reason.as_deref().into(),
        new.made_by.as_str().into(),
        (*expires_at).into(),
        new.created_at.into(),
        i64::try_from(most).unwrap_or(i64::MAX).into(),
    ];
    let stored = Step::new(SQL, params).must_change();
    // the version first: two who change rules at once wait for each other
    changed(db.unit(vec![versions::next(NAME), gone, stored, audit::record(event)]).await)
}

/// Takes a rule away, with the event that tells of it; `false` when there is none.
pub async fn delete(db: &Db, id: &SendingRuleId, event: &Event) -> Result<bool> {
    const SQL: &str = "DELETE FROM sending_rules WHERE id = $1";
    let gone = Step::new(SQL, vec![id.as_str().into()]).must_change();
    changed(db.unit(vec![versions::next(NAME), gone, audit::record(event)]).await)
}

fn stored(row: &Row) -> Result<Stored> {
    let corrupt = |e: haoma_core::sending_rules::NoRule| Error::Corrupt(e.to_string());
    let kind = row.parse(1, Kind::parse)?;
    let subject = Subject::from_stored(kind, &row.text(2)?).map_err(corrupt)?;
    let rule = Rule { subject, effect: row.parse(4, Effect::parse)?, expires_at: row.opt_time(7)? };
    Ok(Stored {
        id: row.parse(0, SendingRuleId::parse)?,
        rule,
        label: row.text(3)?,
        reason: row.opt_text(5)?,
        made_by: row.text(6)?,
        created_at: row.time(8)?,
    })
}
