//! Opening an interaction, and answering the request it was opened for.
use axum::http::HeaderMap;
use axum::response::Response;
use haoma_core::experience::Experience;
use haoma_core::ids::{GrantId, InteractionId, SessionId};
use haoma_core::time::Timestamp;
use haoma_core::token::Token;
use haoma_oidc::authorize::AuthorizationRequest;
use haoma_oidc::client::Client;
use haoma_oidc::{lifetimes, pages, refresh};
use haoma_store::Step;
use haoma_store::authorization_codes::{self, AuthorizationCode};
use haoma_store::grants::Grant;
use haoma_store::interactions::{self, Interaction, Outcome, Prompt};

use super::visitor::Visitor;
use super::{cookies, redirect, resource};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// The row of a new interaction; `session` is the one consent is asked in.
pub(super) fn new(
    app: &App,
    request: &AuthorizationRequest,
    session: Option<SessionId>,
    now: Timestamp,
) -> Result<Interaction> {
    Ok(Interaction {
        id: InteractionId::generate(now, &app.entropy),
        client_id: request.client_id.clone(),
        prompt: if session.is_some() { Prompt::Consent } else { Prompt::Login },
        request: serde_json::to_string(request).map_err(Refusal::internal)?,
        experience: serde_json::to_string(&Experience::default()).map_err(Refusal::internal)?,
        session_id: session,
        outcome: Outcome::Open,
        version: 0,
        expires_at: now.plus_secs(lifetimes::INTERACTION),
        created_at: now,
    })
}

/// Stores an interaction after `steps`, all or nothing, and sends the person to its page.
pub(super) async fn open(
    app: &App,
    headers: &HeaderMap,
    request: &AuthorizationRequest,
    interaction: &Interaction,
    mut steps: Vec<Step>,
) -> std::result::Result<Response, OpenError> {
    steps.push(interactions::insert(interaction));
    app.db.unit(steps).await.map_err(OpenError::Store)?;
    let client_id = request.client_id.as_str();
    let location = match interaction.prompt {
        Prompt::Login => request.extras.location(client_id),
        Prompt::Consent => pages::consent_location(client_id),
    };
    let mut response = redirect::see_other(&location).map_err(OpenError::Refused)?;
    cookies::set_interaction(
        (headers, response.headers_mut()),
        app,
        (&request.client_id, &interaction.id),
        request.extras.ui_locales.as_deref(),
    );
    Ok(response)
}

/// Why an interaction could not be opened.
#[derive(Debug)]
pub(super) enum OpenError {
    /// The database said no; a step before it may have changed nothing.
    Store(haoma_store::Error),
    /// Anything else.
    Refused(Refusal),
}

impl From<OpenError> for Refusal {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Store(error) => error.into(),
            OpenError::Refused(refusal) => refusal,
        }
    }
}

/// What the visitor allows the client now: what was allowed before and what is asked for.
pub(super) fn grant(
    app: &App,
    request: &AuthorizationRequest,
    visitor: &Visitor,
    now: Timestamp,
) -> Grant {
    let before = visitor.scopes().unwrap_or_default();
    Grant {
        id: GrantId::generate(now, &app.entropy),
        user_id: visitor.session.user_id.clone(),
        client_id: request.client_id.clone(),
        session_id: visitor.session.id.clone(),
        scope: before.union(request.scope).to_string(),
        resource_scopes: visitor
            .resource_scopes()
            .union(&resource::scopes(&visitor.asked))
            .stored(),
        expires_at: now.plus_secs(lifetimes::GRANT),
        created_at: now,
    }
}

/// A code for the client, and the step that stores it. `None` without a grant.
pub(super) fn code(
    app: &App,
    client: &Client,
    request: &AuthorizationRequest,
    visitor: &Visitor,
    now: Timestamp,
) -> Option<(Token, Step)> {
    let grant = visitor.granted.as_ref()?;
    let token = Token::generate(now, &app.entropy);
    let row = AuthorizationCode {
        id: token.id().clone(),
        hash: token.hash(),
        grant_id: grant.id.clone(),
        client_id: client.id.clone(),
        redirect_uri: request.target.redirect_uri.clone(),
        code_challenge: request.code_challenge.as_ref().map(|c| c.as_str().to_owned()),
        nonce: request.nonce.clone(),
        scope: request.scope.to_string(),
        resource_scopes: resource::scopes(&visitor.asked)
            .intersection(&visitor.resource_scopes())
            .stored(),
        offline: refresh::is_issued(client, request.scope),
        authenticated_at: visitor.session.authenticated_at,
        consumed_at: None,
        expires_at: now.plus_secs(lifetimes::AUTHORIZATION_CODE),
        created_at: now,
    };
    Some((token, authorization_codes::insert(&row)))
}
