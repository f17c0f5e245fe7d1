//! The discovery document: only what works (OpenID Connect Discovery 1.0, section 3; RFC 8414).
use serde_json::{Value, json};

use crate::algorithm::Algorithm;
use crate::answer::ResponseMode;
use crate::scope::Scope;
use crate::token::GRANT_TYPES;
use crate::{claims, id_token};

/// The document of an issuer such as `https://id.example.com/oidc`.
pub fn document(issuer: &str) -> Value {
    let at = |path: &str| format!("{issuer}{path}");
    json!({
        "issuer": issuer,
        "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/me"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/session/end"),
        "revocation_endpoint": at("/token/revocation"),
        "introspection_endpoint": at("/token/introspection"),
        "pushed_authorization_request_endpoint": at("/request"),
        "require_pushed_authorization_requests": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "claims_parameter_supported": false,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "claim_types_supported": ["normal"],
        "claims_supported": claims::SUPPORTED,
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": GRANT_TYPES,
        "id_token_signing_alg_values_supported": Algorithm::ALL,
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "response_modes_supported": ResponseMode::ALL,
        "response_types_supported": ["code"],
        "scopes_supported": Scope::ALL.map(Scope::as_str),
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "acr_values_supported": [id_token::ACR],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_under_the_issuer_and_nothing_more_is_promised_than_works() {
        let document = document("https://id.example/oidc");
        for (name, value) in document.as_object().unwrap() {
            let is_address = name.ends_with("_endpoint") || name.ends_with("_uri");
            let text = value.as_str().unwrap_or_default();
            assert!(!is_address || text.starts_with("https://id.example/oidc/"), "{name}");
        }
        assert_eq!(
            document["grant_types_supported"],
            json!(["authorization_code", "refresh_token", "client_credentials"])
        );
        assert!(document.get("device_authorization_endpoint").is_none());
    }
}
