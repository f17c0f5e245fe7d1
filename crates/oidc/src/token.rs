//! The token endpoint: what is asked, how a code is judged, what is answered (RFC 6749, sections 4.1.3 and 6).
use std::fmt;

use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::{SecretHash, Token};
use serde::Serialize;

use crate::client::Client;
use crate::error::{ErrorKind, OauthError};
use crate::params::Params;
use crate::pkce::{self, Challenge};
use crate::resource;

/// The grants the token endpoint knows, as in discovery.
pub const GRANT_TYPES: [&str; 3] = ["authorization_code", "refresh_token", "client_credentials"];

/// A parsed request.
#[derive(Debug, Clone)]
pub enum TokenRequest {
    /// A code for tokens.
    AuthorizationCode {
        /// The code; `None` when the text cannot be one of ours.
        code: Option<Token>,
        /// The address the code was sent to.
        redirect_uri: String,
        /// The proof (RFC 7636).
        verifier: Option<Verifier>,
        /// What for (RFC 8707).
        resources: Vec<String>,
    },
    /// A refresh token for tokens.
    RefreshToken {
        /// The refresh token; `None` when the text cannot be one of ours.
        token: Option<Token>,
        /// Fewer scopes than granted.
        scope: Option<String>,
        /// What for (RFC 8707).
        resources: Vec<String>,
    },
    /// A service asks in its own name.
    ClientCredentials {
        /// What for (RFC 8707).
        resources: Vec<String>,
        /// How much.
        scope: Option<String>,
    },
}

/// A code verifier, which does not print.
#[derive(Clone)]
pub struct Verifier(String);

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

impl TokenRequest {
    /// Reads a request.
    pub fn parse(params: &Params) -> Result<Self, OauthError> {
        let resources = || resource::named(params);
        Ok(match params.required("grant_type")? {
            "authorization_code" => Self::AuthorizationCode {
                code: Token::parse(params.required("code")?),
                redirect_uri: params.required("redirect_uri")?.to_owned(),
                verifier: params.get("code_verifier").map(|text| Verifier(text.to_owned())),
                resources: resources()?,
            },
            "refresh_token" => Self::RefreshToken {
                token: Token::parse(params.required("refresh_token")?),
                scope: params.get("scope").map(ToOwned::to_owned),
                resources: resources()?,
            },
            "client_credentials" => Self::ClientCredentials {
                resources: resources()?,
                scope: params.get("scope").map(ToOwned::to_owned),
            },
            _ => {
                let text = "unsupported grant_type requested";
                return Err(OauthError::new(ErrorKind::UnsupportedGrantType, text));
            }
        })
    }
}

/// An authorization code as it stands in the database.
#[derive(Debug, Clone)]
pub struct IssuedCode {
    /// What is compared.
    pub hash: SecretHash,
    /// Who asked for it.
    pub client_id: ClientId,
    /// Where it was sent.
    pub redirect_uri: String,
    /// What the verifier must meet.
    pub code_challenge: Option<Challenge>,
    /// When it was exchanged.
    pub consumed_at: Option<Timestamp>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// What becomes of a presented code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It is exchanged.
    Good,
    /// It is worth nothing to this caller.
    Refuse,
    /// Right code, wrong proof: it is spent, so that nobody can guess on.
    Burn,
    /// It was exchanged before: what it gave is revoked.
    Replayed,
}

/// Judges a presented code.
pub fn judge_code(
    issued: &IssuedCode,
    presented: &Token,
    client: &Client,
    (redirect_uri, verifier): (&str, Option<&Verifier>),
    now: Timestamp,
) -> CodeVerdict {
    if !presented.hash().matches(&issued.hash) || issued.client_id != client.id {
        return CodeVerdict::Refuse;
    }
    if issued.consumed_at.is_some() {
        return CodeVerdict::Replayed;
    }
    if issued.expires_at <= now {
        return CodeVerdict::Refuse;
    }
    let verifier = verifier.map(|verifier| verifier.0.as_str());
    let is_proved = pkce::is_proved(issued.code_challenge.as_ref(), verifier);
    if is_proved && redirect_uri == issued.redirect_uri {
        CodeVerdict::Good
    } else {
        CodeVerdict::Burn
    }
}

