//! The catalogue of error codes (wire contract B.3, B.8, C.1, D.4). Codes are stable, sentences are not.
mod access;
mod account;
mod limits;
mod test_numbers;

pub use self::access::*;
pub use self::account::*;
pub use self::limits::*;
pub use self::test_numbers::*;
use super::api::Code;

const fn code(status: u16, code: &'static str, message: &'static str) -> Code {
    Code { code, status, message }
}

/// Another site's page made the browser ask.
pub const CROSS_SITE: Code =
    code(403, "request.cross_site", "This request came from another site and was not carried out.");
/// The request is not JSON, or something in it does not fit; `data` names every place.
pub const INVALID_INPUT: Code = code(400, "guard.invalid_input", "The request is not well formed.");
/// Larger than any request needs to be.
pub const TOO_LARGE: Code = code(413, "request.too_large", "The request is too large.");
/// The request, or our answer to it, took too long. Not 408, after which browsers may ask again by themselves.
pub const TIMEOUT: Code = code(503, "request.timeout", "That took too long. Please try again.");
/// No such address.
pub const NOT_FOUND: Code = code(404, "request.not_found", "There is nothing at this address.");
/// The address is there, and takes other methods.
pub const METHOD_NOT_ALLOWED: Code =
    code(405, "request.method_not_allowed", "This address does not take requests of this kind.");
/// A fault of ours.
pub const INTERNAL: Code =
    code(500, "request.internal", "Something went wrong on our side. Please try again.");
/// The database does not answer.
pub const UNAVAILABLE: Code =
    code(503, "request.unavailable", "The service is busy. Please try again in a moment.");

/// Two requests changed the same walk at once; the other one counted.
pub const BUSY: Code = code(
    409,
    "request.conflict",
    "Another request of this sign-in was being carried out. Please try again.",
);

/// No interaction belongs to this browser, or it is over.
pub const SESSION_NOT_FOUND: Code = code(
    400,
    "session.not_found",
    "This sign-in is over or was never begun here. Please go back to the application and start again.",
);
/// The walk was never begun.
pub const INTERACTION_NOT_FOUND: Code = code(
    404,
    "session.interaction_not_found",
    "The sign-in has not begun yet. Please start again.",
);
/// That verification was replaced by a newer one, or never was.
pub const VERIFICATION_NOT_FOUND: Code = code(
    404,
    "session.verification_session_not_found",
    "That code was replaced by a newer one. Please use the newest message.",
);
/// The code has not been given yet.
pub const VERIFICATION_FAILED: Code = code(
    400,
    "session.verification_failed",
    "The number is not verified yet. Please enter the code.",
);
/// Nobody is identified.
pub const IDENTIFIER_NOT_FOUND: Code = code(
    404,
    "session.identifier_not_found",
    "Nobody is identified yet. Please verify a number first.",
);
/// Two people in one walk.
pub const IDENTITY_CONFLICT: Code =
    code(409, "session.identity_conflict", "This sign-in already belongs to another account.");
/// Account recovery is not offered.
pub const NOT_SUPPORTED_FOR_FORGOT_PASSWORD: Code = code(
    400,
    "session.not_supported_for_forgot_password",
    "That is not possible while recovering an account.",
);
/// The sign-in mode, or the caller's rights, forbid it.
pub const FORBIDDEN: Code = code(403, "auth.forbidden", "That is not allowed here.");

/// Nothing to judge: never sent, or spent.
pub const CODE_NOT_FOUND: Code =
    code(400, "verification_code.not_found", "That code is not right. Please send a new one.");
/// Another number's code.
pub const PHONE_MISMATCH: Code =
    code(400, "verification_code.phone_mismatch", "That code belongs to another number.");
/// Too late.
pub const CODE_EXPIRED: Code =
    code(400, "verification_code.expired", "The code has expired. Please send a new one.");
/// Guessed too often.
pub const EXCEED_MAX_TRY: Code =
    code(400, "verification_code.exceed_max_try", "Too many wrong codes. Please send a new one.");
