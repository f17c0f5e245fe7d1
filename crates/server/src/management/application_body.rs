//! What a caller may say of an application, and how one is shown (wire contract C.6).
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_oidc::algorithm::Algorithm;
use haoma_oidc::client::ApplicationKind;
use haoma_oidc::redirect_uri;
use haoma_store::applications::{Application, Changes};
use serde_json::{Map, Value, json};

use super::input::{Fields, Problems};
use crate::error::api::{ApiError, codes};
use crate::oidc::applications::{LOGOUT_URI, is_logout_uri};
use crate::outbound::Reach;

const MOST_NAME: usize = 256;
const MOST_TEXT: usize = 2048;
/// The longest life a setting may give, in seconds: a year.
const MOST_TTL: i64 = 31_536_000;
/// How tokens are signed (OpenID Connect Registration 1.0, section 2).
const ALGORITHM: &str = "idTokenSignedResponseAlg";

/// A new application, under this id, whose addresses may lead so far.
///
/// # Errors
/// `guard.invalid_input` with every problem; `application.saml.use_saml_app_api`.
pub fn new(
    body: Value,
    id: ClientId,
    (now, reach): (Timestamp, Reach),
) -> Result<Application, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let name = fields.required_text("name", MOST_NAME);
    let written = fields.required_text("type", MOST_NAME);
    let kind = ApplicationKind::parse(&written);
    if written == "SAML" {
        fields.refuse_as("type", codes::SAML, codes::SAML.message);
    } else if kind.is_none() && !written.is_empty() {
        fields.refuse("type", "must be one of: Native, SPA, Traditional, MachineToMachine");
    }
    let kind = kind.unwrap_or(ApplicationKind::Spa);
    let is_third_party = fields.flag("isThirdParty").unwrap_or_default();
    if is_third_party && kind == ApplicationKind::MachineToMachine {
        fields.refuse("isThirdParty", "must be false: nobody signs in through a service");
    }
    let description = fields.nullable_text("description", MOST_TEXT);
    let oidc = oidc_metadata(&mut fields, reach);
    let custom = custom_metadata(&mut fields);
    let custom_data = fields.object("customData").unwrap_or_default();
    problems.check()?;
    let empty = || json!({ "redirectUris": [], "postLogoutRedirectUris": [] }).to_string();
    Ok(Application {
        id,
        name,
        description: description.set().cloned().flatten(),
        kind: kind.as_str().to_owned(),
        is_third_party,
        is_admin: false,
        oidc_client_metadata: oidc.unwrap_or_else(empty),
        custom_client_metadata: custom.unwrap_or_else(|| "{}".to_owned()),
        custom_data: Value::Object(custom_data).to_string(),
        created_at: now,
        updated_at: now,
    })
}

/// A partial update. Each given object replaces the stored one as a whole.
///
/// # Errors
/// `guard.invalid_input` with every problem.
pub fn changes(body: Value, reach: Reach) -> Result<Changes, ApiError> {
    let mut problems = Problems::default();
    let mut fields = Fields::of(body, &mut problems);
    let changes = Changes {
        name: fields.text("name", MOST_NAME).into(),
        description: fields.nullable_text("description", MOST_TEXT),
        is_admin: fields.flag("isAdmin").into(),
        oidc_client_metadata: oidc_metadata(&mut fields, reach).into(),
        custom_client_metadata: custom_metadata(&mut fields).into(),
        custom_data: fields
            .object("customData")
            .map(|object| Value::Object(object).to_string())
            .into(),
        if_left_at: None,
    };
    problems.check()?;
    Ok(changes)
}

/// The members that a partial update sets, for the audit log.
pub fn names(changes: &Changes) -> Vec<&'static str> {
    let all = [
        ("name", changes.name.is_keep()),
        ("description", changes.description.is_keep()),
        ("isAdmin", changes.is_admin.is_keep()),
        ("oidcClientMetadata", changes.oidc_client_metadata.is_keep()),
        ("customClientMetadata", changes.custom_client_metadata.is_keep()),
        ("customData", changes.custom_data.is_keep()),
    ];
    all.into_iter().filter(|(_, is_keep)| !is_keep).map(|(name, _)| name).collect()
}

