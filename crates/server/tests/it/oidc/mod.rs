//! OpenID Connect, end to end through the real router.
mod endpoints;
mod road;
pub(crate) mod support;
