//! How an application checks an id token (OpenID Connect Core 3.1.3.7), for ES256.
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use haoma_core::time::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A JWK set (RFC 7517).
#[derive(Debug, Deserialize)]
pub(super) struct KeySet {
    keys: Vec<Key>,
}

#[derive(Debug, Deserialize)]
struct Key {
    kid: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// What a token must say.
#[derive(Debug)]
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

/// Decodes one part of a token that is a JSON object.
pub(super) fn decode(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Signature, issuer, audience, nonce, expiry; the error names what is wrong.
pub(super) fn verify(
    token: &str,
    keys: &KeySet,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, &'static str> {
    let (signed, signature) = token.rsplit_once('.').ok_or("not a JWT")?;
    let (header, payload) = signed.split_once('.').ok_or("not a JWT")?;
    let header = decode(header).ok_or("header")?;
    if header.get("alg").and_then(Value::as_str) != Some("ES256") {
        return Err("alg");
    }
    let kid = header.get("kid").and_then(Value::as_str).ok_or("kid")?;
    let key = keys.keys.iter().find(|key| key.kid.as_deref() == Some(kid)).ok_or("kid")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_garbage| "signature")?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point().ok_or("key")?)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_unspecified| "signature")?;
    let claims = decode(payload).ok_or("payload")?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let expires = claims.get("exp").and_then(Value::as_i64).unwrap_or(0);
    match () {
        () if text("iss") != Some(expected.issuer) => Err("iss"),
        () if text("aud") != Some(expected.audience) => Err("aud"),
        () if text("nonce") != Some(expected.nonce) => Err("nonce"),
        () if expires <= expected.now.secs() => Err("exp"),
        () => Ok(claims),
    }
}

impl Key {
    /// The uncompressed point (SEC 1, 2.3.3).
    fn point(&self) -> Option<Vec<u8>> {
        if self.crv.as_deref() != Some("P-256") {
            return None;
        }
        let coordinate = |text: &Option<String>| {
            URL_SAFE_NO_PAD.decode(text.as_deref()?).ok().filter(|bytes| bytes.len() == 32)
        };
        let (x, y) = (coordinate(&self.x)?, coordinate(&self.y)?);
        Some([&[4][..], &x, &y].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    const EXPECTED: Expected<'_> = Expected {
        issuer: "https://a.example/oidc",
        audience: "demo-app",
        nonce: "n",
        now: Timestamp(0),
    };

    fn claims() -> Value {
        json!({ "iss": "https://a.example/oidc", "aud": "demo-app", "nonce": "n", "exp": 10, "sub": "s" })
    }

    fn sign(pair: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn pair() -> (EcdsaKeyPair, KeySet) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let keys = json!({ "keys": [{
            "kid": "k", "crv": "P-256",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
        }] });
        (pair, serde_json::from_value(keys).unwrap())
    }

    #[test]
    fn a_good_token_passes_and_every_lie_is_named() {
        let (key, keys) = pair();
        let header = json!({ "alg": "ES256", "kid": "k" });
        let judge = |header: &Value, claims: &Value| {
            verify(&sign(&key, header, claims), &keys, &EXPECTED)
                .map(|claims| claims["sub"].clone())
        };
        assert_eq!(judge(&header, &claims()), Ok(json!("s")));
        for (claim, lie) in
            [("iss", json!("x")), ("aud", json!("x")), ("nonce", json!(null)), ("exp", json!(0))]
        {
            let mut claims = claims();
            claims[claim] = lie;
            assert_eq!(judge(&header, &claims), Err(claim));
        }
        assert_eq!(judge(&json!({ "alg": "none", "kid": "k" }), &claims()), Err("alg"));
        assert_eq!(judge(&json!({ "alg": "ES256", "kid": "other" }), &claims()), Err("kid"));
    }

    #[test]
    fn another_keys_signature_and_a_changed_payload_are_refused() {
        let (key, keys) = pair();
        let (other, _) = pair();
        let header = json!({ "alg": "ES256", "kid": "k" });
        assert_eq!(
            verify(&sign(&other, &header, &claims()), &keys, &EXPECTED).err(),
            Some("signature")
        );
        let token = sign(&key, &header, &claims());
        let mut parts: Vec<_> = token.split('.').map(str::to_owned).collect();
        parts[1] = URL_SAFE_NO_PAD.encode(claims().to_string().replace("\"s\"", "\"t\""));
        assert_eq!(verify(&parts.join("."), &keys, &EXPECTED).err(), Some("signature"));
        for garbage in ["", ".", "..", "a.b.c", "💥"] {
            assert!(verify(garbage, &keys, &EXPECTED).is_err());
        }
    }
}