fn oidc_metadata(fields: &mut Fields<'_>, reach: Reach) -> Option<String> {
    let read = |inner: &mut Fields<'_>| {
        let mut kept = Map::new();
        for key in ["redirectUris", "postLogoutRedirectUris"] {
            let uris = inner.texts(key, redirect_uri::check_registration).unwrap_or_default();
            kept.insert(key.to_owned(), json!(uris));
        }
        let logo = inner.text("logoUri", MOST_TEXT);
        if logo.as_deref().is_some_and(|uri| redirect_uri::origin(uri).is_none()) {
            inner.refuse("logoUri", "must be an http or https address");
        }
        keep(&mut kept, "logoUri", logo);
        let logout = inner.text("backchannelLogoutUri", MOST_TEXT);
        if logout.as_deref().is_some_and(|uri| !is_logout_uri(uri, reach)) {
            inner.refuse("backchannelLogoutUri", &format!("must be {LOGOUT_URI}"));
        }
        keep(&mut kept, "backchannelLogoutUri", logout);
        keep(
            &mut kept,
            "backchannelLogoutSessionRequired",
            inner.flag("backchannelLogoutSessionRequired"),
        );
        Value::Object(kept).to_string()
    };
    fields.nested("oidcClientMetadata", read)
}

fn custom_metadata(fields: &mut Fields<'_>) -> Option<String> {
    let read = |inner: &mut Fields<'_>| {
        let mut kept = Map::new();
        let is_origin = |text: &str| match redirect_uri::origin(text) {
            Some(origin) if origin == text => Ok(()),
            _ => Err("must be an origin such as https://app.example.com"),
        };
        keep(&mut kept, "corsAllowedOrigins", inner.texts("corsAllowedOrigins", is_origin));
        for (key, most) in [
            ("idTokenTtl", MOST_TTL),
            ("refreshTokenTtl", MOST_TTL),
            ("refreshTokenTtlInDays", 180),
            ("maxAllowedGrants", MOST_TTL),
        ] {
            keep(&mut kept, key, inner.number(key, 1..=most));
        }
        keep(&mut kept, "tenantId", inner.text("tenantId", MOST_NAME));
        let algorithm = inner.text(ALGORITHM, MOST_NAME);
        if let Some(Err(why)) = algorithm.as_deref().map(Algorithm::parse) {
            inner.refuse(ALGORITHM, why);
        }
        keep(&mut kept, ALGORITHM, algorithm);
        for key in
            ["alwaysIssueRefreshToken", "rotateRefreshToken", "allowTokenExchange", "isDeviceFlow"]
        {
            keep(&mut kept, key, inner.flag(key));
        }
        Value::Object(kept).to_string()
    };
    fields.nested("customClientMetadata", read)
}

fn keep<T: Into<Value>>(kept: &mut Map<String, Value>, key: &str, value: Option<T>) {
    if let Some(value) = value {
        kept.insert(key.to_owned(), value.into());
    }
}

/// How an application is shown.
///
/// # Errors
/// A stored document that is no JSON, which is a fault of ours.
pub fn shown(application: &Application) -> Result<Map<String, Value>, ApiError> {
    let json = json!({
        "tenantId": "default",
        "id": application.id,
        "name": application.name,
        "description": application.description,
        "type": application.kind,
        "oidcClientMetadata": stored(&application.oidc_client_metadata)?,
        "customClientMetadata": stored(&application.custom_client_metadata)?,
        "protectedAppMetadata": null,
        "customData": stored(&application.custom_data)?,
        "isThirdParty": application.is_third_party,
        "createdAt": application.created_at,
    });
    let Value::Object(shown) = json else { return Ok(Map::new()) };
    Ok(shown)
}

/// A stored JSON document.
///
/// # Errors
/// It is none, which is a fault of ours.
pub fn stored(text: &str) -> Result<Map<String, Value>, ApiError> {
    serde_json::from_str(text).map_err(|e| ApiError::new(codes::INTERNAL).because(e))
}
