//! Who signs: an AccessKey pair, or the three values of the Security Token Service.

use secrecy::SecretString;
use std::fmt;

/// An AccessKey pair, or with a security token a temporary (STS) triple. Printing it shows the id alone.
#[derive(Clone)]
pub struct Credentials {
    /// The AccessKey id; temporary ones start with `STS.`.
    pub access_key_id: String,
    /// The AccessKey secret; it signs and is never sent.
    pub access_key_secret: SecretString,
    /// The token of temporary credentials; sent and signed.
    pub security_token: Option<SecretString>,
}

impl Credentials {
    /// A lasting AccessKey pair.
    pub fn access_key(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self { access_key_id: id.into(), access_key_secret: secret.into(), security_token: None }
    }

    /// Temporary credentials of the Security Token Service.
    pub fn sts(
        id: impl Into<String>,
        secret: impl Into<SecretString>,
        token: impl Into<SecretString>,
    ) -> Self {
        Self { security_token: Some(token.into()), ..Self::access_key(id, secret) }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("temporary", &self.security_token.is_some())
            .finish_non_exhaustive()
    }
}
