//! How an application proves who it is at the token endpoint (RFC 6749, section 2.3; wire contract A.3).
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::Client;
use crate::error::{ErrorKind, OauthError};
use crate::params::Params;

/// What an application presented.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// Who it says it is.
    pub client_id: String,
    /// Its secret, from the header or the body.
    pub secret: Option<SecretString>,
}

impl Credentials {
    /// From the `Authorization` header and the body. Both may name the client, if they agree.
    pub fn parse(authorization: Option<&str>, params: &Params) -> Result<Self, OauthError> {
        let body_id = params.get("client_id");
        let body_secret = params.get("client_secret");
        let Some((id, secret)) = authorization.map(basic).transpose()? else {
            let Some(id) = body_id else {
                let text = "no client authentication mechanism provided";
                return Err(OauthError::invalid_request(text));
            };
            let secret = body_secret.map(|secret| secret.to_owned().into());
            return Ok(Self { client_id: id.to_owned(), secret });
        };
        if body_id.is_some_and(|body_id| body_id != id) {
            return Err(OauthError::invalid_request("client_id mismatch"));
        }
        if body_secret.is_some() {
            // RFC 6749, section 2.3: one method per request.
            let text = "client authentication must only be provided using one mechanism";
            return Err(OauthError::invalid_request(text));
        }
        Ok(Self { client_id: id, secret: Some(secret) })
    }
}

/// Identifier and secret of a Basic header, both form-decoded.
fn basic(header: &str) -> Result<(String, SecretString), OauthError> {
    let malformed = || OauthError::invalid_request("invalid authorization header value format");
    let Some((scheme, encoded)) = header.split_once(' ') else {
        return Err(malformed());
    };
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(malformed());
    }
    let bytes = STANDARD.decode(encoded.trim()).map_err(|_not_base64| malformed())?;
    let text = String::from_utf8(bytes).map_err(|_not_utf8| malformed())?;
    let (id, secret) = text.split_once(':').ok_or_else(malformed)?;
    let id = form_decode(id).ok_or_else(malformed)?;
    let secret = form_decode(secret).ok_or_else(malformed)?;
    Ok((id, secret.into()))
}

fn form_decode(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    let decoded = percent_encoding::percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

/// The answer about a client that does not exist.
pub fn unknown_client(id: &str) -> OauthError {
    let id: String = id.chars().filter(|c| !c.is_control()).take(64).collect();
    OauthError::new(ErrorKind::UnknownClient, format!("invalid client {id}"))
}

/// Judges what was presented: the name of the secret that fitted, or `None` for an application that keeps none.
pub fn authenticate<'a>(
    client: &'a Client,
    credentials: &Credentials,
    now: Timestamp,
) -> Result<Option<&'a str>, OauthError> {
    let failed = || {
        let text = "client authentication failed";
        OauthError::new(ErrorKind::ClientAuthenticationFailed, text)
    };
    if !client.kind.is_confidential() {
        // A secret sent by a program that can keep none is not a proof of anything; only an empty one is overlooked.
        let is_empty = credentials.secret.as_ref().is_none_or(|s| s.expose_secret().is_empty());
        return if is_empty { Ok(None) } else { Err(failed()) };
    }
    let Some(secret) = &credentials.secret else {
        return Err(OauthError::invalid_request("no client authentication mechanism provided"));
    };
    let hash = SecretHash::of(secret.expose_secret());
    let is_live = |at: Option<Timestamp>| at.is_none_or(|at| now < at);
    // Every secret is compared: which one fitted takes as long as none.
    let fitting = client.secrets.iter().filter(|secret| secret.hash.matches(&hash));
    match fitting.max_by_key(|secret| is_live(secret.expires_at)) {
        Some(secret) if is_live(secret.expires_at) => Ok(Some(&secret.name)),
        Some(_) => Err(OauthError::invalid_request("client secret has expired")),
        None => Err(failed()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::tests::client;
    use crate::client::{ApplicationKind, ClientSecret};

    fn params(list: &[(&str, &str)]) -> Params {
        Params::new(list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()).unwrap()
    }

    fn header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    fn confidential() -> Client {
        let secret = |name: &str, text: &str, expires_at| ClientSecret {
            name: name.to_owned(),
            hash: SecretHash::of(text),
            expires_at,
        };
        let mut client = client(ApplicationKind::Traditional, &["https://a/cb"]);
        client.secrets =
            vec![secret("old", "s1", Some(Timestamp(10))), secret("new", "s2 +:%", None)];
        client
    }

    #[test]
    fn every_failure_has_the_contracts_words() {
        let both = params(&[("client_id", "app")]);
        for (authorization, params, description) in [
            (None, params(&[]), "no client authentication mechanism provided"),
            (
                Some("Basic !!!".to_owned()),
                params(&[]),
                "invalid authorization header value format",
            ),
            (Some("Basic".to_owned()), params(&[]), "invalid authorization header value format"),
            (Some(header("no-colon")), params(&[]), "invalid authorization header value format"),
            (Some(header("other:s")), both.clone(), "client_id mismatch"),
        ] {
            let error = Credentials::parse(authorization.as_deref(), &params).unwrap_err();
            assert_eq!((error.kind, &*error.description), (ErrorKind::InvalidRequest, description));
        }
        let error = unknown_client("nobody");
        assert_eq!((error.kind.status(), &*error.description), (400, "invalid client nobody"));
    }

    #[test]
    fn s56_any_living_secret_proves_the_client_and_no_other_text() {
        let client = confidential();
        let judge = |authorization: Option<&str>, list: &[(&str, &str)], now: i64| {
            let credentials = Credentials::parse(authorization, &params(list)).unwrap();
            authenticate(&client, &credentials, Timestamp(now))
                .map(|name| name.map(ToOwned::to_owned))
                .map_err(|e| (e.kind.status(), e.description.into_owned()))
        };
        let encoded = header("app:s2+%2B%3A%25");
        let (new, old) = (Ok(Some("new".to_owned())), Ok(Some("old".to_owned())));
        assert_eq!(judge(Some(&encoded), &[], 0), new);
        assert_eq!(judge(Some(&encoded), &[("client_id", "app")], 0), new);
        assert_eq!(judge(None, &[("client_id", "app"), ("client_secret", "s1")], 0), old);
        let expired = judge(None, &[("client_id", "app"), ("client_secret", "s1")], 10);
        assert_eq!(expired, Err((400, "client secret has expired".to_owned())));
        let wrong = judge(None, &[("client_id", "app"), ("client_secret", "s3")], 0);
        assert_eq!(wrong, Err((401, "client authentication failed".to_owned())));
        assert_eq!(judge(None, &[("client_id", "app")], 0).unwrap_err().0, 400);
    }

    #[test]
    fn a_public_client_proves_nothing_and_may_not_pretend_to() {
        let client = client(ApplicationKind::Spa, &["https://a/cb"]);
        let plain = Credentials { client_id: "app".to_owned(), secret: None };
        assert_eq!(authenticate(&client, &plain, Timestamp(0)), Ok(None));
        let secret = Credentials { secret: Some("x".to_owned().into()), ..plain };
        assert_eq!(authenticate(&client, &secret, Timestamp(0)).unwrap_err().kind.status(), 401);
        assert!(!format!("{secret:?}").contains("\"x\""));
    }
}