/// Wrong.
pub const CODE_MISMATCH: Code =
    code(400, "verification_code.code_mismatch", "That code is not right.");

/// The number has no account.
pub const USER_NOT_EXIST: Code =
    code(404, "user.user_not_exist", "There is no account with this number yet.");
/// The number has one.
pub const PHONE_IN_USE: Code =
    code(422, "user.phone_already_in_use", "There is already an account with this number.");
/// Who is identified has a number already.
pub const PHONE_IN_PROFILE: Code =
    code(422, "user.phone_exists_in_profile", "This account already has a phone number.");
/// Phone and code are not among the ways to sign in.
pub const METHOD_NOT_ENABLED: Code = code(
    422,
    "user.sign_in_method_not_enabled",
    "Signing in with a phone number is not switched on.",
);
/// Locked by an administrator.
pub const SUSPENDED: Code = code(401, "user.suspended", "This account is locked.");
/// Something the account must have is missing.
pub const MISSING_PROFILE: Code =
    code(422, "user.missing_profile", "The account needs more than a phone number.");
/// Not a phone number.
pub const INVALID_PHONE: Code =
    code(422, "user.invalid_phone", "That is not a phone number. Please check it.");
/// Not a number that can receive messages.
pub const CANNOT_RECEIVE_SMS: Code =
    code(422, "user.phone_cannot_receive_sms", "That number cannot receive text messages.");
/// A country that is not served.
pub const COUNTRY_NOT_ALLOWED: Code =
    code(422, "user.phone_country_not_allowed", "Numbers of this country cannot be used here.");

/// Too many messages; the body says when the next may be asked for.
pub const RATE_LIMITED: Code = code(
    429,
    "request.message_rate_limited",
    "Too many messages were asked for. Please wait before asking for another.",
);
/// Too many messages in one walk; starting anew helps.
pub const TOO_MANY_SENDS: Code = code(
    429,
    "session.too_many_messages",
    "Too many messages in this sign-in. Please go back to the application and start again.",
);

/// Nobody configured a connector.
pub const NO_CONNECTOR: Code =
    code(501, "connector.not_found", "Text messages are not set up here yet.");
/// Somebody else saved something newer.
pub const CHANGED_MEANWHILE: Code = code(
    409,
    "entity.changed_meanwhile",
    "Somebody else changed this in the meantime. Please look at it again.",
);
/// Codes by SMS are switched on, and there is nothing to send them with.
pub const EXPERIENCE_NO_CONNECTOR: Code = code(
    400,
    "sign_in_experiences.enabled_connector_not_found",
    "Verification codes by SMS need an Sms connector first.",
);
/// An account would begin with a number that nobody verified.
pub const EXPERIENCE_NEEDS_VERIFY: Code = code(
    400,
    "sign_in_experiences.passwordless_requires_verify",
    "Signing up by phone without a password needs the number verified.",
);
/// An identifier stands twice.
pub const EXPERIENCE_DUPLICATED_IDENTIFIER: Code = code(
    400,
    "sign_in_experiences.duplicated_sign_up_identifiers",
    "An identifier for signing up is named twice.",
);
/// People could register and never sign in again.
pub const EXPERIENCE_NEEDS_CODE_SIGN_IN: Code = code(
    400,
    "sign_in_experiences.code_sign_in_must_be_enabled",
    "People who sign up by phone must be able to sign in by verification code.",
);
/// A language that this server does not speak.
pub const EXPERIENCE_UNKNOWN_LANGUAGE: Code =
    code(400, "sign_in_experiences.unsupported_default_language", "This language is not offered.");
/// The configuration does not fit.
pub const INVALID_CONFIG: Code =
    code(400, "connector.invalid_config", "The SMS connector is not configured correctly.");
