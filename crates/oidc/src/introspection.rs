//! What a token is worth, told to a server that was shown one (RFC 7662).
use haoma_core::time::Timestamp;
use serde::Serialize;

use crate::access_token::AccessClaims;

/// The answer about a token (RFC 7662, section 2.2).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Introspection {
    /// Whether it works; when it does not, nothing else is told.
    pub active: bool,
    /// Space-separated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who it was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// `Bearer` for access tokens; absent for refresh tokens, which open nothing by themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'static str>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// The user, or the client in its own name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// The resource it opens, where it is for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aud: Option<String>,
    /// Who says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// The session it was issued in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// An opaque token that works, and whose it is.
#[derive(Debug, Clone, Copy)]
pub struct Living<'a> {
    /// Space-separated.
    pub scope: &'a str,
    /// Who it was issued to.
    pub client_id: &'a str,
    /// Whose it is.
    pub user_id: &'a str,
    /// The session it hangs on.
    pub session_id: &'a str,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Introspection {
    /// Of a token that is unknown, expired, taken back, or none of the asker's business: they all look alike.
    pub fn inactive() -> Self {
        Self::default()
    }

    /// Of an opaque access token.
    pub fn access(token: Living<'_>, issuer: &str) -> Self {
        Self { token_type: Some("Bearer"), ..Self::refresh(token, issuer) }
    }

    /// Of a refresh token.
    pub fn refresh(token: Living<'_>, issuer: &str) -> Self {
        Self {
            active: true,
            scope: Some(token.scope.to_owned()),
            client_id: Some(token.client_id.to_owned()),
            token_type: None,
            exp: Some(token.expires_at.secs()),
            iat: Some(token.created_at.secs()),
            sub: Some(token.user_id.to_owned()),
            aud: None,
            iss: Some(issuer.to_owned()),
            sid: Some(token.session_id.to_owned()),
        }
    }

    /// Of an access token that is a JWT.
    pub fn structured(claims: AccessClaims) -> Self {
        Self {
            active: true,
            scope: claims.scope,
            client_id: Some(claims.client_id),
            token_type: Some("Bearer"),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
            sub: claims.sub,
            aud: Some(claims.aud),
            iss: Some(claims.iss),
            sid: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_what_does_not_work_nothing_is_told() {
        let json = serde_json::to_value(Introspection::inactive()).unwrap();
        assert_eq!(json, serde_json::json!({ "active": false }));
    }

    #[test]
    fn a_refresh_token_is_no_bearer_token() {
        let token = Living {
            scope: "openid",
            client_id: "app",
            user_id: "u",
            session_id: "s",
            created_at: Timestamp(1_999),
            expires_at: Timestamp(5_000),
        };
        let refresh = Introspection::refresh(token, "https://id/oidc");
        assert_eq!((refresh.token_type, refresh.iat, refresh.exp), (None, Some(1), Some(5)));
        let access = Introspection::access(token, "https://id/oidc");
        assert_eq!(access, Introspection { token_type: Some("Bearer"), ..refresh });
    }
}
