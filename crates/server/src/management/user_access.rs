//! `/api/users/{id}/sessions` and `/grants`: where a user is signed in, and what they allowed whom (wire contract C.5).
use std::collections::HashSet;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::ids::{ClientId, GrantId, SessionId, UserId};
use haoma_core::time::Timestamp;
use haoma_store::applications::{self, Filter};
use haoma_store::grants::{self, Grant};
use haoma_store::sessions::{self, Session};
use serde_json::{Map, Value, json};

use super::caller::Manager;
use super::input::Problems;
use super::path::At;
use super::query::Query;
use super::users::{find, parse};
use crate::app::App;
use crate::error::api::{ApiError, codes};

/// `GET /api/users/{id}/sessions`.
pub async fn sessions(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
) -> Result<Json<Value>, ApiError> {
    let shown = shown_sessions(&app, &manager, &id).await?;
    let all: Vec<_> = shown.into_iter().map(|(_, shown)| shown).collect();
    Ok(Json(json!({ "sessions": all })))
}

/// `GET /api/users/{id}/sessions/{session}`.
pub async fn session(
    State(app): State<App>,
    manager: Manager,
    At((id, session)): At<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    let all = shown_sessions(&app, &manager, &id).await?;
    let found = all.into_iter().find(|(known, _)| known.as_str() == session);
    let (_, shown) = found.ok_or_else(|| ApiError::new(codes::OIDC_SESSION_NOT_FOUND))?;
    Ok(Json(shown))
}

/// The living sessions of a user, each with what was allowed in it.
async fn shown_sessions(
    app: &App,
    manager: &Manager,
    id: &str,
) -> Result<Vec<(SessionId, Value)>, ApiError> {
    let user = find(app, id).await?;
    let sessions = sessions::list_of_user(&app.db, &user.id, manager.now).await?;
    let grants = grants::list_of_user(&app.db, &user.id, manager.now).await?;
    let shown = sessions.into_iter().map(|session| {
        let shown = shown_session(&session, &grants);
        (session.id, shown)
    });
    Ok(shown.collect())
}

/// How a session is shown, with what was allowed in it.
pub(crate) fn shown_session(session: &Session, grants: &[Grant]) -> Value {
    let given = grants.iter().filter(|grant| grant.session_id == session.id);
    let authorizations: Map<_, _> = given
        .map(|grant| {
            (grant.client_id.to_string(), json!({ "grantId": grant.id, "sid": session.id }))
        })
        .collect();
    json!({
        "payload": {
            "kind": "Session", "jti": session.id, "uid": session.id, "accountId": session.user_id,
            "iat": session.created_at.secs(), "exp": session.expires_at.secs(),
            "loginTs": session.authenticated_at.secs(), "authorizations": authorizations,
        },
        "lastSubmission": null,
        "clientId": null,
        "accountId": session.user_id,
        "expiresAt": session.expires_at,
    })
}

/// `DELETE /api/users/{id}/sessions/{session}`: what was allowed in it ends too, whatever `revokeGrantsTarget` says.
pub async fn end_session(
    State(app): State<App>,
    manager: Manager,
    At((id, session)): At<(String, String)>,
    query: Query,
) -> Result<StatusCode, ApiError> {
    let mut problems = Problems::default();
    query.word("revokeGrantsTarget", &["all", "firstParty"], &mut problems);
    problems.check()?;
    let gone = || ApiError::new(codes::OIDC_SESSION_NOT_FOUND);
    let user = find(&app, &id).await?.id;
    let session = SessionId::parse(&session).map_err(|e| gone().because(e))?;
    let payload = json!({ "sessionId": session });
    let event = manager.event(&app, "User.Session.Deleted", Some(&user), &payload);
    if sessions::end(&app.db, (&user, &session), &event).await? {
        return Ok(StatusCode::NO_CONTENT);
    }
    match sessions::owner(&app.db, &session, manager.now).await? {
        Some(_another) => Err(ApiError::new(codes::FOREIGN_SESSION)),
        None => Err(gone()),
    }
}

/// `GET /api/users/{id}/grants`, perhaps only those of our own applications or of other people's.
pub async fn grants(
    State(app): State<App>,
    manager: Manager,
    At(id): At<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    check_kind(&query)?;
    let user = find(&app, &id).await?;
    let given = grants_of_kind(&app, &user.id, &query, manager.now).await?;
    let shown: Vec<_> = given.iter().map(shown_grant).collect();
    Ok(Json(json!({ "grants": shown })))
}

fn check_kind(query: &Query) -> Result<Option<&str>, ApiError> {
    let mut problems = Problems::default();
    let kind = query.word("appType", &["firstParty", "thirdParty"], &mut problems);
    problems.check()?;
    Ok(kind)
}

/// What a user allows now, perhaps only to applications of the kind that `appType` names.
pub(crate) async fn grants_of_kind(
    app: &App,
    user: &UserId,
    query: &Query,
    now: Timestamp,
) -> Result<Vec<Grant>, ApiError> {
    let kind = check_kind(query)?;
    let mut given = grants::list_of_user(&app.db, user, now).await?;
    if let Some(kind) = kind {
        let wanted = clients(app, kind == "thirdParty").await?;
        given.retain(|grant| wanted.contains(&grant.client_id));
    }
    Ok(given)
}

/// The applications that are other people's, or that are not; there are few of either.
async fn clients(app: &App, is_third_party: bool) -> Result<HashSet<ClientId>, ApiError> {
    let filter = Filter { is_third_party: Some(is_third_party), ..Filter::default() };
    let found = applications::list(&app.db, &filter, (i64::MAX, 0)).await?;
    Ok(found.into_iter().map(|application| application.id).collect())
}

/// How a grant is shown.
pub(crate) fn shown_grant(grant: &Grant) -> Value {
    json!({
        "id": grant.id,
        "payload": {
            "kind": "Grant", "jti": grant.id, "clientId": grant.client_id, "accountId": grant.user_id,
            "iat": grant.created_at.secs(), "exp": grant.expires_at.secs(),
        },
        "expiresAt": grant.expires_at,
    })
}

/// `DELETE /api/users/{id}/grants/{grant}`: with every code and token that hangs on it.
pub async fn take_back(
    State(app): State<App>,
    manager: Manager,
    At((id, grant)): At<(String, String)>,
) -> Result<StatusCode, ApiError> {
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let user = parse(&id)?;
    let grant = GrantId::parse(&grant).map_err(|e| gone().because(e))?;
    let payload = json!({ "grantId": grant });
    let event = manager.event(&app, "RevokeGrants", Some(&user), &payload);
    if grants::take_back(&app.db, (&user, &grant), &event).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(gone())
    }
}
