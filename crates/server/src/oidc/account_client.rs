//! The client that our own page `/account` is (wire contract A.3): it exists without a row, and leads back here and nowhere else.
use std::sync::Arc;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_oidc::client::{ApplicationKind, Client, CustomClientMetadata, OidcClientMetadata};
use haoma_store::sessions::Session;

use super::cookies::SESSION;
use super::visitor::Visitor;
use crate::app::App;
use crate::error::api::{ApiError, codes};
use crate::web::cookies;

/// Its id.
pub const ID: &str = "account-center";

/// Where it is answered.
pub const CALLBACK: &str = "/account/callback";

/// Who is signed in in this browser, by its session cookie.
///
/// # Errors
/// A database that does not answer.
pub async fn signed_in(
    app: &App,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Option<Session>, ApiError> {
    let id = ClientId::parse(ID).map_err(|e| ApiError::new(codes::INTERNAL).because(e))?;
    let found = Visitor::find(app, headers, &id, now).await;
    let visitor = found.map_err(|refusal| {
        let cause = refusal.cause.unwrap_or_else(|| refusal.error.description.to_string());
        ApiError::new(codes::UNAVAILABLE).because(cause)
    })?;
    Ok(visitor.map(|visitor| visitor.session))
}

/// Where somebody who is not signed in goes, to come back to our page. The answer's code is worth nothing: nobody knows the verifier
/// of its challenge, and the session that came with it is all that counts.
pub fn sign_in(app: &App, ui_locales: Option<&str>) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(app.entropy.bytes::<32>());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("client_id", ID)
        .append_pair("redirect_uri", &app.settings.url(CALLBACK))
        .append_pair("response_type", "code")
        .append_pair("scope", "openid")
        .append_pair("code_challenge", &challenge)
        .append_pair("code_challenge_method", "S256");
    if let Some(tags) = ui_locales {
        query.append_pair("ui_locales", tags);
    }
    format!("/oidc/auth?{}", query.finish())
}

/// This browser is signed out: its session cookie goes.
pub fn forget_session(response: &mut HeaderMap, app: &App) {
    cookies::remove_signed(response, app, SESSION, "/");
}

/// The client.
pub(super) fn client(app: &App, id: ClientId) -> Arc<Client> {
    Arc::new(Client {
        id,
        name: "Account".to_owned(),
        kind: ApplicationKind::Spa,
        is_third_party: false,
        is_admin: false,
        default_resource: None,
        oidc: OidcClientMetadata {
            redirect_uris: vec![app.settings.url(CALLBACK)],
            post_logout_redirect_uris: vec![app.settings.url("/account")],
            ..OidcClientMetadata::default()
        },
        custom: CustomClientMetadata::default(),
        secrets: vec![],
    })
}
