//! What a row says of an application. Nothing is looked up here.
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use haoma_oidc::client::ApplicationKind;
use haoma_store::applications::{Application, Secret};
use serde_json::{Map, Value};

use super::reason::Reason;
use super::user::drop_nulls;
use crate::management::application_body;
use crate::oidc::account_client;
use crate::oidc::applications::{SECRET_NAME, is_logout_uri, last_four};
use crate::outbound::Reach;

/// The members that are carried over as they are.
const CARRIED: [&str; 7] = [
    "name",
    "type",
    "description",
    "isThirdParty",
    "oidcClientMetadata",
    "customClientMetadata",
    "customData",
];
/// Applications there that have no like here.
const NOT_OFFERED: [&str; 2] = ["Protected", "SAML"];
/// Shorter secrets could be found from their hash.
const LEAST_SECRET_CHARS: usize = 16;
/// How a secret is shown whose value is not told.
const MASK: &str = "****";
/// Where an application is told that a session ended.
const LOGOUT: &str = "backchannelLogoutUri";
/// What its server alone uses.
const INTERNAL: &str = "#internal:";

/// An application that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incoming {
    /// As it would be stored.
    pub(super) application: Application,
    /// Secrets that work, as they would be stored.
    pub(super) secrets: Vec<Secret>,
    /// Names of secrets whose value the row does not tell, or that are too short.
    pub(super) untold: Vec<String>,
    /// The address for back-channel logout that this server would not call, and that stays behind.
    pub(super) uncalled: Option<String>,
}

/// Reads a row.
///
/// # Errors
/// Why it cannot come in.
pub(super) fn read(row: Value, now: Timestamp) -> Result<Incoming, Reason> {
    let unfit = |problem: &str| Reason::Unfit(vec![problem.to_owned()]);
    let Value::Object(mut row) = row else { return Err(unfit("must be an object")) };
    if let Some(kind) = row.get("type").and_then(Value::as_str)
        && NOT_OFFERED.contains(&kind)
    {
        return Err(Reason::NotOffered(kind.to_owned()));
    }
    let id = row.get("id").and_then(Value::as_str).and_then(|id| ClientId::parse(id).ok());
    // programs know it by its id: another one would help nobody
    let id =
        id.ok_or_else(|| unfit("id must be 1 to 64 letters, digits, dashes or underscores"))?;
    if id.as_str() == account_client::ID {
        return Err(Reason::IdTaken);
    }
    let created_at = row.get("createdAt").and_then(Value::as_i64).map_or(now, Timestamp);
    let mut known: Map<String, Value> =
        CARRIED.into_iter().filter_map(|key| Some((key.to_owned(), row.remove(key)?))).collect();
    for key in ["isThirdParty", "oidcClientMetadata", "customClientMetadata", "customData"] {
        drop_nulls(&mut known, key);
    }
    let uncalled = uncalled(&mut known);
    let read = application_body::new(Value::Object(known), id, (now, Reach::PublicOnly));
    let application = read.map_err(|error| Reason::of(&error))?;
    let application = Application { created_at, ..application };
    let kind = ApplicationKind::parse(&application.kind);
    let mut incoming = Incoming { application, secrets: vec![], untold: vec![], uncalled };
    if kind.is_some_and(ApplicationKind::is_confidential) {
        secrets(&row, now, &mut incoming);
    }
    Ok(incoming)
}

/// Takes out an address for back-channel logout that this server would not call: one of an inner network, which only the configuration
/// of the server allows. The application works without it; a value that is no text is left for the judge.
fn uncalled(row: &mut Map<String, Value>) -> Option<String> {
    let metadata = row.get_mut("oidcClientMetadata")?.as_object_mut()?;
    let uri = metadata.get(LOGOUT)?.as_str()?;
    if is_logout_uri(uri, Reach::PublicOnly) {
        return None;
    }
    metadata.remove(LOGOUT).and_then(|uri| uri.as_str().map(str::to_owned))
}

/// The secrets of `secrets`, and the one of `secret` that older exports have.
fn secrets(row: &Map<String, Value>, now: Timestamp, incoming: &mut Incoming) {
    for one in row.get("secrets").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
        let time = |key: &str| one.get(key).and_then(Value::as_i64).map(Timestamp);
        let name = if text("name").is_empty() { SECRET_NAME } else { text("name") };
        let expires_at = time("expiresAt");
        if expires_at.is_none_or(|at| at > now) {
            keep(incoming, name, text("value"), (time("createdAt").unwrap_or(now), expires_at));
        }
    }
    if let Some(value) = row.get("secret").and_then(Value::as_str)
        && !value.starts_with(INTERNAL)
        && !incoming.secrets.iter().any(|secret| secret.name == SECRET_NAME)
    {
        keep(incoming, SECRET_NAME, value, (now, None));
    }
}

