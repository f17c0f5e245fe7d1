//! What a row says of a user. Nothing is looked up here.
use haoma_core::ids::UserId;
use haoma_core::time::Timestamp;
use haoma_store::users::User;
use serde_json::{Map, Value};

use super::reason::Reason;
use crate::management::input::Problems;
use crate::management::user_body;

/// The members that are carried over as they are.
const CARRIED: [&str; 6] = ["primaryPhone", "username", "name", "avatar", "customData", "profile"];

/// A user who may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Incoming {
    /// As they would be stored.
    pub(super) user: User,
    /// Whether the id is the row's own; otherwise only the number tells who they are.
    pub(super) has_own_id: bool,
    /// When the row was changed, if it says so.
    pub(super) changed_at: Option<Timestamp>,
}

/// Reads a row; where its id cannot be one here, they get `fresh`.
///
/// # Errors
/// Why they cannot come in.
pub(super) fn read(row: Value, fresh: UserId, now: Timestamp) -> Result<Incoming, Reason> {
    let Value::Object(mut row) = row else {
        return Err(Reason::Unfit(vec!["must be an object".to_owned()]));
    };
    if row.get("primaryPhone").is_none_or(|phone| phone.is_null() || phone == "") {
        return Err(Reason::NoPhone);
    }
    let mut known: Map<String, Value> =
        CARRIED.into_iter().filter_map(|key| Some((key.to_owned(), row.remove(key)?))).collect();
    for key in ["customData", "profile"] {
        drop_nulls(&mut known, key);
    }
    let mut problems = Problems::default();
    let changes = user_body::read(Value::Object(known), &mut problems);
    problems.check().map_err(|error| Reason::of(&error))?;
    let own_id = row.get("id").and_then(Value::as_str).and_then(|id| UserId::parse(id).ok());
    let time = |key: &str| row.get(key).and_then(Value::as_i64).map(Timestamp);
    let created_at = time("createdAt").unwrap_or(now);
    let changed_at = time("updatedAt");
    let has_own_id = own_id.is_some();
    let user = User {
        is_locked: row.get("isSuspended") == Some(&Value::Bool(true)),
        application_id: row.get("applicationId").and_then(Value::as_str).map(ToOwned::to_owned),
        last_sign_in_at: time("lastSignInAt"),
        created_at,
        updated_at: changed_at.unwrap_or(created_at),
        ..user_body::user(changes, own_id.unwrap_or(fresh), now)
    };
    Ok(Incoming { user, has_own_id, changed_at })
}

/// What is not there may be written as `null`, in a member's members too; readers of our own want it left out.
pub(super) fn drop_nulls(object: &mut Map<String, Value>, key: &str) {
    match object.get_mut(key) {
        Some(Value::Null) => drop(object.remove(key)),
        Some(Value::Object(inner)) if key != "customData" => {
            inner.retain(|_, value| !value.is_null());
            if let Some(Value::Object(address)) = inner.get_mut("address") {
                address.retain(|_, value| !value.is_null());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    fn reading(row: Value) -> Result<Incoming, Reason> {
        read(row, UserId::parse("fresh").unwrap(), NOW)
    }

    #[test]
    fn everything_that_has_a_place_here_is_carried_over() {
        let incoming = reading(json!({
            "tenantId": "default", "id": "Kq2x_-9Zb1c0", "primaryPhone": "49015112345678", "primaryEmail": "lin@example.com",
            "username": "lin", "name": "林", "avatar": null, "identities": {}, "hasPassword": true,
            "profile": { "nickname": "Lin", "website": null, "address": { "country": "DE", "locality": null } },
            "customData": { "plan": null, "seats": 3 }, "applicationId": "shop", "isSuspended": true,
            "lastSignInAt": 5, "createdAt": 3, "updatedAt": 7,
        }));
        let Incoming { user, has_own_id, changed_at } = incoming.unwrap();
        assert!(has_own_id && user.is_locked);
        assert_eq!(user.id.as_str(), "Kq2x_-9Zb1c0");
        assert_eq!(user.phone.unwrap().digits(), "4915112345678", "without the trunk zero");
        assert_eq!((user.name.as_deref(), user.avatar), (Some("林"), None));
        assert_eq!(user.profile, r#"{"nickname":"Lin","address":{"country":"DE"}}"#);
        assert_eq!(user.custom_data, r#"{"plan":null,"seats":3}"#, "not ours to tidy");
        assert_eq!(user.application_id.as_deref(), Some("shop"));
        let times = (user.created_at, user.last_sign_in_at, user.updated_at, changed_at);
        assert_eq!(times, (Timestamp(3), Some(Timestamp(5)), Timestamp(7), Some(Timestamp(7))));
    }

    #[test]
    fn who_cannot_come_in_is_told_why() {
        for (row, why) in [
            (json!({ "id": "a" }), Reason::NoPhone),
            (json!({ "id": "a", "primaryPhone": null }), Reason::NoPhone),
            (json!({ "id": "a", "primaryPhone": "" }), Reason::NoPhone),
            (json!({ "id": "a", "primaryPhone": "86123" }), Reason::BadPhone),
            (json!({ "id": "a", "primaryPhone": "not digits" }), Reason::BadPhone),
            (json!({ "id": "a", "primaryPhone": 8_613_800_138_000_i64 }), Reason::BadPhone),
            (json!("a"), Reason::Unfit(vec!["must be an object".to_owned()])),
        ] {
            assert_eq!(reading(row), Err(why));
        }
        let row = json!({ "primaryPhone": "8613800138000", "name": "x".repeat(200), "profile": { "gender": 1 } });
        let Err(Reason::Unfit(problems)) = reading(row) else { panic!("came in") };
        assert_eq!(problems.len(), 2, "{problems:?}");
    }

    #[test]
    fn an_id_that_cannot_be_one_here_is_replaced() {
        let incoming = reading(json!({ "id": "no id!", "primaryPhone": "8613800138000" })).unwrap();
        assert_eq!((incoming.has_own_id, incoming.user.id.as_str()), (false, "fresh"));
        assert_eq!(incoming.user.created_at, NOW);
    }
}
