//! The `audit_events` table: who did what, with what result. Never a code, number, key or token.
use haoma_core::ids::AuditId;
use haoma_core::time::Timestamp;

use crate::value::Step;

/// One event; keys as in wire contract C.8.
#[derive(Debug, Clone)]
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
    let user_agent = event.user_agent.as_deref().map(shortened);
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

fn shortened(user_agent: &str) -> &str {
    let end = user_agent.char_indices().nth(USER_AGENT_CHARS).map(|(at, _)| at);
    end.and_then(|end| user_agent.get(..end)).unwrap_or(user_agent)
}