/// No kind of connector has this id.
pub const UNKNOWN_FACTORY: Code = code(
    422,
    "connector.not_found_with_connector_id",
    "There is no kind of connector with this id.",
);
/// A connector for e-mail would be needed.
pub const UNEXPECTED_TYPE: Code = code(
    400,
    "connector.unexpected_type",
    "This kind of connector sends text messages, not e-mail.",
);
/// What a connector of this kind is called is fixed.
pub const FIXED_METADATA: Code = code(
    400,
    "connector.cannot_overwrite_metadata_for_non_standard_connector",
    "The name and logo of this kind of connector cannot be changed.",
);
/// Only social connectors know more of a person.
pub const NO_PROFILE: Code = code(
    422,
    "connector.invalid_type_for_syncing_profile",
    "This kind of connector has no profiles to keep.",
);
/// Only social connectors have tokens.
pub const NO_TOKENS: Code = code(
    422,
    "connector.token_storage_not_supported",
    "This kind of connector has no tokens to keep.",
);
/// No template for this use.
pub const TEMPLATE_NOT_FOUND: Code =
    code(400, "connector.template_not_found", "The SMS connector has no template for this use.");
/// The provider refused for a reason the administrator must mend.
pub const CONNECTOR_GENERAL: Code =
    code(400, "connector.general", "The message could not be sent. The trouble is on our side.");
/// The provider's own limit.
pub const CONNECTOR_LIMIT: Code = code(
    429,
    "connector.rate_limit_exceeded",
    "The operator allows no more messages to this number right now. Please wait.",
);
/// The provider calls the number wrong.
pub const CONNECTOR_NUMBER: Code = code(
    400,
    "connector.invalid_request_parameters",
    "The operator does not know this number. Please check it.",
);
/// The provider was not reached: surely nothing was sent.
pub const CONNECTOR_UNREACHABLE: Code = code(
    502,
    "connector.unreachable",
    "The message was not sent: the SMS service cannot be reached. Please try again.",
);
/// The provider did not answer: perhaps something was sent.
pub const CONNECTOR_UNKNOWN: Code = code(
    504,
    "connector.outcome_unknown",
    "The message may still arrive. Please wait a little before asking for another.",
);

/// An administrator's name or password is wrong; which of them is not told.
pub const WRONG_CREDENTIALS: Code =
    code(401, "administrator.wrong_credentials", "The name or the password is not right.");
/// The password of who is signed in is wrong.
pub const WRONG_PASSWORD: Code =
    code(403, "administrator.wrong_password", "That is not your password.");
/// The code of the second factor is wrong, or let in before.
pub const WRONG_CODE: Code =
    code(401, "administrator.wrong_code", "That code is not right, or was used already.");
/// Too many guesses at a password; the body says when the next is judged.
pub const TOO_MANY_ATTEMPTS: Code =
    code(429, "request.too_many_attempts", "Too many attempts. Please wait before trying again.");
/// A one-time link that was used, or is too old.
pub const LINK_GONE: Code =
    code(410, "administrator.link_gone", "This link has been used or has expired.");
/// Fewer characters than a password needs.
pub const PASSWORD_SHORT: Code =
    code(422, "password.too_short", "A password has at least 12 characters.");
/// More characters than a password may have.
pub const PASSWORD_LONG: Code =
    code(422, "password.too_long", "A password has at most 128 characters.");
/// A password many people choose.
pub const PASSWORD_COMMON: Code =
    code(422, "password.common", "That password is easy to guess. Please choose another.");
/// A password that says whose it is.
pub const PASSWORD_HAS_NAME: Code =
    code(422, "password.has_name", "The password must not contain the name of the account.");
/// No name an administrator can have.
pub const ADMINISTRATOR_NAME: Code = code(
    422,
    "administrator.invalid_name",
    "A name has 1 to 64 letters, digits, dots, dashes, underscores or @.",
);
/// Another administrator's name.
pub const ADMINISTRATOR_NAME_IN_USE: Code =
    code(422, "administrator.name_in_use", "There is already an administrator with this name.");
