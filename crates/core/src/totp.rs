//! Time-based one-time passwords (RFC 6238): the second factor of administrators. Six digits, SHA-1, 30 seconds, as every app has it.
use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

use crate::entropy::Entropy;
use crate::time::Timestamp;

/// Seconds a code is shown.
const STEP_SECS: i64 = 30;
/// Bytes of a secret (RFC 4226, section 4: 160 bits).
const BYTES: usize = 20;
/// RFC 4648, section 6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What the server and the administrator's app share.
#[derive(Clone)]
pub struct Secret(SecretString);

/// Text that is no secret of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret is 32 characters of base32")]
pub struct InvalidSecret;

impl Secret {
    /// A fresh one.
    pub fn generate(entropy: &Entropy) -> Self {
        // 32 letters of 5 bits each are 20 bytes; the low bits of a random byte are as random as the byte
        let letter = |byte: u8| BASE32.get(usize::from(byte % 32)).copied().map_or('A', char::from);
        let text: String = entropy.bytes::<32>().into_iter().map(letter).collect();
        Self(text.into())
    }

    /// Reads one that was stored.
    ///
    /// # Errors
    /// [`InvalidSecret`].
    pub fn parse(text: &SecretString) -> Result<Self, InvalidSecret> {
        let letters = text.expose_secret();
        let fits = letters.len() == 32 && letters.bytes().all(|b| BASE32.contains(&b));
        if fits { Ok(Self(text.clone())) } else { Err(InvalidSecret) }
    }

    /// In base32, for the app and for sealing.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// The address that apps read from a picture; `issuer` and `account` are shown there.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("secret", self.reveal())
            .append_pair("issuer", issuer)
            .finish();
        // apps do not read a plus as a space
        let path: String =
            form_urlencoded::byte_serialize(format!("{issuer}:{account}").as_bytes()).collect();
        format!("otpauth://totp/{path}?{query}").replace('+', "%20")
    }

    /// The step a code is of: this one, the one before or the one after, because clocks differ. `None` for a wrong code.
    pub fn step_of(&self, code: &str, now: Timestamp) -> Option<i64> {
        let here = now.secs().div_euclid(STEP_SECS);
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let mut found = None;
        for step in [here - 1, here, here + 1] {
            let is_it: bool = self.code(step).as_bytes().ct_eq(code.as_bytes()).into();
            found = if is_it { Some(step) } else { found };
        }
        found
    }

    /// What the app shows now.
    pub fn shown(&self, now: Timestamp) -> String {
        self.code(now.secs().div_euclid(STEP_SECS))
    }

    /// What the app shows in a step (RFC 4226, section 5.3).
    fn code(&self, step: i64) -> String {
        // HMAC takes keys of any length: the empty fallback cannot happen, and matches nothing
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(&self.bytes()) else { return String::new() };
        mac.update(&step.to_be_bytes());
        let tag = mac.finalize().into_bytes();
        let offset = usize::from(tag.last().copied().unwrap_or(0) & 0x0f);
        let word = tag.iter().skip(offset).take(4).fold(0_u32, |n, b| (n << 8) | u32::from(*b));
        format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
    }

    fn bytes(&self) -> [u8; BYTES] {
        let (mut bytes, mut bits, mut count, mut at) = ([0; BYTES], 0_u32, 0, 0);
        for letter in self.reveal().bytes() {
            let value = BASE32.iter().position(|b| *b == letter).unwrap_or(0);
            bits = (bits << 5) | u32::try_from(value).unwrap_or(0);
            count += 5;
            if count >= 8 {
                count -= 8;
                if let (Some(byte), Ok(value)) =
                    (bytes.get_mut(at), u8::try_from((bits >> count) & 0xff))
                {
                    *byte = value;
                }
                at += 1;
            }
        }
        bytes
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of RFC 6238, appendix B: `12345678901234567890`.
    fn of_the_standard() -> Secret {
        Secret::parse(&"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".to_owned().into()).unwrap()
    }

    #[test]
    fn the_vectors_of_the_standard_hold() {
        for (secs, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(of_the_standard().code(secs / 30), wanted, "{secs}");
        }
    }

    #[test]
    fn a_code_counts_in_its_step_and_beside_it() {
        let secret = of_the_standard();
        let at = |secs: i64| secret.step_of(" 287 082", Timestamp(secs * 1000));
        assert_eq!((at(-1), at(29), at(59)), (None, Some(1), Some(1)));
        assert_eq!((at(30), at(89), at(90)), (Some(1), Some(1), None));
        assert_eq!(secret.step_of("", Timestamp(59_000)), None);
        assert_eq!(secret.step_of("287083", Timestamp(59_000)), None);
    }

    #[test]
    fn a_fresh_secret_survives_being_stored_and_prints_nothing() {
        let secret = Secret::generate(&Entropy::seeded(3));
        let stored = Secret::parse(&secret.reveal().to_owned().into()).unwrap();
        assert_eq!(stored.code(7), secret.code(7));
        assert!(!format!("{secret:?}").contains(secret.reveal()));
        for bad in ["", "GEZDGNBV", &"g".repeat(32), &"1".repeat(32)] {
            assert!(Secret::parse(&bad.to_owned().into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_app_reads_issuer_and_account() {
        let uri = of_the_standard().uri("Haoma Console", "li@shop");
        assert_eq!(
            uri,
            "otpauth://totp/Haoma%20Console%3Ali%40shop?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Haoma%20Console"
        );
    }
}
