//! Tells an application that a session ended (OpenID Connect Back-Channel Logout 1.0).
use haoma_core::time::Timestamp;
use serde_json::{Value, json};

use crate::client::Client;
use crate::lifetimes;

/// The event every such token is about (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The payload of a logout token: no nonce, so that nothing takes it for an id token.
pub fn payload(
    client: &Client,
    issuer: &str,
    (user_id, session_id): (&str, &str),
    (jti, now): (&str, Timestamp),
) -> Value {
    json!({
        "iss": issuer,
        "sub": user_id,
        "aud": client.id,
        "iat": now.secs(),
        "exp": now.plus_secs(lifetimes::LOGOUT_TOKEN).secs(),
        "jti": jti,
        "events": { EVENT: {} },
        "sid": session_id,
    })
}

/// What an application's answer means (section 2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It ended its own session, or had none.
    Done,
    /// It refuses the token, and would refuse it again.
    Refused,
    /// It could not; it may be able to later.
    NotNow,
}

/// Judges the status of an answer.
pub const fn heard(status: u16) -> Heard {
    match status {
        200..=299 => Heard::Done,
        // not in time, too early, too often
        408 | 425 | 429 | 500..=599 => Heard::NotNow,
        _ => Heard::Refused,
    }
}

/// Seconds after each try at which the next one is made; after the last none is.
const PAUSES: [i64; 5] = [30, 120, 600, 3600, 21_600];

/// Whether one that was tried so often before is tried once more, and after how many seconds again.
pub fn again_after(tries: i64) -> Option<i64> {
    PAUSES.get(usize::try_from(tries).ok()?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::algorithm::Algorithm;
    use crate::client::ApplicationKind;
    use crate::client::tests::client;
    use crate::id_token::read_hint;
    use crate::keys::LOGOUT_TOKEN;
    use crate::keys::tests::keys;

    #[test]
    fn s55_a_logout_token_says_whose_session_ended_and_is_nothing_else() {
        let client = client(ApplicationKind::Traditional, &["https://a/cb"]);
        let issuer = "https://id.example/oidc";
        let now = Timestamp(1_700_000_000_999);
        let made = payload(&client, issuer, ("u", "s"), ("j", now));
        let expected = json!({
            "iss": issuer, "sub": "u", "aud": "app", "iat": 1_700_000_000, "exp": 1_700_000_120, "jti": "j", "sid": "s",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        assert_eq!(made, expected);
        let keys = keys();
        let token = keys.sign_logout(Algorithm::Es256, &made).unwrap();
        assert_eq!(keys.read::<Value>(issuer, Some(LOGOUT_TOKEN), &token), Some(expected));
        assert_eq!(read_hint(&keys, issuer, &token), None, "no id token");
        assert_eq!(
            crate::access_token::read_any(&keys, issuer, &token, now),
            None,
            "no access token"
        );
    }

    #[test]
    fn what_may_work_later_is_tried_again_and_not_for_ever() {
        for (status, expected) in [
            (200, Heard::Done),
            (204, Heard::Done),
            (400, Heard::Refused),
            (302, Heard::Refused),
            (404, Heard::Refused),
            (429, Heard::NotNow),
            (500, Heard::NotNow),
            (503, Heard::NotNow),
        ] {
            assert_eq!(heard(status), expected, "{status}");
        }
        let pauses: Vec<_> = (0..9).map_while(again_after).collect();
        assert_eq!(pauses, PAUSES);
        assert_eq!(again_after(-1), None);
    }
}