/// There is no `Authorization` header.
pub const TOKEN_MISSING: Code = code(
    401,
    "auth.authorization_header_missing",
    "This needs an access token. Please send one in the Authorization header.",
);
/// The `Authorization` header is not of the kind `Bearer`.
pub const TOKEN_TYPE: Code = code(
    401,
    "auth.authorization_token_type_not_supported",
    "Only Bearer tokens are accepted here.",
);
/// The access token is not ours, not for this, or expired.
pub const UNAUTHORIZED: Code =
    code(401, "auth.unauthorized", "The access token is not valid here. Please get a new one.");
/// The access token names nobody.
pub const SUBJECT_MISSING: Code =
    code(401, "auth.jwt_sub_missing", "The access token does not say whose it is.");
/// A page or page size that does not exist.
pub const INVALID_PAGINATION: Code = code(
    400,
    "guard.invalid_pagination",
    "The page must be 1 or more, and the page size 1 to 100.",
);
/// A combination of parameters that is not served; `data` says which.
pub const INVALID_QUERY: Code =
    code(400, "request.invalid_input", "This combination of parameters is not supported.");
/// Something people do not sign in with here; `data` names it.
pub const NOT_SUPPORTED: Code = code(
    422,
    "request.feature_not_supported",
    "Passwords and e-mail addresses are not supported here.",
);
/// Nothing of that name or id.
pub const ENTITY_NOT_FOUND: Code =
    code(404, "entity.not_found", "There is no such thing, or no longer.");
/// Nothing with that id.
pub const ENTITY_NOT_EXISTS: Code =
    code(404, "entity.not_exists_with_id", "There is nothing with this id, or no longer.");
/// A change that changes nothing.
pub const NOTHING_TO_CHANGE: Code =
    code(422, "entity.invalid_input", "Please say what is to be changed.");
/// Something this kind of object cannot have.
pub const CONSTRAINT: Code =
    code(422, "entity.db_constraint_violated", "This kind of application keeps no secret.");
/// The application has a secret of that name.
pub const SECRET_NAME_EXISTS: Code = code(
    422,
    "application.secret_name_exists",
    "This application already has a secret of that name.",
);
/// Only a service may manage.
pub const INVALID_APPLICATION_TYPE: Code = code(
    422,
    "application.invalid_type",
    "Only machine-to-machine applications can be given this right.",
);
/// SAML applications are not offered.
pub const SAML: Code =
    code(400, "application.saml.use_saml_app_api", "SAML applications are not supported here.");
/// The user name has an account.
pub const USERNAME_IN_USE: Code =
    code(422, "user.username_already_in_use", "There is already an account with this user name.");
/// The user has no such session.
pub const OIDC_SESSION_NOT_FOUND: Code =
    code(404, "oidc.session_not_found", "This session is over or never was.");
/// The session is another user's.
pub const FOREIGN_SESSION: Code =
    code(404, "oidc.invalid_session_account_id", "This session belongs to another user.");
/// A window of time that ends before it begins.
pub const INVALID_TIME_WINDOW: Code =
    code(400, "log.invalid_time_window", "The start time must not be after the end time.");

/// A hook that is told of nothing.
pub const HOOK_MISSING_EVENTS: Code =
    code(400, "hook.missing_events", "Please say what the web-hook is told of.");
/// A hook that was tried out was not reached.
pub const HOOK_NOT_REACHED: Code = code(
    422,
    "hook.send_test_payload_failed",
    "The web-hook was not reached; `data` says what it was tried with and why not.",
);
/// A hook that was tried out did not answer well.
pub const HOOK_ANSWERED_BADLY: Code = code(
    422,
    "hook.endpoint_responded_with_error",
    "The web-hook was reached and did not answer with a status from 200 to 299.",
);

