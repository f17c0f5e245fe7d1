//! Users that a test puts into the database itself.
use haoma_core::ids::UserId;
use haoma_core::phone::PhoneNumber;
use haoma_store::users::User;

use super::TestApp;

/// Somebody of whom nothing is known but perhaps their number; not stored yet.
pub(crate) fn user(test: &TestApp, digits: Option<&str>) -> User {
    let now = test.app.clock.now();
    User {
        id: UserId::generate(now, &test.app.entropy),
        phone: digits.map(|digits| PhoneNumber::from_international(digits).unwrap()),
        username: None,
        name: None,
        avatar: None,
        profile: "{}".to_owned(),
        custom_data: "{}".to_owned(),
        application_id: None,
        is_locked: false,
        last_sign_in_at: None,
        created_at: now,
        updated_at: now,
    }
}
