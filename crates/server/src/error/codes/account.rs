//! Codes about what people do with their own account (wire contract C.11).
use super::{Code, code};

/// The number they have is not proved, or was proved too long ago.
pub const RECORD_DENIED: Code = code(
    401,
    "verification_record.permission_denied",
    "Please verify the number of this account again first.",
);
/// No verification with that id, or not verified, or for something else.
pub const RECORD_NOT_FOUND: Code = code(
    400,
    "verification_record.not_found",
    "There is no such verification, or it is over. Please send a new code.",
);
/// The account center is off.
pub const ACCOUNT_OFF: Code =
    code(400, "account_center.not_enabled", "People cannot see or change their account here.");
/// The account center shows this to nobody.
pub const FIELD_OFF: Code =
    code(400, "account_center.field_not_enabled", "This part of the account is not shown here.");
/// The account center lets nobody change this.
pub const FIELD_NOT_EDITABLE: Code = code(
    400,
    "account_center.field_not_editable",
    "This part of the account cannot be changed here.",
);
/// The access token lacks a scope, where the contract answers `auth.unauthorized` with another status.
pub const SCOPE_MISSING: Code =
    code(400, "auth.unauthorized", "The access token does not allow this.");
/// Other people's applications read, and change nothing.
pub const THIRD_PARTY: Code = code(
    403,
    "auth.third_party_application_forbidden",
    "Applications of others may not change an account.",
);
/// The only way to sign in stays.
pub const LAST_IDENTIFIER: Code = code(
    400,
    "user.last_sign_in_method_required",
    "This number is the only way into the account and cannot be removed.",
);
