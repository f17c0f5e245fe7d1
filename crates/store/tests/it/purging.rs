//! What has expired goes, in batches; what has not stays.
use haoma_core::time::Timestamp;
use haoma_store::purge::{self, Retention, Walked, purge};
use haoma_store::{Db, Step};

use crate::support::number;

const ROWS: [&str; 13] = [
    "INSERT INTO users (id, created_at, updated_at) VALUES ($1, $2, $2)",
    "INSERT INTO interactions (id, client_id, prompt, request, experience, expires_at, created_at)
        VALUES ($1, 'c', 'login', '{}', '{}', $2, 0)",
    "INSERT INTO passcodes (id, interaction_id, number_id, usage_type, expires_at, created_at)
        VALUES ($1, 'i', 'n', 'SignIn', $2, 0)",
    "INSERT INTO sessions (id, secret_hash, user_id, authenticated_at, expires_at, created_at)
        VALUES ($1, 'h', $1, 0, $2, 0)",
    "INSERT INTO grants (id, user_id, client_id, session_id, scope, expires_at, created_at)
        VALUES ($1, $1, 'c', $1, 'openid', $2, 0)",
    "INSERT INTO authorization_codes (id, secret_hash, grant_id, client_id, redirect_uri, scope,
            offline, authenticated_at, expires_at, created_at)
        VALUES ($1, 'h', $1, 'c', 'r', 'openid', FALSE, 0, $2, 0)",
    "INSERT INTO access_tokens (id, secret_hash, grant_id, client_id, scope, expires_at, created_at)
        VALUES ($1, 'h', $1, 'c', 'openid', $2, 0)",
    "INSERT INTO refresh_tokens (id, secret_hash, grant_id, client_id, scope, authenticated_at,
            family_started_at, expires_at, created_at)
        VALUES ($1, 'h', $1, 'c', 'openid', 0, 0, $2, 0)",
    "INSERT INTO verification_records (id, user_id, identifier, phone, usage_type, passcode_id,
            code_expires_at, resend_at, expires_at, created_at)
        VALUES ($1, $1, '1', '1', 'BindNewIdentifier', 'p', 0, 0, $2, 0)",
    "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)",
    "INSERT INTO messages (id, connector_id, connector_version, usage_type, number_id,
            phone_masked, phone_sealed, region, created_at)
        VALUES ($1, 'c', 1, 'SignIn', 'n', 'm', 's', 'CN', $2)",
    "INSERT INTO audit_events (id, key, result, created_at) VALUES ($1, 'k', 'Success', $2)",
    "INSERT INTO hook_deliveries (id, hook_id, event, context_sealed, created_at)
        VALUES ($1, 'h', 'e', 's', $2)",
];

const LEFT: [&str; 13] = [
    "SELECT COUNT(*) FROM users",
    "SELECT COUNT(*) FROM interactions",
    "SELECT COUNT(*) FROM passcodes",
    "SELECT COUNT(*) FROM sessions",
    "SELECT COUNT(*) FROM grants",
    "SELECT COUNT(*) FROM authorization_codes",
    "SELECT COUNT(*) FROM access_tokens",
    "SELECT COUNT(*) FROM refresh_tokens",
    "SELECT COUNT(*) FROM verification_records",
    "SELECT COUNT(*) FROM limits",
    "SELECT COUNT(*) FROM messages",
    "SELECT COUNT(*) FROM audit_events",
    "SELECT COUNT(*) FROM hook_deliveries",
];

async fn left(db: &Db) -> Vec<i64> {
    let mut counts = Vec::new();
    for sql in LEFT {
        counts.push(number(db, sql).await);
    }
    counts
}

on_both! {
    async fn what_expired_goes_in_batches_and_the_rest_stays(db: &Db) {
        for n in 0..10_i64 {
            for sql in ROWS {
                db.write(Step::new(sql, vec![format!("r{n}").into(), n.into()])).await.unwrap();
            }
        }
        // expired: 0..=5; kept for a while: messages from 4 on, events and what hooks are told from 2 on, codes that expired after 3
        let retention = Retention {
            messages: Timestamp(4),
            audit_events: Timestamp(2),
            hook_deliveries: Timestamp(2),
            expired_codes: Timestamp(3),
            deleted_connectors: Timestamp(3),
        };
        let gone = purge(db, Timestamp(5), retention, 3).await.unwrap();
        assert_eq!(gone, 8 * 3 + 3 + 2 + 2);
        assert_eq!(left(db).await, [10, 7, 7, 7, 7, 7, 7, 7, 7, 10, 7, 8, 8]);
        let mut rounds = 0;
        while purge(db, Timestamp(5), retention, 3).await.unwrap() > 0 {
            rounds += 1;
        }
        assert!(rounds <= 2, "{rounds}");
        assert_eq!(left(db).await, [10, 4, 6, 4, 4, 4, 4, 4, 4, 10, 6, 8, 8]);
        assert_eq!(number(db, "SELECT MIN(created_at) FROM messages").await, 4);
    }

    async fn a_walk_through_the_counters_takes_those_that_ended_and_begins_again(db: &Db) {
        const COUNTER: &str = "INSERT INTO limits (bucket, hits, resets_at) VALUES ($1, 1, $2)";
        for (name, ends) in [("a", 1), ("b", 9), ("c", 5), ("d", 6), ("e", 2)] {
            db.write(Step::new(COUNTER, vec![name.into(), ends.into()])).await.unwrap();
        }
        let mut from = String::new();
        let mut walks = vec![];
        for _ in 0..4 {
            let Walked { gone, next } = purge::counters(db, &from, Timestamp(5), 2).await.unwrap();
            from = next.clone().unwrap_or_default();
            walks.push((gone, next));
        }
        let at = |name: &str| Some(name.to_owned());
        assert_eq!(walks, [(1, at("b")), (1, at("d")), (1, None), (0, at("d"))]);
        assert_eq!(number(db, "SELECT COUNT(*) FROM limits").await, 2, "b and d go on");
    }
}
