//! `GET|POST /oidc/auth`: an application asks that somebody sign in.
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use haoma_core::time::Timestamp;
use haoma_oidc::authorize::{AuthorizationRequest, Target};
use haoma_oidc::client::Client;
use haoma_oidc::decide::{self, Next, Progress};
use haoma_oidc::error::OauthError;
use haoma_oidc::id_token;
use haoma_oidc::params::Params;

use super::body::Sent;
use super::visitor::Visitor;
use super::{client, interaction, push, redirect, resource};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// A request is kept until somebody has signed in, and anybody may send one: it stays small.
const MOST_BYTES: usize = 8 * 1024;

/// Errors before the target is known are shown, later ones are the client's.
pub(super) async fn authorize(
    State(app): State<App>,
    headers: HeaderMap,
    Sent(params): Sent,
) -> Result<Response> {
    let (app, headers) = (&app, &headers);
    check_size(&params)?;
    let now = app.clock.now();
    let client = client::find(app, params.required("client_id")?, now).await?;
    let params = match params.get("request_uri") {
        Some(name) => push::find(app, &client, name, now).await?,
        None => params,
    };
    let params = &params;
    let target = Target::find(params, &client)?;
    match begin(app, headers, params, (&client, target.clone()), now).await {
        Err(refusal) => {
            refusal.log();
            redirect::answer(app, headers, target.error(&refusal.error, &app.settings.issuer()))
        }
        answered => answered,
    }
}

/// Refuses what is too long to be kept.
pub(super) fn check_size(params: &Params) -> Result<()> {
    if params.size() > MOST_BYTES {
        return Err(OauthError::invalid_request("the authorization request is too long").into());
    }
    Ok(())
}

async fn begin(
    app: &App,
    headers: &HeaderMap,
    params: &Params,
    (client, target): (&Client, Target),
    now: Timestamp,
) -> Result<Response> {
    let mut request = AuthorizationRequest::parse(params, client, target)?;
    request.expected_user = expected_user(app, client, params)?;
    resource::check(app, &request).await?;
    let visitor = Visitor::find_for(app, headers, &request, now).await?;
    let view = visitor.as_ref().map(Visitor::view);
    match (decide::next(&request, view.as_ref(), Progress::Asked, now), visitor) {
        (Next::Refuse(error), _) => Err(error.into()),
        (Next::Answer, Some(visitor)) => {
            let code = interaction::code(app, client, &request, &visitor, now);
            let (code, step) =
                code.ok_or_else(|| Refusal::internal("an answer without a grant"))?;
            app.db.write(step).await?;
            let answer = request.target.code(&code.reveal(), &app.settings.issuer());
            redirect::answer(app, headers, answer)
        }
        (next, visitor) => {
            let session = visitor.filter(|_| next == Next::Consent).map(|v| v.session.id);
            let row = interaction::new(app, &request, session, now)?;
            Ok(interaction::open(app, headers, &request, &row, vec![]).await?)
        }
    }
}

/// Who the client expects, by an id token we gave it (OpenID Connect Core 3.1.2.1).
fn expected_user(app: &App, client: &Client, params: &Params) -> Result<Option<String>> {
    let Some(token) = params.get("id_token_hint") else { return Ok(None) };
    let hint = id_token::read_hint(&app.signing.load(), &app.settings.issuer(), token);
    match hint.filter(|hint| hint.aud == client.id.as_str()) {
        Some(hint) => Ok(Some(hint.sub)),
        None => {
            Err(OauthError::invalid_request("id_token_hint is not an id token of this client")
                .into())
        }
    }
}
