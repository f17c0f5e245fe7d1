//! Where a hook is reached: address, headers, signing key. Stored sealed, because headers may hold a token.
use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::entropy::Entropy;
use haoma_core::hooks::QUICK_RETRIES;
use haoma_core::ids::HookId;
use haoma_core::role::{Right, Role};
use haoma_store::hooks::{Hook, row_of};
use http::header::{HeaderName, HeaderValue};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};

use crate::outbound::Reach;
use crate::seal::{CannotSeal, SealKeys};

/// Headers a hook may have.
pub const MOST_HEADERS: usize = 20;
/// Characters of a header's value.
pub const MOST_HEADER: usize = 2048;

/// Headers that are ours, or that say how a request is read.
const OURS: [&str; 12] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
    "idempotency-key",
    super::sending::SIGNATURE,
    "proxy-authorization",
];

/// Of a shorter text nothing is shown: four characters would be too large a part of it.
const SHORTEST_SHOWN: usize = 12;

/// See the module.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookConfig {
    /// Where requests are posted to.
    pub url: String,
    /// Headers that each request has besides ours.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Retries that follow quickly.
    #[serde(default = "quick_retries")]
    pub retries: i64,
    /// Whether it may lead to this machine and private networks.
    #[serde(default)]
    pub allow_private_addresses: bool,
    /// What requests are signed with.
    pub signing_key: String,
}

const fn quick_retries() -> i64 {
    QUICK_RETRIES
}

impl HookConfig {
    /// Opens a stored one.
    ///
    /// # Errors
    /// It was sealed with a key that is gone, or is damaged.
    pub fn open(hook: &Hook, seal: &SealKeys) -> anyhow::Result<Self> {
        let text = seal.open(&row_of(&hook.id), &hook.config_sealed)?;
        // what serde says may repeat what it read
        serde_json::from_str(text.expose_secret())
            .map_err(|_e| anyhow::anyhow!("the stored configuration is not one"))
    }

    /// Seals it for a row.
    ///
    /// # Errors
    /// [`CannotSeal`].
    pub fn seal(
        &self,
        id: &HookId,
        seal: &SealKeys,
        chance: &Entropy,
    ) -> Result<String, CannotSeal> {
        let text = serde_json::to_string(self).map_err(|_e| CannotSeal)?;
        seal.seal(chance, &row_of(id), &text)
    }

    /// How far its address may lead.
    pub const fn reach(&self) -> Reach {
        if self.allow_private_addresses { Reach::PrivateToo } else { Reach::PublicOnly }
    }

    /// Its address as somebody may see it who does not change it: path and query may hold a token.
    pub fn masked_url(&self) -> String {
        match url::Url::parse(&self.url) {
            Ok(url) => format!("{}/****", url.origin().ascii_serialization()),
            Err(_none) => "****".to_owned(),
        }
    }

    /// Whether somebody may see what is answered there: of programs inside, whoever may allow that they are reached.
    pub const fn shows_answers_to(&self, role: Role) -> bool {
        role.may(Right::Administer) || !self.allow_private_addresses
    }

    /// Its headers as they may be shown.
    pub fn masked_headers(&self) -> BTreeMap<String, String> {
        self.headers.iter().map(|(name, value)| (name.clone(), masked(value))).collect()
    }
}

/// A new signing key: 192 random bits in 32 characters.
pub fn new_key(chance: &Entropy) -> String {
    URL_SAFE_NO_PAD.encode(chance.bytes::<24>())
}

/// A secret as it may be shown: `****` and perhaps its last four characters.
pub fn masked(secret: &str) -> String {
    let length = secret.chars().count();
    let shown = if length < SHORTEST_SHOWN { 0 } else { 4 };
    let end: String = secret.chars().skip(length - shown).collect();
    format!("****{end}")
}

/// A header that a request can have, and that is not ours.
///
/// # Errors
/// What is wrong, in English. It never repeats what was written.
pub fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_e| "must have names of letters, digits and dashes")?;
    if OURS.contains(&name.as_str()) {
        return Err("must not name a header that Haoma sets itself");
    }
    // a header may carry other bytes, of which nobody knows what they mean to the receiver
    let is_plain = value.bytes().all(|b| (b' '..0x7f).contains(&b)) && value.len() <= MOST_HEADER;
    let value = HeaderValue::from_str(value).ok().filter(|_| is_plain);
    let mut value = value.ok_or("must have values of visible ASCII characters, 2048 at most")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Not what is secret.
impl fmt::Debug for HookConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookConfig").field("retries", &self.retries).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_owners_see_what_programs_inside_answer() {
        let config = |allow_private_addresses| HookConfig {
            url: "https://example.com/".to_owned(),
            headers: BTreeMap::new(),
            retries: 3,
            allow_private_addresses,
            signing_key: String::new(),
        };
        for role in Role::ALL {
            assert!(config(false).shows_answers_to(role));
            assert_eq!(config(true).shows_answers_to(role), role == Role::Owner);
        }
    }

    #[test]
    fn a_header_cannot_smuggle_another_one_in() {
        for value in ["a\r\nx: y", "a\nb", "a\rb", "a\0b", "ü", "…"] {
            assert!(header("x-token", value).is_err(), "{value:?}");
        }
        for name in
            ["", "a b", "a:b", "x\r\ny", "é", "Host", "CONTENT-LENGTH", "Logto-Signature-SHA-256"]
        {
            assert!(header(name, "x").is_err(), "{name:?}");
        }
        assert!(header("x-token", &"a".repeat(MOST_HEADER + 1)).is_err());
        let (name, value) = header("Authorization", "Bearer a b").unwrap();
        assert_eq!((name.as_str(), value.is_sensitive()), ("authorization", true));
        assert!(header("User-Agent", "Shop/1").is_ok());
    }

    #[test]
    fn s58_nothing_secret_prints_and_little_of_it_is_shown() {
        let config = HookConfig {
            url: "https://example.com/s3cret".to_owned(),
            headers: BTreeMap::from([("x".to_owned(), "s3cret".to_owned())]),
            retries: 3,
            allow_private_addresses: false,
            signing_key: "s3cret".to_owned(),
        };
        assert!(!format!("{config:?}").contains("s3cret"));
        assert_eq!(config.masked_url(), "https://example.com/****");
        assert_eq!(masked("short"), "****");
        assert_eq!(masked("a-long-secret-1234"), "****1234");
        assert_eq!(masked(&new_key(&Entropy::seeded(1))).len(), 8);
    }
}
