//! OpenID Connect, end to end through the real router.
mod answers;
mod backchannel;
mod endpoints;
mod keys;
mod resources;
mod road;
pub(crate) mod support;
