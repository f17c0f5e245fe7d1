//! `GET|POST /oidc/auth`: an application asks that somebody sign in.
use axum::extract::State;
use axum::http::{HeaderMap, Method};
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
use super::{client, elsewhere, interaction, push, redirect, resource};
use crate::app::App;
use crate::error::oauth::{Refusal, Result};

/// Where it is answered.
const PATH: &str = "/oidc/auth";
/// A request is kept until somebody has signed in, and anybody may send one: it stays small.
const MOST_BYTES: usize = 8 * 1024;

/// Errors before the target is known are shown, later ones are the client's.
pub(super) async fn authorize(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Sent(sent): Sent,
) -> Result<Response> {
    let (app, headers) = (&app, &headers);
    check_size(&sent)?;
    let now = app.clock.now();
    let client = client::find(app, sent.required("client_id")?, now).await?;
    let params = &match sent.get("request_uri") {
        Some(name) => push::find(app, &client, name, now).await?,
        None => sent.clone(),
    };
    let target = Target::find(params, &client)?;
    if elsewhere::is_blind(app, &method, headers) {
        return elsewhere::ask_again(app, headers, (PATH, &sent), Some(&target.redirect_uri));
    }
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
    let request = judged(app, params, (client, target)).await?;
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

/// A request that may be answered: whatever is refused without looking who is signed in is refused here.
pub(super) async fn judged(
    app: &App,
    params: &Params,
    (client, target): (&Client, Target),
) -> Result<AuthorizationRequest> {
    let mut request = AuthorizationRequest::parse(params, client, target)?;
    request.expected_user = expected_user(app, client, params)?;
    resource::check(app, &request).await?;
    Ok(request)
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
