//! How long each thing lives, in seconds unless said otherwise (wire contract E.4).

/// An interaction and its cookies.
pub const INTERACTION: i64 = 3600;
/// A browser's signed-in session: 14 days.
pub const SESSION: i64 = 1_209_600;
/// What a user allowed an application: 180 days.
pub const GRANT: i64 = 15_552_000;
/// The cookie that names a session: as long as what was allowed in it, on its last day even, so that signing in again or out finds that.
pub const SESSION_COOKIE: i64 = SESSION + GRANT;
/// An authorization code (RFC 6749, section 4.1.2 recommends ten minutes at most).
pub const AUTHORIZATION_CODE: i64 = 60;
/// A pushed authorization request (RFC 9126, section 2.2 has 5 to 600 seconds).
pub const PUSHED_REQUEST: i64 = 60;
/// An opaque access token.
pub const ACCESS_TOKEN: i64 = 3600;
/// An access token for a resource at most: as long as any other token.
pub const MOST_ACCESS_TOKEN: i64 = MOST_ID_TOKEN;
/// An id token, when the application does not say.
pub const ID_TOKEN: i64 = 3600;
/// An id token at most, whatever the application says: 30 days. A key that no longer signs is published for as long.
pub const MOST_ID_TOKEN: i64 = 2_592_000;
/// A refresh token, when the application does not say: 14 days.
pub const REFRESH_TOKEN: i64 = 1_209_600;
/// After this age of the family a refresh token is no longer exchanged for a new one: a year.
pub const REFRESH_FAMILY: i64 = 31_536_000;
/// How long a rotated refresh token still works, in milliseconds: two requests of one application may cross.
pub const REFRESH_REUSE_MILLIS: i64 = 3000;
/// A logout token (OpenID Connect Back-Channel Logout 1.0, section 4, has two minutes at most).
pub const LOGOUT_TOKEN: i64 = 120;
/// The question whether to sign out.
pub const LOGOUT: i64 = 3600;