/// A successful answer; holds tokens, so it does not print.
#[derive(Clone, Serialize)]
pub struct TokenAnswer {
    /// Opaque, 43 characters; for a resource a JWT.
    pub access_token: String,
    /// Seconds.
    pub expires_in: i64,
    /// With the scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    /// A new one, or the one that stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// For people always there, even when empty: SDKs insist on it. For services absent when nothing was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// `Bearer`.
    pub token_type: &'static str,
}

impl fmt::Debug for TokenAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenAnswer").field("scope", &self.scope).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use haoma_core::entropy::Entropy;

    use super::*;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const REDIRECT: &str = "https://a.example/cb";

    fn parse(list: &[(&str, &str)]) -> Result<TokenRequest, OauthError> {
        let pairs = list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        TokenRequest::parse(&Params::new(pairs)?)
    }

    #[test]
    fn what_is_missing_is_named() {
        for (params, description) in [
            (&[][..], "missing required parameter 'grant_type'"),
            (&[("grant_type", "refresh_token")], "missing required parameter 'refresh_token'"),
            (&[("grant_type", "authorization_code")], "missing required parameter 'code'"),
            (&[("grant_type", "password")], "unsupported grant_type requested"),
        ] {
            assert_eq!(parse(params).unwrap_err().description, description);
        }
    }

    #[test]
    fn s50_s51_a_code_works_once_for_its_client_its_address_and_its_proof() {
        let token = Token::generate(Timestamp(0), &Entropy::seeded(1));
        let other = Token::generate(Timestamp(0), &Entropy::seeded(2));
        let issued = IssuedCode {
            hash: token.hash(),
            client_id: ClientId::parse("app").unwrap(),
            redirect_uri: REDIRECT.to_owned(),
            code_challenge: Some(Challenge::from_stored(CHALLENGE.to_owned())),
            consumed_at: None,
            expires_at: Timestamp(60_000),
        };
        let spent = IssuedCode { consumed_at: Some(Timestamp(1)), ..issued.clone() };
        let mine = client(ApplicationKind::Spa, &[REDIRECT]);
        let mut theirs = mine.clone();
        theirs.id = ClientId::parse("other").unwrap();
        let good = (REDIRECT, Some(VERIFIER));
        for (name, issued, token, client, (uri, verifier), now, expected) in [
            ("good", &issued, &token, &mine, good, 59_999, CodeVerdict::Good),
            ("expired", &issued, &token, &mine, good, 60_000, CodeVerdict::Refuse),
            ("wrong secret", &issued, &other, &mine, good, 0, CodeVerdict::Refuse),
            ("another client", &issued, &token, &theirs, good, 0, CodeVerdict::Refuse),
            ("no verifier", &issued, &token, &mine, (REDIRECT, None), 0, CodeVerdict::Burn),
            (
                "wrong verifier",
                &issued,
                &token,
                &mine,
                (REDIRECT, Some(CHALLENGE)),
                0,
                CodeVerdict::Burn,
            ),
            (
                "wrong address",
                &issued,
                &token,
                &mine,
                ("https://a.example/", Some(VERIFIER)),
                0,
                CodeVerdict::Burn,
            ),
            ("replayed", &spent, &token, &mine, good, 2, CodeVerdict::Replayed),
            ("replayed late", &spent, &token, &mine, good, 99_999, CodeVerdict::Replayed),
            ("replayed by another", &spent, &token, &theirs, good, 2, CodeVerdict::Refuse),
        ] {
            let verifier = verifier.map(|text| Verifier(text.to_owned()));
            let verdict =
                judge_code(issued, token, client, (uri, verifier.as_ref()), Timestamp(now));
            assert_eq!(verdict, expected, "{name}");
        }
    }

    #[test]
    fn nothing_secret_prints() {
        let answer = TokenAnswer {
            access_token: "at".to_owned(),
            expires_in: 1,
            id_token: None,
            refresh_token: None,
            scope: Some(String::new()),
            token_type: "Bearer",
        };
        assert!(!format!("{answer:?}").contains("at\""));
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"access_token":"at","expires_in":1,"scope":"","token_type":"Bearer"}"#
        );
        let request = parse(&[
            ("grant_type", "authorization_code"),
            ("code", "c"),
            ("redirect_uri", REDIRECT),
            ("code_verifier", VERIFIER),
        ]);
        assert!(!format!("{:?}", request.unwrap()).contains(VERIFIER));
    }
}
