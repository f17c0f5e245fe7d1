//! When refresh tokens are given, changed and refused (wire contract A.7; RFC 9700, section 2.2.2).
use haoma_core::time::Timestamp;

use crate::client::{ApplicationKind, Client};
use crate::lifetimes;
use crate::scope::{Scope, Scopes};

/// A refresh token as it stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Timestamp,
    /// When the first of its family was made.
    pub family_started_at: Timestamp,
    /// When it was exchanged for a new one.
    pub consumed_at: Option<Timestamp>,
}

/// What becomes of a presented refresh token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It works and stays.
    Keep,
    /// It works and is exchanged for one that lives until then.
    Rotate {
        /// When the new one stops working.
        expires_at: Timestamp,
    },
    /// It was exchanged before: somebody copied it. The whole grant goes.
    Reused,
    /// It is too old.
    Expired,
}

/// Whether a code exchange gives a refresh token.
pub fn is_issued(client: &Client, granted: Scopes) -> bool {
    granted.has(Scope::OfflineAccess) || client.always_gets_refresh_token()
}

/// Judges a presented refresh token.
pub fn judge(client: &Client, token: &Standing, now: Timestamp) -> Verdict {
    let is_in_grace = |at: Timestamp| now < at.plus_millis(lifetimes::REFRESH_REUSE_MILLIS);
    if token.consumed_at.is_some_and(|at| !is_in_grace(at)) {
        return Verdict::Reused;
    }
    if token.expires_at <= now {
        return Verdict::Expired;
    }
    if !rotates(client, token, now) {
        return Verdict::Keep;
    }
    let fresh = now.plus_secs(client.refresh_token_ttl());
    // In a browser, where tokens are easiest to steal, a family does not outlive its first token.
    let is_browser = client.kind == ApplicationKind::Spa;
    Verdict::Rotate { expires_at: if is_browser { token.expires_at } else { fresh } }
}

/// Public clients: at every use. Confidential ones: after 70 % of its life. Nobody: a year after the first.
fn rotates(client: &Client, token: &Standing, now: Timestamp) -> bool {
    if now >= token.family_started_at.plus_secs(lifetimes::REFRESH_FAMILY) {
        return false;
    }
    if !client.kind.is_confidential() {
        return true;
    }
    let life = token.expires_at.0.saturating_sub(token.created_at.0);
    let age = now.0.saturating_sub(token.created_at.0);
    client.custom.rotate_refresh_token.unwrap_or(true)
        && age.saturating_mul(10) >= life.saturating_mul(7)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::client::tests::client;

    const DAY: i64 = 86_400_000;

    fn token(consumed_at: Option<i64>) -> Standing {
        Standing {
            created_at: Timestamp(0),
            expires_at: Timestamp(10 * DAY),
            family_started_at: Timestamp(0),
            consumed_at: consumed_at.map(Timestamp),
        }
    }

    #[test]
    fn s52_a_copied_token_is_noticed_after_three_seconds() {
        let spa = client(ApplicationKind::Spa, &["https://a/cb"]);
        for (after, reused) in [(0, false), (2999, false), (3000, true), (11 * DAY, true)] {
            let verdict = judge(&spa, &token(Some(DAY)), Timestamp(DAY + after));
            assert_eq!(verdict == Verdict::Reused, reused, "{after} ms: {verdict:?}");
        }
    }

    #[test]
    fn s52_rotation_depends_on_who_keeps_the_token() {
        let mut server = client(ApplicationKind::Traditional, &["https://a/cb"]);
        let native = client(ApplicationKind::Native, &["https://a/cb"]);
        let spa = client(ApplicationKind::Spa, &["https://a/cb"]);
        let fresh = |days| Verdict::Rotate { expires_at: Timestamp(days * DAY) };
        for (client, day, expected) in [
            (&native, 1, fresh(15)),
            (&spa, 1, fresh(10)),
            (&server, 1, Verdict::Keep),
            (&server, 6, Verdict::Keep),
            (&server, 7, fresh(21)),
            (&server, 10, Verdict::Expired),
            (&spa, 10, Verdict::Expired),
        ] {
            assert_eq!(
                judge(client, &token(None), Timestamp(day * DAY)),
                expected,
                "{:?} {day}",
                client.kind
            );
        }
        server.custom.rotate_refresh_token = Some(false);
        assert_eq!(judge(&server, &token(None), Timestamp(8 * DAY)), Verdict::Keep);
        let mut stubborn = spa.clone();
        stubborn.custom.rotate_refresh_token = Some(false);
        assert_eq!(
            judge(&stubborn, &token(None), Timestamp(DAY)),
            fresh(10),
            "a browser always rotates"
        );
    }

    #[test]
    fn a_family_ends_a_year_after_it_began() {
        let native = client(ApplicationKind::Native, &["https://a/cb"]);
        let old = Standing {
            created_at: Timestamp(360 * DAY),
            expires_at: Timestamp(374 * DAY),
            ..token(None)
        };
        assert!(matches!(judge(&native, &old, Timestamp(364 * DAY)), Verdict::Rotate { .. }));
        assert_eq!(judge(&native, &old, Timestamp(365 * DAY)), Verdict::Keep);
        assert_eq!(judge(&native, &old, Timestamp(374 * DAY)), Verdict::Expired);
    }

    #[test]
    fn a_refresh_token_needs_consent_or_the_setting() {
        let mut spa = client(ApplicationKind::Spa, &["https://a/cb"]);
        assert!(is_issued(&spa, Scopes::parse("openid offline_access")));
        assert!(!is_issued(&spa, Scopes::parse("openid")));
        spa.custom.always_issue_refresh_token = Some(true);
        assert!(is_issued(&spa, Scopes::parse("openid")));
    }

    proptest! {
        #[test]
        fn s52_nothing_brings_a_reused_or_expired_token_back(
            consumed in proptest::option::of(0..20 * DAY),
            now in 0..20 * DAY,
            kind in prop::sample::select(vec![ApplicationKind::Spa, ApplicationKind::Native, ApplicationKind::Traditional]),
        ) {
            let verdict = judge(&client(kind, &["https://a/cb"]), &token(consumed), Timestamp(now));
            let works = matches!(verdict, Verdict::Keep | Verdict::Rotate { .. });
            prop_assert_eq!(works, now < 10 * DAY && consumed.is_none_or(|at| now < at + 3000));
        }
    }
}
