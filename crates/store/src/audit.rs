//! The `audit_events` table: who did what, with what result. Never a code, number, key or token.
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;

use crate::db::{Db, Result, changed};
use crate::keyset::first_id;
use crate::limits;
use crate::value::{Row, Step, Value};

/// One event; keys as in wire contract C.8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Row id.
    pub id: AuditId,
    /// Such as `Interaction.SignIn.Submit`.
    pub key: String,
    /// The stable error code when it failed.
    pub error: Option<String>,
    /// Who, if known.
    pub user_id: Option<String>,
    /// For which application.
    pub application_id: Option<String>,
    /// Within which session.
    pub session_id: Option<String>,
    /// Within which interaction.
    pub interaction_id: Option<String>,
    /// The client's address.
    pub ip: Option<String>,
    /// The client's program, at most 256 characters.
    pub user_agent: Option<String>,
    /// More, as a JSON object.
    pub payload: String,
    /// When.
    pub at: Timestamp,
}

/// Characters of a client's program that are kept.
const USER_AGENT_CHARS: usize = 256;

/// The step that records an event, to ride in the unit of what it tells about.
pub fn record(event: &Event) -> Step {
    const SQL: &str = "INSERT INTO audit_events (id, key, result, error, user_id, application_id,
            session_id, interaction_id, ip, user_agent, payload, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    let result = if event.error.is_some() { "Error" } else { "Success" };
    let user_agent = event.user_agent.as_deref().map(|text| shortened(text, USER_AGENT_CHARS));
    let params = vec![
        event.id.as_str().into(),
        event.key.as_str().into(),
        result.into(),
        event.error.as_deref().into(),
        event.user_id.as_deref().into(),
        event.application_id.as_deref().into(),
        event.session_id.as_deref().into(),
        event.interaction_id.as_deref().into(),
        event.ip.as_deref().into(),
        user_agent.into(),
        event.payload.as_str().into(),
        event.at.into(),
    ];
    Step::new(SQL, params)
}

/// Records an event that anybody can cause again and again, but only once until the counter of this name starts anew.
pub async fn record_once(db: &Db, counter: (&str, Timestamp), event: &Event) -> Result<()> {
    let once = limits::once(counter, event.at);
    changed(db.unit(vec![once, record(event)]).await).map(drop)
}

/// The first characters of a text.
pub(crate) fn shortened(text: &str, chars: usize) -> &str {
    let end = text.char_indices().nth(chars).map(|(at, _)| at);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Which events a list holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// About this user.
    pub user_id: Option<String>,
    /// By or for this application.
    pub application_id: Option<String>,
    /// Of this kind.
    pub key: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

macro_rules! event_columns {
    () => {
        "id, key, error, user_id, application_id, session_id, interaction_id, ip, user_agent, payload,
            created_at"
    };
}
pub(crate) use event_columns;

macro_rules! fits {
    () => {
        "id >= $1 AND id < $2 AND (CAST($3 AS TEXT) IS NULL OR user_id = $3)
            AND (CAST($4 AS TEXT) IS NULL OR application_id = $4)
            AND (CAST($5 AS TEXT) IS NULL OR key = $5)"
    };
}

/// Events, newest first, at most `limit` after the first `offset`.
///
/// The window of time is a range of the primary key. Within it every event is looked at until enough fit: an index for
/// users or kinds would cost every sign-in, and this list nobody waits for. On SQLite sign-ins go on meanwhile.
pub async fn list(db: &Db, filter: &Filter, (limit, offset): (i64, i64)) -> Result<Vec<Event>> {
    const SQL: &str = concat!(
        "SELECT ",
        event_columns!(),
        " FROM audit_events WHERE ",
        fits!(),
        " ORDER BY id DESC LIMIT $6 OFFSET $7"
    );
    let mut params = filter_params(filter);
    params.extend([limit.into(), offset.into()]);
    db.scan(SQL, params).await?.iter().map(event).collect()
}

/// How many events a list would hold; counting stops at `most`, since every one is looked at.
pub async fn count(db: &Db, filter: &Filter, most: i64) -> Result<i64> {
    const SQL: &str = concat!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM audit_events WHERE ",
        fits!(),
        " LIMIT $6) AS found"
    );
    let mut params = filter_params(filter);
    params.push(most.into());
    let rows = db.scan(SQL, params).await?;
    rows.first().map_or(Ok(0), |row| row.int(0))
}

/// One event.
pub async fn find(db: &Db, id: &AuditId) -> Result<Option<Event>> {
    const SQL: &str = concat!("SELECT ", event_columns!(), " FROM audit_events WHERE id = $1");
    db.read(SQL, vec![id.as_str().into()]).await?.first().map(event).transpose()
}

fn filter_params(filter: &Filter) -> Vec<Value> {
    let from = first_id(filter.from.unwrap_or_default());
    let after = filter.to.map_or(Timestamp(i64::MAX), |to| to.plus_millis(1));
    vec![
        from.into(),
        first_id(after).into(),
        filter.user_id.as_deref().into(),
        filter.application_id.as_deref().into(),
        filter.key.as_deref().into(),
    ]
}

pub(crate) fn event(row: &Row) -> Result<Event> {
    Ok(Event {
        id: row.parse(0, AuditId::parse)?,
        key: row.text(1)?,
        error: row.opt_text(2)?,
        user_id: row.opt_text(3)?,
        application_id: row.opt_text(4)?,
        session_id: row.opt_text(5)?,
        interaction_id: row.opt_text(6)?,
        ip: row.opt_text(7)?,
        user_agent: row.opt_text(8)?,
        payload: row.text(9)?,
        at: row.time(10)?,
    })
}
