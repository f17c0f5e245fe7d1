//! A registered application, as the protocol sees it (wire contract A.3 and C.6).
use haoma_core::ids::ClientId;
use haoma_core::time::Timestamp;
use haoma_core::token::SecretHash;
use serde::{Deserialize, Serialize};

use crate::algorithm::Algorithm;
use crate::lifetimes;

/// What kind of program it is; decides how it proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ApplicationKind {
    /// On a phone or desktop; keeps no secret.
    Native,
    /// In a browser; keeps no secret.
    #[serde(rename = "SPA")]
    Spa,
    /// On a server; keeps a secret.
    Traditional,
    /// A service without people.
    MachineToMachine,
}

impl ApplicationKind {
    /// As on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "Native",
            Self::Spa => "SPA",
            Self::Traditional => "Traditional",
            Self::MachineToMachine => "MachineToMachine",
        }
    }

    /// Reads [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        let all = [Self::Native, Self::Spa, Self::Traditional, Self::MachineToMachine];
        all.into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it keeps a secret (RFC 6749, section 2.1).
    pub const fn is_confidential(self) -> bool {
        matches!(self, Self::Traditional | Self::MachineToMachine)
    }
}

/// `oidcClientMetadata` of the management API.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OidcClientMetadata {
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a person may land after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// A picture for the consent page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// Where it hears that a session ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backchannel_logout_uri: Option<String>,
}

/// `customClientMetadata` of the management API, as far as it is obeyed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CustomClientMetadata {
    /// Further origins whose scripts may call.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cors_allowed_origins: Vec<String>,
    /// Seconds an id token lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_ttl: Option<i64>,
    /// Seconds a refresh token lives; the older of the two settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl: Option<i64>,
    /// Days a refresh token lives: 1 to 180.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_ttl_in_days: Option<i64>,
    /// A refresh token even without `offline_access`; not for native applications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub always_issue_refresh_token: Option<bool>,
    /// How its tokens are signed; ES256 unless it says otherwise (OpenID Connect Registration 1.0, section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token_signed_response_alg: Option<Algorithm>,
    /// `false`: a refresh token stays the same; obeyed only for applications that keep a secret (RFC 9700, section 2.2.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotate_refresh_token: Option<bool>,
}

/// One of an application's secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSecret {
    /// What the administrator called it.
    pub name: String,
    /// What is compared.
    pub hash: SecretHash,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

/// A registered application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// The `client_id`.
    pub id: ClientId,
    /// What people read.
    pub name: String,
    /// What kind of program it is.
    pub kind: ApplicationKind,
    /// Somebody else's: people are asked before it learns anything.
    pub is_third_party: bool,
    /// May call the management API in its own right, without a role for it.
    pub is_admin: bool,
    /// The API resource that its requests mean where they name none.
    pub default_resource: Option<String>,
    /// Addresses.
    pub oidc: OidcClientMetadata,
    /// Settings.
    pub custom: CustomClientMetadata,
    /// Its secrets; any that has not expired will do.
    pub secrets: Vec<ClientSecret>,
}

impl Client {
    /// Whether a request of it must carry a code challenge (wire contract A.4).
    pub const fn needs_pkce(&self) -> bool {
        !self.kind.is_confidential()
    }

    /// Whether people sign in through it at all: a service does not, nor does a client without a redirect address.
    pub fn can_authorize(&self) -> bool {
        self.kind != ApplicationKind::MachineToMachine && !self.oidc.redirect_uris.is_empty()
    }

    /// Whether it may use the token endpoint at all (wire contract A.3).
    pub fn is_usable(&self) -> bool {
        self.kind == ApplicationKind::MachineToMachine || self.can_authorize()
    }

    /// Whether it gets refresh tokens without asking for `offline_access` (ignored for native applications).
    pub fn always_gets_refresh_token(&self) -> bool {
        let wanted = self.custom.always_issue_refresh_token.unwrap_or(false);
        wanted && self.kind != ApplicationKind::Native
    }

    /// How its tokens are signed.
    pub fn algorithm(&self) -> Algorithm {
        self.custom.id_token_signed_response_alg.unwrap_or_default()
    }

    /// Seconds its id tokens live: 30 days at most.
    pub fn id_token_ttl(&self) -> i64 {
        let ttl = self.custom.id_token_ttl.filter(|ttl| *ttl > 0).unwrap_or(lifetimes::ID_TOKEN);
        ttl.min(lifetimes::MOST_ID_TOKEN)
    }

    /// Seconds its refresh tokens live: 180 days at most.
    pub fn refresh_token_ttl(&self) -> i64 {
        const DAY: i64 = 86_400;
        let days = self.custom.refresh_token_ttl_in_days.map(|days| days.clamp(1, 180) * DAY);
        let secs = self.custom.refresh_token_ttl.filter(|ttl| *ttl > 0);
        let secs = secs.map(|ttl| ttl.min(180 * DAY));
        days.or(secs).unwrap_or(lifetimes::REFRESH_TOKEN)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A client for tests of this crate.
    pub(crate) fn client(kind: ApplicationKind, redirect_uris: &[&str]) -> Client {
        Client {
            id: ClientId::parse("app").unwrap(),
            name: "App".to_owned(),
            kind,
            is_third_party: false,
            is_admin: false,
            default_resource: None,
            oidc: OidcClientMetadata {
                redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
                ..OidcClientMetadata::default()
            },
            custom: CustomClientMetadata::default(),
            secrets: Vec::new(),
        }
    }

    #[test]
    fn metadata_is_read_as_the_contract_writes_it() {
        let oidc: OidcClientMetadata = serde_json::from_str(
            r#"{"redirectUris":["https://a/cb"],"postLogoutRedirectUris":[],"backchannelLogoutUri":"https://a/b"}"#,
        )
        .unwrap();
        assert_eq!(oidc.redirect_uris, ["https://a/cb"]);
        let custom: CustomClientMetadata =
            serde_json::from_str(r#"{"refreshTokenTtlInDays":7,"alwaysIssueRefreshToken":true}"#)
                .unwrap();
        let mut client = client(ApplicationKind::Native, &["https://a/cb"]);
        client.custom = custom;
        assert_eq!(client.refresh_token_ttl(), 7 * 86_400);
        assert!(!client.always_gets_refresh_token());
        client.kind = ApplicationKind::Spa;
        assert!(client.always_gets_refresh_token());
    }

    #[test]
    fn lifetimes_stay_within_their_bounds() {
        let mut client = client(ApplicationKind::Spa, &["https://a/cb"]);
        for (days, secs, expected) in [
            (None, None, 1_209_600),
            (Some(0), None, 86_400),
            (Some(9999), None, 180 * 86_400),
            (None, Some(60), 60),
            (None, Some(-5), 1_209_600),
            (None, Some(31_536_000), 180 * 86_400),
        ] {
            client.custom.refresh_token_ttl_in_days = days;
            client.custom.refresh_token_ttl = secs;
            assert_eq!(client.refresh_token_ttl(), expected, "{days:?} {secs:?}");
        }
        for (secs, expected) in
            [(None, 3600), (Some(60), 60), (Some(0), 3600), (Some(31_536_000), 2_592_000)]
        {
            client.custom.id_token_ttl = secs;
            assert_eq!(client.id_token_ttl(), expected, "{secs:?}");
        }
    }
}
