//! Access tokens that are JWTs: what they say, and how one that comes back is read (RFC 9068).
use haoma_core::ids::{ClientId, GrantId, TokenId};
use haoma_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::keys::{ACCESS_TOKEN, KeySet};
use crate::lifetimes;

/// The payload, as RFC 9068, section 2.2, wants it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Its name, for those who keep lists.
    pub jti: String,
    /// On whose behalf; the client itself where no person is involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Seconds since 1970.
    pub iat: i64,
    /// Seconds since 1970.
    pub exp: i64,
    /// Space-separated; absent when nothing was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Who got it.
    pub client_id: String,
    /// Who issued it.
    pub iss: String,
    /// The resource it opens.
    pub aud: String,
    /// The grant it hangs on, for introspection: the token is worth nothing any more once that is taken back. Absent where no person is
    /// involved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant_id: Option<GrantId>,
}

/// The resource a token opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audience<'a> {
    /// What it is called.
    pub indicator: &'a str,
    /// Seconds a token for it is meant to live.
    pub ttl: i64,
    /// What the token allows there, space-separated.
    pub scope: Option<String>,
}

impl Audience<'_> {
    /// Seconds a token lives: no longer than the key that signed it is published.
    pub fn life(&self) -> i64 {
        self.ttl.clamp(1, lifetimes::MOST_ACCESS_TOKEN)
    }
}

impl AccessClaims {
    /// What a token says that a client gets on behalf of `subject`: a user, or itself.
    pub fn new(
        (client, subject): (&ClientId, &str),
        (issuer, audience): (&str, &Audience<'_>),
        (jti, now): (&TokenId, Timestamp),
    ) -> Self {
        Self {
            jti: jti.to_string(),
            sub: Some(subject.to_owned()),
            iat: now.secs(),
            exp: now.plus_secs(audience.life()).secs(),
            scope: audience.scope.clone().filter(|scope| !scope.is_empty()),
            client_id: client.to_string(),
            iss: issuer.to_owned(),
            aud: audience.indicator.to_owned(),
            grant_id: None,
        }
    }

    /// The same of a person, who allowed it by this grant.
    #[must_use]
    pub fn of_grant(self, grant: &GrantId) -> Self {
        Self { grant_id: Some(grant.clone()), ..self }
    }

    /// Whether one of its scopes is this one.
    pub fn allows(&self, scope: &str) -> bool {
        self.scope.as_deref().unwrap_or_default().split(' ').any(|one| one == scope)
    }
}

/// Reads a token that came back: ours, an access token for this resource, not expired.
pub fn read(
    keys: &KeySet,
    (issuer, audience): (&str, &str),
    token: &str,
    now: Timestamp,
) -> Option<AccessClaims> {
    read_any(keys, issuer, token, now).filter(|claims| claims.aud == audience)
}

/// Reads a token for whichever resource: ours, an access token, not expired.
pub fn read_any(keys: &KeySet, issuer: &str, token: &str, now: Timestamp) -> Option<AccessClaims> {
    let claims: AccessClaims = keys.read(issuer, Some(ACCESS_TOKEN), token)?;
    (claims.exp > now.secs()).then_some(claims)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use haoma_core::entropy::Entropy;

    use super::*;
    use crate::algorithm::Algorithm::Es256;
    use crate::keys::tests::keys;

    const US: (&str, &str) = ("https://id.example/oidc", "https://default.logto.app/api");
    const NOW: Timestamp = Timestamp(1_700_000_000_999);

    fn claims() -> AccessClaims {
        let jti = TokenId::generate(NOW, &Entropy::seeded(1));
        let client = ClientId::parse("m2m").unwrap();
        let all = Audience { indicator: US.1, ttl: 3600, scope: Some("all".to_owned()) };
        AccessClaims::new((&client, "m2m"), (US.0, &all), (&jti, NOW))
    }

    #[test]
    fn a_token_says_who_for_what_and_how_long() {
        let keys = keys();
        let token = keys.sign_access(Es256, &claims()).unwrap();
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert_eq!((&header["alg"], &header["typ"]), (&"ES256".into(), &"at+jwt".into()));
        let read = read(&keys, US, &token, NOW).unwrap();
        assert_eq!(read, claims());
        assert_eq!((read.sub.as_deref(), read.client_id.as_str()), (Some("m2m"), "m2m"));
        assert_eq!((read.iat, read.exp), (1_700_000_000, 1_700_003_600));
        assert!(read.allows("all") && !read.allows("al"));
    }

    #[test]
    fn a_token_lives_as_long_as_its_resource_says_and_no_longer_than_its_key_is_published() {
        for (ttl, life) in [(1, 1), (600, 600), (0, 1), (31_536_000, 2_592_000)] {
            assert_eq!(Audience { indicator: US.1, ttl, scope: None }.life(), life);
        }
        let none = Audience { indicator: US.1, ttl: 600, scope: Some(String::new()) };
        let client = ClientId::parse("app").unwrap();
        let jti = TokenId::generate(NOW, &Entropy::seeded(1));
        let claims = AccessClaims::new((&client, "user"), (US.0, &none), (&jti, NOW));
        assert_eq!((claims.scope, claims.exp), (None, 1_700_000_600));
        assert_eq!((claims.sub.as_deref(), claims.client_id.as_str()), (Some("user"), "app"));
    }

    #[test]
    fn what_is_not_a_living_access_token_of_ours_for_this_resource_opens_nothing() {
        let keys = keys();
        let good = claims();
        let token = keys.sign_access(Es256, &good).unwrap();
        let at = |millis: i64| read(&keys, US, &token, Timestamp(millis));
        assert!(at(1_700_003_599_999).is_some() && at(1_700_003_600_000).is_none(), "expiry");
        let other = |change: fn(&mut AccessClaims)| {
            let mut claims = good.clone();
            change(&mut claims);
            read(&keys, US, &keys.sign_access(Es256, &claims).unwrap(), NOW)
        };
        assert!(other(|_| {}).is_some());
        assert_eq!(other(|claims| claims.aud.push('/')), None, "another resource");
        assert_eq!(other(|claims| claims.iss.push('/')), None, "another issuer");
        assert_eq!(
            read(&keys, US, &keys.sign(Es256, &good).unwrap(), NOW),
            None,
            "no access token"
        );
        assert_eq!(
            read(&crate::keys::tests::keys(), US, &token, NOW),
            None,
            "another server's key"
        );
        let (head, rest) = token.split_once('.').unwrap();
        let kid = &keys.public()[0].kid;
        let forged = |alg: &str| {
            let header = format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"{kid}"}}"#);
            format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
        };
        for bad in [format!("{head}.{rest}x"), forged("none"), forged("HS256"), String::new()] {
            assert_eq!(read(&keys, US, &bad, NOW), None, "{bad}");
        }
    }
}
