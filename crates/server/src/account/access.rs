//! `/api/my-account/sessions` and `/grants`: where somebody is signed in, and what they allowed whom (wire contract C.11).
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use haoma_core::ids::{GrantId, SessionId};
use haoma_oidc::scope::Scope;
use haoma_store::{grants, sessions};
use serde_json::{Value, json};

use super::caller::Member;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::management::input::Problems;
use crate::management::path::At;
use crate::management::query::Query;
use crate::management::user_access::{grants_of_kind, shown_grant, shown_session};

/// The audit keys.
pub(super) const ENDED: &str = "Account.Session.Deleted";
pub(super) const TAKEN_BACK: &str = "Account.Grant.Deleted";

/// The part of the account that both belong to.
const FIELD: &str = "session";

/// `GET /api/my-account/sessions`.
pub async fn sessions(State(app): State<App>, member: Member) -> Result<Json<Value>, ApiError> {
    may_see(&member)?;
    let found = sessions::list_of_user(&app.db, member.user(), member.now).await?;
    let given = grants::list_of_user(&app.db, member.user(), member.now).await?;
    let shown = found.iter().map(|session| {
        let mut shown = shown_session(session, &given);
        if let Some(shown) = shown.as_object_mut() {
            shown.insert("isCurrent".to_owned(), (session.id == *member.session()).into());
        }
        shown
    });
    Ok(Json(json!({ "sessions": shown.collect::<Vec<_>>() })))
}

/// `DELETE /api/my-account/sessions/{session}`: what was allowed in it ends too, whatever `revokeGrantsTarget` says.
pub async fn end_session(
    State(app): State<App>,
    member: Member,
    At(session): At<String>,
    query: Query,
) -> Result<StatusCode, ApiError> {
    let mut problems = Problems::default();
    query.word("revokeGrantsTarget", &["all", "firstParty"], &mut problems);
    problems.check()?;
    may_end(&member)?;
    let gone = || ApiError::new(codes::OIDC_SESSION_NOT_FOUND);
    let session = SessionId::parse(&session).map_err(|e| gone().because(e))?;
    let event = member.event(&app, ENDED, &json!({ "sessionId": session }));
    if sessions::end(&app.db, (member.user(), &session), &event).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(gone())
    }
}

/// `GET /api/my-account/grants`, perhaps only those of our own applications or of other people's.
pub async fn grants(
    State(app): State<App>,
    member: Member,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    may_see(&member)?;
    let given = grants_of_kind(&app, member.user(), &query, member.now).await?;
    let shown: Vec<_> = given.iter().map(shown_grant).collect();
    Ok(Json(json!({ "grants": shown })))
}

/// `DELETE /api/my-account/grants/{grant}`: with every code and token that hangs on it.
pub async fn take_back(
    State(app): State<App>,
    member: Member,
    At(grant): At<String>,
) -> Result<StatusCode, ApiError> {
    may_end(&member)?;
    let gone = || ApiError::new(codes::ENTITY_NOT_FOUND);
    let grant = GrantId::parse(&grant).map_err(|e| gone().because(e))?;
    let event = member.event(&app, TAKEN_BACK, &json!({ "grantId": grant }));
    if grants::take_back(&app.db, (member.user(), &grant), &event).await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(gone())
    }
}

/// The contract has 401 here where a scope is missing, and 400 elsewhere.
fn has_scope(member: &Member) -> Result<(), ApiError> {
    if member.scopes.has(Scope::Sessions) {
        Ok(())
    } else {
        Err(ApiError::new(codes::UNAUTHORIZED))
    }
}

fn may_see(member: &Member) -> Result<(), ApiError> {
    member.center.shows(FIELD)?;
    has_scope(member)
}

fn may_end(member: &Member) -> Result<(), ApiError> {
    member.center.edits(FIELD)?;
    has_scope(member)?;
    member.is_ours()
}
