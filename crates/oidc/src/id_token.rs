//! Id tokens: what they say beside the user's claims, and how one that comes back is read (OpenID Connect Core 2, 3.1.3.6).
use haoma_core::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::client::Client;
use crate::keys::KeySet;

/// How the user proved who they are (RFC 8176): a code by SMS, used once.
pub const AMR: [&str; 2] = ["sms", "otp"];

/// How sure that is (OpenID Connect Core 2): one factor, something the person has.
pub const ACR: &str = "urn:haoma:acr:phone";

/// The circumstances of a sign-in.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    /// Who signs.
    pub issuer: &'a str,
    /// The browser session.
    pub session_id: &'a str,
    /// When the user signed in.
    pub authenticated_at: Timestamp,
    /// What the client sent along; not repeated at a refresh.
    pub nonce: Option<&'a str>,
    /// The access token issued beside it.
    pub access_token: &'a str,
}

/// The payload of an id token.
pub fn payload(
    client: &Client,
    occasion: &Occasion<'_>,
    mut claims: Map<String, Value>,
    now: Timestamp,
) -> Map<String, Value> {
    let mut add = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    add("iss", occasion.issuer.into());
    add("aud", client.id.as_str().into());
    add("iat", now.secs().into());
    add("exp", now.plus_secs(client.id_token_ttl()).secs().into());
    add("auth_time", occasion.authenticated_at.secs().into());
    add("amr", json!(AMR));
    add("acr", ACR.into());
    add("sid", occasion.session_id.into());
    add("at_hash", client.algorithm().half_digest(occasion.access_token).into());
    if let Some(nonce) = occasion.nonce {
        add("nonce", nonce.into());
    }
    claims
}

/// What an id token that comes back as a hint tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hint {
    /// The user.
    pub sub: String,
    /// The client it was issued to.
    pub aud: String,
    /// The session it was issued in.
    pub sid: Option<String>,
}

/// Reads an `id_token_hint`: ours, and an id token. It may have expired (RP-Initiated Logout 1.0, section 4).
pub fn read_hint(keys: &KeySet, issuer: &str, token: &str) -> Option<Hint> {
    keys.read(issuer, None, token)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;
    use crate::algorithm::Algorithm::Es256;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;
    use crate::keys::tests::keys;

    const ISSUER: &str = "https://id.example/oidc";

    fn made() -> Map<String, Value> {
        let occasion = Occasion {
            issuer: ISSUER,
            session_id: "s1",
            authenticated_at: Timestamp(1_700_000_000_999),
            nonce: Some("n"),
            access_token: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
        };
        let claims = Map::from_iter([("sub".to_owned(), json!("u1"))]);
        let client = client(ApplicationKind::Spa, &["https://a/cb"]);
        payload(&client, &occasion, claims, Timestamp(1_700_000_100_500))
    }

    #[test]
    fn s53_the_payload_says_who_when_and_how() {
        let expected = json!({
            "sub": "u1",
            "iss": ISSUER,
            "aud": "app",
            "iat": 1_700_000_100,
            "exp": 1_700_003_700,
            "auth_time": 1_700_000_000,
            "amr": ["sms", "otp"],
            "acr": "urn:haoma:acr:phone",
            "sid": "s1",
            "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
            "nonce": "n",
        });
        assert_eq!(Value::from(made()), expected);
    }

    #[test]
    fn s54_a_hint_is_ours_or_nothing() {
        let keys = keys();
        let token = keys.sign(Es256, &made()).unwrap();
        let hint = read_hint(&keys, ISSUER, &token).unwrap();
        assert_eq!(
            (hint.sub.as_str(), hint.aud.as_str(), hint.sid.as_deref()),
            ("u1", "app", Some("s1"))
        );
        assert_eq!(read_hint(&keys, "https://other/oidc", &token), None);
        assert_eq!(
            read_hint(&crate::keys::tests::keys(), ISSUER, &token),
            None,
            "another server's key"
        );
        let access = keys.sign_access(Es256, &made()).unwrap();
        assert_eq!(read_hint(&keys, ISSUER, &access), None, "not an id token");
        let (head, rest) = token.split_once('.').unwrap();
        let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let kid = keys.public()[0].kid.clone();
        for forged in [
            format!("{head}.{rest}x"),
            format!("{}.{rest}", header(&format!(r#"{{"alg":"none","kid":"{kid}"}}"#))),
            format!("{}.{rest}", header(&format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#))),
            format!("{}.{}.", header(r#"{"alg":"none"}"#), rest.split_once('.').unwrap().0),
            String::new(),
            "a.b.c".to_owned(),
        ] {
            assert_eq!(read_hint(&keys, ISSUER, &forged), None, "{forged}");
        }
    }
}