fn keep(
    incoming: &mut Incoming,
    name: &str,
    value: &str,
    (created_at, expires_at): (Timestamp, Option<Timestamp>),
) {
    if value.starts_with(MASK) || value.chars().count() < LEAST_SECRET_CHARS {
        incoming.untold.push(name.to_owned());
        return;
    }
    let (hash, last_four) = (SecretHash::of(value), last_four(value).to_owned());
    let name = name.to_owned();
    incoming.secrets.push(Secret { name, hash, last_four, expires_at, created_at });
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn web(more: &Value) -> Value {
        let mut row = json!({
            "tenantId": "default", "id": "web", "name": "Web", "type": "Traditional", "description": null, "createdAt": 3,
            "oidcClientMetadata": { "redirectUris": ["https://example.com/callback"], "postLogoutRedirectUris": [], "logoUri": null },
            "customClientMetadata": { "rotateRefreshToken": true, "idTokenTtl": null }, "protectedAppMetadata": null,
            "customData": {}, "isThirdParty": false, "secret": "#internal:abcdefghijklmnopqrstuvwxyz",
        });
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        row
    }

    #[test]
    fn an_address_that_is_not_called_from_here_stays_behind_and_the_application_comes() {
        let with = |uri: &str| {
            let metadata = json!({ "redirectUris": ["https://example.com/callback"], "postLogoutRedirectUris": [], "backchannelLogoutUri": uri });
            read(web(&json!({ "oidcClientMetadata": metadata })), NOW).unwrap()
        };
        let out = with("https://app.example.com/out");
        assert_eq!(out.uncalled, None);
        assert!(out.application.oidc_client_metadata.contains("https://app.example.com/out"));
        for inner in [
            "http://localhost:3000/out",
            "https://10.0.0.5/out",
            "no address",
            "https://a.example/#x",
        ] {
            let incoming = with(inner);
            assert_eq!(incoming.uncalled.as_deref(), Some(inner));
            let metadata = &incoming.application.oidc_client_metadata;
            assert!(
                !metadata.contains("backchannel") && metadata.contains("callback"),
                "{metadata}"
            );
        }
    }

    #[test]
    fn secrets_come_in_as_hashes_and_those_that_are_not_told_are_named() {
        let value = "Zm9vYmFyYmF6cXV4MTIzNDU2";
        let row = web(&json!({ "secrets": [
            { "name": "Default secret", "value": value, "createdAt": 4, "expiresAt": null },
            { "name": "masked", "value": "****wxyz" }, { "name": "short", "value": "abc" },
            { "name": "expired", "value": value, "expiresAt": NOW.0 - 1 },
        ] }));
        let incoming = read(row, NOW).unwrap();
        assert_eq!(incoming.application.created_at, Timestamp(3));
        assert_eq!(incoming.untold, ["masked", "short"]);
        let [secret] = incoming.secrets.as_slice() else { panic!("{:?}", incoming.secrets) };
        assert!(secret.hash.matches(&SecretHash::of(value)));
        assert_eq!((secret.last_four.as_str(), secret.created_at), ("NDU2", Timestamp(4)));
        let older = read(web(&json!({ "secret": value })), NOW).unwrap();
        assert!(older.secrets[0].hash.matches(&SecretHash::of(value)));
        let public = web(&json!({ "type": "SPA", "secret": value }));
        assert!(read(public, NOW).unwrap().secrets.is_empty());
    }

    #[test]
    fn what_cannot_come_in_is_told_why() {
        let why = |more: Value| read(web(&more), NOW).unwrap_err();
        assert_eq!(why(json!({ "type": "SAML" })), Reason::NotOffered("SAML".to_owned()));
        assert!(matches!(why(json!({ "id": "no id!" })), Reason::Unfit(_)));
        assert_eq!(why(json!({ "id": "account-center" })), Reason::IdTaken);
        let wild =
            json!({ "oidcClientMetadata": { "redirectUris": ["https://*.example.com/callback"] } });
        let Reason::Unfit(problems) = why(wild) else { panic!("came in") };
        assert!(problems[0].starts_with("oidcClientMetadata.redirectUris[0] "), "{problems:?}");
    }
}