/// Every code, for the generated reference.
pub const ALL: &[Code] = &[
    CROSS_SITE,
    INVALID_INPUT,
    TOO_LARGE,
    TIMEOUT,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    INTERNAL,
    UNAVAILABLE,
    BUSY,
    SESSION_NOT_FOUND,
    INTERACTION_NOT_FOUND,
    VERIFICATION_NOT_FOUND,
    VERIFICATION_FAILED,
    IDENTIFIER_NOT_FOUND,
    IDENTITY_CONFLICT,
    NOT_SUPPORTED_FOR_FORGOT_PASSWORD,
    FORBIDDEN,
    CODE_NOT_FOUND,
    PHONE_MISMATCH,
    CODE_EXPIRED,
    EXCEED_MAX_TRY,
    CODE_MISMATCH,
    USER_NOT_EXIST,
    PHONE_IN_USE,
    PHONE_IN_PROFILE,
    METHOD_NOT_ENABLED,
    SUSPENDED,
    MISSING_PROFILE,
    INVALID_PHONE,
    CANNOT_RECEIVE_SMS,
    COUNTRY_NOT_ALLOWED,
    GUESSES_BLOCKED,
    CHALLENGE_REQUIRED,
    CHALLENGE_FAILED,
    CAPTCHA_UNAVAILABLE,
    SENDING_BLOCKED,
    TOO_MANY_RULES,
    RATE_LIMITED,
    TOO_MANY_SENDS,
    NO_CONNECTOR,
    CHANGED_MEANWHILE,
    EXPERIENCE_NO_CONNECTOR,
    EXPERIENCE_NEEDS_VERIFY,
    EXPERIENCE_DUPLICATED_IDENTIFIER,
    EXPERIENCE_NEEDS_CODE_SIGN_IN,
    EXPERIENCE_UNKNOWN_LANGUAGE,
    INVALID_CONFIG,
    UNKNOWN_FACTORY,
    UNEXPECTED_TYPE,
    FIXED_METADATA,
    NO_PROFILE,
    NO_TOKENS,
    TEMPLATE_NOT_FOUND,
    CONNECTOR_GENERAL,
    CONNECTOR_LIMIT,
    CONNECTOR_NUMBER,
    CONNECTOR_UNREACHABLE,
    CONNECTOR_UNKNOWN,
    WRONG_CREDENTIALS,
    WRONG_PASSWORD,
    WRONG_CODE,
    TOO_MANY_ATTEMPTS,
    LINK_GONE,
    PASSWORD_SHORT,
    PASSWORD_LONG,
    PASSWORD_COMMON,
    PASSWORD_HAS_NAME,
    ADMINISTRATOR_NAME,
    ADMINISTRATOR_NAME_IN_USE,
    TOKEN_MISSING,
    TOKEN_TYPE,
    UNAUTHORIZED,
    SUBJECT_MISSING,
    RECORD_DENIED,
    RECORD_NOT_FOUND,
    ACCOUNT_OFF,
    FIELD_OFF,
    FIELD_NOT_EDITABLE,
    THIRD_PARTY,
    LAST_IDENTIFIER,
    INVALID_PAGINATION,
    INVALID_QUERY,
    NOT_SUPPORTED,
    ENTITY_NOT_FOUND,
    ENTITY_NOT_EXISTS,
    NOTHING_TO_CHANGE,
    CONSTRAINT,
    SECRET_NAME_EXISTS,
    INVALID_APPLICATION_TYPE,
    SAML,
    USERNAME_IN_USE,
    OIDC_SESSION_NOT_FOUND,
    FOREIGN_SESSION,
    INVALID_TIME_WINDOW,
    RESOURCE_IN_USE,
    MANAGEMENT_API_FIXED,
    MANAGEMENT_API_STAYS,
    SCOPE_MISSING,
    SCOPE_NAME_EXISTS,
    SCOPE_NAME_SPACE,
    ROLE_NAME_IN_USE,
    ROLE_SCOPE_EXISTS,
    ROLE_USER_EXISTS,
    ROLE_APPLICATION_EXISTS,
    ROLE_MANAGES,
    USER_ROLE_TYPE,
    APPLICATION_ROLE_TYPE,
    RELATION_NOT_FOUND,
    HOOK_MISSING_EVENTS,
    HOOK_NOT_REACHED,
    HOOK_ANSWERED_BADLY,
    TEST_NUMBER_TEXTED,
    TEST_NUMBER_SOMEBODYS,
    TEST_NUMBER_EXISTS,
    TEST_NUMBER,
];
